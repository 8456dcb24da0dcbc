"""`expense api` as a program of its own: ended politely, killed, cut off from its database, and overwhelmed."""

from __future__ import annotations

import os
import re
import shutil
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import httpx
import postgresql_server
import pytest
from conftest import FASTEST_ROUNDS, PASSWORD
from server import done, problem
from sqlalchemy import NullPool, create_engine, text

from expense_core import Database, expenses, ledgers, users
from expense_core.queries import Sort
from expense_core.tables import ExpenseUpdate, LocalUserCreate

PATIENCE = 60.0

only_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def until(happened, what):
    """Wait until something is so."""
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


@contextmanager
def held(database, expense_id):
    """An expense of Alice's that somebody else is changing all the while, so that who wants to change it waits."""
    with database.transaction() as session:
        access = ledgers.open(session, users.named(session, "alice"))
        version = expenses.get(session, access, expense_id).version
        expenses.edit(session, access, expense_id, ExpenseUpdate(version=version, notes="Held"))
        yield


def test_a_server_that_is_told_to_end_finishes_what_it_has_begun(start, database_url, database):
    """It takes nothing new meanwhile, and what it finished is in the book."""
    server = start(database_url)
    with server.connected() as nobody, ThreadPoolExecutor(2) as pool:
        alice = nobody.signed_up("alice")
        lunch = alice.record()
        with held(database, lunch["id"]):
            begun = pool.submit(alice.patch, f"/expenses/{lunch['id']}", {"description": "Dinner"})
            until(lambda: "expense_requests_running 2.0" in nobody.but(base="").get("/metrics").text, "it never began")
            server.terminate()
            until(lambda: is_refused(server.address), "it still takes new calls")
            assert not begun.done()
        answer = begun.result()

    assert done(answer)["description"] == "Dinner"
    assert server.wait() in {0, -signal.SIGTERM}
    with database.reading() as session:
        access = ledgers.open(session, users.named(session, "alice"))
        assert [one.description for one in expenses.each(session, access)] == ["Dinner"]


def is_refused(address):
    """Whether a new connection is."""
    try:
        httpx.get(f"{address}/health/live", timeout=1, trust_env=False)
    except httpx.TransportError:
        return True
    return False


def test_of_a_killed_server_every_acknowledged_write_is_there_and_no_half_of_a_batch(start, database_url):
    """Four clients record single expenses and batches until it is gone; then it is started again."""
    server = start(database_url)
    acknowledged: list[tuple[str, int]] = []

    def record_until_it_is_gone(client):
        with server.connected() as nobody:
            alice = nobody.but(authorization=authorization)
            for number in range(100_000):
                name = f"{client}-{number}"
                size = 5 if number % 2 else 1
                create = [{"do": "create", "amount": 1, "description": name}] * size
                try:
                    answer = (
                        alice.post("/expenses/batch", {"lines": create})
                        if size > 1
                        else alice.post("/expenses", {"amount": 1, "description": name})
                    )
                except httpx.TransportError:
                    return
                assert answer.is_success, answer.text
                acknowledged.append((name, size))

    with server.connected() as nobody:
        authorization = nobody.signed_up("alice").headers["authorization"]
    with ThreadPoolExecutor(4) as pool:
        clients = [pool.submit(record_until_it_is_gone, client) for client in range(4)]
        until(lambda: len(acknowledged) >= 40 or any(one.done() for one in clients), "nothing was recorded")
        server.kill()
        for one in clients:
            one.result(PATIENCE)
    server.start()

    with Database(database_url) as database, database.reading() as session:
        access = ledgers.open(session, users.named(session, "alice"))
        found = Counter(one.description for one in expenses.each(session, access, sort=Sort.FIRST_RECORDED))
    with server.connected() as nobody:
        alice = nobody.but(authorization=authorization)
        assert alice.record()["amount"] == "12.50"
    assert {name: found[name] for name, _ in acknowledged} == dict(acknowledged)
    assert {
        name: count for name, count in found.items() if count != (5 if int(name.partition("-")[2]) % 2 else 1)
    } == {}
    assert len(found) - len(acknowledged) <= 4


@pytest.fixture
def own_postgresql() -> Iterator[Path]:
    """A PostgreSQL of the test's own, to be stopped and started."""
    folder = Path(tempfile.mkdtemp(prefix="expense-pg-"))
    try:
        yield folder
    finally:
        postgresql_server.stop(folder)
        shutil.rmtree(folder)


