"""Profiles: what was answered about files of one shape. And how rows are known that were imported and purged."""

import sqlalchemy as sa
from alembic import op

from expense_core.tables.columns import BIG, Instant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def keys(table: str) -> list[sa.Constraint]:
    to_ledger = sa.ForeignKeyConstraint(["ledger_id"], ["ledgers.id"], name=f"fk_{table}_ledger_id")
    if op.get_context().dialect.name == "sqlite":
        return [
            sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
            sa.UniqueConstraint("ledger_id", "id", name=f"uq_{table}_ledger_id_id"),
            to_ledger,
        ]
    return [sa.PrimaryKeyConstraint("ledger_id", "id", name=f"pk_{table}"), to_ledger]


def upgrade() -> None:
    op.create_table(
        "profiles",
        sa.Column("ledger_id", BIG, nullable=False),
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("shape", sa.String, nullable=False),
        sa.Column("looks", sa.String, nullable=False),
        sa.Column("answers", sa.String, nullable=False),
        sa.Column("file", sa.String, nullable=False),
        sa.Column("owner_id", BIG, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        *keys("profiles"),
        sa.UniqueConstraint("ledger_id", "shape", name="uq_profiles_ledger_id_shape"),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name="fk_profiles_owner_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "purged_rows",
        sa.Column("ledger_id", BIG, nullable=False),
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("import_key", sa.LargeBinary, nullable=False),
        sa.Column("taken_by", BIG),
        *keys("purged_rows"),
        sa.ForeignKeyConstraint(
            ["ledger_id", "taken_by"],
            ["history_entries.ledger_id", "history_entries.id"],
            name="fk_purged_rows_ledger_id_taken_by",
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_purged_rows_ledger_id_import_key", "purged_rows", ["ledger_id", "import_key"])


def downgrade() -> None:
    op.drop_table("purged_rows")
    op.drop_table("profiles")
