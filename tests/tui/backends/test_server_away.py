"""A server that is gone, slow, new again, or not ours: nothing is done twice, and nobody else hears a word."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import httpx
import pytest
from backends import CALLS, account, record
from conftest import PASSWORD
from server import Process
from wires import Stranger

from expense_core import ExpenseCreate, ExpenseFilter, ExpenseQuery, ExpenseUpdate
from expense_core.batches import BatchCreate, BatchDelete
from expense_core.errors import (
    AuthenticationFailed,
    DatabaseUnavailable,
    Invalid,
    NothingToUndo,
    SettingsError,
)
from expense_core.exports import Form
from expense_tui.backends import Entrance
from expense_tui.backends.connection import Connection
from expense_tui.backends.kept import KeptSignIn
from expense_tui.backends.remote import RemoteBackend
from expense_tui.backends.unanswered import Unanswered


def described(backend):
    """The descriptions in the book."""
    return sorted(one.description for one in backend.find(ExpenseQuery()).items)


def refreshed(process):
    """How often tokens were renewed."""
    return process.log.count("/auth/refresh")


# --- Away, and back again ---


def test_a_server_that_is_gone_is_named_and_found_again_when_it_is_back(sqlite_url, tmp_path, opened):
    """Whatever is asked of it meanwhile; nobody has to sign in again."""
    server = Process(tmp_path, sqlite_url)
    server.start()
    try:
        backend = opened(server.address)
        backend.register(account("alice"), stay=True)
        lunch = record(backend)
        server.kill()

        for name, call in CALLS.items():
            if name != "book":
                with pytest.raises(DatabaseUnavailable, match=f"{server.address} cannot be reached"):
                    call(backend, lunch.id, tmp_path / "file")
        for call in (opened(server.address).enter, lambda: backend.sign_in("alice", PASSWORD, stay=False)):
            with pytest.raises(DatabaseUnavailable, match="cannot be reached"):
                call()
        assert backend.book().user.username == "alice"

        server.start()
        assert described(backend) == ["Lunch"]
        assert opened(server.address).enter() is Entrance.OPEN
    finally:
        server.kill()


def test_a_server_that_does_not_answer_is_not_waited_for_for_ever(opened):
    """The person is told, and can try again."""
    with Stranger(None) as silent:
        backend = opened(silent.address, timeout=httpx.Timeout(0.2))

        with pytest.raises(DatabaseUnavailable, match="does not answer"):
            backend.enter()


def test_a_server_that_knows_no_such_sign_in_any_more_asks_for_the_password(sqlite_url, tmp_path, opened):
    """As where its secret was changed; what was kept is forgotten."""
    server = Process(tmp_path, sqlite_url)
    try:
        server.start()
        backend = opened(server.address)
        backend.register(account("alice"), stay=True)
        server.kill()
        server._environment["EXPENSE_SECRET_KEY"] = "another secret that is long enough to sign with"
        server.start()

        with pytest.raises(AuthenticationFailed):
            backend.categories()

        assert not list((tmp_path / "kept").glob("*.json"))
        assert opened(server.address).enter() is Entrance.SIGN_IN
        backend.sign_in("alice", PASSWORD, stay=False)
        assert list(backend.categories()) == []
    finally:
        server.kill()


def test_too_many_attempts_are_told_with_when_to_come_back(sqlite_url, tmp_path, opened):
    """It is no wrong password, and nobody is signed out by it."""
    server = Process(tmp_path, sqlite_url, EXPENSE_SIGN_INS_PER_ACCOUNT="2/minute")
    try:
        server.start()
        backend = opened(server.address)
        backend.register(account("alice"), stay=False)
        backend.sign_in("alice", PASSWORD, stay=False)

        with pytest.raises(DatabaseUnavailable, match="too many attempts; try again in"):
            backend.sign_in("alice", PASSWORD, stay=False)

        assert list(backend.categories()) == []
    finally:
        server.kill()


# --- Answers that are lost ---


def test_what_was_recorded_once_is_there_once_though_the_answer_was_lost(book, wire):
    """The second answer is that of the first."""
    wire.lose(1)
    lunch = book.record(ExpenseCreate(amount="12.50", description="Lunch"), new_category="Food")

    assert book.find(ExpenseQuery()).items == [lunch]
    assert len(book.history().items) == 1


def test_every_write_is_done_once_though_the_answer_was_lost(book, wire):
    """An edit, an undo, a purge; and a look is just repeated."""
    lunch, tea, food = record(book, "Lunch"), record(book, "Tea"), book.create_category("Food")
    fun = book.create_category("Fun")
    entries = len(book.history().items)
    writes = [
        lambda: book.edit(lunch.id, ExpenseUpdate(version=1, amount="13")),
        lambda: book.apply([BatchCreate(do="create", amount=1), BatchDelete(do="delete", id=tea.id)]),
        lambda: book.restore(tea.id),
        lambda: book.apply([BatchDelete(do="delete", id=tea.id)]),
        book.purge,
        lambda: book.create_category("New"),
        lambda: book.rename_category(food, "Eating"),
        lambda: book.merge_category(fun.id, food.id),
        lambda: book.delete_category(food.id),
    ]

    for number, write in enumerate(writes, 1):
        wire.lose(1)
        write()
        assert len(book.history().items) == entries + number
    for move in (book.undo, book.redo, book.undo):
        wire.lose(1)
        move()
    wire.lose(1)

    assert {one.name for one in book.categories()} == {"Eating", "New"}
    assert len([one for one in book.history().items if one.undone_at]) == 1


def test_whoever_tries_again_after_two_lost_answers_does_nothing_twice(book, wire):
    """And the same once more, after that, is meant."""
    new = ExpenseCreate(amount="3", description="Coffee")
    wire.lose(2)
    with pytest.raises(DatabaseUnavailable, match="broke off; try again, and nothing is done twice"):
        book.record(new)
    assert described(book) == ["Coffee"]

    book.record(new)
    assert described(book) == ["Coffee"]
    book.record(new)
    assert described(book) == ["Coffee", "Coffee"]


def test_whoever_goes_on_with_something_else_means_what_they_do_then(book, wire):
    """An undo that was lost is not taken for the next one."""
    record(book, "Tea")
    record(book, "Bun")
    wire.lose(2)
    with pytest.raises(DatabaseUnavailable):
        book.undo()
    record(book, "Milk")

    book.undo()

    assert described(book) == ["Tea"]
    book.undo()
    with pytest.raises(NothingToUndo):
        book.undo()


def test_what_was_not_answered_is_recorded_once_whatever_is_recorded_before_it_is_tried_again(book, wire):
    """After an undo the same is meant anew."""
    coffee, bun = ExpenseCreate(amount="3", description="Coffee"), ExpenseCreate(amount="2", description="Bun")
    for new in (coffee, bun):
        wire.lose(2)
        with pytest.raises(DatabaseUnavailable):
            book.record(new)
    tea = record(book, "Tea")
    book.edit(tea.id, ExpenseUpdate(version=1, amount="4"))

    book.record(coffee)
    book.record(bun)
    once = described(book)
    wire.lose(2)
    with pytest.raises(DatabaseUnavailable):
        book.record(bun)
    book.undo()
    book.record(bun)

    assert once == ["Bun", "Coffee", "Tea"]
    assert described(book) == ["Bun", "Bun", "Coffee", "Tea"]


def test_a_write_is_kept_for_a_while_and_of_many_the_last_ones(clock):
    """After that the same is meant anew."""
    unanswered = Unanswered(clock)
    for number in range(1_001):
        unanswered.keep(str(number), f"key {number}", lasts=True)

    found = [unanswered.key(said, lasts=True) for said in ("0", "1")]
    clock.now += 601

    assert found[0] != "key 0"
    assert found[1] == "key 1"
    assert unanswered.key("2", lasts=True) != "key 2"


def test_a_file_is_not_left_half_written_where_the_way_is_cut(book, wire, tmp_path):
    """It can be written again under the same name."""
    book.apply([BatchCreate(do="create", amount=1, description="x" * 500) for _ in range(900)])
    path = tmp_path / "out.csv"
    wire.cut_after(300_000)

    with pytest.raises(DatabaseUnavailable, match="broke off"):
        book.export(ExpenseFilter(), Form.CSV, path, lambda *_: None)

    assert not list(tmp_path.glob("*.csv")) + list(tmp_path.glob(".*.part"))
    assert book.export(ExpenseFilter(), Form.CSV, path, lambda *_: None) == 900


# --- Tokens ---


def test_a_token_is_renewed_before_it_runs_out(book, clock, process):
    """Once, and then not until it has to be again."""
    before = refreshed(process)

    clock.now += 15 * 60 - 59
    for _ in range(3):
        assert list(book.categories()) == []

    assert refreshed(process) == before + 1


def test_of_many_threads_one_renews(book, clock, process):
    """A refresh token is good once."""
    before = refreshed(process)
    clock.now += 3_600

    with ThreadPoolExecutor(8) as pool:
        answers = [*pool.map(lambda _: book.categories(), range(24))]

    assert answers == [[]] * 24
    assert refreshed(process) == before + 1


@pytest.mark.parametrize("lost", [1, 2])
def test_a_renewal_whose_answer_was_lost_signs_nobody_out(book, clock, wire, lost):
    """It is asked for once more, at once or when somebody tries again."""
    clock.now += 3_600
    wire.lose(lost)

    if lost > 1:
        with pytest.raises(DatabaseUnavailable):
            book.categories()

    assert list(book.categories()) == []
    clock.now += 3_600
    assert list(book.categories()) == []


def test_two_programs_share_one_kept_sign_in(book, opened, wire, clock):
    """Each renews it in its turn, and neither signs the other out."""
    other = opened(wire.address)
    assert other.enter() is Entrance.OPEN

    for _ in range(3):
        for one in (book, other, other, book):
            clock.now += 3_600
            assert list(one.categories()) == []

    other.sign_out()
    with pytest.raises(AuthenticationFailed):
        book.categories()


def test_a_sign_in_that_cannot_be_kept_is_none(process, tmp_path):
    """The person may sign in without staying; nothing is left on the server."""
    (tmp_path / "state").write_text("a file where a folder should be")
    kept = KeptSignIn("kept", folder=tmp_path / "state" / "kept")
    name = "somebody-who-moves"

    with closing(RemoteBackend(Connection(process.address), kept=kept)) as backend:
        with pytest.raises(SettingsError, match="without staying signed in"):
            backend.register(account(name), stay=True)
        with pytest.raises(AuthenticationFailed):
            backend.categories()
        backend.sign_in(name, PASSWORD, stay=False)

        with process.connected() as client:
            assert len(client.signed_in(name).get("/auth/sessions").json()["items"]) == 2
        backend.sign_out()


def test_signing_out_where_the_server_is_gone_still_forgets(book, wire, tmp_path, opened):
    """What is on this machine is this machine's."""
    wire.lose(2)

    with pytest.raises(DatabaseUnavailable):
        book.sign_out()

    assert not list((tmp_path / "kept").glob("*.json"))
    assert opened(wire.address).enter() is Entrance.SIGN_IN


