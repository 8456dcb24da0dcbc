"""Many rows into one table at a time."""

from __future__ import annotations

import gc

import pytest
from sqlalchemy import Column, Integer, MetaData, Table

from expense_core.bulk import load, without_collecting
from expense_core.errors import SchemaOutdated

NOWHERE = Table("nowhere", MetaData(), Column("number", Integer))


def test_a_failure_of_the_database_is_told_in_our_own_words(database):
    """Whichever way the rows went in."""
    with pytest.raises(SchemaOutdated), database.transaction() as session:
        load(session, NOWHERE, [(1,), (2,)])


@pytest.mark.parametrize("is_enabled", [True, False])
def test_collecting_garbage_goes_on_as_it_was_before(is_enabled):
    """A program that has switched it off finds it off."""
    (gc.enable if is_enabled else gc.disable)()
    with without_collecting():
        during = gc.isenabled()
    after = gc.isenabled()
    gc.enable()

    assert (during, after) == (False, is_enabled)
