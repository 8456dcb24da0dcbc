"""Connections to PostgreSQL that broke while nobody used them: replaced before anybody notices, at next to no cost."""

from __future__ import annotations

import socket
import tempfile
from contextlib import ExitStack
from pathlib import Path

import postgresql_server
import pytest
from sqlalchemy import create_engine, make_url, text

from expense_core import Database, postgresql_connection
from expense_core.errors import DatabaseUnavailable

SAID = "SELECT 'the last that was asked'"

LAST_ASKED = text("SELECT query FROM pg_stat_activity WHERE pid = :pid")


@pytest.fixture
def engine_of(postgresql_url):
    """Makes an engine whose connections are asked after so many seconds."""
    with ExitStack() as stack:

        def make(idle):
            engine = create_engine(postgresql_url, isolation_level="AUTOCOMMIT", pool_size=3)
            stack.callback(engine.dispose)
            postgresql_connection.watch(engine, idle=idle)
            return engine

        yield make


@pytest.fixture
def onlooker(postgresql_url):
    """A connection that sees what the others do."""
    engine = create_engine(postgresql_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def pids(engine, number):
    """The server's processes of so many connections at once, each used to the end."""
    with ExitStack() as stack:
        connections = [stack.enter_context(engine.connect()) for _ in range(number)]
        for connection in connections:
            connection.execute(text(SAID))
        return [connection.connection.dbapi_connection.info.backend_pid for connection in connections]


def kill(onlooker, *pids):
    for pid in pids:
        assert onlooker.scalar(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})


@pytest.mark.parametrize(("idle", "last"), [(0, "SELECT 1"), (3_600, SAID)], ids=["idle", "just used"])
def test_only_a_connection_that_was_idle_is_asked(engine_of, onlooker, idle, last):
    """One that was used a moment ago is taken to be alive: to ask would be a round trip for every transaction."""
    engine = engine_of(idle)
    (pid,) = pids(engine, 1)

    with engine.connect():
        asked = onlooker.scalar(LAST_ASKED, {"pid": pid})

    assert asked == last


def test_a_new_connection_is_not_asked(engine_of, onlooker):
    """It has just answered."""
    with engine_of(0).connect() as connection:
        pid = connection.connection.dbapi_connection.info.backend_pid
        asked = onlooker.scalar(LAST_ASKED, {"pid": pid})

    assert asked != "SELECT 1"


def test_where_one_idle_connection_broke_all_are_made_anew(engine_of, onlooker):
    """A server that was restarted has broken every one; the first that is asked tells of the others."""
    engine = engine_of(0)
    before = pids(engine, 3)
    kill(onlooker, *before)

    after = pids(engine, 3)

    assert len({*before, *after}) == 6


def test_a_connection_that_broke_in_the_moment_since_its_last_use_fails_once(engine_of, onlooker):
    """What was being done is lost; and no other connection is trusted after that."""
    engine = engine_of(3_600)
    before = pids(engine, 2)
    kill(onlooker, *before)

    with pytest.raises(Exception, match=r"terminating connection|closed the connection"):
        pids(engine, 1)

    assert len({*before, *pids(engine, 3)}) == 5


def test_a_server_that_says_nothing_is_given_up():
    """As one behind a firewall that swallows packets: this one takes the connection and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql+psycopg2://expense@127.0.0.1:{silent.getsockname()[1]}/expenses"

        with Database(url, busy_timeout=0.1) as book, pytest.raises(DatabaseUnavailable, match="timeout"):
            book.check()


def test_how_long_a_silent_server_is_waited_for_can_be_said_in_the_url():
    """Of a connection that is there, too; what is not said stays."""
    place = make_url("postgresql+psycopg2://expense@db/expenses?connect_timeout=3&keepalives_idle=7")

    assert postgresql_connection.patience(place, 10) == {
        "tcp_user_timeout": 10_000,
        "keepalives_interval": 3,
        "keepalives_count": 3,
    }


def test_a_server_that_was_stopped_and_started_is_found_again(clock):
    """By the same `Database`: while it is away every call says so, and with it back the first one goes well."""
    with tempfile.TemporaryDirectory(prefix="pg-") as folder:  # a socket's path has 107 characters at most
        url = postgresql_server.start(Path(folder))
        with ExitStack() as stack:
            stack.callback(postgresql_server.stop, Path(folder))
            book = stack.enter_context(Database(url, clock=clock))
            with book.reading(), book.reading(), book.reading():
                pass

            postgresql_server.stop(Path(folder))
            for attempt in (book.reading, book.transaction):
                with pytest.raises(DatabaseUnavailable), attempt() as session:
                    session.scalar(text("SELECT 1"))
            postgresql_server.start(Path(folder))

            for attempt in (book.transaction, book.reading, book.transaction):
                with attempt() as session:
                    assert session.scalar(text("SELECT 1")) == 1
