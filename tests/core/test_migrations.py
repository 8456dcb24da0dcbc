"""The schema: made and changed by migrations alone, in one step, by one process at a time."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import inspect, select, table, text
from sqlmodel import SQLModel

from expense_core import (
    access_tokens,
    categories,
    expenses,
    history,
    idempotency,
    imports,
    kept_files,
    ledgers,
    open_imports,
    rules,
    sign_ins,
    statements,
    users,
)
from expense_core.database import SCHEMA_REVISION, Database, migrations, migrations_folder
from expense_core.errors import (
    DatabaseDamaged,
    DatabaseError,
    DatabaseLocked,
    Invalid,
    NotOurDatabase,
    SchemaOutdated,
    SchemaTooNew,
)
from expense_core.sign_ins import Issuing
from expense_core.statements import ReadingOptions, profiles
from expense_core.statements.importing import import_rows
from expense_core.tables import (
    AccessTokenCreate,
    CategoryCreate,
    ExpenseCreate,
    LocalUserCreate,
    RuleCreate,
    RuleUpdate,
)

OF_SIGNING_IN = {"access_tokens", "idempotency_keys", "sign_ins"}
"""Since revision 0002."""
TABLES = {
    "access_tokens",
    "alembic_version",
    "categories",
    "expenses",
    "history_changes",
    "history_entries",
    "idempotency_keys",
    "import_pieces",
    "import_rows",
    "imports",
    "ledgers",
    "memberships",
    "profiles",
    "purged_rows",
    "rules",
    "sign_ins",
    "users",
}
OF_RULES = {"rules"}
"""Since revision 0004."""
OF_IMPORTS = {"import_pieces", "import_rows", "imports"}
"""Since revision 0006."""
OF_PROFILES = {"profiles", "purged_rows"}
"""Since revision 0007."""
REVISIONS = [revision for revision, _ in migrations()]


def tables(database):
    """The tables of a database, but for those in which SQLite keeps its index of texts."""
    return {name for name in inspect(database.engine).get_table_names() if not name.startswith("expenses_text")}


def execute(database, *statements):
    with database.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def rows(database):
    """Everything in the database."""
    everything = {name: select(text("*")).select_from(table(name)) for name in tables(database)}
    with database.engine.connect() as connection:
        return {name: sorted(map(shown, connection.execute(query))) for name, query in everything.items()}


def shown(row):
    """A row as text; psycopg2 gives bytes as a view of them, which says only where in memory they are."""
    return repr([bytes(value) if isinstance(value, memoryview) else value for value in row])


def fill(database):
    """A book with a row in every table."""
    with database.transaction() as session:
        alice = users.register_local(session, LocalUserCreate(username="alice"))
        book = ledgers.open(session, alice)
        food = categories.create(session, book, CategoryCreate(name="Food"))
        lunch = expenses.record(session, book, ExpenseCreate(amount="12.50", description="Lunch", category_id=food.id))
        expenses.record(session, book, ExpenseCreate(amount="-3", currency="JPY", notes="refund"))
        expenses.delete(session, book, lunch.id)
        history.undo(session, book)
        rule = rules.create(session, book, RuleCreate(payee="lunch", category_id=food.id))
        rules.edit(session, book, rule.id, RuleUpdate(version=1, max_amount="20"))
        sign_ins.start(session, alice, Issuing(["x" * 32], timedelta(minutes=15), timedelta(days=30)))
        access_tokens.create(session, alice, AccessTokenCreate(name="script"))
        idempotency.keep(session, book, "key", b"request", b"answer")
        with kept_files.folder_for("card.csv") as path:
            path.write_text("Date,Payee,Amount\n2026-10-05,Tea,1.50\n2026-10-06,Cake,2.50\n", encoding="utf-8")
            spent = ReadingOptions(invert=True)
            profiles.remember(session, book, path, spent)
            layout = statements.recognise(path, spent)
            done = import_rows(session, book, statements.rows(path, layout), note="card.csv")
            tea = imports.expenses(session, book, done.import_id or 0).items[0]
            expenses.delete(session, book, tea.id)
            expenses.purge(session, book, tea.id)
            open_imports.begin(session, book, path, layout)


@pytest.fixture
def new_database(new_database_url):
    """A database with nothing in it."""
    with Database(new_database_url) as database:
        yield database


@pytest.fixture
def book(new_database):
    """A book with a row in every table."""
    new_database.upgrade()
    fill(new_database)
    return new_database


def test_the_newest_migration_is_the_one_that_the_program_knows():
    """A check of the schema reads one row and no files."""
    assert REVISIONS[0] == SCHEMA_REVISION
    assert sorted(path.stem.partition("_")[0] for path in migrations_folder().glob("versions/*.py")) == REVISIONS[::-1]


def test_revisions_sort_as_they_follow_each_other():
    """How an older schema is told from a newer one."""
    assert sorted(REVISIONS, reverse=True) == REVISIONS


def test_the_first_upgrade_makes_a_book(new_database):
    """In an empty database; until then it is refused with the command that mends it."""
    with pytest.raises(SchemaOutdated, match="the database is empty; run `expense db upgrade`"):
        new_database.check()

    new_database.upgrade()

    new_database.check()
    assert new_database.revision() == SCHEMA_REVISION
    assert tables(new_database) == TABLES


def test_autogenerate_finds_nothing_to_change(database):
    """The migrations make exactly what the models say."""
    with database.changing_schema() as connection:
        config = Config()
        config.set_main_option("script_location", str(migrations_folder()))
        config.attributes["connection"] = connection
        command.check(config)


def test_the_developers_own_command_finds_nothing_to_change(database_url):
    """`alembic check`, on the database that the settings name."""
    done = subprocess.run(
        [sys.executable, "-m", "alembic", "check"],
        cwd=Path(__file__).parents[2],
        env={"EXPENSE_DATABASE_URL": database_url},
        capture_output=True,
        text=True,
        check=False,
    )

    assert "No new upgrade operations detected." in done.stdout + done.stderr


def test_a_model_that_the_migrations_do_not_make_is_noticed(new_database):
    """What makes the two tests before this one worth something."""
    new_database.upgrade()
    execute(new_database, "DROP INDEX ix_expenses_ledger_id_amount_id")

    with new_database.engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), SQLModel.metadata)

    assert "add_index" in {difference[0] for difference in found}


@pytest.mark.parametrize("name", sorted(TABLES - {"alembic_version"}))
def test_every_constraint_and_index_is_named_by_convention(database, name):
    """So that a later migration can name it, on either database."""
    inspector = inspect(database.engine)

    primary = inspector.get_pk_constraint(name)["name"]
    foreign = {key["name"]: key["constrained_columns"] for key in inspector.get_foreign_keys(name)}
    unique = {key["name"]: key["column_names"] for key in inspector.get_unique_constraints(name)}
    free = [one["name"] for one in (*inspector.get_check_constraints(name), *inspector.get_indexes(name))]

    assert primary == f"pk_{name}" or database.is_sqlite  # where AUTOINCREMENT leaves no room for a name
    assert list(foreign) == [f"fk_{name}_{'_'.join(columns)}" for columns in foreign.values()]
    assert list(unique) == [f"uq_{name}_{'_'.join(columns)}" for columns in unique.values()]
    assert all(one.startswith((f"ck_{name}_", f"ix_{name}_", f"uq_{name}_")) for one in free)


def test_a_filled_book_has_a_row_in_every_table(book):
    """What makes the tests with one worth something."""
    assert all(rows(book).values())


@pytest.mark.parametrize(
    ("revision", "kept"),
    [
        ("base", {"alembic_version"}),
        ("0001", TABLES - OF_SIGNING_IN - OF_RULES - OF_IMPORTS - OF_PROFILES),
        ("0003", TABLES - OF_RULES - OF_IMPORTS - OF_PROFILES),
    ],
)
def test_a_book_goes_down_to_any_revision_and_up_again(book, revision, kept):
    """With rows in every table; what the older schema holds too is still there, which knows no history of rules."""
    before = rows(book)

    book.downgrade(revision)
    book.upgrade()

    assert book.revision() == SCHEMA_REVISION
    known = {table: [row for row in before[table] if "'rule" not in row] for table in kept}
    assert {table: rows(book)[table] for table in kept} == known


def test_imports_from_before_they_had_numbers_get_them(book):
    """In the order in which they came in; what was still open is gone."""
    book.downgrade("0005")
    execute(book, "UPDATE history_entries SET source = 'csv 0123456789abcdef' WHERE action = 'expense.import'")

    book.upgrade()

    with book.reading() as session:
        access = ledgers.open(session, users.named(session, "alice"))
        (card,) = imports.list(session, access).items
        assert (card.id, card.file, card.format, card.coming.count, card.rows) == (1, "card.csv", "csv", 1, None)


def test_upgrading_a_book_that_is_up_to_date_changes_nothing(book):
    """As every start of a server does."""
    before = rows(book)

    book.upgrade()

    assert rows(book) == before


def test_going_down_to_nothing_leaves_nothing(book):
    """Of the book, that is; it can be made again, and going down again is nothing."""
    book.downgrade("base")
    book.downgrade("base")

    assert book.revision() is None
    assert tables(book) <= {"alembic_version"}


def test_an_unknown_revision_is_refused(book):
    """And nothing is changed on the way."""
    before = rows(book)

    for change in (book.upgrade, book.downgrade):
        with pytest.raises(Invalid, match="Can't locate revision identified by 'x'; `expense db history` lists"):
            change("x")

    assert rows(book) == before


def test_a_book_that_is_behind_is_refused_with_the_command_that_mends_it(book):
    """Nothing is upgraded behind anybody's back."""
    execute(book, "UPDATE alembic_version SET version_num = '0000'")

    with pytest.raises(
        SchemaOutdated, match=f"at revision 0000 and this program needs {SCHEMA_REVISION}; run `expense db"
    ):
        book.check()


