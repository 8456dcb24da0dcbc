"""JSON bodies, read so that no amount loses a digit."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from decimal import Decimal
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute


class ExactRequest(Request):
    """A request whose numbers are exact."""

    async def json(self) -> Any:  # noqa: ANN401 - whatever JSON holds
        """The body; a number with decimals is a Decimal."""
        if not hasattr(self, "_json"):
            try:
                self._json = json.loads(await self.body(), parse_float=Decimal, parse_constant=_refuse)
            except (UnicodeDecodeError, RecursionError) as error:
                raise json.JSONDecodeError("not JSON in UTF-8", "", 0) from error
        return self._json


class ExactRoute(APIRoute):
    """A route whose bodies are read like that."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """As FastAPI has it, with a request of our own."""
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            return await handler(ExactRequest(request.scope, request.receive))

        return handle


def _refuse(constant: str) -> None:
    raise json.JSONDecodeError(f"{constant} is no JSON", "", 0)
