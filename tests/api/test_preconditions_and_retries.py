"""Two who change one thing, and one who asks twice: If-Match and Idempotency-Key."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from server import InProcess, done, pointers, problem, settings
from sqlalchemy import text

from expense_core import expenses, ledgers, users
from expense_core.tables import ExpenseUpdate

only_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def at_once(number, job):
    """What each of so many threads gets out of a job; they start together."""
    start = Barrier(number)

    def run(index):
        start.wait()
        return job(index)

    with ThreadPoolExecutor(number) as pool:
        return [*pool.map(run, range(number))]


def waiting(database):
    """How many wait for somebody else's transaction; what one transaction sees of that stands still."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with database.reading() as session:
        return session.scalar(text(query))


@pytest.fixture(params=["expenses", "categories", "rules"])
def versioned(request, alice):
    """What has versions: its path, and a change to it."""
    given, change = {
        "expenses": ({"amount": "12.50"}, {"description": "Dinner"}),
        "categories": ({"name": "Food"}, {"name": "Eat"}),
        "rules": ({"payee": "Deli", "skip": True}, {"payee": "Bar"}),
    }[request.param]
    one = done(alice.post(f"/{request.param}", given), 201)
    return f"/{request.param}/{one['id']}", change


def test_a_change_to_another_version_than_was_seen_is_refused(alice, versioned):
    """The answer has the version that there is now, and its ETag; nothing was changed."""
    path, change = versioned
    seen = alice.get(path).headers["etag"]
    changed = alice.patch(path, change, headers={"If-Match": seen})
    assert (done(changed)["version"], changed.headers["etag"]) == (2, '"2"')

    for call in (lambda **more: alice.patch(path, change, **more), lambda **more: alice.delete(path, **more)):
        for tag in (seen, f"W/{seen}", '"3"', '"999999999999999999"'):
            refused = call(headers={"If-Match": tag})
            assert problem(refused, 412, "precondition_failed")["current_version"] == 2
            assert refused.headers["etag"] == '"2"'
    stale = change | {"version": 1}
    problem(alice.patch(path, stale), 409, "version_conflict")
    problem(alice.patch(path, change | {"version": 0}), 409, "version_conflict")
    problem(alice.patch(path, stale, headers={"If-Match": '"2"'}), 412, "precondition_failed")

    assert done(alice.get(path)) == done(changed)
    assert alice.delete(path, headers={"If-Match": '"2"'}).status_code == 204
    problem(alice.get(path), 404)


def test_an_etag_that_is_none_of_ours_matches_nothing(alice, versioned):
    """However it is written."""
    path, change = versioned

    for tag in ("1", '"1', "'1'", '"one"', '""', "x", '"1234567890123456789012"', "W/1", '"٣"', "**", '"-1"', '"01"x'):
        for answer in (
            alice.patch(path, change, headers={"If-Match": tag.encode()}),
            alice.delete(path, headers={"If-Match": tag.encode()}),
        ):
            assert problem(answer, 412, "precondition_failed")["current_version"] == 1
            assert answer.headers["etag"] == '"1"'
    problem(alice.patch("/expenses/999", {"amount": 1}, headers={"If-Match": "x"}), 404)

    assert done(alice.get(path))["version"] == 1


def test_a_star_and_a_list_match_what_they_should(alice, versioned):
    """RFC 9110, 13.1.1: a star is whatever is there, of a list one has to match. Proxies make tags weak."""
    path, change = versioned

    done(alice.patch(path, change, headers={"If-Match": "*"}))
    assert alice.patch(path, change, headers={"If-Match": '"1", "3"'}).status_code == 412
    done(alice.patch(path, {name: value + "!" for name, value in change.items()}, headers={"If-Match": '"1", W/"2"'}))
    assert alice.delete(path, headers={"If-Match": "*"}).status_code == 204
    problem(alice.patch(path, change, headers={"If-Match": "*"}), 404)


