"""What a statement does not say, asked of the person at the terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

import typer

from expense_core.cli import show
from expense_core.errors import Invalid, StatementAmbiguous
from expense_core.statements.row import DateOrder, ReadingOptions, parse_columns

Result = TypeVar("Result")
Answer = Callable[[ReadingOptions, str], ReadingOptions]

_ANSWERS: Mapping[str, tuple[str, Answer]] = {
    "columns": (
        "ROLE=COLUMN,...",
        lambda asked, text: replace(asked, columns={**asked.columns, **parse_columns(text)}),
    ),
    "date_order": ("Order", lambda asked, text: replace(asked, date_order=DateOrder(text))),
    "decimal_mark": ("Mark", lambda asked, text: replace(asked, decimal_mark=text)),
    "invert": ("Are they money spent?", lambda asked, text: replace(asked, invert=text == "yes")),
    "outgoing": ("WORD,...", lambda asked, text: replace(asked, outgoing=[word.strip() for word in text.split(",")])),
    "currency": ("Currency", lambda asked, text: replace(asked, currency=text)),
}
"""What a question is followed by, and what its answer says, by the option that would have answered it beforehand."""

_OPEN = {"columns", "outgoing"}
"""Where the choices are examples, and other answers are possible."""


def answered(asked: ReadingOptions, attempt: Callable[[ReadingOptions], Result]) -> Result:
    """What comes of reading a statement; a person at a terminal is asked what it does not say, and it is tried again.

    Raises:
        StatementAmbiguous: it can be read in more than one way, and nobody is there to ask.
    """
    while True:
        try:
            return attempt(asked)
        except StatementAmbiguous as question:
            if not (sys.stdin.isatty() and sys.stderr.isatty()):
                raise
            asked = _with_answer(question, asked)


def _with_answer(question: StatementAmbiguous, asked: ReadingOptions) -> ReadingOptions:
    """The options with a person's answer in them, which is asked for until it is one."""
    show.notice(question.question)
    prompt, answer = _ANSWERS[question.option]
    choices = "" if question.option in _OPEN else f" [{'/'.join(question.choices)}]"
    while True:
        text: str = typer.prompt(prompt + choices, err=True).strip()
        if choices and text not in question.choices:
            show.notice(f"Answer {' or '.join(question.choices)}.")
            continue
        try:
            return answer(asked, text)
        except Invalid as error:
            show.notice(f"{error}.")
