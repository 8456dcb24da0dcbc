"""The formats that statements come in: the one place where another reader is added.

A reader is a module with the two functions of `Reader`, and a layout class of its own. Its place in `_readers` is all
that makes it known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

from expense_core.statements.row import LeftOut, RawRow, ReadingOptions, Unreadable, refuse


class Layout(Protocol):
    """What a reader has understood of one file."""

    @property
    def format(self) -> str:
        """The name of the reader in `_readers`."""

    @property
    def rows(self) -> int:
        """About how many rows there are: what a progress bar counts up to."""

    def summary(self) -> dict[str, str]:
        """What was understood, for a person, by what it is."""


class Reader(Protocol):
    """Reads one format."""

    def recognise(self, path: Path, options: ReadingOptions) -> Layout | None:
        """How to read the file; None where it is in another format.

        Raises:
            StatementUnreadable: it is in this format, but damaged.
            StatementAmbiguous: it can be read in more than one way.
        """

    def rows(
        self,
        path: Path,
        layout: Any,  # noqa: ANN401 - a reader is given the layouts it made
        left_out: Counter[LeftOut],
        unreadable: Unreadable,
    ) -> Iterator[RawRow]:
        """The transactions of the file, one by one; rows that are none are counted in `left_out`.

        Of one that cannot be read, `unreadable` is told.

        Raises:
            StatementUnreadable: so much cannot be read that the next row cannot be found.
        """


def _readers() -> dict[str, Reader]:
    """Every reader by its format, in the order in which they are asked: delimited text last, as it takes any text."""
    from expense_core.statements import delimited, exported

    return {"expense": exported, "csv": delimited}


def recognise(path: Path, options: ReadingOptions | None = None) -> Layout:
    """How to read this file; all of it has been looked at.

    Raises:
        StatementUnreadable: no reader can read it; `line` says where, if anywhere.
        StatementAmbiguous: it can be read in more than one way; `option` names what answers the question.
        InvalidCurrency: the options name a currency that does not exist.
    """
    known = options or ReadingOptions()
    layouts = (reader.recognise(path, known) for reader in _readers().values())
    return next(layout for layout in layouts if layout is not None)


def rows(
    path: Path, layout: Layout, left_out: Counter[LeftOut] | None = None, *, unreadable: Unreadable = refuse
) -> Iterator[RawRow]:
    """The transactions of a file that was recognised, one by one, in the order of the file and in constant memory.

    Arguments:
        left_out: counts the rows that have the looks of a transaction and are none, such as balances, as they go by.
        unreadable: told of each line that cannot be read, in the place of an error that ends it all.

    Raises:
        StatementUnreadable: a line that may be a transaction cannot be read; `line` says which.
    """
    return _readers()[layout.format].rows(path, layout, Counter() if left_out is None else left_out, unreadable)
