"""Who came in to a book on this machine, the ledger they are in, and what they may do there by now."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from sqlmodel import Session

from expense_core import callers, ledgers, users
from expense_core.callers import Bearer
from expense_core.database import location
from expense_core.errors import AuthenticationFailed, LedgerNotFound
from expense_core.ledgers import Access
from expense_core.tables import LedgerPublic, UserPublic
from expense_tui.backends import OpenBook

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


def server_of(database_url: str) -> str:
    """The server of a database, and what the database is called there."""
    url = location(database_url)
    port = f":{url.port}" if url.port else ""
    return f"{url.host or 'localhost'}{port}/{url.database or ''}"
