"""What every answer carries, what is logged and counted, and whose word about an address is taken."""

from __future__ import annotations

import json
import re

import httpx
import pytest
from conftest import PASSWORD
from server import SECRET, InProcess, done, settings
from sqlalchemy import text
from terminal import run

only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@only_sqlite
def test_every_answer_carries_what_protects_whoever_opens_it(nobody, alice):
    """In a browser, in a frame, in a cache; whether it went well or not."""
    root = nobody.but(base="")
    answers = [
        alice.get("/expenses"),
        alice.get("/expenses/export"),
        alice.get("/expenses/999"),
        nobody.get("/expenses"),
        root.get("/nothing"),
        root.get("/health/live"),
        root.get("/metrics"),
        root.get("/openapi.json"),
        root.get("/docs"),
        root.get("/"),
        alice.request("POST", "/expenses", content=b"x", headers={"Content-Type": "text/plain"}),
    ]

    for answer in answers:
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert "server" not in answer.headers
    for answer in answers[:4]:
        assert answer.headers["cache-control"] == "private, no-cache"
        assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"


@only_sqlite
def test_a_request_keeps_the_id_that_it_came_with(alice):
    """Where it is one; otherwise it gets its own."""
    answer = alice.but(x_request_id="trace-7.b_2").get("/expenses/999")
    assert (answer.headers["x-request-id"], answer.json()["request_id"]) == ("trace-7.b_2", "trace-7.b_2")

    for given in ("", "x" * 65, "a b", 'x"y', "<script>"):
        answer = alice.but(x_request_id=given).get("/expenses/999")
        assert re.fullmatch("[0-9a-f]{32}", answer.headers["x-request-id"])
    assert len({alice.get("/expenses").headers["x-request-id"] for _ in range(5)}) == 5


@only_sqlite
def test_requests_are_counted_by_the_template_of_their_route(alice):
    """No number of an expense, no path that somebody made up, no method of their own invention."""
    root = alice.but(base="")
    for number in (1, 2, 3):
        alice.get(f"/expenses/{number}")
    root.get("/wp-admin/zebra.php")
    root.request("ZEBRA", "/api/v1/expenses")
    alice.record()

    numbers = root.get("/metrics").text

    counted = dict(re.findall(r"^expense_requests_total\{(.*)\} (\S+)$", numbers, re.MULTILINE))
    assert counted['method="GET",route="/api/v1/expenses/{expense_id}",status="404"'] == "3.0"
    assert counted['method="POST",route="/api/v1/expenses",status="201"'] == "1.0"
    assert counted['method="GET",route="(none)",status="404"'] == "1.0"
    assert [one for one in counted if one.startswith('method="(other)"')] != []
    assert "zebra" not in numbers.lower()
    assert 'expense_request_seconds_bucket{le="0.05",method="POST",route="/api/v1/expenses"}' in numbers
    assert "\nexpense_requests_running 1.0\n" in numbers


@only_sqlite
def test_pages_of_other_origins_may_not_call_unless_the_operator_says_so(nobody, alice):
    """Without a setting there is no word of CORS."""
    asked = {"Origin": "https://app.example.org", "Access-Control-Request-Method": "POST"}

    answers = [nobody.request("OPTIONS", "/expenses", headers=asked), alice.request("GET", "/expenses", headers=asked)]

    assert [answer.status_code for answer in answers] == [405, 200]
    assert not [name for answer in answers for name in answer.headers if name.startswith("access-control")]


