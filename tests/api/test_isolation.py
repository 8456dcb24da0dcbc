"""Two users and every call of the OpenAPI document: nothing of one is seen, hinted at or changed by the other."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from datetime import timedelta

import jwt
import pytest
from conftest import PASSWORD
from server import SECRET, done, problem
from sqlalchemy import event
from writes import everything as all_rows

from expense_core import tokens

MARK = "zebra"
"""In everything that Alice writes, and in nothing else."""
STATEMENT = "Date,Payee,Amount\n2026-11-05,Tea,-1.50\n"


@dataclass
class Sent:
    """A call: what it names in its path, and what is sent with it."""

    path: dict = field(default_factory=dict)
    query: dict = field(default_factory=dict)
    body: object = None
    form: dict | None = None
    file: tuple | None = None
    is_of_a_row: bool = False
    """Whether it names a row, so that it is 404 where that is somebody else's."""


def of_a_row(body=None, **path):
    """A call that names a row in its path."""
    return Sent(path=path, body=body, is_of_a_row=True)


CALLS = {
    "register": lambda its: Sent(body={"username": its.new, "email": f"{its.new}@example.org", "password": PASSWORD}),
    "login": lambda its: Sent(form={"username": its.name, "password": "wrong"}),
    "refresh": lambda _: Sent(body={"refresh_token": "x"}),
    "logout": lambda _: Sent(),
    "list_sessions": lambda _: Sent(),
    "end_session": lambda its: of_a_row(session_id=its.session),
    "end_other_sessions": lambda _: Sent(),
    "list_access_tokens": lambda _: Sent(),
    "create_access_token": lambda _: Sent(body={"name": "script"}),
    "revoke_access_token": lambda its: of_a_row(token_id=its.token),
    "get_me": lambda _: Sent(),
    "edit_me": lambda _: Sent(body={}),
    "delete_me": lambda _: Sent(body={"password": "wrong"}),
    "change_password": lambda _: Sent(body={"current_password": "wrong", "new_password": "staple battery horse"}),
    "list_categories": lambda _: Sent(),
    "create_category": lambda its: Sent(body={"name": its.new}),
    "get_category": lambda its: of_a_row(category_id=its.category),
    "rename_category": lambda its: of_a_row({"name": its.new}, category_id=its.category),
    "delete_category": lambda its: of_a_row(category_id=its.category),
    "merge_category": lambda its: of_a_row({"into_id": its.other_category}, category_id=its.category),
    "list_rules": lambda _: Sent(),
    "create_rule": lambda its: Sent(body={"payee": its.new, "category_id": its.category}, is_of_a_row=True),
    "try_rule": lambda _: Sent(body={"text": MARK, "skip": True}),
    "get_rule": lambda its: of_a_row(rule_id=its.rule),
    "edit_rule": lambda its: of_a_row({"payee": its.new}, rule_id=its.rule),
    "delete_rule": lambda its: of_a_row(rule_id=its.rule),
    "list_expenses": lambda its: Sent(query={"owner_id": its.user, "category_id": its.category}),
    "record_expense": lambda its: Sent(body={"amount": 1, "category_id": its.category}, is_of_a_row=True),
    "get_expense": lambda its: of_a_row(expense_id=its.expense),
    "edit_expense": lambda its: of_a_row({"amount": 1}, expense_id=its.expense),
    "delete_expense": lambda its: of_a_row(expense_id=its.expense),
    "restore_expense": lambda its: of_a_row(expense_id=its.trashed),
    "list_trash": lambda _: Sent(),
    "purge_trash": lambda its: Sent(query={"id": its.trashed}, is_of_a_row=True),
    "record_quickly": lambda its: Sent(body={"text": f"12 Lunch @{its.category_name}"}, is_of_a_row=True),
    "suggest_expenses": lambda _: Sent(query={"q": MARK}),
    "edit_expenses": lambda its: Sent(
        query={"q": MARK, "expected": 0}, body={"category_id": its.category}, is_of_a_row=True
    ),
    "delete_expenses": lambda its: Sent(query={"owner_id": its.user, "expected": 0}),
    "apply_batch": lambda its: Sent(body={"lines": [{"do": "delete", "id": its.expense}]}),
    "create_import": lambda _: Sent(file=("card.csv", STATEMENT)),
    "list_imports": lambda _: Sent(),
    "get_import": lambda its: of_a_row(import_id=its.opened),
    "list_import_rows": lambda its: of_a_row(import_id=its.opened),
    "decide_import_rows": lambda its: of_a_row({"verdict": "new", "take": False}, import_id=its.opened),
    "commit_import": lambda its: of_a_row({}, import_id=its.opened),
    "delete_import": lambda its: of_a_row(import_id=its.opened),
    "revert_import": lambda its: of_a_row({}, import_id=its.imported),
    "list_import_expenses": lambda its: of_a_row(import_id=its.imported),
    "list_profiles": lambda _: Sent(),
    "forget_profile": lambda its: of_a_row(profile_id=its.profile),
    "list_history": lambda _: Sent(),
    "list_expense_history": lambda its: of_a_row(expense_id=its.expense),
    "undo": lambda its: Sent(body={"entry_id": its.entry}, is_of_a_row=True),
    "redo": lambda its: Sent(body={"entry_id": its.entry}, is_of_a_row=True),
    "export_expenses": lambda _: Sent(query={"q": MARK}),
    "report_spending": lambda _: Sent(query={"by": "category"}),
    "list_ledgers": lambda _: Sent(),
    "get_ledger": lambda its: of_a_row(ledger_id=its.ledger),
    "back_up_ledger": lambda its: of_a_row(ledger_id=its.ledger),
    "restore_ledger": lambda _: Sent(file=("book.backup", b"none")),
    "list_currencies": lambda _: Sent(),
    "check_live": lambda _: Sent(),
    "check_ready": lambda _: Sent(),
    "read_metrics": lambda _: Sent(),
}
"""What each call of the OpenAPI document is sent with; a new one has to be entered here."""

