"""Searching: on SQLite, an index of the letters in every expense's text, which SQLite keeps up to date itself."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Three letters at a time, whose rows are known and not their places in the text: that makes it small, and quick to
# write. What it finds is looked at again, so a match of letters that do not stand together costs no more than time.
_INDEX = "USING fts5(search_text, content='', tokenize='trigram', detail=none, columnsize=0)"
_FILL = (
    # Bytes that are gathered in memory before they are written: with the usual million, a large import takes longer.
    "INSERT INTO expenses_text(expenses_text, rank) VALUES ('hashsize', 8388608)",
    "INSERT INTO expenses_text(rowid, search_text) SELECT id, search_text FROM expenses",
)
_ADD = "INSERT INTO expenses_text(rowid, search_text) VALUES (new.id, new.search_text);"
_TAKE_OUT = "INSERT INTO expenses_text(expenses_text, rowid, search_text) VALUES ('delete', old.id, old.search_text);"
_TRIGGERS = {
    "expenses_text_added": f"AFTER INSERT ON expenses BEGIN {_ADD} END",
    "expenses_text_changed": f"AFTER UPDATE OF search_text ON expenses BEGIN {_TAKE_OUT} {_ADD} END",
    "expenses_text_deleted": f"AFTER DELETE ON expenses BEGIN {_TAKE_OUT} END",
}


def upgrade() -> None:
    if op.get_context().dialect.name != "sqlite":
        return
    for statement in (f"CREATE VIRTUAL TABLE expenses_text {_INDEX}", *_FILL):
        op.execute(statement)
    for name, what in _TRIGGERS.items():
        op.execute(f"CREATE TRIGGER {name} {what}")


def downgrade() -> None:
    if op.get_context().dialect.name != "sqlite":
        return
    for name in _TRIGGERS:
        op.execute(f"DROP TRIGGER {name}")
    op.execute("DROP TABLE expenses_text")
