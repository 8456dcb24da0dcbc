"""Staying signed in: a short-lived access token for every call, and a refresh token, good once, for the next two.

Every call looks its sign-in up, so that ending one ends its access tokens at once. A refresh token that comes a second
time was stolen, or its thief was quicker: the sign-in ends (RFC 9700, 4.14.2). Only within a minute, in which the first
answer may have been lost on its way, it is answered again.
"""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from sqlalchemy import ColumnElement, and_, delete, insert, select, update
from sqlmodel import Session

from expense_core import journal, tokens
from expense_core.database import now
from expense_core.errors import InvalidToken, SignInNotFound
from expense_core.ledgers import USERS
from expense_core.tables import SignIn, SignInPublic, UserPublic
from expense_core.tables.columns import table_of
from expense_core.tables.text import storable

if TYPE_CHECKING:
    from expense_core.settings import Settings

SIGN_INS = table_of(SignIn)

_PUBLIC = [SIGN_INS.c[field.name] for field in fields(SignInPublic)]
_REFRESH = "refresh"
_LOST = timedelta(minutes=1)
"""How long a refresh token that was spent may come again from a client that never saw the answer."""
_MOST_SHOWN = 200
"""Characters of what a client calls itself."""


@dataclass(frozen=True, slots=True)
class Issuing:
    """How tokens are made."""

    secrets: Sequence[str] = field(repr=False)
    """The first one signs, all of them verify."""
    access_lifetime: timedelta
    refresh_lifetime: timedelta
    """How long somebody who does nothing stays signed in."""

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """How the settings have them made.

        Raises:
            SettingsError: a secret is missing or too short.
        """
        return cls(
            secrets=settings.signing_secrets(),
            access_lifetime=timedelta(minutes=settings.access_token_minutes),
            refresh_lifetime=timedelta(days=settings.refresh_token_days),
        )


