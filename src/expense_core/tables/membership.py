"""Who may do what in which ledger."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint
from sqlmodel import AutoString, Field, SQLModel

from expense_core.tables.columns import BIG, Instant


class Role(StrEnum):
    """A user's place in a ledger. Each may do all that the ones after it may."""

    OWNER = "owner"
    EDITOR = "editor"
    VIEWER = "viewer"

    def allows(self, needed: Role) -> bool:
        """Whether this role may do what asks for `needed`."""
        order = list(Role)
        return order.index(self) <= order.index(needed)


class Membership(SQLModel, table=True):
    """A user's place in a ledger."""

    __tablename__ = "memberships"
    __table_args__ = (CheckConstraint("role IN ('owner', 'editor', 'viewer')", name="role_known"),)

    ledger_id: int = Field(sa_type=BIG, primary_key=True, foreign_key="ledgers.id")
    user_id: int = Field(sa_type=BIG, primary_key=True, foreign_key="users.id", index=True)
    role: Role = Field(sa_type=AutoString)
    created_at: datetime = Field(sa_type=Instant)
