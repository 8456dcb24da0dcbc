"""Users: registering, signing in, changing who one is, and leaving without a trace of oneself."""

from dataclasses import replace

import pytest
from conftest import FASTEST_ROUNDS, PASSWORD
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from writes import everything

from expense_core import access_tokens, categories, expenses, history, idempotency, ledgers, sign_ins, users
from expense_core.errors import (
    AuthenticationFailed,
    EmailTaken,
    InvalidPassword,
    LastOwner,
    LedgerNotFound,
    UsernameTaken,
    UserNotFound,
    WrongPassword,
)
from expense_core.ledgers import USERS
from expense_core.passwords import Verified
from expense_core.tables import (
    AccessTokenCreate,
    CategoryCreate,
    ExpenseCreate,
    LedgerCreate,
    LocalUserCreate,
    Role,
    UserCreate,
    UserUpdate,
)

OTHER_PASSWORD = "staple battery horse"


def register(session, username="bob", **given):
    new = UserCreate(**{"username": username, "email": f"{username}@example.org", "password": PASSWORD} | given)
    return users.register(session, new, rounds=FASTEST_ROUNDS)


def sign_in(session, login="alice", password=PASSWORD):
    return users.authenticate(session, login, password, rounds=FASTEST_ROUNDS)


def kept_hash(session, user):
    return session.scalar(select(USERS.c.hashed_password).where(USERS.c.id == user.id))


def test_a_user_who_registers_has_a_ledger_of_their_own(session, clock):
    """In the currency they asked for, and named after them."""
    bob = register(session, currency="chf")

    (ledger,) = ledgers.list(session, bob)
    assert (bob.username, bob.email, bob.created_at, bob.disabled_at) == ("bob", "bob@example.org", clock.now, None)
    assert (ledger.name, ledger.currency, ledger.role) == ("bob", "CHF", Role.OWNER)
    assert users.get(session, bob.id) == users.named(session, " BOB ") == bob


def test_a_password_is_kept_as_a_hash_alone(session, alice):
    """No row of the database has it."""
    hashed = kept_hash(session, alice)

    assert hashed.startswith("$bcrypt-sha256$")
    assert PASSWORD not in hashed


@pytest.mark.parametrize("password", ["short", "password123", "bob@example.org", "x" * 1_025])
def test_a_weak_password_is_refused_before_anything_is_written(session, password):
    """Too short, common, the email address, too long."""
    with pytest.raises(InvalidPassword):
        register(session, password=password)

    assert users.list(session) == []


@pytest.mark.parametrize("username", ["alice", "ALICE", "ａｌｉｃｅ", "al\u200bice"])  # noqa: RUF001 - wide letters
def test_a_username_is_taken_in_every_spelling_that_looks_alike(session, alice, username):
    """And nothing of the second user is left."""
    with pytest.raises(UsernameTaken, match="is taken; choose another"):
        register(session, username, email="other@example.org")

    assert users.list(session) == [alice]


def test_an_email_address_is_taken_without_regard_to_case(session, alice):
    """The message does not say whose it is."""
    with pytest.raises(EmailTaken, match="this email address has an account already; sign in, or use another"):
        register(session, email="Alice@Example.org")

    assert users.list(session) == [alice]


def test_the_owner_of_an_embedded_book_needs_no_password(session):
    """Nobody can sign in as them, with whatever password, until one is set."""
    owner = users.register_local(session, LocalUserCreate(username="owner", currency="JPY"))

    assert (owner.email, ledgers.open(session, owner).currency) == (None, "JPY")
    for password in ("", "None", PASSWORD):
        with pytest.raises(AuthenticationFailed):
            sign_in(session, "owner", password)
    users.set_password(session, owner, PASSWORD, rounds=FASTEST_ROUNDS)
    assert sign_in(session, "owner") == owner


def test_many_users_without_an_email_address_are_fine(session):
    """None is nobody's address."""
    names = ["a", "b", "c"]

    for name in names:
        users.register_local(session, LocalUserCreate(username=name))

    assert [user.username for user in users.list(session)] == names


@pytest.mark.parametrize("login", ["alice", " Alice ", "alice@example.org", "ALICE@EXAMPLE.ORG", "Ａlice"])  # noqa: RUF001
def test_one_signs_in_with_the_username_or_the_email_address(session, alice, login):
    """In any letter case."""
    assert sign_in(session, login) == alice


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("alice", "wrong horse battery"),
        ("alice", ""),
        ("alice", PASSWORD.upper()),
        ("nobody", PASSWORD),
        ("", ""),
        ("alice\x00", PASSWORD),
        ("\udcff", PASSWORD),
        ("alice", "\udcff"),
        ("alice", "x" * 100_000),
        ("%", PASSWORD),
    ],
)
def test_whoever_cannot_sign_in_is_not_told_why(session, alice, login, password):
    """Whether there is such a user is nobody's business."""
    with pytest.raises(AuthenticationFailed) as caught:
        sign_in(session, login, password)

    assert caught.value.message == "wrong username, email or password"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(login=st.text())
