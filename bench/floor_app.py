"""The floor of the server: the same work with nothing between, by hand, on a driver's connection of each thread's own.

`DATABASE`, `KIND` and `SECRET` in the environment say where the book is and what its tokens are signed with. On SQLite
the same routes are there twice, `def` under /threads and `async def` under /loop.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, TypeAlias

import jwt
import psycopg2
from fastapi import FastAPI, HTTPException, Request, Response

IS_SQLITE = os.environ["KIND"] == "sqlite"
MARK = "?" if IS_SQLITE else "%s"
NAMES = (
    "id", "ledger_id", "amount", "currency", "description", "spent_on", "category_id", "category", "notes", "owner_id",
    "version", "created_at", "updated_at",
)  # fmt: skip
USER = f"SELECT id, username, disabled_at FROM users WHERE id = {MARK}"
SELECT = f"""
SELECT e.id, e.ledger_id, e.amount, e.currency, e.description, e.spent_on, e.category_id, c.name, e.notes, e.owner_id,
       e.version, e.created_at, e.updated_at
FROM expenses e LEFT JOIN categories c ON c.ledger_id = e.ledger_id AND c.id = e.category_id
WHERE e.ledger_id = {MARK} AND e.deleted_at IS NULL
"""
NEWEST = f"{SELECT} ORDER BY e.spent_on DESC, e.id DESC LIMIT {MARK}"
ONE = f"{SELECT} AND e.id = {MARK}"
ENTRY = f"""
INSERT INTO history_entries (ledger_id, action, actor_id, created_at, recorded, changed, note)
VALUES ({", ".join([MARK] * 7)}) RETURNING id
"""
EXPENSE = f"""
INSERT INTO expenses (ledger_id, amount, currency, description, spent_on, category_id, notes, owner_id, entry_id,
                      search_text, version, created_at, updated_at)
VALUES ({", ".join([MARK] * 13)}) RETURNING id
"""

PRAGMAS = (
    "journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "busy_timeout = 10000", "cache_size = -16384",
)  # fmt: skip

Connection: TypeAlias = Any  # sqlite3's or psycopg2's, or a cursor of either

app = FastAPI()
kept = threading.local()


def connection() -> Connection:
    """This thread's connection."""
    if not hasattr(kept, "connection"):
        if IS_SQLITE:
            opened: Any = sqlite3.connect(os.environ["DATABASE"], isolation_level=None)
            for pragma in PRAGMAS:
                opened.execute(f"PRAGMA {pragma}")
        else:
            opened = psycopg2.connect(os.environ["DATABASE"])
            opened.autocommit = True
        kept.connection = opened
    return kept.connection


def user_of(request: Request, cursor: Connection) -> int:
    """Who calls."""
    token = request.headers["authorization"].removeprefix("Bearer ")
    said = jwt.decode(token, os.environ["SECRET"], algorithms=["HS256"], audience="access", issuer="expense-core")
    cursor.execute(USER, (int(said["sub"]),))
    found = cursor.fetchone()
    if found is None or found[2] is not None:
        raise HTTPException(401)
    return int(found[0])


def as_json(row: tuple[Any, ...]) -> dict[str, Any]:
    """An expense."""
    shown = dict(zip(NAMES, row, strict=True))
    amount = Decimal(row[2]).scaleb(-4) if IS_SQLITE else row[2]
    shown["amount"] = f"{amount:.2f}"
    if not IS_SQLITE:
        for name in ("spent_on", "created_at", "updated_at"):
            shown[name] = shown[name].isoformat()
    return shown


def answer(value: object, status: int = 200) -> Response:
    """JSON."""
    return Response(json.dumps(value), status, media_type="application/json")


def newest(request: Request, limit: int) -> Response:
    """A list."""
    cursor = connection().cursor()
    cursor.execute(NEWEST, (user_of(request, cursor), limit + 1))
    rows = cursor.fetchall()
    return answer({"items": [as_json(row) for row in rows[:limit]], "next_cursor": None})


def one(request: Request, expense_id: int) -> Response:
    """An expense."""
    cursor = connection().cursor()
    cursor.execute(ONE, (user_of(request, cursor), expense_id))
    row = cursor.fetchone()
    if row is None:
        raise HTTPException(404)
    return answer(as_json(row))


def record(request: Request, new: dict[str, Any]) -> Response:
    """A new expense."""
    opened = connection()
    cursor = opened.cursor()
    cursor.execute("BEGIN IMMEDIATE" if IS_SQLITE else "BEGIN")
    user = user_of(request, cursor)
    moment: Any = datetime.now(UTC)
    today: Any = date.today()  # noqa: DTZ011 - as a hand-written one would
    amount: Any = Decimal(new["amount"])
    if IS_SQLITE:
        moment, today, amount = moment.isoformat(sep=" "), today.isoformat(), int(amount.scaleb(4))
    cursor.execute(ENTRY, (user, "expense.record", user, moment, 1, 0, ""))
    entry = cursor.fetchone()[0]
    text = new["description"]
    cursor.execute(EXPENSE, (user, amount, "EUR", text, today, None, "", user, entry, text.lower(), 1, moment, moment))
    expense_id = cursor.fetchone()[0]
    cursor.execute("COMMIT")
    return answer(new | {"id": expense_id, "spent_on": str(today), "created_at": str(moment)}, 201)


@app.get("/threads/expenses")
def newest_in_a_thread(request: Request, limit: int = 50) -> Response:
    """As most are written."""
    return newest(request, limit)


@app.get("/threads/expenses/{expense_id}")
def one_in_a_thread(request: Request, expense_id: int) -> Response:
    """As most are written."""
    return one(request, expense_id)


@app.post("/threads/expenses")
def record_in_a_thread(request: Request, new: dict[str, Any]) -> Response:
    """As most are written."""
    return record(request, new)


@app.get("/loop/expenses")
async def newest_in_the_loop(request: Request, limit: int = 50) -> Response:
    """Nothing else happens meanwhile."""
    return newest(request, limit)


@app.get("/loop/expenses/{expense_id}")
async def one_in_the_loop(request: Request, expense_id: int) -> Response:
    """Nothing else happens meanwhile."""
    return one(request, expense_id)


@app.post("/loop/expenses")
async def record_in_the_loop(request: Request, new: dict[str, Any]) -> Response:
    """Nothing else happens meanwhile."""
    return record(request, new)
