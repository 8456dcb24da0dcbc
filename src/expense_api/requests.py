"""How requests are read: no amount loses a digit, and no parameter or field that a call does not know is let pass."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from decimal import Decimal
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin

from fastapi import FastAPI, Request, Response, params
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import get_flat_params
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, Field, TypeAdapter, ValidationError, create_model
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from expense_api.calls import CALLINGS, call_of
from expense_api.problems import Refused
from expense_core.errors import Invalid

if TYPE_CHECKING:
    from fastapi._compat import ModelField  # private, and no more than a name here

Reading = Callable[[Request, list[Any]], Coroutine[Any, Any, dict[str, Any]]]
"""Takes a request, and what is known to be wrong with it; gives what a route is called with. Any: whatever that is."""

_JSON = "application/json"
_FORM = "application/x-www-form-urlencoded"
UPLOAD = "multipart/form-data"
"""What files are sent in."""

_MOST_FIELDS = 10
"""Of a form with a file."""

_ELSEWHERE = (params.Path, params.Header, params.Cookie)


class ExactRequest(Request):
    """A request whose numbers are exact."""

    async def json(self) -> Any:  # noqa: ANN401 - whatever JSON holds
        """The body; a number with decimals is a Decimal."""
        if not hasattr(self, "_json"):
            try:
                text = (await self.body()).decode("utf-8-sig")  # RFC 8259, 8.1: nothing else; a mark is let pass
                read = json.loads(text, parse_float=Decimal, parse_constant=_refuse, object_pairs_hook=_whole)
                # Of what is no builtin, FastAPI takes the attributes for fields: a lone number would be an empty body.
                self._json = float(read) if isinstance(read, Decimal) else read
            except json.JSONDecodeError:
                raise
            except (ValueError, RecursionError) as error:  # no UTF-8, thousands of digits or brackets
                raise json.JSONDecodeError("not JSON in UTF-8", "", 0) from error
        return self._json


class Route(APIRoute):
    """A route of the API: its bodies are read like that, and it is named in the OpenAPI document as its function is.

    A query parameter that it does not know, or that is given twice and means one value, is refused.
    """

    def __init__(
        self,
        path: str,
        endpoint: Callable[..., Any],  # Any: FastAPI's own
        **options: Any,  # noqa: ANN401 - FastAPI's own
    ) -> None:
        super().__init__(path, endpoint, **options | {"operation_id": endpoint.__name__})
        declared = [one for one in get_flat_params(self.dependant) if not isinstance(one.field_info, _ELSEWHERE)]
        self._known = {one.alias for one in declared}
        self._lists = {one.alias for one in declared if _is_list(one.field_info.annotation)}

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """What reads all that the route takes in one step and calls it; a form without files is left to FastAPI."""
        if is_form(self) and not is_upload(self):
            return self._form_handler(super().get_route_handler())
        read = _reader(self.dependant)
        callings = [one for one in self.dependant.dependencies if one.call in CALLINGS]
        if not callings:
            return self._open_handler(read)
        in_ledger = bool(callings[0].query_params)
        of_ledger = [one.name for one in self.dependant.query_params if "ledger_id" in _fields(one)]
        takes_files = is_upload(self)

        async def handle(request: Request) -> Response:
            exact = ExactRequest(request.scope, request.receive)
            call = call_of(exact)
            if takes_files:
                await call.vouch(to_write=True)  # before so much is read
            try:
                given = await read(exact, self._refused(request) if request.scope["query_string"] else [])
                if in_ledger:
                    call.ledger_id = given.pop("ledger_id")
                for name in of_ledger:
                    call.ledger_id = given[name].ledger_id
                response: Response = await self.endpoint(call, **given)
            except (RequestValidationError, Refused, Invalid):
                await call.vouch()  # whoever has no good token is told nothing else
                raise
            finally:
                await exact.close()  # files that were sent
            return response

        return handle

    def _open_handler(self, read: Reading) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Of a route that anybody may call."""
        name = self.dependant.request_param_name

        async def handle(request: Request) -> Response:
            exact = ExactRequest(request.scope, request.receive)
            given = await read(exact, self._refused(request))
            response: Response = await self.endpoint(**given | ({name: exact} if name else {}))
            return response

        return handle

    def _form_handler(
        self, handle: Callable[[Request], Coroutine[Any, Any, Response]]
    ) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        async def handle_form(request: Request) -> Response:
            wrong = self._refused(request)
            if wrong:
                raise RequestValidationError(wrong)
            if _media_type(request) not in {_FORM, ""}:  # without a body there is none, and its fields are missing
                raise _of_another_type(_FORM)
            return await handle(request)

        return handle_form

    def _refused(self, request: Request) -> list[Any]:  # Any: pydantic's own
        """Parameters that are a slip of the pen, which must not pass for a filter."""
        given = request.query_params
        known = f"this call knows {', '.join(sorted(self._known)) or 'none'}"
        wrong = [
            {"type": "unknown_parameter", "loc": ("query", name), "msg": f"there is no such parameter; {known}"}
            for name in sorted(given.keys() - self._known)
        ]
        if len(given.multi_items()) == len(given):
            return wrong
        told = "is given more than once; which is meant?"
        return wrong + [
            {"type": "repeated_parameter", "loc": ("query", name), "msg": told}
            for name in sorted((given.keys() & self._known) - self._lists)
            if len(given.getlist(name)) > 1
        ]


def is_form(route: APIRoute) -> bool:
    """Whether a route takes a form."""
    return any(isinstance(one.field_info, params.Form) for one in route.dependant.body_params)