def test_nobody_signs_in_under_any_other_name(session, alice, login):
    """Whatever is typed, the answer is the same."""
    with pytest.raises(AuthenticationFailed, match="wrong username, email or password"):
        sign_in(session, f"{login}?")


def test_a_user_is_locked_as_they_are_now(session, alice):
    """Not as the caller has seen them; whoever is gone cannot be."""
    renamed = users.update(session, alice, UserUpdate(username="alicia"))

    assert users.lock(session, alice) == renamed
    with pytest.raises(UserNotFound):
        users.lock(session, replace(alice, id=alice.id + 1))


def test_a_disabled_user_cannot_sign_in_until_enabled_again(session, alice, access, lunch, clock):
    """Their book stays as it is."""
    disabled = users.disable(session, alice)

    with pytest.raises(AuthenticationFailed):
        sign_in(session)
    assert disabled.disabled_at == clock.now
    assert expenses.get(session, access, lunch.id) == lunch
    assert users.enable(session, alice) == sign_in(session) == alice


def test_a_server_signs_in_in_three_steps(session, alice):
    """So that no transaction waits for the slow one in the middle, which needs no database."""
    found = users.credentials(session, "ALICE@example.org")
    verified = found.prove(PASSWORD, rounds=FASTEST_ROUNDS)

    assert users.proven(session, found, verified) == alice


@pytest.mark.parametrize("change", [None, "set_password", "disable", "delete"])
def test_what_happens_to_a_user_while_their_password_is_compared_counts(session, alice, change):
    """The last of the three steps looks again."""
    found = users.credentials(session, "alice")
    verified = found.prove(PASSWORD, rounds=FASTEST_ROUNDS)
    if change is None:
        assert users.proven(session, found, verified) == alice
        return
    options = {"new": OTHER_PASSWORD, "rounds": FASTEST_ROUNDS} if change == "set_password" else {}
    getattr(users, change)(session, alice, **options)

    with pytest.raises(AuthenticationFailed, match="wrong username, email or password"):
        users.proven(session, found, verified)


def test_a_new_hash_is_kept_by_the_last_of_the_three_steps(session, alice):
    """Not before the password was found right."""
    found = users.credentials(session, "alice")
    verified = found.prove(PASSWORD, rounds=FASTEST_ROUNDS + 1)
    before = kept_hash(session, alice)

    users.proven(session, found, verified)

    assert kept_hash(session, alice) == verified.new_hash != before


@pytest.mark.parametrize("login", ["nobody", "nobody@example.org", "", "\udcff", "owner", "gone"])
def test_nobody_proves_to_be_somebody_who_cannot_sign_in(session, alice, login):
    """Nobody there, no password set, disabled: all are told alike, and by the same step."""
    users.register_local(session, LocalUserCreate(username="owner"))
    users.disable(session, register(session, "gone"))

    found = users.credentials(session, login)

    with pytest.raises(AuthenticationFailed, match="wrong username, email or password") as refused:
        found.prove(PASSWORD, rounds=FASTEST_ROUNDS)
    assert type(refused.value) is AuthenticationFailed
    with pytest.raises(AuthenticationFailed):
        users.proven(session, users.Credentials(None, None), Verified(ok=True))


def test_credentials_tell_nothing_to_whoever_prints_them(session, alice):
    """A hash in a log is a hash to try passwords on."""
    found = users.credentials(session, "alice")

    assert found.hashed == kept_hash(session, alice)
    assert found.hashed not in repr(found) + str(found)


def test_whoever_is_signed_in_may_be_asked_for_their_password_again(session, alice):
    """Before something that cannot be taken back; a wrong one is an error of its own, for they are known."""
    found = users.credentials(session, "alice")

    found.confirm(PASSWORD, rounds=FASTEST_ROUNDS)
    for password in (OTHER_PASSWORD, "", "\x00", "\udcff", "x" * 10_000):
        with pytest.raises(WrongPassword, match="the current password is another one"):
            found.confirm(password, rounds=FASTEST_ROUNDS)


def test_a_hash_can_be_made_before_the_transaction(session, alice):
    """For a new user and for a new password; what will not do is refused there."""
    new = UserCreate(username="bob", email="bob@example.org", password=PASSWORD)
    bob = users.register(session, new, hashed=users.hash_password(PASSWORD, new, rounds=FASTEST_ROUNDS))
    users.set_password(session, bob, "", hashed=users.hash_password(OTHER_PASSWORD, bob, rounds=FASTEST_ROUNDS))

    assert sign_in(session, "bob", OTHER_PASSWORD) == bob
    for user in (new, bob):
        for password in ("short", "bob@example.org", "password123"):
            with pytest.raises(InvalidPassword):
                users.hash_password(password, user, rounds=FASTEST_ROUNDS)


