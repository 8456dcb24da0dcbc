"""The server as an ASGI app."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.middleware.cors import CORSMiddleware

from expense_api import documents, openapi, problems
from expense_api.observing import Metrics, Observing
from expense_api.requests import uploads_of
from expense_api.routes import (
    at_once,
    auth,
    backups,
    batch,
    categories,
    expenses,
    exports,
    history,
    imports,
    ledgers,
    operating,
    profiles,
    quick,
    reports,
    rules,
    suggestions,
    users,
)
from expense_api.server import Server
from expense_api.settings import ApiSettings
from expense_core.database import Clock, system_clock

_ACROSS: dict[str, Any] = {  # Any: what the middleware takes
    "allow_methods": ["GET", "POST", "PUT", "PATCH", "DELETE"],
    "allow_headers": [
        "Authorization",
        "Content-Type",
        "If-Match",
        "Idempotency-Key",
        "Backup-Passphrase",
        "X-Request-ID",
    ],
    "expose_headers": ["ETag", "Link", "Location", "Idempotency-Replayed", "Retry-After", "X-Request-ID"],
}
"""What pages of other origins may do, where they may call at all."""


def create_app(settings: ApiSettings | None = None, *, clock: Clock = system_clock) -> FastAPI:
    """The app, with these settings; those of the environment when none are given.

    Raises:
        SettingsError: a setting is missing or cannot be used.
    """
    chosen = settings or ApiSettings.load()
    server = Server(chosen, clock=clock)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        yield
        server.close()

    app = FastAPI(
        title="Expenses",
        lifespan=life,
        docs_url=None,
        redoc_url=None,
        swagger_ui_oauth2_redirect_url=None,
        redirect_slashes=False,
    )
    app.state.server = server
    numbers, app.state.registry = _registries()
    # Exports and suggestions come before expenses: "export" would be taken for the number of one.
    for routes in (
        exports,
        suggestions,
        expenses,
        at_once,
        quick,
        batch,
        categories,
        rules,
        history,
        imports,
        profiles,
        reports,
        ledgers,
        backups,
        auth,
        users,
        operating,
    ):
        app.router.routes += routes.router.routes  # to include a router costs every request more than its query
    documents.install(app)
    openapi.install(app)
    problems.install(app)
    origins = [origin.strip() for origin in chosen.cors_origins.split(",") if origin.strip()]
    across = partial(CORSMiddleware, allow_origins=origins, **_ACROSS) if origins else None
    if across is not None:
        app.add_middleware(across)
    limits: dict[str | None, int] = dict.fromkeys(uploads_of(app), chosen.upload_limit) | {None: chosen.body_limit}
    app.add_middleware(Observing, metrics=Metrics(numbers), body_limits=limits, across=across)
    return app


def _registries() -> tuple[CollectorRegistry, CollectorRegistry]:
    """Where numbers are counted, and where they are read: in this process, or in files that all workers share."""
    own = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return own, own
    shared = CollectorRegistry()
    MultiProcessCollector(shared)  # type: ignore[no-untyped-call] # it has no types
    return own, shared
