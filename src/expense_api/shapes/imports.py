"""What goes in and comes out of imports."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, WithJsonSchema, model_validator

from expense_api.shapes.kinds import AmountOut, Currency, Day, FileIn, Id, Moment, Shape
from expense_core.errors import Invalid
from expense_core.imports import State
from expense_core.open_rows import MOST, RowDecision
from expense_core.statements.balancing import Figure
from expense_core.statements.row import DateOrder, ReadingOptions, Role
from expense_core.statements.verdicts import Verdict
from expense_core.tables.amounts import CurrencyCode
from expense_core.tables.text import CategoryNameOrNone


def _role(name: str) -> Role:
    """What a column is for; the schema of its own would have the name of that of a ledger's members."""
    if name not in tuple(Role):
        raise Invalid(f"columns are for {', '.join(Role)}")
    return Role(name)


_Name = Annotated[str, Field(max_length=500)]
_Role = Annotated[str, AfterValidator(_role), WithJsonSchema({"type": "string", "enum": [*Role]})]
_Column = Annotated[int, Field(ge=1)] | _Name


_ABOUT_THE_IMPORT = {"credits", "pending", "only_currency", "purged", "categorise", "clean_payees", "profile"}
"""What of the options is not about how the file is read."""


class ImportOptions(Shape):
    """What you know about a file; whatever is left out is recognised."""

    encoding: Annotated[str | None, Field(max_length=40, examples=["cp1252"])] = None
    """How its text is encoded."""
    delimiter: Annotated[str | None, Field(min_length=1, max_length=1, examples=[";"])] = None
    """What stands between its columns."""
    header_line: Annotated[int | None, Field(ge=0, examples=[4])] = None
    """The line with the names of the columns, counted from 1; 0 where there is none."""
    columns: Annotated[dict[_Role, list[_Column]], Field(examples=[{"date": ["Buchungstag"], "amount": [5]}])] = Field(
        default_factory=dict
    )
    """Columns by what they are for, each a name or a number counted from 1; an empty list: there is none."""
    date_order: Annotated[DateOrder | None, Field(examples=["dmy"])] = None
    """In which order day, month and year are written."""
    decimal_mark: Annotated[Literal[".", ","] | None, Field(examples=[","])] = None
    """What stands before the decimals."""
    invert: Annotated[bool | None, Field(examples=[False])] = None
    """Whether money out is written without a minus."""
    outgoing: Annotated[tuple[_Name, ...], Field(max_length=100, examples=[["Soll"]])] = ()
    """The words beside an amount that mean money out."""
    currency: Annotated[CurrencyCode | None, Field(examples=["EUR"])] = None
    """What the amounts are in, where the file does not say."""
    account: Annotated[str | None, Field(max_length=500, examples=["Checking"])] = None
    """Whose rows are meant, where the file has several accounts."""
    credits: Annotated[bool, Field(examples=[False])] = False
    """Take money in too, as refunds."""
    pending: Annotated[bool, Field(examples=[True])] = True
    """Take what the bank has not booked yet, too."""
    only_currency: Annotated[CurrencyCode | None, Field(examples=["EUR"])] = None
    """Leave out rows of other currencies."""
    purged: Annotated[bool, Field(examples=[False])] = False
    """Take again what was imported before and deleted for good."""
    categorise: Annotated[bool, Field(examples=[True])] = True
    """Apply rules, and what was chosen before."""
    clean_payees: Annotated[bool, Field(examples=[True])] = False
    """Call an expense by its payee alone, such as `Coffee Co`; the file's own text goes into its notes."""
    profile: Annotated[bool, Field(examples=[True])] = True
    """Take what was answered before about files of this shape, where a question comes up that is not answered here."""

    def reading(self) -> ReadingOptions:
        """What of it is about reading the file."""
        given = {name: value for name, value in self if name not in _ABOUT_THE_IMPORT}
        return ReadingOptions(**given)


class ImportForm(Shape):
    """A file, and what you know about it."""

    file: Annotated[FileIn, Field(examples=["Date,Payee,Amount\n2026-11-05,Lunch,-12.50\n"])]
    """The statement, as the bank hands it out, with its name."""
    options: Annotated[ImportOptions | None, Field(examples=[{"currency": "EUR"}])] = None
    """In JSON; all that is left out is recognised."""


class ComingOut(Shape):
    """Expenses, added up."""

    count: Annotated[int, Field(examples=[34])]
    """How many they are."""
    totals: Annotated[dict[str, AmountOut], Field(examples=[{"EUR": "512.20"}])]
    """What they add up to, by currency: currencies are never added up."""


class DifferenceOut(Shape):
    """Something that a file says of its rows, and they do not come to."""

    account: Annotated[str | None, Field(examples=["DE00 1234"])]
    """The account, where the file names it."""
    currency: Annotated[str | None, Field(examples=["EUR"])]
    """The currency, where the file names it."""
    figure: Annotated[Figure, Field(examples=["closing balance"])]
    """What is said."""
    stated: Annotated[AmountOut | int, Field(examples=["174.90"])]
    """What the file says; money out is negative."""
    found: Annotated[AmountOut | int, Field(examples=["162.40"])]
    """What its rows come to."""
    line: Annotated[int | None, Field(examples=[None])]
    """Of the balance beside a row, its line; null of anything else."""