# --- Others ---


def test_a_password_is_sent_to_no_other_host(opened):
    """Wherever the server sends us on to."""
    with Stranger(200, "{}") as other:
        for status in (301, 302, 303, 307, 308):
            with Stranger(status, Location=f"{other.address}/api/v1/auth/login") as server:
                backend = opened(server.address)
                for call in (backend.enter, lambda backend=backend: backend.sign_in("alice", PASSWORD, stay=False)):
                    with pytest.raises(DatabaseUnavailable, match=f"sends us on to {other.address}"):
                        call()

        assert other.received == []


@pytest.mark.parametrize(
    ("status", "body", "kind", "said"),
    [
        (200, "<html>Welcome to the hotel</html>", "text/html", "something else than a server of expenses"),
        (200, "[]", "application/json", "something else than a server of expenses"),
        (404, "<html>Not here</html>", "text/html", "something else than a server of expenses"),
        (502, "<html>Bad gateway</html>", "text/html", r"cannot do it just now \(502\)"),
        (503, "", "text/plain", r"cannot do it just now \(503\)"),
        (504, "", "text/plain", r"cannot do it just now \(504\)"),
        (503, "{", "application/problem+json", r"cannot do it just now \(503\)"),
        (503, "[]", "application/problem+json", r"cannot do it just now \(503\)"),
        (503, '{"code": "busy", "detail": "come back"}', "application/problem+json", "come back"),
    ],
)
def test_whatever_else_is_at_an_address_is_told_of(opened, status, body, kind, said):
    """A hotel's page, a proxy whose server is gone."""
    with Stranger(status, body, Content_Type=kind) as stranger, pytest.raises(DatabaseUnavailable, match=said):
        opened(stranger.address).enter()


