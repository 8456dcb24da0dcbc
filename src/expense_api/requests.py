"""How requests are read: no amount loses a digit, and nothing that was sent is ignored."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, TypeVar, get_args, get_origin

from fastapi import Request, Response, params
from fastapi._compat import ModelField
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import get_flat_params
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, Field, TypeAdapter, ValidationError, create_model

from expense_api.calls import CALLINGS, call_of

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
        """For a route that is given a call, all that it takes is read in one step; others are left to FastAPI."""
        callings = [one for one in self.dependant.dependencies if one.call in CALLINGS]
        if not callings:
            return super().get_route_handler()
        read = _reader(self.dependant)
        in_ledger = bool(callings[0].query_params)

        async def handle(request: Request) -> Response:
            exact = ExactRequest(request.scope, request.receive)
            call = call_of(exact)
            if request.scope["query_string"]:
                self._refuse_unknown(request)
            given = await read(exact)
            if in_ledger:
                call.ledger_id = given.pop("ledger_id")
            response: Response = await self.endpoint(call, **given)
            return response

        return handle

    def _refuse_unknown(self, request: Request) -> None:
        """A slip of the pen must not pass for a filter."""
        unknown = sorted(request.query_params.keys() - self._known)
        if unknown:
            told = f"there is no such parameter; this call knows {', '.join(sorted(self._known)) or 'none'}"
            raise RequestValidationError(
                [{"type": "unknown_parameter", "loc": ("query", name), "msg": told} for name in unknown]
            )


def _reader(dependant: Dependant) -> Callable[[Request], Coroutine[Any, Any, dict[str, Any]]]:
    """What reads everything that a route takes, by the names of its parameters; all that is wrong is named at once.

    FastAPI finds out anew for each request, parameter by parameter, what it could know beforehand.
    """
    declared = get_flat_params(dependant)
    places = {one.alias: type(one.field_info).__name__.lower() for one in declared}
    lists = {one.alias for one in declared if _is_list(one.field_info.annotation)}
    parameters: Any = create_model("Parameters", **dict(map(_field, declared)))  # Any: a model that is made here
    bodies = [(one.name, one.field_info.is_required(), _adapter(one)) for one in dependant.body_params]

    async def read(request: Request) -> dict[str, Any]:
        query = request.query_params
        found = {"path": request.path_params, "query": query, "header": request.headers}
        values = {alias: found[place][alias] for alias, place in places.items() if alias in found[place]}
        values |= {alias: query.getlist(alias) for alias in lists & values.keys()}
        given: dict[str, Any] = {}
        wrong: list[Any] = []
        try:
            given = vars(parameters.model_validate(values)) if places else {}
        except ValidationError as error:
            wrong = [
                one | {"loc": (places[str(one["loc"][0])], *one["loc"])} for one in error.errors(include_url=False)
            ]
        body = None
        for name, is_required, adapter in bodies:
            body = await _body(request)
            if body is None and not is_required:
                given[name] = None
                continue
            try:
                given[name] = adapter.validate_python(body)
            except ValidationError as error:
                wrong += [one | {"loc": ("body", *one["loc"])} for one in error.errors(include_url=False)]
        if wrong:
            raise RequestValidationError(wrong, body=body)
        return given

    return read


def _is_list(annotation: object) -> bool:
    """Whether a parameter of this type, or None, may be given several times."""
    return any(get_origin(kind) is list for kind in get_args(annotation))


def _field(declared: ModelField) -> tuple[str, Any]:
    """A parameter as a field of a model."""
    info = declared.field_info
    annotation: Any = info.annotation  # Any: a type, which only pydantic has to understand
    for constraint in info.metadata:
        annotation = Annotated[annotation, constraint]
    default = ... if info.is_required() else info.default
    return declared.name, (annotation, Field(default, validation_alias=declared.alias))


def _adapter(declared: ModelField) -> TypeAdapter[Any]:  # Any: whatever the body is made into
    annotation: Any = declared.field_info.annotation
    return TypeAdapter(annotation)


async def _body(request: Request) -> Any:  # noqa: ANN401 - whatever JSON holds
    """The body, or nothing; its bytes where it is said to be no JSON."""
    if not await request.body():
        return None
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        return await request.body()
    try:
        return await request.json()
    except json.JSONDecodeError as error:
        raise RequestValidationError(
            [{"type": "json_invalid", "loc": ("body", error.pos), "msg": error.msg, "ctx": {"error": error.msg}}]
        ) from error


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
