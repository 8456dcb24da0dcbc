"""What the shapes are made of: numbers, amounts and days as they are sent, with an example of each."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import UploadFile
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from starlette.datastructures import UploadFile as Sent

from expense_core.errors import Invalid
from expense_core.queries import MOST_OF_A_PAGE

Id = Annotated[int, Field(examples=[1])]

AmountOut = Annotated[str, Field(pattern=r"^-?\d+(\.\d+)?$", examples=["12.50"])]

Currency = Annotated[str, Field(pattern="^[A-Z]{3}$", json_schema_extra={"format": "iso-4217"}, examples=["EUR"])]

Moment = Annotated[datetime, Field(examples=["2026-11-05T12:15:00Z"])]

Day = Annotated[date, Field(examples=["2026-11-05"])]


def _file(sent: object) -> object:
    if not isinstance(sent, Sent):
        raise Invalid("send a file, with its name")
    return sent


FileIn = Annotated[UploadFile, BeforeValidator(_file), Field(json_schema_extra={"format": "binary"})]
"""With the format by which generators of clients know a file; to OpenAPI 3.1 its media type says so."""

QUERY_LIMIT: dict[str, Any] = {"ge": 1, "le": MOST_OF_A_PAGE, "examples": [50]}

CURSOR = "lJ0gq3u0r9yFvQ2sZxw1WyIyMDI2LTExLTA1IiwgN10"
"""What one looks like."""


class Shape(BaseModel):
    """Documented by the text under each field."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)
