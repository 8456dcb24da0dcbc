"""What goes in and comes out over HTTP, with the words and examples of its documentation.

The core's own dataclasses are what is sent; these describe them, and the tests hold the two together.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr
from pydantic.json_schema import SkipJsonSchema

from expense_core.batches import MOST_LINES, BatchCreate, BatchDelete, BatchEdit, BatchRestore
from expense_core.errors import Invalid
from expense_core.queries import MOST_OF_A_PAGE
from expense_core.tables import (
    Action,
    CategoryUpdate,
    ExpenseCreate,
    ExpenseUpdate,
    Kind,
    Role,
    Scope,
)
from expense_core.tables.text import CategoryName

Id = Annotated[int, Field(examples=[1])]
AmountOut = Annotated[str, Field(pattern=r"^-?\d+(\.\d+)?$", examples=["12.50"])]
Currency = Annotated[str, Field(pattern="^[A-Z]{3}$", json_schema_extra={"format": "iso-4217"}, examples=["EUR"])]
Moment = Annotated[datetime, Field(examples=["2026-11-05T12:15:00Z"])]
Day = Annotated[date, Field(examples=["2026-11-05"])]


QUERY_LIMIT: dict[str, Any] = {"ge": 1, "le": MOST_OF_A_PAGE, "examples": [50]}

CURSOR = "lJ0gq3u0r9yFvQ2sZxw1WyIyMDI2LTExLTA1IiwgN10"
"""What one looks like."""


def _locale(name: str) -> str:
    from babel import Locale, UnknownLocaleError

    try:
        return str(Locale.parse(name.replace("-", "_")))
    except (UnknownLocaleError, ValueError) as error:
        raise Invalid("there is no such locale; write it like de_DE") from error


class Shape(BaseModel):
    """Documented by the text under each field."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class ExpenseOut(Shape):
    """An expense; a refund when its amount is negative."""

    id: Id
    """Its number, unique on this server."""
    ledger_id: Id
    """The ledger it is in."""
    amount: AmountOut
    """Exact, with all decimals of the currency; negative for a refund."""
    currency: Currency
    """A code of ISO 4217."""
    description: Annotated[str, Field(examples=["Lunch with Sam"])]
    """What it was spent on."""
    spent_on: Day
    """The calendar date it was spent on."""
    category_id: Annotated[int | None, Field(examples=[3])]
    """Its category, if it has one."""
    category: Annotated[str | None, Field(examples=["Food"])]
    """The category's name."""
    notes: Annotated[str, Field(examples=["we shared the dessert"])]
    """Anything else, over several lines."""
    owner_id: Id
    """The user who recorded it."""
    version: Annotated[int, Field(examples=[1])]
    """Rises with each change; the ETag has it too."""
    created_at: Moment
    """When it was recorded, in UTC."""
    updated_at: Moment
    """When it was last changed, in UTC."""


class DeletedExpenseOut(ExpenseOut):
    """An expense in the trash."""

    deleted_at: Moment
    """Since when it is there, in UTC."""


class SuggestionOut(Shape):
    """A description, with what its last expense had."""

    description: Annotated[str, Field(examples=["Lunch with Sam"])]
    """What it was spent on."""
    category_id: Annotated[int | None, Field(examples=[3])]
    """The last one's category, if it had one."""
    category: Annotated[str | None, Field(examples=["Food"])]
    """The category's name."""
    amount: AmountOut
    """What the last one was; negative for a refund."""
    currency: Currency
    """A code of ISO 4217."""


class SuggestionList(Shape):
    """Descriptions that were used before."""

    items: list[SuggestionOut]
    """The latest first."""


class ExportedExpense(Shape):
    """An expense as files have it."""

    id: Id
    """Its number, unique on this server."""
    spent_on: Day
    """The calendar date it was spent on."""
    amount: AmountOut
    """Exact, with all decimals of the currency; negative for a refund."""
    currency: Currency
    """A code of ISO 4217."""
    description: Annotated[str, Field(examples=["Lunch with Sam"])]
    """What it was spent on."""
    category: Annotated[str | None, Field(examples=["Food"])]
    """The category's name."""
    notes: Annotated[str, Field(examples=[""])]
    """Anything else, over several lines."""