def test_a_server_of_another_version_is_told_of(opened):
    """Where it answers what this one cannot read."""
    answer = '{"items": [{"id": "x"}], "expires_in": 900, "access_token": "a", "refresh_token": "b"}'

    with Stranger(200, answer) as odd, pytest.raises(DatabaseUnavailable, match="upgrade whichever is the older"):
        opened(odd.address).sign_in("alice", PASSWORD, stay=False)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("book.example.org", "https://book.example.org"),
        ("https://book.example.org/", "https://book.example.org"),
        (" https://book.example.org:8443/money/ ", "https://book.example.org:8443/money"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://127.0.0.2", "http://127.0.0.2"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_an_address_is_taken_as_a_person_writes_it(address, name):
    """Encrypted where it does not say, and on this machine as it is."""
    with closing(Connection(address)) as connection:
        assert connection.name == name


@pytest.mark.parametrize(
    "address", ["http://book.example.org", "http://192.0.2.7:8000", "http://localhost.example.org", "HTTP://10.0.0.1"]
)
def test_nothing_goes_unencrypted_to_another_machine_unless_a_person_insists(address):
    """The sentence says how."""
    with pytest.raises(Invalid, match="--insecure"):
        Connection(address)

    with closing(Connection(address, insecure=True)) as connection:
        assert connection.name.startswith("http://")


@pytest.mark.parametrize(
    "address",
    ["", "ftp://book.example.org", "https://", "https://alice:secret@book.example.org", "https://x?y", "https://x:y"],
)
def test_what_is_no_address_is_refused(address):
    """Nor is one with a password in it, which would be shown."""
    with pytest.raises(Invalid, match="write it like"):
        Connection(address)
