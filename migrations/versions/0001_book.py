"""The book: users, ledgers, memberships, categories, expenses, and the history of every write.

A table whose rows belong to a ledger has the primary key (ledger_id, id) on PostgreSQL, so that it can be distributed
by `ledger_id`. SQLite gives out ids only for an INTEGER PRIMARY KEY; there `id` is one, beside UNIQUE (ledger_id, id),
and AUTOINCREMENT, so that no id is ever used twice.
"""

import sqlalchemy as sa
from alembic import op

from expense_core.tables.columns import BIG, Instant, Money

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

LIVE = sa.column("deleted_at").is_(None)
IMPORTED = sa.column("import_key").is_not(None)


def is_sqlite() -> bool:
    return op.get_context().dialect.name == "sqlite"


def row_id() -> sa.Column[int]:
    return sa.Column("id", BIG, sa.Identity(always=False), nullable=False)


def ledger_id() -> sa.Column[int]:
    return sa.Column("ledger_id", BIG, nullable=False)


def keys(table: str) -> list[sa.Constraint]:
    """The keys of a table whose rows belong to a ledger, and its foreign key to the ledger."""
    to_ledger = sa.ForeignKeyConstraint(["ledger_id"], ["ledgers.id"], name=f"fk_{table}_ledger_id")
    if is_sqlite():
        return [
            sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
            sa.UniqueConstraint("ledger_id", "id", name=f"uq_{table}_ledger_id_id"),
            to_ledger,
        ]
    return [sa.PrimaryKeyConstraint("ledger_id", "id", name=f"pk_{table}"), to_ledger]


def to_user(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["users.id"], name=f"fk_{table}_{column}")


def in_ledger(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    """A foreign key that stays inside the ledger: no row can point at another ledger's."""
    return sa.ForeignKeyConstraint(
        ["ledger_id", column], [f"{target}.ledger_id", f"{target}.id"], name=f"fk_{table}_ledger_id_{column}"
    )


def index(name: str, table: str, columns: list[str], *, where: sa.ColumnElement[bool] | None = None) -> None:
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def upgrade() -> None:
    op.create_table(
        "users",
        row_id(),
        sa.Column("username", sa.String, nullable=False),
        sa.Column("username_key", sa.String, nullable=False),
        sa.Column("email", sa.String),
        sa.Column("email_key", sa.String),
        sa.Column("hashed_password", sa.String),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.Column("disabled_at", Instant),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("username_key", name="uq_users_username_key"),
        sa.UniqueConstraint("email_key", name="uq_users_email_key"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "ledgers",
        row_id(),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("currency", sa.String, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ledgers"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "memberships",
        ledger_id(),
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("ledger_id", "user_id", name="pk_memberships"),
        sa.ForeignKeyConstraint(["ledger_id"], ["ledgers.id"], name="fk_memberships_ledger_id"),
        to_user("memberships", "user_id"),
        sa.CheckConstraint("role IN ('owner', 'editor', 'viewer')", name=op.f("ck_memberships_role_known")),
    )
    index("ix_memberships_user_id", "memberships", ["user_id"])
    op.create_table(
        "history_entries",
        ledger_id(),
        row_id(),
        sa.Column("action", sa.String, nullable=False),
        sa.Column("actor_id", BIG, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("recorded", sa.Integer, nullable=False),
        sa.Column("changed", sa.Integer, nullable=False),
        sa.Column("note", sa.String, nullable=False),
        sa.Column("undone_at", Instant),
        sa.Column("undone_by", BIG),
        sa.Column("undone_after", BIG),
        *keys("history_entries"),
        to_user("history_entries", "actor_id"),
        to_user("history_entries", "undone_by"),
        sqlite_autoincrement=True,
    )
    index("ix_history_entries_ledger_id_actor_id_id", "history_entries", ["ledger_id", "actor_id", "id"])
    op.create_table(
        "history_changes",
        ledger_id(),
        sa.Column("entry_id", BIG, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("object_id", BIG, nullable=False),
        sa.Column("fields", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("ledger_id", "entry_id", "kind", "object_id", name="pk_history_changes"),
        in_ledger("history_changes", "entry_id", "history_entries"),
        sa.CheckConstraint("kind IN ('expense', 'category')", name=op.f("ck_history_changes_kind_known")),
    )
    index(
        "ix_history_changes_ledger_id_kind_object_id_entry_id",
        "history_changes",
        ["ledger_id", "kind", "object_id", "entry_id"],
    )
    op.create_table(
        "categories",
        ledger_id(),
        row_id(),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("name_key", sa.String, nullable=False),
        sa.Column("owner_id", BIG, nullable=False),
        sa.Column("entry_id", BIG, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.Column("deleted_at", Instant),
        *keys("categories"),
        to_user("categories", "owner_id"),
        in_ledger("categories", "entry_id", "history_entries"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_categories_ledger_id_name_key",
        "categories",
        ["ledger_id", "name_key"],
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )
    index("ix_categories_ledger_id_entry_id", "categories", ["ledger_id", "entry_id"])
    op.create_table(
        "expenses",
        ledger_id(),
        row_id(),
        sa.Column("amount", Money, nullable=False),
        sa.Column("currency", sa.String, nullable=False),
        sa.Column("description", sa.String, nullable=False),
        sa.Column("spent_on", sa.Date, nullable=False),
        sa.Column("category_id", BIG),
        sa.Column("notes", sa.String, nullable=False),
        sa.Column("owner_id", BIG, nullable=False),
        sa.Column("entry_id", BIG, nullable=False),
        sa.Column("import_key", sa.LargeBinary),
        sa.Column("search_text", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.Column("deleted_at", Instant),
        *keys("expenses"),
        in_ledger("expenses", "category_id", "categories"),
        in_ledger("expenses", "entry_id", "history_entries"),
        to_user("expenses", "owner_id"),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_expenses_amount_not_zero")),
        sqlite_autoincrement=True,
    )
    index("ix_expenses_ledger_id_spent_on_id", "expenses", ["ledger_id", "spent_on", "id"], where=LIVE)
    index("ix_expenses_ledger_id_amount_id", "expenses", ["ledger_id", "amount", "id"], where=LIVE)
    index("ix_expenses_ledger_id_category_id_spent_on_id", "expenses", ["ledger_id", "category_id", "spent_on", "id"])
    index("ix_expenses_ledger_id_entry_id_id", "expenses", ["ledger_id", "entry_id", "id"])
    index("ix_expenses_ledger_id_import_key", "expenses", ["ledger_id", "import_key"], where=IMPORTED)
    index("ix_expenses_trash", "expenses", ["ledger_id", "deleted_at", "id"], where=~LIVE)


def downgrade() -> None:
    for table in (
        "expenses",
        "categories",
        "history_changes",
        "history_entries",
        "memberships",
        "ledgers",
        "users",
    ):
        op.drop_table(table)
