"""Who calls: whom a token is from, what it lets them do, and where; and every token that is no good."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from expense_core import access_tokens, callers, expenses, ledgers, sign_ins, tokens, users
from expense_core.errors import InvalidToken, LedgerNotFound, PermissionDenied
from expense_core.sign_ins import Issuing
from expense_core.tables import AccessTokenCreate, ExpenseCreate, LedgerCreate, LocalUserCreate, Role, Scope

NOW = datetime(2026, 11, 5, 12, 15, tzinfo=UTC)
"""The moment at which the tests' clock stands."""
STRANGER = "a secret that somebody else has thought up"


@pytest.fixture
def call(session, issuing, clock):
    """Who calls with a token, and in which ledger."""

    def identify(token, ledger_id=None):
        bearer = callers.read_token(token, issuing, now=clock.now)
        return callers.identify(session, bearer, ledger_id=ledger_id)

    return identify


@pytest.fixture
def signed_in(session, alice, issuing):
    """Alice's access token."""
    return sign_ins.start(session, alice, issuing).access_token


@pytest.fixture
def personal(session, alice):
    """Makes a personal access token of Alice's."""

    def create(scope=Scope.WRITE, **given):
        return access_tokens.create(session, alice, AccessTokenCreate(name="script", scope=scope, **given))[1]

    return create


def test_somebody_who_signed_in_may_do_what_their_role_allows(session, alice, access, call, signed_in):
    """In their personal ledger, when none is named."""
    caller = call(signed_in)

    (place,) = sign_ins.list(session, alice)
    assert (caller.user, caller.access, caller.scope) == (alice, access, Scope.WRITE)
    assert (caller.require_sign_in(), caller.access_token_id) == (place.id, None)
    caller.require_writing()


def test_a_personal_access_token_writes_where_it_may(session, alice, access, call, personal):
    """As its user does; but it is nobody who knows their password."""
    caller = call(personal(Scope.WRITE))

    assert (caller.user, caller.access, caller.sign_in_id) == (alice, access, None)
    assert caller.access_token_id == access_tokens.list(session, alice)[0].id
    caller.require_writing()
    with pytest.raises(PermissionDenied, match="a personal access token cannot do this; sign in with your password"):
        caller.require_sign_in()


def test_a_token_that_may_read_reads_and_no_more(session, alice, access, call, personal):
    """Its owner is a viewer by it, so that no use case is forgotten."""
    caller = call(personal(Scope.READ))

    assert caller.access == replace(access, role=Role.VIEWER)
    assert expenses.find(session, caller.access).items == []
    with pytest.raises(PermissionDenied, match="this access token may only read; use one with the scope `write`"):
        caller.require_writing()
    with pytest.raises(PermissionDenied):
        expenses.record(session, caller.access, ExpenseCreate(amount=1))


@pytest.mark.parametrize("role", [Role.OWNER, Role.EDITOR, Role.VIEWER])
@pytest.mark.parametrize("scope", [None, Scope.READ, Scope.WRITE])
def test_a_ledger_of_others_is_used_as_its_owners_allow(session, alice, call, signed_in, personal, role, scope):
    """By a token of whichever kind, and never with more than it allows itself."""
    bob = users.register_local(session, LocalUserCreate(username="bob"))
    club = ledgers.open(session, bob, ledgers.create(session, bob, LedgerCreate(name="Club", currency="SEK")).id)
    ledgers.admit(session, club, "alice", role)

    caller = call(signed_in if scope is None else personal(scope), club.ledger_id)

    expected = ledgers.open(session, alice, club.ledger_id)
    assert caller.access == (replace(expected, role=Role.VIEWER) if scope is Scope.READ else expected)


@pytest.mark.parametrize("ledger_id", [None, 0, -1, 2**63, 10**30])
def test_a_ledger_of_others_is_not_there(session, alice, call, signed_in, ledger_id):
    """Nor one that nobody has; who calls is known all the same."""
    bob = users.register_local(session, LocalUserCreate(username="bob"))

    caller = call(signed_in, ledgers.personal(session, bob).id if ledger_id is None else ledger_id)

    assert (caller.user, caller.membership) == (alice, None)
    with pytest.raises(LedgerNotFound, match="there is no such ledger among yours"):
        caller.access  # noqa: B018


def test_the_personal_ledger_is_the_first_that_somebody_owns(session, alice, access, call, signed_in):
    """As `ledgers.open` has it, also when the very first one is theirs no more."""
    second = ledgers.create(session, alice, LedgerCreate(name="Second", currency="CHF"))
    ledgers.create(session, alice, LedgerCreate(name="Third"))
    users.register_local(session, LocalUserCreate(username="bob"))
    ledgers.admit(session, access, "bob", Role.OWNER)
    ledgers.change_role(session, access, "alice", Role.VIEWER)

    assert call(signed_in).access == ledgers.open(session, alice, second.id) == ledgers.open(session, alice)


def test_a_user_who_owns_no_ledger_may_call_and_has_no_access(session, alice, access, call, signed_in):
    """They name the ledger of others that they mean."""
    users.register_local(session, LocalUserCreate(username="bob"))
    ledgers.admit(session, access, "bob", Role.OWNER)
    ledgers.change_role(session, access, "alice", Role.EDITOR)

    assert call(signed_in).membership is None
    assert call(signed_in, access.ledger_id).access.role is Role.EDITOR


