"""What was chosen before is proposed again, where it is likely, and nothing where it is not."""

from datetime import date, timedelta
from time import process_time
from timeit import timeit

from writes import create, record

from expense_core import demo, expenses, habits, ledgers, users
from expense_core.habits import Habits
from expense_core.tables import LocalUserCreate

FOOD, FUN, HOME = 1, 2, 3


def test_what_the_demo_book_teaches_in_two_years_is_right_in_the_third():
    """Nine of ten proposals at the least, and no more than one of twenty expenses is left without one."""
    rows = demo.rows(date(2026, 11, 23))
    ids = {name: number for number, name in enumerate(demo.CATEGORIES)}
    last_year = rows[-1].spent_on - timedelta(days=365)
    known = Habits((row.description, ids[row.category]) for row in reversed(rows) if row.spent_on <= last_year)
    coming = [row for row in rows if row.spent_on > last_year]

    proposed = [(known.category_of(row.description), ids[row.category]) for row in coming]
    sure = [(category_id, right) for category_id, right in proposed if category_id is not None]
    share_right = sum(category_id == right for category_id, right in sure) / len(sure)
    share_unsure = 1 - len(sure) / len(coming)
    print(f"{share_right:.1%} of {len(sure)} proposals right, {share_unsure:.1%} of {len(coming)} left unsure")  # noqa: T201 - for whoever asks pytest for it

    assert share_right >= 0.9
    assert share_unsure <= 0.05


def test_a_payee_has_the_category_that_it_had():
    """Whatever the bank writes around it."""
    known = Habits([("SQ *COFFEE CO 04/11 LONDON GB", FOOD), ("Cinema Lux", FUN)])

    assert known.category_of("CARD PAYMENT TO COFFEE CO ON 09-12-2026") == FOOD
    assert known.category_of("CINEMA LUX GB") == FUN


def test_three_in_a_row_outweigh_what_was_chosen_before_them():
    """Somebody has changed their mind; of two, that is not certain, and a slip changes nothing."""
    before = [("Corner shop", FOOD)] * 20

    found = [Habits([("Corner shop", FUN)] * times + before).category_of("Corner shop") for times in range(6)]

    assert found == [FOOD, FOOD, None, FUN, FUN, FUN]


def test_a_payee_that_is_new_goes_by_its_words():
    """If they were always in one category; a word that is in each, or that nobody knows, says nothing."""
    bakeries = [(f"Bakery {name}", FOOD) for name in ("Anna", "Berta", "Carla", "Doris")]
    cinemas = [(f"Cinema {name}", FUN) for name in ("Anna", "Berta", "Carla", "Doris")]
    known = Habits([*bakeries, *cinemas, ("Rent", HOME)])

    assert known.category_of("BAKERY ELSA 0412") == FOOD
    assert known.category_of("Cinema Flora") == FUN
    assert known.category_of("Anna") is None
    assert known.category_of("Garage") is None
    assert known.category_of("") is None


def test_a_book_teaches_by_its_live_expenses_with_a_category(session, access, food):
    """The latest first, by the day they were spent on; what is in the trash teaches nothing."""
    fun = create(session, access, "Fun")
    record(session, access, "Garage", category_id=food.id)
    expenses.delete(session, access, record(session, access, "Depot", category_id=fun.id).id)
    record(session, access, "Hangar")
    for day in ("2026-11-01", "2026-11-02", "2026-11-03"):
        record(session, access, "Corner", category_id=food.id, spent_on=day)

    known = habits.learn(session, access)

    assert [known.category_of(text) for text in ("Garage", "Depot", "Hangar", "CORNER")] == [
        food.id,
        None,
        None,
        food.id,
    ]


def test_a_book_teaches_nothing_of_another_ledger(session, access, lunch, bob):
    """Nor does an empty one."""
    other = ledgers.open(session, users.register_local(session, LocalUserCreate(username="carol")))

    assert habits.learn(session, other).category_of("Lunch") is None
    assert habits.learn(session, bob).category_of("Lunch") == lunch.category_id


def test_a_description_that_was_asked_for_before_costs_next_to_nothing():
    """An import asks for each of its rows: five microseconds."""
    known = Habits([("Bakery", FOOD)])
    known.category_of("BAKERY ELSA 0412")

    taken = timeit(lambda: known.category_of("BAKERY ELSA 0412"), number=10_000, timer=process_time)

    assert taken < 5e-6 * 10_000