class ExpensePage(Shape):
    """A page of expenses."""

    items: list[ExpenseOut]
    """In the order that was asked for."""
    next_cursor: Annotated[str | None, Field(examples=[None])]
    """Send it as `cursor` for the next page; null on the last one."""


class TrashPage(Shape):
    """A page of deleted expenses, the last deleted first."""

    items: list[DeletedExpenseOut]
    """The last deleted first."""
    next_cursor: Annotated[str | None, Field(examples=[None])]
    """Send it as `cursor` for the next page; null on the last one."""


class ExpenseIn(ExpenseCreate):
    """What recording an expense asks for."""

    new_category: Annotated[CategoryName | None, Field(examples=["Food"])] = None
    """The name of a category that is made with it, and undone with it; in the place of `category_id`."""


class ExpensePatch(ExpenseUpdate):
    """What to change of an expense; what is left out stays, and `category_id: null` takes it out of its category."""

    version: int | None = None  # type: ignore[assignment] # over HTTP the version is mostly in If-Match
    """The version that you saw, if you send no If-Match; without either the change is made whatever came between."""
    new_category: Annotated[CategoryName | None, Field(examples=["Food"])] = None
    """The name of a category that is made with the change, and undone with it; in the place of `category_id`."""


class CategoryPatch(CategoryUpdate):
    """What to change of a category."""

    version: int | None = None  # type: ignore[assignment] # over HTTP the version is mostly in If-Match
    """The version that you saw, if you send no If-Match."""


class CategoryOut(Shape):
    """A category."""

    id: Id
    """Its number, unique on this server."""
    ledger_id: Id
    """The ledger it is in."""
    name: Annotated[str, Field(examples=["Food"])]
    """Unique in the ledger, without regard to case."""
    owner_id: Id
    """The user who made it."""
    version: Annotated[int, Field(examples=[1])]
    """Rises with each change; the ETag has it too."""
    created_at: Moment
    """When it was made, in UTC."""
    updated_at: Moment
    """When it was last changed, in UTC."""


class CategoryTotalOut(Shape):
    """What was spent on a category in one currency."""

    currency: Currency
    """A code of ISO 4217."""
    total: AmountOut
    """Exact; refunds are taken off."""
    count: Annotated[int, Field(examples=[7])]
    """How many expenses it is."""


class CategorySummaryOut(CategoryOut):
    """A category with what was spent on it."""

    count: Annotated[int, Field(examples=[7])]
    """How many expenses it has; those in the trash are left out."""
    totals: list[CategoryTotalOut]
    """One for each currency: currencies are never added up."""


class CategoryList(Shape):
    """Every category of a ledger, by name."""

    items: list[CategorySummaryOut]
    """By name."""


class Merge(Shape):
    """Where the expenses of a category go."""

    into_id: Annotated[int, Field(examples=[2])]
    """The category that takes them."""


class QuickIn(Shape):
    """An expense in one line, as a person writes it."""

    text: Annotated[str, Field(max_length=2_000, examples=["12.50 Lunch @Food yesterday"])]
    """An amount, a description, `@Category` and a date, in any order that can be understood."""
    dry_run: Annotated[bool, Field(examples=[False])] = False
    """Only say what was understood; record nothing."""
    today: Annotated[date | None, Field(examples=["2026-11-05"])] = None
    """The date where you are, which "yesterday" is the day before; the date in UTC when not given."""
    make_category: Annotated[bool, Field(examples=[False])] = False
    """Make the category with the expense where there is none of its name, nor of one that is nearly the same."""
    locale: Annotated[str, Field(max_length=20, examples=["en_GB"]), AfterValidator(_locale)] = "en"
    """How amounts and dates are written."""


class QuickOut(Shape):
    """What a line said."""

    amount: AmountOut
    """Exact; negative for a refund."""
    currency: Currency
    """A code of ISO 4217."""
    description: Annotated[str, Field(examples=["Lunch"])]
    """What is left of the line."""
    spent_on: Day
    """The calendar date it was spent on."""
    category: Annotated[str | None, Field(examples=["Food"])]
    """The name after the @."""
    expense: ExpenseOut | None
    """What was recorded; null for a dry run."""