def test_a_book_of_a_newer_program_is_left_alone(book):
    """What it means, this program cannot know."""
    execute(book, "UPDATE alembic_version SET version_num = '9999'")
    before = rows(book)

    for change in (book.check, book.upgrade, lambda: book.downgrade("base")):
        with pytest.raises(
            SchemaTooNew, match=f"revision 9999, made by a newer expense-core .* which knows {SCHEMA_REVISION}"
        ):
            change()

    assert rows(book) == before


@pytest.mark.parametrize(
    "theirs",
    [
        ["CREATE TABLE albums (id INTEGER)"],
        ["CREATE TABLE expenses (id INTEGER)", "CREATE TABLE users (id INTEGER)"],
        ["CREATE TABLE albums (id INTEGER)", "CREATE TABLE alembic_version (version_num VARCHAR(32))"],
        [
            "CREATE TABLE albums (id INTEGER)",
            "CREATE TABLE alembic_version (version_num VARCHAR(32))",
            "INSERT INTO alembic_version VALUES ('0001')",
        ],
    ],
    ids=["tables", "tables named like ours", "tables before their first migration", "tables with migrations"],
)
def test_somebody_elses_database_is_left_alone(new_database, theirs):
    """Whatever it calls its tables, and whatever it keeps its migrations with."""
    execute(new_database, *theirs)
    before = rows(new_database)

    for change in (new_database.check, new_database.upgrade, lambda: new_database.downgrade("base")):
        with pytest.raises(NotOurDatabase, match="and not a book of expenses; name another database"):
            change()

    assert rows(new_database) == before


