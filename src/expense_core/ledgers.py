"""Ledgers: whose books there are, and who may do what in them."""

from __future__ import annotations

import builtins
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select, update
from sqlmodel import Session

from expense_core.database import now
from expense_core.errors import AlreadyMember, LastOwner, LedgerNotFound, PermissionDenied, UserNotFound
from expense_core.tables import Ledger, LedgerCreate, LedgerPublic, Membership, Role, User, UserPublic
from expense_core.tables.columns import table_of
from expense_core.tables.text import fold, sought

LEDGERS = table_of(Ledger)
MEMBERSHIPS = table_of(Membership)
USERS = table_of(User)


@dataclass(frozen=True, slots=True)
class Access:
    """A user's authority in one ledger, obtained by `open` and handed to every use case."""

    ledger_id: int
    user_id: int
    role: Role
    currency: str
    """The ledger's own currency."""

    def require(self, role: Role) -> None:
        """Go on only with this role or a greater one.

        Raises:
            PermissionDenied: the user's role does not allow it.
        """
        if not self.role.allows(role):
            raise PermissionDenied(f"you are a {self.role} of this ledger; this takes an {role}")


def create(session: Session, user: UserPublic, new: LedgerCreate) -> LedgerPublic:
    """Make a ledger; the user is its owner."""
    moment = now(session)
    statement = insert(LEDGERS).values(name=new.name, currency=new.currency, created_at=moment)
    ledger_id: int = session.execute(statement.returning(LEDGERS.c.id)).scalar_one()
    _admit(session, ledger_id, user.id, Role.OWNER)
    return LedgerPublic(id=ledger_id, name=new.name, currency=new.currency, role=Role.OWNER, created_at=moment)


def personal(session: Session, user: UserPublic) -> LedgerPublic:
    """The ledger that registering made for the user: the first one they own.

    Raises:
        LedgerNotFound: they have none any more.
    """
    owned = [ledger for ledger in list(session, user) if ledger.role is Role.OWNER]
    if not owned:
        raise LedgerNotFound(f"{user.username} owns no ledger")
    return owned[0]


def open(session: Session, user: UserPublic, ledger_id: int | None = None) -> Access:  # noqa: A001 - `ledgers.open` reads as it should
    """The user's authority in a ledger, their personal one when none is named.

    Raises:
        LedgerNotFound: there is no such ledger, or the user is not a member of it.
    """
    query = (
        select(LEDGERS.c.id, MEMBERSHIPS.c.role, LEDGERS.c.currency)
        .join(MEMBERSHIPS, MEMBERSHIPS.c.ledger_id == LEDGERS.c.id)
        .where(MEMBERSHIPS.c.user_id == user.id)
    )
    if ledger_id is None:
        query = query.where(MEMBERSHIPS.c.role == Role.OWNER).order_by(LEDGERS.c.id).limit(1)
    else:
        query = query.where(LEDGERS.c.id == ledger_id)
    found = session.execute(query).first()
    if found is None:
        raise LedgerNotFound("there is no such ledger among yours")
    return Access(ledger_id=found.id, user_id=user.id, role=Role(found.role), currency=found.currency)


def get(session: Session, user: UserPublic, ledger_id: int) -> LedgerPublic:
    """One of the ledgers that the user may see.

    Raises:
        LedgerNotFound: there is no such ledger, or the user is not a member of it.
    """
    found = next((ledger for ledger in list(session, user) if ledger.id == ledger_id), None)
    if found is None:
        raise LedgerNotFound("there is no such ledger among yours")
    return found


def list(session: Session, user: UserPublic) -> builtins.list[LedgerPublic]:  # noqa: A001 - `ledgers.list` reads as it should
    """The ledgers that the user may see, the oldest first."""
    query = (
        select(LEDGERS.c.id, LEDGERS.c.name, LEDGERS.c.currency, LEDGERS.c.created_at, MEMBERSHIPS.c.role)
        .join(MEMBERSHIPS, MEMBERSHIPS.c.ledger_id == LEDGERS.c.id)
        .where(MEMBERSHIPS.c.user_id == user.id)
        .order_by(LEDGERS.c.id)
    )
    return [
        LedgerPublic(id=row.id, name=row.name, currency=row.currency, role=Role(row.role), created_at=row.created_at)
        for row in session.execute(query)
    ]


