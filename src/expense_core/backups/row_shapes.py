"""What the rows of a ledger may be, out of a file that anybody may have written.

Whatever a use case would never have stored is found here, column by column: no restored row can be what the rest of the
program does not expect, or reach beyond its ledger.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any, Literal, Union, get_args

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    StringConstraints,
    TypeAdapter,
    create_model,
)
from sqlalchemy import BigInteger, Column, Table

from expense_core import money
from expense_core.backups.contents import model_of
from expense_core.errors import Invalid, InvalidCurrency
from expense_core.journal import TABLES
from expense_core.statements.balancing import Figure
from expense_core.statements.row import Role
from expense_core.tables import CategoryUpdate, ExpenseUpdate, Kind, RuleUpdate
from expense_core.tables.amounts import SpentOn
from expense_core.tables.text import CategoryName, StoredLine, StoredText

Pairs = dict[str, list[Any]]
"""Each changed field's [before, after], as the history keeps them. Any: what JSON has of a column."""


def _bytes(value: object) -> bytes:
    if not isinstance(value, str):
        raise Invalid("write bytes as hexadecimal digits")
    return bytes.fromhex(value)


def _currency(code: str) -> str:
    if code not in money.currencies():
        raise InvalidCurrency(f"{code!r} is no currency code of ISO 4217")
    return code


_Figure = Annotated[str, StringConstraints(pattern=r"^-?[0-9]{1,40}(\.[0-9]{1,40})?$")] | int


class _Reading(BaseModel):
    """What is kept of a file that was imported, see `imports_view.Reading`."""

    model_config = ConfigDict(extra="forbid", strict=True)

    understood: dict[StoredLine, StoredLine] = {}
    rows: int | None = None
    counts: dict[StoredLine, int] = {}
    left_out: dict[StoredLine, int] = {}
    differences: list[tuple[StoredLine | None, StoredLine | None, Figure, _Figure, _Figure, int | None]] = []
    new_categories: list[StoredLine] = []


class _Answers(BaseModel):
    """What was answered about statements, see `profiles`; what a file calls its columns is kept as it is."""

    model_config = ConfigDict(extra="forbid", strict=True)

    columns: dict[Role, list[str | int]] = {}
    outgoing: dict[str, bool] = {}
    invert: Literal["yes", "no"] = "no"
    date_order: str = ""
    decimal_mark: str = ""
    currency: str = ""
    account: str = ""


def _of(shape: type[BaseModel]) -> AfterValidator:
    """Text that is JSON of this shape."""

    def check(text: str) -> str:
        shape.model_validate_json(text)
        return text

    return AfterValidator(check)


_NUMBER = Annotated[int, Strict(), Field(ge=0, lt=2**63)]
_COUNT = Annotated[int, Strict(), Field(ge=0, le=1_000_000_000)]
"""Of what has 32 bits on PostgreSQL, with room to grow."""
_BY_TYPE: Mapping[type, Any] = {
    bool: Annotated[bool, Strict()],
    bytes: Annotated[bytes, BeforeValidator(_bytes)],
    date: SpentOn,
    datetime: Annotated[AwareDatetime, Field(ge=datetime(1970, 1, 1, tzinfo=UTC), lt=datetime(9999, 1, 1, tzinfo=UTC))],
    Decimal: Annotated[Decimal, BeforeValidator(money.exact)],
    int: _COUNT,
    str: StoredLine,
}
_BY_NAME: Mapping[str, Any] = {
    "answers": Annotated[str, _of(_Answers)],
    "asked": type(None),  # an open import's, and none is in a backup
    "currency": Annotated[str, AfterValidator(_currency)],
    "expires_at": type(None),
    "fields": str,
    "name": CategoryName,
    "notes": StoredText,
    "reading": Annotated[str, _of(_Reading)],
}
_NEVER_CHANGED = {"id", "version", "new_category"}
_CHANGED: Mapping[Kind, set[str]] = {
    Kind.EXPENSE: {*ExpenseUpdate.model_fields, "deleted_at"},
    Kind.CATEGORY: {*CategoryUpdate.model_fields, "deleted_at"},
    Kind.RULE: {*RuleUpdate.model_fields, "position", "deleted_at"},
}
"""The fields that a write changes, and an undo gives back."""


def shape_of(table: Table, columns: Iterable[str]) -> type[BaseModel]:
    """What a row has to be, with these columns of a table."""
    fields: dict[str, Any] = {name: (_type(table.c[name]), ...) for name in columns}  # Any: types, for pydantic
    return create_model(table.name, __config__={"extra": "forbid"}, **fields)


@lru_cache(maxsize=1_024)
def changes(kind: Kind, fields: str) -> Pairs:
    """What a line of the history says was changed in a row of this kind, once it is sure that a write can have done it.

    Raises:
        ValueError: it says something else.
    """
    pairs = json.loads(fields)
    if not isinstance(pairs, dict) or not pairs.keys() <= _CHANGED[kind] - _NEVER_CHANGED:
        raise Invalid("a write changes no such fields")
    for name, pair in pairs.items():
        if not isinstance(pair, list) or len(pair) != len(("before", "after")):
            raise Invalid(f"{name} has to be what it was before and after")
        for value in pair:
            _value(kind, name).validate_python(value)
    return pairs


@lru_cache
def _value(kind: Kind, name: str) -> TypeAdapter[Any]:  # Any: whatever the column holds
    return TypeAdapter(_type(TABLES[kind].c[name]))


def _type(column: Column[Any]) -> Any:  # noqa: ANN401 - a type, for pydantic
    """What a value of a column has to be."""
    declared = model_of(column.table).model_fields[column.name].annotation
    [kind] = [one for one in get_args(declared) or (declared,) if one is not type(None)]
    found = _BY_NAME.get(column.name) or (_NUMBER if isinstance(column.type, BigInteger) else _BY_TYPE.get(kind, kind))
    return Union[found, None] if column.nullable else found  # noqa: UP007 - made of what is known only now
