"""Who came in to a book on this machine, the ledger they are in, and what they may do there by now."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from sqlmodel import Session

from expense_core import callers, ledgers, opening, users
from expense_core.callers import Bearer
from expense_core.database import location
from expense_core.errors import AuthenticationFailed, Conflict, LedgerNotFound
from expense_core.ledgers import Access
from expense_core.tables import LedgerPublic, LocalUserCreate, UserPublic
from expense_tui.backends import Entrance, OpenBook

_ENDED = "you cannot sign in any more; ask whoever runs the database"


@dataclass(frozen=True, slots=True)
class Opened:
    """Who came in, and the ledger they are in."""

    user: UserPublic
    ledger: LedgerPublic
    bearer: Bearer | None = None
    """What says that they are signed in, where the sign-in is kept."""

    @property
    def book(self) -> OpenBook:
        """The same, as every screen knows it."""
        return OpenBook(self.user, self.ledger)

    @classmethod
    def by(
        cls, session: Session, user: UserPublic, bearer: Bearer | None = None, *, before: Opened | None = None
    ) -> Opened:
        """Somebody in their own ledger; or where they were before, if it was they and they may still be there."""
        if before is not None and before.user.id == user.id:
            with suppress(LedgerNotFound):
                return cls(user, ledgers.get(session, user, before.ledger.id), bearer)
        return cls(user, ledgers.personal(session, user), bearer)

    @classmethod
    def first(cls, session: Session, new: LocalUserCreate) -> Opened:
        """Somebody in the first book of a file, which is made for them.

        Raises:
            Conflict: another program has made it meanwhile.
        """
        user = opening.make_first_user(session, new)
        if user is None:
            raise Conflict("another program has made a book in this file meanwhile; open it anew")
        return cls.by(session, user)

    def access(self, session: Session, *, is_in_file: bool) -> Access:
        """The user's authority in the ledger as it is now, for others may have changed it.

        Raises:
            AuthenticationFailed: they are signed in no more.
            LedgerNotFound: they are a member no more.
        """
        if is_in_file:
            return ledgers.open(session, self.user, self.ledger.id)
        if self.bearer is not None:
            return callers.identify(session, self.bearer, ledger_id=self.ledger.id).access
        if users.get(session, self.user.id).disabled_at is not None:
            raise AuthenticationFailed(_ENDED)
        return ledgers.open(session, self.user, self.ledger.id)


def keepers(session: Session) -> list[UserPublic]:
    """Who keeps a book in a file; those who were disabled or deleted only where nobody else is left."""
    everyone = users.list(session)
    return [user for user in everyone if user.disabled_at is None] or everyone


def unasked(session: Session, username: str | None) -> UserPublic | Entrance:
    """Who comes in to a file without being asked: whoever is named, or the only one; else what has to be asked."""
    everyone = keepers(session)
    if not everyone:
        return Entrance.MAKE_BOOK
    if username:
        return users.named(session, username)
    return everyone[0] if len(everyone) == 1 else Entrance.CHOOSE_USER


def server_of(database_url: str) -> str:
    """The server of a database, and what the database is called there."""
    url = location(database_url)
    port = f":{url.port}" if url.port else ""
    return f"{url.host or 'localhost'}{port}/{url.database or ''}"
