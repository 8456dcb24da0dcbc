"""Expenses that somebody has, as a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from expense_core.written_files import written

if TYPE_CHECKING:
    from expense_core import ExpensePublic
    from expense_core.exports import Form


def write_expenses(expenses: Sequence[ExpensePublic], form: Form, path: Path) -> None:
    """Write these expenses to a file.

    Raises:
        Invalid: as `written`.
    """
    from expense_core import exports

    with written(path) as file:
        file.writelines(exports.pieces(exports.pages_of(expenses), form))