def test_what_a_token_lets_do_is_looked_up_at_every_call(session, alice, access, call, signed_in, personal):
    """A name, a role, a user who is disabled: nothing is believed because a token says so."""
    token = personal()
    bob = users.register_local(session, LocalUserCreate(username="bob"))
    bobs = ledgers.open(session, bob)
    ledgers.admit(session, bobs, "alice", Role.EDITOR)
    assert call(token, bobs.ledger_id).access.role is Role.EDITOR

    ledgers.change_role(session, bobs, "alice", Role.VIEWER)
    assert call(token, bobs.ledger_id).access.role is Role.VIEWER
    ledgers.dismiss(session, bobs, "alice")
    assert call(token, bobs.ledger_id).membership is None

    users.disable(session, alice)
    for one in (token, signed_in):
        with pytest.raises(InvalidToken, match="not valid, or not any more; sign in again"):
            call(one)
    users.enable(session, alice)
    assert call(token).user == alice


def test_the_tokens_of_a_user_who_left_are_nobodys(session, access, call, issuing):
    """Also where something that they recorded for others stays."""
    bob = users.register_local(session, LocalUserCreate(username="bob"))
    ledgers.admit(session, access, "bob", Role.EDITOR)
    expenses.record(session, ledgers.open(session, bob, access.ledger_id), ExpenseCreate(amount=1))
    signed_in = sign_ins.start(session, bob, issuing).access_token
    _, personal = access_tokens.create(session, bob, AccessTokenCreate(name="script"))

    users.delete(session, bob)

    for token in (signed_in, personal):
        with pytest.raises(InvalidToken):
            call(token)


WRONG = {
    "of another user": lambda issue, user: issue(subject=user.id + 1),
    "of no user": lambda issue, _: issue(subject="alice"),
    "of a user too large to be": lambda issue, _: issue(subject=2**70),
    "of no sign-in": lambda issue, _: issue(extra={}),
    "of a sign-in that is none": lambda issue, _: issue(extra={"sign_in": "here"}),
    "of a sign-in not there": lambda issue, _: issue(extra={"sign_in": "999"}),
    "of a sign-in too large to be": lambda issue, _: issue(extra={"sign_in": str(2**70)}),
    "expired": lambda issue, _: issue(now=NOW - timedelta(hours=1)),
    "from the future": lambda issue, _: issue(now=NOW + timedelta(hours=1)),
    "signed by a stranger": lambda issue, _: issue(secrets=[STRANGER]),
    "for something else": lambda issue, _: issue(audience="refresh"),
    "personal, and nobody's": lambda *_: "exp_" + "x" * 43,
    "personal, and nothing else": lambda *_: "exp_",
    "personal, and no text": lambda *_: "exp_\udcff\x00",
    "empty": lambda *_: "",
    "no text": lambda *_: "\udcff\x00",
    "no token": lambda *_: "a.b.c",
}


@pytest.mark.parametrize("make", WRONG.values(), ids=WRONG)
def test_a_token_that_is_wrong_in_any_way_is_told_alike(session, alice, signed_in, call, issuing, make):
    """A stranger learns nothing from it."""
    (place,) = sign_ins.list(session, alice)
    right = {
        "subject": alice.id,
        "secrets": issuing.secrets,
        "now": NOW,
        "lifetime": timedelta(minutes=15),
        "extra": {"sign_in": str(place.id)},
    }
    assert call(tokens.issue(**right)).user == alice

    with pytest.raises(InvalidToken, match="this token is not valid, or not any more; sign in again"):
        call(make(lambda **wrong: tokens.issue(**right | wrong), alice))


@given(st.text())
def test_whatever_is_sent_as_a_token_is_refused_or_looked_up(text):
    """And never an error of another kind."""
    issuing = Issuing([STRANGER], timedelta(minutes=15), timedelta(days=30))

    assert callers.read_token(f"exp_{text}", issuing, now=NOW).hashed_token is not None
    with pytest.raises(InvalidToken):
        callers.read_token(text, issuing, now=NOW)


@pytest.mark.parametrize("kind", ["signed in", "personal"])
def test_the_last_use_of_a_token_is_noted_every_few_minutes(session, alice, call, signed_in, personal, clock, kind):
    """A write for every call would cost more than the call; what is noted is right to within five minutes."""
    token = signed_in if kind == "signed in" else personal()
    if kind == "personal":
        assert call(token).use_to_note
        callers.note_use(session, call(token))
    assert not call(token).use_to_note

    clock.advance(minutes=4, seconds=59)
    assert not call(token).use_to_note
    clock.advance(seconds=1)
    caller = call(token)
    assert caller.use_to_note
    callers.note_use(session, caller)

    assert not call(token).use_to_note
    used = access_tokens.list(session, alice) if kind == "personal" else sign_ins.list(session, alice)
    assert used[0].last_used_at == clock.now


def test_who_calls_is_asked_for_in_one_statement(database, session, alice, call, signed_in, personal):
    """Every call of a server pays for it."""
    tokens_of_both_kinds = [signed_in, personal()]
    statements = []
    event.listen(database.engine, "before_cursor_execute", lambda *said: statements.append(said[2]))

    for token in tokens_of_both_kinds:
        call(token)
        call(token, 1)

    assert len(statements) == 4