BatchLine = Annotated[BatchCreate | BatchEdit | BatchDelete | BatchRestore, Field(discriminator="do")]


_BATCH = [
    {"do": "create", "amount": "12.50", "currency": "EUR", "description": "Lunch with Sam"},
    {"do": "edit", "id": 1, "version": 1, "amount": "13.50"},
    {"do": "delete", "id": 2},
    {"do": "restore", "id": 3},
]


class BatchIn(Shape):
    """Up to 1,000 changes, all of them or none; each expense is named once at most."""

    lines: Annotated[list[BatchLine], Field(min_length=1, max_length=MOST_LINES, examples=[_BATCH])]
    """What to do, in order."""
    dry_run: Annotated[bool, Field(examples=[False])] = False
    """Do it all and take it back: the answer is what it would have been."""


class BatchLineOut(Shape):
    """What became of one line."""

    do: Annotated[Literal["create", "edit", "delete", "restore"], Field(examples=["create"])]
    """What was asked for."""
    expense: ExpenseOut | None
    """The expense as it is now; null where it was deleted."""
    id: Id
    """Its number."""


class BatchOut(Shape):
    """What became of a batch."""

    lines: list[BatchLineOut]
    """In the order in which they were sent."""
    dry_run: Annotated[bool, Field(examples=[False])]
    """Whether it was taken back."""


class PurgeOut(Shape):
    """How much was deleted for good."""

    purged: Annotated[int, Field(examples=[2])]
    """Expenses."""


class FieldChangeOut(Shape):
    """One field, before and after."""

    name: Annotated[str, Field(examples=["amount"])]
    """The field."""
    before: Annotated[str | int | None, Field(examples=["12.50"])]
    """What it was."""
    after: Annotated[str | int | None, Field(examples=["13.50"])]
    """What it became."""


class RowChangeOut(Shape):
    """What an entry did to one row."""

    kind: Annotated[Kind, Field(examples=["expense"])]
    """What the row is."""
    id: Id
    """Its number."""
    label: Annotated[str, Field(examples=["Lunch with Sam"])]
    """The description or the name that it has now."""
    fields: list[FieldChangeOut]
    """Each field that was changed."""


class HistoryEntryOut(Shape):
    """One write, which can be undone."""

    id: Id
    """Its number."""
    ledger_id: Id
    """The ledger it was in."""
    action: Annotated[Action, Field(examples=["expense.edit"])]
    """What was done."""
    actor_id: Id
    """The user who did it."""
    actor: Annotated[str, Field(examples=["alice"])]
    """Their username."""
    created_at: Moment
    """When, in UTC."""
    recorded: Annotated[int, Field(examples=[0])]
    """How many rows it added."""
    changed: Annotated[int, Field(examples=[1])]
    """How many rows it changed."""
    note: Annotated[str, Field(examples=[""])]
    """Such as the name of a file that was imported."""
    undone_at: Annotated[datetime | None, Field(examples=[None])]
    """When it was taken back, if it was."""
    rows: list[RowChangeOut]
    """The first ten of its rows."""


class HistoryPage(Shape):
    """A page of a ledger's history, the last write first."""

    items: list[HistoryEntryOut]
    """The last write first."""
    next_cursor: Annotated[str | None, Field(examples=[None])]
    """Send it as `cursor` for the next page; null on the last one."""


class ExpenseHistory(Shape):
    """What was done to one expense."""

    items: list[HistoryEntryOut]
    """The last write first."""


class Reverse(Shape):
    """Which write to take back, or to do again."""

    entry_id: Annotated[int | None, Field(ge=1, examples=[None])] = None
    """The entry; your own last one when not given."""


