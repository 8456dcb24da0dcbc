"""Expenses: recorded, found, edited, deleted and restored, wherever the book is."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal

import pytest
from backends import WRITES, record

from expense_core import ExpenseCreate, ExpenseFilter, ExpenseQuery, ExpenseUpdate, Role, Sort
from expense_core.at_once import CommonUpdate
from expense_core.batches import MOST_LINES, BatchCreate, BatchDelete, BatchEdit, BatchRestore
from expense_core.errors import (
    BatchRefused,
    CategoryNameTaken,
    CategoryNotFound,
    Conflict,
    ExpenseNotFound,
    Invalid,
    InvalidAmount,
    LedgerNotFound,
    PermissionDenied,
    VersionConflict,
)
from expense_core.exports import Form

NOTHING = 987_654
"""The number of no row."""


def described(backend, **query):
    """The descriptions on the first page of a list."""
    return [one.description for one in backend.find(ExpenseQuery(**query)).items]


def delete(*expenses):
    """The lines that delete them."""
    return [BatchDelete(do="delete", id=one.id) for one in expenses]


def test_all_that_meets_a_filter_is_changed_at_once(book):
    """Into a category that is made with them, to another day, into the trash; each is one undo."""
    for number in range(3):
        record(book, f"Tea {number}")
    record(book, "Lunch")
    tea = ExpenseFilter(text="tea", spent_from="2026-11-05")

    changed = book.edit_all(tea, CommonUpdate(spent_on="2026-11-04"), expected=3, new_category="Drinks")
    teas = book.find(ExpenseQuery(text="tea")).items
    deleted = book.delete_all(ExpenseFilter(text="tea"), expected=3)

    assert (changed, deleted) == (3, 3)
    assert {(one.category, one.spent_on) for one in teas} == {("Drinks", date(2026, 11, 4))}
    assert described(book) == ["Lunch"]
    book.undo()
    book.undo()
    assert [one.spent_on for one in book.find(ExpenseQuery(text="tea")).items] == [date(2026, 11, 5)] * 3
    assert book.categories() == []


def test_some_are_taken_out_of_all_that_meets_a_filter(book, tmp_path):
    """They are not changed, deleted or written with the others."""
    first, *_ = [record(book, f"Tea {number}") for number in range(3)]
    but = ExpenseFilter(text="tea", except_ids=(first.id,))

    written = book.export(but, Form.NDJSON, tmp_path / "tea.ndjson", lambda *_: None)
    changed = book.edit_all(but, CommonUpdate(spent_on="2026-11-04"), expected=2, new_category="Drinks")
    deleted = book.delete_all(but, expected=2)

    assert (written, changed, deleted) == (2, 2, 2)
    assert "Tea 0" not in (tmp_path / "tea.ndjson").read_text(encoding="utf-8")
    assert book.find(ExpenseQuery()).items == [first]
    assert book.history().items[0].changed == 2


def test_if_others_meet_the_filter_by_now_nothing_is_done(book):
    """They were not there when somebody looked."""
    record(book, "Tea")

    with pytest.raises(Conflict, match="1 meet the filter by now, not 2"):
        book.edit_all(ExpenseFilter(), CommonUpdate(category_id=None), expected=2)
    with pytest.raises(Conflict, match="1 meet the filter by now, not 2"):
        book.delete_all(ExpenseFilter(), expected=2)

    assert described(book) == ["Tea"]


def test_an_expense_comes_back_as_it_was_recorded(book):
    """Every field, to the cent, whoever asks for it."""
    food = book.create_category("Food")
    new = ExpenseCreate(
        amount="1234567.89",
        currency="CHF",
        description="Käse & Brot 🧀",
        spent_on="2024-02-29",
        category_id=food.id,
        notes="two\n\tlines",
    )

    recorded = book.record(new)

    assert (recorded.amount, recorded.currency) == (Decimal("1234567.89"), "CHF")
    assert (recorded.description, recorded.notes) == ("Käse & Brot 🧀", "two\n\tlines")
    assert (recorded.spent_on, recorded.category_id, recorded.category) == (date(2024, 2, 29), food.id, "Food")
    assert (recorded.owner_id, recorded.ledger_id) == (book.book().user.id, book.book().ledger.id)
    assert (recorded.version, recorded.deleted_at) == (1, None)
    assert book.get(recorded.id) == recorded
    assert book.find(ExpenseQuery()).items == [recorded]


def test_what_is_left_out_is_the_ledgers_own(place):
    """Its currency; and an amount has all decimals of it."""
    recorded = place.newcomer(currency="KWD").record(ExpenseCreate(amount="-2.5"))

    assert (str(recorded.amount), recorded.currency) == ("-2.500", "KWD")
    assert (recorded.description, recorded.notes, recorded.category) == ("", "", None)


def test_an_expense_can_make_its_category_and_one_undo_takes_both(book):
    """Whether it is recorded with it or edited."""
    lunch = book.record(ExpenseCreate(amount=9), new_category=" Food ")
    assert [one.name for one in book.categories()] == [lunch.category] == ["Food"]
    book.undo()
    assert (book.categories(), described(book)) == ([], [])

    tea = record(book, "Tea")
    edited = book.edit(tea.id, ExpenseUpdate(version=1, amount="3"), new_category="Drinks")
    assert (edited.category, str(edited.amount), edited.version) == ("Drinks", "3.00", 2)
    book.undo()
    assert book.categories() == []
    assert (book.get(tea.id).category, str(book.get(tea.id).amount)) == (None, "12.50")


def test_a_category_that_cannot_be_made_is_refused_with_the_expense(book):
    """And what is wrong with its name is named; nothing is recorded."""
    food = book.create_category("Food")
    new = ExpenseCreate(amount=1)

    with pytest.raises(CategoryNameTaken):
        book.record(new, new_category="FOOD")
    with pytest.raises(Invalid, match="an expense has one category"):
        book.record(ExpenseCreate(amount=1, category_id=food.id), new_category="Fun")
    for name, code in (("", "string_too_short"), ("x" * 101, "string_too_long"), ("a\x00", "invalid_text")):
        with pytest.raises(Invalid) as refused:
            book.record(new, new_category=name)
        assert [(one.field, one.code) for one in refused.value.errors] == [("new_category", code)]

    assert described(book) == []


def test_an_amount_that_the_ledgers_currency_cannot_have_is_refused(place):
    """The expense names none, so that only the book can tell."""
    book = place.newcomer(currency="JPY")

    with pytest.raises(InvalidAmount, match="JPY"):
        book.record(ExpenseCreate(amount="1.50"))


def test_a_category_that_is_not_there_is_not_found(book):
    """For whatever an expense is."""
    lunch = record(book)

    with pytest.raises(CategoryNotFound):
        book.record(ExpenseCreate(amount=1, category_id=NOTHING))
    with pytest.raises(CategoryNotFound):
        book.edit(lunch.id, ExpenseUpdate(version=1, category_id=NOTHING))

    assert book.find(ExpenseQuery()).items == [lunch]


def test_a_list_comes_in_pages(book):
    """Each begins where the one before ended; the last one says that it is."""
    for number in range(5):
        record(book, f"Book {number}", spent_on=f"2026-11-0{number + 1}")

    first = book.find(ExpenseQuery(limit=3))
    record(book, "Meanwhile", spent_on="2026-11-30")
    second = book.find(ExpenseQuery(limit=3, cursor=first.next_cursor))

    assert [one.description for one in first.items] == ["Book 4", "Book 3", "Book 2"]
    assert [one.description for one in second.items] == ["Book 1", "Book 0"]
    assert second.next_cursor is None


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["Ramen", "Deposit", "Lunch", "Rent"]),
        ({"sort": Sort.OLDEST}, ["Rent", "Lunch", "Deposit", "Ramen"]),
        ({"sort": Sort.LARGEST}, ["Ramen", "Rent", "Lunch", "Deposit"]),
        ({"sort": Sort.FIRST_RECORDED, "limit": 2}, ["Lunch", "Rent"]),
        ({"spent_from": "2026-11-02", "spent_to": "2026-11-03"}, ["Deposit", "Lunch"]),
        ({"min_amount": "12.5", "max_amount": "900"}, ["Lunch", "Rent"]),
        ({"max_amount": "-0.01"}, ["Deposit"]),
        ({"currency": "jpy"}, ["Ramen"]),
        ({"text": "RAM"}, ["Ramen"]),
        ({"text": "100% & 1=1 #?"}, ["Lunch"]),
        ({"uncategorised": True}, ["Ramen", "Deposit", "Rent"]),
        ({"uncategorised": False}, ["Ramen", "Deposit", "Lunch", "Rent"]),
        ({"owner_id": NOTHING}, []),
    ],
)
def test_every_condition_has_to_be_met(book, query, found):
    """In whatever order is asked for."""
    record(book, "Lunch", "Food", notes="100% & 1=1 #?", spent_on="2026-11-02")
    record(book, "Rent", amount="900", spent_on="2026-11-01")
    record(book, "Deposit", amount="-3", spent_on="2026-11-03")
    record(book, "Ramen", amount="1500", currency="JPY", spent_on="2026-11-04")

    assert described(book, **query) == found


def test_any_of_many_categories_will_do(book):
    """As many as a filter may have."""
    record(book, "Lunch", "Food")
    record(book, "Train", "Travel")
    record(book, "Odd")
    food = book.find(ExpenseQuery(text="lunch")).items[0].category_id
    many = tuple(range(10**15, 10**15 + 999))

    assert described(book, category_ids=(food, *many)) == ["Lunch"]
    assert sorted(described(book, category_ids=(food,), uncategorised=True)) == ["Lunch", "Odd"]


def test_a_cursor_of_another_list_is_refused(book):
    """It would lead anywhere."""
    for number in range(3):
        record(book, str(number))
    cursor = book.find(ExpenseQuery(limit=1)).next_cursor

    for query in ({"cursor": "rubbish"}, {"cursor": cursor, "sort": Sort.LARGEST}):
        with pytest.raises(Invalid, match="start again without one"):
            book.find(ExpenseQuery(**query))


def test_an_edit_changes_what_it_says_and_nothing_else(book):
    """What is taken away, too."""
    lunch = record(book, "Lunch", "Food", notes="with Sam")

    edited = book.edit(lunch.id, ExpenseUpdate(version=1, amount="13", category_id=None))

    assert (edited.version, str(edited.amount), edited.category, edited.notes) == (2, "13.00", None, "with Sam")
    assert book.get(lunch.id) == edited
    assert book.edit(lunch.id, ExpenseUpdate(version=2, amount="13.00")) == edited


def test_a_stale_edit_is_refused_and_changes_nothing(place, book):
    """Two programs edit the same expense: the second is told which version there is."""
    lunch = record(book)
    place.again(book).edit(lunch.id, ExpenseUpdate(version=1, description="Lunch with Sam"))

    with pytest.raises(VersionConflict) as refused:
        book.edit(lunch.id, ExpenseUpdate(version=1, amount="99"))

    assert refused.value.current_version == 2
    assert described(book) == ["Lunch with Sam"]


def test_an_expense_that_is_not_there_is_not_found(place, book):
    """Nobody's, another's, or one in the trash."""
    theirs, gone = record(place.newcomer()), record(book)
    book.apply(delete(gone))

    for number in (NOTHING, theirs.id, gone.id):
        with pytest.raises(ExpenseNotFound):
            book.get(number)
        with pytest.raises(ExpenseNotFound):
            book.edit(number, ExpenseUpdate(version=1, amount="2"))


def test_many_changes_are_one(book):
    """What became of each line is told, and one undo takes all back."""
    lunch, tea, bun = record(book, "Lunch"), record(book, "Tea"), record(book, "Bun")
    book.apply(delete(bun))

    done = book.apply(
        [
            BatchCreate(do="create", amount="2", description="Milk"),
            BatchEdit(do="edit", id=lunch.id, version=1, spent_on="2026-11-07"),
            BatchDelete(do="delete", id=tea.id, version=1),
            BatchRestore(do="restore", id=bun.id),
        ]
    )

    assert [one.do for one in done] == ["create", "edit", "delete", "restore"]
    assert [one.expense and one.expense.description for one in done] == ["Milk", "Lunch", None, "Bun"]
    assert done[1].expense == book.get(lunch.id)
    assert sorted(described(book)) == ["Bun", "Lunch", "Milk"]
    book.undo()
    assert sorted(described(book)) == ["Lunch", "Tea"]
    assert book.apply([]) == []


def test_where_one_change_cannot_be_made_none_is(book):
    """Each that cannot is named, by its line."""
    lunch = record(book)

    with pytest.raises(BatchRefused) as refused:
        book.apply(
            [
                BatchCreate(do="create", amount="2", category_id=NOTHING),
                BatchEdit(do="edit", id=lunch.id, version=1, amount="1"),
                BatchDelete(do="delete", id=NOTHING),
            ]
        )

    assert [(one.field, one.code) for one in refused.value.errors] == [
        ("lines.0", "category_not_found"),
        ("lines.2", "expense_not_found"),
    ]
    assert book.find(ExpenseQuery()).items == [lunch]


def test_as_many_changes_as_there_may_be_and_no_more(book):
    """More are to be made in several writes."""
    lines = [BatchCreate(do="create", amount=1, description="x" * 500, notes="y" * 100) for _ in range(MOST_LINES)]

    assert len(book.apply(lines)) == MOST_LINES
    with pytest.raises(Invalid):
        book.apply([*lines, *lines[:1]])

    book.undo()
    assert described(book) == []


def test_the_trash_has_what_was_deleted_the_last_first(book):
    """In pages, and each as it was."""
    for number in range(60):
        record(book, str(number))
    everything = book.find(ExpenseQuery(limit=60, sort=Sort.FIRST_RECORDED)).items
    for start in range(0, 60, 20):
        book.apply(delete(*everything[start : start + 20]))

    first = book.trash()
    second = book.trash(first.next_cursor)

    assert (len(first.items), len(second.items), second.next_cursor) == (50, 10, None)
    assert {one.description for one in first.items[:20]} == {str(number) for number in range(40, 60)}
    assert all(one.deleted_at is not None for one in first.items)
    with pytest.raises(Invalid):
        book.trash("rubbish")


def test_many_come_out_of_the_trash_and_one_undo_puts_them_back(book):
    """Whole as they were; so does one alone."""
    expenses = [record(book, str(number), "Food") for number in range(3)]
    book.apply(delete(*expenses))

    assert book.restore(expenses[0].id) == 1
    assert book.restore(*(one.id for one in expenses[1:]), expenses[1].id) == 2

    restored = book.find(ExpenseQuery(sort=Sort.FIRST_RECORDED)).items
    assert [(one.description, one.category, one.deleted_at) for one in restored] == [
        ("0", "Food", None),
        ("1", "Food", None),
        ("2", "Food", None),
    ]
    book.undo()
    assert described(book) == ["0"]
    assert book.restore() == 0


def test_what_is_not_in_the_trash_is_not_restored(book):
    """Nor anything that was named beside it."""
    lunch, gone = record(book), record(book, "Gone")
    book.apply(delete(gone))

    for ids in ([lunch.id], [gone.id, lunch.id], [gone.id, NOTHING]):
        with pytest.raises(ExpenseNotFound):
            book.restore(*ids)
        with pytest.raises(ExpenseNotFound):
            book.purge(*ids)

    assert described(book) == ["Lunch"]


def test_what_is_purged_is_gone_for_good(book):
    """Those that are named, or all of it."""
    expenses = [record(book, str(number)) for number in range(4)]
    book.apply(delete(*expenses[:3]))

    assert book.purge(expenses[0].id) == 1
    assert [one.description for one in book.trash().items] == ["2", "1"]
    assert book.purge() == 2
    assert book.purge() == 0

    assert book.trash().items == []
    assert described(book) == ["3"]


def test_what_was_recorded_before_is_suggested(book):
    """With its last category and amount; nobody else's."""
    record(book, "Lunch with Sam", spent_on="2026-11-01", amount="9")
    record(book, "Lunch with Sam", "Food", spent_on="2026-11-03")
    record(book, "Late lunch", amount="1500", currency="JPY", spent_on="2026-11-02")

    first, second = book.suggest("LUN")

    assert (first.description, first.category, str(first.amount), first.currency) == (
        "Lunch with Sam",
        "Food",
        "12.50",
        "EUR",
    )
    assert (second.description, second.category, str(second.amount)) == ("Late lunch", None, "1500")
    assert [one.description for one in book.suggest("")] == ["Lunch with Sam", "Late lunch"]
    assert list(book.suggest("dinner")) == list(book.suggest("x" * 5_000)) == []


