"""Signing in: where users are signed in, personal access tokens, and the keys of requests that were answered."""

import sqlalchemy as sa
from alembic import op

from expense_core.tables.columns import BIG, Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def row_id() -> sa.Column[int]:
    return sa.Column("id", BIG, sa.Identity(always=False), nullable=False)


def to_user(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=f"fk_{table}_user_id")


def upgrade() -> None:
    op.create_table(
        "sign_ins",
        row_id(),
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("client", sa.String, nullable=False),
        sa.Column("address", sa.String, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("last_used_at", Instant, nullable=False),
        sa.Column("expires_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sign_ins"),
        to_user("sign_ins"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_sign_ins_user_id", "sign_ins", ["user_id"])
    op.create_table(
        "access_tokens",
        row_id(),
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("scope", sa.String, nullable=False),
        sa.Column("hashed_token", sa.String, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("expires_at", Instant),
        sa.Column("last_used_at", Instant),
        sa.PrimaryKeyConstraint("id", name="pk_access_tokens"),
        to_user("access_tokens"),
        sa.UniqueConstraint("hashed_token", name="uq_access_tokens_hashed_token"),
        sa.CheckConstraint("scope IN ('read', 'write')", name=op.f("ck_access_tokens_scope_known")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_access_tokens_user_id", "access_tokens", ["user_id"])
    op.create_table(
        "idempotency_keys",
        sa.Column("ledger_id", BIG, nullable=False),
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("fingerprint", sa.LargeBinary, nullable=False),
        sa.Column("answer", sa.LargeBinary, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("ledger_id", "user_id", "key", name="pk_idempotency_keys"),
        sa.ForeignKeyConstraint(["ledger_id"], ["ledgers.id"], name="fk_idempotency_keys_ledger_id"),
        to_user("idempotency_keys"),
    )
    op.create_index("ix_idempotency_keys_user_id", "idempotency_keys", ["user_id"])


def downgrade() -> None:
    for table in ("idempotency_keys", "access_tokens", "sign_ins"):
        op.drop_table(table)