def is_upload(route: APIRoute) -> bool:
    """Whether a route takes a form with files."""
    return is_form(route) and _form_type(route.dependant) == UPLOAD


def uploads_of(app: FastAPI) -> list[str]:
    """The paths to which files are sent."""
    return [route.path for route in app.routes if isinstance(route, Route) and is_upload(route)]


def _form_type(dependant: Dependant) -> str:
    return next(one.field_info.media_type for one in dependant.body_params if isinstance(one.field_info, params.Form))


def _reader(dependant: Dependant) -> Reading:
    """What reads everything that a route takes, by the names of its parameters; all that is wrong is named at once.

    FastAPI finds out anew for each request, parameter by parameter, what it could know beforehand.
    """
    models = [(one.name, _fields(one), _adapter(one)) for one in dependant.query_params if _fields(one)]
    of_models = {alias for _, aliases, _ in models for alias in aliases}
    every = get_flat_params(dependant)
    lists = {one.alias for one in every if _is_list(one.field_info.annotation)}
    declared = [one for one in every if one.alias not in of_models]
    places = {one.alias: type(one.field_info).__name__.lower() for one in declared}
    repeatable = lists & places.keys()
    parameters: Any = create_model("Parameters", **dict(map(_field, declared)))  # Any: a model that is made here
    takes_files = any(getattr(one.field_info, "media_type", None) == UPLOAD for one in dependant.body_params)
    bodies = [(one.name, one.field_info.is_required(), _adapter(one)) for one in dependant.body_params]

    async def read(request: Request, wrong: list[Any]) -> dict[str, Any]:
        query = request.query_params
        found = {"path": request.path_params, "query": query, "header": request.headers}
        values = {alias: found[place][alias] for alias, place in places.items() if alias in found[place]}
        values |= {alias: query.getlist(alias) for alias in repeatable & values.keys()}
        given: dict[str, Any] = {}
        try:
            given = vars(parameters.model_validate(values)) if places else {}
        except ValidationError as error:
            wrong += [
                one | {"loc": (places[str(one["loc"][0])], *one["loc"])} for one in error.errors(include_url=False)
            ]
        for name, aliases, adapter in models:
            asked = {
                alias: query.getlist(alias) if alias in lists else query[alias] for alias in query.keys() & aliases
            }
            try:
                given[name] = adapter.validate_python(asked)
            except ValidationError as error:
                wrong += [one | {"loc": ("query", *one["loc"])} for one in error.errors(include_url=False)]
        if wrong and takes_files:
            raise RequestValidationError(wrong)
        body = None
        for name, is_required, adapter in bodies:
            body = await (_upload(request) if takes_files else _body(request))
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


def _fields(declared: ModelField) -> set[str]:
    """The parameters that a model of several stands for, as they are called in a query; of any other there are none."""
    kind = declared.field_info.annotation
    if not (isinstance(kind, type) and issubclass(kind, BaseModel)):
        return set()
    return {info.alias or name for name, info in kind.model_fields.items()}


def _is_list(annotation: object) -> bool:
    """Whether a parameter of this type, or None, may be given several times."""
    return any(get_origin(kind) in {list, tuple} for kind in (annotation, *get_args(annotation)))


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


async def _upload(request: Request) -> dict[str, Any]:  # Any: files, and what JSON holds
    """A form with files (RFC 7578), which are on disk where they are large; what is no file may be JSON.

    Raises:
        Refused: it is said to be something else, or is no such form.
    """
    if _media_type(request) != UPLOAD:
        raise _of_another_type(UPLOAD)
    try:
        form = await request.form(max_files=1, max_fields=_MOST_FIELDS)
    except HTTPException as error:
        if error.status_code != HTTPStatus.BAD_REQUEST:
            raise
        raise Refused(HTTPStatus.BAD_REQUEST, "bad_request", f"the form could not be read: {error.detail}") from error
    parts = form.multi_items()
    body = {name: value if isinstance(value, UploadFile) else _part(value) for name, value in parts}
    if len(body) < len(parts):
        told = "a part is there more than once; which is meant?"
        raise RequestValidationError([{"type": "repeated_part", "loc": ("body",), "msg": told}], body=body)
    return body


def _part(text: str) -> Any:  # noqa: ANN401 - whatever JSON holds
    """A part of a form in JSON; any other is text."""
    try:
        return json.loads(text, parse_constant=_refuse, object_pairs_hook=_whole)
    except (ValueError, RecursionError):
        return text


async def _body(request: Request) -> Any:  # noqa: ANN401 - whatever JSON holds
    """The body, or nothing.

    Raises:
        Refused: it is said to be no JSON.
    """
    if not await request.body():
        return None
    if _media_type(request) != _JSON:
        raise _of_another_type(_JSON)
    try:
        return await request.json()
    except json.JSONDecodeError as error:
        raise RequestValidationError(
            [{"type": "json_invalid", "loc": ("body", error.pos), "msg": error.msg, "ctx": {"error": error.msg}}]
        ) from error


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _of_another_type(wanted: str) -> Refused:
    told = f"send it with the header `Content-Type: {wanted}`"
    return Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", told)


def _whole(pairs: list[tuple[str, Any]]) -> dict[str, Any]:  # Any: whatever JSON holds
    """An object; RFC 8259, 4, leaves open which of two values under one name counts, so neither does."""
    made = dict(pairs)
    if len(made) < len(pairs):
        raise json.JSONDecodeError("a name is there more than once in an object", "", 0)
    return made


def _refuse(constant: str) -> None:
    raise json.JSONDecodeError(f"{constant} is no JSON", "", 0)
