"""Staying signed in to a database with passwords, from one start to the next."""

from __future__ import annotations

from contextlib import suppress

from sqlmodel import Session

from expense_core import callers, sign_ins
from expense_core.callers import Bearer
from expense_core.database import Database
from expense_core.errors import InvalidToken, SettingsError, SignInNotFound
from expense_core.sign_ins import Issuing
from expense_core.tables import UserPublic
from expense_tui.backends.kept import KeptSignIn
from expense_tui.backends.local_opened import Opened

_CLIENT = "expense tui"


class LocalSignIn:
    """What is kept of a sign-in, and its row in the database."""

    def __init__(self, database: Database, issuing: Issuing, kept: KeptSignIn) -> None:
        self._database = database
        self._issuing = issuing
        self._kept = kept

    def start(self, session: Session, user: UserPublic) -> tuple[Bearer, str]:
        """Sign a user in who stays; what says so to the database, and what is to be kept."""
        pair = sign_ins.start(session, user, self._issuing, client=_CLIENT)
        return self._bearer(pair.access_token), pair.refresh_token

    def resume(self) -> Opened | None:
        """Come in with the sign-in that was kept, if it is still good."""
        with self._kept.lock():
            token = self._kept.read()
            if token is None:
                return None
            try:
                with self._database.transaction() as session:
                    pair = sign_ins.renew(session, token, self._issuing, client=_CLIENT)
            except InvalidToken:
                pair = None
            if pair is None:
                self._kept.forget()
                return None
            with suppress(SettingsError):  # then the next start asks for the password
                self._kept.write(pair.refresh_token)
        bearer = self._bearer(pair.access_token)
        with self._database.reading() as session:
            return Opened.by(session, callers.identify(session, bearer).user, bearer)

    def end(self, bearer: Bearer, user: UserPublic) -> None:
        """Sign a user out; somebody may have done it from elsewhere."""
        assert isinstance(bearer, callers.SignedIn)  # noqa: S101 - as a sign-in's bearer has one, for the type checker
        with self._database.transaction() as session, suppress(SignInNotFound):
            sign_ins.end(session, user, bearer.sign_in_id)

    def _bearer(self, access_token: str) -> Bearer:
        return callers.read_token(access_token, self._issuing, now=self._database.clock())
