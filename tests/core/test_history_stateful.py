"""Whatever was written, undone and redone, by whomever, in whatever order: step by step it all goes back, exactly."""

# ruff: noqa: D102 - a rule is named for what it does

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test
from sqlalchemy import or_, select

from expense_core import batches, categories, expenses, history, ledgers, users
from expense_core.batches import BatchCreate, BatchDelete, BatchEdit
from expense_core.errors import CategoryInUse, CategoryNameTaken, HistoryConflict, NothingToUndo
from expense_core.expense_rows import IN_TRASH, LIVE
from expense_core.journal import ENTRIES, TABLES
from expense_core.tables import (
    CategoryCreate,
    CategoryUpdate,
    ExpenseCreate,
    ExpenseUpdate,
    Kind,
    LocalUserCreate,
    Role,
)
from expense_core.tables.text import searchable

EXPENSES, CATEGORIES = TABLES[Kind.EXPENSE], TABLES[Kind.CATEGORY]

BOOK = (
    select(*(column for column in EXPENSES.c if column.name not in {"version", "updated_at"}))
    .where(or_(LIVE, IN_TRASH))
    .order_by(EXPENSES.c.id)
)
SHELF = (
    select(*(column for column in CATEGORIES.c if column.name not in {"version", "updated_at"}))
    .where(CATEGORIES.c.deleted_at.is_(None))
    .order_by(CATEGORIES.c.id)
)
ENTRY_IDS = select(ENTRIES.c.id).order_by(ENTRIES.c.id)
VERSIONS = select(EXPENSES.c.id, EXPENSES.c.version).where(or_(LIVE, IN_TRASH))

amounts = st.sampled_from(["-3", "1", "12.50", "999999999999"])
texts = st.sampled_from(["", "Lunch", "Épicerie"])
days = st.sampled_from(["1900-01-01", "2026-11-05", "9999-12-31"])
names = st.sampled_from(["Food", "FOOD", "Fun", "Travel", "Home", "Pets"])
members = st.sampled_from(["alice", "bob"])


@dataclass(frozen=True)
class Step:
    """Something that changed the book: a write, or an undo or redo of one."""

    entry_id: int
    undoes: bool
    before: Any
    after: Any


