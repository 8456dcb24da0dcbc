"""Who may do what, for every use case: a viewer only looks, and another ledger's rows are not there at all.

A use case that is new in `expense_core` fails a test here until it is listed.
"""

import inspect
from types import SimpleNamespace

import pytest

from expense_core import (
    at_once,
    batches,
    categories,
    expenses,
    habits,
    history,
    idempotency,
    ledgers,
    reports,
    rules,
    suggestions,
    users,
)
from expense_core.at_once import CommonUpdate
from expense_core.batches import BatchDelete
from expense_core.errors import BatchRefused, NotFound, PermissionDenied
from expense_core.ledgers import Access
from expense_core.queries import ExpenseFilter, ExpenseQuery
from expense_core.statements import ReadingOptions, profiles
from expense_core.tables import (
    CategoryCreate,
    CategoryUpdate,
    ExpenseCreate,
    ExpenseUpdate,
    LedgerCreate,
    LocalUserCreate,
    Role,
    RuleCreate,
    RuleUpdate,
)

WRITES = {
    "at_once.edit": lambda s, a, _: at_once.edit(s, a, ExpenseFilter(), CommonUpdate(category_id=None)),
    "at_once.delete": lambda s, a, _: at_once.delete(s, a, ExpenseFilter(text="lunch")),
    "batches.apply": lambda s, a, o: batches.apply(s, a, [BatchDelete(do="delete", id=o.lunch)]),
    "categories.create": lambda s, a, _: categories.create(s, a, CategoryCreate(name="New")),
    "categories.ensure": lambda s, a, _: categories.ensure(s, a, "New"),
    "categories.rename": lambda s, a, o: categories.rename(s, a, o.food, CategoryUpdate(version=1, name="New")),
    "categories.merge": lambda s, a, o: categories.merge(s, a, o.food, o.rent),
    "categories.delete": lambda s, a, o: categories.delete(s, a, o.food, uncategorise=True),
    "expenses.record": lambda s, a, _: expenses.record(s, a, ExpenseCreate(amount=1)),
    "expenses.record_many": lambda s, a, _: expenses.record_many(s, a, [ExpenseCreate(amount=1)]),
    "expenses.edit": lambda s, a, o: expenses.edit(s, a, o.lunch, ExpenseUpdate(version=1, amount="2")),
    "expenses.delete": lambda s, a, o: expenses.delete(s, a, o.lunch),
    "expenses.restore": lambda s, a, o: expenses.restore(s, a, o.deleted),
    "expenses.purge": lambda s, a, o: expenses.purge(s, a, o.deleted),
    "expenses.empty_trash": lambda s, a, _: expenses.empty_trash(s, a),
    "profiles.forget": lambda s, a, o: profiles.forget(s, a, o.profile),
    "profiles.remember": lambda s, a, o: profiles.remember(s, a, o.statement, ReadingOptions(invert=True)),
    "rules.create": lambda s, a, _: rules.create(s, a, RuleCreate(payee="new", skip=True)),
    "rules.edit": lambda s, a, o: rules.edit(s, a, o.rule, RuleUpdate(version=1, payee="new")),
    "rules.move": lambda s, a, o: rules.move(s, a, o.rule, 2),
    "rules.delete": lambda s, a, o: rules.delete(s, a, o.rule),
    "history.undo": lambda s, a, o: history.undo(s, a, o.entry),
    "history.redo": lambda s, a, o: history.redo(s, a, o.undone),
}
"""Each takes a session, an access, and the ids of rows that Alice's ledger holds."""

LOOKS = {
    "categories.get": lambda s, a, o: categories.get(s, a, o.food),
    "categories.named": lambda s, a, _: categories.named(s, a, "Food"),
    "categories.require_live": lambda s, a, o: categories.require_live(s, a, o.food),
    "expenses.get": lambda s, a, o: expenses.get(s, a, o.lunch),
    "history.get": lambda s, a, o: history.get(s, a, o.entry),
    "history.of": lambda s, a, o: history.of(s, a, o.lunch),
    "rules.get": lambda s, a, o: rules.get(s, a, o.rule),
}
"""Each looks at one row of Alice's ledger."""

