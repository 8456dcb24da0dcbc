"""Several people at once: what one was told is saved stays saved, and of two that exclude each other one is refused."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, Event

import pytest
from conftest import FASTEST_ROUNDS, PASSWORD
from sqlalchemy import func, select, text
from writes import record

from expense_core import categories, expenses, history, ledgers, users
from expense_core.errors import (
    AlreadyMember,
    CategoryNotFound,
    Conflict,
    EmailTaken,
    HistoryConflict,
    LastOwner,
    UsernameTaken,
    VersionConflict,
)
from expense_core.journal import TABLES
from expense_core.tables import (
    Action,
    CategoryCreate,
    CategoryUpdate,
    ExpenseUpdate,
    Kind,
    LocalUserCreate,
    Role,
    UserCreate,
)

EXPENSES = TABLES[Kind.EXPENSE]


@pytest.fixture
def access(database):
    """The authority of a user who is there for everybody to see."""
    with database.transaction() as session:
        return ledgers.open(session, users.register_local(session, LocalUserCreate(username="alice")))


@pytest.fixture
def food(database, access):
    """A category that is there for everybody to see."""
    with database.transaction() as session:
        return categories.create(session, access, CategoryCreate(name="Food"))


def committed(database, use_case, *arguments, **options):
    """What a use case gives in a transaction of its own."""
    with database.transaction() as session:
        return use_case(session, *arguments, **options)


def at_once(number, job):
    """What each of so many threads gets out of a job, or the error that it gets; they start together."""
    start = Barrier(number)

    def run(index):
        start.wait()
        try:
            return job(index)
        except Conflict as error:
            return error

    with ThreadPoolExecutor(number) as pool:
        return [*pool.map(run, range(number))]


def split(outcomes):
    """Those that went well, and the errors."""
    return (
        [outcome for outcome in outcomes if not isinstance(outcome, Exception)],
        [outcome for outcome in outcomes if isinstance(outcome, Exception)],
    )


def test_of_sixteen_who_edit_one_version_exactly_one_wins(database, access):
    """The others are told which version there is now, and nothing of theirs is there."""
    lunch = committed(database, record, access)

    for version in range(1, 6):

        def edit(index, version=version):
            changes = ExpenseUpdate(version=version, description=f"{version} by {index}", notes=f"{index}")
            return committed(database, expenses.edit, access, lunch.id, changes)

        (winner,), refused = split(at_once(16, edit))
        assert {(type(error), error.current_version) for error in refused} == {(VersionConflict, version + 1)}
        assert committed(database, expenses.get, access, lunch.id) == winner

    entries = committed(database, history.of, access, lunch.id)
    assert [entry.action for entry in entries] == [Action.EDIT] * 5 + [Action.RECORD]


def test_of_two_undos_of_one_entry_exactly_one_wins(database, access):
    """And of two redos; the book is as after one of them."""
    lunch = committed(database, record, access)
    (entry,) = committed(database, history.of, access, lunch.id)

    for _ in range(5):
        for reverse, there in ((history.undo, []), (history.redo, [lunch])):
            done, refused = split(at_once(2, lambda _, reverse=reverse: committed(database, reverse, access, entry.id)))
            assert ([one.id for one in done], [type(error) for error in refused]) == ([entry.id], [HistoryConflict])
            assert committed(database, expenses.find, access).items == there


def test_a_category_is_never_deleted_under_an_expense_that_is_recorded_into_it(database, access):
    """Four record into it until they are told that it is gone; all that they were told is saved is there."""
    for number in range(3):
        category = committed(database, categories.create, access, CategoryCreate(name=f"Category {number}"))
        busy = Event()

        def record_until_refused(index, category=category, busy=busy):
            saved = []
            if index == 0:
                busy.wait()
                committed(database, categories.delete, access, category.id, uncategorise=True)
            while index:
                try:
                    saved.append(committed(database, record, access, category_id=category.id).id)
                except CategoryNotFound:
                    break
                if len(saved) == 3:
                    busy.set()
            return saved

        saved = at_once(5, record_until_refused)

        with database.reading() as session:
            found = {one.id: one.category_id for one in expenses.each(session, access)}
        assert set().union(*saved) <= found.keys()
        assert set(found.values()) == {None}


def test_whatever_eight_record_at_once_is_there(database, access, food):
    """Each under an entry of its own, none twice."""

    def record_ten(index):
        return [
            committed(database, record, access, description=f"{index}-{number}", category_id=food.id)
            for number in range(10)
        ]

    acknowledged = [expense for batch in at_once(8, record_ten) for expense in batch]

    with database.reading() as session:
        assert sorted(expenses.each(session, access), key=lambda one: one.id) == sorted(
            acknowledged, key=lambda one: one.id
        )
        assert session.scalar(select(func.count(EXPENSES.c.entry_id.distinct()))) == 80


def test_of_two_who_take_one_name_exactly_one_gets_it(database, access):
    """The other is told, whichever of them looked first."""
    for number in range(5):
        name = CategoryCreate(name=f"Category {number}")
        made, refused = split(at_once(4, lambda _, name=name: committed(database, categories.create, access, name)))
        assert [one.name for one in made] == [name.name]
        assert {error.code for error in refused} == {"category_name_taken"}


# What only PostgreSQL lets happen: SQLite has one writer at a time. The first is not committed before the second waits.


@contextmanager
def second_waits_for_first(database, second):
    """Run `second` beside the block; the block is committed once it is waited for, or at once where it is not."""
    with ThreadPoolExecutor(1) as pool:
        with database.transaction() as session:
            outcome = []
            yield session, outcome
            future = pool.submit(second)
            while not future.done() and not _somebody_waits(database):
                time.sleep(0.002)
        error = future.exception()
        outcome.append(future.result() if error is None else error)


def _somebody_waits(database):
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with database.reading() as session:
        return session.scalar(text(query))


only_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@only_postgresql
def test_of_two_who_delete_one_expense_the_second_is_refused(database, access):
    """It was there when they looked; the one entry of the history is the first one's."""
    lunch = committed(database, record, access)

    with second_waits_for_first(database, lambda: committed(database, expenses.delete, access, lunch.id)) as (
        session,
        outcome,
    ):
        expenses.delete(session, access, lunch.id)

    (error,) = outcome
    assert (type(error), str(error)) == (
        Conflict,
        "somebody else changed these at the same moment; nothing was changed, try again",
    )
    entries = committed(database, history.of, access, lunch.id)
    assert [entry.action for entry in entries] == [Action.DELETE, Action.RECORD]