@dataclass(slots=True)
class TokenPair:
    """What a client gets when it signs in."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in: int
    """Seconds that the access token is good for."""


def start(session: Session, user: UserPublic, issuing: Issuing, *, client: str = "", address: str = "") -> TokenPair:
    """Sign a user in whose password was right; those of theirs that are out of date are cleared away."""
    moment = now(session)
    session.execute(delete(SIGN_INS).where(SIGN_INS.c.user_id == user.id, SIGN_INS.c.expires_at <= moment))
    values = {
        "user_id": user.id,
        "generation": 1,
        "created_at": moment,
        "last_used_at": moment,
        "expires_at": moment + issuing.refresh_lifetime,
        **_came_from(client, address),
    }
    sign_in_id: int = session.execute(insert(SIGN_INS).values(values).returning(SIGN_INS.c.id)).scalar_one()
    return _pair(session, user.id, sign_in_id, 1, issuing)


def user_of(refresh_token: str, issuing: Issuing, *, now: datetime) -> int:
    """Whose sign-in a refresh token would renew, as it says itself.

    Raises:
        InvalidToken: it is no refresh token of ours, or has expired.
    """
    claims = tokens.verify(refresh_token, secrets=issuing.secrets, now=now, audience=_REFRESH)
    (user_id,) = numbers(claims)
    return user_id


def renew(
    session: Session, refresh_token: str, issuing: Issuing, *, client: str = "", address: str = ""
) -> TokenPair | None:
    """The next two tokens for a refresh token, which is spent by this.

    Where it was spent in the last minute, and what it gave was not, it gives two of the same once more: of those, too,
    the first that is renewed ends the other. None where it was spent before that: the whole sign-in has ended then,
    once this transaction is committed.

    Raises:
        InvalidToken: it is no refresh token of ours, or has expired, or its sign-in has ended.
    """
    moment = now(session)
    claims = tokens.verify(refresh_token, secrets=issuing.secrets, now=moment, audience=_REFRESH)
    user_id, sign_in_id, generation = numbers(claims, "sign_in", "generation")
    mine = and_(SIGN_INS.c.id == sign_in_id, SIGN_INS.c.user_id == user_id)
    renewed = journal.row_count(
        session,
        update(SIGN_INS)
        .where(
            mine,
            SIGN_INS.c.generation == generation,
            SIGN_INS.c.expires_at > moment,
            SIGN_INS.c.user_id.in_(select(USERS.c.id).where(USERS.c.disabled_at.is_(None))),
        )
        .values(
            generation=generation + 1,
            last_used_at=moment,
            expires_at=moment + issuing.refresh_lifetime,
            **_came_from(client, address),
        ),
    )
    if renewed or _was_lost(session, mine, generation, issuing):
        return _pair(session, user_id, sign_in_id, generation + 1, issuing)
    if journal.row_count(session, delete(SIGN_INS).where(mine)):
        return None
    raise InvalidToken(tokens.NOT_VALID)


def _was_lost(session: Session, mine: ColumnElement[bool], generation: int, issuing: Issuing) -> bool:
    """Whether the answer that followed this generation may be one that never came."""
    moment = now(session)
    lately = moment + issuing.refresh_lifetime  # where a renewal of this moment would end
    query = select(SIGN_INS.c.id).where(
        mine,
        SIGN_INS.c.generation == generation + 1,
        SIGN_INS.c.expires_at > lately - _LOST,
        SIGN_INS.c.expires_at <= lately + tokens.LEEWAY,
        SIGN_INS.c.user_id.in_(select(USERS.c.id).where(USERS.c.disabled_at.is_(None))),
    )
    return session.scalar(query) is not None


def list(session: Session, user: UserPublic) -> builtins.list[SignInPublic]:  # noqa: A001 - `sign_ins.list` reads as it should
    """Where a user is signed in, the last used first."""
    query = (
        select(*_PUBLIC)
        .where(SIGN_INS.c.user_id == user.id, SIGN_INS.c.expires_at > now(session))
        .order_by(SIGN_INS.c.last_used_at.desc(), SIGN_INS.c.id.desc())
    )
    return [SignInPublic(*row) for row in session.execute(query)]


def end(session: Session, user: UserPublic, sign_in_id: int) -> None:
    """Sign a user out in one place.

    Raises:
        SignInNotFound: they are not signed in there.
    """
    statement = delete(SIGN_INS).where(SIGN_INS.c.user_id == user.id, SIGN_INS.c.id == sign_in_id)
    if not journal.row_count(session, statement):
        raise SignInNotFound(f"you have no session {sign_in_id}")


def end_all(session: Session, user: UserPublic, *, but: int | None = None) -> int:
    """Sign a user out everywhere, or everywhere but in one place; how many places they were."""
    statement = delete(SIGN_INS).where(SIGN_INS.c.user_id == user.id)
    if but is not None:
        statement = statement.where(SIGN_INS.c.id != but)
    return journal.row_count(session, statement)


def numbers(claims: tokens.Claims, *names: str) -> builtins.list[int]:
    """The number of a token's user, and what else it says in numbers.

    Raises:
        InvalidToken: it was signed with our secret, but made for something else.
    """
    try:
        return [int(claims.subject), *(int(claims.extra[name]) for name in names)]
    except (KeyError, ValueError) as error:
        raise InvalidToken(tokens.NOT_VALID) from error


def _pair(session: Session, user_id: int, sign_in_id: int, generation: int, issuing: Issuing) -> TokenPair:
    moment = now(session)
    place = {"sign_in": str(sign_in_id)}
    return TokenPair(
        access_token=tokens.issue(
            subject=user_id, secrets=issuing.secrets, now=moment, lifetime=issuing.access_lifetime, extra=place
        ),
        refresh_token=tokens.issue(
            subject=user_id,
            secrets=issuing.secrets,
            now=moment,
            lifetime=issuing.refresh_lifetime,
            audience=_REFRESH,
            extra=place | {"generation": str(generation)},
        ),
        expires_in=issuing.access_lifetime // timedelta(seconds=1),
    )


def _came_from(client: str, address: str) -> dict[str, str]:
    return {"client": storable(client)[:_MOST_SHOWN], "address": storable(address)[:_MOST_SHOWN]}
