"""How requests are read: no amount loses a digit, and nothing that was sent is ignored."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar

from fastapi import Request, Response, params
from fastapi.dependencies.utils import get_flat_params
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError

Query = TypeVar("Query", bound=BaseModel)

_ELSEWHERE = (params.Path, params.Header, params.Cookie)


class ExactRequest(Request):
    """A request whose numbers are exact."""

    async def json(self) -> Any:  # noqa: ANN401 - whatever JSON holds
        """The body; a number with decimals is a Decimal."""
        if not hasattr(self, "_json"):
            try:
                text = (await self.body()).decode("utf-8-sig")  # RFC 8259, 8.1: nothing else; a mark is let pass
                read = json.loads(text, parse_float=Decimal, parse_constant=_refuse)
                # Of what is no builtin, FastAPI takes the attributes for fields: a lone number would be an empty body.
                self._json = float(read) if isinstance(read, Decimal) else read
            except json.JSONDecodeError:
                raise
            except (ValueError, RecursionError) as error:  # no UTF-8, thousands of digits or brackets
                raise json.JSONDecodeError("not JSON in UTF-8", "", 0) from error
        return self._json


class Route(APIRoute):
    """A route of the API: its bodies are read like that, and a query parameter that it does not know is refused.

    Arguments:
        query: what its query parameters are, for `parsed`: to have FastAPI read a dozen of them one by one takes
            longer than to find what they ask for.
    """

    def __init__(
        self,
        path: str,
        endpoint: Callable[..., Any],  # Any: FastAPI's own
        *,
        openapi_extra: dict[str, Any] | None = None,
        **options: Any,  # noqa: ANN401 - FastAPI's own
    ) -> None:
        model: type[BaseModel] | None = (openapi_extra or {}).pop("query", None)
        if model is not None:
            openapi_extra = {"parameters": _documented(model)}
        super().__init__(path, endpoint, openapi_extra=openapi_extra, **options | {"operation_id": endpoint.__name__})
        declared = get_flat_params(self.dependant)
        self._known = {one.alias for one in declared if not isinstance(one.field_info, _ELSEWHERE)}
        self._known |= _names(model).keys() if model else set()

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """As FastAPI has it, with a request of our own."""
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            if request.scope["query_string"]:
                self._refuse_unknown(request)
            return await handler(ExactRequest(request.scope, request.receive))

        return handle

    def _refuse_unknown(self, request: Request) -> None:
        """A slip of the pen must not pass for a filter."""
        unknown = sorted(request.query_params.keys() - self._known)
        if unknown:
            told = f"there is no such parameter; this call knows {', '.join(sorted(self._known)) or 'none'}"
            raise RequestValidationError(
                [{"type": "unknown_parameter", "loc": ("query", name), "msg": told} for name in unknown]
            )


def taking(model: type[BaseModel]) -> dict[str, Any]:  # Any: FastAPI's own
    """What tells a route that its query parameters are these."""
    return {"query": model}


def parsed(model: type[Query], request: Request) -> Query:
    """The query parameters of a request, each one that is not a list by its last value.

    Raises:
        RequestValidationError: some are wrong; it names them all.
    """
    given = request.query_params
    names = _names(model)
    values = {name: given.getlist(name) if names[name] else given[name] for name in given}
    try:
        return model.model_validate(values)
    except ValidationError as error:
        wrong = error.errors(include_url=False)
        raise RequestValidationError([one | {"loc": ("query", *one["loc"])} for one in wrong]) from error


@cache
def _names(model: type[BaseModel]) -> dict[str, bool]:
    """The parameters, and whether each may be repeated."""
    schema = model.model_json_schema()["properties"]
    return {name: one.get("type") == "array" for name, one in schema.items()}


def _documented(model: type[BaseModel]) -> list[dict[str, Any]]:  # Any: what JSON holds
    """The parameters as OpenAPI has them."""
    schema = model.model_json_schema()
    return [
        {
            "name": name,
            "in": "query",
            "required": False,
            "description": one.pop("description"),
            "schema": schema["$defs"][one.pop("$ref").rpartition("/")[2]] | one if "$ref" in one else one,
        }
        for name, one in schema["properties"].items()
    ]


def _refuse(constant: str) -> None:
    raise json.JSONDecodeError(f"{constant} is no JSON", "", 0)