class SpendingOut(Shape):
    """What was spent in one group, in one currency."""

    currency: Currency
    """A code of ISO 4217."""
    total: AmountOut
    """Exact; refunds are taken off."""
    count: Annotated[int, Field(examples=[7])]
    """How many expenses it is."""
    share: Annotated[str | None, Field(examples=["0.2500"])]
    """Of the whole in this currency; null where that is zero."""
    period: Annotated[date | None, Field(examples=["2026-11-01"])]
    """The first day of the day, week, month or year, when grouped by one."""
    category_id: Annotated[int | None, Field(examples=[3])]
    """The category, when grouped by it; null for expenses without one."""
    category: Annotated[str | None, Field(examples=["Food"])]
    """Its name."""


class SpendingReportOut(Shape):
    """What was spent, in groups and in whole."""

    by: Annotated[
        list[Literal["day", "week", "month", "year", "category", "currency"]], Field(examples=[["month", "category"]])
    ]
    """What it is grouped by."""
    rows: list[SpendingOut]
    """By period, then by currency, then the largest first."""
    totals: list[SpendingOut]
    """The whole, one for each currency."""


class LedgerOut(Shape):
    """A set of books that you may see."""

    id: Id
    """Its number."""
    name: Annotated[str, Field(examples=["alice"])]
    """What it is called."""
    currency: Currency
    """What an expense is in when nobody says otherwise."""
    role: Annotated[Role, Field(examples=["owner"])]
    """What you may do in it."""
    created_at: Moment
    """When it was made, in UTC."""


class LedgerList(Shape):
    """The ledgers that you may see."""

    items: list[LedgerOut]
    """The oldest first."""


class CurrencyOut(Shape):
    """A currency of ISO 4217."""

    code: Currency
    """Its code."""
    name: Annotated[str, Field(examples=["Euro"])]
    """Its name in English."""
    decimals: Annotated[int, Field(examples=[2])]
    """How many decimals an amount in it may have."""


class CurrencyList(Shape):
    """Every currency that an expense can be in."""

    items: list[CurrencyOut]
    """By code."""


class UserOut(Shape):
    """A user, as they see themselves."""

    id: Id
    """Their number."""
    username: Annotated[str, Field(examples=["alice"])]
    """Unique without regard to case."""
    email: Annotated[str | None, Field(examples=["alice@example.org"])]
    """Unique without regard to case."""
    created_at: Moment
    """When they registered, in UTC."""


class PasswordChange(Shape):
    """A new password, and the current one."""

    current_password: Annotated[SecretStr, Field(max_length=4_096, examples=["correct horse battery"])]
    """What you signed in with."""
    new_password: Annotated[SecretStr, Field(max_length=4_096, examples=["staple battery horse"])]
    """8 to 1,024 characters, not a common one."""


class Farewell(Shape):
    """What deleting an account asks for."""

    password: Annotated[SecretStr, Field(max_length=4_096, examples=["correct horse battery"])]
    """Your password."""


class LoginForm(Shape):
    """The password form of OAuth 2 (RFC 6749, 4.3.2); of what it has, the first two are used."""

    username: Annotated[str, Field(max_length=500, examples=["alice"])]
    """The username or the email address."""
    password: Annotated[SecretStr, Field(max_length=4_096, examples=["correct horse battery"])]
    """The password."""
    grant_type: Annotated[Literal["password"], Field(examples=["password"])] = "password"
    """As OAuth 2 has it."""
    scope: Annotated[str, Field(max_length=500, examples=[""])] = ""
    """Not used: you may do what your role allows."""
    client_id: Annotated[str, Field(max_length=500, examples=[""])] = ""
    """Not used."""
    client_secret: Annotated[str, Field(max_length=500, examples=[""])] = ""
    """Not used."""


class RefreshIn(Shape):
    """What the next tokens are given for."""

    refresh_token: Annotated[str, Field(max_length=4_096, examples=["eyJhbGciOi..."])]
    """The one that came with the last access token."""


class TokensOut(Shape):
    """What a client gets when it signs in."""

    access_token: Annotated[str, Field(examples=["eyJhbGciOi..."])]
    """For the header `Authorization: Bearer`."""
    token_type: Annotated[Literal["bearer"], Field(examples=["bearer"])]
    """How it is sent (RFC 6750)."""
    expires_in: Annotated[int, Field(examples=[900])]
    """Seconds that the access token is good for."""
    refresh_token: Annotated[str, Field(examples=["eyJhbGciOi..."])]
    """Good once, for the next two."""


