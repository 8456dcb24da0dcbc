"""Finding expenses: every filter, every order, and pages that are the whole list whatever happens meanwhile."""

import base64
import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from expense_core import categories, expenses, ledgers, users
from expense_core.errors import Invalid
from expense_core.queries import ExpenseFilter, ExpenseQuery, Sort
from expense_core.tables import CategoryCreate, ExpenseCreate, ExpenseUpdate, LocalUserCreate, Role
from expense_core.tables.text import fold

FIRST = date(2026, 11, 1)
FOREIGN = "this cursor is of another list; start again without one"


def record(session, access, amount="1", description="", **given):
    return expenses.record(session, access, ExpenseCreate(amount=amount, description=description, **given))


def found(session, access, **query):
    """The descriptions of what a query finds, in its order."""
    return [expense.description for expense in expenses.find(session, access, ExpenseQuery(**query)).items]


def pages(session, access, limit, **query):
    """Every page of a query."""
    cursor = None
    while True:
        page = expenses.find(session, access, ExpenseQuery(limit=limit, cursor=cursor, **query))
        yield page.items
        cursor = page.next_cursor
        if cursor is None:
            return


def cursor_of(content):
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def test_without_a_query_the_newest_come_first(session, access, lunch):
    """A page of fifty; of one day, the last recorded first."""
    for day in range(60):
        record(session, access, description=str(day), spent_on=FIRST - timedelta(days=day // 2))

    page = expenses.find(session, access)

    assert [one.description for one in page.items[:4]] == ["Lunch", "1", "0", "3"]
    assert (len(page.items), page.next_cursor is None) == (50, False)


def test_dates_are_inclusive(session, access):
    """From the first day to the last, of any year that an expense can have."""
    days = [date(1900, 1, 1), FIRST, FIRST + timedelta(days=1), date(9999, 12, 31)]
    for day in days:
        record(session, access, description=str(day), spent_on=day)

    def on(**bounds):
        return [date.fromisoformat(text) for text in found(session, access, sort=Sort.OLDEST, **bounds)]

    assert on(spent_from=FIRST) == days[1:]
    assert on(spent_to=FIRST) == days[:2]
    assert on(spent_from=FIRST, spent_to=FIRST) == [FIRST]
    assert on(spent_from=days[0], spent_to=days[-1]) == days


def test_categories_are_any_of_those_named_or_none_at_all(session, access, food):
    """An empty list of them asks for nothing in particular."""
    rent = categories.create(session, access, CategoryCreate(name="Rent"))
    for name, category in [("food", food.id), ("rent", rent.id), ("none", None)]:
        record(session, access, description=name, category_id=category)

    def of(**condition):
        return set(found(session, access, **condition))

    assert of(category_ids=[food.id]) == {"food"}
    assert of(category_ids=[food.id, rent.id, 99, 10**30]) == {"food", "rent"}
    assert of(uncategorised=True) == {"none"}
    assert of(uncategorised=True, category_ids=[rent.id]) == {"none", "rent"}
    assert of(category_ids=[99]) == set()
    assert of(category_ids=[], uncategorised=False) == {"food", "rent", "none"}


def test_amounts_are_inclusive_and_refunds_are_less_than_nothing(session, access):
    """Zero is a bound like any other."""
    for amount in ["-5", "-0.01", "0.01", "5", "999999999999.99"]:
        record(session, access, amount, description=amount)

    def between(**bounds):
        return found(session, access, sort=Sort.SMALLEST, **bounds)

    assert between(min_amount=0) == ["0.01", "5", "999999999999.99"]
    assert between(max_amount="0") == ["-5", "-0.01"]
    assert between(min_amount="-0.01", max_amount="5.00") == ["-0.01", "0.01", "5"]
    assert between(min_amount="5.0001") == ["999999999999.99"]


def test_currencies_and_owners_are_told_apart(session, access):
    """What two members of a ledger recorded, in two currencies."""
    bob = users.register_local(session, LocalUserCreate(username="bob"))
    ledgers.admit(session, access, "bob", Role.EDITOR)
    shared = ledgers.open(session, bob, access.ledger_id)
    record(session, access, description="alice's euros")
    record(session, shared, description="bob's yen", currency="JPY")

    assert found(session, access, currency="jpy") == ["bob's yen"]
    assert found(session, access, owner_id=access.user_id) == ["alice's euros"]
    assert found(session, access, owner_id=bob.id, currency="EUR") == []
    assert found(session, access, owner_id=10**30) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lunch", ["Lunch with Zoë"]),
        ("ZOË", ["Lunch with Zoë"]),
        ("  with zoe\u0308 ", ["Lunch with Zoë"]),
        ("harbour", ["Lunch with Zoë"]),
        ("zoe", []),
        ("%", ["100 % sure"]),
        ("_", ["under_score"]),
        ("\\", ["back\\slash"]),
        ("100 %", ["100 % sure"]),
        ("r_s", ["under_score"]),
        ("e_s", []),
        ("straße", ["Strassenbahn"]),
        ("🍰", ["🍰"]),
        ("'; DROP TABLE expenses; --", []),
        ("", ["🍰", "Strassenbahn", "back\\slash", "under_score", "100 % sure", "Lunch with Zoë"]),
    ],
)
def test_text_is_found_in_descriptions_and_notes(session, access, text, expected):
    """Without regard to case; every character stands for itself."""
    record(session, access, description="Lunch with Zoë", notes="at the\nHARBOUR")
    for description in ["100 % sure", "under_score", "back\\slash", "Strassenbahn", "🍰"]:
        record(session, access, description=description)

    assert found(session, access, text=text, sort=Sort.LAST_RECORDED) == expected


