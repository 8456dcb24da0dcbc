"""The server under load, beside a hand-written one: requests a second, with `wrk` and 32 connections."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median

import httpx
from sqlalchemy import make_url, text

from bench import books
from bench.measuring import Line, duration
from expense_core import Database, LocalUserCreate, ledgers, sign_ins, users
from expense_core.sign_ins import Issuing
from expense_core.statements.importing import import_rows

USERS = 200
EACH = 5_000
SECRET = "for-the-bench-alone-" * 3
CONNECTIONS = 32
SECONDS = 4
ROUNDS = 5
_DEEP, _FLOODED, _GROWN = 1.5, 3.0, 1.1
_MANY = 100_000
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
    with _server(folder, "ours", url) as server, _server(folder, "floor", url):
        for load in LOADS:
            rates: dict[str, list[float]] = {}
            for _ in range(ROUNDS):
                rates.setdefault("ours", []).append(_rate(folder, "ours", "/api/v1", load))
                for kind in floors:
                    rates.setdefault(kind, []).append(_rate(folder, "floor", f"/{kind}", load))
            floor = max((rates[kind] for kind in floors), key=median)
            # A machine slows down and speeds up by the minute, so each round is compared with itself.
            ratio = median(ours / by_hand for ours, by_hand in zip(rates["ours"], floor, strict=True))
            least = load.at_least[name]
            yield Line(
                f"{name}: {load.what}",
                f"{median(rates['ours']):,.0f}/s",
                f"{median(floor):,.0f}/s",
                ratio,
                max(rates["ours"]) / max(floor),
                f"{least:g} at least",
                is_over=ratio < least,
            )
        yield _deep(folder, name)
        yield _flooded(folder, name)
        yield _memory(folder, name, server)


def _deep(folder: Path, name: str) -> Line:
    """A page far down in a list, beside its first one."""
    token = (folder / "callers").read_text().split()[0]
    cursor = ""
    for _ in range(EACH // 500 - 1):
        path = f"/api/v1/expenses?limit=500{cursor}"
        url = f"http://127.0.0.1:{_PORTS['ours']}{path}"
        answer = httpx.get(url, headers={"Authorization": f"Bearer {token}"}).json()
        cursor = f"&cursor={answer['next_cursor']}"
    (folder / "callers").rename(folder / "everybody")
    (folder / "callers").write_text(f"{token} 0")
    first, deep = Load("", "GET", "/expenses?limit=50", {}), Load("", "GET", f"/expenses?limit=50{cursor}", {})
    rates = [[_rate(folder, "ours", "/api/v1", load) for load in (first, deep)] for _ in range(ROUNDS)]
    (folder / "everybody").replace(folder / "callers")
    firsts, deeps = map(list, zip(*rates, strict=True))
    ratio = median(firsts) / median(deeps)
    return Line(
        f"{name}: GET /expenses at row {EACH - 500:,} / the first",
        f"{median(deeps):,.0f}/s",
        f"{median(firsts):,.0f}/s",
        ratio,
        max(firsts) / max(deeps),
        f"{_DEEP:g} times",
        is_over=ratio > _DEEP,
    )


def _flooded(folder: Path, name: str) -> Line:
    """How long the slowest of a hundred calls takes while others try to sign in, beside what it takes without."""
    load = Load("", "GET", "/expenses/ID", {})
    calm, flooded = [], []
    for _ in range(ROUNDS):
        calm.append(_slowest(folder, load))
        with _flood(folder):
            flooded.append(_slowest(folder, load))
    ratio = median(flooded) / median(calm)
    return Line(
        f"{name}: 99th percentile of GET in a flood of sign-ins / without",
        duration(median(flooded)),
        duration(median(calm)),
        ratio,
        min(flooded) / min(calm),
        f"{_FLOODED:g} times",
        is_over=ratio > _FLOODED,
    )


def _memory(folder: Path, name: str, process: subprocess.Popen[bytes]) -> Line:
    """What the server holds after many requests, beside before."""
    load = Load("", "GET", "/expenses?limit=50", {})
    before = _resident(process)
    answered = 0.0
    while answered < _MANY:
        answered += _rate(folder, "ours", "/api/v1", load) * SECONDS
    after = _resident(process)
    return Line(
        f"{name}: memory after {_MANY:,} more requests / before",
        f"{after >> 10:,} MiB",
        f"{before >> 10:,} MiB",
        after / before,
        after / before,
        f"{_GROWN:g} times",
        is_over=after / before > _GROWN,
    )


def _resident(process: subprocess.Popen[bytes]) -> int:
    """KiB that a process holds."""
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{process.pid}/status").read_text())
    assert found
    return int(found[1])


@contextmanager
def _flood(folder: Path) -> Iterator[None]:
    """Eight connections that try to sign in, with whatever password."""
    script = folder / "flood.lua"
    script.write_text(
        'wrk.method = "POST"\nwrk.body = "username=user1&password=not+this+one"\n'
        'wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"\n'
    )
    url = f"http://127.0.0.1:{_PORTS['ours']}/api/v1/auth/login"
    flood = subprocess.Popen(
        [_wrk(), "-t1", "-c8", "-d60s", "-s", str(script), url], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        flood.terminate()
        flood.wait()


def _slowest(folder: Path, load: Load) -> float:
    """Seconds that 99 of a hundred calls took at most."""
    told = _load(folder, "ours", "/api/v1", load)
    found = re.search(r"99%\s+([\d.]+)(us|ms|s)", told)
    assert found, told
    return float(found[1]) * {"us": 1e-6, "ms": 1e-3, "s": 1.0}[found[2]]


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
def _server(folder: Path, which: str, url: str) -> Iterator[subprocess.Popen[bytes]]:
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
        "EXPENSE_SIGN_INS_PER_ACCOUNT": "1000000/minute",
        "EXPENSE_SIGN_INS_PER_ADDRESS": "1000000/minute",
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
            yield process
        finally:
            process.terminate()
            process.wait()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            httpx.get(f"http://127.0.0.1:{port}/openapi.json")
        except httpx.TransportError:
            assert time.monotonic() < deadline, f"nothing answers at port {port}"
            time.sleep(0.1)
        else:
            return


def _rate(folder: Path, which: str, prefix: str, load: Load) -> float:
    """Requests answered a second, each of them well."""
    told = _load(folder, which, prefix, load)
    found = re.search(r"Requests/sec:\s+([\d.]+)", told)
    assert found, told
    return float(found[1])


def _load(folder: Path, which: str, prefix: str, load: Load) -> str:
    """What `wrk` tells of a few seconds of load."""
    body = _BODY if load.method == "POST" else "nil"
    script = _SCRIPT.format(folder=folder, path=prefix + load.path, method=load.method, body=body)
    (folder / "load.lua").write_text(script)
    command = [_wrk(), "--latency", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS:g}s", "-s", str(folder / "load.lua")]
    told = subprocess.run([*command, f"http://127.0.0.1:{_PORTS[which]}"], capture_output=True, text=True, check=True)
    assert "Non-2xx" not in told.stdout, told.stdout
    return told.stdout


def _wrk() -> str:
    found = shutil.which("wrk")
    assert found, "the bench needs wrk (apt-get install wrk)"
    return found