def test_of_thirty_two_who_edit_one_version_exactly_one_wins(alice):
    """Round after round; the others are told which version there is now."""
    lunch = alice.record()
    path = f"/expenses/{lunch['id']}"

    for version in range(1, 4):
        tag = alice.get(path).headers["etag"]

        def edit(index, tag=tag, version=version):
            return alice.patch(path, {"description": f"{version} by {index}"}, headers={"If-Match": tag})

        answers = at_once(32, edit)
        won = [answer for answer in answers if answer.status_code == 200]
        lost = [problem(answer, 412, "precondition_failed") for answer in answers if answer.status_code != 200]
        assert len(won) == 1
        assert {one["current_version"] for one in lost} == {version + 1}
        assert done(alice.get(path)) == done(won[0])

    assert len(done(alice.get(f"{path}/history"))["items"]) == 4


@only_postgresql
def test_a_version_that_is_overtaken_while_the_call_waits_is_refused(alice, database):
    """It was right when the call began; the change it waited for stands."""
    lunch = alice.record()
    path, seen = f"/expenses/{lunch['id']}", {"If-Match": '"1"'}

    with ThreadPoolExecutor(2) as pool:
        with database.transaction() as session:
            access = ledgers.open(session, users.named(session, "alice"))
            edited = expenses.edit(session, access, lunch["id"], ExpenseUpdate(version=1, notes="with Sam"))
            calls = [pool.submit(alice.delete, path, headers=seen)]
            calls += [pool.submit(alice.patch, path, {"amount": 1}, headers=seen)]
            while waiting(database) < len(calls):
                assert not any(one.done() for one in calls)
        refused = [one.result() for one in calls]

    assert [problem(answer, 412, "precondition_failed")["current_version"] for answer in refused] == [2, 2]
    assert [answer.headers["etag"] for answer in refused] == ['"2"', '"2"']
    assert done(alice.get(path))["notes"] == edited.notes


def test_who_names_no_version_is_never_refused_for_one(alice, versioned):
    """Of sixteen at once each change is made, one after the other."""
    path, change = versioned
    (name,) = change

    answers = at_once(16, lambda index: alice.patch(path, {name: f"Change {index}"}))

    assert sorted(done(answer)["version"] for answer in answers) == [*range(2, 18)]
    assert done(alice.get(path))["version"] == 17


def writes(caller):
    """Every call that changes a ledger: its method, path and body."""
    food, eating, empty = (caller.create(name)["id"] for name in ("Food", "Eating out", "Empty"))
    rule = done(caller.post("/rules", {"payee": "Deli", "skip": True}), 201)["id"]
    lunch, dinner, gone = (caller.record(description=name)["id"] for name in ("Lunch", "Dinner", "Gone"))
    caller.record(description="Soup")
    caller.delete(f"/expenses/{lunch}")
    caller.delete(f"/expenses/{gone}")
    return [
        ("POST", "/expenses", {"amount": 1}),
        ("POST", "/expenses/quick", {"text": "12 Lunch"}),
        ("POST", "/expenses/batch", {"lines": [{"do": "create", "amount": 1}]}),
        ("POST", f"/expenses/{lunch}/restore", None),
        ("PATCH", f"/expenses/{dinner}", {"amount": 3}),
        ("DELETE", f"/expenses/{dinner}", None),
        ("PATCH", "/expenses?q=soup&expected=1", {"new_category": "Lunches"}),
        ("DELETE", "/expenses?q=soup&expected=1", None),
        ("DELETE", "/expenses/trash", None),
        ("POST", "/categories", {"name": "Travel"}),
        ("POST", f"/categories/{food}/merge", {"into_id": eating}),
        ("PATCH", f"/categories/{eating}", {"name": "Eating"}),
        ("DELETE", f"/categories/{empty}", None),
        ("POST", "/rules", {"text": "own account", "skip": True}),
        ("PATCH", f"/rules/{rule}", {"place": 2, "text": "leeds"}),
        ("DELETE", f"/rules/{rule}", None),
        ("POST", "/history/undo", None),
        ("POST", "/history/redo", None),
    ]


