"""A demo book: three years of somebody's expenses, invented, and the same every time.

It has what a chart or a search should show: bills on their days, a rent that rises, seasons, bursts of travel, things
sent back. Each month is drawn from a seed of its own, so that through a year each day only adds to the days before.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from operator import itemgetter
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from expense_core import money

if TYPE_CHECKING:
    from sqlmodel import Session

    from expense_core.ledgers import Access

SEED = "expense-core demo"
USERNAME = "demo"
"""Whose book the demo is."""

MONTHS = 36
YEARLY_RISE = 3
"""Percent by which most prices rise each New Year."""
ODD_ONES = 0.04
"""The share of a habit's expenses that belong in its other category: no shop sells for one purpose only."""
NOTED = 0.12
"""The share of a habit's expenses with a note, where it has any."""

CATEGORIES = (
    "Housing", "Utilities", "Groceries", "Eating out", "Transport", "Holidays",
    "Gifts", "Health", "Clothing", "Hobbies", "Subscriptions", "Insurance",
)  # fmt: skip

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
    months: Sequence[int] = range(1, 13)
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
    """The category of the odd ones."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Trip:
    """Some days away, every year in the same month; meanwhile nothing is bought at home."""

    month: int
    days: int
    stay: str
    a_night: int
    """In cents."""
    things: tuple[str, ...]


BILLS = (
    Bill("Housing", "Rent, Hartmann Lettings", 1, 94_000, rises=True),
    Bill("Utilities", "Power and gas, Volta Energy", 5, 6_400, heating=900, rises=True),
    Bill("Utilities", "Internet, Fibernet", 12, 3_990),
    Bill("Utilities", "Phone, Mobilo", 18, 1_499),
    Bill("Utilities", "Water, Clearwater Works", 20, 7_850, (2, 5, 8, 11), rises=True),
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
    Bill("Holidays", "Night train, Nightline Rail", 9, 14_900, (1,), rises=True),
    Bill("Holidays", "Flights, Albatross Air", 14, 31_860, (5,), rises=True),
    Bill("Health", "Check-up, Dr. Weiss Dental", 17, 6_000, (4, 9)),
)

HABITS = (
    Habit(
        "Groceries", 11, ("Harvest Lane", "Harvest Lane", "Pennywell Foods", "Nordmarkt"),
        ("Weekly shop", "Vegetables and fruit", "Pasta and cheese", "For the freezer", "Milk, eggs and coffee"), 14, 96,
        otherwise="Gifts", notes=("forgot the list", "for the weekend", "friends over for dinner"),
    ),
    Habit("Groceries", 7, ("Old Mill Bakery", "Crumb & Crust"), ("Bread", "Rolls", "Bread and cake"), 3, 12, 5),
    Habit("Groceries", 2, ("Saturday market", "Weber's Farm Shop"), ("Cheese", "Berries", "Herbs"), 6, 30, 10),
    Habit("Eating out", 8, ("Canteen 4", "Soup Works"), ("Lunch", "Lunch with Sam", "Lunch with the team"), 7, 14, 10),
    Habit("Eating out", 3, ("Noodle Post", "Falafel Corner"), ("Lunch", "Lunch with Sam", "Takeaway"), 9, 21, 10),
    Habit("Eating out", 8, ("Wren & Kettle", "Espresso Nero Verde"), ("Coffee", "Coffee and cake", "Tea"), 3, 10, 10),
    Habit(
        "Eating out", 4, ("Luigi's on the Square", "Saffron House", "The Copper Pan", "Izakaya Hoshi"),
        ("Dinner", "Dinner with Robin", "Birthday dinner"), 22, 95, 50, {12: 1.6},
        otherwise="Gifts", notes=("split with Robin", "tip included", "book earlier next time"),
    ),
    Habit("Eating out", 3, ("Anchor & Rope", "Bar Central"), ("Drinks", "Beer after work"), 6, 34, 10, {6: 1.5}),
    Habit("Transport", 3, ("Fuelstop Northgate", "Fuelstop Ring Road"), ("Petrol",), 38, 82),
    Habit("Transport", 4, ("City Transit",), ("Ticket", "Day ticket", "Night bus"), 3, 12, 10),
    Habit("Transport", 2, ("Regional Rail",), ("Train to the parents", "Return ticket"), 9, 48, 10),
    Habit("Transport", 4, ("Parkhaus Opera", "Kerbside"), ("Parking",), 2, 16, 50, {12: 1.5}, otherwise="Hobbies"),
    Habit("Transport", 1, ("Yellow Cab Co-op",), ("Taxi", "Taxi home"), 11, 42, 10, notes=("missed the last train",)),
    Habit("Transport", 0.4, ("Pedal Works", "Garage Brandt"), ("New tyre", "Service", "Repair"), 25, 380, 100),
    Habit("Gifts", 0.7, ("Petal & Stem",), ("Flowers", "Bouquet"), 9, 45, 50, {5: 2}),
    Habit("Gifts", 0.8, ("Toybox Lane", "Paper Crane"), ("Present", "Birthday present", "Card"), 4, 70, 5, {12: 12}),
    Habit("Gifts", 0.5, ("Hope for All", "Village Fire Brigade"), ("Donation",), 10, 100, 500, {12: 3}),
    Habit("Health", 2, ("Linden Pharmacy", "Sun Pharmacy"), ("Medicine", "Plasters", "Tea"), 4, 38, 5, {1: 2, 2: 2}),
    Habit("Health", 0.6, ("Dr. Okafor", "Optica Nova", "Physio am Park"), ("Appointment", "Follow-up"), 15, 140, 50),
    Habit(
        "Clothing", 1.6, ("Thread & Needle", "Northwind Outfitters", "Second Spin"), ("Shirt", "Jacket", "Jeans"),
        9, 150, 5, {4: 1.8, 10: 1.8}, returned=0.15, otherwise="Gifts", notes=("in the sale", "one size up"),
    ),
    Habit("Clothing", 0.6, ("Solevia Shoes",), ("Boots", "Trainers", "Sandals"), 39, 160, 5, returned=0.2),
    Habit("Hobbies", 1.5, ("Cinema Aurora", "Blue Note Cellar"), ("Ticket", "Two tickets"), 9, 48, 50),
    Habit("Hobbies", 1.5, ("Boulder Barn",), ("Entry", "Entry and shoes"), 11, 19, 50),
    Habit("Hobbies", 1, ("Chapter Nine Books",), ("Novel", "Cookbook", "Atlas"), 8, 42, 5, otherwise="Gifts"),
    Habit("Hobbies", 0.9, ("String & Fret", "Pixel Garage"), ("Spare parts", "New toy"), 7, 90, 5, returned=0.1),
    Habit("Hobbies", 1.2, ("Garden Gate", "Allotment Society"), ("Seeds", "Soil", "Tools"), 5, 60, 5, {4: 2.5, 12: 0}),
    Habit("Housing", 0.3, ("Toolshed DIY",), ("Paint", "Light bulbs", "Screws"), 6, 60, 5, otherwise="Hobbies"),
    Habit("Housing", 0.3, ("Halden Furniture",), ("Lamp", "Shelf", "Bedding"), 29, 240, 100, returned=0.15),
)  # fmt: skip

TRIPS = (
    Trip(2, 6, "Hotel Alpenhof", 11_800, ("Ski pass", "Lunch at the hut", "Ski hire", "Hot chocolate", "Sauna")),
    Trip(8, 12, "Casa do Mar", 8_900, ("Grilled fish", "Ice cream", "Boat trip", "Museum", "Beach bar", "Tram")),
)

Spent = tuple[date, int, str, str, str]
"""A `DemoExpense` whose amount is still in cents."""


class Month(NamedTuple):
    """One month in the making."""

    year: int
    number: int
    price_level: int
    """Percent of what things cost in the year of `today`."""
    draw: Callable[[], float]
    """The next random number, from 0 up to 1."""


def rows(today: date, currency: str = "EUR") -> list[DemoExpense]:
    """Three years of expenses, the oldest first: 36 calendar months, of which the last is the month of `today`.

    Arguments:
        today: The last day that anything may have been spent on.
        currency: What to pay in. Amounts suit euros or dollars; in a currency without decimals, cents become units.

    Raises:
        InvalidCurrency: ISO 4217 has no such code.
    """
    cent = -min(money.currency(currency).decimals, 2)
    last = today.year * 12 + today.month - 1
    months = [divmod(month, 12) for month in range(last - MONTHS + 1, last + 1)]
    spent = [row for year, month in months for row in _month(year, month + 1, today.year - year) if row[0] <= today]
    spent.sort(key=itemgetter(0))
    return [DemoExpense(day, money.check(Decimal(cents).scaleb(cent), currency), *said) for day, cents, *said in spent]


def make(session: Session, today: date, currency: str = "EUR") -> int:
    """Make the demo book, with a user of its own who has no password; how many expenses it has.

    Raises:
        UsernameTaken: somebody is called `USERNAME` already.
    """
    from expense_core import ledgers, users
    from expense_core.tables import LocalUserCreate

    user = users.register_local(session, LocalUserCreate(username=USERNAME, currency=currency))
    return fill(session, ledgers.open(session, user), today)


def fill(session: Session, access: Access, today: date) -> int:
    """Record the demo book's categories and expenses in an empty ledger, in its own currency; how many expenses.

    Raises:
        PermissionDenied: `access` is a viewer's.
        CategoryNameTaken: the ledger has such categories already.
    """
    from expense_core import categories, expenses
    from expense_core.tables import CategoryCreate, ExpenseCreate

    ids = {name: categories.create(session, access, CategoryCreate(name=name)).id for name in CATEGORIES}
    new = (
        ExpenseCreate(
            amount=row.amount,
            description=row.description,
            spent_on=row.spent_on,
            category_id=ids[row.category],
            notes=row.notes,
        )
        for row in rows(today, access.currency)
    )
    return expenses.record_many(session, access, new, note="demo book")


def _month(year: int, number: int, years_ago: int) -> Iterator[Spent]:
    # Of all that random offers, Python promises only random() to stay the same from release to release.
    draw = Random(f"{SEED} {year}-{number}").random  # noqa: S311 - nothing here is a secret
    month = Month(year, number, 100 - YEARLY_RISE * years_ago, draw)
    yield from (_paid(bill, month) for bill in BILLS if number in bill.months)
    holiday = [row for trip in TRIPS if trip.month == number for row in _trip(trip, month)]
    yield from holiday
    away = {row[0] for row in holiday}
    for habit in HABITS:
        yield from _visits(habit, month, away)


def _paid(bill: Bill, month: Month) -> Spent:
    cents = bill.cents + bill.heating * COLD[month.number - 1]
    cents = cents * month.price_level // 100 if bill.rises else cents
    return date(month.year, month.number, bill.day), cents, bill.description, bill.category, ""


def _trip(trip: Trip, month: Month) -> Iterator[Spent]:
    start = date(month.year, month.number, 3 + int(month.draw() * 12))
    stay = trip.a_night * (trip.days - 1) * month.price_level // 100
    yield start, stay, trip.stay, "Holidays", f"{trip.days - 1} nights"
    for day in range(trip.days):
        for _ in range(2 + int(month.draw() * 2)):
            yield start + timedelta(day), _price(4, 60, 10, month), _one_of(trip.things, month), "Holidays", ""


def _visits(habit: Habit, month: Month, away: set[date]) -> Iterator[Spent]:
    """One month of a habit, its visits spread evenly; what is returned may come back in the next month."""
    days = monthrange(month.year, month.number)[1]
    times = int(habit.times * habit.season.get(month.number, 1) + month.draw())
    for visit in range(times):
        spent_on = date(month.year, month.number, min(days, 1 + int((visit + month.draw()) * days / times)))
        if spent_on in away:
            continue
        cents = _price(habit.low, habit.high, habit.step, month)
        description = f"{_one_of(habit.things, month)}, {_one_of(habit.places, month)}"
        category = habit.otherwise if habit.otherwise and month.draw() < ODD_ONES else habit.category
        notes = _one_of(habit.notes, month) if habit.notes and month.draw() < NOTED else ""
        yield spent_on, cents, description, category, notes
        if month.draw() < habit.returned:
            yield spent_on + timedelta(3 + int(month.draw() * 12)), -cents, description, category, "sent back"


def _price(low: int, high: int, step: int, month: Month) -> int:
    """Cents, mostly nearer to `low`."""
    luck = month.draw()
    return int((low + (high - low) * luck * luck) * month.price_level) // step * step


def _one_of(choices: Sequence[str], month: Month) -> str:
    return choices[int(month.draw() * len(choices))]
