"""Where a sign-in is kept: with the system's keeper of passwords, or in a file for its owner alone."""

from __future__ import annotations

import json
import stat
from threading import Event, Thread

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import chainer, fail, null
from keyring.errors import KeyringLocked, PasswordDeleteError

from expense_core.errors import SettingsError
from expense_tui.backends.kept import KeptSignIn

PLACE = "https://book.example.org"


class Keeper(KeyringBackend):
    """A keeper of passwords, in memory."""

    priority = 1

    def __init__(self):
        super().__init__()
        self.kept = {}

    def get_password(self, service, username):
        """What it has."""
        return self.kept.get((service, username))

    def set_password(self, service, username, password):
        """Keep it."""
        self.kept[service, username] = password

    def delete_password(self, service, username):
        """Keep it no more."""
        if (service, username) not in self.kept:
            raise PasswordDeleteError("there is none")
        del self.kept[service, username]


class Locked(Keeper):
    """One that nobody has opened."""

    def get_password(self, *_):
        """Nothing comes out of it."""
        raise KeyringLocked("locked")

    set_password = delete_password = get_password


class Empty(chainer.ChainerBackend):
    """One that asks others, of which there are none."""

    backends = ()


@pytest.fixture
def folder(tmp_path):
    """Where the files are."""
    return tmp_path / "state" / "sign-ins"


@pytest.fixture
def kept(folder):
    """Somebody's sign-in at a server."""
    return KeptSignIn(PLACE, folder=folder)


def files(folder):
    """What is kept in files."""
    return [json.loads(file.read_text())["refresh_token"] for file in sorted(folder.glob("*.json"))]


def test_what_is_kept_is_there_for_the_next_program(kept, folder):
    """The last of it, and for this place alone."""
    assert kept.read() is None

    kept.write("first")
    kept.write("second")

    assert KeptSignIn(PLACE, folder=folder).read() == "second"
    assert KeptSignIn(f"{PLACE}:8443", folder=folder).read() is None
    assert KeptSignIn(PLACE, "bob", folder=folder).read() is None
    assert files(folder) == ["second"]


def test_nobody_else_may_read_the_file(kept, folder):
    """Nor look into its folder."""
    kept.write("token")

    (file,) = folder.glob("*.json")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_what_is_forgotten_is_gone(kept, folder):
    """Of this place alone; forgetting nothing is fine."""
    other = KeptSignIn(PLACE, "bob", folder=folder)
    kept.write("mine")
    other.write("his")

    kept.forget()
    kept.forget()

    assert (kept.read(), other.read()) == (None, "his")
    assert files(folder) == ["his"]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"refresh_token": 1}', b"{}", b"\xff\xfe", b'"x"'])
def test_a_file_that_makes_no_sense_is_none(kept, folder, content):
    """A person signs in again, and it is put right."""
    kept.write("token")
    (file,) = folder.glob("*.json")
    file.write_bytes(content)

    assert kept.read() is None
    kept.write("token")
    assert kept.read() == "token"


def test_the_systems_keeper_is_asked_first(kept, folder):
    """Then nothing is in a file."""
    keyring.set_keyring(keeper := Keeper())

    kept.write("token")

    assert keeper.kept == {("expense", PLACE): "token"}
    assert KeptSignIn(PLACE, folder=folder).read() == "token"
    assert files(folder) == []
    kept.forget()
    assert keeper.kept == {}


@pytest.mark.parametrize("keeper", [fail.Keyring, null.Keyring, Empty, Locked])
def test_a_keeper_that_keeps_nothing_is_none(kept, folder, keeper):
    """Whether it says so or fails: there is the file."""
    keyring.set_keyring(keeper())

    kept.write("token")

    assert kept.read() == "token"
    assert files(folder) == ["token"]
    kept.forget()
    assert kept.read() is None


def test_what_was_kept_last_counts(kept, folder):
    """A keeper that was locked for a while has an older one than the file, until it has the newest."""
    keyring.set_keyring(keeper := Keeper())
    kept.write("first")
    keyring.set_keyring(Locked())
    kept.write("second")
    keyring.set_keyring(keeper)
    assert kept.read() == "second"

    kept.write("third")

    assert (kept.read(), files(folder)) == ("third", [])


def test_where_nothing_can_be_kept_that_is_told(tmp_path):
    """And what to do about it."""
    (tmp_path / "state").write_text("a file where the folder should be")
    kept = KeptSignIn(PLACE, folder=tmp_path / "state" / "sign-ins")

    with pytest.raises(SettingsError, match="sign in without staying signed in"):
        kept.write("token")

    assert kept.read() is None
    kept.forget()
    with kept.lock():
        assert kept.read() is None


def test_one_program_at_a_time_renews_a_sign_in(kept, folder):
    """The other one waits, and then finds the newer token."""
    entered, seen = Event(), []

    def other():
        entered.set()
        with KeptSignIn(PLACE, folder=folder).lock():
            seen.append(KeptSignIn(PLACE, folder=folder).read())

    with kept.lock():
        waiting = Thread(target=other)
        waiting.start()
        entered.wait()
        kept.write("newer")
    waiting.join()

    assert seen == ["newer"]
