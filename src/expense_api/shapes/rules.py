"""What comes out of the rules, described as `book` describes what comes out of the book."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from expense_api.shapes.book import ExpenseOut
from expense_api.shapes.kinds import AmountOut, Id, Moment, Shape


class RuleOut(Shape):
    """What is done with the rows of statements that meet all of its conditions."""

    id: Id
    """Its number, unique on this server."""
    ledger_id: Id
    """The ledger it is in."""
    payee: Annotated[str, Field(examples=["coffee co"])]
    """Found in the payee, the bank's trimmings aside, without regard to case; empty where that does not matter."""
    text: Annotated[str, Field(examples=[""])]
    """Found in the bank's text or the notes, without regard to case; empty where that does not matter."""
    min_amount: Annotated[AmountOut | None, Field(examples=[None])]
    """This amount or more, in whatever currency; positive is money spent."""
    max_amount: Annotated[AmountOut | None, Field(examples=["20"])]
    """This amount or less, in whatever currency."""
    account: Annotated[str, Field(examples=[""])]
    """The account's whole name as the file has it, without regard to case; empty where that does not matter."""
    category_id: Annotated[int | None, Field(examples=[3])]
    """The category that a row gets, if any."""
    category: Annotated[str | None, Field(examples=["Food"])]
    """The category's name; null where it was deleted, and the rule then gives none."""
    description: Annotated[str, Field(examples=[""])]
    """What takes the place of the bank's text; empty where nothing does."""
    notes: Annotated[str, Field(examples=[""])]
    """What is added to the notes."""
    skip: Annotated[bool, Field(examples=[False])]
    """Whether the row is left out."""
    owner_id: Id
    """The user who made it."""
    version: Annotated[int, Field(examples=[1])]
    """Rises with each change; the ETag has it too."""
    created_at: Moment
    """When it was made, in UTC."""
    updated_at: Moment
    """When it was last changed or moved, in UTC."""


class RuleList(Shape):
    """Every rule of a ledger."""

    items: list[RuleOut]
    """In the order in which they are tried."""


class TrialOut(Shape):
    """Which expenses of the book a rule would match."""

    count: Annotated[int, Field(examples=[7])]
    """How many."""
    first: list[ExpenseOut]
    """The latest ten of them."""
