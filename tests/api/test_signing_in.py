"""Accounts, sessions and tokens over HTTP."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from conftest import FASTEST_ROUNDS, PASSWORD
from server import InProcess, done, pointers, problem, settings

from expense_core import users
from expense_core.tables import UserCreate
from expense_core.tokens import LEEWAY

only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

OTHER = "staple battery horse"


def test_a_registered_user_signs_in_by_name_or_address(nobody):
    """In any letter case; what they are told of themselves has no hash of anything."""
    registered = done(nobody.register("Alice"), 201)

    assert registered == {
        "id": registered["id"],
        "username": "Alice",
        "email": "Alice@example.org",
        "created_at": "2026-11-05T12:15:00Z",
    }
    for name in ("Alice", "ALICE", "alice@example.org"):
        answer = nobody.login(name)
        tokens = done(answer)
        assert {name: type(value) for name, value in tokens.items()} == {
            "access_token": str,
            "token_type": str,
            "expires_in": int,
            "refresh_token": str,
        }
        assert (tokens["token_type"], tokens["expires_in"]) == ("bearer", 900)
        assert answer.headers["cache-control"] == "no-store"
        caller = nobody.but(authorization=f"Bearer {tokens['access_token']}")
        assert done(caller.get("/users/me")) == registered


def test_whether_there_is_an_account_is_never_told(nobody, alice):
    """Neither by signing in nor by registering."""
    wrong, missing, by_address = (
        problem(nobody.login(name, "wrong horse battery"), 401, "authentication_failed")
        for name in ("alice", "zoe", "alice@example.org")
    )
    new = {"username": "zoe", "email": "zoe@example.org", "password": PASSWORD}
    name, address = (
        problem(nobody.post("/auth/register", new | taken), 409, "account_taken")
        for taken in ({"username": "ALICE"}, {"email": "Alice@Example.org"})
    )

    for told in (wrong, missing, by_address, name, address):
        del told["request_id"]
    assert wrong == missing == by_address
    assert name == address


def test_every_wrong_field_of_a_registration_is_named_at_once(nobody):
    """And no password is ever repeated."""
    answer = nobody.post("/auth/register", {"username": "a@b", "email": "nowhere", "currency": "XYZ", "age": 7})
    assert set(pointers(answer)) == {"#/username", "#/email", "#/password", "#/currency", "#/age"}

    for password in ("short", "password", "alice@example.org", "x" * 1_025):
        answer = nobody.post(
            "/auth/register", {"username": "alice", "email": "alice@example.org", "password": password}
        )
        assert pointers(answer) == {"#/password": "invalid_password"}
        assert password not in answer.text.replace("password", "") or password == "password"
    problem(nobody.login("alice", "short"), 401)


def test_a_refresh_token_is_good_once_and_the_second_use_ends_the_session(nobody, alice, clock):
    """One of the two was a thief."""
    first = alice.refresh_token
    second = done(nobody.post("/auth/refresh", {"refresh_token": first}))
    clock.advance(minutes=1)
    renewed = nobody.but(authorization=f"Bearer {second['access_token']}")
    assert done(renewed.get("/users/me"))["username"] == "alice"
    assert alice.get("/users/me").status_code == 200

    problem(nobody.post("/auth/refresh", {"refresh_token": first}), 401, "invalid_token")

    problem(nobody.post("/auth/refresh", {"refresh_token": second["refresh_token"]}), 401, "invalid_token")
    problem(renewed.get("/users/me"), 401, "invalid_token")
    problem(alice.get("/users/me"), 401, "invalid_token")
    assert nobody.signed_in("alice").get("/users/me").status_code == 200


def test_an_access_token_refreshes_nothing_and_a_refresh_token_opens_nothing(nobody, alice):
    """Each is for one thing."""
    access_token = alice.headers["authorization"].removeprefix("Bearer ")

    problem(nobody.post("/auth/refresh", {"refresh_token": access_token}), 401, "invalid_token")
    problem(nobody.but(authorization=f"Bearer {alice.refresh_token}").get("/users/me"), 401, "invalid_token")
    for rubbish in ("", "x", "a.b.c", "exp_" + "x" * 43, "\x00", "ÿ" * 10):
        problem(nobody.post("/auth/refresh", {"refresh_token": rubbish}), 401, "invalid_token")


def test_tokens_end_with_their_time(nobody, alice, clock):
    """The access token after a quarter of an hour and some leeway, the refresh token after thirty days without use."""
    clock.advance(minutes=15)
    assert alice.get("/users/me").status_code == 200
    clock.advance(seconds=LEEWAY.seconds)
    problem(alice.get("/users/me"), 401, "invalid_token")

    clock.advance(days=29)
    tokens = done(nobody.post("/auth/refresh", {"refresh_token": alice.refresh_token}))
    clock.advance(days=30)
    problem(nobody.post("/auth/refresh", {"refresh_token": tokens["refresh_token"]}), 401, "invalid_token")


def test_signing_out_ends_the_access_token_at_once(nobody, alice):
    """And the refresh token; other sessions stay."""
    elsewhere = nobody.signed_in("alice")

    assert alice.post("/auth/logout").status_code == 204

    problem(alice.get("/users/me"), 401, "invalid_token")
    problem(alice.post("/auth/logout"), 401, "invalid_token")
    problem(nobody.post("/auth/refresh", {"refresh_token": alice.refresh_token}), 401, "invalid_token")
    assert elsewhere.get("/users/me").status_code == 200


def test_sessions_are_listed_and_ended_one_by_one_or_all_others_at_once(nobody, alice, clock):
    """The one that asks stays."""
    clock.advance(minutes=1)
    phone = nobody.but(user_agent="Phone/1").signed_in("alice")
    tablet = nobody.but(user_agent="Tablet/2").signed_in("alice")
    others = [one for one in done(alice.get("/auth/sessions"))["items"] if not one["is_current"]]
    (current,) = (one for one in done(alice.get("/auth/sessions"))["items"] if one["is_current"])

    assert current["created_at"] == "2026-11-05T12:15:00Z"
    assert [(one["client"], one["address"]) for one in others] == [("Tablet/2", "192.0.2.7"), ("Phone/1", "192.0.2.7")]
    assert alice.delete(f"/auth/sessions/{others[1]['id']}").status_code == 204
    problem(phone.get("/users/me"), 401, "invalid_token")
    problem(alice.delete(f"/auth/sessions/{others[1]['id']}"), 404, "session_not_found")
    assert tablet.get("/users/me").status_code == 200
    nobody.signed_in("alice")
    assert done(alice.delete("/auth/sessions")) == {"ended": 2}
    problem(tablet.get("/users/me"), 401, "invalid_token")
    assert [one["id"] for one in done(alice.get("/auth/sessions"))["items"]] == [current["id"]]


def test_a_changed_password_ends_the_other_sessions(nobody, alice):
    """The one that changed it stays; the old password lets nobody in."""
    elsewhere = nobody.signed_in("alice")
    change = {"current_password": PASSWORD, "new_password": OTHER}

    problem(alice.put("/users/me/password", change | {"current_password": "wrong"}), 403, "wrong_password")
    assert pointers(alice.put("/users/me/password", change | {"new_password": "short"})) == {
        "#/new_password": "invalid_password"
    }
    assert elsewhere.get("/users/me").status_code == 200
    assert alice.put("/users/me/password", change).status_code == 204

    problem(elsewhere.get("/users/me"), 401, "invalid_token")
    problem(nobody.post("/auth/refresh", {"refresh_token": elsewhere.refresh_token}), 401, "invalid_token")
    assert alice.get("/users/me").status_code == 200
    problem(nobody.login("alice"), 401, "authentication_failed")
    done(nobody.login("alice", OTHER))


def test_a_profile_is_changed_in_what_is_sent(nobody, alice, bob):
    """A name that somebody has cannot be taken, and which it was is not told."""
    before = done(alice.get("/users/me"))

    assert done(alice.patch("/users/me", {"username": "alicia"})) == before | {"username": "alicia"}
    assert done(alice.patch("/users/me", {})) == before | {"username": "alicia"}
    problem(alice.patch("/users/me", {"username": "BOB"}), 409, "account_taken")
    problem(alice.patch("/users/me", {"email": "bob@example.org"}), 409, "account_taken")
    assert set(pointers(alice.patch("/users/me", {"email": "x", "username": "", "id": 7}))) == {
        "#/email",
        "#/username",
        "#/id",
    }
    done(nobody.login("alicia"))


def test_a_profile_has_an_etag_and_is_changed_only_as_it_was_seen(alice):
    """Like everything that stands alone; a ledger has one, too."""
    seen = alice.get("/users/me").headers["etag"]
    assert alice.get("/users/me").headers["etag"] == seen

    changed = alice.patch("/users/me", {"username": "alicia"}, headers={"If-Match": seen})
    refused = [
        alice.patch("/users/me", {"username": "alix"}, headers={"If-Match": seen}),
        alice.patch("/users/me", {"username": "alix"}, headers={"If-Match": '"999"'}),
        alice.delete("/users/me", {"password": PASSWORD}, headers={"If-Match": "x"}),
    ]

    assert done(changed)["username"] == "alicia"
    now = changed.headers["etag"]
    assert now == alice.get("/users/me").headers["etag"] != seen
    for answer in refused:
        assert "current_version" not in problem(answer, 412, "precondition_failed")
        assert answer.headers["etag"] == now
    done(alice.patch("/users/me", {"username": "alix"}, headers={"If-Match": f'"x", W/{now}'}))
    done(alice.patch("/users/me", {"username": "alice"}, headers={"If-Match": "*"}))
    (ledger,) = done(alice.get("/ledgers"))["items"]
    assert alice.get(f"/ledgers/{ledger['id']}").headers["etag"]


def test_a_deleted_account_takes_its_book_and_its_tokens_with_it(nobody, alice, bob):
    """Only with its password; the name is free again."""
    alice.record()
    token = done(alice.post("/auth/tokens", {"name": "script", "scope": "write"}), 201)["token"]
    script = nobody.but(authorization=f"Bearer {token}")
    dinner = bob.record()

    problem(alice.delete("/users/me", {"password": "wrong"}), 403, "wrong_password")
    assert set(pointers(alice.delete("/users/me", {}))) == {"#/password"}
    problem(script.delete("/users/me", {"password": PASSWORD}), 403, "permission_denied")
    assert alice.delete("/users/me", {"password": PASSWORD}).status_code == 204

    problem(alice.get("/users/me"), 401, "invalid_token")
    problem(script.get("/users/me"), 401, "invalid_token")
    problem(nobody.login("alice"), 401, "authentication_failed")
    assert nobody.signed_up("alice").expenses() == []
    assert bob.expenses() == [dinner]


def test_a_personal_access_token_is_shown_once_and_does_what_its_scope_says(nobody, alice, clock):
    """A reading one reads; a writing one writes; neither makes another or signs anybody out."""
    lunch = alice.record()
    answer = alice.post("/auth/tokens", {"name": "backup"})
    made = done(answer, 201)
    assert answer.headers["cache-control"] == "no-store"
    token = made.pop("token")
    assert token.startswith("exp_")
    assert made == {
        "id": made["id"],
        "name": "backup",
        "scope": "read",
        "created_at": "2026-11-05T12:15:00Z",
        "expires_at": None,
        "last_used_at": None,
    }
    assert done(alice.get("/auth/tokens")) == {"items": [made]}
    reader = nobody.but(authorization=f"Bearer {token}")
    writing = done(alice.post("/auth/tokens", {"name": "bot", "scope": "write"}), 201)["token"]
    writer = nobody.but(authorization=f"bearer   {writing}")
    clock.advance(hours=1)

    assert reader.expenses() == [lunch]
    problem(reader.post("/expenses", {"amount": 1}), 403, "permission_denied")
    problem(reader.delete(f"/expenses/{lunch['id']}"), 403, "permission_denied")
    assert writer.record()["owner_id"] == alice.id
    for caller in (reader, writer):
        problem(caller.post("/auth/tokens", {"name": "more"}), 403, "permission_denied")
        problem(caller.post("/auth/logout"), 403, "permission_denied")
        problem(caller.delete("/auth/sessions"), 403, "permission_denied")
        problem(caller.get("/auth/sessions"), 403, "permission_denied")
        problem(caller.patch("/users/me", {"email": "mallory@example.org"}), 403, "permission_denied")
        problem(
            caller.put("/users/me/password", {"current_password": PASSWORD, "new_password": OTHER}),
            403,
            "permission_denied",
        )
    fresh = nobody.signed_in("alice")
    assert {one["last_used_at"] for one in done(fresh.get("/auth/tokens"))["items"]} == {"2026-11-05T13:15:00Z"}


def test_a_personal_access_token_ends_when_it_is_revoked_or_has_expired(nobody, alice, clock):
    """At once, and at its time."""
    revoked = done(alice.post("/auth/tokens", {"name": "one"}), 201)
    expiring = done(alice.post("/auth/tokens", {"name": "two", "expires_at": "2026-11-05T14:16:00+02:00"}), 201)
    assert expiring["expires_at"] == "2026-11-05T12:16:00Z"
    one, two = (nobody.but(authorization=f"Bearer {token['token']}") for token in (revoked, expiring))
    assert (one.get("/users/me").status_code, two.get("/users/me").status_code) == (200, 200)

    assert alice.delete(f"/auth/tokens/{revoked['id']}").status_code == 204
    problem(one.get("/users/me"), 401, "invalid_token")
    problem(alice.delete(f"/auth/tokens/{revoked['id']}"), 404, "access_token_not_found")
    clock.advance(minutes=1)
    problem(two.get("/users/me"), 401, "invalid_token")
    for expires_at in ("2026-11-05T12:16:00Z", "2027-01-01T00:00:00", "soon"):
        answer = alice.post("/auth/tokens", {"name": "late", "expires_at": expires_at})
        assert set(pointers(answer)) == {"#/expires_at"}
    assert set(pointers(alice.post("/auth/tokens", {"name": "", "scope": "admin"}))) == {"#/name", "#/scope"}


def test_attempts_on_one_account_are_counted_whoever_makes_them(database_url):
    """By its name in any letter case, from any address; the next one may come when it says."""
    with InProcess(settings(database_url, sign_ins_per_account="3/minute")) as server:
        callers = [server.client(address=f"192.0.2.{number}") for number in range(5)]
        done(callers[0].register("alice"), 201)

        answers = [
            caller.login(name, "wrong")
            for caller, name in zip(callers, ["alice", "ALICE", " alice", "Alice"], strict=False)
        ]
        right = callers[4].login("alice")

        assert [answer.status_code for answer in answers] == [401, 401, 401, 429]
        problem(right, 429, "too_many_attempts")
        assert 1 <= int(right.headers["retry-after"]) <= 60
        problem(callers[4].login("zoe", "wrong"), 401)


def test_attempts_on_an_account_are_counted_together_by_its_name_and_its_address(database_url):
    """There is one password behind both; one who is not there is counted by what was typed."""
    with InProcess(settings(database_url, sign_ins_per_account="3/minute")) as server:
        nobody = server.client()
        done(nobody.register("alice"), 201)

        tried = [
            "alice",
            "alice@example.org",
            "ALICE@Example.org",
            "alice",
            "alice@example.org",
            "zoe",
            "zoe@example.org",
        ]
        answers = [nobody.login(name, "wrong") for name in tried]

        assert [answer.status_code for answer in answers] == [401, 401, 401, 429, 429, 401, 401]


@only_sqlite
def test_whether_an_address_is_known_can_be_asked_no_oftener_than_one_may_sign_in(database_url):
    """By registering with it, or by taking it for one's own: what HTTP has to tell, it tells a few times a minute."""
    with InProcess(settings(database_url, sign_ins_per_account="3/minute")) as server:
        alice, mallory = (
            server.client(address=f"192.0.2.{n}").signed_up(name) for n, name in ((1, "alice"), (2, "mal"))
        )
        new = {"username": "zoe", "email": "alice@example.org", "password": PASSWORD}

        taken = [mallory.patch("/users/me", {"email": "alice@example.org"}) for _ in range(3)]
        registered = [server.client(address=f"192.0.2.{n}").post("/auth/register", new) for n in range(3, 6)]

        assert [answer.status_code for answer in taken] == [409, 409, 429]
        assert [answer.status_code for answer in registered] == [409, 409, 429]
        done(alice.patch("/users/me", {"username": "alicia"}))
        done(mallory.patch("/users/me", {}))


