"""Where a sign-in is kept until the next start: with the system's own keeper of passwords, or in a file of one's own.

The file is what is left where there is no such keeper, as on a server, or where it fails. Nobody but its owner may read
it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from tempfile import mkstemp
from typing import TYPE_CHECKING

from expense_core.errors import SettingsError

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

_SERVICE = "expense"
_PATIENCE = 30.0
"""Seconds to wait for another program that renews the same sign-in."""


class KeptSignIn:
    """The sign-in of one person at one place; several programs may use it at once.

    Arguments:
        place: the server, or the database.
        user: whose it is, where several people are signed in at the same place.
        folder: where the file is; the platform's folder for this user's state when not given.
    """

    def __init__(self, place: str, user: str = "", *, folder: Path | None = None) -> None:
        self._name = f"{user}@{place}" if user else place
        self._chosen = folder

    def read(self) -> str | None:
        """The refresh token, if one is kept."""
        try:
            kept = json.loads(self._file.read_text(encoding="utf-8"))
            token: object = kept["refresh_token"]
        except (OSError, ValueError, LookupError, TypeError):
            token = None  # there is none, or what is there is of no use
        return token if isinstance(token, str) else _asked(self._name)

    def write(self, refresh_token: str) -> None:
        """Keep this token in the place of the one before.

        Raises:
            SettingsError: it cannot be kept anywhere.
        """
        if _told(self._name, refresh_token):
            self._file.unlink(missing_ok=True)
            return
        content = json.dumps({"for": self._name, "refresh_token": refresh_token})
        try:
            self._make_folder()
            descriptor, made = mkstemp(dir=self._folder)  # which nobody else may read
            try:
                with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                    file.write(content)
                Path(made).replace(self._file)
            finally:
                Path(made).unlink(missing_ok=True)
        except OSError as error:
            told = f"the sign-in cannot be kept in {self._folder} ({error.strerror}); sign in without staying signed in"
            raise SettingsError(told) from error

    def forget(self) -> None:
        """Keep nothing of it."""
        _told(self._name, None)
        with suppress(OSError):
            self._file.unlink(missing_ok=True)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Let no other program of this user's renew the sign-in meanwhile: a refresh token is good once."""
        from filelock import FileLock, Timeout

        try:
            self._make_folder()
            lock = FileLock(self._file.with_suffix(".lock"), timeout=_PATIENCE, mode=0o600)
            lock.acquire()
        except (OSError, Timeout, NotImplementedError):  # no place for a lock is none for a kept sign-in either
            yield
            return
        try:
            yield
        finally:
            lock.release()

    @property
    def _folder(self) -> Path:
        if self._chosen is not None:
            return self._chosen
        from platformdirs import user_state_path

        return user_state_path("expense", appauthor=False) / "sign-ins"

    @property
    def _file(self) -> Path:
        return self._folder / f"{sha256(self._name.encode(errors='surrogatepass')).hexdigest()[:32]}.json"

    def _make_folder(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def _keyring() -> KeyringBackend | None:
    """The system's keeper of passwords, where it has one that keeps anything."""
    import keyring
    from keyring.backends import chainer, fail, null

    found = keyring.get_keyring()
    keeps_nothing = isinstance(found, (fail.Keyring, null.Keyring)) or (
        isinstance(found, chainer.ChainerBackend) and not found.backends
    )
    return None if keeps_nothing else found


def _asked(name: str) -> str | None:
    """What the system's keeper has; whatever is wrong with it, it has nothing."""
    try:
        found = _keyring()
        return found.get_password(_SERVICE, name) if found else None
    except Exception:  # noqa: BLE001 - it is another program, which fails in ways of its own
        return None


def _told(name: str, token: str | None) -> bool:
    """Have the system's keeper keep a token, or with None forget it; whether it did."""
    try:
        found = _keyring()
        if found is None:
            return False
        if token is None:
            found.delete_password(_SERVICE, name)
        else:
            found.set_password(_SERVICE, name, token)
    except Exception:  # noqa: BLE001 - as above; forgetting what is not there is one of them
        return False
    return True
