"""The records of a camt file, one by one: what each statement says of itself, and its entries.

Names are taken without their namespace, so that one reader does for every version of the messages.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from expense_core.errors import StatementUnreadable
from expense_core.statements.text import opened

if TYPE_CHECKING:
    from defusedxml.ElementTree import XMLParser

STATEMENTS = {"Stmt", "Rpt", "Ntfctn"}
ENTRY = "Ntry"
_RECORDS = {"Acct", "Bal", "TxsSummry", ENTRY}
_WITH_PLACE = {ENTRY, "TxDtls"}
_PIECE = 1 << 16
_LONGEST = 1 << 24
"""Bytes; no entry has so many, however many payments are in it."""
_MOST_ELEMENTS = 400_000
"""Of an entry: it would take an average payment of it forty."""
_LONGEST_TAG = 1 << 20
_LONGEST_HEAD = 1 << 10
"""Bytes; the declaration with which a document begins may lie in two pieces."""
_DEEPEST = 100
_NOWHERE = -1


class Element:
    """An element with its text, or with the elements in it."""

    __slots__ = ("attributes", "begins", "children", "line", "name", "raw", "text")

    def __init__(self, name: str, attributes: list[str]) -> None:
        self.name = name
        self.attributes = attributes
        self.line = 0
        """That on which it begins; known of an entry and of the payments in it, as are the next two."""
        self.begins = 0
        self.text = ""
        self.children: list[Element] = []
        self.raw = b""
        """As it stands in the file."""

    def all(self, *names: str) -> Iterator[Element]:
        """Every element that these names lead to, from here inwards."""
        for child in self.children:
            if child.name == names[0]:
                if len(names) == 1:
                    yield child
                else:
                    yield from child.all(*names[1:])

    def value(self, *names: str) -> str:
        """The text of the first of those that has one."""
        return next((text for found in self.all(*names) if (text := found.text.strip())), "")

    def values(self, *names: str) -> Iterator[str]:
        """The texts of them all."""
        return (text for found in self.all(*names) if (text := found.text.strip()))

    def attribute(self, name: str) -> str:
        """The value of an attribute."""
        pairs = dict(zip(self.attributes[::2], self.attributes[1::2], strict=True))
        return pairs.get(name, "").strip()


def records(path: Path, encoding: str) -> Iterator[Element]:
    """The records in the order of the file; before those of each statement an empty element with its name.

    Some banks write one document behind another into a file.

    Raises:
        StatementUnreadable: it is no XML, is not whole, or declares what a statement has no use for.
    """
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import ParseError, XMLParser

    def document(above: int) -> _Reading:
        return _Reading(path, XMLParser(target=_Nothing(), encoding="utf-8", forbid_dtd=True), above)

    reading = document(0)
    with opened(path, encoding) as file:
        try:
            while piece := file.read(_PIECE):
                if not reading.fed:
                    junk, mark, rest = piece.partition("<")
                    reading.above, piece = junk.count("\n"), mark + rest
                left = piece.encode(errors="replace")
                while left:
                    left = reading.feed(left)
                    while reading.ready:
                        yield reading.ready.popleft()
                    if left:
                        reading = document(reading.above + reading.lines)
            reading.close()
        except ParseError as error:
            line = error.position[0] + reading.above
            told = (
                f"line {line} of {path.name} is not as XML should be ({error.msg}); is it complete? Download it again"
            )
            raise StatementUnreadable(told, line) from error
        except DefusedXmlException as error:
            told = f"{path.name} declares a document type of its own, which no statement does; it may be harmful"
            raise StatementUnreadable(told) from error


class _Nothing:
    """What the parser would build a tree with."""

    def close(self) -> None:
        """Be told that the file has ended."""


class _Reading:
    """Takes in what the parser finds; only the records are kept, each until it is handed on."""

    def __init__(self, path: Path, parser: XMLParser, above: int) -> None:
        self.ready: deque[Element] = deque()
        self.fed = 0
        """Bytes so far."""
        self.above = above
        """Lines of the file before the first."""
        self._path = path
        self._parser = parser
        self._expat: Any = parser.parser  # pyexpat has no types for what it makes
        self._expat.StartElementHandler = self._start
        self._expat.EndElementHandler = self._end
        self._expat.CharacterDataHandler = self._data
        self._open: list[Element] = []
        self._texts: list[list[str]] = []
        """Those found so far in each open element."""
        self._elements = 0
        """In the open record."""
        self._depth = 0
        self._statement = _NOWHERE
        self._has_statement = self._is_whole = False
        self._begins = self._heard = 0
        self._kept = bytearray()
        """What was fed from the first byte that is still needed."""
        self._kept_from = 0

    @property
    def lines(self) -> int:
        """How many lines have ended so far."""
        line: int = self._expat.CurrentLineNumber
        return line - 1

    def close(self) -> None:
        """Be told that the file has ended."""
        self._parser.close()

    def feed(self, piece: bytes) -> bytes:
        """Take in more of the file, and give back what is of another document, behind the end of this one."""
        self._kept += piece
        self.fed += len(piece)
        try:
            self._parser.feed(piece)
        except SyntaxError:  # as which the parser raises its errors
            if not self._is_whole:
                raise
            return bytes(self._kept[max(0, self._expat.ErrorByteIndex - self._kept_from) :])
        if self._open and self.fed - self._begins > _LONGEST:
            raise self._too_long()
        if self.fed - self._heard > _LONGEST_TAG:
            raise self._too_long()
        needed = self._begins if self._open else max(self._kept_from, self.fed - _LONGEST_HEAD)
        del self._kept[: needed - self._kept_from]
        self._kept_from = needed
        return b""

    def _start(self, name: str, attributes: list[str]) -> None:
        self._heard = self.fed
        self._depth += 1
        own = name.rpartition("}")[2]
        if self._depth > _DEEPEST:
            raise self._too_long()
        element = Element(own, attributes)
        if self._open:
            self._elements += 1
            if self._elements > _MOST_ELEMENTS:
                raise self._too_long()
            self._open[-1].children.append(element)
            self._begin(element)
        elif own in STATEMENTS:
            self._statement, self._has_statement = self._depth, True
            self.ready.append(element)
        elif own in _RECORDS and self._depth == self._statement + 1:
            self._begin(element)
            self._elements = 0
            self._begins = self._expat.CurrentByteIndex
        if own in _WITH_PLACE:
            element.line = self._expat.CurrentLineNumber + self.above
            element.begins = self._expat.CurrentByteIndex

    def _begin(self, element: Element) -> None:
        self._open.append(element)
        self._texts.append([])

    def _end(self, _: str) -> None:
        self._heard = self.fed
        if self._depth == self._statement:
            self._statement = _NOWHERE
        self._depth -= 1
        self._is_whole = not self._depth and self._has_statement
        if self._open:
            element = self._open.pop()
            element.text = "".join(self._texts.pop())
            if element.name in _WITH_PLACE and all(around.name != element.name for around in self._open):
                element.raw = self._raw(element)
            if not self._open:
                self.ready.append(element)

    def _data(self, text: str) -> None:
        self._heard = self.fed
        if self._open:
            self._texts[-1].append(text)

    def _raw(self, element: Element) -> bytes:
        """The bytes of the element that ends here."""
        last = self._kept.find(b">", self._expat.CurrentByteIndex - self._kept_from)
        return bytes(self._kept[element.begins - self._kept_from : last + 1])

    def _too_long(self) -> StatementUnreadable:
        line = self._expat.CurrentLineNumber + self.above
        return StatementUnreadable(f"line {line} of {self._path.name} is far too long or deep for a statement", line)
