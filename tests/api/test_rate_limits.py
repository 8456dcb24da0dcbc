"""Attempts that several workers count together, in a Redis; and what is counted while it is away."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from server import InProcess, problem, settings
from structlog.testing import capture_logs

from expense_api import rate_limits

only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

PATIENCE = 30.0


class Redis:
    """A Redis of the test's own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with socket.socket() as listening:
            listening.bind(("127.0.0.1", 0))
            self.port: int = listening.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen(command, cwd=self._folder, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
            except OSError:
                time.sleep(0.01)
            else:
                return
        pytest.fail("it does not answer")

    def stop(self) -> None:
        """End it, and all that was counted with it."""
        self._process.kill()
        self._process.wait()


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    """A Redis that runs."""
    if shutil.which("redis-server") is None:
        pytest.skip("there is no redis-server here (`apt-get install redis-server`)")
    server = Redis(tmp_path)
    server.start()
    yield server
    server.stop()


def tries(server: InProcess, number: int) -> list[int]:
    """What so many attempts on an account are answered."""
    return [server.client().login("alice", "wrong").status_code for _ in range(number)]


@only_sqlite
def test_workers_that_share_a_redis_count_together(database_url, redis):
    """What one let pass counts for the other, too; the refusal says when to come back."""
    chosen = settings(database_url, sign_ins_per_account="3/minute", rate_limit_url=redis.url)
    with InProcess(chosen) as one, InProcess(chosen) as other:
        assert (tries(one, 2), tries(other, 2), tries(one, 1)) == ([401] * 2, [401, 429], [429])
        refused = other.client().login("alice", "wrong")

    assert 1 <= int(refused.headers["retry-after"]) <= 60
    problem(refused, 429, "too_many_attempts")


@only_sqlite
def test_while_redis_is_away_each_worker_counts_by_itself_and_says_so(database_url, redis, monkeypatch):
    """Nobody is kept out, and nobody may try without end; once it is back they count together again."""
    chosen = settings(database_url, sign_ins_per_account="3/minute", rate_limit_url=redis.url)
    monkeypatch.setattr(rate_limits, "_AWAY", 0.5)
    with InProcess(chosen) as server, capture_logs() as log:
        assert tries(server, 1) == [401]
        redis.stop()
        assert tries(server, 4) == [401, 401, 401, 429]
        redis.start()
        deadline = time.monotonic() + PATIENCE
        while tries(server, 1) == [429]:
            assert time.monotonic() < deadline

    warnings = [one for one in log if one["log_level"] == "warning"]
    assert {one["event"] for one in warnings} == {"Redis does not answer, so this worker counts attempts by itself"}


@only_sqlite
def test_a_redis_that_says_nothing_is_waited_for_only_once(database_url):
    """And for about a second: this one takes the connection and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"redis://127.0.0.1:{silent.getsockname()[1]}"
        chosen = settings(database_url, sign_ins_per_account="3/minute", rate_limit_url=url)
        with InProcess(chosen) as server, capture_logs() as log:
            assert tries(server, 4) == [401, 401, 401, 429]

    assert len([one for one in log if one["log_level"] == "warning"]) == 1