@only_sqlite
def test_pages_of_an_origin_that_is_configured_may_call(database_url):
    """That origin alone, with the headers that the calls need, and without cookies."""
    chosen = settings(database_url, cors_origins="https://app.example.org, https://other.example.org")
    with InProcess(chosen) as server:
        alice = server.client().signed_up("alice")
        asked = {"Origin": "https://app.example.org", "Access-Control-Request-Method": "PATCH"}
        asked |= {"Access-Control-Request-Headers": "authorization, if-match, idempotency-key"}

        allowed = alice.request("OPTIONS", "/expenses/1", headers=asked)
        answer = alice.request("GET", "/expenses", headers=asked)
        refused = alice.request("GET", "/expenses", headers={"Origin": "https://evil.example.org"})

    assert allowed.status_code == 200
    assert allowed.headers["access-control-allow-origin"] == "https://app.example.org"
    assert answer.headers["access-control-allow-origin"] == "https://app.example.org"
    assert {"ETag", "Link", "Idempotency-Replayed"} <= {*answer.headers["access-control-expose-headers"].split(", ")}
    assert "access-control-allow-credentials" not in answer.headers
    assert "access-control-allow-origin" not in refused.headers


@only_sqlite
def test_a_page_of_another_origin_can_read_every_refusal_too(database_url, database):
    """Those of the outermost layer: too large, of another type, and what nobody foresaw."""
    with InProcess(settings(database_url, cors_origins="https://app.example.org")) as server:
        alice = server.client().signed_up("alice").but(origin="https://app.example.org")
        with database.transaction() as session:
            session.execute(text("CREATE TRIGGER zebra BEFORE UPDATE ON users BEGIN SELECT zebra('x'); END"))
        answers = [
            alice.post_text("/expenses", b" " * 1_048_577),
            alice.request("POST", "/expenses", content=b"x", headers={"Content-Type": "text/plain"}),
            alice.get("/expenses/999"),
        ]
        broken = alice._send("PATCH", "/api/v1/users/me", json={"username": "zebra"}, headers=alice.headers)

    assert [answer.status_code for answer in (*answers, broken)] == [413, 415, 404, 500]
    for answer in (*answers, broken):
        assert answer.headers["access-control-allow-origin"] == "https://app.example.org"
        assert "X-Request-ID" in answer.headers["access-control-expose-headers"]


@only_sqlite
def test_head_is_answered_as_get_is_without_the_body(start, database_url):
    """RFC 9110, 9.3.2: over the network, on a kept connection, with every header; and counted as what it was."""
    server = start(database_url)
    with server.connected() as nobody:
        alice, root = nobody.signed_up("alice"), nobody.but(base="")
        path = f"/expenses/{alice.record()['id']}"

        heads = [
            alice.request("HEAD", path),
            alice.request("HEAD", "/expenses/export"),
            alice.request("HEAD", "/expenses/999"),
            alice.request("HEAD", "/history/undo"),
            root.request("HEAD", "/health/live"),
        ]
        got = alice.get(path)
        numbers = root.get("/metrics").text

    assert [answer.status_code for answer in heads] == [200, 200, 404, 405, 200]
    assert not any(answer.content for answer in heads)
    for name in ("etag", "content-type", "content-length"):
        assert heads[0].headers[name] == got.headers[name]
    assert 'expense_requests_total{method="HEAD",route="/health/live",status="200"} 1.0' in numbers


def logged(server):
    """The lines of a server's log."""
    return [json.loads(line) for line in server.log.splitlines()]


