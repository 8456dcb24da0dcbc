"""What the server's tests may ask for: a server on each kind of database, and people who call it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest
from conftest import Clock
from server import Client, InProcess, Process, settings


@pytest.fixture
def api(database_url: str, clock: Clock) -> Iterator[InProcess]:
    """A server in this process, over an empty book."""
    with InProcess(settings(database_url), clock=clock) as server:
        yield server


@pytest.fixture
def nobody(api: InProcess) -> Client:
    """Somebody who has not signed in."""
    return api.client()


@pytest.fixture
def alice(nobody: Client) -> Client:
    """A user, signed in."""
    return nobody.signed_up("alice")


@pytest.fixture
def bob(nobody: Client) -> Client:
    """Another one, with a book of his own."""
    return nobody.signed_up("bob")


class Starting(Protocol):
    """Makes servers that are programs of their own."""

    def __call__(self, database_url: str, *options: str, **environment: str) -> Process:
        """A server that answers."""


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Starting]:
    """Start `expense api`; whatever still runs at the end is killed."""
    started: list[Process] = []

    def begin(database_url: str, *options: str, **environment: str) -> Process:
        server = Process(tmp_path, database_url, *options, **environment)
        started.append(server)
        server.start()
        return server

    yield begin
    for server in started:
        server.kill()
