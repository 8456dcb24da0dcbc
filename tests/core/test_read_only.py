"""A database that is only read."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import DBAPIError

from expense_core import Database, LocalUserCreate, users


def test_a_read_only_database_shows_what_is_committed_and_refuses_every_write(database, database_url):
    """On PostgreSQL without a transaction, so that it sees at once what others save."""
    with Database(database_url, read_only=True) as only_read, only_read.reading() as session:
        before = users.list(session)
        with database.transaction() as writing:
            users.register_local(writing, LocalUserCreate(username="alice"))

        with pytest.raises(DBAPIError):
            users.register_local(session, LocalUserCreate(username="bob"))

    with database.reading() as session:
        assert before == []
        assert [user.username for user in users.list(session)] == ["alice"]
