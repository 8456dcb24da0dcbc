"""Personal access tokens: shown once, kept as a hash, useless as soon as they are revoked."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

import pytest
from pydantic import ValidationError
from sqlalchemy import text
from writes import everything

from expense_core import access_tokens, callers, users
from expense_core.errors import AccessTokenNotFound, Invalid, InvalidDate, InvalidToken
from expense_core.tables import AccessTokenCreate, LocalUserCreate, Scope


@pytest.fixture
def carol(session):
    """Another user."""
    return users.register_local(session, LocalUserCreate(username="carol"))


def create(session, user, name="backup script", **given):
    """A token, and what is told of it."""
    return access_tokens.create(session, user, AccessTokenCreate(name=name, **given))


def caller(session, token, issuing):
    """Who calls with a token."""
    return callers.identify(session, callers.read_token(token, issuing, now=session.info["clock"]()))


def test_a_token_is_told_once_and_kept_as_a_hash(session, alice, clock):
    """No row of the database has it; what begins with `exp_` is found by those who scan for leaked secrets."""
    made, token = create(session, alice)

    assert (made.name, made.scope, made.created_at) == ("backup script", Scope.READ, clock.now)
    assert (made.expires_at, made.last_used_at) == (None, None)
    assert token.startswith("exp_")
    assert len(token) > 40
    assert token not in repr(everything(session))
    assert token.removeprefix("exp_") not in repr(everything(session))


def test_no_two_tokens_are_alike(session, alice):
    """Each is random and long enough never to be guessed."""
    assert len({create(session, alice)[1] for _ in range(20)}) == 20


def test_a_user_sees_their_tokens_and_nobody_elses(session, alice, carol, clock):
    """The oldest first, those that have expired too."""
    made = [
        create(session, alice, "one", expires_at=clock.now + timedelta(days=1))[0],
        create(session, alice, "two")[0],
    ]
    create(session, carol, "Carol's", scope="write")
    clock.advance(days=2)

    assert access_tokens.list(session, alice) == made


def test_a_token_can_be_revoked(session, alice, issuing):
    """It is useless at once, and gone."""
    made, token = create(session, alice)
    other, _ = create(session, alice, "other")

    access_tokens.revoke(session, alice, made.id)

    with pytest.raises(InvalidToken):
        caller(session, token, issuing)
    assert access_tokens.list(session, alice) == [other]
    with pytest.raises(AccessTokenNotFound, match=f"you have no access token {made.id}"):
        access_tokens.revoke(session, alice, made.id)


@pytest.mark.parametrize("token_id", [None, 0, -1, 2**63, 10**30])
def test_nobody_revokes_the_token_of_another(session, alice, carol, token_id):
    """Nor one that is not there; both are told alike."""
    made, _ = create(session, alice)
    asked = made.id if token_id is None else token_id

    with pytest.raises(AccessTokenNotFound, match=f"you have no access token {asked}"):
        access_tokens.revoke(session, carol, asked)

    assert access_tokens.list(session, alice) == [made]


def test_a_token_may_expire(session, alice, issuing, clock):
    """From that moment on it is no good, wherever its zone is."""
    in_new_york = (clock.now + timedelta(hours=1)).astimezone(timezone(timedelta(hours=-5)))
    made, token = create(session, alice, expires_at=in_new_york)
    assert made.expires_at == in_new_york

    clock.advance(minutes=59, seconds=59)
    assert caller(session, token, issuing).user == alice

    clock.advance(seconds=1)
    with pytest.raises(InvalidToken):
        caller(session, token, issuing)


@pytest.mark.parametrize(
    "expires_at",
    [
        "2026-11-05T12:15:00Z",
        "1970-01-01T00:00:00Z",
        "2027-01-31T00:00:00",
        datetime.max.replace(tzinfo=timezone(timedelta(hours=-12))),
        datetime.min.replace(tzinfo=timezone(timedelta(hours=12))),
        "9999-12-31T23:59:59Z",
    ],
    ids=["now", "past", "no zone", "after all calendars", "before all calendars", "the last year of four digits"],
)
def test_a_token_expires_at_a_moment_to_come_with_its_zone(session, alice, expires_at):
    """And in no year that a database and Python write in different ways."""
    with pytest.raises(InvalidDate, match="a token expires in the future, at a time with its zone, like 2027-01-31T"):
        create(session, alice, expires_at=expires_at)

    assert access_tokens.list(session, alice) == []


def test_a_user_may_have_a_hundred_tokens(session, alice, carol):
    """Whoever makes one in every run of a script notices."""
    made = [create(session, alice, f"{number}")[0] for number in range(100)]

    with pytest.raises(Invalid, match="you have 100 access tokens; revoke one that you need no more"):
        create(session, alice)

    create(session, carol)
    access_tokens.revoke(session, alice, made[0].id)
    create(session, alice)


@pytest.mark.parametrize(
    "given",
    [
        {"name": ""},
        {"name": " \u200b"},
        {"name": "x" * 101},
        {"name": "two\nlines"},
        {"name": "n", "scope": "admin"},
        {"name": "n", "expires_at": "soon"},
        {"name": "n", "can": "everything"},
    ],
)
def test_a_token_has_a_name_that_can_be_seen_and_a_scope_that_there_is(given):
    """Or it is never made."""
    with pytest.raises(ValidationError):
        AccessTokenCreate(**given)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_two_who_make_the_last_token_at_once_do_not_make_two(database):
    """Whoever comes second waits for the first, and counts what it made."""
    with database.transaction() as session:
        user = users.register_local(session, LocalUserCreate(username="alice"))
        for number in range(99):
            create(session, user, f"{number}")

    def make(name):
        with database.transaction() as session:
            return create(session, user, name)

    with ThreadPoolExecutor(1) as pool:
        with database.transaction() as session:
            create(session, user, "last")
            second = pool.submit(make, "one too many")
            while not is_waited(database):
                assert not second.done()
        with pytest.raises(Invalid, match="you have 100 access tokens"):
            second.result()


def is_waited(database):
    """Whether somebody waits for another's transaction."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with database.reading() as session:
        return session.scalar(text(query)) > 0
