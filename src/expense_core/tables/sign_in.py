"""Where users are signed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Identity
from sqlmodel import Field, SQLModel

from expense_core.tables.columns import BIG, Instant


class SignIn(SQLModel, table=True):
    """A user signed in from one client, until they sign out or stay away for too long. Its end is the row's end."""

    __tablename__ = "sign_ins"

    id: int | None = Field(default=None, sa_column=Column(BIG, Identity(always=False), primary_key=True))
    user_id: int = Field(sa_type=BIG, foreign_key="users.id", index=True)
    generation: int = 1
    """Which refresh token is good: the one of this generation. Each renewal begins the next."""
    client: str
    """What the client called itself, such as a browser's User-Agent."""
    address: str
    """The network address it came from."""
    created_at: datetime = Field(sa_type=Instant)
    last_used_at: datetime = Field(sa_type=Instant)
    """To within some minutes."""
    expires_at: datetime = Field(sa_type=Instant)


@dataclass(slots=True)
class SignInPublic:
    """A place where a user is signed in, as they see it."""

    id: int
    client: str
    address: str
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
