"""Coming in, and going out: who is asked for what, and who is let in."""

from __future__ import annotations

import inspect

import pytest
from backends import CALLS, account
from conftest import PASSWORD

from expense_core import Role
from expense_core.errors import (
    AuthenticationFailed,
    Conflict,
    Invalid,
    InvalidPassword,
    LedgerNotFound,
    UserNotFound,
)
from expense_tui.backends import Backend, Entrance

COMING_IN = {"choose_user", "enter", "make_book", "register", "sign_in", "sign_out", "users"}
STATEMENTS = {"import_statement", "leave_statement", "preview_statement"}


def test_a_new_place_asks_for_what_it_needs(place):
    """A file for a name and a currency, everything else for a password."""
    entrance = place.backend().enter()

    assert entrance is (Entrance.SIGN_IN if place.has_passwords else Entrance.MAKE_BOOK)


def test_looking_into_a_new_file_makes_none(file):
    """Whoever mistypes its name finds no empty book later."""
    file.backend().enter()

    assert not list(file.folder.parent.glob("new.db*"))


def test_whoever_comes_in_finds_their_own_ledger_open(place):
    """In the currency that they gave."""
    opened = place.newcomer("alice-of-this-test", currency="CHF").book()

    assert opened.user.username == opened.ledger.name == "alice-of-this-test"
    assert (opened.ledger.currency, opened.ledger.role) == ("CHF", Role.OWNER)


@pytest.mark.parametrize("name", CALLS)
def test_nobody_does_anything_before_they_have_come_in(place, name, tmp_path):
    """Whatever it is; it stays undone."""
    with pytest.raises(AuthenticationFailed):
        CALLS[name](place.backend(), 1, tmp_path / "file")

    assert not (tmp_path / "file").exists()


def test_every_call_is_tried_without_having_come_in():
    """But those by which one comes in, and those of a statement, of which a file is looked at first."""
    methods = {name for name, _ in inspect.getmembers(Backend, inspect.isfunction) if not name.startswith("_")}

    assert methods - set(CALLS) == COMING_IN | {"close"} | STATEMENTS


def test_a_person_comes_in_by_name_or_address_and_password(guarded):
    """In any letter case."""
    new = account("dora")
    guarded.newcomer("dora")

    for login in ("dora", "DORA", new.email):
        backend = guarded.backend()
        backend.sign_in(login, PASSWORD, stay=False)
        assert backend.book().user.username == "dora"


@pytest.mark.parametrize(("login", "password"), [("eva", "wrong horse battery"), ("nobody", PASSWORD), ("", "")])
def test_a_wrong_name_or_password_lets_nobody_in(guarded, login, password):
    """And nobody is told which of them it was."""
    backend = guarded.newcomer()
    backend = guarded.backend()

    with pytest.raises(AuthenticationFailed, match="wrong username, email or password"):
        backend.sign_in(login, password, stay=False)
    with pytest.raises(AuthenticationFailed):
        backend.book()


def test_a_name_that_is_taken_is_refused(guarded):
    """Whose it is, or that it is the address that is taken, a server keeps to itself."""
    taken = guarded.newcomer().book().user.username

    with pytest.raises(Conflict):
        guarded.backend().register(account(taken.upper()), stay=False)


@pytest.mark.parametrize("password", ["short", "password1", "x" * 2_000])
def test_a_password_that_will_not_do_is_refused(guarded, password):
    """The sentence says what to do about it, and never repeats it."""
    with pytest.raises(InvalidPassword) as refused:
        guarded.backend().register(account("frieda", password), stay=False)

    assert refused.value.message
    assert password not in refused.value.message


def test_the_next_start_needs_no_password_where_that_was_asked_for(guarded):
    """Nor does the one after it, in the same ledger."""
    backend = guarded.backend(kept="somebody's")
    assert backend.can_stay_signed_in
    backend.enter()
    backend.register(account("gina"), stay=True)
    opened = backend.book()

    for _ in range(3):
        later = guarded.backend(kept="somebody's")
        assert later.enter() is Entrance.OPEN
        assert later.book() == opened
        assert later.categories() == []


def test_the_next_start_asks_again_where_it_was_not(guarded):
    """Nothing is kept of it."""
    backend = guarded.backend(kept="somebody's")
    backend.register(account("hanna"), stay=False)

    assert guarded.backend(kept="somebody's").enter() is Entrance.SIGN_IN
    assert not list(guarded.folder.glob("*.json"))


def test_whoever_signs_out_is_out_and_nothing_is_kept(guarded):
    """Here and at the next start."""
    backend = guarded.backend(kept="somebody's")
    backend.register(account("irma"), stay=True)

    backend.sign_out()

    with pytest.raises(AuthenticationFailed):
        backend.categories()
    assert guarded.backend(kept="somebody's").enter() is Entrance.SIGN_IN
    assert not list(guarded.folder.glob("*.json"))
    backend.sign_out()


