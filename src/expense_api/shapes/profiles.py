"""What comes out of the answers that are remembered."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from expense_api.shapes.kinds import Id, Moment, Shape


class ProfileOut(Shape):
    """What was answered about files of one shape."""

    id: Id
    """Its number, unique on this server."""
    looks: Annotated[str, Field(examples=["Date, Payee, Amount"])]
    """What such files look like, such as the names of their columns."""
    answers: Annotated[dict[str, str], Field(examples=[{"date_order": "dmy"}])]
    """As the command's options would give them, by the name of the option."""
    file: Annotated[str, Field(examples=["card.csv"])]
    """The name of the file that was asked about last."""
    updated_at: Moment
    """When it was last answered, in UTC."""


class ProfileList(Shape):
    """Every answer that a ledger remembers."""

    items: list[ProfileOut]
    """The latest first."""
