"""What came out of a file can be looked at, and goes again as a whole, whatever was made of it since."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from expense_core import categories, expenses, history, imports, ledgers, users
from expense_core.errors import HistoryConflict, ImportNotFound, Invalid, PermissionDenied
from expense_core.imports import Coming, State
from expense_core.statements.importing import import_rows
from expense_core.statements.row import RawRow
from expense_core.tables import Action, ExpenseCreate, ExpenseUpdate, LocalUserCreate, Role

DAY = date(2026, 10, 5)


@pytest.fixture
def brought(session, access):
    """Import rows; the number of the import."""

    def bring(*rows, note="card.csv"):
        found = [
            RawRow(line, DAY, None, -Decimal(amount), currency, name, "Fun", None, pending=False)
            for line, (amount, currency, name) in enumerate(rows, start=2)
        ]
        return import_rows(session, access, found, note=note, kind="csv 0123456789abcdef").import_id

    return bring


LUNCH, TEA, RAMEN = ("12.50", "EUR", "Lunch"), ("3.20", "EUR", "Tea"), ("1200", "JPY", "Ramen")


def edit(session, access, expense, **changes):
    """Change an expense."""
    return expenses.edit(session, access, expense.id, ExpenseUpdate(version=expense.version, **changes))


def test_every_import_is_listed_with_what_is_left_of_it(session, access, brought, alice):
    """The last first, page by page; other writes are none of them."""
    card, cash = brought(LUNCH, TEA, RAMEN), brought(("7", "EUR", "Book"), note="cash.csv")
    lunch, tea, ramen = imports.expenses(session, access, card).items
    expenses.delete(session, access, tea.id)
    history.undo(session, access, imports.get(session, access, cash).entry_id)

    page = imports.list(session, access, limit=1)
    rest = imports.list(session, access, cursor=page.next_cursor)

    (last,), (first,) = page.items, rest.items
    assert (last.id, last.file, last.coming, last.in_trash) == (cash, "cash.csv", Coming(), 0)
    assert (first.id, first.file, first.format, first.actor) == (card, "card.csv", "csv", alice.username)
    assert (first.coming.count, first.in_trash) == (2, 1)
    assert first.coming.totals == {"EUR": lunch.amount, "JPY": ramen.amount}
    assert (last.undone_at is None, first.undone_at, rest.next_cursor) == (False, None, None)
    assert (last.state, first.state) == (State.REVERTED, State.COMMITTED)
    assert (first.rows, first.counts, first.new_categories) == (3, {"new": 3}, ["Fun"])
    assert imports.of_entry(session, access, first.entry_id) == first


def test_the_expenses_of_an_import_are_paged_in_the_order_of_its_file(session, access, brought, lunch):
    """Those that are in the book, and no others."""
    card = brought(LUNCH, TEA, RAMEN)

    page = imports.expenses(session, access, card, limit=2)
    rest = imports.expenses(session, access, card, cursor=page.next_cursor)

    assert [one.description for one in (*page.items, *rest.items)] == ["Lunch", "Tea", "Ramen"]
    assert rest.next_cursor is None


@pytest.mark.parametrize("state", State)
def test_imports_are_listed_by_how_far_they_are(session, access, brought, state):
    """One of which everything is in the trash is as far as one that was undone."""
    kept, undone, deleted = brought(LUNCH), brought(TEA), brought(RAMEN)
    imports.revert(session, access, undone)
    expenses.delete(session, access, imports.expenses(session, access, deleted).items[0].id)

    found = [one.id for one in imports.list(session, access, state=state).items]

    assert found == {State.OPEN: [], State.COMMITTED: [kept], State.REVERTED: [deleted, undone]}[state]


@pytest.mark.parametrize("call", [imports.get, imports.expenses, imports.edits, imports.revert, imports.of_entry])
def test_what_is_no_import_of_this_ledger_is_not_found(session, access, lunch, call):
    """Another write is none."""
    (recorded,) = history.of(session, access, lunch.id)

    with pytest.raises(ImportNotFound, match=r"(has|is) no import"):
        call(session, access, recorded.id)


def test_a_page_that_is_asked_for_wrongly_is_refused(session, access, brought):
    """A cursor of another list, or no page at all."""
    card = brought(LUNCH)

    for cursor in ("nonsense", "9" * 30):
        with pytest.raises(Invalid, match="another list"):
            imports.list(session, access, cursor=cursor)
    with pytest.raises(Invalid, match="1 to 500 expenses"):
        imports.expenses(session, access, card, limit=0)
    with pytest.raises(Invalid, match="1 to 500 imports"):
        imports.list(session, access, limit=0)


def test_an_import_that_nobody_touched_leaves_no_trace(session, access, brought):
    """As by an undo: its categories go too, and its file can come in again."""
    card = brought(LUNCH, TEA)

    reverted = imports.revert(session, access, card)

    assert (reverted.action, reverted.undone_at is None) == (Action.IMPORT, False)
    assert imports.of_entry(session, access, reverted.id).id == card
    assert categories.list(session, access) == []
    assert expenses.trash(session, access).items == []
    with pytest.raises(HistoryConflict, match="undone already"):
        imports.revert(session, access, card, edited=True)
    assert brought(LUNCH, TEA) is not None


def test_what_was_edited_since_is_told_before_it_goes(session, access, brought):
    """How many, and which; an edit that was undone is none, and what was deleted stays in the trash."""
    card = brought(LUNCH, TEA, RAMEN)
    lunch, tea, ramen = imports.expenses(session, access, card).items
    edit(session, access, ramen, amount="1300")
    history.undo(session, access)
    assert imports.edits(session, access, card) == (0, [])
    edit(session, access, edit(session, access, lunch, description="Lunch with Eve"), amount="6.25")
    expenses.delete(session, access, tea.id)

    with pytest.raises(HistoryConflict) as refused:
        imports.revert(session, access, card)
    count, first = imports.edits(session, access, card)
    reverted = imports.revert(session, access, card, edited=True)

    assert refused.value.message == (
        f"2 of the expenses of card.csv were edited or deleted since: expense {lunch.id} Lunch with Eve; "
        f"expense {tea.id} Tea"
    )
    assert count == 2
    assert [(one.id, one.fields[0].name) for one in first] == [
        (lunch.id, "description"),
        (lunch.id, "amount"),
        (tea.id, "deleted_at"),
    ]
    assert (reverted.action, reverted.changed, reverted.note) == (Action.DELETE, 2, "card.csv")
    assert [*expenses.each(session, access)] == []
    assert len(expenses.trash(session, access).items) == 3
    history.undo(session, access, reverted.id)
    assert {one.description for one in expenses.each(session, access)} == {"Lunch with Eve", "Ramen"}


def test_many_edits_are_told_by_the_first_of_them(session, access, brought):
    """The message stays one sentence, also of a file without a name."""
    nameless = brought(*[(str(number), "EUR", f"Row {number}") for number in range(1, 6)], note="")
    for one in imports.expenses(session, access, nameless).items:
        edit(session, access, one, notes="Seen")

    with pytest.raises(HistoryConflict, match=r"^5 of the expenses of this import .*Row 3; \.\.\.$"):
        imports.revert(session, access, nameless)


def test_a_category_that_has_other_expenses_now_holds_nothing_up(session, access, brought):
    """An undo would take it away; it stays, where a person wants the expenses gone all the same."""
    card = brought(LUNCH)
    fun = categories.named(session, access, "Fun")
    kept = expenses.record(session, access, ExpenseCreate(amount=1, category_id=fun.id))

    with pytest.raises(HistoryConflict, match="'Fun' has expenses now"):
        imports.revert(session, access, card)
    imports.revert(session, access, card, edited=True)

    assert [(one.id, one.category) for one in expenses.each(session, access)] == [(kept.id, "Fun")]


def test_an_import_of_which_nothing_is_left_is_not_reverted(session, access, brought):
    """It says what stands in the way."""
    card = brought(LUNCH)
    expenses.delete(session, access, *(one.id for one in expenses.each(session, access)))

    with pytest.raises(HistoryConflict, match="changed the same expense later"):
        imports.revert(session, access, card, edited=True)


def test_a_viewer_reverts_nothing(session, access, brought):
    """They may look at it."""
    card = brought(LUNCH)
    bob = users.register_local(session, LocalUserCreate(username="bob"))
    ledgers.admit(session, access, "bob", Role.VIEWER)
    viewer = ledgers.open(session, bob, access.ledger_id)

    assert imports.get(session, viewer, card).coming.count == 1
    with pytest.raises(PermissionDenied):
        imports.revert(session, viewer, card)
