"""Retries: what is asked for twice under one key is done once, and answered alike."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier

import pytest
from writes import described, everything, record

from expense_core import expenses, idempotency, ledgers, users
from expense_core.errors import AnswerErased, IdempotencyKeyReused, InvalidText, RequestRunning
from expense_core.tables import ExpenseCreate, LedgerCreate, LocalUserCreate, Role

KEY = "8e03978e-40d5-43e8-bc93-6894a57f9324"
REQUEST, OTHER_REQUEST = b"POST lunch", b"POST dinner"
ANSWER = b'{"id": 1}\x00\xff'


def once(session, access, key=KEY, fingerprint=REQUEST, answer=ANSWER):
    """Record an expense, unless it was recorded under this key; the answer."""
    kept = idempotency.answered(session, access, key, fingerprint)
    if kept is not None:
        return kept
    record(session, access)
    idempotency.keep(session, access, key, fingerprint, answer)
    return answer


def test_a_retry_gets_the_first_answer_and_does_nothing(session, access):
    """To the byte."""
    assert idempotency.answered(session, access, KEY, REQUEST) is None
    once(session, access)

    assert once(session, access, answer=b"another") == ANSWER
    assert described(session, access) == ["Lunch"]


def test_a_key_belongs_to_one_request(session, access):
    """What is another one is refused, for it would be given the answer of the first; nothing is changed."""
    once(session, access)
    before = everything(session)

    with pytest.raises(IdempotencyKeyReused, match="used for another request; make a new one for each request"):
        once(session, access, fingerprint=OTHER_REQUEST)

    assert everything(session) == before


def test_a_key_is_its_users_own_in_each_ledger(session, alice, access, bob):
    """Two people who choose the same one know nothing of each other."""
    club = ledgers.open(session, alice, ledgers.create(session, alice, LedgerCreate(name="Club")).id)

    answers = [once(session, one, answer=name) for one, name in ((access, b"a"), (bob, b"b"), (club, b"c"))]

    assert answers == [b"a", b"b", b"c"]
    assert [once(session, one) for one in (access, bob, club)] == answers


def test_a_key_is_kept_for_a_day(session, access, clock):
    """Then it is forgotten, and the row with it; the others are not looked at."""
    once(session, access, key="old")
    clock.advance(hours=23, minutes=59)
    assert once(session, access, key="old") == ANSWER
    once(session, access, key="young")
    once(session, access, key="last")

    clock.advance(minutes=1)

    assert idempotency.answered(session, access, "old", OTHER_REQUEST) is None
    assert once(session, access, key="young", answer=b"another") == ANSWER
    assert {row.key for row in everything(session)["idempotency_keys"]} == {"young", "last"}


def test_what_is_out_of_date_is_cleared_away_for_everybody_in_the_ledger(session, alice, access, bob, clock):
    """Whoever comes by; what is still good stays, and other ledgers are left alone."""
    club = ledgers.open(session, alice, ledgers.create(session, alice, LedgerCreate(name="Club")).id)
    for one in (access, bob, club):
        once(session, one, key="old")
    clock.advance(hours=24)
    once(session, access, key="young")

    idempotency.clear(session, access)

    kept = {(row.ledger_id, row.key) for row in everything(session)["idempotency_keys"]}
    assert kept == {(club.ledger_id, "old"), (access.ledger_id, "young")}


@pytest.mark.parametrize("key", ["", "x" * 256, "two words", "tab\t", "nul\x00", "caf\udce9", "clé", "line\n"])
def test_a_key_is_one_that_a_header_can_hold(session, access, key):
    """Others are refused before anything is looked up."""
    with pytest.raises(InvalidText, match="an Idempotency-Key is 1 to 255 letters, digits and signs of ASCII"):
        once(session, access, key=key)


@pytest.mark.parametrize("key", ["x" * 255, "!~'\"\\;--", "1"])
def test_any_other_key_will_do(session, access, key):
    """To the letter: no other key is taken for it."""
    once(session, access, key=key)

    assert once(session, access, key=key, answer=b"another") == ANSWER
    assert idempotency.answered(session, access, f"X{key[1:]}", OTHER_REQUEST) is None


@pytest.fixture
def saved(database):
    """The authority of a user who is there for everybody to see."""
    with database.transaction() as session:
        return ledgers.open(session, users.register_local(session, LocalUserCreate(username="alice")))


def test_a_request_that_failed_has_no_answer(database, saved):
    """It was rolled back, its key with it, so that a retry does the work."""
    with suppress(ZeroDivisionError), database.transaction() as session:
        once(session, saved)
        1 / 0  # noqa: B018

    with database.transaction() as session:
        assert once(session, saved, answer=b"second") == b"second"
        assert described(session, saved) == ["Lunch"]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_request_that_is_being_carried_out_is_not_begun_again(database, saved):
    """A second one is sent away at once; on SQLite, where there is one writer, it waits, as the next test shows."""
    with database.transaction() as session:
        once(session, saved)
        with database.transaction() as other:
            with pytest.raises(RequestRunning, match="is being carried out; ask again in a second"):
                once(other, saved)
            assert once(other, saved, key="another") == ANSWER

    with database.transaction() as session:
        assert once(session, saved, answer=b"another") == ANSWER


def test_of_many_requests_at_once_under_one_key_one_is_carried_out(database, saved):
    """Whoever asks again while it runs is told so, or waits; everybody gets the one answer in the end."""
    start = Barrier(8)

    def ask(index):
        start.wait()
        while True:
            try:
                with database.transaction() as session:
                    return once(session, saved, answer=f"{index}".encode())
            except RequestRunning:
                pass

    with ThreadPoolExecutor(8) as pool:
        answers = [*pool.map(ask, range(8))]

    with database.reading() as session:
        assert described(session, saved) == ["Lunch"]
    assert len(set(answers)) == 1


def test_what_was_answered_goes_with_whom_it_was_for(session, access, bob):
    """A user who leaves takes their keys along, and a ledger that goes those of all."""
    user = users.register_local(session, LocalUserCreate(username="carol"))
    carols = ledgers.open(session, user)
    ledgers.admit(session, carols, "bob", Role.EDITOR)
    bobs = ledgers.open(session, users.named(session, "bob"), carols.ledger_id)
    ledgers.admit(session, access, "carol", Role.EDITOR)
    for one in (access, bob, carols, bobs, ledgers.open(session, user, access.ledger_id)):
        once(session, one)
    ledgers.dismiss(session, carols, "bob")

    users.delete(session, user)

    kept = {(row.ledger_id, row.user_id) for row in everything(session)["idempotency_keys"]}
    assert kept == {(access.ledger_id, access.user_id), (access.ledger_id, bob.user_id)}
    assert expenses.record(session, access, ExpenseCreate(amount=1)).owner_id == access.user_id


def test_what_is_purged_is_in_no_answer_that_is_kept(session, alice, access):
    """A retry is told that it was done; nothing is done twice, and other ledgers keep their answers."""
    club = ledgers.open(session, alice, ledgers.create(session, alice, LedgerCreate(name="Club")).id)
    once(session, access)
    once(session, club, answer=b"club's")
    (lunch,) = expenses.find(session, access).items
    expenses.delete(session, access, lunch.id)
    assert once(session, access) == ANSWER

    expenses.purge(session, access, lunch.id)

    with pytest.raises(AnswerErased, match="done before, but its answer was erased"):
        once(session, access)
    with pytest.raises(IdempotencyKeyReused):
        once(session, access, fingerprint=OTHER_REQUEST)
    assert (described(session, access), once(session, club)) == ([], b"club's")
    assert ANSWER not in {row.answer for row in everything(session)["idempotency_keys"]}
