"""What every answer carries, and what is written down of every request: never a secret, an amount or a description."""

from __future__ import annotations

import json
import logging
import re
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from functools import cache
from http import HTTPStatus
from secrets import token_hex
from typing import Any

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.typing import EventDict, Processor

from expense_api import problems
from expense_api.problems import Refused
from expense_core.errors import ExpenseError

_ID = re.compile(rb"[\w.-]{1,64}", re.ASCII)
_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
]
_OF_DATA = [
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cache-control", b"private, no-cache"),
]
_OF_A_REFUSAL = ("code", "reason")
"""What the log says besides of a request that could not be done: the problem's code, and what the database said."""
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

_ENCODER = json.JSONEncoder(default=repr)
"""Kept: json.dumps makes one for each line."""

log = structlog.get_logger("expense_api")


class Metrics:
    """What an operator's Prometheus reads."""

    def __init__(self, registry: CollectorRegistry) -> None:
        answered = Counter(
            "expense_requests_total", "Requests answered.", ["method", "route", "status"], registry=registry
        )
        took = Histogram(
            "expense_request_seconds",
            "How long an answer took.",
            ["method", "route"],
            registry=registry,
            buckets=_BUCKETS,
        )
        self.running = Gauge(
            "expense_requests_running",
            "Requests that are being answered.",
            registry=registry,
            multiprocess_mode="livesum",
        )
        self._answered, self._took = cache(answered.labels), cache(took.labels)  # they would look for a series anew

    def note(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count an answer."""
        self._answered(method, route, status).inc()
        self._took(method, route).observe(seconds)


class Observing:
    """The outermost layer: a request's id, its limits, its line in the log, its numbers.

    Arguments:
        body_limits: how many bytes a body may have, by the path that is called; any other by none.
        across: puts around what is answered here, and not by the app, what pages of other origins need to read it.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        metrics: Metrics,
        body_limits: Mapping[str | None, int],
        across: Callable[[ASGIApp], ASGIApp] | None = None,
    ) -> None:
        self._app = app
        self._across = across or (lambda answer: answer)
        self._metrics = metrics
        self._body_limits = body_limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, whatever becomes of it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        method = scope["method"]
        if method == "HEAD":  # answered as GET is; the web server leaves the body out
            scope = {**scope, "method": "GET"}
        headers = dict(scope["headers"])
        request_id = _request_id(headers)
        state: dict[str, Any] = scope.setdefault("state", {})  # Any: what Starlette keeps there
        state["id"] = request_id
        answered: list[int] = []

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                answered.append(message["status"])
                given = message["headers"]
                names = {name.lower() for name, _ in given}
                extra = _HEADERS if b"content-security-policy" in names else [*_HEADERS, *_OF_DATA]
                given += [(name, value) for name, value in extra if name not in names]
                given.append((b"x-request-id", request_id.encode()))
            await send(message)

        self._metrics.running.inc()
        try:
            path = scope["path"].removeprefix(scope.get("root_path", ""))
            limit = self._body_limits.get(path, self._body_limits[None])
            refusal = _refusal(headers, limit)
            if refusal is not None:
                await self._across(problems.of(refusal, state))(scope, receive, send_on)
            else:
                await self._app(scope, _bounded(receive, limit), send_on)
        except Exception as error:  # the outermost edge: what nobody foresaw is logged, and told without a word of it
            foreseen = error.__cause__ if answered and isinstance(error.__cause__, ExpenseError) else None
            if foreseen is None:
                log.exception("unexpected", request_id=request_id, error=type(error).__name__)
            if answered:  # the client sees that it ends amid the answer
                answered[0] = (
                    problems.unexpected(state) if foreseen is None else problems.of(foreseen, state)
                ).status_code
                raise
            await self._across(problems.unexpected(state))(scope, receive, send_on)
        finally:
            self._metrics.running.dec()
            self._note(method, scope, state, answered, time.perf_counter() - started)

    def _note(
        self,
        method: str,
        scope: Scope,
        state: dict[str, Any],  # Any: what Starlette keeps there
        answered: list[int],
        seconds: float,
    ) -> None:
        route = getattr(scope.get("route"), "path", "(none)")  # a path itself would be a new label for each expense
        status = answered[0] if answered else HTTPStatus.INTERNAL_SERVER_ERROR
        method = method if method in _METHODS else "(other)"
        self._metrics.note(method, route, status, seconds)
        log.info(
            "request",
            request_id=state["id"],
            method=method,
            route=route,
            status=int(status),
            ms=round(seconds * 1_000, 1),
            user_id=state.get("user_id"),
            **({name: state[name] for name in _OF_A_REFUSAL if name in state} if "code" in state else {}),
        )


_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


def set_up_logging(form: str) -> None:
    """Log to standard error: JSON, or text for a person at a terminal."""
    as_text = form == "text" or (form == "auto" and sys.stderr.isatty())
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _tell_where,
    ]
    renderer = structlog.dev.ConsoleRenderer() if as_text else structlog.processors.JSONRenderer(_json)
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    others = logging.StreamHandler()
    others.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(handlers=[others], level=logging.INFO)


def _json(event: EventDict, **_: object) -> str:
    return _ENCODER.encode(event)


def _tell_where(_: object, __: str, event: EventDict) -> EventDict:
    """Say of an exception what kind it is and where it came from; its message may repeat what somebody sent."""
    said = event.pop("exc_info", None)
    error = said if isinstance(said, BaseException) else said[1] if isinstance(said, tuple) else sys.exc_info()[1]
    told: list[str] = []
    while said and error is not None:
        told += [*traceback.format_tb(error.__traceback__), f"{type(error).__module__}.{type(error).__qualname__}\n"]
        error = error.__cause__ or error.__context__
    if told:
        event["exception"] = "".join(told)
    return event


def _bounded(receive: Receive, limit: int) -> Receive:
    """A body whose length nobody told, read no further than a body may go."""
    read = 0

    async def receive_on() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > limit:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return message

    return receive_on


def _request_id(headers: dict[bytes, bytes]) -> str:
    given = headers.get(b"x-request-id", b"")
    return given.decode() if _ID.fullmatch(given) else token_hex(16)


def _refusal(headers: dict[bytes, bytes], body_limit: int) -> Refused | None:
    """What can be refused before anything is read."""
    length = headers.get(b"content-length", b"0")
    if length.isdigit() and int(length) > body_limit:
        told = f"the body has more than {body_limit:,} bytes; send it in several requests"
        return Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "content_too_large", told)
    return None