def sent(caller, method, path, body, **more):
    """What is answered to one of them."""
    return caller.request(method, path, **({} if body is None else {"json": body}), **more)


def test_a_retry_gets_the_first_answer_and_does_nothing(alice):
    """The same status, body, ETag and address, on every route that takes a key."""
    for number, (method, path, body) in enumerate(writes(alice)):
        key = {"Idempotency-Key": f"key-{number}"}
        first = sent(alice, method, path, body, headers=key)
        assert first.is_success, first.text
        entries = done(alice.get("/history", limit=500))["items"]

        again = sent(alice, method, path, body, headers=key)

        assert again.headers["idempotency-replayed"] == "true"
        assert "idempotency-replayed" not in first.headers
        assert (again.status_code, again.content) == (first.status_code, first.content)
        for name in ("etag", "location", "content-type"):
            assert again.headers.get(name) == first.headers.get(name)
        assert done(alice.get("/history", limit=500))["items"] == entries


def test_a_key_that_was_used_for_another_request_is_refused(alice):
    """Another body, another path, another ledger in the query."""
    (mine,) = done(alice.get("/ledgers"))["items"]
    key = {"Idempotency-Key": "key"}
    done(alice.post("/expenses", {"amount": 1}, headers=key), 201)

    for method, path, body in writes(alice):
        other = {"amount": 2} if path == "/expenses" else body
        problem(sent(alice, method, path, other, headers=key), 422, "idempotency_key_reused")
    query = {"ledger_id": mine["id"]}
    problem(alice.post("/expenses", {"amount": 1}, params=query, headers=key), 422, "idempotency_key_reused")


def test_a_request_that_was_refused_may_be_mended_under_the_same_key(alice):
    """Nothing came of it, so nothing is kept."""
    key = {"Idempotency-Key": "key"}
    problem(alice.post("/expenses", {"amount": 1, "category_id": 999}, headers=key), 404, "category_not_found")

    assert done(alice.post("/expenses", {"amount": 1}, headers=key), 201)["amount"] == "1.00"


def test_a_dry_run_leaves_its_key_to_the_real_one(alice):
    """It changed nothing."""
    key = {"Idempotency-Key": "key"}
    batch = {"lines": [{"do": "create", "amount": 1}]}
    done(alice.post("/expenses/batch", batch | {"dry_run": True}, headers=key))

    done(alice.post("/expenses/batch", batch, headers=key))

    assert len(alice.expenses()) == 1


def test_a_key_is_kept_for_a_day(alice, clock, nobody):
    """After that it is new again."""
    key = {"Idempotency-Key": "key"}
    first = done(alice.post("/expenses", {"amount": 1}, headers=key), 201)
    clock.advance(hours=23, minutes=59)
    alice = nobody.signed_in("alice")
    assert done(alice.post("/expenses", {"amount": 1}, headers=key), 201) == first
    clock.advance(minutes=1)

    assert done(alice.post("/expenses", {"amount": 1}, headers=key), 201)["id"] != first["id"]


def test_answers_that_are_out_of_date_are_cleared_away_by_whoever_writes_next(alice, clock, database, nobody):
    """With a key or without one: a script that goes on under new keys would gather them for ever."""
    for number in range(3):
        done(alice.post("/expenses", {"amount": 1}, headers={"Idempotency-Key": f"key-{number}"}), 201)
    clock.advance(hours=25)

    alice = nobody.signed_in("alice")
    clock.advance(minutes=6)
    alice.expenses()
    alice.record()

    with database.reading() as session:
        left = session.scalar(text("SELECT count(*) FROM idempotency_keys"))
    assert left == 0


