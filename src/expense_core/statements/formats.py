"""The formats that statements come in, ours and those that other packages bring.

A reader is a module with the two functions of `Reader`, and a layout class of its own. An entry point of the group
`expense_core.statement_readers` makes it known by the name of its format, as in `acme = "acme_bank.statements"`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from expense_core.errors import StatementUnreadable
from expense_core.statements.row import LeftOut, RawRow, ReadingOptions, Shape, Stated, Unreadable, refuse

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "expense_core.statement_readers"
_ANY_TEXT = "csv"
"""Asked last, as delimited text may be anything."""


class Layout(Protocol):
    """What a reader has understood of one file."""

    @property
    def format(self) -> str:
        """The name of the reader's entry point."""

    @property
    def rows(self) -> int:
        """About how many rows there are: what a progress bar counts up to."""

    @property
    def stated(self) -> Sequence[Stated]:
        """What the file itself says that its rows come to, to hold them against."""

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


@cache
def entries() -> dict[str, EntryPoint]:
    """The entry point of every reader by its format, in the order in which they are asked."""
    from importlib.metadata import entry_points

    found = sorted(entry_points(group=GROUP), key=lambda entry: (entry.name == _ANY_TEXT, entry.name))
    return {entry.name: entry for entry in found}


def _reader(name: str) -> Reader:
    """The reader of a format.

    Raises:
        StatementUnreadable: it is not installed, or not whole.
    """
    try:
        reader: Reader = entries()[name].load()
    except (ImportError, AttributeError) as error:
        raise StatementUnreadable(f"the reader of {name} statements cannot be loaded: {error}") from error
    return reader


def recognise(path: Path, options: ReadingOptions | None = None) -> Layout:
    """How to read this file; all of it has been looked at.

    Raises:
        StatementUnreadable: no reader can read it; `line` says where, if anywhere.
        StatementAmbiguous: it can be read in more than one way; `option` names what answers the question.
        InvalidCurrency: the options name a currency that does not exist.
    """
    known = options or ReadingOptions()
    layouts = (_reader(name).recognise(path, known) for name in entries())
    return next(layout for layout in layouts if layout is not None)


def kind(layout: Layout) -> str:
    """What kind of file it is: its format, and of delimited text the columns, which tell one bank's from another's."""
    names: Sequence[str] = getattr(layout, "names", ())
    if not names:
        return layout.format
    from hashlib import blake2b

    columns = "\n".join(names).encode(errors="surrogatepass")
    return f"{layout.format} {blake2b(columns, digest_size=8).hexdigest()}"


def shape(path: Path, options: ReadingOptions | None = None) -> Shape | None:
    """The shape of a file, which is told before it is known how to read it; None where none is told in its format.

    A reader tells it in a third function, `shape`, of what `recognise` takes: None where the file is in another format.
    """
    known = options or ReadingOptions()
    for name in entries():
        tell = getattr(_reader(name), "shape", None)
        found: Shape | None = tell(path, known) if tell is not None else None
        if found is not None:
            return found
    return None


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
    return _reader(layout.format).rows(path, layout, Counter() if left_out is None else left_out, unreadable)