@only_postgresql
def test_the_undo_of_a_recording_is_refused_by_an_edit_that_it_waited_for(database, access):
    """The edit was not there to be seen when the undo began."""
    lunch = committed(database, record, access)

    with second_waits_for_first(database, lambda: committed(database, history.undo, access)) as (session, outcome):
        edited = expenses.edit(session, access, lunch.id, ExpenseUpdate(version=1, notes="with Sam"))

    assert [type(error) for error in outcome] == [HistoryConflict]
    assert committed(database, expenses.get, access, lunch.id) == edited


@only_postgresql
def test_the_redo_of_a_deletion_is_refused_by_an_expense_that_it_waited_for(database, access, food):
    """Somebody was recording into the category."""
    committed(database, categories.delete, access, food.id)
    entry = committed(database, history.undo, access)

    with second_waits_for_first(database, lambda: committed(database, history.redo, access, entry.id)) as (
        session,
        outcome,
    ):
        lunch = record(session, access, category_id=food.id)

    assert [str(error) for error in outcome] == [
        "category 'Food' has expenses now, in the book or in its trash; move them to another one first"
    ]
    assert committed(database, expenses.get, access, lunch.id).category == "Food"


@only_postgresql
@pytest.mark.parametrize("reverse", [history.undo, history.redo])
def test_an_undo_or_redo_is_refused_by_a_deletion_of_the_category_that_it_waited_for(database, access, food, reverse):
    """The edit or the recording would put an expense into it, and it was there when they looked."""
    lunch = committed(database, record, access, category_id=food.id)
    if reverse is history.undo:
        committed(database, expenses.edit, access, lunch.id, ExpenseUpdate(version=1, category_id=None))
    else:
        committed(database, history.undo, access)
    entry = committed(database, history.of, access, lunch.id)[0]

    with second_waits_for_first(database, lambda: committed(database, reverse, access, entry.id)) as (session, outcome):
        categories.delete(session, access, food.id)

    assert [str(error) for error in outcome] == ["category 'Food' has been deleted since; bring it back first"]
    with database.reading() as session:
        assert [one.category for one in expenses.each(session, access)] == [None] * (reverse is history.undo)


