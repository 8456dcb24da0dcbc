"""For whoever runs the server: is it well, and its numbers."""

from __future__ import annotations

from contextlib import suppress
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.responses import PlainTextResponse

from expense_api import answers
from expense_api.calls import server_of
from expense_api.requests import Route
from expense_api.shapes.book import HealthOut
from expense_core.errors import SchemaTooNew

router = APIRouter(tags=["operating"], route_class=Route)

_OK = {"status": "ok"}
_EXAMPLE = 'expense_requests_total{method="GET",route="/health/live",status="200"} 3.0\n'
_NUMBERS: dict[str, Any] = {  # Any: what JSON holds
    "description": "In the text format of Prometheus.",
    "content": {"text/plain": {"schema": {"type": "string"}, "example": _EXAMPLE}},
}


@router.get("/health/live", response_model=HealthOut)
async def check_live() -> Response:
    """Is it alive?

    The process runs and answers.
    """
    return answers.answer(dict[str, str], _OK)


@router.get("/health/ready", response_model=HealthOut)
async def check_ready(request: Request) -> Response:
    """Is it ready?

    The database can be reached and its schema is current; 503 otherwise.
    """
    server = server_of(request)

    def look() -> None:
        with suppress(SchemaTooNew):  # the next version has upgraded it: this one serves on until it is replaced
            server.database.check()

    await server.health.run(look)
    return answers.answer(dict[str, str], _OK)


@router.get("/metrics", response_class=PlainTextResponse, responses={HTTPStatus.OK: _NUMBERS})
async def read_metrics(request: Request) -> Response:
    """Numbers for Prometheus.

    How many requests were answered, how long it took, and how many are being answered, by route.
    """
    return Response(generate_latest(request.app.state.registry), media_type=CONTENT_TYPE_LATEST)
