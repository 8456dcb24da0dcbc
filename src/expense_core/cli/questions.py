"""What a statement does not say, asked of the person at the terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TypeVar

import typer

from expense_core.cli import show
from expense_core.errors import Invalid, StatementAmbiguous
from expense_core.statements.answers import answered as with_answer
from expense_core.statements.answers import open_form
from expense_core.statements.row import ReadingOptions

Result = TypeVar("Result")

_PROMPTS = {"date_order": "Order", "decimal_mark": "Mark", "invert": "Are they money spent?", "currency": "Currency"}
"""What a question is followed by, by the option that would have answered it beforehand."""


def can_ask() -> bool:
    """Whether a person is there to answer."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def answered(asked: ReadingOptions, attempt: Callable[[ReadingOptions], Result]) -> Result:
    """What comes of reading a statement; a person at a terminal is asked what it does not say, and it is tried again.

    Raises:
        StatementAmbiguous: it can be read in more than one way, and nobody is there to ask.
    """
    while True:
        try:
            return attempt(asked)
        except StatementAmbiguous as question:
            if not can_ask():
                raise
            asked = _with_answer(question, asked)


def _with_answer(question: StatementAmbiguous, asked: ReadingOptions) -> ReadingOptions:
    """The options with a person's answer in them, which is asked for until it is one."""
    show.notice(question.question)
    prompt = open_form(question) or f"{_PROMPTS[question.option]} [{'/'.join(question.choices)}]"
    while True:
        text: str = typer.prompt(prompt, err=True).strip()
        try:
            return with_answer(asked, question, text)
        except Invalid as error:
            show.notice(f"{error.message[0].upper()}{error.message[1:]}.")