@pytest.mark.parametrize("change", ["change_password", "set_password"])
def test_another_password_ends_every_sign_in_or_every_other(session, alice, issuing, change):
    """Whoever knew the old one is out; personal access tokens were made by its owner and stay."""
    access_tokens.create(session, alice, AccessTokenCreate(name="script"))
    for _ in range(3):
        sign_ins.start(session, alice, issuing)
    here = sign_ins.list(session, alice)[0].id
    given = [PASSWORD, OTHER_PASSWORD] if change == "change_password" else [OTHER_PASSWORD]

    getattr(users, change)(session, alice, *given, rounds=FASTEST_ROUNDS, but=here)
    assert [place.id for place in sign_ins.list(session, alice)] == [here]

    getattr(users, change)(session, alice, *[OTHER_PASSWORD] * len(given), rounds=FASTEST_ROUNDS)
    assert sign_ins.list(session, alice) == []
    assert len(access_tokens.list(session, alice)) == 1


def test_a_password_that_will_not_do_signs_nobody_out(session, alice, issuing):
    """Nothing is changed by it."""
    sign_ins.start(session, alice, issuing)

    with pytest.raises(WrongPassword):
        users.change_password(session, alice, OTHER_PASSWORD, OTHER_PASSWORD, rounds=FASTEST_ROUNDS)
    with pytest.raises(InvalidPassword):
        users.set_password(session, alice, "short", rounds=FASTEST_ROUNDS)

    assert len(sign_ins.list(session, alice)) == 1


def test_leaving_takes_along_every_way_to_come_back(session, alice, access, issuing):
    """Sign-ins, personal access tokens and the keys of retries; those of others stay."""
    bob = register(session)
    ledgers.admit(session, access, "bob", Role.EDITOR)
    for user in (alice, bob):
        sign_ins.start(session, user, issuing)
        access_tokens.create(session, user, AccessTokenCreate(name="script"))
        for book in (ledgers.open(session, user), ledgers.open(session, user, access.ledger_id)):
            if idempotency.answered(session, book, "key", b"request") is None:
                idempotency.keep(session, book, "key", b"request", b"answer")

    users.delete(session, bob)

    left = everything(session)
    for table in ("sign_ins", "access_tokens", "idempotency_keys"):
        assert [row.user_id for row in left[table]] == [alice.id], table


def test_an_older_hash_is_replaced_at_the_next_sign_in(session, alice):
    """As is one with fewer rounds than today's."""
    before = kept_hash(session, alice)

    users.authenticate(session, "alice", PASSWORD, rounds=FASTEST_ROUNDS + 1)

    assert before != kept_hash(session, alice)
    assert ",r=5$" in kept_hash(session, alice)


def test_changing_a_password_takes_the_current_one(session, alice):
    """The old one is of no use afterwards."""
    with pytest.raises(AuthenticationFailed, match="the current password is another one"):
        users.change_password(session, alice, OTHER_PASSWORD, OTHER_PASSWORD, rounds=FASTEST_ROUNDS)
    with pytest.raises(InvalidPassword):
        users.change_password(session, alice, PASSWORD, "alice", rounds=FASTEST_ROUNDS)

    users.change_password(session, alice, PASSWORD, OTHER_PASSWORD, rounds=FASTEST_ROUNDS)

    assert sign_in(session, password=OTHER_PASSWORD) == alice
    with pytest.raises(AuthenticationFailed):
        sign_in(session)


def test_a_profile_is_changed_in_part_or_whole(session, alice):
    """What is not given stays; one's own name in another letter case is no conflict."""
    renamed = users.update(session, alice, UserUpdate(username="Alice"))
    moved = users.update(session, alice, UserUpdate(email="alice@example.com"))
    same = users.update(session, alice, UserUpdate(username=None, email=None))

    assert (renamed.username, renamed.email) == ("Alice", "alice@example.org")
    assert moved == same == users.named(session, "alice")
    assert sign_in(session, "ALICE@example.com") == moved


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"username": "ALICE"}, UsernameTaken),
        ({"email": "ALICE@example.org"}, EmailTaken),
        ({"username": "Alice", "email": "alice@example.org"}, UsernameTaken),
    ],
)
def test_a_profile_cannot_take_what_is_somebody_elses(session, alice, changes, error):
    """And nothing of the change is made."""
    bob = register(session)

    with pytest.raises(error):
        users.update(session, bob, UserUpdate(**changes))

    assert users.list(session) == [alice, bob]