@only_postgresql
def test_a_renaming_is_refused_by_another_that_it_waited_for(database, access, food):
    """Both saw the same version; the first one's name stands."""
    late = CategoryUpdate(version=1, name="Restaurants")

    with second_waits_for_first(database, lambda: committed(database, categories.rename, access, food.id, late)) as (
        session,
        outcome,
    ):
        categories.rename(session, access, food.id, CategoryUpdate(version=1, name="Eating out"))

    assert [type(error) for error in outcome] == [VersionConflict]
    assert committed(database, categories.get, access, food.id).name == "Eating out"


@only_postgresql
@pytest.mark.parametrize(
    "late",
    [
        lambda session, access, lunch: expenses.edit(session, access, lunch, ExpenseUpdate(version=1, amount="99")),
        lambda session, access, lunch: expenses.delete(session, access, lunch, version=1),
    ],
    ids=["edit", "delete"],
)
def test_what_names_a_version_is_refused_by_an_edit_that_it_waited_for(database, access, late):
    """It had seen the right version when it began; what somebody has just corrected is neither lost nor thrown away."""
    lunch = committed(database, record, access)

    with second_waits_for_first(database, lambda: committed(database, late, access, lunch.id)) as (session, outcome):
        edited = expenses.edit(session, access, lunch.id, ExpenseUpdate(version=1, notes="with Sam"))

    assert [type(error) for error in outcome] == [VersionConflict]
    assert committed(database, expenses.get, access, lunch.id) == edited


@pytest.mark.parametrize(
    ("given", "error"),
    [({"email": "{}@example.org"}, UsernameTaken), ({"username": "bob{}"}, EmailTaken)],
    ids=["username", "email"],
)
def test_of_eight_who_register_under_one_name_exactly_one_does(database, given, error):
    """The others are told which name it is; what nobody else took is theirs to use."""

    def register(index):
        new = {"username": "bob", "email": "bob@example.org", "password": PASSWORD}
        new |= {name: value.format(index) for name, value in given.items()}
        return committed(database, users.register, UserCreate(**new), rounds=FASTEST_ROUNDS)

    registered, refused = split(at_once(8, register))

    assert (len(registered), [type(one) for one in refused]) == (1, [error] * 7)
    assert committed(database, users.list) == registered


def test_of_many_who_let_somebody_in_exactly_one_does(database, access):
    """The others are told that they are in."""
    committed(database, users.register_local, LocalUserCreate(username="bob"))

    admitted, refused = split(at_once(4, lambda _: committed(database, ledgers.admit, access, "bob", Role.EDITOR)))

    assert (admitted, [type(error) for error in refused]) == ([None], [AlreadyMember] * 3)


@pytest.mark.parametrize(
    "leave",
    [
        ledgers.dismiss,
        lambda session, access, name: ledgers.change_role(session, access, name, Role.EDITOR),
        lambda session, _, name: users.delete(session, users.named(session, name)),
    ],
    ids=["dismiss", "change_role", "delete"],
)
def test_of_two_owners_who_go_at_once_one_stays(database, access, leave):
    """A ledger is never left without an owner."""
    bob = committed(database, users.register_local, LocalUserCreate(username="bob"))
    committed(database, users.register_local, LocalUserCreate(username="carol"))
    for name, role in [("bob", Role.OWNER), ("carol", Role.EDITOR)]:
        committed(database, ledgers.admit, access, name, role)
    authority = {"alice": access, "bob": committed(database, ledgers.open, bob, access.ledger_id)}

    gone, refused = split(
        at_once(2, lambda index: committed(database, leave, [*authority.values()][index], [*authority][index]))
    )

    assert (len(gone), [type(error) for error in refused]) == (1, [LastOwner])
    assert [*committed(database, ledgers.members, access).values()].count(Role.OWNER) == 1


@only_postgresql
def test_whoever_writes_into_a_ledger_that_is_being_deleted_is_told(database, access):
    """Its owner leaves, and takes the ledger along."""
    alice = committed(database, users.named, "alice")

    with second_waits_for_first(database, lambda: committed(database, record, access)) as (session, outcome):
        users.delete(session, alice)

    assert [str(error) for error in outcome] == [
        "somebody else changed what this needs at the same moment; nothing was saved, try again"
    ]
    assert committed(database, users.list) == []
