"""Ledgers: each a set of books."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Identity
from sqlmodel import Field, SQLModel

from expense_core.tables.amounts import CurrencyCode
from expense_core.tables.columns import BIG, Instant
from expense_core.tables.inputs import Input
from expense_core.tables.membership import Role
from expense_core.tables.text import LedgerName


class Ledger(SQLModel, table=True):
    """A set of books: categories and expenses belong to one ledger."""

    __tablename__ = "ledgers"

    id: int | None = Field(default=None, sa_column=Column(BIG, Identity(always=False), primary_key=True))
    name: str
    currency: str
    """What an expense is in when nobody says otherwise."""
    created_at: datetime = Field(sa_type=Instant)


class LedgerCreate(Input):
    """What a new ledger needs."""

    name: LedgerName
    currency: CurrencyCode = "EUR"


@dataclass(slots=True)
class LedgerPublic:
    """A ledger as one of its members sees it."""

    id: int
    name: str
    currency: str
    role: Role
    """What the member who asked may do in it."""
    created_at: datetime
