"""One ledger as a file, over HTTP, and back."""

from __future__ import annotations

import gzip

import pytest
from server import InProcess, done, problem, settings

from expense_core import Database, ledgers, users
from expense_core.tables import Role

PASSPHRASE = {"Backup-Passphrase": "vier blaue Hüte".encode()}
STATEMENT = "Date,Payee,Amount,Currency\n2026-10-01,Rent,-900.00,EUR\n2026-10-02,Bun,-3.20,EUR\n"


def backed_up(caller, ledger_id, **more):
    """The file."""
    answer = caller.request("GET", f"/ledgers/{ledger_id}/backup", **more)
    assert answer.status_code == 200, answer.text
    return answer.content


def restore(caller, content, **more):
    """Send a backup."""
    return caller.request("POST", "/ledgers/restore", files={"file": ("any.backup", content)}, **more)


def imported(caller, **query):
    """What became of importing the statement."""
    answer = caller.request("POST", "/imports", files={"file": ("card.csv", STATEMENT.encode())}, params=query)
    found = done(answer, 201)
    return done(caller.request("POST", f"/imports/{found['id']}/commit", params=query))


def seen(caller, ledger_id):
    """What a ledger has, without the numbers that each has of its own."""
    pages = ("expenses", "expenses/trash", "categories", "rules", "history", "imports")
    found = {page: done(caller.get(f"/{page}", ledger_id=ledger_id))["items"] for page in pages}
    return without_numbers(found)


def without_numbers(found):
    """The same, but for ids."""
    if isinstance(found, list):
        return [without_numbers(one) for one in found if not isinstance(one, dict) or one.get("name") != "category_id"]
    if isinstance(found, dict):
        return {name: without_numbers(one) for name, one in found.items() if name != "id" and not name.endswith("_id")}
    return found


@pytest.fixture
def book(alice):
    """Alice's ledger, with something in each of its lists."""
    food, fun = alice.create("Food"), alice.create("Fun")
    lunch = alice.record(category_id=food["id"], notes="with Sam")
    alice.record(amount=1000, currency="JPY", category_id=fun["id"])
    gone = alice.record(description="Gone")
    alice.delete(f"/expenses/{gone['id']}")
    alice.post("/rules", {"payee": "deli", "category_id": food["id"], "max_amount": "20"})
    imported(alice)
    alice.patch(f"/expenses/{lunch['id']}", {"amount": 13, "category_id": fun["id"]})
    done(alice.post(f"/categories/{fun['id']}/merge", {"into_id": food["id"]}))
    return food["ledger_id"]


