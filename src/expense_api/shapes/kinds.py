"""What the shapes are made of: numbers, amounts and days as they are sent, with an example of each."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from expense_core.queries import MOST_OF_A_PAGE

Id = Annotated[int, Field(examples=[1])]

AmountOut = Annotated[str, Field(pattern=r"^-?\d+(\.\d+)?$", examples=["12.50"])]

Currency = Annotated[str, Field(pattern="^[A-Z]{3}$", json_schema_extra={"format": "iso-4217"}, examples=["EUR"])]

Moment = Annotated[datetime, Field(examples=["2026-11-05T12:15:00Z"])]

Day = Annotated[date, Field(examples=["2026-11-05"])]

QUERY_LIMIT: dict[str, Any] = {"ge": 1, "le": MOST_OF_A_PAGE, "examples": [50]}

CURSOR = "lJ0gq3u0r9yFvQ2sZxw1WyIyMDI2LTExLTA1IiwgN10"
"""What one looks like."""


class Shape(BaseModel):
    """Documented by the text under each field."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)
