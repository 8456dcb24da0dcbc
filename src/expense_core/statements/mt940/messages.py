"""The statements of an MT940 file and the movements in them, put together from its fields."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from expense_core.errors import StatementUnreadable
from expense_core.statements import figures
from expense_core.statements.text import Misfit, cut_off, fitting, lines

_TAG = re.compile(r":(\d\d[A-Z]?|[A-Z]{2}):(.*)", re.ASCII)
_END = re.compile(r"-(?:XXX|\}.*)?\s*")
_BALANCE = re.compile(r"\s*([CD])\s*\d{6}\s*([A-Z]{3})?\s*([\d.,]+)\s*", re.ASCII)
_SUM = re.compile(r"\s*(\d{1,9})\s*([A-Z]{3})\s*([\d.,]+)\s*", re.ASCII)
_CURRENCY = re.compile(r"\s*([A-Z]{3})", re.ASCII)
_LONGEST = 1_000
"""Lines; no field has so many, nor has a movement with all that is told about it."""
_ENDED, _END_OF_FILE = "end", "end of file"
"""No tags. Some banks write the mark of an end within a statement too, so the next one begins with its field 20."""
DECIMAL_MARK = ","
"""SWIFT's own; an amount that proves to have a point is taken as it is."""


class Field(NamedTuple):
    """A tag, such as "61", and the lines up to the next one; or an end, under a name that is no tag."""

    line: int
    tag: str
    lines: list[str]

    @property
    def raw(self) -> list[str]:
        """As it stands in the file."""
        return [line.rstrip() for line in (f":{self.tag}:{self.lines[0]}", *self.lines[1:])]


@dataclass
class Message:
    """What a statement says of itself."""

    line: int
    account: str | None = None
    currency: str | None = None
    opening: Decimal | None = None
    closing: Decimal | None = None
    rows: int | None = None
    debits: Decimal | None = None
    credits: Decimal | None = None


@dataclass
class Movement:
    """A line of a statement (field 61), and what the bank tells about it."""

    line: int
    message: Message
    entry: list[str]
    raw: list[str]
    details: dict[str, list[str]] = field(default_factory=dict)
    """By the tag of the field: 86, or NS, which German savings banks have."""


def found(path: Path, encoding: str) -> Iterator[Message | Movement]:
    """The movements of the file in its order; a statement comes behind its own, when all of it has been read.

    Raises:
        StatementUnreadable: a balance cannot be read, or the file ends before a statement does.
    """
    message: Message | None = None
    movement: Movement | None = None
    for one in _fields(path, encoding):
        if movement is not None and one.tag in {"86", "NS"}:
            movement.details.setdefault(one.tag, []).extend(one.lines)
            movement.raw += one.raw
            if len(movement.raw) > _LONGEST:
                raise _endless(path, movement.line)
            continue
        if movement is not None:
            yield movement
            movement = None
        if message is not None and one.tag in {"20", _END_OF_FILE}:
            if one.tag == _END_OF_FILE and message.opening is not None and message.closing is None:
                raise cut_off(path, message.line, "statement")
            yield message
            message = None
        if one.tag == "61":
            message = message or Message(one.line)
            movement = Movement(one.line, message, one.lines, one.raw)
        elif one.tag not in {_ENDED, _END_OF_FILE}:
            message = message or Message(one.line)
            _take(message, one)


def _fields(path: Path, encoding: str) -> Iterator[Field]:
    """The fields of the file and its end; what stands between a line with a mark of an end and a field is left out."""
    started = Field(0, _ENDED, [""])
    for number, line in lines(path, encoding):
        text = _without_envelope(line) if "{4:" in line else line
        tag = _TAG.match(text)
        if tag or _END.fullmatch(text):
            yield started
            started = Field(number, tag[1], [tag[2]]) if tag else Field(number, _ENDED, [""])
        elif started.tag != _ENDED:
            started.lines.append(text)
            if len(started.lines) > _LONGEST:
                raise _endless(path, started.line)
    yield started
    yield Field(0, _END_OF_FILE, [""])


def _without_envelope(line: str) -> str:
    """The line without blocks 1 to 3 of SWIFT's messages; the text of one is in block 4."""
    *heads, text = line.split("{4:")
    return "".join(head.partition("{1:")[0] for head in heads) + text.lstrip()


def _endless(path: Path, line: int) -> StatementUnreadable:
    return StatementUnreadable(f"the field on line {line} of {path.name} does not end; is it MT940?", line)


def _take(message: Message, one: Field) -> None:
    """Take in a field about the statement.

    Raises:
        StatementUnreadable: it is a balance or a sum, and cannot be read.
    """
    text = one.lines[0]
    if one.tag == "25":
        message.account = text.strip() or None
    elif one.tag == "34F" and (named := _CURRENCY.match(text)):
        message.currency = named[1]
    elif one.tag in {"60F", "60M", "62F", "62M"}:
        side, currency, amount = _parts(_BALANCE, one)
        message.currency = currency or message.currency
        if one.tag[0:2] == "60":
            message.opening = amount if side == "C" else -amount
        else:
            message.closing = amount if side == "C" else -amount
    elif one.tag in {"90D", "90C"}:
        count, message.currency, amount = _parts(_SUM, one)
        message.rows = (message.rows or 0) + int(count)
        if one.tag == "90D":
            message.debits = -amount
        else:
            message.credits = amount


def _parts(shape: re.Pattern[str], one: Field) -> tuple[str, str | None, Decimal]:
    """The three parts of a balance or of a sum; not every bank repeats the currency."""
    parts = shape.fullmatch(one.lines[0])
    if parts is None:
        raise Misfit(one.lines[0], f"is not as field {one.tag} should be; is the file complete?").on_line(one.line)
    try:
        return parts[1], parts[2], fitting(amount_of, parts[3])
    except Misfit as misfit:
        raise misfit.on_line(one.line) from misfit


def amount_of(text: str) -> Decimal:
    """What the digits of an amount are worth.

    Raises:
        ValueError: they are no amount, or one that no book could hold.
    """
    return figures.read(text, DECIMAL_MARK)