@pytest.mark.parametrize(
    ("database_url", "new_database_url"), [("sqlite", "postgresql"), ("postgresql", "sqlite")], indirect=True
)
def test_a_ledger_goes_from_one_server_to_another_and_back(alice, book, database_url, new_database_url, clock):
    """Under numbers of its own; the last write is undone there, and the statement brings nothing a second time."""
    with Database(new_database_url) as other:
        other.upgrade()
    before = seen(alice, book)
    answer = alice.get(f"/ledgers/{book}/backup")
    assert answer.headers["content-disposition"] == f'attachment; filename="ledger-{book}.backup"'
    with InProcess(settings(new_database_url), clock=clock) as server:
        there = server.client().signed_up("alice")
        there.record(description="of another ledger")
        moved = done(restore(there, answer.content), 201)
        assert seen(there, moved["id"]) == before
        content = backed_up(there, moved["id"])

    back = restore(alice, content)

    made = done(back, 201)
    assert made["id"] != book
    assert (made["name"], made["currency"], made["role"]) == ("alice", "EUR", "owner")
    assert back.headers["location"] == f"/api/v1/ledgers/{made['id']}"
    assert back.headers["etag"] == alice.get(f"/ledgers/{made['id']}").headers["etag"]
    assert seen(alice, made["id"]) == before == seen(alice, book)
    assert imported(alice, ledger_id=made["id"])["coming"]["count"] == 0
    for ledger_id in (book, made["id"]):
        done(alice.request("POST", "/history/undo", params={"ledger_id": ledger_id}))
    assert seen(alice, made["id"])["categories"] == seen(alice, book)["categories"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_encrypted_backup_takes_its_passphrase(alice, book):
    """In whatever letters; without it, that is a problem of its own."""
    content = backed_up(alice, book, headers=PASSPHRASE)

    assert b"Rent" not in content
    problem(restore(alice, content), 422, "wrong_passphrase")
    problem(restore(alice, content, headers={"Backup-Passphrase": b"H\xfcte"}), 422)
    problem(alice.request("GET", f"/ledgers/{book}/backup", headers={"Backup-Passphrase": ""}), 422)
    made = done(restore(alice, content, headers=PASSPHRASE), 201)
    assert seen(alice, made["id"]) == seen(alice, book)


def test_a_retry_under_the_same_key_makes_no_second_ledger(alice, book):
    """The answer is the first one's; another file is another request. An import that is open stays where it is."""
    done(alice.request("POST", "/imports", files={"file": ("open.csv", STATEMENT.encode())}), 201)
    content, key = backed_up(alice, book), {"Idempotency-Key": "key"}

    first, again = (restore(alice, content, headers=key) for _ in range(2))

    assert done(first, 201) == done(again, 201)
    assert len(seen(alice, done(first, 201)["id"])["imports"]) == len(seen(alice, book)["imports"]) - 1
    assert (again.headers["idempotency-replayed"], again.headers["location"]) == ("true", first.headers["location"])
    problem(restore(alice, backed_up(alice, done(first, 201)["id"]), headers=key), 422, "idempotency_key_reused")
    assert len(done(alice.get("/ledgers"))["items"]) == 2


def test_what_is_no_backup_of_a_ledger_is_refused_and_nothing_is_made(alice, book):
    """With what is wrong of it."""
    content = backed_up(alice, book)

    for wrong in (b"", b"Date,Payee\n", content[:-1], content[:200] + b"x" + content[201:]):
        problem(restore(alice, wrong), 422, "backup_unreadable")
    problem(alice.request("POST", "/ledgers/restore", files={"other": ("a", content)}), 422, "invalid")
    text = problem(alice.request("POST", "/ledgers/restore", files={"file": (None, "text")}), 422, "invalid")
    assert text["detail"] == "#/file: send a file, with its name"
    problem(alice.request("POST", "/ledgers/restore", content=content), 415, "unsupported_media_type")
    assert len(done(alice.get("/ledgers"))["items"]) == 1


def test_only_an_owner_takes_a_backup(alice, bob, book, database):
    """An editor sees what is there, and not what it takes to have it elsewhere."""
    with database.transaction() as session:
        ledgers.admit(session, ledgers.open(session, users.named(session, "alice")), "bob", Role.EDITOR)

    problem(bob.get(f"/ledgers/{book}/backup"), 403, "permission_denied")


def test_a_backup_may_be_as_large_as_an_upload(sqlite_url, clock):
    """And unpacked no larger than sixteen of them."""
    with InProcess(settings(sqlite_url, body_limit=1_024, upload_limit=4_096), clock=clock) as server:
        alice = server.client().signed_up("alice")
        alice.record()
        (mine,) = done(alice.get("/ledgers"))["items"]
        small = backed_up(alice, mine["id"])
        first = gzip.decompress(small).partition(b"\n")[0]
        table = b'\n{"table":"expenses","columns":[],"next_id":null}\n'

        done(restore(alice, small), 201)
        problem(restore(alice, small + b" " * 4_096), 413, "content_too_large")
        told = problem(restore(alice, gzip.compress(first + table + b"[]\n" * 30_000)), 422, "backup_unreadable")

    assert "more than 65,536 bytes when it is unpacked" in told["detail"]