@only_sqlite
def test_the_log_tells_what_was_asked_and_never_what_was_said(start, database_url, database):
    """One line of JSON for each request; no secret, amount, description or name, also where something breaks."""
    server = start(database_url)
    secrets = [PASSWORD, SECRET, "wrong horse", "zebra", "4242.42", "424242"]
    with server.connected(x_request_id="trace-1") as nobody:
        alice = nobody.signed_up("alice")
        token = done(alice.post("/auth/tokens", {"name": "zebra"}), 201)["token"]
        secrets += [token, alice.refresh_token, alice.headers["authorization"].removeprefix("Bearer ")]
        nobody.but(authorization=f"Bearer {token}").get("/expenses", q="zebra", min_amount="4242.42")
        food = alice.create("zebra")
        lunch = alice.record(amount="4242.42", description="zebra", notes="zebra", category_id=food["id"])
        alice.patch(f"/expenses/{lunch['id']}", {"description": "zebra zebra"}, headers={"If-Match": '"9"'})
        alice.post("/expenses/quick", {"text": "4242.42 zebra @zebras"})
        alice.post("/expenses", {"amount": "zebra", "description": 5})
        alice.post_text("/expenses", b'{"description": "zebra')
        alice.get("/expenses/export", q="zebra")
        nobody.login("zebra", "wrong horse")
        nobody.post("/auth/refresh", {"refresh_token": alice.refresh_token})
        nobody.but(base="").get("/zebra?token=zebra")
        with database.transaction() as session:
            session.execute(text("CREATE TRIGGER zebra BEFORE UPDATE ON users BEGIN SELECT zebra('x'); END"))
        broken = httpx.patch(
            f"{server.address}/api/v1/users/me",
            json={"username": "zebra", "email": "zebra@example.org"},
            headers=alice.headers,
            trust_env=False,
        )

    assert broken.status_code == 500
    assert broken.json()["code"] == "internal_error"
    lines = logged(server)
    for secret in secrets:
        assert secret not in server.log, [line for line in lines if secret in str(line)][:1]
    (line,) = [one for one in lines if one.get("route") == "/api/v1/expenses" and one["status"] == 201]
    assert {name: line[name] for name in line if name not in {"ms", "timestamp"}} == {
        "event": "request",
        "level": "info",
        "request_id": "trace-1",
        "method": "POST",
        "route": "/api/v1/expenses",
        "status": 201,
        "user_id": alice.id,
    }
    assert isinstance(line["ms"], float)
    (unexpected,) = [one for one in lines if one["event"] == "unexpected"]
    assert unexpected["request_id"] == broken.headers["x-request-id"]
    assert "users.py" in unexpected["exception"]


@only_sqlite
def test_the_address_of_a_caller_is_the_one_that_a_trusted_proxy_names(start, database_url):
    """A chain of them is believed only as far as it is trusted."""
    server = start(database_url)
    with server.connected(x_forwarded_for="198.51.100.1, 203.0.113.9") as nobody:
        alice = nobody.signed_up("alice")
        (session,) = done(alice.get("/auth/sessions"))["items"]

    assert session["address"] == "203.0.113.9"


@only_sqlite
def test_the_word_of_somebody_who_is_no_trusted_proxy_is_not_taken(start, database_url):
    """Or anybody could attack under a new address each time."""
    server = start(database_url, EXPENSE_TRUSTED_PROXIES="192.0.2.1", EXPENSE_SIGN_INS_PER_ADDRESS="3/minute")
    with server.connected(x_forwarded_for="203.0.113.9") as nobody:
        alice = nobody.signed_up("alice")
        (session,) = done(alice.get("/auth/sessions"))["items"]
        statuses = [
            nobody.but(x_forwarded_for=f"203.0.113.{number}").login("zoe", "wrong").status_code for number in range(3)
        ]

    assert session["address"] == "127.0.0.1"
    assert statuses == [401, 429, 429]


def test_a_server_without_a_secret_is_not_started_on_a_database_of_its_own(postgresql_url):
    """It names what is to be done."""
    ended = run("api", EXPENSE_DATABASE_URL=postgresql_url, EXPENSE_SECRET_KEY="")

    assert (ended.returncode != 0, "EXPENSE_SECRET_KEY" in ended.stderr) == (True, True)
    assert "Traceback" not in ended.stderr


def test_a_server_is_not_started_on_an_outdated_schema_of_postgresql(new_postgresql_url):
    """It names the command that mends it."""
    ended = run("api", EXPENSE_DATABASE_URL=new_postgresql_url, EXPENSE_SECRET_KEY=SECRET)

    assert (ended.returncode != 0, "expense db upgrade" in ended.stderr) == (True, True)
    assert "Traceback" not in ended.stderr
    assert SECRET not in ended.stdout + ended.stderr
