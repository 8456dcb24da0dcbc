"""`expense rule list`, `add`, `edit`, `move`, `delete` and `try`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

import typer

import expense_core as core
from expense_core.cli import expense_table, show
from expense_core.cli.book import Book, reading, writing
from expense_core.cli.options import FormatOption, row_id, together
from expense_core.cli.rule_words import actions, conditions
from expense_core.cli.show import Format

app = typer.Typer(
    no_args_is_help=True,
    help="What becomes of a statement's rows.",
    epilog='Example: expense rule add --payee "coffee co" --category "Eating out"',
)

RuleId = Annotated[
    int, typer.Argument(metavar="ID", parser=row_id, help="Its number, as `expense rule list` shows it.")
]

_FIELDS = (
    "id", "payee", "text", "min_amount", "max_amount", "account", "category", "description", "notes", "skip",
)  # fmt: skip


@dataclass(frozen=True)
class Sought:
    """What a rule looks for in an expense, as somebody typed it."""

    payee: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Found in the payee, the bank's trimmings aside.")
    ] = None
    text: Annotated[str | None, typer.Option(metavar="TEXT", help="Found in the bank's text or the notes.")] = None
    least: Annotated[str | None, typer.Option("--min", metavar="AMOUNT", help="This amount or more.")] = None
    most: Annotated[str | None, typer.Option("--max", metavar="AMOUNT", help="This amount or less.")] = None

    def read(self, book: Book) -> dict[str, Any]:  # Any: the rule checks each by its own type
        """What was typed, as a rule has it; "" for an amount is none."""
        given = _typed(payee=self.payee, text=self.text)
        for name, amount in (("min_amount", self.least), ("max_amount", self.most)):
            if amount is not None:
                given[name] = core.money.parse(amount, book.locale) if amount else None
        return given


@dataclass(frozen=True)
class Wanted(Sought):
    """All that a rule looks for and gives, as somebody typed it."""

    account: Annotated[str | None, typer.Option(metavar="NAME", help="The account, as the file names it.")] = None
    category: Annotated[
        str | None, typer.Option("--category", "-c", metavar="NAME", help="The category that it gives.")
    ] = None
    description: Annotated[
        str | None, typer.Option(metavar="TEXT", help="What takes the place of the bank's text.")
    ] = None
    notes: Annotated[str | None, typer.Option(metavar="TEXT", help="What is added to the notes.")] = None

    def read(self, book: Book) -> dict[str, Any]:  # Any: as above
        """What was typed, as a rule has it; "" for an amount or a category is none."""
        given = super().read(book) | _typed(account=self.account, description=self.description, notes=self.notes)
        if self.category is not None:
            named = core.categories.named(book.session, book.access, self.category) if self.category else None
            given["category_id"] = named and named.id
        return given


def _typed(**texts: str | None) -> dict[str, Any]:  # Any: as above
    return {name: text for name, text in texts.items() if text is not None}


@app.command("list", epilog="Example: expense rule list --format json")
def list_(context: typer.Context, form: FormatOption = Format.TABLE) -> None:
    """List the rules, in the order in which they are tried."""
    with reading(context) as book:
        rules = core.rules.list(book.session, book.access)
    if form is not Format.TABLE:
        show.write(_plain(rules), _FIELDS, form)
        return
    table = show.table("id", "when", "then", right=("id",))
    for rule in rules:
        table.add_row(str(rule.id), conditions(rule), actions(rule))
    if rules:
        show.Output().print(table)
    else:
        show.notice('No rules yet: expense rule add --payee "coffee co" --category "Eating out"')


@app.command(epilog='Example: expense rule add --payee "coffee co" --category "Eating out"')
@together("wanted", Wanted)
def add(
    context: typer.Context,
    wanted: Wanted,
    skip: Annotated[bool, typer.Option("--skip", help="Leave such rows out.")] = False,
    like: Annotated[
        int | None, typer.Option(metavar="ID", parser=row_id, help="For the payee of this expense, and its category.")
    ] = None,
) -> None:
    """Add a rule, behind all others; all of its conditions have to be met."""
    with writing(context) as book:
        given = wanted.read(book)
        if like is not None:
            known = core.expenses.get(book.session, book.access, like)
            given.setdefault("payee", core.rules.payee_of(known.description))
            given.setdefault("category_id", None if skip else known.category_id)
        rule = core.rules.create(book.session, book.access, core.RuleCreate(**given, skip=skip))
    show.say(f"Added {_told(rule)}")


@app.command(epilog="Example: expense rule edit 3 --max 20")
@together("wanted", Wanted)
def edit(
    context: typer.Context,
    rule_id: RuleId,
    wanted: Wanted,
    skip: Annotated[
        bool | None, typer.Option("--skip/--no-skip", help="Leave such rows out.", show_default=False)
    ] = None,
) -> None:
    """Change a rule; what is not given stays, and "" takes a condition or an action away."""
    with writing(context) as book:
        given = wanted.read(book)
        if skip is not None:
            given["skip"] = skip
        if not given:
            raise typer.BadParameter("say what to change, such as --max 20")
        before = core.rules.get(book.session, book.access, rule_id)
        changes = core.RuleUpdate(version=before.version, **given)
        rule = core.rules.edit(book.session, book.access, rule_id, changes)
    show.say(f"Now {_told(rule)}")


@app.command(epilog="Example: expense rule move 3 1")
def move(
    context: typer.Context,
    rule_id: RuleId,
    place: Annotated[int, typer.Argument(metavar="PLACE", parser=row_id, help="Counted from 1: the first one tried.")],
) -> None:
    """Let a rule be tried earlier or later: the first one that a row meets counts."""
    with writing(context) as book:
        rules = core.rules.move(book.session, book.access, rule_id, place)
    show.say(f"The order is {', '.join(str(rule.id) for rule in rules)} now")


@app.command(epilog="Example: expense rule delete 3")
def delete(context: typer.Context, rule_id: RuleId) -> None:
    """Delete a rule; what it has done stays."""
    with writing(context) as book:
        rule = core.rules.delete(book.session, book.access, rule_id)
    show.say(f"Deleted {_told(rule)}")


@app.command("try", epilog='Example: expense rule try --payee "coffee co"')
@together("sought", Sought)
def try_(
    context: typer.Context,
    sought: Sought,
    rule_id: Annotated[
        int | None, typer.Argument(metavar="ID", parser=row_id, help="A rule that is there.", show_default=False)
    ] = None,
) -> None:
    """Show which expenses of the book a rule matches, or would match; nothing is changed."""
    with reading(context) as book:
        given = sought.read(book)
        if (rule_id is None) != bool(given):
            raise typer.BadParameter("name a rule, or say what to look for, such as --payee coffee")
        tried = core.rules.get(book.session, book.access, rule_id) if rule_id else core.RuleCreate(**given, skip=True)
        trial = core.rules.try_on(book.session, book.access, tried)
        expense_table.print_table(iter(trial.first), book.locale)
    show.say(f"It matches {show.counted(trial.count, 'expense')}")


def _told(rule: core.RulePublic) -> str:
    return f"rule {rule.id}: {conditions(rule)} → {actions(rule)}"


def _plain(rules: list[core.RulePublic]) -> Iterator[dict[str, show.Value]]:
    """Rules for a program."""
    for rule in rules:
        yield {name: getattr(rule, name) for name in _FIELDS}
