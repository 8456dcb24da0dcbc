"""How long a silent PostgreSQL is waited for, and how a connection that broke in the pool is found out before use."""

from __future__ import annotations

from functools import partial
from math import ceil
from time import monotonic

from sqlalchemy import URL, Dialect, Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

_IDLE = 1.0
"""Seconds after which a connection is asked whether it still works; to ask takes as long as many a statement does."""

_SINCE = "idle since"


def patience(place: URL, seconds: float) -> dict[str, int]:
    """How long a server that has fallen silent is waited for, but for what the URL itself says of it.

    A network that swallows packets says nothing: without this a call would wait for the system's own limits, which are
    minutes. What is being worked on may take as long as it takes, as the system of a server that is there answers.

    Arguments:
        seconds: to connect, and to have what was sent acknowledged; about twice that to notice while an answer is due.
    """
    whole = max(2, ceil(seconds))  # libpq takes 1 for 2
    wanted = {
        "connect_timeout": whole,
        "tcp_user_timeout": whole * 1_000,
        "keepalives_idle": whole,
        "keepalives_interval": max(1, whole // 3),
        "keepalives_count": 3,
    }
    return {name: value for name, value in wanted.items() if name not in place.query}


def watch(engine: Engine, *, idle: float = _IDLE) -> None:
    """Ask connections that were idle for so many seconds, before they are used; where one is broken, renew all."""
    event.listen(engine, "checkin", _note)
    event.listen(engine, "checkout", partial(_ask, engine.dialect, idle))


def _note(_: DBAPIConnection | None, entry: ConnectionPoolEntry) -> None:
    entry.info[_SINCE] = monotonic()


def _ask(
    dialect: Dialect, idle: float, connection: DBAPIConnection, entry: ConnectionPoolEntry, _: PoolProxiedConnection
) -> None:
    since = entry.info.get(_SINCE)
    if since is None or monotonic() - since < idle:
        return
    try:
        dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as error:
        raise InvalidatePoolError from error
