"""Imports as rows of their own, and files that are kept until somebody decides what comes in."""

import sqlalchemy as sa
from alembic import op

from expense_core.tables.columns import BIG, Instant, Money

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

NUMBER_THEM = (
    "INSERT INTO imports (ledger_id, owner_id, entry_id, file, kind, created_at, reading) "
    "SELECT ledger_id, actor_id, id, note, source, created_at, '{}' FROM history_entries "
    "WHERE action = 'expense.import' ORDER BY id"
)


def keys() -> list[sa.Constraint]:
    if op.get_context().dialect.name == "sqlite":
        return [
            sa.PrimaryKeyConstraint("id", name="pk_imports"),
            sa.UniqueConstraint("ledger_id", "id", name="uq_imports_ledger_id_id"),
        ]
    return [sa.PrimaryKeyConstraint("ledger_id", "id", name="pk_imports")]


def of_an_import(table: str) -> sa.Constraint:
    return sa.ForeignKeyConstraint(
        ["ledger_id", "import_id"], ["imports.ledger_id", "imports.id"], name=f"fk_{table}_ledger_id_import_id"
    )


def upgrade() -> None:
    op.create_table(
        "imports",
        sa.Column("ledger_id", BIG, nullable=False),
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("owner_id", BIG, nullable=False),
        sa.Column("entry_id", BIG),
        sa.Column("file", sa.String, nullable=False),
        sa.Column("kind", sa.String),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("expires_at", Instant),
        sa.Column("asked", sa.String),
        sa.Column("reading", sa.String, nullable=False),
        *keys(),
        sa.ForeignKeyConstraint(["ledger_id"], ["ledgers.id"], name="fk_imports_ledger_id"),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name="fk_imports_owner_id"),
        sa.ForeignKeyConstraint(
            ["ledger_id", "entry_id"],
            ["history_entries.ledger_id", "history_entries.id"],
            name="fk_imports_ledger_id_entry_id",
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_imports_ledger_id_entry_id", "imports", ["ledger_id", "entry_id"])
    op.create_table(
        "import_rows",
        sa.Column("ledger_id", BIG, nullable=False),
        sa.Column("import_id", BIG, nullable=False),
        sa.Column("line", BIG, nullable=False),
        sa.Column("nth", sa.Integer, nullable=False),
        sa.Column("spent_on", sa.Date),
        sa.Column("amount", Money),
        sa.Column("currency", sa.String, nullable=False),
        sa.Column("description", sa.String, nullable=False),
        sa.Column("category", sa.String),
        sa.Column("category_from", sa.String),
        sa.Column("verdict", sa.String, nullable=False),
        sa.Column("why", sa.String, nullable=False),
        sa.Column("known_id", BIG),
        sa.Column("take", sa.Boolean),
        sa.Column("chosen", sa.String),
        sa.PrimaryKeyConstraint("ledger_id", "import_id", "line", "nth", name="pk_import_rows"),
        of_an_import("import_rows"),
    )
    op.create_table(
        "import_pieces",
        sa.Column("ledger_id", BIG, nullable=False),
        sa.Column("import_id", BIG, nullable=False),
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("ledger_id", "import_id", "part", name="pk_import_pieces"),
        of_an_import("import_pieces"),
    )
    op.execute(NUMBER_THEM)


def downgrade() -> None:
    op.drop_table("import_pieces")
    op.drop_table("import_rows")
    op.drop_table("imports")
