"""Personal access tokens: what a script signs in with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Column, Identity
from sqlmodel import AutoString, Field, SQLModel

from expense_core.tables.columns import BIG, Instant
from expense_core.tables.inputs import Input
from expense_core.tables.text import TokenName


class Scope(StrEnum):
    """What a caller may do at most, whatever their role."""

    READ = "read"
    WRITE = "write"


class AccessToken(SQLModel, table=True):
    """A personal access token; it is kept as a hash alone, and deleted when it is revoked."""

    __tablename__ = "access_tokens"
    __table_args__ = (CheckConstraint("scope IN ('read', 'write')", name="scope_known"),)

    id: int | None = Field(default=None, sa_column=Column(BIG, Identity(always=False), primary_key=True))
    user_id: int = Field(sa_type=BIG, foreign_key="users.id", index=True)
    name: str
    scope: Scope = Field(sa_type=AutoString)
    hashed_token: str = Field(unique=True)
    """SHA-256 in hexadecimal: the token is random and long, so that nothing slower is called for."""
    created_at: datetime = Field(sa_type=Instant)
    expires_at: datetime | None = Field(default=None, sa_type=Instant)
    last_used_at: datetime | None = Field(default=None, sa_type=Instant)
    """To within some minutes; None: never."""


class AccessTokenCreate(Input):
    """What a new personal access token needs."""

    name: TokenName
    """1 to 100 characters: what it is for, such as "backup script"."""
    scope: Scope = Scope.READ
    """Whether it may change the book (`write`) or only see it (`read`)."""
    expires_at: datetime | None = None
    """When it stops working, with a time zone; never, when not given."""


@dataclass(slots=True)
class AccessTokenPublic:
    """A personal access token as its owner sees it: all but the token."""

    id: int
    name: str
    scope: Scope
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
