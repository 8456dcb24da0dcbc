"""A demo book: three years of somebody's expenses, invented, and the same every time.

It has what a chart or a search should show: bills on their days, a rent that rises, seasons, bursts of travel, things sent
back. Each month is drawn from a seed of its own, so tomorrow's demo is today's and one day more.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import NamedTuple

from expense_core import money

SEED = "expense-core demo"
MONTHS = 36
YEARLY_RISE = 3
"""Percent by which prices rise each New Year."""

CATEGORIES = (
    "Housing",
    "Utilities",
    "Groceries",
    "Eating out",
    "Transport",
    "Holidays",
    "Gifts",
    "Health",
    "Clothing",
    "Hobbies",
    "Subscriptions",
    "Insurance",
)

EVERY_MONTH = tuple(range(1, 13))
QUARTERLY = (2, 5, 8, 11)
COLD = (9, 8, 5, 2, 0, 0, 0, 0, 1, 3, 6, 9)
"""How much heating each month needs, from January on."""


class DemoExpense(NamedTuple):
    """One expense of the demo book, its category by name."""

    spent_on: date
    amount: Decimal
    description: str
    category: str
    notes: str


@dataclass(frozen=True)
class Bill:
    """A payment on a fixed day of certain months; amounts are in cents."""

    category: str
    description: str
    day: int
    cents: int
    months: tuple[int, ...] = EVERY_MONTH
    heating: int = 0
    """Cents more for each degree of `COLD`."""
    rises: bool = False


@dataclass(frozen=True)
class Habit:
    """Something bought now and then, at one of several places."""

    category: str
    times: float
    """How often in a month, on average."""
    places: tuple[str, ...]
    things: tuple[str, ...]
    low: int
    high: int
    """The dearest one, in the currency's units; cheap ones are more common."""
    step: int = 1
    """Prices are multiples of this many cents."""
    season: Mapping[int, float] = field(default_factory=dict)
    """How many times as often in certain months."""
    returned: float = 0
    """The share that is sent back for the money."""
    otherwise: str = ""
    """The category of one in 25, because no shop sells for one purpose only."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Trip:
    """Some days away, every year in the same month; meanwhile nothing is bought at home."""

    month: int
    nights: int
    ticket: str
    fare: int
    stay: str
    a_night: int
    things: tuple[str, ...]


BILLS = (
    Bill("Housing", "Rent, Hartmann Lettings", 1, 94_000, rises=True),
    Bill("Utilities", "Power and gas, Volta Energy", 5, 6_400, heating=900, rises=True),
    Bill("Utilities", "Internet, Fibernet", 12, 3_990),
    Bill("Utilities", "Phone, Mobilo", 18, 1_499),
    Bill("Utilities", "Water, Clearwater Works", 20, 7_850, QUARTERLY, rises=True),
    Bill("Utilities", "Settlement of last year, Volta Energy", 26, -8_437, (3,)),
    Bill("Subscriptions", "Films, Streamly", 3, 1_299),
    Bill("Subscriptions", "Music, Tunebox", 8, 999),
    Bill("Subscriptions", "Newspaper, Daily Courier", 10, 1_490),
    Bill("Subscriptions", "Backups, Cloudnest", 15, 299),
    Bill("Subscriptions", "Gym, Podium", 2, 3_450),
    Bill("Transport", "Monthly pass, City Transit", 1, 4_900, rises=True),
    Bill("Insurance", "Household insurance, Anchor Mutual", 15, 18_640, (1,), rises=True),
    Bill("Insurance", "Liability insurance, Anchor Mutual", 15, 7_125, (6,), rises=True),
    Bill("Insurance", "Car insurance, Fairway Insurance", 4, 42_380, (10,), rises=True),
    Bill("Health", "Check-up, Dr. Weiss Dental", 17, 6_000, (4, 9)),
)

HABITS = (
    Habit(
        "Groceries", 11, ("Harvest Lane", "Harvest Lane", "Pennywell Foods", "Nordmarkt"),
        ("Weekly shop", "Vegetables and fruit", "Pasta and cheese", "For the freezer", "Milk, eggs and coffee"),
        14, 96, otherwise="Gifts", notes=("forgot the list", "for the weekend", "friends over for dinner"),
    ),
    Habit("Groceries", 7, ("Old Mill Bakery", "Crumb & Crust"), ("Bread", "Rolls", "Bread and cake"), 3, 12, 5),
    Habit("Groceries", 2, ("Saturday market", "Weber's Farm Shop"), ("Cheese", "Berries", "Flowers and herbs"), 6, 30, 10),
    Habit(
        "Eating out", 11, ("Canteen 4", "Canteen 4", "Noodle Post", "Falafel Corner", "Soup Works"),
        ("Lunch", "Lunch with Sam", "Lunch with the team"), 7, 17, 10,
    ),
    Habit("Eating out", 8, ("Wren & Kettle", "Espresso Nero Verde"), ("Coffee", "Coffee and cake", "Tea"), 3, 10, 10),
    Habit(
        "Eating out", 4, ("Luigi's on the Square", "Saffron House", "The Copper Pan", "Izakaya Hoshi"),
        ("Dinner", "Dinner with Robin", "Pizza", "Birthday dinner"), 22, 95, 50, {12: 1.6},
        otherwise="Gifts", notes=("split with Robin", "tip included", "book earlier next time"),
    ),
    Habit("Eating out", 3, ("Anchor & Rope", "Bar Central"), ("Drinks", "Beer after work"), 6, 34, 10, {6: 1.5, 7: 1.5}),
    Habit("Transport", 3, ("Fuelstop Northgate", "Fuelstop Ring Road"), ("Petrol",), 38, 82),
    Habit("Transport", 6, ("City Transit", "Regional Rail"), ("Ticket", "Day ticket", "Train to the parents"), 3, 38, 10),
    Habit("Transport", 4, ("Parkhaus Opera", "Kerbside Parking"), ("Parking",), 2, 16, 50, {12: 1.5}, otherwise="Hobbies"),
    Habit("Transport", 1, ("Yellow Cab Co-op",), ("Taxi", "Taxi home"), 11, 42, 10, notes=("missed the last train",)),
    Habit("Transport", 0.4, ("Pedal Works", "Garage Brandt"), ("New tyre", "Service", "Repair"), 25, 380, 100),
    Habit("Gifts", 1.3, ("Petal & Stem", "Toybox Lane", "Paper Crane"), ("Flowers", "Birthday present", "Card"), 4, 70, 5, {12: 8}),
    Habit("Gifts", 0.5, ("Hope for All", "Village Fire Brigade"), ("Donation",), 10, 100, 500, {12: 3}),
    Habit(
        "Health", 2.5, ("Linden Pharmacy", "Station Pharmacy"), ("Medicine", "Plasters", "Vitamins", "Cold remedy"),
        4, 38, 5, {1: 1.7, 2: 1.7, 11: 1.5}, otherwise="Gifts",
    ),
    Habit("Health", 0.6, ("Dr. Okafor", "Optica Nova", "Physio am Park"), ("Appointment", "Prescription"), 15, 140, 50),
    Habit(
        "Clothing", 2.2, ("Thread & Needle", "Northwind Outfitters", "Solevia Shoes", "Second Spin"),
        ("Shirt", "Shoes", "Jacket", "Socks", "Jeans", "Jumper"), 9, 150, 5, {4: 1.8, 10: 1.8, 7: 0.5},
        returned=0.15, otherwise="Gifts", notes=("in the sale", "one size up"),
    ),
    Habit("Hobbies", 2.5, ("Boulder Barn", "Cinema Aurora", "Blue Note Cellar"), ("Entry", "Two tickets"), 9, 48, 50),
    Habit(
        "Hobbies", 2, ("Chapter Nine Books", "String & Fret", "Pixel Garage"),
        ("Novel", "Guitar strings", "Game", "Cookbook", "Sheet music"), 7, 65, 5, returned=0.08, otherwise="Gifts",
    ),
    Habit("Hobbies", 1.2, ("Garden Gate", "Allotment Society"), ("Seeds", "Soil", "Tools"), 5, 60, 5, {3: 2, 4: 2.5, 5: 2, 12: 0}),
    Habit("Housing", 0.6, ("Toolshed DIY", "Halden Furniture"), ("Paint", "Lamp", "Shelf", "Bedding"), 8, 240, 5, returned=0.1),
)  # fmt: skip

TRIPS = (
    Trip(
        2, 5, "Night train, Nightline Rail", 14_900, "Hotel Alpenhof", 11_800,
        ("Ski pass", "Lunch at the hut", "Ski hire", "Hot chocolate", "Sauna"),
    ),
    Trip(
        8, 11, "Flights, Albatross Air", 31_860, "Casa do Mar", 8_900,
        ("Grilled fish", "Ice cream", "Boat trip", "Museum", "Hire car", "Beach bar", "Postcards", "Market", "Tram tickets"),
    ),
)  # fmt: skip


def rows(today: date, currency: str = "EUR") -> list[DemoExpense]:
    """Three years of expenses, the oldest first: 36 calendar months, of which the month of `today` is the last.

    Args:
        today: The last day that anything may have been spent on.
        currency: What to pay in. Amounts suit a euro or a dollar; one without decimals costs a hundred times as much.

    Raises:
        InvalidCurrency: ISO 4217 has no such code.
    """
    decimals = min(money.currency(currency).decimals, 2)
    quantum = money.currency(currency).quantum
    last = today.year * 12 + today.month - 1
    found = [
        DemoExpense(spent.spent_on, spent.amount.scaleb(-decimals).quantize(quantum), *spent[2:])
        for month in range(last - MONTHS + 1, last + 1)
        for spent in _month(month // 12, month % 12 + 1, today.year - month // 12)
        if spent.spent_on <= today
    ]
    return sorted(found, key=lambda spent: spent.spent_on)


def _month(year: int, month: int, years_ago: int) -> Iterator[DemoExpense]:
    """What was spent in one month, amounts in cents."""
    draw = Random(f"{SEED} {year}-{month}").random  # noqa: S311 - no secret; only random() is the same in every Python
    cheaper = 100 - YEARLY_RISE * years_ago
    for bill in BILLS:
        if month in bill.months:
            cents = bill.cents + bill.heating * COLD[month - 1]
            cents = cents * cheaper // 100 if bill.rises else cents
            yield DemoExpense(date(year, month, bill.day), Decimal(cents), bill.description, bill.category, "")
    away: set[date] = set()
    for trip in TRIPS:
        if trip.month == month:
            for spent in _trip(trip, date(year, month, 3 + int(draw() * 12)), draw, cheaper):
                away.add(spent.spent_on)
                yield spent
    for habit in HABITS:
        for spent in _habit(habit, year, month, draw, cheaper):
            if spent.spent_on not in away:
                yield spent