def test_while_postgresql_is_stopped_calls_are_told_to_come_back_and_then_all_is_well(start, own_postgresql):
    """Without a restart of the server; whatever was acknowledged is there."""
    url = postgresql_server.start(own_postgresql)
    with create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect() as connection:
        connection.exec_driver_sql("ALTER SYSTEM SET synchronous_commit = on")  # unlike elsewhere in these tests
        connection.exec_driver_sql("SELECT pg_reload_conf()")
    with Database(url) as database:
        database.upgrade()
    server = start(url)
    with server.connected() as nobody:
        alice = nobody.signed_up("alice")
        statuses: list[int] = []
        is_over = Event()

        def call(number):
            recorded = []
            while not is_over.is_set():
                answer = alice.get("/expenses") if number % 2 else alice.post("/expenses", {"amount": 1})
                statuses.append(answer.status_code)
                if answer.status_code == 201:
                    recorded.append(answer.json()["id"])
            return recorded

        with ThreadPoolExecutor(4) as pool:
            callers = [pool.submit(call, number) for number in range(4)]
            until(lambda: statuses.count(201) > 5, "it never answered")
            postgresql_server.stop(own_postgresql)
            until(lambda: statuses.count(503) > 20, "nobody was told")
            meanwhile = nobody.but(base="").get("/health/ready"), nobody.but(base="").get("/health/live")
            postgresql_server.start(own_postgresql)
            seen = len(statuses)
            until(lambda: len(statuses) > seen + 40, "it stands still")
            since = len(statuses)
            until(lambda: len(statuses) > since + 40, "it stands still")
            is_over.set()
            recorded = {one for caller in callers for one in caller.result(PATIENCE)}
        after = statuses[since:]

        assert problem(meanwhile[0], 503)["code"] in {"database_unavailable", "connection_lost"}
        assert meanwhile[1].is_success
        assert set(statuses) == {200, 201, 503}
        assert set(after) == {200, 201}
        assert recorded <= {one["id"] for one in alice.expenses()}


@only_postgresql
def test_more_slow_calls_than_connections_wait_in_turn_or_are_told_to_come_back(start, database_url, database):
    """What needs no database goes on meanwhile, and a second later all is as before."""
    server = start(database_url, EXPENSE_DATABASE_CONNECTIONS="2", EXPENSE_CALLS_WAITING="5")
    with server.connected() as nobody, ThreadPoolExecutor(20) as pool:
        alice = nobody.signed_up("alice")
        lunch = alice.record()
        with held(database, lunch["id"]):
            calls = [
                pool.submit(alice.patch, f"/expenses/{lunch['id']}", {"description": f"Nr {number}"})
                for number in range(20)
            ]
            until(lambda: sum(one.done() for one in calls) == 13, "more wait than may, or fewer")
            refused = [one.result() for one in calls if one.done()]
            live, ready = (nobody.but(base="").get(f"/health/{name}") for name in ("live", "ready"))
        waited = [answer for one in calls if (answer := one.result()) not in refused]
        time.sleep(1)
        after = [pool.submit(alice.get, "/expenses") for _ in range(6)]

        assert (live.status_code, ready.status_code) == (200, 200)
        assert {problem(answer, 503, "busy")["status"] for answer in refused} == {503}
        assert [answer.status_code for answer in waited] == [200] * 7
        assert [one.result().status_code for one in after] == [200] * 6


@only_postgresql
def test_a_server_keeps_as_many_connections_as_it_is_said_to(start, database_url, database):
    """As many to read as to write, and one for its health; docs/operating.md adds them up."""
    server = start(database_url, EXPENSE_DATABASE_CONNECTIONS="2")
    with server.connected() as nobody, ThreadPoolExecutor(8) as pool:
        alice = nobody.signed_up("alice")
        calls = [pool.submit(alice.get, "/categories") if n % 2 else pool.submit(alice.record) for n in range(80)]
        calls += [pool.submit(nobody.but(base="").get, "/health/ready") for _ in range(20)]
        for one in calls:
            one.result()
        with database.reading() as session:
            others = (
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid != pg_backend_pid()"
            )
            there = session.scalar(text(others))

    assert 2 <= there <= 2 * 2 + 1


@only_sqlite
def test_whoever_waits_for_the_one_writer_too_long_is_told_to_come_back(start, database_url, database):
    """Reading goes on meanwhile."""
    server = start(database_url)
    with server.connected() as nobody:
        alice = nobody.signed_up("alice")
        lunch = alice.record()
        with held(database, lunch["id"]), ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(alice.post, "/expenses", {"amount": 1})
            assert alice.expenses() == [lunch]
            refused = waiting.result(PATIENCE)

        problem(refused, 503, "database_locked")
        assert done(alice.post("/expenses", {"amount": 1}), 201)