OPEN = {"register", "login", "refresh", "list_currencies", "check_live", "check_ready", "read_metrics"}
"""What anybody may call."""

READ_BY_POST = {"try_rule"}
"""What changes nothing, though it is no GET."""
OF_OWNERS = {"list_sessions", "back_up_ledger"}
"""What is read only by whoever signed in, or owns the ledger and may write in it."""


@dataclass
class Its:
    """What somebody has, by which a call can name it."""

    name: str = "zebra"
    new: str = "newcomer"
    user: int = 0
    session: int = 0
    token: int = 0
    category: int = 0
    category_name: str = ""
    other_category: int = 0
    expense: int = 0
    trashed: int = 0
    entry: int = 0
    ledger: int = 0
    opened: int = 0
    imported: int = 0
    profile: int = 0
    rule: int = 0


NOTHING = 987_654
NOBODYS = Its("nobody", "newcomer", *[NOTHING] * 4, "missing", NOTHING - 1, *[NOTHING] * 8)
"""What nobody has."""


@pytest.fixture
def alices(alice):
    """Everything that Alice has, with her mark on it."""
    session = next(one["id"] for one in done(alice.get("/auth/sessions"))["items"])
    token = done(alice.post("/auth/tokens", {"name": MARK, "scope": "write"}), 201)["id"]
    done(alice.patch("/users/me", {"username": MARK, "email": f"{MARK}@example.org"}))
    food, other = alice.create(f"{MARK} food"), alice.create(MARK)
    lunch = alice.record(description=MARK, notes=MARK, category_id=other["id"], amount="4242.42")
    gone = alice.record(description=MARK, category_id=food["id"])
    assert alice.delete(f"/expenses/{gone['id']}").status_code == 204
    entry = done(alice.get("/history"))["items"][0]["id"]
    its = Its(MARK, "newcomer", alice.id, session, token, other["id"], MARK, food["id"])
    its.expense, its.trashed, its.entry, its.ledger = lunch["id"], gone["id"], entry, lunch["ledger_id"]
    files = {"options": (None, json.dumps({"date_order": "dmy"}))}
    its.imported, its.opened = (
        done(alice.request("POST", "/imports", files=files | {"file": (f"{MARK}.csv", text.encode())}), 201)["id"]
        for text in (STATEMENT.replace("2026-11-05", "05/11/2026"), STATEMENT.replace("Tea", MARK))
    )
    done(alice.post(f"/imports/{its.imported}/commit"))
    its.profile = done(alice.get("/profiles"))["items"][0]["id"]
    its.rule = done(alice.post("/rules", {"payee": MARK, "category_id": other["id"]}), 201)["id"]
    return its


@pytest.fixture
def operations(api):
    """Every call: its name, method, path and parameters."""
    return [
        (operation["operationId"], method.upper(), path, {one["name"] for one in operation.get("parameters", ())})
        for path, methods in api.app.openapi()["paths"].items()
        for method, operation in methods.items()
    ]


