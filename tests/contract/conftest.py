"""What the contract is held over: a file, PostgreSQL, and a server; each with the people that a claim is about."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from backends import File, Place, Served, nobodys_home
from server import Process

from expense_tui.backends import Backend

__all__ = ["nobodys_home"]


@pytest.fixture(scope="module")
def served(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Process, str]]:
    """A server for all tests of a module, each of which has people of its own; and the address of its database."""
    folder = tmp_path_factory.mktemp("served")
    url = f"sqlite:///{folder / 'expenses.db'}"
    (folder / "expenses.db").write_bytes(sqlite_template.read_bytes())
    server = Process(folder, url)
    try:
        server.start()
        yield server, url
    finally:
        server.kill()


@pytest.fixture
def file(new_sqlite_url: str, tmp_path: Path) -> Iterator[Place]:
    """A file that is not there yet."""
    with closing(File(new_sqlite_url, tmp_path / "kept")) as found:
        yield found


@pytest.fixture
def postgresql(postgresql_url: str, tmp_path: Path) -> Iterator[Place]:
    """A PostgreSQL on which nobody has a book yet."""
    with closing(Place(postgresql_url, tmp_path / "kept")) as found:
        yield found


@pytest.fixture
def server(served: tuple[Process, str], tmp_path: Path) -> Iterator[Place]:
    """A server on which others have books."""
    process, url = served
    with closing(Served(url, tmp_path / "kept", process)) as found:
        yield found


@pytest.fixture(params=["file", "postgresql", "server"])
def place(request: pytest.FixtureRequest) -> Place:
    """Where books are."""
    found: Place = request.getfixturevalue(request.param)
    return found


@pytest.fixture(params=["postgresql", "server"])
def guarded(request: pytest.FixtureRequest) -> Place:
    """Where books are that take a password."""
    found: Place = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def book(place: Place) -> Backend:
    """Somebody's own book, which is new."""
    return place.newcomer()