def test_tables_beside_ours_are_left_alone(book):
    """A book may share its database with others that came later."""
    execute(book, "CREATE TABLE albums (id INTEGER)")

    book.check()
    book.upgrade()

    assert "albums" in tables(book)


def test_many_processes_may_upgrade_at_once(new_database_url):
    """One does it, the others wait and find it done."""
    program = (
        "import sys, expense_core.database as d; print(flush=True); sys.stdin.read(); d.Database(sys.argv[1]).upgrade()"
    )
    starting_gun, signal = os.pipe()
    processes = [
        subprocess.Popen([sys.executable, "-c", program, new_database_url], stdin=starting_gun, stdout=-1, stderr=-1)
        for _ in range(3)
    ]
    for process in processes:
        process.stdout.readline()

    os.close(signal)
    said = [process.communicate() for process in processes]
    os.close(starting_gun)

    assert ([process.returncode for process in processes], said) == ([0] * 3, [(b"", b"")] * 3)
    with Database(new_database_url) as database:
        database.check()


def test_a_book_that_somebody_writes_to_is_not_changed_under_their_feet(new_sqlite_url):
    """The refused upgrade leaves foreign keys on for whoever uses the connection next."""
    with Database(new_sqlite_url, busy_timeout=0.05, pool_size=1) as book, Database(new_sqlite_url) as other:
        book.upgrade()
        with other.transaction(), pytest.raises(DatabaseLocked):
            book.upgrade()

        with book.reading() as session:
            assert session.scalar(text("PRAGMA foreign_keys")) == 1


def test_rows_that_point_nowhere_are_noticed_before_the_schema_is_changed(new_sqlite_url):
    """A damaged book is not made worse."""
    with Database(new_sqlite_url) as book:
        book.upgrade()
        fill(book)
        execute(book, "PRAGMA foreign_keys = OFF", "DELETE FROM users")
        before = rows(book)

        with pytest.raises(DatabaseDamaged, match="rows point at rows that are not there; restore the database"):
            book.upgrade()

        assert rows(book) == before


def test_a_failing_migration_leaves_the_schema_as_it_was(book):
    """Half an upgrade never happened."""
    execute(book, "ALTER TABLE users RENAME TO people")
    before = rows(book)

    with pytest.raises(DatabaseError):
        book.downgrade("base")

    assert rows(book) == before
