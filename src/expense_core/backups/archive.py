"""The file of a backup: lines of JSON, compressed by gzip.

The first line says what it is, and the last one how many rows there were and what the lines before it come to, by
SHA-256. Between them each table has a line with its name and its columns, and then one for each row.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from hashlib import sha256
from itertools import chain
from typing import Any, BinaryIO

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


@dataclass(frozen=True)
class Header:
    """The first line."""

    schema: str
    made_at: str


def lines(
    sections: Iterable[tuple[Section, Iterator[list[Value]]]], made_at: str, counts: dict[str, int]
) -> Iterator[bytes]:
    """The lines of a backup; how many rows each table has is counted meanwhile."""
    digest = sha256()
    first = {"format": "expense-core backup", "version": _VERSION, "schema": SCHEMA_REVISION, "made_at": made_at}
    for line in chain([_line(first)], _body(sections, counts)):
        digest.update(line)
        yield line
    yield _line({"rows": counts, "sha256": digest.hexdigest()})


def compressed(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The same in pieces of gzip, which are the same for the same lines."""
    squeeze = zlib.compressobj(wbits=_GZIP)
    for line in lines:
        if piece := squeeze.compress(line):
            yield piece
    yield squeeze.flush()


def checked(file: BinaryIO) -> tuple[Header, dict[str, int]]:
    """What a backup says of itself, and how many rows each table has, once all of it was read and found whole.

    Raises:
        BackupUnreadable: it is not.
        BackupTooNew: this version does not know what is in it.
    """
    counts: dict[str, int] = {}
    digest = sha256()
    header: Header | None = None
    last = b""
    for line in _lines(file):
        header = header or _header(line)
        if last:
            digest.update(last)
            _count(last, counts)
        last = line
    if header is None:
        raise BackupUnreadable(_NOT_OURS)
    if _read(last) != {"rows": counts, "sha256": digest.hexdigest()}:
        raise BackupUnreadable(_DAMAGED)
    return header, counts


def sections(file: BinaryIO) -> Iterator[tuple[Section, Iterator[list[Value]]]]:
    """The tables of a backup that was checked; the rows of one are read before the next."""
    left = map(_read, _lines(file))
    next(left)
    found = next(left)
    while "table" in found:
        following: list[Any] = []
        yield Section(**found), _rows(left, following)
        [found] = following


def _rows(left: Iterator[Any], following: list[Any]) -> Iterator[list[Value]]:
    while isinstance(one := next(left), list):
        yield one
    following.append(one)


def _body(sections: Iterable[tuple[Section, Iterator[list[Value]]]], counts: dict[str, int]) -> Iterator[bytes]:
    for section, rows in sections:
        yield _line(asdict(section))
        counts[section.table] = 0
        for row in rows:
            counts[section.table] += 1
            yield _line(row)


def _count(line: bytes, counts: dict[str, int]) -> None:
    if line.startswith(b"["):
        counts[next(reversed(counts))] += 1
    elif b'"table"' in line:
        counts[_read(line)["table"]] = 0


def _header(line: bytes) -> Header:
    try:
        found = json.loads(line)
    except ValueError:
        found = None
    match found:
        case {"format": "expense-core backup", "version": int(version), "schema": str(schema), "made_at": str(made_at)}:
            if version > _VERSION or schema > SCHEMA_REVISION:
                raise BackupTooNew(
                    f"a newer expense-core made this backup (schema {schema}, and this one knows {SCHEMA_REVISION}); "
                    "upgrade the program"
                )
            return Header(schema, made_at)
        case _:
            raise BackupUnreadable(_NOT_OURS)


def _lines(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    if file.read(len(_MAGIC)) != _MAGIC:
        raise BackupUnreadable(_NOT_OURS)
    file.seek(0)
    try:
        with gzip.GzipFile(fileobj=file) as opened:
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
    except ValueError as error:
        raise BackupUnreadable(_DAMAGED) from error