def call(caller, name, method, path, its, **more):
    """Make a call of the document."""
    sent = CALLS[name](its)
    options = {"params": {**sent.query, **more} or None}
    options |= {"json": sent.body} if sent.body is not None else {}
    options |= {"data": sent.form} if sent.form else {}
    options |= {"files": {"file": sent.file}} if sent.file else {}
    return caller.but(base="").request(method, path.format(**sent.path), **options)


def hers(database, its):
    """Every row that is Alice's."""
    with database.reading() as session:
        return {
            table: [
                row
                for row in rows
                if getattr(row, "ledger_id", None) == its.ledger
                or getattr(row, "user_id", None) == its.user
                or (table == "users" and row.id == its.user)
                or (table == "ledgers" and row.id == its.ledger)
            ]
            for table, rows in all_rows(session).items()
        }


def test_every_call_of_the_document_is_tried_here(operations):
    """And those that need no token are the ones that the document says need none."""
    assert {name for name, *_ in operations} == set(CALLS)


def test_nobody_sees_or_changes_what_is_somebody_elses(database, nobody, bob, alices, operations):
    """By its number, by a filter, or by naming the ledger; what is hers is as if it were not there."""
    before = hers(database, alices)
    filled = {"expenses", "categories", "rules", "access_tokens", "history_entries", "sign_ins", "imports", "profiles"}
    assert all(before[table] for table in filled)

    for name, method, path, parameters in operations:
        if name == "logout":
            continue
        bob = bob if bob.get("/users/me").is_success else nobody.signed_in("bob")
        answer = call(bob, name, method, path, alices)
        if name not in {"apply_batch", "login", "get_me", "read_metrics"}:
            assert (answer.status_code == 404) == CALLS[name](alices).is_of_a_row, (name, answer.text)
        told = answer.text if CALLS[name](alices).body is None else answer.text.replace(f"'{MARK}'", "")
        assert name == "login" or MARK not in told, (name, answer.text)
        assert "4242.42" not in answer.text, name
        if "ledger_id" in parameters and "{ledger_id}" not in path:
            refused = call(bob, name, method, path, alices, ledger_id=alices.ledger)
            problem(refused, 404, "ledger_not_found")
            missing = call(bob, name, method, path, alices, ledger_id=NOTHING)
            assert without_ids(refused, alices) == without_ids(missing, alices), name

    assert hers(database, alices) == before


def without_ids(answer, its):
    """A problem but for what is new in each."""
    told = answer.json()
    told.pop("request_id")
    numbers = {str(number) for number in vars(its).values() if isinstance(number, int)} | {str(NOTHING)}
    words = json.dumps(told).replace(its.category_name or "\0", "missing").replace("'", " ' ").split()
    return ["#" if word.strip(',.;"') in numbers else word for word in words]


def test_what_is_somebody_elses_is_answered_like_what_nobody_has(bob, alices, operations):
    """Word for word."""
    for name, method, path, _ in operations:
        if not CALLS[name](alices).is_of_a_row:
            continue

        theirs, nobodys = (call(bob, name, method, path, its) for its in (alices, NOBODYS))

        assert theirs.status_code == nobodys.status_code == 404, (name, theirs.text, nobodys.text)
        assert without_ids(theirs, alices) == without_ids(nobodys, NOBODYS), name


def test_what_is_somebody_elses_takes_the_database_no_more_work_than_what_nobody_has(api, bob, alices, operations):
    """Or the time of a 404 would tell: the same statements are run, and as many rows found, in either case."""
    server = api.app.state.server
    run: list[tuple[str, int]] = []

    def note(_connection, cursor, statement, *_):
        run.append((statement, cursor.rowcount if server.database.is_sqlite is False else 0))

    for database in filter(None, (server.database, server.reads, server.in_the_loop)):
        event.listen(database.engine, "after_cursor_execute", note)
    for name, method, path, _ in operations:
        if not CALLS[name](alices).is_of_a_row:
            continue
        done_for = []
        for its in (alices, NOBODYS, alices, NOBODYS):  # the first of each may have to compile its statements
            run.clear()
            call(bob, name, method, path, its)
            done_for.append([*run])

        assert done_for[2], name
        assert done_for[2] == done_for[3], name


def encoded(part):
    """A part of a JWT."""
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


