"""Expenses put aside by currency, in files that are gone when they were read: for formats that know one at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from decimal import Decimal
from tempfile import TemporaryFile
from typing import IO

from expense_core.exports.lines import Line

_PIECE = 1 << 20
"""Characters."""


@dataclass
class Share:
    """The expenses in one currency."""

    currency: str
    text: IO[str]
    total: Decimal
    first: str
    """The first day, in ISO 8601."""
    last: str

    def pieces(self) -> Iterator[str]:
        """What was written of them."""
        self.text.seek(0)
        while piece := self.text.read(_PIECE):
            yield piece


class Shares(ExitStack):
    """A share for each currency; leaving the `with` block throws them away."""

    def __init__(self, pages: Iterable[list[Line]], written: Callable[[Line], str]) -> None:
        super().__init__()
        self._pages = pages
        self._written = written
        self._by_currency: dict[str, Share] = {}

    def gather(self) -> Iterator[str]:
        """Put everything aside; an empty piece for each page, so that whoever waits can do something else."""
        for page in self._pages:
            for line in page:
                self._put(line)
            yield ""

    def in_order(self) -> list[Share]:
        """The shares, by their currencies' codes."""
        return [self._by_currency[code] for code in sorted(self._by_currency)]

    def _put(self, line: Line) -> None:
        day, amount, code = line[1:4]
        share = self._by_currency.get(code)
        if share is None:
            file = self.enter_context(TemporaryFile("w+", encoding="utf-8", newline=""))  # noqa: SIM115 - it is entered
            share = self._by_currency[code] = Share(code, file, Decimal(0), day, day)
        share.text.write(self._written(line))
        share.total += Decimal(amount)
        share.first, share.last = min(share.first, day), max(share.last, day)
