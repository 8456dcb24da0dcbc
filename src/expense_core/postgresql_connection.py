"""How a connection to PostgreSQL that broke while it lay in the pool is found out before it is used."""

from __future__ import annotations

from functools import partial
from time import monotonic

from sqlalchemy import Dialect, Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

_IDLE = 1.0
"""Seconds after which a connection is asked whether it still works; to ask takes as long as many a statement does."""

_SINCE = "idle since"


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
