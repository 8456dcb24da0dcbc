"""What some apps mean by their columns where neither headers nor cells say it: `apps.toml` has it, app by app."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

from expense_core.errors import ByOption, StatementAmbiguous
from expense_core.statements.delimited import amounts
from expense_core.statements.row import DateOrder, ReadingOptions, Role


@dataclass(frozen=True)
class App:
    """An app whose files are known by some of their column names."""

    name: str
    headers: tuple[frozenset[str], ...]
    """Columns that a file of it has, in small letters, by the language or the version."""
    options: ReadingOptions
    """What a person would answer for every file of it; columns that a file lacks are passed over."""
    left_out: Mapping[str, Sequence[str]]
    """Words of a column, by its name, in rows that are no transactions."""
    instead: Mapping[str, Mapping[str, Mapping[str, str]]]
    """Where a column has a word, other columns that take the place of some; none for an empty name."""
    share_of: str | None
    """The column of what a whole group spent, beside one for each person."""
    between_own: bool
    """Rows with money out and money in are moved between accounts of one's own."""
    fee_currency: str | None
    """The column of the currency of what a row cost, which may be another than the row's."""


@dataclass(frozen=True)
class Habits:
    """What an app means, by the columns of one file."""

    app: str
    left_out: Mapping[int, frozenset[str]]
    instead: Mapping[int, Mapping[str, Mapping[int, int | None]]]
    share_of: int | None = None
    people: tuple[int, ...] = ()
    between_own: bool = False
    date_order: DateOrder | None = None
    fee_currency: int | None = None

    def is_left_out(self, cells: Sequence[str]) -> bool:
        """Whether this row is no transaction."""
        return any(cells[index].strip().casefold() in words for index, words in self.left_out.items())

    def put_in_place(self, cells: list[str]) -> None:
        """Let the columns that count in this row take the place of those that count in others."""
        for index, by_word in self.instead.items():
            columns = by_word.get(cells[index].strip().casefold(), {})
            texts = ["" if other is None else cells[other] for other in columns.values()]
            for place, text in zip(columns, texts, strict=True):
                cells[place] = text


def of(names: Sequence[str], rows: Iterable[Sequence[str]]) -> App | None:
    """The app that writes these column names; the shares of people are numbers in all the first rows, too."""
    found = frozenset(map(_folded, names))
    app = next((app for app in _apps() if any(headers <= found for headers in app.headers)), None)
    if app is None or app.share_of is None:
        return app
    people = _people(app, names)
    are_shares = len(people) > 1 and all(amounts.written(cells[index]) for cells in rows for index in people)
    return app if are_shares else None


def with_answers(app: App, names: Sequence[str], options: ReadingOptions) -> ReadingOptions:
    """The options with what is known of the app's files, where the caller does not say otherwise.

    Raises:
        StatementAmbiguous: it has the shares of several people, and which is the caller's is not said.
    """
    known = app.options
    present = {_folded(name) for name in names}
    columns = {
        role: [name for name in listed if _folded(str(name)) in present] for role, listed in known.columns.items()
    }
    if app.share_of is not None and Role.AMOUNT not in options.columns:
        people = [names[index].strip() for index in _people(app, names)]
        raise StatementAmbiguous(
            (
                f"Which of these people are you: {', '.join(people)}?",
                ByOption(" Name the column with --columns amount=NAME, or its number"),
            ),
            "columns",
            [f"amount={name}" for name in people],
        )
    return replace(
        options,
        columns={role: listed for role, listed in columns.items() if listed or not known.columns[role]}
        | dict(options.columns),
        invert=known.invert if options.invert is None else options.invert,
        currency=options.currency or known.currency,
    )


def habits(app: App, names: Sequence[str], amount: int) -> Habits:
    """What the app means by the columns of this file, whose amounts are in that one."""
    places = {_folded(name): index for index, name in reversed(list(enumerate(names)))}
    people = _people(app, names)
    return Habits(
        app.name,
        {places[name]: frozenset(words) for name, words in app.left_out.items() if name in places},
        {
            places[name]: {
                word: {places[one]: places.get(other) for one, other in columns.items() if one in places}
                for word, columns in by_word.items()
            }
            for name, by_word in app.instead.items()
        },
        places.get(app.share_of or "") if amount in people else None,
        people,
        app.between_own,
        app.options.date_order,
        places.get(app.fee_currency or ""),
    )


def _people(app: App, names: Sequence[str]) -> tuple[int, ...]:
    """The columns of the people that share: all those of no other meaning."""
    if app.share_of is None:
        return ()
    return tuple(
        index
        for index, name in enumerate(names)
        if name.strip() and all(_folded(name) not in one for one in app.headers)
    )


@cache
def _apps() -> tuple[App, ...]:
    text = files(__package__).joinpath("apps.toml").read_text(encoding="utf-8")
    return tuple(_app(name, told) for name, told in tomllib.loads(text).items())


def _app(name: str, told: Mapping[str, Any]) -> App:  # Any: what TOML has
    return App(
        name,
        tuple(frozenset(map(_folded, headers)) for headers in told["headers"]),
        ReadingOptions(
            columns={Role(role): listed for role, listed in told.get("columns", {}).items()},
            date_order=DateOrder(told["date_order"]) if "date_order" in told else None,
            invert=told.get("invert"),
            currency=told.get("currency"),
        ),
        {_folded(column): [_folded(word) for word in words] for column, words in told.get("left_out", {}).items()},
        {
            _folded(column): {
                _folded(word): {_folded(one): _folded(other) for one, other in columns.items()}
                for word, columns in by_word.items()
            }
            for column, by_word in told.get("instead", {}).items()
        },
        _folded(told["share_of"]) if "share_of" in told else None,
        told.get("between_own", False),
        _folded(told["fee_currency"]) if "fee_currency" in told else None,
    )


def _folded(text: str) -> str:
    """The words of a name in small letters: some write "Total_amount"."""
    return " ".join(text.replace("_", " ").casefold().split())
