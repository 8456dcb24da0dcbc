"""A server whose schema is changed while it runs."""

from __future__ import annotations

import pytest
from server import InProcess, done, problem, settings
from sqlalchemy import create_engine, text

from expense_core import Database


@pytest.fixture
def api(new_database_url, clock):
    """A server over a database whose schema the test may change."""
    with Database(new_database_url) as database:
        database.upgrade()
    with InProcess(settings(new_database_url), clock=clock) as server:
        yield server


def set_revision(url: str, revision: str) -> None:
    """Let the database be at another revision."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    engine.dispose()


def test_a_server_serves_on_while_the_next_version_upgrades_the_schema(api, alice, new_database_url):
    """One after the other can be replaced; if all were unready at once, there would be nobody to answer."""
    set_revision(new_database_url, "9999")

    ready = api.client(base="").get("/health/ready")

    assert done(ready) == {"status": "ok"}
    assert alice.record()["amount"] == "12.50"


def test_a_server_is_not_ready_on_an_older_schema(api, new_database_url):
    """No call is sent to it before it can do its work."""
    set_revision(new_database_url, "0001")

    ready = api.client(base="").get("/health/ready")

    assert problem(ready, 503)["code"] == "schema_outdated"