@pytest.mark.parametrize("name", WRITES)
def test_a_viewer_changes_nothing(place, book, name, tmp_path):
    """They see it all the same."""
    lunch = record(book, "Lunch", "Food")
    friend = place.newcomer()
    friend.open_ledger(place.share(book, friend, Role.VIEWER).id)

    with pytest.raises(PermissionDenied, match="you are a viewer"):
        WRITES[name](friend, lunch.id, tmp_path)

    assert friend.find(ExpenseQuery()).items == [lunch]


def test_a_ledger_that_was_open_stays_so_in_other_programs(place, book):
    """Each goes its own way."""
    second = place.second_ledger(book, "JPY")
    other = place.again(book)
    other.open_ledger(second.id)
    record(other, "Ramen", amount=1500)

    assert described(book) == []
    assert described(other) == ["Ramen"]
    with pytest.raises(LedgerNotFound):
        place.newcomer().open_ledger(second.id)


def test_several_threads_may_call_it_at_once(book):
    """Each gets its own answer, and nothing is lost."""

    def job(number):
        recorded = record(book, f"Book {number}")
        book.edit(recorded.id, ExpenseUpdate(version=1, notes=str(number)))
        return book.get(recorded.id).notes, len(book.categories()), len(book.suggest("book")) > 0

    with ThreadPoolExecutor(8) as pool:
        answers = [*pool.map(job, range(40))]

    assert answers == [(str(number), 0, True) for number in range(40)]
    assert len(described(book, limit=500)) == 40
