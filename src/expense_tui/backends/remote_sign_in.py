"""Being signed in to a server: a token for every call, renewed before it runs out."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TypeVar

from expense_core.errors import AuthenticationFailed, Invalid, InvalidToken, SettingsError
from expense_tui.backends.connection import Connection
from expense_tui.backends.kept import KeptSignIn

Result = TypeVar("Result")

_WRONG = "wrong username, email or password"
_NOBODY = "nobody is signed in; sign in first"
_AHEAD = 60.0
"""Seconds before its end at which a token is renewed, or a quarter of its life where that is less."""


@dataclass(frozen=True, slots=True)
class _Tokens:
    access: str = field(repr=False)
    refresh: str = field(repr=False)
    renew_at: float
    """By the clock of this process."""


class RemoteSignIn:
    """The tokens of one person at one server. Several threads may ask for them at once: one of them renews."""

    def __init__(self, connection: Connection, kept: KeptSignIn, clock: Callable[[], float]) -> None:
        self._connection = connection
        self._kept = kept
        self._clock = clock
        self._stays = False
        self._tokens: _Tokens | None = None
        self._lock = Lock()

    def start(self, login: str, password: str, *, stay: bool) -> None:
        """Sign in.

        Raises:
            AuthenticationFailed: the name or the password is wrong.
            SettingsError: the sign-in cannot be kept; it is ended then.
        """
        form = {"username": login, "password": password}
        try:
            tokens = self._read(self._connection.post("/auth/login", form=form))
        except Invalid as error:  # nothing was written, or more than any name has
            raise AuthenticationFailed(_WRONG) from error
        if stay:
            try:
                with self._kept.lock():
                    self._kept.write(tokens.refresh)
            except SettingsError:
                self._connection.post("/auth/logout", token=tokens.access)
                raise
        with self._lock:
            self._tokens, self._stays = tokens, stay

    def resume(self) -> bool:
        """Go on with the sign-in that was kept; whether there is one that is still good."""
        with self._lock:
            self._tokens, self._stays = None, True
            with suppress(AuthenticationFailed):
                self._tokens = self._renewed()
            return self._tokens is not None

    def end(self) -> None:
        """Sign out, and forget what was kept, even where the server cannot be told."""
        with self._lock:
            tokens, self._tokens = self._tokens, None
            self._kept.forget()
        if tokens is not None:
            with suppress(AuthenticationFailed):  # it was ended before
                self._connection.post("/auth/logout", token=tokens.access)

    def calling(self, call: Callable[[str], Result]) -> Result:
        """What a call with an access token answers.

        Raises:
            AuthenticationFailed: nobody is signed in, or no longer.
        """
        token = self._good()
        try:
            return call(token)
        except InvalidToken:  # it ran out earlier than our clock has it, or the sign-in has ended
            return call(self._instead_of(token))

    def _read(self, answer: dict[str, Any]) -> _Tokens:  # Any: what JSON holds
        lifetime = float(answer["expires_in"])
        renew_at = self._clock() + lifetime - min(_AHEAD, lifetime / 4)
        return _Tokens(answer["access_token"], answer["refresh_token"], renew_at)

    def _good(self) -> str:
        """An access token that is good for some seconds at least."""
        with self._lock:
            if self._tokens is None:
                raise AuthenticationFailed(_NOBODY)
            if self._clock() >= self._tokens.renew_at:
                self._tokens = self._renewed()
            return self._tokens.access

    def _instead_of(self, refused: str) -> str:
        """The next access token; of several threads that were refused at once, the first renews."""
        with self._lock:
            if self._tokens is None:
                raise AuthenticationFailed(_NOBODY)
            if self._tokens.access == refused:
                self._tokens = self._renewed()
            return self._tokens.access

    def _renewed(self) -> _Tokens:
        """The next tokens. Another program may have renewed the same sign-in: then what it kept is what is good.

        A second request where the answer to the first was lost is answered alike, see `sign_ins.renew`.

        Raises:
            AuthenticationFailed: there is nothing to renew, or the sign-in has ended; it is forgotten then.
        """
        with self._kept.lock() if self._stays else nullcontext():
            refresh = self._kept.read() if self._stays else None
            if refresh is None and self._tokens is not None:
                refresh = self._tokens.refresh
            if refresh is None:
                raise AuthenticationFailed(_NOBODY)
            try:
                answer = self._connection.post("/auth/refresh", content={"refresh_token": refresh}, again=True)
            except AuthenticationFailed:
                self._tokens = None
                if self._stays:
                    self._kept.forget()
                raise
            tokens = self._read(answer)
            if self._stays:
                with suppress(SettingsError):  # then the next start asks for the password
                    self._kept.write(tokens.refresh)
            return tokens