class ImportOut(Shape):
    """A file that came in, or may come in yet."""

    id: Id
    """Its number, unique on this server."""
    state: Annotated[State, Field(examples=["open"])]
    """open: somebody decides what comes in; committed: it did; reverted: nothing of it is in the book any more."""
    file: Annotated[str, Field(examples=["card.csv"])]
    """What the file is called."""
    format: Annotated[str, Field(examples=["csv"])]
    """Which reader read it; empty where that was not kept."""
    understood: Annotated[dict[str, str], Field(examples=[{"date order": "ymd"}])]
    """What was understood of the file, by what it is."""
    rows: Annotated[int | None, Field(examples=[40])]
    """How many rows it has; null where that was not kept."""
    counts: Annotated[dict[str, int], Field(examples=[{"new": 34, "duplicate": 6}])]
    """How many of them there were by their verdict, when it was looked at."""
    coming: Annotated[ComingOut, Field(examples=[{"count": 34, "totals": {"EUR": "512.20"}}])]
    """What would come in of an open one, as it is decided now; of any other, what of it is in the book."""
    new_categories: Annotated[list[str], Field(examples=[["Travel"]])]
    """The categories that are made for it."""
    left_out: Annotated[dict[str, int], Field(examples=[{"of balances or totals": 2}])]
    """How many rows had only the looks of a payment, by what they are."""
    differences: list[DifferenceOut]
    """What the file says of its rows, where they do not come to that."""
    actor: Annotated[str, Field(examples=["alice"])]
    """The username of whoever sent it."""
    created_at: Moment
    """When it was sent, in UTC."""
    expires_at: Annotated[datetime | None, Field(examples=["2026-11-12T12:15:00Z"])]
    """When an open one is thrown away, in UTC."""
    entry_id: Annotated[int | None, Field(examples=[None])]
    """The entry of the history that brought it in; null where it is open, or nothing was new."""
    undone_at: Annotated[datetime | None, Field(examples=[None])]
    """When that entry was undone, if it was."""
    in_trash: Annotated[int, Field(examples=[0])]
    """How many of its expenses are in the trash."""


class ImportPage(Shape):
    """A page of a ledger's imports, the last first."""

    items: list[ImportOut]
    """The last first."""
    next_cursor: Annotated[str | None, Field(examples=[None])]
    """Send it as `cursor` for the next page; null on the last one."""


class KnownExpenseOut(Shape):
    """An expense of the book that a row is, or may be."""

    id: Id
    """Its number."""
    spent_on: Day
    """The calendar date it was spent on."""
    amount: AmountOut
    """Exact; negative for a refund."""
    currency: Currency
    """A code of ISO 4217."""
    description: Annotated[str, Field(examples=["Lunch with Sam"])]
    """What it was spent on."""
    in_trash: Annotated[bool, Field(examples=[False])]
    """Whether it was deleted."""


class ImportRowOut(Shape):
    """A row of a file, and what would become of it."""

    line: Annotated[int, Field(examples=[7])]
    """Where it begins in the file, counted from 1."""
    spent_on: Annotated[date | None, Field(examples=["2026-11-05"])]
    """The calendar date; null where it cannot be read."""
    amount: Annotated[AmountOut | None, Field(examples=["12.50"])]
    """Positive for money spent; null where it cannot be read, or is none that an expense can have."""
    currency: Annotated[str, Field(examples=["EUR"])]
    """A code of ISO 4217, or what the file has in its place."""
    description: Annotated[str, Field(examples=["COFFEE CO 04/11 LONDON GB"])]
    """What the bank wrote; of a row that cannot be read, whatever is in it."""
    category: Annotated[str | None, Field(examples=["Food"])]
    """The name of its category, which is made where there is none."""
    category_from: Annotated[Literal["file", "rule", "before", "chosen"] | None, Field(examples=["before"])]
    """Who says so: the file, a rule, what was chosen before for the like payee, or you."""
    verdict: Annotated[Verdict, Field(examples=["new"])]
    """What an import makes of it."""
    why: Annotated[str, Field(examples=[""])]
    """What is wrong with a row that is unclear, and where; or that a new one is still pending."""
    comes_in: Annotated[bool, Field(examples=[True])]
    """Whether it comes in, as it is decided now."""
    known: KnownExpenseOut | None
    """The expense that it is, or may be."""


class ImportRowPage(Shape):
    """A page of the rows of an import, in the order of its file."""

    items: list[ImportRowOut]
    """In the order of the file."""
    next_cursor: Annotated[str | None, Field(examples=[None])]
    """Send it as `cursor` for the next page; null on the last one."""


class Decision(Shape):
    """What is to be done with single rows, or with all of a verdict."""

    rows: Annotated[
        list[RowDecision] | None,
        Field(min_length=1, max_length=MOST, examples=[[{"line": 7, "take": True, "category": "Food"}]]),
    ] = None
    """Single rows, each by its line."""
    verdict: Annotated[Verdict | None, Field(examples=[None])] = None
    """In the place of `rows`: all of this verdict are meant."""
    take: Annotated[bool | None, Field(examples=[None])] = None
    """Of those of a verdict, whether they come in; left as it was when not given."""
    category: Annotated[CategoryNameOrNone | None, Field(examples=[None])] = None
    """Of those of a verdict, the name of the category that they get, empty for none; left as it was when not given."""

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        if (self.rows is None) == (self.verdict is None):
            raise Invalid("name rows, or the verdict of those that are meant")
        if self.rows is not None and (self.take is not None or self.category is not None):
            raise Invalid("say of each row whether it comes in, and with which category")
        return self


class Commit(Shape):
    """How an import comes in."""

    leave_unclear: Annotated[bool, Field(examples=[False])] = False
    """Leave out the rows that cannot be expenses, also those of which nobody has said so."""


class Revert(Shape):
    """How an import is taken back."""

    edited: Annotated[bool, Field(examples=[False])] = False
    """Also where some of it was edited since."""