LISTS = {
    "categories.list": lambda s, a, _: categories.list(s, a),
    "categories.names": lambda s, a, _: list(categories.names(s, a)),
    "categories.named_or_new": lambda s, a, _: [
        found for found in [categories.named_or_new(s, a, "Food")] if not isinstance(found, CategoryCreate)
    ],
    "expenses.find": lambda s, a, _: expenses.find(s, a, ExpenseQuery(text="lunch")).items,
    "expenses.each": lambda s, a, _: list(expenses.each(s, a)),
    "expenses.trash": lambda s, a, _: expenses.trash(s, a).items,
    "history.list": lambda s, a, _: history.list(s, a).items,
    "reports.spending": lambda s, a, _: reports.spending(s, a, ["category"]).rows,
    "habits.learn": lambda s, a, _: [found for found in [habits.learn(s, a).category_of("Lunch")] if found is not None],
    "profiles.list": lambda s, a, _: profiles.list(s, a),
    "rules.list": lambda s, a, _: rules.list(s, a),
    "rules.try_on": lambda s, a, _: rules.try_on(s, a, RuleCreate(text="lunch", skip=True)).first,
    "suggestions.like": lambda s, a, _: suggestions.like(s, a, "lunch"),
    "ledgers.members": lambda s, a, _: [name for name in ledgers.members(s, a) if name != "bob"],
}
"""Each gives rows of the ledger that it is asked about."""

ELSEWHERE = {
    "categories.add",
    "categories.lock",
    "expenses.lock",
    "idempotency.answered",
    "idempotency.clear",
    "idempotency.erase",
    "idempotency.keep",
    "ledgers.admit",
    "ledgers.change_role",
    "ledgers.dismiss",
    "ledgers.open",
    "rules.lock",
    "profiles.answered",
    "profiles.recall",
}
"""`add` and `lock` are parts of other writes, a key is its user's own; who decides on members is in `test_ledgers`, and
who has which answers in `test_profiles`."""

BY_ROW = {
    name: use
    for name, use in (WRITES | LOOKS).items()
    if name
    not in {
        "at_once.edit",
        "at_once.delete",
        "categories.create",
        "categories.ensure",
        "expenses.record",
        "expenses.record_many",
        "expenses.empty_trash",
        "profiles.remember",
        "rules.create",
    }
}
"""The use cases that name a row."""


@pytest.fixture
def owned(session, access, food, lunch, tmp_path):
    """The ids of rows in Alice's ledger, of each kind that a use case can name."""
    rent = categories.create(session, access, CategoryCreate(name="Rent"))
    rule = rules.create(session, access, RuleCreate(payee="first", skip=True))
    rules.create(session, access, RuleCreate(payee="second", skip=True))
    deleted = expenses.record(session, access, ExpenseCreate(amount=1, description="deleted"))
    expenses.delete(session, access, deleted.id)
    expenses.record(session, access, ExpenseCreate(amount=2, description="undone"))
    undone = history.undo(session, access)
    entry = history.of(session, access, lunch.id)[0]
    statement = tmp_path / "statement.csv"
    statement.write_text("Date,Text,Amount\n2026-10-05,Tea,1.50\n", encoding="utf-8")
    profile = profiles.remember(session, access, statement, ReadingOptions(invert=False))
    return SimpleNamespace(
        food=food.id,
        rent=rent.id,
        lunch=lunch.id,
        deleted=deleted.id,
        entry=entry.id,
        undone=undone.id,
        rule=rule.id,
        statement=statement,
        profile=profile.id,
    )


@pytest.fixture
def bob(session):
    """A user who has nothing to do with Alice."""
    return users.register_local(session, LocalUserCreate(username="bob"))


def book(session, access):
    """All that can be seen of a ledger."""
    return {name: look(session, access, None) for name, look in LISTS.items()}