def members(session: Session, access: Access) -> dict[str, Role]:
    """Who may do what in the ledger, by username."""
    query = (
        select(USERS.c.username, MEMBERSHIPS.c.role)
        .join(USERS, USERS.c.id == MEMBERSHIPS.c.user_id)
        .where(MEMBERSHIPS.c.ledger_id == access.ledger_id)
    )
    found = {row.username: Role(row.role) for row in session.execute(query)}
    return dict(sorted(found.items(), key=lambda member: fold(member[0])))


def admit(session: Session, access: Access, username: str, role: Role) -> None:
    """Let another user into the ledger.

    Raises:
        PermissionDenied: `access` is not an owner's.
        UserNotFound: nobody has this username.
        AlreadyMember: they are in; `change_role` changes what they may do.
    """
    access.require(Role.OWNER)
    user_id = _user_id(session, username)
    _lock(session, access.ledger_id)
    if _role(session, access.ledger_id, user_id) is not None:
        raise AlreadyMember(f"{username} is a member of this ledger already")
    _admit(session, access.ledger_id, user_id, role)


def change_role(session: Session, access: Access, username: str, role: Role) -> None:
    """Change what a member may do.

    Raises:
        PermissionDenied: `access` is not an owner's.
        UserNotFound: no member has this username.
        LastOwner: nobody would own the ledger.
    """
    access.require(Role.OWNER)
    user_id = _user_id(session, username)
    _lock(session, access.ledger_id)
    if _role(session, access.ledger_id, user_id) is None:
        raise UserNotFound(f"no member of this ledger is called {username!r}")
    if role is not Role.OWNER:
        _keep_an_owner(session, access.ledger_id, leaving=user_id)
    session.execute(
        update(MEMBERSHIPS)
        .where(MEMBERSHIPS.c.ledger_id == access.ledger_id, MEMBERSHIPS.c.user_id == user_id)
        .values(role=role)
    )


def dismiss(session: Session, access: Access, username: str) -> None:
    """Take a member out of the ledger; what they recorded stays. A member may always take themselves out.

    Raises:
        PermissionDenied: it is somebody else, and `access` is not an owner's.
        UserNotFound: no member has this username.
        LastOwner: nobody would own the ledger.
    """
    user_id = _user_id(session, username)
    if user_id != access.user_id:
        access.require(Role.OWNER)
    _lock(session, access.ledger_id)
    if _role(session, access.ledger_id, user_id) is None:
        raise UserNotFound(f"no member of this ledger is called {username!r}")
    _keep_an_owner(session, access.ledger_id, leaving=user_id)
    session.execute(
        delete(MEMBERSHIPS).where(
            MEMBERSHIPS.c.ledger_id == access.ledger_id,
            MEMBERSHIPS.c.user_id == user_id,
        )
    )


def _admit(session: Session, ledger_id: int, user_id: int, role: Role) -> None:
    session.execute(
        insert(MEMBERSHIPS).values(ledger_id=ledger_id, user_id=user_id, role=role, created_at=now(session))
    )


def _user_id(session: Session, username: str) -> int:
    found = session.scalar(select(USERS.c.id).where(USERS.c.username_key == sought(username)))
    if found is None:
        raise UserNotFound(f"nobody is called {username!r}")
    return int(found)


def _role(session: Session, ledger_id: int, user_id: int) -> str | None:
    query = select(MEMBERSHIPS.c.role).where(MEMBERSHIPS.c.ledger_id == ledger_id, MEMBERSHIPS.c.user_id == user_id)
    role: str | None = session.scalar(query)
    return role


def _lock(session: Session, ledger_id: int) -> None:
    """Let nobody else change who is a member before this transaction ends."""
    session.execute(select(LEDGERS.c.id).where(LEDGERS.c.id == ledger_id).with_for_update(key_share=True))


def _keep_an_owner(session: Session, ledger_id: int, leaving: int) -> None:
    others = select(func.count()).where(
        MEMBERSHIPS.c.ledger_id == ledger_id,
        MEMBERSHIPS.c.role == Role.OWNER,
        MEMBERSHIPS.c.user_id != leaving,
    )
    if not session.scalar(others):
        raise LastOwner("a ledger needs an owner; make another member its owner first")