def test_text_is_found_after_an_edit_too(session, access, lunch):
    """And what was there before is not."""
    expenses.edit(session, access, lunch.id, ExpenseUpdate(version=1, description="Dinner", notes="Harbour"))

    assert found(session, access, text="lunch") == []
    assert found(session, access, text="dinner") == found(session, access, text="harbour") == ["Dinner"]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        (Sort.NEWEST, "cdba"),
        (Sort.OLDEST, "abdc"),
        (Sort.LARGEST, "dbca"),
        (Sort.SMALLEST, "acbd"),
        (Sort.LAST_RECORDED, "dcba"),
        (Sort.FIRST_RECORDED, "abcd"),
        ("-amount", "dbca"),
    ],
)
def test_every_order_goes_both_ways(session, access, sort, expected):
    """Of equal ones, the order of recording decides."""
    for name, amount, day in [("a", "1", 1), ("b", "3", 2), ("c", "2", 3), ("d", "3", 2)]:
        record(session, access, amount, description=name, spent_on=date(2026, 11, day))

    assert "".join(found(session, access, sort=sort)) == expected


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (
            {"spent_from": "2026-11-02", "spent_to": "2026-11-01"},
            "the range ends (2026-11-01) before it begins (2026-11-02)",
        ),
        ({"min_amount": 2, "max_amount": 1}, "the smallest amount (2) is more than the largest (1)"),
        ({"min_amount": "1e30"}, "min_amount: '1e30' is not an amount; write plain digits such as 12.50"),
        ({"max_amount": Decimal("1e30")}, "max_amount: an amount must be smaller than 1,000,000,000,000"),
        ({"min_amount": "0.00001"}, "min_amount: '0.00001' has more decimals than any currency, which is 4"),
        ({"limit": 0}, "limit: must be 1 or more"),
        ({"limit": 501}, "limit: must be 500 or less"),
        ({"text": "a\x00"}, "text: character 2 (U+0000) cannot be stored; remove it"),
        ({"text": "x" * 201}, "text: write at most 200 characters"),
        (
            {"category_ids": range(1_001)},
            "category_ids: give at most 1,000 of them",
        ),
        ({"catgory_ids": [1]}, "catgory_ids: there is no such field; take it out, or mend its name"),
    ],
)
def test_a_query_that_makes_no_sense_is_refused(wrong, message):
    """Before the database is asked, and a mistyped name too."""
    with pytest.raises(ValidationError) as caught:
        ExpenseQuery(**wrong)

    assert Invalid.from_validation(caught.value).message.startswith(message)


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "🍰",
        "\udcff",
        "A" * 100_000,
        base64.urlsafe_b64encode(b"[" * 100_000).decode(),
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
        cursor_of(None),
        cursor_of(7),
        cursor_of([]),
        cursor_of(["spent_on", True, "2026-11-01"]),
        cursor_of(["spent_on", False, "2026-11-01", 1]),
        cursor_of(["amount", True, "1", 1]),
        cursor_of(["spent_on", True, "yesterday", 1]),
        cursor_of(["spent_on", True, None, 1]),
        cursor_of(["spent_on", True, "2026-11-01", "1"]),
        cursor_of(["spent_on", True, "2026-11-01", True]),
        cursor_of(["spent_on", True, "2026-11-01", 1.5]),
        cursor_of(["spent_on; DROP TABLE expenses", True, "2026-11-01", 1]),
    ],
)
def test_a_cursor_that_this_list_did_not_give_out_is_refused(session, access, cursor):
    """Whatever is in it."""
    with pytest.raises(Invalid, match=FOREIGN):
        expenses.find(session, access, ExpenseQuery(cursor=cursor))