@only_sqlite
def test_reading_goes_on_while_another_program_writes_also_with_a_token_long_unused(start, database_url, database):
    """That it was used is written down by a later call."""
    server = start(database_url)
    with server.connected(timeout=5) as nobody:
        alice = nobody.signed_up("alice")
        lunch = alice.record()
        token = done(alice.post("/auth/tokens", {"name": "never used"}), 201)["token"]
        script = nobody.but(authorization=f"Bearer {token}")
        with held(database, lunch["id"]):
            meanwhile = [script.expenses() for _ in range(3)]
        never = done(alice.get("/auth/tokens"))["items"][0]["last_used_at"]
        script.expenses()
        noted = done(alice.get("/auth/tokens"))["items"][0]["last_used_at"]

    assert meanwhile == [[lunch]] * 3
    assert (never, noted is None) == (None, False)


def test_two_workers_serve_one_book(start, database_url):
    """They know each other's tokens and keys, and count together."""
    server = start(database_url, "--workers", "2")
    with server.connected() as nobody:
        alice = nobody.signed_up("alice")

    def post(number):
        with server.connected() as another:  # a connection stays with its worker
            caller = another.but(authorization=alice.headers["authorization"])
            key = {"Idempotency-Key": f"key-{number % 4}"}
            while (answer := caller.post("/expenses", {"amount": number % 4 + 1}, headers=key)).status_code == 409:
                problem(answer, 409, "request_running")
            return done(answer, 201)["id"]

    with ThreadPoolExecutor(8) as pool:
        made = [*pool.map(post, range(32))]
    with server.connected() as nobody:
        numbers = nobody.but(base="").get("/metrics").text
        alice = nobody.but(authorization=alice.headers["authorization"])
        there = alice.expenses()
    server.terminate()

    assert len(set(made)) == len(there) == 4
    assert 'expense_requests_total{method="POST",route="/api/v1/expenses",status="201"} 32.0' in numbers
    assert server.wait() == 0
    assert is_refused(server.address)


@only_postgresql
def test_what_a_killed_worker_was_doing_is_not_counted_as_running_for_ever(start, database_url, database):
    """Or an alarm would ring until the next restart. The log says in JSON that it died, as it says everything."""
    server = start(database_url, "--workers", "2")
    with server.connected() as nobody, ThreadPoolExecutor(4) as pool:
        alice = nobody.signed_up("alice")
        lunch = alice.record()
        with held(database, lunch["id"]):
            for number in range(4):
                pool.submit(alice.patch, f"/expenses/{lunch['id']}", {"description": f"Nr {number}"})
            until(lambda: running(server) >= 4, "they never began")
            until(lambda: server.log.count("Started server process") == 2, "the second never started")
            workers = {int(pid) for pid in re.findall(r"Started server process \[(\d+)\]", server.log)}
            for pid in workers:
                os.kill(pid, signal.SIGKILL)
            until(lambda: server.log.count("Started server process") == 4, "nobody took their place")
        until(lambda: running(server) == 1, "the dead are counted")

    assert [line for line in server.log.splitlines() if not line.startswith("{")] == []


def running(server):
    """How many calls are being answered, the one that asks among them; 0 while nobody answers."""
    try:
        numbers = httpx.get(f"{server.address}/metrics", timeout=5, trust_env=False).text
    except httpx.TransportError:
        return 0
    return sum(float(one) for one in re.findall(r"^expense_requests_running (\S+)$", numbers, re.MULTILINE))


@only_sqlite
def test_the_owner_of_a_book_without_a_password_is_told_how_to_get_to_it(start, database_url, database):
    """Once, as the server starts; with a password there is nothing to say."""
    with database.transaction() as session:
        users.register_local(session, LocalUserCreate(username="alice b"))
    told = start(database_url)
    with database.transaction() as session:
        users.set_password(session, users.named(session, "alice b"), PASSWORD, rounds=FASTEST_ROUNDS)
    silent = start(database_url)

    assert told.log.count("Nobody can sign in to this book yet: `expense user password 'alice b'`") == 1
    assert "Nobody can sign in" not in silent.log


@only_sqlite
def test_the_demo_is_served_with_a_password_that_is_told_once(start, database_url, tmp_path):
    """On a fresh file of its own; the password is in no request's line of the log."""
    home = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data")}
    server = start("", "--demo", **home, EXPENSE_SECRET_KEY="")

    told = next(line for line in server.log.splitlines() if "Sign in to the demo as" in line)
    name, password = told.split(" as ")[1].split(" with the password ")
    with server.connected() as nobody:
        assert len(nobody.signed_in(name, password.strip()).expenses()) > 100
        problem(nobody.login(name, PASSWORD), 401)
    assert server.log.count(password.strip()) == 1
