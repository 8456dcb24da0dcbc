"""How Alembic reaches the book: over the connection that `Database` hands it; for a developer, by the settings."""

from alembic import context
from sqlalchemy import Connection
from sqlalchemy.schema import SchemaItem
from sqlmodel import SQLModel

import expense_core.tables  # noqa: F401 - registers every table in the metadata


def belongs(thing: SchemaItem, name: str | None, kind: str, reflected: bool, _other: SchemaItem | None) -> bool:  # noqa: FBT001 - Alembic calls it by position
    """Leave out of a comparison what the metadata holds for the other kind of database, and SQLite's index of texts."""
    dialect = context.get_context().dialect.name
    if reflected:
        return not (kind == "table" and str(name).startswith("expenses_text"))
    return thing.info.get("dialect", dialect) == dialect


def run(connection: Connection) -> None:
    """Run the migrations that were asked for, in the transaction that is under way."""
    context.configure(
        connection=connection, target_metadata=SQLModel.metadata, compare_type=True, include_object=belongs
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    from expense_core.database import Database
    from expense_core.settings import Settings

    with Database(Settings.load().database_url) as database, database.changing_schema() as connection:
        run(connection)