@pytest.mark.parametrize("name", ["nobody", "", "\x00", "\udcff", "alice@example.org"])
def test_nobody_of_that_name_is_not_found(session, alice, name):
    """Whatever the name is."""
    with pytest.raises(UserNotFound, match="there is no user called"):
        users.named(session, name)


@pytest.mark.parametrize(
    "use",
    [
        users.disable,
        users.enable,
        users.delete,
        lambda session, user: users.get(session, user.id),
        lambda session, user: users.update(session, user, UserUpdate(username="new")),
        lambda session, user: users.update(session, user, UserUpdate()),
        lambda session, user: users.set_password(session, user, PASSWORD, rounds=FASTEST_ROUNDS),
    ],
    ids=["disable", "enable", "delete", "get", "update", "update nothing", "set_password"],
)
def test_a_user_who_is_gone_is_not_found(session, use):
    """By nothing that is done with them."""
    bob = register(session)
    users.delete(session, bob)

    with pytest.raises(UserNotFound, match=f"there is no user {bob.id}"):
        use(session, bob)


@pytest.mark.parametrize("user_id", [0, -1, 2**31, 2**63 - 1, 2**63, 10**30])
def test_no_number_is_too_large_to_be_nobodys(session, user_id):
    """Also one that no database can hold."""
    with pytest.raises(UserNotFound):
        users.get(session, user_id)


def test_leaving_takes_along_all_that_nobody_else_shares(session, alice, access, lunch):
    """Their ledgers, categories, expenses, history and name; other books stay."""
    bob = register(session)
    bobs = ledgers.open(session, bob)
    expenses.record(session, bobs, ExpenseCreate(amount=1, category_id=None))
    categories.create(session, bobs, CategoryCreate(name="Food"))
    before = expenses.find(session, access).items, history.list(session, access).items

    users.delete(session, bob)

    assert users.list(session) == [alice]
    assert (expenses.find(session, access).items, history.list(session, access).items) == before
    assert (expenses.find(session, bobs).items, categories.list(session, bobs), history.list(session, bobs).items) == (
        [],
        [],
        [],
    )
    with pytest.raises(LedgerNotFound):
        ledgers.open(session, bob)
    assert register(session).id > bob.id


def test_what_a_user_recorded_for_others_stays_without_their_name(session, access):
    """Under one that tells nothing of them; their own name is free again."""
    bob = register(session)
    ledgers.admit(session, access, "bob", Role.EDITOR)
    shared = ledgers.open(session, bob, access.ledger_id)
    expense = expenses.record(session, shared, ExpenseCreate(amount=1))

    users.delete(session, bob)

    assert expenses.get(session, access, expense.id) == expense
    assert list(ledgers.members(session, access)) == ["alice"]
    left = users.get(session, bob.id)
    assert (left.username, left.email, left.disabled_at is None) == (f"deleted@{bob.id}", None, False)
    assert history.list(session, access, limit=1).items[0].actor == left.username
    assert register(session).username == "bob"
    with pytest.raises(AuthenticationFailed):
        sign_in(session, left.username)


def test_the_only_owner_of_a_shared_ledger_cannot_leave(session, alice, access):
    """Until another member owns it; of a refused leaving nothing is done."""
    bob = register(session)
    ledgers.admit(session, access, "bob", Role.EDITOR)
    club = ledgers.create(session, bob, LedgerCreate(name="Club"))
    clubs = ledgers.open(session, bob, club.id)
    ledgers.admit(session, clubs, "alice", Role.OWNER)

    with pytest.raises(LastOwner, match="alice is the only owner of a ledger that others use; name another"):
        users.delete(session, alice)

    assert set(ledgers.members(session, clubs)) == {"alice", "bob"}
    ledgers.change_role(session, access, "bob", Role.OWNER)
    users.delete(session, alice)
    assert ledgers.members(session, ledgers.open(session, bob, access.ledger_id)) == {"bob": Role.OWNER}


def test_a_user_may_leave_under_a_new_name(session, access):
    """What another session still knows of them may be out of date."""
    bob = register(session)
    ledgers.admit(session, access, "bob", Role.VIEWER)
    users.update(session, bob, UserUpdate(username="robert"))

    users.delete(session, bob)

    assert list(ledgers.members(session, access)) == ["alice"]


def test_somebody_can_sign_in_once_anybody_has_a_password_and_is_not_shut_out(session):
    """The owner of an embedded book has none from the start."""
    owner = users.register_local(session, LocalUserCreate(username="owner"))
    assert not users.can_anybody_sign_in(session)

    users.set_password(session, owner, PASSWORD, rounds=FASTEST_ROUNDS)
    assert users.can_anybody_sign_in(session)
    users.disable(session, owner)
    assert not users.can_anybody_sign_in(session)
