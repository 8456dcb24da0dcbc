"""Query parameters that a call does not know are refused: a slip of the pen must not pass for a filter."""

from __future__ import annotations

from fastapi import Request, params
from fastapi.dependencies.utils import get_flat_params
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute


async def only_known_parameters(request: Request) -> None:
    """Refuse a request with a query parameter that its route has not.

    Raises:
        RequestValidationError: there is one; it names them all.
    """
    if not request.scope["query_string"]:
        return
    route = request.scope["route"]
    assert isinstance(route, APIRoute)  # noqa: S101 - no other route has dependencies, for the type checker
    known = {one.alias for one in get_flat_params(route.dependant) if isinstance(one.field_info, params.Query)}
    unknown = sorted(request.query_params.keys() - known)
    if unknown:
        told = f"there is no such parameter; this call knows {', '.join(sorted(known)) or 'none'}"
        raise RequestValidationError(
            [{"type": "unknown_parameter", "loc": ("query", name), "msg": told} for name in unknown]
        )
