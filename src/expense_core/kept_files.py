"""Files that are kept with open imports: compressed, and in pieces, so that none is in memory whole."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import and_, delete, insert, select
from sqlmodel import Session

from expense_core.ledgers import Access
from expense_core.tables import ImportPiece
from expense_core.tables.columns import table_of

_PIECES = table_of(ImportPiece)
_AT_ONCE = 1 << 20
"""Bytes that are read at a time, and about as many as a piece has."""
_LONGEST = 60
"""Characters of a file's name, each of which may take four bytes of the 255 that a name may have."""
_ODD = re.compile(r"[^\w .()-]")


def keep(session: Session, access: Access, number: int, path: Path) -> None:
    """Keep a file with an import."""
    for part, content in enumerate(_compressed(path)):
        values = {"ledger_id": access.ledger_id, "import_id": number, "part": part, "content": content}
        session.execute(insert(_PIECES), values)


@contextmanager
def unpacked(session: Session, access: Access, number: int, name: str) -> Iterator[Path]:
    """The file that is kept with an import, until the end of the `with` block, under a name like this."""
    mine = and_(_PIECES.c.ledger_id == access.ledger_id, _PIECES.c.import_id == number)
    pieces = select(_PIECES.c.content).where(mine).order_by(_PIECES.c.part).execution_options(yield_per=1)
    with folder_for(name) as path:
        with path.open("wb") as file:
            for grown in _grown(session.scalars(pieces)):
                file.write(grown)
        yield path


@contextmanager
def folder_for(name: str) -> Iterator[Path]:
    """Where a file can be for a while: in a folder of its own, under a name as much like this as any system takes."""
    with TemporaryDirectory(prefix="expense-") as folder:
        yield Path(folder) / (_ODD.sub("_", name[-_LONGEST:]).strip(" .") or "statement")


def drop(session: Session, access: Access, number: int) -> None:
    """Keep the file no longer."""
    session.execute(delete(_PIECES).where(_PIECES.c.ledger_id == access.ledger_id, _PIECES.c.import_id == number))


def _compressed(path: Path) -> Iterator[bytes]:
    squeeze = zlib.compressobj()
    piece = b""
    with path.open("rb") as file:
        for read in iter(partial(file.read, _AT_ONCE), b""):
            piece += squeeze.compress(read)
            if len(piece) >= _AT_ONCE:
                yield piece
                piece = b""
    yield piece + squeeze.flush()


def _grown(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """What was compressed, a little at a time: a piece may grow a thousandfold."""
    grow = zlib.decompressobj()
    for piece in pieces:
        waiting = piece
        while waiting:
            yield grow.decompress(waiting, _AT_ONCE)
            waiting = grow.unconsumed_tail
    yield grow.flush()
