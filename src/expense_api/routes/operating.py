"""For whoever runs the server: is it well, and its numbers."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from expense_api import answers
from expense_api.calls import server_of
from expense_api.requests import Route
from expense_api.shapes import HealthOut

router = APIRouter(tags=["operating"], route_class=Route)

_OK = {"status": "ok"}


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
    await server.calls.run(server.database.check)
    return answers.answer(dict[str, str], _OK)


@router.get("/metrics", include_in_schema=False)
async def read_metrics(request: Request) -> Response:
    """Numbers for Prometheus."""
    return Response(generate_latest(request.app.state.registry), media_type=CONTENT_TYPE_LATEST)