@pytest.mark.parametrize(
    ("sort", "value"), [(Sort.LARGEST, "NaN"), (Sort.LARGEST, 1.5), (Sort.LARGEST, "1e30"), (Sort.OLDEST, "0000-01-01")]
)
def test_a_cursor_with_another_value_is_refused(session, access, sort, value):
    """One that no expense can have."""
    forged = cursor_of([*sort.order, value, 1])

    with pytest.raises(Invalid, match=FOREIGN):
        expenses.find(session, access, ExpenseQuery(sort=sort, cursor=forged))


@pytest.mark.parametrize("moment", ["yesterday", "0001-01-01T00:00:00+14:00", 7])
def test_a_cursor_of_the_trash_has_a_moment_in_it(session, access, moment):
    """One that there can have been."""
    with pytest.raises(Invalid, match=FOREIGN):
        expenses.trash(session, access, cursor=cursor_of(["deleted_at", True, moment, 1]))


def test_a_cursor_beyond_every_expense_ends_the_list(session, access, lunch):
    """However large the number in it is."""
    behind = cursor_of(["created_at", False, None, 10**30])

    page = expenses.find(session, access, ExpenseQuery(sort=Sort.FIRST_RECORDED, cursor=behind))

    assert (page.items, page.next_cursor) == ([], None)


@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_pages_are_the_whole_list_while_rows_come_and_go(session, access, sort, limit):
    """What is added or deleted elsewhere shifts nothing: no row is missed that stays, and none is seen twice."""

    def another(number):
        return record(session, access, str(1 + number % 3), spent_on=FIRST + timedelta(days=number % 2)).id

    stay, leave = zip(*[(another(number), another(number + 1)) for number in range(6)], strict=True)
    seen = []
    for turn, items in enumerate(pages(session, access, limit, sort=sort)):
        seen += [expense.id for expense in items]
        if turn < len(leave):
            another(turn)
            expenses.delete(session, access, leave[turn])

    in_the_end = [expense.id for expense in expenses.each(session, access, sort=sort)]
    assert len(seen) == len(set(seen))
    assert [one for one in seen if one in stay] == [one for one in in_the_end if one in stay]
    assert set(stay) <= set(seen)


def test_the_row_that_a_page_ended_with_may_be_deleted(session, access):
    """The next page begins where it would have."""
    ids = [record(session, access).id for _ in range(4)]
    first = expenses.find(session, access, ExpenseQuery(limit=2))
    expenses.delete(session, access, first.items[-1].id)

    second = expenses.find(session, access, ExpenseQuery(limit=2, cursor=first.next_cursor))

    assert [expense.id for expense in (*first.items, *second.items)] == ids[::-1]


