"""Staying signed in: one refresh token after the other, each good once, until the sign-in ends."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from expense_core import callers, sign_ins, tokens, users
from expense_core.errors import InvalidToken, SignInNotFound
from expense_core.settings import Settings
from expense_core.sign_ins import SIGN_INS
from expense_core.tables import LocalUserCreate

OTHER_SECRET = "another secret, long enough to sign with"


@pytest.fixture
def carol(session):
    """Another user."""
    return users.register_local(session, LocalUserCreate(username="carol"))


@pytest.fixture
def pair(session, alice, issuing):
    """What Alice got when she signed in."""
    return sign_ins.start(session, alice, issuing, client="Firefox", address="192.0.2.7")


def caller(session, token, issuing):
    """Who calls with an access token."""
    bearer = callers.read_token(token, issuing, now=session.info["clock"]())
    return callers.identify(session, bearer)


def rows(session):
    """How many sign-ins there are, of whomever."""
    return len(session.execute(select(SIGN_INS.c.id)).all())


def test_signing_in_gives_two_tokens(session, alice, pair, issuing):
    """One for every call, for a quarter of an hour, and one for the next two."""
    assert pair.expires_in == 15 * 60
    assert caller(session, pair.access_token, issuing).user == alice
    assert sign_ins.renew(session, pair.refresh_token, issuing) is not None


def test_tokens_are_made_as_the_settings_say():
    """Signed with the first secret, and good for as long."""
    known = Settings.load(secret_key="s" * 32, access_token_minutes=5, refresh_token_days=2)

    issuing = sign_ins.Issuing.from_settings(known)

    assert issuing == sign_ins.Issuing(["s" * 32], timedelta(minutes=5), timedelta(days=2))


def test_a_refresh_token_says_itself_whose_it_is(alice, pair, issuing, clock):
    """Before anything is looked up; an access token does not."""
    assert sign_ins.user_of(pair.refresh_token, issuing, now=clock.now) == alice.id
    with pytest.raises(InvalidToken):
        sign_ins.user_of(pair.access_token, issuing, now=clock.now)


def test_secrets_and_tokens_are_not_shown_to_whoever_prints_what_holds_them(pair, issuing):
    """A log is read by many."""
    for secret in (*issuing.secrets, pair.access_token, pair.refresh_token):
        assert secret not in repr(pair) + repr(issuing)


def test_a_refresh_token_gives_the_next_two(session, alice, pair, issuing, clock):
    """The sign-in stays the same one, and goes on from then."""
    clock.advance(days=29)

    renewed = sign_ins.renew(session, pair.refresh_token, issuing, client="Chrome", address="2001:db8::1")

    (place,) = sign_ins.list(session, alice)
    assert (place.client, place.address, place.last_used_at) == ("Chrome", "2001:db8::1", clock.now)
    assert place.created_at == clock.now - timedelta(days=29)
    assert place.expires_at == clock.now + timedelta(days=30)
    assert caller(session, renewed.access_token, issuing).sign_in_id == place.id


def test_a_refresh_token_that_comes_again_ends_the_whole_sign_in(session, alice, pair, issuing, clock):
    """Either was stolen: neither the thief's tokens nor the owner's work any more, and nothing of another sign-in."""
    other = sign_ins.start(session, alice, issuing)
    renewed = sign_ins.renew(session, pair.refresh_token, issuing)
    clock.advance(minutes=1)

    again = sign_ins.renew(session, pair.refresh_token, issuing)

    assert again is None
    for token in (pair.access_token, renewed.access_token):
        with pytest.raises(InvalidToken):
            caller(session, token, issuing)
    for token in (pair.refresh_token, renewed.refresh_token):
        with pytest.raises(InvalidToken, match="not valid, or not any more; sign in again"):
            sign_ins.renew(session, token, issuing)
    assert caller(session, other.access_token, issuing).user == alice


def test_a_refresh_token_comes_again_where_the_answer_was_lost(session, alice, pair, issuing, clock):
    """Within a minute, however often; each answer is good, and the first that is renewed ends the others."""
    sign_ins.renew(session, pair.refresh_token, issuing)
    clock.advance(seconds=59)

    first, second = (sign_ins.renew(session, pair.refresh_token, issuing) for _ in range(2))

    for one in (first, second):
        assert caller(session, one.access_token, issuing).user == alice
    clock.advance(hours=1)
    assert sign_ins.renew(session, first.refresh_token, issuing) is not None
    clock.advance(hours=1)
    assert sign_ins.renew(session, second.refresh_token, issuing) is None
    assert rows(session) == 0


def test_what_came_of_a_lost_answer_is_not_lost_twice(session, pair, issuing):
    """Once the tokens that it gave were renewed themselves, somebody has seen it: the one before them was stolen."""
    renewed = sign_ins.renew(session, pair.refresh_token, issuing)
    assert sign_ins.renew(session, renewed.refresh_token, issuing) is not None

    assert sign_ins.renew(session, pair.refresh_token, issuing) is None
    assert rows(session) == 0


@pytest.mark.parametrize("days", [7, 60])
def test_no_answer_is_taken_for_lost_while_sign_ins_last_longer_or_shorter_than_before(
    session, pair, issuing, days, clock
):
    """When a renewal was can then not be told."""
    sign_ins.renew(session, pair.refresh_token, issuing)
    clock.advance(seconds=5)

    assert sign_ins.renew(session, pair.refresh_token, replace(issuing, refresh_lifetime=timedelta(days=days))) is None


def test_a_disabled_users_answer_is_not_sent_again(session, alice, pair, issuing):
    """Their sign-in may just have begun anew, while they were being disabled."""
    users.disable(session, alice)
    late = sign_ins.start(session, alice, issuing)
    session.execute(update(SIGN_INS).values(generation=2))

    assert sign_ins.renew(session, late.refresh_token, issuing) is None


def test_somebody_who_does_nothing_for_too_long_is_signed_out(session, alice, pair, issuing, clock):
    """A month after the last renewal."""
    clock.advance(days=30, minutes=1)

    assert sign_ins.list(session, alice) == []
    with pytest.raises(InvalidToken):
        sign_ins.renew(session, pair.refresh_token, issuing)


def test_a_renewal_within_the_leeway_of_clocks_comes_too_late_all_the_same(session, alice, pair, issuing, clock):
    """The token is still taken to be good; the database knows better."""
    clock.advance(days=30, seconds=1)

    assert sign_ins.renew(session, pair.refresh_token, issuing) is None
    assert rows(session) == 0


def test_signing_in_clears_away_what_is_out_of_date(session, alice, carol, pair, issuing, clock):
    """The user's own; the table does not grow with everybody who forgets to sign out."""
    sign_ins.start(session, carol, issuing)
    clock.advance(days=20)
    kept = sign_ins.start(session, alice, issuing)
    clock.advance(days=10)

    sign_ins.start(session, alice, issuing)

    assert rows(session) == 3
    assert caller(session, sign_ins.renew(session, kept.refresh_token, issuing).access_token, issuing).user == alice