def test_what_was_purged_is_not_told_again_to_a_retry(alice):
    """And it is not recorded again."""
    key = {"Idempotency-Key": "key"}
    lunch = done(alice.post("/expenses", {"amount": 1, "description": "zebra"}, headers=key), 201)
    alice.delete(f"/expenses/{lunch['id']}")
    assert done(alice.delete("/expenses/trash")) == {"purged": 1}

    answer = alice.post("/expenses", {"amount": 1, "description": "zebra"}, headers=key)

    problem(answer, 409, "answer_erased")
    assert "zebra" not in answer.text
    assert alice.expenses() == []


def test_a_key_is_its_users_own(alice, bob):
    """Two people may choose the same one."""
    key = {"Idempotency-Key": "key"}

    answers = [one.post("/expenses", {"amount": 1}, headers=key) for one in (alice, bob)]

    assert [done(answer, 201)["owner_id"] for answer in answers] == [alice.id, bob.id]
    assert not any("idempotency-replayed" in answer.headers for answer in answers)


def test_what_is_no_key_is_refused(alice):
    """Empty, too long, or with a blank in it."""
    for key in ("", "x" * 256, "a b", "é", "a\tb"):
        answer = alice.post("/expenses", {"amount": 1}, headers={"Idempotency-Key": key.encode("latin-1")})
        assert set(pointers(answer)) == {"header Idempotency-Key"}
    assert alice.expenses() == []


def test_thirty_two_who_post_with_one_key_record_one_expense(alice):
    """Each gets the same answer, now or when they ask again."""

    def post(_):
        return alice.post("/expenses", {"amount": "12.50"}, headers={"Idempotency-Key": "key"})

    answers = at_once(32, post)

    (lunch,) = alice.expenses()
    for answer in answers:
        if answer.status_code != 201:
            problem(answer, 409, "request_running")
            assert answer.headers["retry-after"] == "1"
            answer = post(0)  # noqa: PLW2901 - as a client does that was told to come back
        assert done(answer, 201) == lunch
    assert len(done(alice.get("/history"))["items"]) == 1


@only_postgresql
def test_a_retry_while_the_first_is_running_is_told_to_come_back(api, alice, database):
    """The first waits for somebody else's transaction meanwhile."""
    lunch = alice.record()
    alice.delete(f"/expenses/{lunch['id']}")
    path, key = f"/expenses/{lunch['id']}/restore", {"Idempotency-Key": "key"}

    with ThreadPoolExecutor(1) as pool:
        with database.transaction() as session:
            session.execute(text("SELECT 1 FROM expenses WHERE id = :id FOR UPDATE"), {"id": lunch["id"]})
            first = pool.submit(alice.post, path, headers=key)
            while not waiting(database):
                assert not first.done()
            second = alice.post(path, headers=key)
        answered = first.result()

    problem(second, 409, "request_running")
    assert done(answered)["id"] == lunch["id"]
    assert alice.post(path, headers=key).headers["idempotency-replayed"] == "true"


def test_a_key_outlives_the_server_and_is_known_to_its_other_workers(database_url, clock):
    """It is kept in the database."""
    key, chosen = {"Idempotency-Key": "key"}, settings(database_url)
    with InProcess(chosen, clock=clock) as first, InProcess(chosen, clock=clock) as other:
        alice = first.client().signed_up("alice")
        lunch = done(alice.post("/expenses", {"amount": 1}, headers=key), 201)
        elsewhere = other.client().but(authorization=alice.headers["authorization"])
        assert done(elsewhere.post("/expenses", {"amount": 1}, headers=key), 201) == lunch

    with InProcess(chosen, clock=clock) as restarted:
        alice = restarted.client().but(authorization=alice.headers["authorization"])
        answer = alice.post("/expenses", {"amount": 1}, headers=key)
        assert (done(answer, 201), answer.headers["idempotency-replayed"]) == (lunch, "true")
        problem(alice.post_text("/expenses", json.dumps({"amount": 2}), **key), 422, "idempotency_key_reused")
