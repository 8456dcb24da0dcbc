"""What goes wrong is a problem of RFC 9457, whatever it was; `server.assert_sound` looks at each."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from server import SECRET, InProcess, done, pointers, problem, settings
from sqlalchemy import text
from structlog.testing import capture_logs

from expense_core import tokens
from expense_core.database import system_clock

JSON = {"Content-Type": "application/json"}

only_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@only_sqlite
def test_an_unknown_path_and_an_unknown_method_are_problems_too(nobody, alice):
    """With what can be done there."""
    for path in ("/nothing", "/expenses/", "/expenses/1/2", "//expenses", "/expenses/1/history/"):
        problem(alice.get(path), 404, "not_found")
    problem(nobody.but(base="").get("/api/v2/expenses"), 404, "not_found")
    problem(nobody.but(base="").get("/docs/assets/nothing.js"), 404, "not_found")
    for method, path, allowed in [
        ("PUT", "/expenses", {"GET", "HEAD", "POST", "PATCH", "DELETE"}),
        ("DELETE", "/categories", {"GET", "HEAD", "POST"}),
        ("POST", "/users/me", {"GET", "HEAD", "PATCH", "DELETE"}),
        ("PUT", "/expenses/1", {"GET", "HEAD", "PATCH", "DELETE"}),
        ("TRACE", "/imports", {"GET", "HEAD", "POST"}),
        ("OPTIONS", "/categories", {"GET", "HEAD", "POST"}),
        ("BREW", "/categories", {"GET", "HEAD", "POST"}),
        ("GET", "/history/undo", {"POST"}),
    ]:
        answer = alice.request(method, path)
        problem(answer, 405, "method_not_allowed")
        assert {*answer.headers["allow"].split(", ")} == allowed


@only_sqlite
def test_a_body_that_is_no_json_is_refused(alice):
    """Nothing of it is repeated, and nothing breaks."""
    broken = [
        b"",
        b" ",
        b"{",
        b'{"amount": 1,}',
        b'{"amount": 01}',
        b'{"amount": NaN}',
        b'{"amount": Infinity}',
        b'{"amount": -Infinity}',
        b'{"amount": .5}',
        b"{'amount': 1}",
        b'{"description": "\xff\xfe"}',
        b'{"description": "\xed\xa0\x80"}',
        b"\x00",
        '{"amount": 1}'.encode("utf-16"),
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"amount": ' + b"9" * 5_000 + b"}",
        b"null",
        b"[]",
        b'"text"',
        b"1",
        b"1e5000000",
    ]

    answers = [alice.post_text("/expenses", body) for body in broken]

    for body, answer in zip(broken, answers, strict=True):
        assert {*pointers(answer)} <= {"#", "#/amount", "#/description"}, body[:20]
    assert alice.expenses() == []


@only_sqlite
def test_a_mark_before_the_json_is_let_pass(alice):
    """Some programs begin every text with it."""
    done(alice.post_text("/expenses", b'\xef\xbb\xbf{"amount": 1}'), 201)


@only_sqlite
def test_text_that_cannot_be_kept_is_refused_wherever_it_is(alice):
    """Half a character, a control character."""
    for unfit in ("\ud800", "a\udfffb", "\x00", "a\x1bb", "\x7f"):
        for path, body in [
            ("/expenses", {"amount": 1, "description": unfit}),
            ("/expenses", {"amount": 1, "notes": unfit}),
            ("/categories", {"name": unfit}),
            ("/expenses/quick", {"text": f"12 {unfit}"}),
            ("/expenses/batch", {"lines": [{"do": "create", "amount": 1, "description": unfit}]}),
            ("/auth/tokens", {"name": unfit}),
            ("/auth/register", {"username": unfit, "email": "z@example.org", "password": "correct horse battery"}),
            ("/auth/register", {"username": "zoe", "email": f"{unfit}@example.org", "password": "correct horse"}),
        ]:
            problem(alice.post_text(path, json.dumps(body)), 422)
    problem(
        alice.post_text("/auth/register", json.dumps({"username": "z", "email": "z@z.zz", "password": "\ud800" * 9})),
        422,
    )
    problem(alice.post_text("/auth/refresh", json.dumps({"refresh_token": "\ud800"})), 422)
    assert alice.post_text("/expenses", json.dumps({"amount": 1, "\ud800": 1})).status_code == 422
    problem(
        alice.request("DELETE", "/users/me", content='{"password": "\\ud800"}', headers=JSON), 403, "wrong_password"
    )


def test_numbers_of_any_size_are_refused_or_not_found(alice):
    """No database is asked for what it cannot hold."""
    huge = [0, -1, 2**31, 2**63 - 1, 2**63, 10**30, -(2**63) - 1, 10**400]
    for number in huge:
        for path in ("/expenses/{}", "/categories/{}", "/expenses/{}/history", "/ledgers/{}"):
            assert alice.get(path.format(number)).status_code in {404, 422}, (path, number)
        for path in ("/auth/sessions/{}", "/auth/tokens/{}", "/expenses/{}", "/categories/{}"):
            assert alice.delete(path.format(number)).status_code in {404, 422}, (path, number)
        for query in ({"ledger_id": number}, {"category_id": number}, {"owner_id": number}):
            assert alice.get("/expenses", **query).status_code in {200, 404, 422}, query
            assert alice.get("/expenses/export", **query).status_code in {200, 404, 422}, query
        assert alice.get("/history", ledger_id=number).status_code in {404, 422}
        assert alice.request("DELETE", "/expenses/trash", params={"id": number}).status_code in {404, 422}
        for path, body in [
            ("/expenses", {"amount": 1, "category_id": number}),
            ("/history/undo", {"entry_id": number}),
            ("/expenses/batch", {"lines": [{"do": "delete", "id": number}]}),
            ("/expenses/batch", {"lines": [{"do": "edit", "id": number, "version": number, "amount": 1}]}),
            (f"/expenses/{number}/restore", None),
            (f"/categories/{number}/merge", {"into_id": number}),
        ]:
            answer = alice.post(path, body)
            assert answer.status_code in {404, 422}, (path, number, answer.text)
    lunch, food = alice.record(), alice.create("Food")
    for number in huge:
        body = {"version": number, "description": "x"}
        assert alice.patch(f"/expenses/{lunch['id']}", body).status_code in {200, 409, 422}
        assert alice.patch(f"/categories/{food['id']}", {"version": number, "name": "x"}).status_code in {200, 409, 422}
        refused = alice.request("DELETE", f"/categories/{food['id']}", params={"move_to": number})
        assert refused.status_code in {404, 422}, number


@only_sqlite
def test_a_path_that_names_no_number_is_named_as_wrong(alice):
    """Whatever it is instead."""
    for written in ("one", "1.5", "%00", "%FF", "1e3", "0x1", "+1 ", "%F0%9F%8D%9C", "٣" * 3_000):
        answer = alice.get(f"/expenses/{written}")
        assert answer.status_code in {404, 422}, written


@only_sqlite
def test_a_body_over_the_limit_is_refused_whether_or_not_it_says_so(alice):
    """Over a mebibyte; the rest of it is never read."""
    big = b'{"amount": 1, "notes": "' + b"x" * 1_048_576 + b'"}'

    problem(alice.post_text("/expenses", big), 413)
    problem(alice.request("POST", "/expenses", content=iter_async(big), headers=JSON), 413)
    problem(alice.request("POST", "/auth/login", content=b"username=" + b"x" * 1_048_576, headers=FORM), 413)
    assert alice.expenses() == []


FORM = {"Content-Type": "application/x-www-form-urlencoded"}


async def iter_async(body):
    """The body in pieces, with no word of its length."""
    for start in range(0, len(body), 65_536):
        yield body[start : start + 65_536]


@only_sqlite
def test_a_body_of_another_type_is_refused(alice):
    """Text, a form where JSON is wanted, JSON where a form is, none at all; also with a body that few methods have."""
    for kind in ("text/plain", "application/xml", "multipart/form-data; boundary=x", "", "application/json2", "x"):
        answer = alice.request("POST", "/expenses", content=b'{"amount": 1}', headers={"Content-Type": kind})
        problem(answer, 415, "unsupported_media_type")
    for method, path, kind, wanted in [
        ("POST", "/expenses", FORM, JSON),
        ("POST", "/auth/register", FORM, JSON),
        ("POST", "/auth/refresh", {"Content-Type": "text/plain"}, JSON),
        ("POST", "/history/undo", FORM, JSON),
        ("DELETE", "/users/me", {"Content-Type": "text/plain"}, JSON),
        ("POST", "/auth/login", JSON, FORM),
    ]:
        answer = alice.request(method, path, content=b'{"amount": 1}', headers=kind)
        assert wanted["Content-Type"] in problem(answer, 415, "unsupported_media_type")["detail"]
    done(
        alice.request(
            "POST", "/expenses", content=b'{"amount": 1}', headers={"Content-Type": "Application/JSON; charset=utf-8"}
        ),
        201,
    )


@only_sqlite
def test_every_wrong_field_is_named_at_once_with_a_pointer(alice):
    """RFC 6901, as a URI fragment; in words for people, with a code for programs."""
    answer = alice.post(
        "/expenses",
        {"amount": "many", "currency": "XYZ", "spent_on": "soon", "category_id": "food", "notes": 5, "a/b~c": 1},
    )

    assert pointers(answer) == {
        "#/amount": "invalid_amount",
        "#/currency": "invalid_currency",
        "#/spent_on": "invalid_date",
        "#/category_id": "int_parsing",
        "#/notes": "string_type",
        "#/a~1b~0c": "extra_forbidden",
    }
    told = problem(answer, 422, "invalid")
    assert all(one["pointer"] in told["detail"] for one in told["errors"])
    assert {one["pointer"]: one["detail"] for one in told["errors"]}["#/category_id"].startswith("write a whole number")
    assert told["type"] == "about:blank"


def test_while_the_database_is_away_every_call_that_needs_it_is_told_to_come_back():
    """With 503 and the seconds to wait; what needs no database goes on."""
    now, hour = system_clock(), timedelta(hours=1)
    token = tokens.issue(subject=1, secrets=[SECRET], now=now, lifetime=hour, extra={"sign_in": "1"})
    spent = {"sign_in": "1", "generation": "1"}
    refresh = tokens.issue(subject=1, secrets=[SECRET], now=now, lifetime=hour, audience="refresh", extra=spent)
    away = settings("postgresql+psycopg2://nobody@/none?host=/nowhere")
    with InProcess(away) as server:
        nobody = server.client()
        alice = nobody.but(authorization=f"Bearer {token}")
        answers = [
            alice.get("/expenses"),
            alice.get("/expenses/export"),
            alice.post("/expenses", {"amount": 1}),
            alice.post("/expenses", {"amount": 1}, headers={"Idempotency-Key": "key"}),
            alice.delete("/expenses/1"),
            alice.get("/users/me"),
            alice.put("/users/me/password", {"current_password": "x", "new_password": "y"}),
            nobody.login("alice"),
            nobody.register("alice"),
            nobody.post("/auth/refresh", {"refresh_token": refresh}),
            nobody.but(base="").get("/health/ready"),
        ]
        live = nobody.but(base="").get("/health/live")
        known = nobody.get("/currencies")

    for answer in answers:
        told = problem(answer, 503, "database_unavailable")
        assert (answer.headers["retry-after"], told["detail"].partition(";")[0]) == (
            "1",
            "the database cannot be reached just now",
        )
        assert "nowhere" not in answer.text
    assert (live.json(), known.status_code) == ({"status": "ok"}, 200)


def test_a_server_on_an_outdated_schema_is_not_ready(new_database_url):
    """And says so; the operator reads in the log what is to be done."""
    with InProcess(settings(new_database_url)) as server, capture_logs() as log:
        answer = server.client(base="").get("/health/ready")

    assert "tell its operator" in problem(answer, 503, "schema_outdated")["detail"]
    assert log[-1]["code"] == "schema_outdated"
    assert "run `expense db upgrade`" in log[-1]["reason"]


@only_postgresql
def test_of_a_write_whose_connection_broke_off_nobody_claims_that_nothing_was_saved(alice, database):
    """The database may have been about to commit it; what is safe is to repeat it under its key."""
    lunch = alice.record()

    with ThreadPoolExecutor(1) as pool, capture_logs() as log:
        with database.transaction() as session:
            session.execute(text("SELECT 1 FROM expenses WHERE id = :id FOR UPDATE"), {"id": lunch["id"]})
            begun = pool.submit(alice.patch, f"/expenses/{lunch['id']}", {"amount": 1})
            while not (cut := cut_off_whoever_waits(database)):
                assert not begun.done()
        answer = begun.result()

    assert cut == 1
    told = problem(answer, 503, "connection_lost")
    assert ("Idempotency-Key" in told["detail"], "nothing was" in told["detail"]) == (True, False)
    assert (log[-1]["code"], log[-1]["status"]) == ("connection_lost", 503)


def cut_off_whoever_waits(database):
    """End the connections that wait for somebody else's transaction; how many they were."""
    query = (
        "SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) FROM pg_stat_activity "
        "WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    with database.reading() as session:
        return session.scalar(text(query))


@only_sqlite
def test_a_server_with_all_it_needs_is_ready(nobody):
    """And alive."""
    for path in ("/health/live", "/health/ready"):
        assert done(nobody.but(base="").get(path)) == {"status": "ok"}


@only_sqlite
def test_a_parameter_that_a_call_does_not_know_is_refused_on_every_call(api, nobody, alice):
    """Also where anybody may call; and with all else that is wrong."""
    for path, methods in api.app.openapi()["paths"].items():
        for method, operation in methods.items():
            body = {"content": b"{}", "headers": JSON} if "requestBody" in operation else {}
            body = {"data": {"username": "x"}} if operation["operationId"] == "login" else body
            url = re.sub(r"\{\w+\}", "1", path)
            answer = alice.but(base="").request(method.upper(), url, params={"bogus": "1"}, **body)
            assert pointers(answer)["query bogus"] == "unknown_parameter", (method, path)

    wrong = alice.request("POST", "/expenses", params={"bogus": 1, "ledger_id": "x"}, json={"amount": "x", "colour": 1})
    assert {*pointers(wrong)} == {"query bogus", "query ledger_id", "#/amount", "#/colour"}
    wrong = nobody.request("POST", "/auth/register", params={"bogus": 1}, json={"username": "zoe"})
    assert {*pointers(wrong)} == {"query bogus", "#/email", "#/password"}


@only_sqlite
def test_of_two_values_for_one_thing_neither_is_taken(alice):
    """A parameter twice, a name twice in one object of the body; what is a list may have several."""
    repeated = alice.request("GET", "/expenses", params=[("currency", "EUR"), ("currency", "USD"), ("limit", "x")])
    assert pointers(repeated) == {"query currency": "repeated_parameter", "query limit": "int_parsing"}
    assert pointers(alice.request("GET", "/history?limit=1&limit=2"))["query limit"] == "repeated_parameter"
    assert alice.request("GET", "/expenses", params=[("category_id", 1), ("category_id", 2)]).status_code == 200

    for body in ('{"amount": 1, "amount": 2}', '{"lines": [{"do": "delete", "id": 1, "id": 2}]}'):
        answer = alice.post_text("/expenses/batch" if "lines" in body else "/expenses", body)
        assert pointers(answer) == {"#": "json_invalid"}
        assert "more than once" in answer.text
    assert alice.expenses() == []
