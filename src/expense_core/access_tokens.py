"""Personal access tokens: what a script signs in with, made and revoked by their owner."""

from __future__ import annotations

import builtins
from dataclasses import fields
from datetime import UTC, datetime
from hashlib import sha256
from secrets import token_urlsafe

from sqlalchemy import delete, func, insert, select
from sqlmodel import Session

from expense_core import journal
from expense_core.database import now
from expense_core.errors import AccessTokenNotFound, FieldError, Invalid, InvalidDate
from expense_core.ledgers import USERS
from expense_core.tables import AccessToken, AccessTokenCreate, AccessTokenPublic, Scope, UserPublic
from expense_core.tables.columns import table_of

ACCESS_TOKENS = table_of(AccessToken)

PREFIX = "exp_"
"""What every token begins with, so that scanners for leaked secrets know one when they see it."""

_PUBLIC = [ACCESS_TOKENS.c[field.name] for field in fields(AccessTokenPublic)]
_MOST = 100
_RANDOM_BYTES = 32
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""A later moment may be in a year that has five digits elsewhere."""


def create(session: Session, user: UserPublic, new: AccessTokenCreate) -> tuple[AccessTokenPublic, str]:
    """Make a token; it is told this once, and kept as a hash.

    Raises:
        InvalidDate: it would expire in the past, or at a time without a zone.
        Invalid: the user has as many as anybody may have.
    """
    moment = now(session)
    expires_at = new.expires_at
    if expires_at is not None and (expires_at.tzinfo is None or not moment < expires_at < _NEVER):
        told = "a token expires in the future, at a time with its zone, like 2027-01-31T00:00:00Z"
        raise InvalidDate(told, [FieldError("expires_at", InvalidDate.code, told)])
    if expires_at is not None:
        expires_at = expires_at.astimezone(UTC)  # PostgreSQL knows no zone that is sixteen hours from it
    session.execute(select(USERS.c.id).where(USERS.c.id == user.id).with_for_update())  # one at a time, to be counted
    mine = select(func.count()).select_from(ACCESS_TOKENS).where(ACCESS_TOKENS.c.user_id == user.id)
    if session.scalars(mine).one() >= _MOST:
        raise Invalid(f"you have {_MOST} access tokens; revoke one that you need no more")
    token = PREFIX + token_urlsafe(_RANDOM_BYTES)
    values = {
        "user_id": user.id,
        "name": new.name,
        "scope": new.scope,
        "hashed_token": hashed(token),
        "created_at": moment,
        "expires_at": expires_at,
    }
    row = session.execute(insert(ACCESS_TOKENS).values(values).returning(*_PUBLIC)).one()
    return _public(*row), token


def list(session: Session, user: UserPublic) -> builtins.list[AccessTokenPublic]:  # noqa: A001 - reads as it should
    """A user's tokens, the oldest first; those that have expired too."""
    query = select(*_PUBLIC).where(ACCESS_TOKENS.c.user_id == user.id).order_by(ACCESS_TOKENS.c.id)
    return [_public(*row) for row in session.execute(query)]


def revoke(session: Session, user: UserPublic, token_id: int) -> None:
    """Make a token useless, at once.

    Raises:
        AccessTokenNotFound: the user has no such token.
    """
    statement = delete(ACCESS_TOKENS).where(ACCESS_TOKENS.c.user_id == user.id, ACCESS_TOKENS.c.id == token_id)
    if not journal.row_count(session, statement):
        raise AccessTokenNotFound(f"you have no access token {token_id}")


def hashed(token: str) -> str:
    """What is kept of a token."""
    return sha256(token.encode(errors="surrogatepass")).hexdigest()


def _public(token_id: int, name: str, scope: str, *moments: object) -> AccessTokenPublic:
    return AccessTokenPublic(token_id, name, Scope(scope), *moments)  # type: ignore[arg-type] # as the columns hold them