def test_a_sign_in_that_was_ended_elsewhere_is_over(guarded):
    """At the next call, and at the next start."""
    backend = guarded.backend(kept="somebody's")
    backend.register(account("jana"), stay=True)

    guarded.sign_out_everywhere(backend)

    with pytest.raises(AuthenticationFailed):
        backend.categories()
    assert guarded.backend(kept="somebody's").enter() is Entrance.SIGN_IN


def test_somebody_who_was_disabled_is_out_at_once(guarded):
    """And is not let in again."""
    backend = guarded.newcomer("karla")

    guarded.disable(backend)

    with pytest.raises(AuthenticationFailed):
        backend.categories()
    with pytest.raises(AuthenticationFailed):
        guarded.backend().sign_in("karla", PASSWORD, stay=False)


def test_going_out_of_a_file_leads_back_to_its_door(file):
    """Whose book it is can be chosen anew."""
    alice = file.newcomer("alice")
    file.newcomer("bob")

    alice.sign_out()

    assert not alice.can_stay_signed_in
    assert alice.enter() is Entrance.CHOOSE_USER
    assert list(alice.users()) == ["alice", "bob"]
    alice.choose_user("BOB")
    assert alice.book().user.username == "bob"
    with pytest.raises(UserNotFound):
        alice.choose_user("carol")


@pytest.mark.parametrize(
    ("name", "currency", "wrong"), [("", "EUR", "username"), ("a@b", "EUR", "username"), ("x", "EURO", "currency")]
)
def test_a_book_is_made_only_of_a_name_and_a_currency_that_will_do(file, name, currency, wrong):
    """Each that will not is named, and no file is made."""
    backend = file.backend()
    backend.enter()

    with pytest.raises(Invalid) as refused:
        backend.make_book(name, currency)

    assert [one.field for one in refused.value.errors] == [wrong]
    assert not list(file.folder.parent.glob("new.db*"))


def test_two_programs_make_one_book(file):
    """The second is told that it came second."""
    first, second = file.backend(), file.backend()
    assert first.enter() is second.enter() is Entrance.MAKE_BOOK

    first.make_book("alice", "EUR")
    with pytest.raises(Conflict):
        second.make_book("bob", "EUR")

    assert second.enter() is Entrance.OPEN
    assert second.book().user.username == "alice"


def test_a_person_goes_on_in_another_ledger(place, book):
    """What is recorded there stays there."""
    own, second = book.book().ledger, place.second_ledger(book, "JPY")
    assert [one.id for one in book.ledgers()] == [own.id, second.id]

    opened = book.open_ledger(second.id)

    assert opened == book.book()
    assert (opened.ledger.id, opened.ledger.currency, opened.ledger.role) == (second.id, "JPY", Role.OWNER)
    book.create_category("Food")
    book.open_ledger(own.id)
    assert book.categories() == []


def test_whoever_signs_in_again_goes_on_in_the_ledger_that_was_open(guarded):
    """As where the sign-in has ended; where they were let go meanwhile, or sign out first, in their own."""
    owner, friend = guarded.newcomer(), guarded.newcomer()
    own, name = friend.book().ledger.id, friend.book().user.username
    shared = guarded.share(owner, friend, Role.EDITOR).id
    ledgers = []

    def sign_in():
        friend.sign_in(name, PASSWORD, stay=False)
        ledgers.append(friend.book().ledger.id)

    friend.open_ledger(shared)
    guarded.sign_out_everywhere(friend)
    sign_in()
    guarded.dismiss(owner, friend)
    sign_in()
    friend.open_ledger(guarded.second_ledger(friend, "JPY").id)
    friend.sign_out()
    sign_in()

    assert ledgers == [shared, own, own]


def test_a_ledger_of_others_is_not_there(place, book):
    """As one that nobody has; one stays where one was."""
    theirs = place.newcomer().book().ledger.id
    before = book.book()

    for number in (theirs, 987_654):
        with pytest.raises(LedgerNotFound):
            book.open_ledger(number)

    assert book.book() == before


def test_a_member_who_was_let_go_finds_the_ledger_gone(place, book):
    """At the next look, however long they had it open."""
    friend = place.newcomer()
    friend.open_ledger(place.share(book, friend, Role.EDITOR).id)
    assert friend.categories() == []

    place.dismiss(book, friend)

    with pytest.raises(LedgerNotFound):
        friend.categories()


def test_the_place_has_a_name_without_a_password(place):
    """It is shown to whoever looks at the screen."""
    name = place.backend().place

    assert name
    assert ":password@" not in name
    if place.server is not None:
        assert name == place.server.address
