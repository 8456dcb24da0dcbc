"""People."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import SecretStr
from sqlalchemy import Column, Identity
from sqlmodel import Field, SQLModel

from expense_core.tables.amounts import CurrencyCode
from expense_core.tables.columns import BIG, Instant
from expense_core.tables.inputs import Input
from expense_core.tables.text import Email, Username


class User(SQLModel, table=True):
    """A person who keeps books here."""

    __tablename__ = "users"

    id: int | None = Field(default=None, sa_column=Column(BIG, Identity(always=False), primary_key=True))
    username: str
    username_key: str = Field(unique=True)
    """The username folded, see `text.fold`: what makes it unique without regard to case."""
    email: str | None = None
    email_key: str | None = Field(default=None, unique=True)
    hashed_password: str | None = None
    """None: nobody can sign in as this user, as for the owner of an embedded book."""
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)
    disabled_at: datetime | None = Field(default=None, sa_type=Instant)


class UserCreate(Input):
    """What registering asks for."""

    username: Username
    """1 to 64 characters, no "@"; unique without regard to case."""
    email: Email
    """3 to 254 characters; unique without regard to case."""
    password: SecretStr
    """8 to 1,024 characters, not a common one, and neither the username nor the email."""
    currency: CurrencyCode = "EUR"
    """The currency of their personal ledger."""


class LocalUserCreate(Input):
    """The owner of a book that is used directly, with no signing in."""

    username: Username
    """1 to 64 characters, no "@"; unique without regard to case."""
    currency: CurrencyCode = "EUR"
    """The currency of their personal ledger."""


class UserUpdate(Input):
    """New values for a profile; what is not given stays."""

    username: Username | None = None
    """1 to 64 characters, no "@"; unique without regard to case."""
    email: Email | None = None
    """3 to 254 characters; unique without regard to case."""


@dataclass(slots=True)
class UserPublic:
    """A user as others may see them: no hash of anything."""

    id: int
    username: str
    email: str | None
    created_at: datetime
    disabled_at: datetime | None
