"""What a person answers when a statement can be read in more than one way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from expense_core.errors import Invalid, StatementAmbiguous
from expense_core.statements.row import DateOrder, ReadingOptions, parse_columns

_ANSWERS: Mapping[str, Callable[[ReadingOptions, str], ReadingOptions]] = {
    "columns": lambda known, text: replace(known, columns={**known.columns, **parse_columns(text)}),
    "date_order": lambda known, text: replace(known, date_order=DateOrder(text)),
    "decimal_mark": lambda known, text: replace(known, decimal_mark=text),
    "invert": lambda known, text: replace(known, invert=text == "yes"),
    "outgoing": lambda known, text: replace(known, outgoing=[word.strip() for word in text.split(",")]),
    "currency": lambda known, text: replace(known, currency=text),
    "account": lambda known, text: replace(known, account=text),
}
"""What an answer says, by the option that would have answered the question beforehand."""

_OPEN = {"columns": "ROLE=COLUMN,...", "outgoing": "WORD,...", "account": "NAME"}


def open_form(question: StatementAmbiguous) -> str | None:
    """How an answer of one's own is written where the choices are examples; None where one of them has to be it."""
    return _OPEN.get(question.option)


def answered(known: ReadingOptions, question: StatementAmbiguous, text: str) -> ReadingOptions:
    """What is known of a file once a question is answered.

    Raises:
        Invalid: the answer is none.
    """
    if open_form(question) is None and text not in question.choices:
        raise Invalid(f"answer {' or '.join(question.choices)}")
    return _ANSWERS[question.option](known, text)