def test_every_use_case_is_here():
    """So that none is left out of the tests of this file."""
    found = {
        f"{module.__name__.rpartition('.')[2]}.{name}"
        for module in (
            at_once,
            batches,
            categories,
            expenses,
            habits,
            history,
            idempotency,
            ledgers,
            profiles,
            reports,
            rules,
            suggestions,
        )
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
        if any(kind.annotation in {"Access", Access} for kind in inspect.signature(function).parameters.values())
    }

    assert found - ELSEWHERE == set(WRITES | LOOKS | LISTS)


@pytest.mark.parametrize("use", WRITES.values(), ids=WRITES)
def test_a_viewer_writes_nothing(session, access, owned, bob, use):
    """And changes nothing by trying."""
    ledgers.admit(session, access, "bob", Role.VIEWER)
    before = book(session, access)

    with pytest.raises(PermissionDenied, match="you are a viewer of this ledger; this takes an editor"):
        use(session, ledgers.open(session, bob, access.ledger_id), owned)

    assert book(session, access) == before


@pytest.mark.parametrize("use", WRITES.values(), ids=WRITES)
def test_an_editor_writes(session, access, owned, bob, use):
    """All that an owner writes."""
    ledgers.admit(session, access, "bob", Role.EDITOR)
    before = book(session, access)

    use(session, ledgers.open(session, bob, access.ledger_id), owned)

    assert book(session, access) != before


@pytest.mark.parametrize("use", (LOOKS | LISTS).values(), ids=LOOKS | LISTS)
def test_a_viewer_sees_what_the_owner_sees(session, access, owned, bob, use):
    """Every row of the ledger, as it is."""
    ledgers.admit(session, access, "bob", Role.VIEWER)

    seen = use(session, ledgers.open(session, bob, access.ledger_id), owned)

    assert seen
    assert seen == use(session, access, owned)


@pytest.mark.parametrize("use", BY_ROW.values(), ids=BY_ROW)
def test_a_row_of_another_ledger_is_not_found(session, access, owned, bob, use):
    """Whether it is asked for from a stranger's ledger or from another one of one's own; nothing there changes."""
    alice = users.get(session, access.user_id)
    other = ledgers.create(session, alice, LedgerCreate(name="Other"))
    before = book(session, access)

    for elsewhere in (ledgers.open(session, bob), ledgers.open(session, alice, other.id)):
        with pytest.raises((NotFound, BatchRefused)) as refused:
            use(session, elsewhere, owned)
        assert "not_found" in getattr(refused.value, "errors", [refused.value])[0].code

    assert book(session, access) == before


@pytest.mark.parametrize("use", LISTS.values(), ids=LISTS)
def test_another_ledgers_rows_are_in_no_list(session, access, owned, bob, use):
    """A new ledger is empty, whatever others hold."""
    assert use(session, ledgers.open(session, bob), owned) == []


@pytest.mark.parametrize(
    "use",
    [
        lambda s, a, o: expenses.record(s, a, ExpenseCreate(amount=1, category_id=o.food)),
        lambda s, a, o: expenses.record_many(s, a, [ExpenseCreate(amount=1, category_id=o.food)]),
        lambda s, a, o: expenses.edit(s, a, o.own, ExpenseUpdate(version=1, category_id=o.food)),
        lambda s, a, o: categories.merge(s, a, o.mine, o.food),
        lambda s, a, o: categories.delete(s, a, o.mine, move_to=o.food),
    ],
    ids=["record", "record_many", "edit", "merge", "delete"],
)
def test_no_row_can_point_into_another_ledger(session, owned, bob, use):
    """A category of others is no category to put an expense into."""
    bobs = ledgers.open(session, bob)
    owned.own = expenses.record(session, bobs, ExpenseCreate(amount=1)).id
    owned.mine = categories.create(session, bobs, CategoryCreate(name="Mine")).id

    with pytest.raises(NotFound, match=f"this ledger has no category {owned.food}"):
        use(session, bobs, owned)

    assert {one.category_id for one in expenses.each(session, bobs)} == {None}
