"""What a statement does not say: as it was answered before, or asked of the person at the terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, TypeVar

import typer

from expense_core.cli import show
from expense_core.cli.book import reading
from expense_core.errors import Invalid, StatementAmbiguous
from expense_core.statements.answers import answered as with_answer
from expense_core.statements.answers import open_form
from expense_core.statements.row import ReadingOptions

if TYPE_CHECKING:
    from expense_core.tables import ProfilePublic

Result = TypeVar("Result")

_PROMPTS = {"date_order": "Order", "decimal_mark": "Mark", "invert": "Are they money spent?", "currency": "Currency"}
"""What a question is followed by, by the option that would have answered it beforehand."""


def can_ask() -> bool:
    """Whether a person is there to answer."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def answered(
    context: typer.Context,
    file: Path,
    asked: ReadingOptions,
    attempt: Callable[[ReadingOptions], Result],
    *,
    ask: bool,
) -> Result:
    """What comes of reading a statement; what it does not say was answered before, or is asked, and it is tried again.

    Arguments:
        ask: whether there is a person to be asked.

    Raises:
        StatementAmbiguous: it can be read in more than one way, and nobody is there to ask.
    """
    from expense_core.statements import profiles

    told: set[int] = set()
    while True:
        try:
            return attempt(asked)
        except StatementAmbiguous as question:
            with reading(context) as book:
                before = profiles.recall(book.session, book.access, file, asked, question)
            if before is not None:
                asked = before.options
                if before.profile.id not in told:
                    told.add(before.profile.id)
                    show.notice(f"As you answered before ({said(before.profile)}); {_forgotten(before.profile)}")
            elif ask:
                asked = _with_answer(question, asked)
            else:
                raise


def tell_remembered(profile: ProfilePublic | None) -> None:
    """Say what will not be asked about such files again, if something new is remembered."""
    if profile is not None:
        show.notice(f"Remembered for files like this one: {said(profile)}; {_forgotten(profile)}")


def said(profile: ProfilePublic) -> str:
    """The answers as options, in the way that they would be given beforehand."""
    return " ".join(_option(name, text) for name, text in profile.answers.items())


def _option(name: str, text: str) -> str:
    if name == "invert":
        return "--invert" if text == "yes" else "--no-invert"
    return f"--{name.replace('_', '-')} {quote(text)}"


def _forgotten(profile: ProfilePublic) -> str:
    return f"`expense profile forget {profile.id}` has it asked again"


def _with_answer(question: StatementAmbiguous, asked: ReadingOptions) -> ReadingOptions:
    """The options with a person's answer in them, which is asked for until it is one."""
    show.notice(question.message)
    prompt = open_form(question) or f"{_PROMPTS[question.option]} [{'/'.join(question.choices)}]"
    while True:
        text: str = typer.prompt(prompt, err=True).strip()
        try:
            return with_answer(asked, question, text)
        except Invalid as error:
            show.notice(f"{error.message[0].upper()}{error.message[1:]}.")
