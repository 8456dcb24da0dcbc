"""The list as it was when the app was left: the next start draws it at once, if nothing was changed meanwhile.

To open a book, a second's worth of libraries has to be loaded first. What is drawn ahead is what the book holds indeed:
the file is as it was, to the nanosecond of its last change, and the month is the same. It is kept for its owner alone.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path
from tempfile import mkstemp

_FORM = 1
"""To be raised when what is kept changes: what an earlier version kept is then not drawn."""
_SAYS = ("EXPENSE_", "LC_", "LANG")
"""How the environment variables begin that say which book it is and how it is written."""

Cells = Sequence[Sequence[str]]
"""A line, in parts: of each its text, and the kind of thing it is."""


@dataclass(frozen=True)
class View:
    """What the list showed."""

    month: str
    """The first day of the month that it showed, in ISO 8601."""
    width: int
    """For how many cells its lines are made."""
    length: int
    """How many lines there were, those out of sight too."""
    lines: Sequence[Cells]


class LastView:
    """Where it is kept from one start to the next."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @classmethod
    def of(cls, asked: Iterable[str | None], environment: Mapping[str, str] = os.environ) -> LastView:
        """That of the book which is asked for in this way, on the command line and in these surroundings."""
        from platformdirs import user_cache_path

        said = sorted(f"{name}={value}" for name, value in environment.items() if name.startswith(_SAYS))
        dotenv = Path(".env").absolute()
        known = json.dumps([_FORM, list(asked), said, str(dotenv), _state(dotenv)])
        name = blake2b(known.encode(errors="surrogateescape"), digest_size=12).hexdigest()
        return cls(user_cache_path("expense", appauthor=False) / f"tui-{name}.json")

    def load(self, month: str) -> View | None:
        """What there is to draw in this month; None where that is nothing, or not what the book holds now."""
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
            is_so = kept.pop("state") == state_of(Path(kept.pop("book")))
            view = View(**kept)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None
        return view if is_so and view.month == month else None

    def keep(self, view: View | None, book: Path) -> None:
        """Keep this for the next start, or nothing; where that cannot be done, the next start takes a second longer."""
        with suppress(OSError):
            if view is None:
                self._path.unlink(missing_ok=True)
                return
            said = {"book": str(book), "state": state_of(book)}
            self._path.parent.mkdir(parents=True, exist_ok=True)
            descriptor, made = mkstemp(dir=self._path.parent)  # which nobody else may read
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(said | asdict(view), file, ensure_ascii=False)
            Path(made).replace(self._path)


def state_of(book: Path) -> list[list[int] | None]:
    """What changes whenever a SQLite file is written to: of the file and of its journal, which, how long, and when."""
    return [_state(book), _state(book.with_name(f"{book.name}-wal"))]


def _state(file: Path) -> list[int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return [found.st_ino, found.st_size, found.st_mtime_ns]
