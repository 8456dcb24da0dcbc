"""A statement's bytes as text: which encoding it is in, and its records one by one, in constant memory."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Generator, Iterator
from io import BufferedReader, TextIOWrapper
from itertools import chain
from pathlib import Path

from expense_core.errors import StatementUnreadable
from expense_core.statements.delimited.encodings import is_legacy, legacy_encoding

_CHUNK = 1 << 17
"""Bytes; a line that fills all of one is no line of a statement, and reading it would cost memory."""
_SAMPLE = 1 << 14
_MOST_PIECES = 64
"""Of so many characters as a sample; no record has them, however many lines are in its quotes."""
_MARK = "\U0010ffff"
_ASCII = b"a-b +AGE- \\u0041"

_WRITING_MARKS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Unicode's Bidi_Control (PropList.txt)."""

_NOT_DELIMITED = (
    (b"PK\x03\x04", "a spreadsheet (or another zip archive)"),
    (b"\xd0\xcf\x11\xe0", "an old Excel spreadsheet"),
    (b"%PDF", "a PDF"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"\x1f\x8b", "compressed with gzip"),
    (b"<?xml", "in an XML format other than OFX and camt"),
    (b"<Document", "a message of ISO 20022 other than camt.052, 053 and 054"),
    (b"<!DOCTYPE", "a web page"),
    (b"<html", "a web page"),
    (b"{1:", "a SWIFT message other than MT940"),
)
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WIDE_MARKS = {
    "utf-16": (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE),
    "utf-32": (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE),
}
"""How a file has to begin in an encoding whose name does not say which byte of a letter comes first."""


def encoding_of(path: Path, asked: str | None = None) -> str:
    """The encoding that the whole file can be read in, from its first to its last byte; `asked` is tried alone.

    Raises:
        StatementUnreadable: it is no text, is empty, or is not in the encoding that was asked for.
    """
    with opened(path) as file:
        start = file.read(64)
    if not start:
        raise StatementUnreadable(f"{path.name} is empty")
    for signature, what in _NOT_DELIMITED:
        if start.lstrip(b"\xef\xbb\xbf\r\n ").startswith(signature):
            raise StatementUnreadable(f"{path.name} is {what}, not a CSV file; ask the bank for CSV")
    marked = next((name for mark, name in _BYTE_ORDER_MARKS if start.startswith(mark)), None) or _bare_wide(start)
    if asked:
        require(path, asked)
    encoding = asked or marked or "utf-8"
    if marked == "utf-8-sig" and encoding.casefold() in ("utf-8", "utf8", "utf_8"):
        encoding = marked
    fault = _first_fault(path, encoding)
    if fault is None:
        return encoding
    offset, line, after_others = fault
    sample = _sample(path, offset)
    if asked or marked or (after_others and not is_legacy(sample)):
        raise StatementUnreadable(
            f"line {line} of {path.name} is not text in {encoding}; name the file's encoding, such as cp1252", line
        )
    return legacy_encoding(sample)


def records(path: Path, encoding: str, delimiter: str, *, exact: bool = False) -> Generator[tuple[int, list[str]]]:
    """The records of the file, each with the line it starts on; a record is longer than a line where a field is quoted.

    Blanks before a field, and marks that only say which way to write it, are left out unless `exact`.

    Raises:
        StatementUnreadable: a field is too long, or the file ends in the middle of a quoted one.
    """
    line = 1
    with opened(path) as file, TextIOWrapper(file, encoding, newline="") as text:
        end = _End()

        def pieces() -> Iterator[list[str]]:
            count, begun = 0, line
            for lines in iter(lambda: text.readlines(_SAMPLE), []) if exact else _unmarked(text):
                count, begun = (count + 1 if begun == line else 0), line
                if count > _MOST_PIECES:
                    raise StatementUnreadable(f"line {line} begins a record that never ends", line)
                yield lines

        reader = csv.reader(chain(chain.from_iterable(pieces()), end), delimiter=delimiter, skipinitialspace=not exact)
        try:
            while True:
                cells = next(reader)
                if end.reached:
                    break
                if len(cells) == 1 and delimiter in cells[0] and "\n" not in cells[0]:  # a whole line in quotes
                    cells = next(csv.reader(cells, delimiter=delimiter, skipinitialspace=not exact))
                yield line, cells
                line = reader.line_num + 1
        except csv.Error as error:
            raise StatementUnreadable(
                f"line {line} begins a field that never ends, or is far too long", line
            ) from error
        except UnicodeDecodeError as error:
            raise StatementUnreadable(f"the text after line {line} is not in {encoding}", line) from error
    if cells != [_MARK] or line != reader.line_num:
        raise StatementUnreadable(
            f'the file ends inside a field whose opening " is on line {line}; is it complete?', line
        )


