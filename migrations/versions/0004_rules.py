"""Rules: what is to be done with the rows of statements, and that the history knows of them."""

import sqlalchemy as sa
from alembic import op

from expense_core.tables.columns import BIG, Instant, Money

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

LIVE = sa.column("deleted_at").is_(None)
KNOWN = "ck_history_changes_kind_known"
OF_RULES = (
    "DELETE FROM history_changes WHERE kind = 'rule'",
    "DELETE FROM history_entries WHERE action LIKE 'rule.%'",
)


def is_sqlite() -> bool:
    return op.get_context().dialect.name == "sqlite"


def keys() -> list[sa.Constraint]:
    if is_sqlite():
        return [
            sa.PrimaryKeyConstraint("id", name="pk_rules"),
            sa.UniqueConstraint("ledger_id", "id", name="uq_rules_ledger_id_id"),
        ]
    return [sa.PrimaryKeyConstraint("ledger_id", "id", name="pk_rules")]


def upgrade() -> None:
    know_kinds("kind IN ('expense', 'category', 'rule')")
    op.create_table(
        "rules",
        sa.Column("ledger_id", BIG, nullable=False),
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("payee", sa.String, nullable=False),
        sa.Column("text", sa.String, nullable=False),
        sa.Column("min_amount", Money),
        sa.Column("max_amount", Money),
        sa.Column("account", sa.String, nullable=False),
        sa.Column("category_id", BIG),
        sa.Column("description", sa.String, nullable=False),
        sa.Column("notes", sa.String, nullable=False),
        sa.Column("skip", sa.Boolean, nullable=False),
        sa.Column("owner_id", BIG, nullable=False),
        sa.Column("entry_id", BIG, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.Column("deleted_at", Instant),
        *keys(),
        sa.ForeignKeyConstraint(["ledger_id"], ["ledgers.id"], name="fk_rules_ledger_id"),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name="fk_rules_owner_id"),
        sa.ForeignKeyConstraint(
            ["ledger_id", "category_id"],
            ["categories.ledger_id", "categories.id"],
            name="fk_rules_ledger_id_category_id",
        ),
        sa.ForeignKeyConstraint(
            ["ledger_id", "entry_id"],
            ["history_entries.ledger_id", "history_entries.id"],
            name="fk_rules_ledger_id_entry_id",
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_rules_ledger_id_position_id",
        "rules",
        ["ledger_id", "position", "id"],
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )
    op.create_index("ix_rules_ledger_id_entry_id", "rules", ["ledger_id", "entry_id"])


def downgrade() -> None:
    op.drop_table("rules")
    for statement in OF_RULES:
        op.execute(statement)
    know_kinds("kind IN ('expense', 'category')")


def know_kinds(condition: str) -> None:
    """Let the history know these kinds of rows; SQLite cannot change a constraint, so there the table is made anew."""
    if not is_sqlite():
        op.drop_constraint(op.f(KNOWN), "history_changes", type_="check")
        op.create_check_constraint(op.f(KNOWN), "history_changes", condition)
        return
    op.create_table(
        "new_history_changes",
        sa.Column("ledger_id", BIG, nullable=False),
        sa.Column("entry_id", BIG, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("object_id", BIG, nullable=False),
        sa.Column("fields", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("ledger_id", "entry_id", "kind", "object_id", name="pk_history_changes"),
        sa.ForeignKeyConstraint(
            ["ledger_id", "entry_id"],
            ["history_entries.ledger_id", "history_entries.id"],
            name="fk_history_changes_ledger_id_entry_id",
        ),
        sa.CheckConstraint(condition, name=op.f(KNOWN)),
    )
    op.execute(
        "INSERT INTO new_history_changes SELECT ledger_id, entry_id, kind, object_id, fields FROM history_changes"
    )
    op.drop_table("history_changes")
    op.rename_table("new_history_changes", "history_changes")
    op.create_index(
        "ix_history_changes_ledger_id_kind_object_id_entry_id",
        "history_changes",
        ["ledger_id", "kind", "object_id", "entry_id"],
    )
