"""Many rows into one table at a time."""

from __future__ import annotations

import pytest
from sqlalchemy import Column, Integer, MetaData, Table

from expense_core.bulk import load
from expense_core.errors import SchemaOutdated

NOWHERE = Table("nowhere", MetaData(), Column("number", Integer))


def test_a_failure_of_the_database_is_told_in_our_own_words(database):
    """Whichever way the rows went in."""
    with pytest.raises(SchemaOutdated), database.transaction() as session:
        load(session, NOWHERE, [(1,), (2,)])