@only_sqlite
def test_renewals_are_counted_by_account_and_apart_from_attempts_to_sign_in(database_url):
    """A flood of wrong passwords ends nobody's session."""
    with InProcess(settings(database_url, sign_ins_per_account="3/minute")) as server:
        alice = server.client(address="192.0.2.1").signed_up("alice")
        attacker = server.client(address="192.0.2.2")
        assert [attacker.login("alice", "wrong").status_code for _ in range(3)] == [401, 401, 429]
        token, statuses = alice.refresh_token, []

        for _ in range(4):
            answer = alice.post("/auth/refresh", {"refresh_token": token})
            statuses.append(answer.status_code)
            token = answer.json().get("refresh_token", token)

        assert statuses == [200, 200, 200, 429]


@only_sqlite
def test_a_network_of_ipv6_counts_as_one_address(database_url):
    """Whoever has one address of it has all 2**64; one of IPv4 that is written as IPv6 is itself."""
    with InProcess(settings(database_url, sign_ins_per_address="2/minute")) as server:

        def tries(*addresses):
            return [server.client(address=one).login("alice", "wrong").status_code for one in addresses]

        assert tries("2001:db8::1", "2001:db8::2:3", "2001:db8:0:0:ffff::") == [401, 401, 429]
        assert tries("2001:db8:0:1::1") == [401]
        assert tries("192.0.2.1", "::ffff:192.0.2.1", "192.0.2.1", "::ffff:192.0.2.2") == [401, 401, 429, 401]
        assert tries("", "not an address") == [401, 401]


