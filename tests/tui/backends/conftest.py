"""A server of one's own, and a way to it on which answers can be lost."""

from __future__ import annotations

import pytest
from backends import account
from server import Process
from wires import Wire

from expense_tui.backends.connection import Connection
from expense_tui.backends.kept import KeptSignIn
from expense_tui.backends.remote import RemoteBackend

NAMES = iter(f"somebody{number}" for number in range(1_000))


@pytest.fixture(scope="module")
def process(sqlite_template, tmp_path_factory):
    """A server, for all tests of this module."""
    folder = tmp_path_factory.mktemp("served")
    (folder / "expenses.db").write_bytes(sqlite_template.read_bytes())
    server = Process(folder, f"sqlite:///{folder / 'expenses.db'}", EXPENSE_LOG_FORMAT="json")
    server.start()
    yield server
    server.kill()


class Seconds:
    """A clock that stands still until a test moves it."""

    now = 0.0

    def __call__(self):
        """What it shows."""
        return self.now


@pytest.fixture
def clock():
    """By which tokens are renewed."""
    return Seconds()


@pytest.fixture
def opened(tmp_path, clock):
    """Makes backends, which are closed in the end."""
    made = []

    def backend(address, kept="kept", **more):
        connection = Connection(address, **more)
        made.append(RemoteBackend(connection, kept=KeptSignIn(kept, folder=tmp_path / "kept"), clock=clock))
        return made[-1]

    yield backend
    for one in made:
        one.close()


@pytest.fixture
def wire(process):
    """A way to the server on which answers can be lost."""
    with Wire(process.port) as wire:
        yield wire


@pytest.fixture
def book(opened, wire):
    """Somebody's book, over that way; they stay signed in."""
    backend = opened(wire.address)
    backend.register(account(next(NAMES)), stay=True)
    return backend
