"""Who is calling: the user behind a token, what it lets them do, and their place in a ledger, in one statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, select, update
from sqlmodel import Session

from expense_core import tokens
from expense_core.access_tokens import ACCESS_TOKENS, PREFIX, hashed
from expense_core.database import connection_of, now
from expense_core.errors import InvalidToken, LedgerNotFound, PermissionDenied
from expense_core.ledgers import LEDGERS, MEMBERSHIPS, USERS, Access
from expense_core.sign_ins import SIGN_INS, Issuing, numbers
from expense_core.tables import Role, Scope, UserPublic

_NOTED_EVERY = timedelta(minutes=5)
"""How often the last use of a token is written down, however often it is used."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A user who calls with a token."""

    user: UserPublic
    scope: Scope
    """What the token allows at most."""
    sign_in_id: int | None
    """Where they signed in; None: they call with a personal access token."""
    access_token_id: int | None
    membership: Access | None
    """Their place in the ledger that was asked for, if they have one."""
    use_to_note: bool
    """Whether `note_use` has something to write down."""

    @property
    def access(self) -> Access:
        """Their authority in the ledger that was asked for.

        Raises:
            LedgerNotFound: there is no such ledger, or they are not a member of it.
        """
        if self.membership is None:
            raise LedgerNotFound("there is no such ledger among yours")
        return self.membership

    def require_writing(self) -> None:
        """Go on only with a token that may write.

        Raises:
            PermissionDenied: it may only read.
        """
        if self.scope is not Scope.WRITE:
            raise PermissionDenied("this access token may only read; use one with the scope `write`")

    def require_sign_in(self) -> int:
        """Go on only for somebody who signed in themselves; where.

        Raises:
            PermissionDenied: they call with a personal access token.
        """
        if self.sign_in_id is None:
            raise PermissionDenied("a personal access token cannot do this; sign in with your password")
        return self.sign_in_id


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What an access token says: whose it is, and where they signed in."""

    sign_in_id: int
    user_id: int


@dataclass(frozen=True, slots=True)
class Script:
    """What a personal access token is known by."""

    hashed_token: str


Bearer = SignedIn | Script
"""Whom a token claims to come from; only the database knows whether it is still good."""


def read_token(token: str, issuing: Issuing, *, now: datetime) -> Bearer:
    """What a token says about itself, once it is sure that we made it and that it has not expired.

    Raises:
        InvalidToken: it is wrong in any way.
    """
    if token.startswith(PREFIX):
        return Script(hashed(token))
    claims = tokens.verify(token, secrets=issuing.secrets, now=now)
    user_id, sign_in_id = numbers(claims, "sign_in")
    return SignedIn(sign_in_id, user_id)


def identify(session: Session, bearer: Bearer, *, ledger_id: int | None = None) -> Caller:
    """Who calls, and their place in a ledger: their personal one when none is named.

    Raises:
        InvalidToken: the token was revoked, has expired or was signed out, or its user is disabled.
    """
    moment = now(session)
    is_personal = isinstance(bearer, Script)
    values: dict[str, object] = (
        {"hashed_token": bearer.hashed_token}
        if isinstance(bearer, Script)
        else {"sign_in_id": bearer.sign_in_id, "user_id": bearer.user_id}
    )
    if ledger_id is not None:
        values["ledger_id"] = ledger_id
    row = connection_of(session).execute(_statement(is_personal, ledger_id is not None), values).first()
    if row is None or (row.expires_at is not None and row.expires_at <= moment):
        raise InvalidToken(tokens.NOT_VALID)
    scope = Scope(row.scope) if is_personal else Scope.WRITE
    membership = None
    if row.ledger_id is not None:
        role = Role(row.role) if scope is Scope.WRITE else Role.VIEWER
        membership = Access(ledger_id=row.ledger_id, user_id=row.id, role=role, currency=row.currency)
    return Caller(
        user=UserPublic(row.id, row.username, row.email, row.created_at, None),
        scope=scope,
        sign_in_id=None if is_personal else row.token_id,
        access_token_id=row.token_id if is_personal else None,
        membership=membership,
        use_to_note=_is_stale(row.last_used_at, moment),
    )


def note_use(session: Session, caller: Caller) -> None:
    """Write down that a caller's token was used now."""
    table, row_id = (
        (ACCESS_TOKENS, caller.access_token_id) if caller.sign_in_id is None else (SIGN_INS, caller.sign_in_id)
    )
    session.execute(update(table).where(table.c.id == row_id).values(last_used_at=now(session)))


def _is_stale(noted: datetime | None, moment: datetime) -> bool:
    return noted is None or moment - noted >= _NOTED_EVERY


@cache
def _statement(is_personal: bool, is_named: bool) -> Select[*tuple[Any, ...]]:  # noqa: FBT001 - keys of the cache
    table = ACCESS_TOKENS if is_personal else SIGN_INS
    if is_named:
        ledger_id: Any = bindparam("ledger_id")  # Any: a parameter or a subquery
    else:
        own = select(func.min(MEMBERSHIPS.c.ledger_id))
        ledger_id = own.where(MEMBERSHIPS.c.user_id == USERS.c.id, MEMBERSHIPS.c.role == Role.OWNER.value)
        ledger_id = ledger_id.correlate(USERS).scalar_subquery()
    query = (
        select(
            USERS.c.id,
            USERS.c.username,
            USERS.c.email,
            USERS.c.created_at,
            table.c.id.label("token_id"),
            table.c.last_used_at,
            table.c.expires_at,
            MEMBERSHIPS.c.ledger_id,
            MEMBERSHIPS.c.role,
            LEDGERS.c.currency,
        )
        .select_from(
            table.join(USERS, USERS.c.id == table.c.user_id)
            .outerjoin(MEMBERSHIPS, and_(MEMBERSHIPS.c.user_id == USERS.c.id, MEMBERSHIPS.c.ledger_id == ledger_id))
            .outerjoin(LEDGERS, LEDGERS.c.id == MEMBERSHIPS.c.ledger_id)
        )
        .where(USERS.c.disabled_at.is_(None))
    )
    if is_personal:
        return query.add_columns(table.c.scope).where(table.c.hashed_token == bindparam("hashed_token"))
    return query.where(table.c.id == bindparam("sign_in_id"), table.c.user_id == bindparam("user_id"))