def test_no_call_goes_without_a_token_that_is_good_now(api, nobody, alice, alices, operations, clock):
    """Whatever is wrong with it: the answer is 401, before anything else is looked at."""
    good = alice.headers["authorization"].removeprefix("Bearer ")
    claims = jwt.decode(good, options={"verify_signature": False})
    head, body, signature = good.split(".")
    signed_out = nobody.signed_in(MARK)
    signed_out.post("/auth/logout")
    expiring, revoked = (
        done(alice.post("/auth/tokens", {"name": name, "scope": "write", "expires_at": expires_at}), 201)
        for name, expires_at in (("one", "2026-11-05T12:16:00Z"), ("two", None))
    )
    alice.delete(f"/auth/tokens/{revoked['id']}")
    gone = nobody.signed_up("gone")
    assert gone.delete("/users/me", {"password": PASSWORD}).status_code == 204
    hour = timedelta(hours=1)

    def signed(subject=alice.id, secret=SECRET, since=timedelta(0), **extra):
        extra = {"sign_in": claims["sign_in"]} | extra
        token = tokens.issue(subject=subject, secrets=[secret], now=clock() + since, lifetime=hour, extra=extra)
        return f"Bearer {token}"

    refused = {
        "none": None,
        "empty": "",
        "another scheme": f"Basic {good}",
        "no scheme": good,
        "two tokens": f"Bearer {good} {good}",
        "rubbish": "Bearer x",
        "half a character": "Bearer \xff",
        "expired": signed(since=-2 * hour),
        "not yet": signed(since=hour),
        "another key": signed(secret="another secret for tests, which is long"),
        "another user": signed(subject=alice.id + 1),
        "another session": signed(sign_in="987654"),
        "odd session": signed(sign_in="x"),
        "huge session": signed(sign_in="9" * 30),
        "alg none": f"Bearer {encoded({'alg': 'none', 'typ': 'JWT'})}.{body}.",
        "alg None": f"Bearer {encoded({'alg': 'None', 'typ': 'JWT'})}.{body}.{signature}",
        "changed": f"Bearer {head}.{encoded(claims | {'sub': '1'})}.{signature}",
        "unsigned": f"Bearer {head}.{body}.",
        "refresh token": f"Bearer {alice.refresh_token}",
        "signed out": signed_out.headers["authorization"],
        "deleted user": gone.headers["authorization"],
        "revoked": f"Bearer {revoked['token']}",
        "expired token": f"Bearer {expiring['token']}",
        "no such token": "Bearer exp_" + "x" * 43,
        "only its prefix": "Bearer exp_",
    }
    clock.advance(minutes=1)
    needing = [one for one in operations if one[0] not in OPEN]
    assert len(needing) == len(CALLS) - len(OPEN)

    on_every_call = {"none", "expired", "another key", "alg none", "revoked"}
    for why, token in refused.items():
        caller = nobody.but(authorization=None if token is None else token.encode("latin-1"))
        for name, method, path, _ in needing if why in on_every_call else needing[:3]:
            answer = call(caller, name, method, path, alices)
            problem(answer, 401, "invalid_token")
            assert answer.headers["www-authenticate"].startswith("Bearer"), (why, name)
    for why in ("none", "no such token", "signed out", "revoked", "expired token"):
        token = refused[why]
        caller = nobody.but(authorization=token)
        answers = [
            caller.post("/expenses", {"colour": "red"}),
            caller.post_text("/expenses", b"{"),
            caller.request("POST", "/expenses", content=b"x", headers={"Content-Type": "text/plain"}),
            caller.get("/expenses", bogus=1),
            caller.get("/expenses", cursor="x"),
            caller.get("/expenses/trash", ledger_id=0),
            caller.get("/history", limit=0, cursor="x"),
            caller.request("PATCH", "/expenses/1", json={"amount": 1}, headers={"If-Match": "x"}),
            caller.request("DELETE", "/categories/x", headers={"If-Match": "x"}),
        ]
        assert [answer.status_code for answer in answers] == [401] * 9, why
    assert alice.get("/users/me").is_success


def test_a_token_that_may_read_changes_nothing(database, nobody, alice, alices, operations):
    """What writes is refused with 403, and what reads is answered, but for where its user signed in."""
    token = done(alice.post("/auth/tokens", {"name": "reader"}), 201)["token"]
    reader = nobody.but(authorization=f"Bearer {token}")
    done(reader.get("/users/me"))
    before = hers(database, alices)

    for name, method, path, _ in operations:
        if name in OPEN:
            continue
        answer = call(reader, name, method, path, alices)
        if (method == "GET" or name in READ_BY_POST) and name not in OF_OWNERS:
            assert answer.is_success, name
        else:
            problem(answer, 403, "permission_denied")

    assert hers(database, alices) == before
