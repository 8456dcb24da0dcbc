"""Ledgers: whose books there are, and who may let others in."""

from dataclasses import replace

import pytest

from expense_core import expenses, ledgers, users
from expense_core.errors import AlreadyMember, LastOwner, LedgerNotFound, PermissionDenied, UserNotFound
from expense_core.tables import ExpenseCreate, LedgerCreate, LocalUserCreate, Role


@pytest.fixture
def bob(session):
    """A user who has nothing to do with Alice."""
    return users.register_local(session, LocalUserCreate(username="Bob", currency="USD"))


def test_a_ledger_belongs_to_whoever_makes_it(session, alice, clock):
    """Beside their personal one, the oldest first."""
    club = ledgers.create(session, alice, LedgerCreate(name=" Chess club ", currency="sek"))

    assert (club.name, club.currency, club.role, club.created_at) == ("Chess club", "SEK", Role.OWNER, clock.now)
    assert ledgers.list(session, alice) == [ledgers.personal(session, alice), club]


def test_opening_gives_the_authority_that_every_use_case_asks_for(session, alice):
    """In the personal ledger, when none is named."""
    club = ledgers.create(session, alice, LedgerCreate(name="Club", currency="SEK"))

    own, clubs = ledgers.open(session, alice), ledgers.open(session, alice, club.id)

    assert own.ledger_id == ledgers.personal(session, alice).id != club.id
    assert (clubs.ledger_id, clubs.user_id, clubs.role, clubs.currency) == (club.id, alice.id, Role.OWNER, "SEK")


def test_a_ledger_of_others_is_not_there(session, access, bob):
    """Not even to be told that one may not see it."""
    for ledger_id in (access.ledger_id, 0, -1, 10**30):
        with pytest.raises(LedgerNotFound, match="there is no such ledger among yours"):
            ledgers.open(session, bob, ledger_id)

    assert [ledger.name for ledger in ledgers.list(session, bob)] == ["Bob"]


def test_a_ledger_is_shown_to_its_members_alone(session, alice, access, bob):
    """With the role that the one who looks has there."""
    club = ledgers.create(session, alice, LedgerCreate(name="Club", currency="SEK"))
    ledgers.admit(session, ledgers.open(session, alice, club.id), "bob", Role.VIEWER)

    assert ledgers.get(session, alice, club.id) == club
    assert ledgers.get(session, bob, club.id) == replace(club, role=Role.VIEWER)
    for ledger_id in (access.ledger_id, 0, -1, 10**30):
        with pytest.raises(LedgerNotFound, match="there is no such ledger among yours"):
            ledgers.get(session, bob, ledger_id)


def test_a_user_who_owns_no_ledger_has_no_personal_one(session, access, bob):
    """They may be a member of others' all the same."""
    own = ledgers.open(session, bob)
    ledgers.admit(session, own, "alice", Role.OWNER)
    ledgers.change_role(session, own, "bob", Role.EDITOR)

    with pytest.raises(LedgerNotFound, match="Bob owns no ledger"):
        ledgers.personal(session, bob)
    with pytest.raises(LedgerNotFound):
        ledgers.open(session, bob)
    assert ledgers.open(session, bob, own.ledger_id).role is Role.EDITOR


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("name", ["Bob", " bob ", "ＢＯＢ"])  # noqa: RUF001 - wide letters
def test_an_owner_lets_others_in(session, access, bob, role, name):
    """By any spelling of their name, in the role that is given."""
    ledgers.admit(session, access, name, role)

    assert ledgers.members(session, access) == {"alice": Role.OWNER, "Bob": role}
    assert ledgers.open(session, bob, access.ledger_id) == replace(access, user_id=bob.id, role=role)


def test_members_are_listed_by_name(session, access):
    """In the same order on every database."""
    for name in ["Zoe", "bob", "Émile", "_x", "Carl"]:
        users.register_local(session, LocalUserCreate(username=name))
        ledgers.admit(session, access, name, Role.VIEWER)

    assert list(ledgers.members(session, access)) == ["_x", "alice", "bob", "Carl", "Zoe", "Émile"]