class SessionOut(Shape):
    """A place where you are signed in."""

    id: Id
    """Its number."""
    client: Annotated[str, Field(examples=["Mozilla/5.0"])]
    """What the client calls itself."""
    address: Annotated[str, Field(examples=["192.0.2.7"])]
    """The network address it came from."""
    created_at: Moment
    """When you signed in, in UTC."""
    last_used_at: Moment
    """To within some minutes, in UTC."""
    expires_at: Moment
    """When it ends if it is not used, in UTC."""
    is_current: Annotated[bool, Field(examples=[True])]
    """Whether it is the one that asks."""


class SessionList(Shape):
    """Where you are signed in."""

    items: list[SessionOut]
    """The last used first."""


class EndedOut(Shape):
    """How many sessions were ended."""

    ended: Annotated[int, Field(examples=[2])]
    """Sessions."""


class AccessTokenOut(Shape):
    """A personal access token, but for the token."""

    id: Id
    """Its number."""
    name: Annotated[str, Field(examples=["backup script"])]
    """What it is for."""
    scope: Annotated[Scope, Field(examples=["read"])]
    """What it allows."""
    created_at: Moment
    """When it was made, in UTC."""
    expires_at: Annotated[datetime | None, Field(examples=["2027-01-31T00:00:00Z"])]
    """When it stops working; null: never."""
    last_used_at: Annotated[datetime | None, Field(examples=[None])]
    """To within some minutes, in UTC; null: never."""


class NewAccessTokenOut(AccessTokenOut):
    """A personal access token that was just made."""

    token: Annotated[str, Field(examples=["exp_bJ4tN0..."])]
    """The token itself: this is the one time that it is shown."""


class AccessTokenList(Shape):
    """Your personal access tokens."""

    items: list[AccessTokenOut]
    """The oldest first."""


class HealthOut(Shape):
    """How the server is."""

    status: Annotated[Literal["ok"], Field(examples=["ok"])]
    """Well."""


class ProblemField(Shape):
    """One wrong field."""

    pointer: Annotated[str, Field(examples=["#/amount"])]
    """In the body, a JSON Pointer behind a #; else where it stands and its name, as in `query limit`."""
    code: Annotated[str, Field(examples=["invalid_amount"])]
    """For programs."""
    detail: Annotated[str, Field(examples=["an amount cannot be zero; a refund is negative"])]
    """For people."""


class TextProblem(Shape):
    """One place in a line of text that was not understood."""

    start: Annotated[int, Field(examples=[0])]
    """Where it begins, in characters counted from 0."""
    end: Annotated[int, Field(examples=[5])]
    """Where it ends; the character there is no part of it."""
    code: Annotated[str, Field(examples=["amount_missing"])]
    """For programs."""
    detail: Annotated[str, Field(examples=["there is no amount; write one such as 12.50"])]
    """For people."""


class Problem(Shape):
    """What went wrong (RFC 9457)."""

    model_config = ConfigDict(extra="allow", use_attribute_docstrings=True)

    type: Annotated[str, Field(examples=["about:blank"])]
    """As the RFC has it; `code` says more."""
    title: Annotated[str, Field(examples=["Unprocessable Content"])]
    """The status in words."""
    status: Annotated[int, Field(examples=[422])]
    """The status."""
    detail: Annotated[str, Field(examples=["#/amount: an amount cannot be zero; a refund is negative"])]
    """What is wrong and what to do about it, for people."""
    code: Annotated[str, Field(examples=["invalid"])]
    """What is wrong, for programs: it never changes its meaning."""
    request_id: Annotated[str, Field(examples=["0b6f2e1c"])]
    """For the operator, who finds it in the log."""
    errors: list[ProblemField] | SkipJsonSchema[None] = None
    """Every wrong field at once."""
    problems: list[TextProblem] | SkipJsonSchema[None] = None
    """Of a line of text that was not understood: every place in it."""
    current_version: Annotated[int, Field(examples=[4])] | SkipJsonSchema[None] = None
    """Of what was changed since you saw it: the version that it is at."""