def test_each_goes_through_all_of_them(session, access, food):
    """More than a page has, in any order, with any filter, one at a time."""
    expenses.record_many(session, access, (ExpenseCreate(amount=1 + number) for number in range(2_100)))
    record(session, access, "5000", category_id=food.id)

    amounts = [int(expense.amount) for expense in expenses.each(session, access, sort=Sort.SMALLEST)]
    chosen = list(expenses.each(session, access, ExpenseFilter(category_ids=(food.id,))))

    assert amounts == [*range(1, 2_101), 5_000]
    assert [expense.category for expense in chosen] == ["Food"]


TEXTS = st.text(st.sampled_from("aAzZ%_\\éÉßſ 🍰"), max_size=4)
SPENT = st.fixed_dictionaries(
    {
        "amount": st.integers(-300, 300).filter(bool).map(lambda cents: Decimal(cents) / 100),
        "currency": st.sampled_from(["EUR", "USD"]),
        "spent_on": st.dates(FIRST, FIRST + timedelta(days=3)),
        "description": TEXTS,
        "notes": TEXTS,
    }
)
WANTED = st.fixed_dictionaries(
    {},
    optional={
        "spent_from": st.dates(FIRST, FIRST + timedelta(days=1)),
        "spent_to": st.dates(FIRST + timedelta(days=1), FIRST + timedelta(days=3)),
        "categories": st.lists(st.sampled_from(["Food", "Rent"]), max_size=2),
        "uncategorised": st.booleans(),
        "min_amount": st.integers(-300, 0).map(lambda cents: Decimal(cents) / 100),
        "max_amount": st.integers(0, 300).map(lambda cents: Decimal(cents) / 100),
        "currency": st.sampled_from(["EUR", "USD"]),
        "text": TEXTS,
    },
)
KEYS = {
    "spent_on": lambda expense: expense.spent_on,
    "amount": lambda expense: expense.amount,
    "created_at": lambda expense: expense.id,
}


def meets(expense, wanted):
    """Whether an expense meets a filter, by plain Python."""
    in_category = expense.category in wanted.get("categories", ()) or (
        wanted.get("uncategorised", False) and expense.category is None
    )
    return (
        wanted.get("spent_from", date.min) <= expense.spent_on <= wanted.get("spent_to", date.max)
        and wanted.get("min_amount", -1_000) <= expense.amount <= wanted.get("max_amount", 1_000)
        and wanted.get("currency", expense.currency) == expense.currency
        and (in_category or not (wanted.get("categories") or wanted.get("uncategorised")))
        and fold(wanted.get("text", "").strip()) in fold(f"{expense.description}\n{expense.notes}")
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(
    spent=st.lists(st.tuples(st.sampled_from(["Food", "Rent", None]), SPENT), max_size=12),
    deleted=st.sets(st.integers(0, 11)),
    asked=st.tuples(WANTED, st.sampled_from(Sort), st.integers(2, 6)),
)
def test_the_database_finds_what_python_would(database, spent, deleted, asked):
    """Any filter, any order, any size of page: the pages are the list that is filtered and sorted by hand."""
    wanted, sort, limit = asked
    with database.reading() as session:
        access = ledgers.open(session, users.register_local(session, LocalUserCreate(username="alice")))
        ids = {name: categories.create(session, access, CategoryCreate(name=name)).id for name in ("Food", "Rent")}
        expenses.record_many(session, access, (ExpenseCreate(**one, category_id=ids.get(name)) for name, one in spent))
        recorded = list(expenses.each(session, access, sort=Sort.FIRST_RECORDED))
        expenses.delete(session, access, *(recorded[index].id for index in deleted if index < len(recorded)))
        query = dict(wanted)
        if "categories" in query:
            query["category_ids"] = [ids[name] for name in query.pop("categories")]

        listed = [expense for items in pages(session, access, limit, sort=sort, **query) for expense in items]
        each = list(expenses.each(session, access, ExpenseFilter(**query), sort))

    live = [expense for index, expense in enumerate(recorded) if index not in deleted]
    by_hand = sorted(
        (expense for expense in live if meets(expense, wanted)),
        key=lambda expense: (KEYS[sort.order.field](expense), expense.id),
        reverse=sort.order.descending,
    )
    assert listed == each == by_hand
