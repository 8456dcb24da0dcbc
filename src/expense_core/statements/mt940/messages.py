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

_TAG = re.compile(r":(\d\d[A-Z]?|NS):(.*)", re.ASCII)
_END = re.compile(r"-(?:XXX|\}.*)?\s*")
_BALANCE = re.compile(r"\s*([CD])\s*\d{6}\s*([A-Z]{3})?(.*)", re.ASCII)
_SUM = re.compile(r"\s*(\d{0,9})\s*([A-Z]{3})(.*)", re.ASCII)
"""The number of entries may be left out."""
_CURRENCY = re.compile(r"\s*([A-Z]{3})", re.ASCII)
_BREAK = "@@"
"""What stands for the end of a line where a program keeps a message on one."""
_LONGEST = 1_000
"""Lines; no field has so many, nor has a movement with all that is told about it."""
_ENDED, _END_OF_FILE = "end", "end of file"
"""No tags. Some banks write the mark of an end within a statement too, so the next one begins with its field 20."""
_AT_THE_END = {"62", "64", "65"}
"""Tags without their letters: the balance after the last movement, and those of that day and of days to come."""
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
    is_ended: bool = False
    """Whether something has come that comes after the last movement."""

    @property
    def is_open(self) -> bool:
        """Whether it has begun with a balance, and has not ended."""
        return self.opening is not None and self.closing is None and not self.is_ended


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
        StatementUnreadable: the file ends before a statement does, or in the middle of a balance.
    """
    message: Message | None = None
    movement: Movement | None = None
    fault: StatementUnreadable | None = None
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
            if one.tag == _END_OF_FILE and (fault or message.is_open):
                raise fault or cut_off(path, message.line, "statement")
            yield message
            message = None
        if message is None and one.tag in {_ENDED, _END_OF_FILE}:
            continue
        message, fault = message or Message(one.line), None
        try:
            _take(message, one)
        except StatementUnreadable as error:  # without it the rows cannot be held against it, and that is all
            fault = error
        if one.tag == "61":
            movement = Movement(one.line, message, one.lines, one.raw)


def _fields(path: Path, encoding: str) -> Iterator[Field]:
    """The fields of the file and its end; what stands between a line with a mark of an end and a field is left out."""
    started = Field(0, _ENDED, [""])
    for number, text in _texts(path, encoding):
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


def _texts(path: Path, encoding: str) -> Iterator[tuple[int, str]]:
    """The lines of the messages, each with the number of the line of the file that it is in."""
    for number, line in lines(path, encoding):
        text = _without_envelope(line) if "{4:" in line else line
        if f"{_BREAK}:" in text:
            yield from ((number, part) for part in text.split(_BREAK))
        else:
            yield number, text


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
    text, kind = one.lines[0], one.tag[:2]
    message.is_ended = one.tag != "61" and (message.is_ended or one.tag == _ENDED or kind in _AT_THE_END)
    if one.tag == "25":
        message.account = text.strip() or None
    elif one.tag == "34F" and (named := _CURRENCY.match(text)):
        message.currency = named[1]
    elif kind in {"60", "62"}:
        side, currency, digits = _parts(_BALANCE, one)
        message.currency = currency or message.currency
        amount = _amount(digits, one) if side == "C" else -_amount(digits, one)
        if kind == "60":
            message.opening = amount
        else:
            message.closing = amount
    elif one.tag in {"90D", "90C"}:
        count, message.currency, digits = _parts(_SUM, one)
        message.rows = (message.rows or 0) + int(count) if count else message.rows
        if one.tag == "90D":
            message.debits = -_amount(digits, one)
        else:
            message.credits = _amount(digits, one)


def _parts(shape: re.Pattern[str], one: Field) -> tuple[str, ...]:
    """The parts of a balance or of a sum; not every bank repeats the currency."""
    parts = shape.match(one.lines[0])
    if parts is None:
        raise Misfit(one.lines[0], f"is not as field {one.tag} should be; is the file complete?").on_line(one.line)
    return parts.groups("")


def _amount(digits: str, one: Field) -> Decimal:
    try:
        return fitting(amount_of, digits.strip())
    except Misfit as misfit:
        raise misfit.on_line(one.line) from misfit


def amount_of(text: str) -> Decimal:
    """What the digits of an amount are worth.

    Raises:
        ValueError: they are no amount, or one that no book could hold.
    """
    return figures.read(text, DECIMAL_MARK)