@only_sqlite
def test_where_registration_is_closed_nobody_makes_themselves_an_account(database_url, database):
    """Whom the operator has made one for signs in."""
    with database.transaction() as session:
        new = UserCreate(username="alice", email="alice@example.org", password=PASSWORD)
        users.register(session, new, rounds=FASTEST_ROUNDS)
    with InProcess(settings(database_url, registration="closed")) as server:
        nobody = server.client()

        problem(nobody.register("bob"), 403, "registration_closed")
        done(nobody.login("alice"))


@only_sqlite
def test_a_flood_of_sign_ins_is_refused_before_it_is_a_minute_long(database_url):
    """Sooner than other calls: each of those that wait takes a quarter of a second."""
    with (
        InProcess(settings(database_url, sign_ins_waiting=2, bcrypt_rounds=9)) as server,
        ThreadPoolExecutor(12) as pool,
    ):
        nobody = server.client()

        answers = [*pool.map(lambda _: nobody.login("alice", "wrong"), range(12))]

    refused = [problem(answer, 503, "busy") for answer in answers if answer.status_code != 401]
    assert 0 < len(refused) <= 9


@only_sqlite
def test_attempts_from_one_address_are_counted_on_each_way_in(database_url):
    """Signing in, registering and renewing alike; another address is free to go on."""
    with InProcess(settings(database_url, sign_ins_per_address="3/minute")) as server:
        attacker, other = server.client(address="192.0.2.1"), server.client(address="192.0.2.2")

        attempts = [
            attacker.login("alice", "wrong"),
            attacker.register("mallory"),
            attacker.post("/auth/refresh", {"refresh_token": "x"}),
            attacker.login("alice", "wrong"),
            attacker.register("mallory2"),
            attacker.post("/auth/refresh", {"refresh_token": "x"}),
        ]

        assert [answer.status_code for answer in attempts] == [401, 201, 401, 429, 429, 429]
        done(other.register("alice"), 201)


@only_sqlite
def test_passwords_guessed_by_somebody_signed_in_are_counted_too(database_url):
    """A stolen access token is not the password."""
    with InProcess(settings(database_url, sign_ins_per_account="3/minute")) as server:
        alice = server.client().signed_up("alice")

        answers = [
            alice.delete("/users/me", {"password": "wrong"}),
            alice.put("/users/me/password", {"current_password": "wrong", "new_password": OTHER}),
            alice.delete("/users/me", {"password": PASSWORD}),
        ]

        assert [answer.status_code for answer in answers] == [403, 403, 429]
