"""What a statement does not say of itself, asked of a person."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from expense_core.errors import ExpenseError, StatementAmbiguous
from expense_tui.dialogs.choose import Choose

if TYPE_CHECKING:
    from expense_core.statements import ReadingOptions
    from expense_tui.app import ExpensesApp


def ask(
    app: ExpensesApp, question: StatementAmbiguous, known: ReadingOptions, go_on: Callable[[ReadingOptions], object]
) -> None:
    """Ask it, until there is an answer or the person leaves it.

    Arguments:
        known: what was known of the file when the question came up.
        go_on: called with what is known once there is an answer.
    """
    from expense_core.statements import answered, open_form

    form = open_form(question)
    told = question.question
    if form is not None:
        told += f"\nAnother answer is written {form}"

    def chosen(text: str | None) -> None:
        if text is None:
            return
        try:
            options = answered(known, question, text)
        except ExpenseError as error:
            app.tell(error)
            ask(app, question, known, go_on)
        else:
            go_on(options)

    choices = [(choice, choice) for choice in question.choices]
    app.push_screen(Choose("About this file", choices, told=told, new=str if form else None, called_new=""), chosen)