def test_nobody_is_let_in_twice(session, access, bob):
    """What they may do is changed in another way."""
    ledgers.admit(session, access, "bob", Role.VIEWER)

    with pytest.raises(AlreadyMember, match="bob is a member of this ledger already"):
        ledgers.admit(session, access, "bob", Role.EDITOR)

    assert ledgers.members(session, access)["Bob"] is Role.VIEWER


@pytest.mark.parametrize("name", ["nobody", "", "bo\x00b", "\udcff"])
def test_only_who_is_registered_can_be_let_in(session, access, bob, name):
    """By their exact name."""
    with pytest.raises(UserNotFound, match="nobody is called"):
        ledgers.admit(session, access, name, Role.VIEWER)


def test_a_role_can_be_changed(session, access, bob):
    """Up and down."""
    ledgers.admit(session, access, "bob", Role.VIEWER)

    ledgers.change_role(session, access, "bob", Role.OWNER)
    ledgers.change_role(session, access, "alice", Role.EDITOR)

    assert ledgers.members(session, access) == {"alice": Role.EDITOR, "Bob": Role.OWNER}


@pytest.mark.parametrize(
    "change",
    [
        lambda session, access: ledgers.change_role(session, access, "bob", Role.EDITOR),
        lambda session, access: ledgers.dismiss(session, access, "bob"),
    ],
    ids=["change_role", "dismiss"],
)
def test_who_is_no_member_cannot_be_changed(session, access, bob, change):
    """Though they are a user."""
    with pytest.raises(UserNotFound, match="no member of this ledger is called 'bob'"):
        change(session, access)


@pytest.mark.parametrize(
    "change",
    [
        lambda session, access: ledgers.change_role(session, access, "alice", Role.EDITOR),
        lambda session, access: ledgers.dismiss(session, access, "alice"),
    ],
    ids=["change_role", "dismiss"],
)
def test_a_ledger_always_has_an_owner(session, access, bob, change):
    """The last one stays until there is another."""
    ledgers.admit(session, access, "bob", Role.EDITOR)

    with pytest.raises(LastOwner, match="a ledger needs an owner; make another member its owner first"):
        change(session, access)

    ledgers.change_role(session, access, "alice", Role.OWNER)
    assert ledgers.members(session, access) == {"alice": Role.OWNER, "Bob": Role.EDITOR}


def test_a_dismissed_member_leaves_what_they_recorded(session, access, bob):
    """And does not see it any more."""
    ledgers.admit(session, access, "bob", Role.EDITOR)
    shared = ledgers.open(session, bob, access.ledger_id)
    expense = expenses.record(session, shared, ExpenseCreate(amount=1))

    ledgers.dismiss(session, access, "bob")

    assert expenses.get(session, access, expense.id).owner_id == bob.id
    with pytest.raises(LedgerNotFound):
        ledgers.open(session, bob, access.ledger_id)


@pytest.mark.parametrize("role", [Role.EDITOR, Role.VIEWER])
def test_a_member_may_leave_but_not_send_others_away(session, access, bob, role):
    """Whatever their role."""
    ledgers.admit(session, access, "bob", role)
    shared = ledgers.open(session, bob, access.ledger_id)

    with pytest.raises(PermissionDenied, match=f"you are an? {role} of this ledger; this takes an owner"):
        ledgers.dismiss(session, shared, "alice")
    ledgers.dismiss(session, shared, "bob")

    assert ledgers.members(session, access) == {"alice": Role.OWNER}


@pytest.mark.parametrize("role", [Role.EDITOR, Role.VIEWER])
def test_only_owners_decide_who_is_a_member(session, access, bob, role):
    """An editor may write in the book, and no more."""
    ledgers.admit(session, access, "bob", role)
    shared = ledgers.open(session, bob, access.ledger_id)
    before = ledgers.members(session, access)

    with pytest.raises(PermissionDenied):
        ledgers.admit(session, shared, "nobody", Role.OWNER)
    with pytest.raises(PermissionDenied):
        ledgers.change_role(session, shared, "bob", Role.OWNER)

    assert ledgers.members(session, access) == before


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("needed", Role)
def test_each_role_may_do_what_the_lesser_ones_may(role, needed):
    """An owner is an editor too, and an editor a viewer."""
    rank = {Role.VIEWER: 1, Role.EDITOR: 2, Role.OWNER: 3}

    assert role.allows(needed) == (rank[role] >= rank[needed])
