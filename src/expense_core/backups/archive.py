"""The file of a backup: lines of JSON, compressed by gzip and perhaps encrypted.

The first line says what it is, and the last one how many rows there were and what the lines before it come to, by
SHA-256. Between them each table has a line with its name and its columns, and then one for each row.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from hashlib import sha256
from itertools import chain
from typing import Any, BinaryIO

from expense_core.backups import encryption
from expense_core.backups.contents import Section, Value
from expense_core.database import SCHEMA_REVISION
from expense_core.errors import BackupTooNew, BackupUnreadable

_VERSION = 1
_LONGEST_LINE = 1 << 26
"""Bytes; what a ledger's largest row takes is a thousandth of it."""
_GZIP = 31
"""What zlib calls it."""
_MAGIC = b"\x1f\x8b"
_NOT_OURS = "this is no backup of expense-core"
_DAMAGED = "the backup is damaged or was cut short; nothing was restored: take another one"


class Of(StrEnum):
    """What a backup is of, as its first line has it."""

    BOOK = "expense-core backup"
    LEDGER = "expense-core ledger"


_OF_ANOTHER = {
    Of.BOOK: "this is the backup of one ledger, which is restored as a new ledger in a book that is there",
    Of.LEDGER: "this is the backup of a whole book, which is restored into a new one: expense restore FILE",
}
"""What is said of a backup of the other kind."""


@dataclass(frozen=True)
class Backup:
    """What is in a backup."""

    rows: dict[str, int]
    """How many rows of each table."""
    schema: str
    """The revision of the schema that it was made of."""
    made_at: str
    """When it was made, in ISO 8601."""


Sections = Iterable[tuple[Section, Iterator[list[Value]]]]
"""Tables with their rows."""


def save(sections: Sections, file: BinaryIO, of: Of, made_at: str, passphrase: str | None) -> Backup:
    """Write a backup to a file, encrypted if there is a passphrase.

    Raises:
        OSError: the file cannot be written.
    """
    counts: dict[str, int] = {}
    pieces = _compressed(_written(sections, of, made_at, counts))
    if passphrase is None:
        file.writelines(pieces)
    else:
        encryption.encrypt(pieces, file, passphrase)
    return Backup(counts, SCHEMA_REVISION, made_at)


def _written(sections: Sections, of: Of, made_at: str, counts: dict[str, int]) -> Iterator[bytes]:
    """The lines of a backup; how many rows each table has is counted meanwhile."""
    digest = sha256()
    first = {"format": of, "version": _VERSION, "schema": SCHEMA_REVISION, "made_at": made_at}
    for line in chain([_line(first)], _body(sections, counts)):
        digest.update(line)
        yield line
    yield _line({"rows": counts, "sha256": digest.hexdigest()})


def _compressed(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The same in pieces of gzip, which are the same for the same lines."""
    squeeze = zlib.compressobj(wbits=_GZIP)
    for line in lines:
        if piece := squeeze.compress(line):
            yield piece
    yield squeeze.flush()


def checked(file: BinaryIO, of: Of, *, most: int | None = None) -> Backup:
    """What is in a backup, once all of it was read and found whole.

    Arguments:
        most: how many bytes it may come to, unpacked.

    Raises:
        BackupUnreadable: it is not whole, or of something else.
        BackupTooNew: this version does not know what is in it.
    """
    digest = sha256()
    left = _lines(file)
    first = next(left, b"")
    schema, made_at = _header(first, of)
    counts: dict[str, int] = {}
    total, last = len(first), first
    for line in left:
        digest.update(last)
        if last is not first:
            _count(last, counts)
        total, last = total + len(line), line
        if most is not None and total > most:
            raise BackupUnreadable(f"the backup comes to more than {most:,} bytes when it is unpacked")
    if _read(last) != {"rows": counts, "sha256": digest.hexdigest()}:
        raise BackupUnreadable(_DAMAGED)
    return Backup(counts, schema, made_at)


def sections(file: BinaryIO) -> Iterator[tuple[Section, Iterator[list[Value]]]]:
    """The tables of a backup that was checked; the rows of one are read before the next."""
    left = map(_read, _lines(file))
    next(left)
    found = next(left)
    while "table" in found:
        following: list[Any] = []
        yield _section(found), _rows(left, following)
        [found] = following


def _rows(left: Iterator[Any], following: list[Any]) -> Iterator[list[Value]]:
    while isinstance(one := next(left), list):
        yield one
    following.append(one)


def _body(sections: Sections, counts: dict[str, int]) -> Iterator[bytes]:
    for section, rows in sections:
        yield _line(asdict(section))
        counts[section.table] = 0
        for row in rows:
            counts[section.table] += 1
            yield _line(row)


def _count(line: bytes, counts: dict[str, int]) -> None:
    """Count a row, or begin to count those of the next table."""
    if line.startswith(b"[") and counts:
        counts[next(reversed(counts))] += 1
        return
    table = _section(_read(line)).table
    if table in counts:
        raise BackupUnreadable(_DAMAGED)
    counts[table] = 0


def _section(found: object) -> Section:
    match found:
        case {"table": str(table), "columns": [*columns], "next_id": None | int() as next_id} if all(
            isinstance(one, str) for one in columns
        ):
            return Section(table, columns, next_id)
        case _:
            raise BackupUnreadable(_DAMAGED)


def _header(line: bytes, of: Of) -> tuple[str, str]:
    """The schema, and the moment at which it was made."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        found = None
    match found:
        case {"format": form, "version": int(version), "schema": str(schema), "made_at": str(made_at)} if form in [*Of]:
            if form != of:
                raise BackupUnreadable(_OF_ANOTHER[of])
            if version > _VERSION or schema > SCHEMA_REVISION:
                raise BackupTooNew(
                    f"a newer expense-core made this backup (schema {schema}, and this one knows {SCHEMA_REVISION}); "
                    "upgrade the program"
                )
            return schema, made_at
        case _:
            raise BackupUnreadable(_NOT_OURS)


def _lines(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    if file.read(len(_MAGIC)) != _MAGIC:
        raise BackupUnreadable(_NOT_OURS)
    file.seek(0)
    try:
        with gzip.GzipFile(fileobj=file, mode="rb") as opened:
            while line := opened.readline(_LONGEST_LINE):
                if not line.endswith(b"\n"):
                    raise BackupUnreadable(_DAMAGED)
                yield line
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise BackupUnreadable(_DAMAGED) from error


def _line(found: object) -> bytes:
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _read(line: bytes) -> Any:  # noqa: ANN401 - whatever JSON holds
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BackupUnreadable(_DAMAGED) from error