class Ledger(RuleBasedStateMachine):
    """Two members write in one ledger, and undo and redo, each their own or by number."""

    def __init__(self, database, clock):
        super().__init__()
        self.clock = clock
        self.steps: list[Step] = []
        self.writers: dict[int, str] = {}
        self.undone: dict[str, list[int]] = {"alice": [], "bob": []}
        """What each member has undone since their last write, the last undo at the end."""
        self.stack = ExitStack()
        self.session = self.stack.enter_context(database.reading())
        alice = users.register_local(self.session, LocalUserCreate(username="alice"))
        bob = users.register_local(self.session, LocalUserCreate(username="bob"))
        access = ledgers.open(self.session, alice)
        ledgers.admit(self.session, access, "bob", Role.EDITOR)
        self.access = {"alice": access, "bob": ledgers.open(self.session, bob, access.ledger_id)}
        self.book = self.snapshot()
        for member, name in (("alice", "Food"), ("bob", "Fun")):
            self.write(member, categories.create, CategoryCreate(name=name))
        for member, category_id in zip(("bob", "alice"), self.categories, strict=True):
            self.write(member, expenses.record_many, [ExpenseCreate(amount=1, category_id=category_id)] * 3)
        self.write("alice", expenses.delete, *self.live[::3])
        lines = [BatchCreate(do="create", amount=1), BatchEdit(do="edit", id=self.live[0], version=1, notes="changed")]
        self.write("bob", batches.apply, [*lines, BatchDelete(do="delete", id=self.live[1])])

    # What there is

    def snapshot(self):
        """All that a person can see; versions and times of change only ever go on."""
        book = [dict(row) for row in self.session.execute(BOOK).mappings()]
        shelf = [dict(row) for row in self.session.execute(SHELF).mappings()]
        self.live = [row["id"] for row in book if row["deleted_at"] is None]
        self.trash = [row["id"] for row in book if row["deleted_at"] is not None]
        self.categories = [row["id"] for row in shelf]
        assert all(row["category_id"] in {None, *self.categories} for row in book), "one is in a category not there"
        assert all(row["search_text"] == searchable(row["description"], row["notes"]) for row in book)
        return book, shelf

    def entry_ids(self, *, undone):
        done_or_undone = ENTRIES.c.undone_at.is_not(None) if undone else ENTRIES.c.undone_at.is_(None)
        return self.session.scalars(ENTRY_IDS.where(done_or_undone)).all()

    def some_category(self, data):
        return data.draw(st.sampled_from([None, *self.categories]), label="category")

    def category_version(self, category_id):
        return categories.get(self.session, self.access["bob"], category_id).version

    # What happens

    def write(self, member, use_case, *arguments, refused=(), **options):
        """One use case: one entry at most, and the whole of it can be taken back."""
        self.clock.advance(seconds=1)
        try:
            use_case(self.session, self.access[member], *arguments, **options)
        except refused:
            assert self.snapshot() == self.book
            return
        after = self.snapshot()
        new = [entry_id for entry_id in self.session.scalars(ENTRY_IDS) if entry_id not in self.writers]
        assert len(new) == (after != self.book)
        for entry_id in new:
            self.writers[entry_id] = member
            self.undone[member].clear()
            self.remember(entry_id, after, undoes=False)

    def remember(self, entry_id, after, *, undoes):
        self.steps.append(Step(entry_id, undoes, self.book, after))
        self.book = after

    def reverse(self, member, entry_id, *, undoes, unasked=False):
        self.clock.advance(seconds=1)
        reverse = history.undo if undoes else history.redo
        try:
            shown = reverse(self.session, self.access[member], None if unasked else entry_id)
        except HistoryConflict as error:
            assert type(error) is HistoryConflict  # noqa: PT017 - it may be raised, or not
            assert self.snapshot() == self.book
            return
        assert (shown.id, shown.undone_at is not None) == (entry_id, undoes)
        for undone in self.undone.values():
            if entry_id in undone:
                undone.remove(entry_id)
        if undoes:
            self.undone[member].append(entry_id)
        self.remember(entry_id, self.snapshot(), undoes=undoes)

    @rule(member=members, amount=amounts, text=texts, day=days, data=st.data())
    def record(self, member, amount, text, day, data):
        new = ExpenseCreate(amount=amount, description=text, spent_on=day, category_id=self.some_category(data))
        self.write(member, expenses.record, new)

    @rule(member=members, text=texts, name=names)
    def record_in_new_category(self, member, text, name):
        new, category = ExpenseCreate(amount=1, description=text), CategoryCreate(name=name)
        self.write(member, expenses.record, new, new_category=category, refused=CategoryNameTaken)

    @precondition(lambda self: self.live)
    @rule(
        member=members, changes=st.fixed_dictionaries({}, optional={"description": texts}), name=names, data=st.data()
    )
    def edit_into_new_category(self, member, changes, name, data):
        expense_id = data.draw(st.sampled_from(self.live), label="expense")
        version = dict(tuple(row) for row in self.session.execute(VERSIONS))[expense_id]
        update, category = ExpenseUpdate(version=version, **changes), CategoryCreate(name=name)
        self.write(member, expenses.edit, expense_id, update, new_category=category, refused=CategoryNameTaken)

    @rule(member=members, number=st.integers(1, 4), data=st.data())
    def record_many(self, member, number, data):
        new = [ExpenseCreate(amount=1 + index, category_id=self.some_category(data)) for index in range(number)]
        self.write(member, expenses.record_many, new)

    @precondition(lambda self: self.live)
    @rule(
        member=members,
        changes=st.fixed_dictionaries(
            {}, optional={"amount": amounts, "description": texts, "notes": texts, "spent_on": days}
        ),
        move=st.booleans(),
        data=st.data(),
    )
    def edit(self, member, changes, move, data):
        expense_id = data.draw(st.sampled_from(self.live), label="expense")
        version = dict(tuple(row) for row in self.session.execute(VERSIONS))[expense_id]
        moved = {"category_id": self.some_category(data)} if move else {}
        self.write(member, expenses.edit, expense_id, ExpenseUpdate(version=version, **changes, **moved))

    @precondition(lambda self: self.live)
    @rule(member=members, data=st.data())
    def delete(self, member, data):
        chosen = data.draw(st.lists(st.sampled_from(self.live), min_size=1, max_size=3), label="expenses")
        self.write(member, expenses.delete, *chosen)

    @rule(member=members, data=st.data())
    def batch(self, member, data):
        """A line for each of some expenses, in any order, new ones among them."""
        versions = dict(tuple(row) for row in self.session.execute(VERSIONS))
        some = st.lists(st.sampled_from(self.live), max_size=3, unique=True) if self.live else st.just([])
        lines = [
            data.draw(
                st.builds(
                    BatchDelete, do=st.just("delete"), id=st.just(one), version=st.none() | st.just(versions[one])
                )
                | st.builds(
                    partial(BatchEdit, do="edit", id=one, version=versions[one], category_id=self.some_category(data)),
                    amount=amounts,
                    notes=texts,
                ),
                label="line",
            )
            for one in data.draw(some, label="expenses")
        ]
        lines += [
            BatchCreate(do="create", amount=1, category_id=self.some_category(data))
            for _ in range(data.draw(st.integers(0, 2), label="new"))
        ]
        self.write(member, batches.apply, data.draw(st.permutations(lines), label="order"))

    @precondition(lambda self: self.trash)
    @rule(member=members, data=st.data())
    def restore(self, member, data):
        chosen = data.draw(st.lists(st.sampled_from(self.trash), min_size=1, max_size=3), label="expenses")
        self.write(member, expenses.restore, *chosen)

    @rule(member=members, name=names)
    def create_category(self, member, name):
        self.write(member, categories.create, CategoryCreate(name=name), refused=CategoryNameTaken)

    @precondition(lambda self: self.categories)
    @rule(member=members, name=names, data=st.data())
    def rename_category(self, member, name, data):
        category_id = data.draw(st.sampled_from(self.categories), label="category")
        changes = CategoryUpdate(version=self.category_version(category_id), name=name)
        self.write(member, categories.rename, category_id, changes, refused=CategoryNameTaken)

    @precondition(lambda self: len(self.categories) > 1)
    @rule(member=members, data=st.data())
    def merge_category(self, member, data):
        two = data.draw(st.lists(st.sampled_from(self.categories), min_size=2, max_size=2, unique=True), label="merge")
        self.write(member, categories.merge, *two)

    @precondition(lambda self: self.categories)
    @rule(member=members, how=st.sampled_from(["move", "uncategorise", "empty"]), data=st.data())
    def delete_category(self, member, how, data):
        category_id, *others = data.draw(st.permutations(self.categories), label="category")
        if how == "move" and others:
            self.write(member, categories.delete, category_id, move_to=others[0])
        elif how == "uncategorise":
            self.write(member, categories.delete, category_id, uncategorise=True)
        else:
            self.write(member, categories.delete, category_id, refused=CategoryInUse)

    @rule(member=members)
    def undo(self, member):
        own = [one for one in self.entry_ids(undone=False) if self.writers[one] == member]
        if own:
            self.reverse(member, own[-1], undoes=True, unasked=True)
        else:
            with pytest.raises(NothingToUndo):
                history.undo(self.session, self.access[member])

    @rule(member=members)
    def redo(self, member):
        if self.undone[member]:
            self.reverse(member, self.undone[member][-1], undoes=False, unasked=True)
        else:
            with pytest.raises(NothingToUndo):
                history.redo(self.session, self.access[member])

    @precondition(lambda self: self.writers)
    @rule(member=members, undoes=st.booleans(), data=st.data())
    def undo_or_redo_by_number(self, member, undoes, data):
        chosen = data.draw(st.sampled_from(self.entry_ids(undone=not undoes) or [*self.writers]), label="entry")
        self.reverse(member, chosen, undoes=undoes)

    # And back

    def teardown(self):
        """Back to the empty book and forth again, through every state that it was in."""
        with self.stack:
            access = self.access["alice"]
            for step in reversed(self.steps):
                (history.redo if step.undoes else history.undo)(self.session, access, step.entry_id)
                assert self.snapshot() == step.before
            for step in self.steps:
                (history.undo if step.undoes else history.redo)(self.session, access, step.entry_id)
                assert self.snapshot() == step.after


def test_on_sqlite_any_sequence_of_writes_goes_back_and_forth_exactly(sqlite_url, clock):
    """Undone step by step it gives back each earlier book, and redone each later one."""
    from expense_core.database import Database

    with Database(sqlite_url, clock=clock) as database:
        run_state_machine_as_test(
            lambda: Ledger(database, clock), settings=settings(max_examples=12, stateful_step_count=25)
        )


def test_on_postgresql_any_sequence_of_writes_goes_back_and_forth_exactly(postgresql_url, clock):
    """The same there, with fewer examples, since each takes longer."""
    from expense_core.database import Database

    with Database(postgresql_url, clock=clock) as database:
        run_state_machine_as_test(
            lambda: Ledger(database, clock), settings=settings(max_examples=4, stateful_step_count=25)
        )