def _unmarked(text: TextIOWrapper) -> Iterator[list[str]]:
    """Some lines at a time, without marks of which way to write, as are around numbers in Hebrew and Arabic."""
    while lines := text.readlines(_SAMPLE):
        yield lines if all(map(str.isascii, lines)) else [_WRITING_MARKS.sub("", line) for line in lines]


class _End:
    """The mark behind the last line, which shows whether the last record was complete."""

    def __init__(self) -> None:
        self.reached = False

    def __iter__(self) -> Iterator[str]:
        self.reached = True
        yield _MARK


def opened(path: Path) -> BufferedReader:
    """The bytes of the file.

    Raises:
        StatementUnreadable: it cannot be opened.
    """
    if path.exists() and not path.is_file():
        raise StatementUnreadable(f"{path} is not a file")
    try:
        return path.open("rb")
    except OSError as error:
        raise StatementUnreadable(f"{path} cannot be read: {error.strerror}") from error


def _first_fault(path: Path, encoding: str) -> tuple[int, int, bool] | None:
    """The first byte that is no text in this encoding: where, on which line, and if other than ASCII precedes it."""
    wide = is_wide(encoding)
    decoder = codecs.getincrementaldecoder(encoding)()
    offset, line, accents = 0, 1, False
    with opened(path) as file:
        while chunk := file.read(_CHUNK):
            if not wide and (zero := chunk.find(b"\0")) >= 0:
                line += chunk.count(b"\n", 0, zero)
                raise StatementUnreadable(
                    f"line {line} of {path.name} has a NUL byte: the file is damaged, or no text", line
                )
            if len(chunk) == _CHUNK and b"\n" not in chunk and b"\r" not in chunk:
                raise StatementUnreadable(f"line {line} of {path.name} is far too long for a bank statement", line)
            try:
                text = decoder.decode(chunk)
            except UnicodeDecodeError as error:
                before = error.object[: error.start]
                return offset + error.start, line + before.count(b"\n"), accents or not before.isascii()
            offset += len(chunk)
            line += text.count("\n")
            accents = accents or not text.isascii()
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return offset, line, accents
    return None


def _bare_wide(start: bytes) -> str | None:
    """The encoding of letters that all have a zero beside them, where no mark says so."""
    halves = start[::2], start[1::2]
    if not all(halves) or all(map(any, halves)):
        return None
    return "utf-16-le" if any(halves[0]) else "utf-16-be" if any(halves[1]) else None


def _sample(path: Path, offset: int) -> bytes:
    """Some whole lines from the start of the file and from around this byte."""
    with opened(path) as file:
        start = file.read(_SAMPLE)
        file.seek(max(0, offset - _SAMPLE))
        around = file.read(2 * _SAMPLE)
    return b"\n".join(part[part.find(b"\n") + 1 : part.rfind(b"\n")] for part in (b"\n" + start + b"\n", around))


def require(path: Path, encoding: str) -> None:
    """Go on only if a file can be in the encoding that somebody names.

    Raises:
        StatementUnreadable: there is no such encoding, or the file does not begin with the mark that it takes.
    """
    marks = _WIDE_MARKS.get(codecs.lookup(encoding).name, ()) if is_wide(encoding) else ()
    with opened(path) as file:
        start = file.read(len(codecs.BOM_UTF32_LE))
    if marks and not start.startswith(marks):
        raise StatementUnreadable(
            f"{path.name} does not begin with the mark that {encoding} has; name another encoding, such as cp1252", 1
        )


def is_wide(encoding: str) -> bool:
    """Whether a letter takes more than a byte in this encoding; all the others that banks use agree on ASCII.

    Raises:
        StatementUnreadable: there is no such encoding, or it is one of bytes or of escapes, as base64 and UTF-7 are.
    """
    try:
        plain = _ASCII.decode(encoding, errors="replace") == _ASCII.decode()
        wide = codecs.lookup(encoding).name.startswith(("utf-16", "utf-32"))
    except (LookupError, ValueError):  # no name of one has a NUL in it
        plain = wide = False
    if not (plain or wide):
        raise StatementUnreadable(f"there is no text encoding called {encoding!r}; one is cp1252")
    return wide
