"""A statement's bytes as text, for formats whose structure is written in ASCII: what follows hangs on no accent.

Delimited text has its own way in `delimited.source`, as there the encoding is proven by the names of columns.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from html import unescape
from io import TextIOWrapper
from pathlib import Path
from typing import TypeVar

from expense_core.errors import StatementUnreadable
from expense_core.statements.delimited import source
from expense_core.statements.delimited.encodings import legacy_encoding
from expense_core.statements.row import ReadingOptions

Fit = TypeVar("Fit")

OPENING = 1024
"""Bytes at the start of a file, among which every format says what it is."""
LONGEST = 1 << 16
"""Characters; no record of a statement has a line of so many."""
_CHUNK = 1 << 17
_SAMPLE = 1 << 14
_SHOWN = 40
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,8});")


def opening(path: Path, options: ReadingOptions) -> str:
    """The first characters, by which a format knows its files.

    None where the caller names columns, a header or a delimiter: only delimited text has them.

    Raises:
        StatementUnreadable: the file cannot be opened.
    """
    if options.columns or options.header_line is not None or options.delimiter:
        return ""
    with source.opened(path) as file:
        start = file.read(OPENING)
    return start.decode(_marked(start) or "latin-1", errors="replace").replace("\r", "\n")


def encoding_of(path: Path, asked: str | None = None, declared: str | None = None) -> str:
    """The encoding to read the file in: the one asked for, or that of its mark, or UTF-8 if all of it is.

    Else it is what the file declares, unless that cannot be, or what its letters make likely.

    Raises:
        StatementUnreadable: there is no such encoding as the one that was asked for, or the file lacks its mark.
    """
    if asked:
        source.require(path, asked)
        return asked
    with path.open("rb") as file:
        marked = _marked(file.read(OPENING))
    if marked:
        return marked
    fault, after_others = _first_fault(path, "utf-8")
    if fault is None or after_others:  # a name that was cut off in the middle of a letter leaves the others UTF-8
        return "utf-8"
    if declared and _is_plain(declared) and _first_fault(path, declared)[0] is None:
        return declared
    with path.open("rb") as file:
        file.seek(max(0, fault - _SAMPLE))
        return legacy_encoding(file.read(2 * _SAMPLE))


def opened(path: Path, encoding: str) -> TextIOWrapper:
    """The file as text, with every end of line as a newline, and U+FFFD for what is no letter in this encoding."""
    return path.open(encoding=encoding, errors="replace")


def lines(path: Path, encoding: str) -> Iterator[tuple[int, str]]:
    """Every line with its number, without its end.

    Raises:
        StatementUnreadable: a line is far too long, or has a NUL byte.
    """
    with opened(path, encoding) as text:
        number = 0
        while line := text.readline(LONGEST):
            number += 1
            if len(line) == LONGEST:
                raise StatementUnreadable(f"line {number} of {path.name} is far too long for a bank statement", number)
            if "\0" in line:
                raise nul(path, number)
            yield number, line.removesuffix("\n")


def ends_a_line(path: Path) -> bool:
    """Whether the last line of a file is whole, as far as its end shows it."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 2))
        return file.read().strip(b"\0")[-1:] in (b"\n", b"\r")


def nul(path: Path, line: int) -> StatementUnreadable:
    """The error of a byte that no text has."""
    return StatementUnreadable(f"line {line} of {path.name} has a NUL byte: the file is damaged, or no text", line)


def cut_off(path: Path, line: int, what: str) -> StatementUnreadable:
    """The error of a file that ends too soon."""
    return StatementUnreadable(
        f"{path.name} ends in the middle of the {what} that begins on line {line}; is it complete? Download it again",
        line,
    )


class Misfit(ValueError):
    """A text in a record that cannot be read as what it should be."""

    def __init__(self, text: str, why: object) -> None:
        shown = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
        super().__init__(f"{shown!r} {why}")

    def on_line(self, line: int) -> StatementUnreadable:
        """The error for the person."""
        return StatementUnreadable(f"line {line}: {self}", line)


def fitting(read: Callable[[str], Fit], text: str) -> Fit:
    """What a text is read as.

    Raises:
        Misfit: it cannot be.
    """
    try:
        return read(text)
    except ValueError as error:
        raise Misfit(text, error) from error


class Numbering:
    """Gives each row a number of its own: its line, or where a row before is on that line too, the next number."""

    def __init__(self) -> None:
        self._last = 0

    def number(self, line: int) -> int:
        """The number of the next row, which begins on this line."""
        self._last = max(line, self._last + 1)
        return self._last


def plain(text: str) -> str:
    """The text with the letters that entities such as "&amp;" stand for; a mere "&" is left as it is."""
    return _ENTITY.sub(lambda found: unescape(found[0]), text) if "&" in text else text


def described(who: str, what_for: str) -> str:
    """Both on one line, beginning with who; once where one of them says the other."""
    if what_for.casefold().startswith(who.casefold()):
        return who + what_for[len(who) :]
    return who if not what_for or what_for.casefold() in who.casefold() else f"{who} - {what_for}"


def _marked(start: bytes) -> str | None:
    """The encoding that the first bytes prove."""
    for mark, name in _MARKS:
        if start.startswith(mark):
            return name
    if start[:1] and not start[1:64:2].strip(b"\0") and start[1:2]:
        return "utf-16-le"
    return "utf-16-be" if start[1:2] and not start[:64:2].strip(b"\0") else None


def _is_plain(encoding: str) -> bool:
    try:
        return not source.is_wide(encoding)
    except StatementUnreadable:
        return False


def _first_fault(path: Path, encoding: str) -> tuple[int | None, bool]:
    """Where the first byte is that is no text in this encoding, if anywhere, and if other than ASCII precedes it."""
    decoder = codecs.getincrementaldecoder(encoding)()
    offset, accents = 0, False
    with path.open("rb") as file:
        while True:
            chunk = file.read(_CHUNK)
            try:
                accents = not decoder.decode(chunk, final=not chunk).isascii() or accents
            except UnicodeDecodeError as error:
                return offset + error.start, accents or not error.object[: error.start].isascii()
            if not chunk:
                return None, accents
            offset += len(chunk)
