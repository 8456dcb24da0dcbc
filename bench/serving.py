"""The server under load, beside a hand-written one: requests a second, with `wrk` and 32 connections."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median

from sqlalchemy import make_url, text

from bench import books
from bench.measuring import Line
from expense_core import Database, LocalUserCreate, ledgers, sign_ins, users
from expense_core.sign_ins import Issuing
from expense_core.statements.importing import import_rows

USERS = 200
EACH = 5_000
SECRET = "for-the-bench-alone-" * 3
CONNECTIONS = 32
SECONDS = 4
ROUNDS = 3
_PORTS = {"ours": 8765, "floor": 8766}
_LIFETIME = timedelta(hours=12)

_SCRIPT = """
local tokens, ids = {{}}, {{}}
for line in io.lines("{folder}/callers") do
    local token, id = line:match("(%S+) (%S+)")
    tokens[#tokens + 1], ids[#ids + 1] = token, id
end
local turn = 0
function request()
    turn = turn % #tokens + 1
    local path = ("{path}"):gsub("ID", ids[turn])
    return wrk.format("{method}", path, {{["Authorization"] = "Bearer " .. tokens[turn],
        ["Content-Type"] = "application/json"}}, {body})
end
"""
_BODY = '\'{"amount": "12.50", "description": "Lunch with Sam"}\''


@dataclass(frozen=True)
class Load:
    """What is asked for, and how many times as many the floor may answer."""

    what: str
    method: str
    path: str
    at_least: dict[str, float]


LOADS = (
    Load("GET /expenses?limit=50", "GET", "/expenses?limit=50", {"SQLite": 0.6, "PostgreSQL": 0.7}),
    Load("GET /expenses/{id}", "GET", "/expenses/ID", {"SQLite": 0.6, "PostgreSQL": 0.6}),
    Load("POST /expenses", "POST", "/expenses", {"SQLite": 0.6, "PostgreSQL": 0.6}),
)


def lines(folder: Path, url: str, name: str) -> Iterator[Line]:
    """What both servers answer on a book of many users."""
    with Database(url) as database:
        database.upgrade()
        _fill(database, folder)
        books.settle(database)
    floors = ("loop", "threads") if name == "SQLite" else ("threads",)
    with _server(folder, "ours", url), _server(folder, "floor", url):
        for load in LOADS:
            rates: dict[str, list[float]] = {}
            for _ in range(ROUNDS):
                rates.setdefault("ours", []).append(_rate(folder, "ours", "/api/v1", load))
                for kind in floors:
                    rates.setdefault(kind, []).append(_rate(folder, "floor", f"/{kind}", load))
            floor = max((rates[kind] for kind in floors), key=median)
            ratio, least = median(rates["ours"]) / median(floor), load.at_least[name]
            yield Line(
                f"{name}: {load.what}",
                f"{median(rates['ours']):,.0f}/s",
                f"{median(floor):,.0f}/s",
                ratio,
                max(rates["ours"]) / max(floor),
                f"{least:g} at least",
                is_over=ratio < least,
            )


def _fill(database: Database, folder: Path) -> None:
    """Many users with many expenses, each signed in."""
    issuing = Issuing([SECRET], _LIFETIME, _LIFETIME)
    callers = []
    for number in range(USERS):
        with database.transaction() as session:
            user = users.register_local(session, LocalUserCreate(username=f"user{number}"))
            access = ledgers.open(session, user)
            import_rows(session, access, books.invented(EACH, seed=number))
            token = sign_ins.start(session, user, issuing).access_token
            query = text("SELECT max(id) FROM expenses WHERE ledger_id = :ledger_id")
            callers.append(f"{token} {session.scalar(query, {'ledger_id': access.ledger_id})}")
    (folder / "callers").write_text("\n".join(callers))


@contextmanager
def _server(folder: Path, which: str, url: str) -> Iterator[None]:
    """One of the two servers, while it runs: one worker."""
    place = make_url(url)
    is_sqlite = place.get_backend_name() == "sqlite"
    target = ["--factory", "expense_api.cli:serve"] if which == "ours" else ["bench.floor_app:app"]
    by_hand = str(place.database)
    if not is_sqlite:
        by_hand = f"host={place.query['host']} user={place.username} dbname={place.database}"
    environment = os.environ | {
        "EXPENSE_DATABASE_URL": url,
        "EXPENSE_SECRET_KEY": SECRET,
        "KIND": place.get_backend_name(),
        "DATABASE": by_hand,
        "SECRET": SECRET,
    }
    with (folder / f"{which}.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "uvicorn", *target, "--port", str(_PORTS[which]), "--no-access-log"],
            env=environment,
            stdout=log,
            stderr=log,
        )
        try:
            _wait_for(_PORTS[which])
            yield
        finally:
            process.terminate()
            process.wait()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/openapi.json").close()
        except OSError:
            assert time.monotonic() < deadline, f"nothing answers at port {port}"
            time.sleep(0.1)
        else:
            return


def _rate(folder: Path, which: str, prefix: str, load: Load) -> float:
    """Requests answered a second, each of them well."""
    wrk = shutil.which("wrk")
    assert wrk, "the bench needs wrk (apt-get install wrk)"
    body = _BODY if load.method == "POST" else "nil"
    script = _SCRIPT.format(folder=folder, path=prefix + load.path, method=load.method, body=body)
    (folder / "load.lua").write_text(script)
    command = [wrk, "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "-s", str(folder / "load.lua")]
    told = subprocess.run([*command, f"http://127.0.0.1:{_PORTS[which]}"], capture_output=True, text=True, check=True)
    assert "Non-2xx" not in told.stdout, told.stdout
    found = re.search(r"Requests/sec:\s+([\d.]+)", told.stdout)
    assert found, told.stdout
    return float(found[1])
