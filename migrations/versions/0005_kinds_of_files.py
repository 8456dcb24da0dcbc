"""Kinds of files: which one an import came out of, as a payment may be in files of two kinds."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("history_entries", sa.Column("source", sa.String))


def downgrade() -> None:
    op.drop_column("history_entries", "source")
