"""A database for every test: a migrated file of its own on SQLite, an emptied database of its worker's on PostgreSQL.

A pytest plugin, loaded by `conftest.py`. The PostgreSQL server is one for the whole run, started by the first test that
needs it and stopped by the process that began the run, whatever happens to its workers. `EXPENSE_TEST_DATABASE_URL`
names another server to use instead; the databases made on it are dropped.
"""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import postgresql_server
import pytest
from filelock import FileLock
from sqlalchemy import Connection, NullPool, create_engine, make_url

from expense_core import Database

OTHER_SERVER = "EXPENSE_TEST_DATABASE_URL"
RUN = pytest.StashKey[Path]()
"""The folder of this run, the same for all of its workers."""


def pytest_configure(config: pytest.Config) -> None:
    """Make the run's folder, or find it in a worker."""
    given = getattr(config, "workerinput", {}).get("run")
    config.stash[RUN] = Path(given or tempfile.mkdtemp(prefix="expense-tests-"))
    # Told to end, a run cleans up as it does for Ctrl-C; and a run begun by a job that ignores Ctrl-C, as one in the
    # background does, hands this on to no program that it tries.
    for told in (signal.SIGINT, signal.SIGTERM):
        signal.signal(told, signal.default_int_handler)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:  # xdist's WorkerController, which has no types
    """Tell a worker of the run's folder."""
    node.workerinput["run"] = str(node.config.stash[RUN])


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server and remove all that the run made, also when workers died before they could."""
    if hasattr(config, "workerinput"):
        return
    run = config.stash[RUN]
    other = os.environ.get(OTHER_SERVER)
    try:
        if other is None:
            postgresql_server.stop(run)
        else:
            for name in (run / "made").read_text().splitlines() if (run / "made").exists() else ():
                _administer(other, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    finally:
        shutil.rmtree(run)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty book, on each kind of database."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database_url(request: pytest.FixtureRequest) -> str:
    """A database with nothing in it, not even tables, on each kind; for a test that changes the schema."""
    url: str = request.getfixturevalue(f"new_{request.param}_url")
    return url


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """An empty book in a SQLite file of the test's own."""
    return f"sqlite:///{shutil.copyfile(sqlite_template, tmp_path / 'expenses.db')}"


@pytest.fixture
def postgresql_url(postgresql_book: Connection) -> str:
    """An empty book on PostgreSQL."""
    # To empty the worker's own takes 2 ms; TRUNCATE takes 25, and a database per test, made from a template, 40.
    postgresql_book.exec_driver_sql(_EMPTY)
    return postgresql_book.engine.url.render_as_string(hide_password=False)


@pytest.fixture
def new_sqlite_url(tmp_path: Path) -> str:
    """A SQLite file that is not there yet."""
    return f"sqlite:///{tmp_path / 'new.db'}"


@pytest.fixture
def new_postgresql_url(postgresql_run: PostgresqlRun) -> Iterator[str]:
    """A PostgreSQL database without tables, dropped after the test."""
    url = postgresql_run.create("new")
    yield url
    postgresql_run.drop(url)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied."""
    path = tmp_path_factory.mktemp("template") / "expenses.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql_book(postgresql_run: PostgresqlRun) -> Iterator[Connection]:
    """A connection to this worker's migrated database."""
    url = postgresql_run.create("book")
    _migrate(url)
    with _connection(url) as connection:
        yield connection


class PostgresqlRun:
    """What one worker makes on the run's server."""

    def __init__(self, server: str, run: Path, worker: str) -> None:
        self._server = server
        self._run = run
        self._worker = worker

    def create(self, purpose: str) -> str:
        """Make a database and return its URL; the run's folder keeps its name until the end."""
        name = f"{self._run.name}-{self._worker}-{purpose}"
        with (self._run / "made").open("a") as made:
            made.write(f"{name}\n")
        _administer(self._server, f"CREATE DATABASE \"{name}\" ENCODING 'UTF8' TEMPLATE template0")
        return make_url(self._server).set(database=name).render_as_string(hide_password=False)

    def drop(self, url: str) -> None:
        """Drop a database, whoever is still connected."""
        _administer(self._server, f'DROP DATABASE "{make_url(url).database}" WITH (FORCE)')


@pytest.fixture(scope="session")
def postgresql_run(pytestconfig: pytest.Config) -> PostgresqlRun:
    """The run's server, started by whichever worker needs it first."""
    run = pytestconfig.stash[RUN]
    server = os.environ.get(OTHER_SERVER)
    if server is None:
        with FileLock(run / "lock"):
            server = postgresql_server.start(run)
    return PostgresqlRun(server, run, getattr(pytestconfig, "workerinput", {}).get("workerid", "main"))


_EMPTY = """
DO $$
DECLARE
    big CONSTANT bigint := 8 << 20;
    tables CONSTANT text[] := ARRAY(
        SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version');
BEGIN
    -- A test that failed may have left a transaction open, which would be waited for.
    PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend';
    IF (SELECT sum(pg_total_relation_size(name::regclass)) FROM unnest(tables) AS name) > big THEN
        EXECUTE (SELECT 'TRUNCATE ' || string_agg(name, ', ') FROM unnest(tables) AS name);
    ELSE
        -- In one statement, at whose end alone the foreign keys are checked: the order of the tables is of no account.
        EXECUTE (
            SELECT 'WITH ' || string_agg('gone_' || number || ' AS (DELETE FROM ' || name || ')', ', ') || ' SELECT'
            FROM unnest(tables) WITH ORDINALITY AS listed (name, number));
    END IF;
    PERFORM setval(quote_ident(sequencename)::regclass, 1, false) FROM pg_sequences WHERE schemaname = 'public';
END
$$
"""


def _migrate(url: str) -> None:
    """Make the schema as it is made for a user."""
    with Database(url) as database:
        database.upgrade()


def _administer(url: str, statement: str) -> None:
    """Run one statement and disconnect."""
    with _connection(url) as connection:
        connection.exec_driver_sql(statement)


def _connection(url: str) -> Connection:
    """A connection without transactions, since a database cannot be made in one."""
    return create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect()