def test_a_user_sees_where_they_are_signed_in(session, alice, carol, issuing, clock):
    """The last used first, and of others nothing."""
    for name in ("first", "second", "third"):
        pair = sign_ins.start(session, alice, issuing, client=name)
        clock.advance(minutes=1)
        if name == "first":
            first = pair
    sign_ins.start(session, carol, issuing, client="Carol's")
    sign_ins.renew(session, first.refresh_token, issuing, client="first")

    assert [place.client for place in sign_ins.list(session, alice)] == ["first", "third", "second"]


@pytest.mark.parametrize("said", ["\x1b[31m\x00" + "x" * 300, "caf\udce9", "two\nlines"])
def test_what_a_client_calls_itself_is_made_fit_to_be_kept_and_shown(session, alice, issuing, said):
    """Whatever it sends, for it may be anything."""
    sign_ins.start(session, alice, issuing, client=said, address=said)

    (place,) = sign_ins.list(session, alice)
    assert place.client == place.address
    assert place.client.isprintable()
    assert len(place.client) == min(len(said), 200)


def test_a_sign_in_that_is_ended_ends_its_tokens_at_once(session, alice, pair, issuing):
    """Those for calls too, though they have not expired."""
    here = caller(session, pair.access_token, issuing)

    sign_ins.end(session, alice, here.sign_in_id)

    with pytest.raises(InvalidToken):
        caller(session, pair.access_token, issuing)
    with pytest.raises(InvalidToken):
        sign_ins.renew(session, pair.refresh_token, issuing)
    with pytest.raises(SignInNotFound, match=f"you have no session {here.sign_in_id}"):
        sign_ins.end(session, alice, here.sign_in_id)


@pytest.mark.parametrize("sign_in_id", [None, 0, -1, 2**63, 10**30])
def test_nobody_ends_the_sign_in_of_another(session, alice, carol, pair, issuing, sign_in_id):
    """Nor one that is not there; both are told alike."""
    (place,) = sign_ins.list(session, alice)
    asked = place.id if sign_in_id is None else sign_in_id

    with pytest.raises(SignInNotFound, match=f"you have no session {asked}"):
        sign_ins.end(session, carol, asked)

    assert sign_ins.list(session, alice) == [place]


def test_a_user_can_sign_out_everywhere_or_everywhere_else(session, alice, carol, pair, issuing):
    """How many places it were is told; others stay where they are."""
    here = caller(session, pair.access_token, issuing).sign_in_id
    sign_ins.start(session, alice, issuing)
    sign_ins.start(session, alice, issuing)
    sign_ins.start(session, carol, issuing)

    assert sign_ins.end_all(session, alice, but=here) == 2
    assert [place.id for place in sign_ins.list(session, alice)] == [here]
    assert sign_ins.end_all(session, alice) == 1
    assert sign_ins.list(session, alice) == []
    assert rows(session) == 1


def test_an_access_token_renews_nothing_and_a_refresh_token_calls_nothing(session, pair, issuing):
    """Each is good for one thing."""
    with pytest.raises(InvalidToken):
        sign_ins.renew(session, pair.access_token, issuing)
    with pytest.raises(InvalidToken):
        caller(session, pair.refresh_token, issuing)


@pytest.mark.parametrize(
    ("subject", "extra"),
    [
        (1, {}),
        (1, {"sign_in": "1"}),
        (1, {"generation": "1"}),
        (1, {"sign_in": "one", "generation": "1"}),
        ("alice", {"sign_in": "1", "generation": "1"}),
        (1, {"sign_in": "9" * 2_000, "generation": "1"}),
        (2**70, {"sign_in": "1", "generation": "1"}),
    ],
)
def test_a_token_made_for_something_else_with_our_secret_is_no_refresh_token(
    session, pair, issuing, clock, subject, extra
):
    """A program may sign tokens of its own with `tokens.issue`."""
    token = tokens.issue(
        subject=subject,
        secrets=issuing.secrets,
        now=clock.now,
        lifetime=timedelta(hours=1),
        audience="refresh",
        extra=extra,
    )

    with pytest.raises(InvalidToken):
        sign_ins.renew(session, token, issuing)

    assert rows(session) == 1


def test_a_secret_can_be_changed_without_signing_anybody_out(session, alice, pair, issuing):
    """The new one in front of the old one; what it signs is good when the old one is gone."""
    both = replace(issuing, secrets=[OTHER_SECRET, *issuing.secrets])
    only_new = replace(issuing, secrets=[OTHER_SECRET])

    renewed = sign_ins.renew(session, pair.refresh_token, both)

    assert caller(session, pair.access_token, both).user == alice
    assert caller(session, renewed.access_token, only_new).user == alice
    with pytest.raises(InvalidToken):
        caller(session, pair.access_token, only_new)


def test_a_disabled_user_is_signed_out_everywhere(session, alice, carol, pair, issuing):
    """At once, and for good: being let in again brings no sign-in back."""
    sign_ins.start(session, carol, issuing)

    users.disable(session, alice)

    assert rows(session) == 1
    users.enable(session, alice)
    with pytest.raises(InvalidToken):
        caller(session, pair.access_token, issuing)
    with pytest.raises(InvalidToken):
        sign_ins.renew(session, pair.refresh_token, issuing)


def test_a_sign_in_that_begins_while_its_user_is_being_disabled_is_never_renewed(session, alice, issuing):
    """Nor does it let anybody in: whoever renews or calls is looked at anew."""
    users.disable(session, alice)
    late = sign_ins.start(session, alice, issuing)

    with pytest.raises(InvalidToken):
        caller(session, late.access_token, issuing)
    assert sign_ins.renew(session, late.refresh_token, issuing) is None
    assert rows(session) == 0


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_of_all_refresh_tokens_of_a_sign_in_only_the_last_is_good(session, alice, issuing, data, clock):
    """Whichever earlier one comes back, it ends the sign-in."""
    given_out = [sign_ins.start(session, alice, issuing)]
    for _ in range(data.draw(st.integers(1, 4))):
        given_out.append(sign_ins.renew(session, given_out[-1].refresh_token, issuing))
    clock.advance(minutes=1)

    spent = data.draw(st.sampled_from(given_out[:-1]))

    assert sign_ins.renew(session, spent.refresh_token, issuing) is None
    with pytest.raises(InvalidToken):
        sign_ins.renew(session, given_out[-1].refresh_token, issuing)
