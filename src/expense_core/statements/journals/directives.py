"""What a journal of hledger or Ledger says besides its transactions, and what that changes for those that follow."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date

from expense_core.errors import StatementUnreadable
from expense_core.statements.journals import accounts
from expense_core.statements.journals.accounts import Kind
from expense_core.statements.journals.quantities import Marks, quantity

_WORDS = """
A C D N P Y account alias apply assert b bucket capture check comment commodity decimal-mark def define end endfixed
eval expr fixed h I i include O o payee python tag test value year
"""
DIRECTIVES = frozenset(_WORDS.split())
"""The words that a line may begin with; most of them do not matter here."""

_MOST = 1_000
"""Of accounts that are renamed, or that others stand beneath, and of files."""
LONGEST_NAME = 500
"""Characters of an account's name."""
_YEAR = re.compile(r"Y\s*([0-9]{1,4})")
_TYPE = re.compile(r"\btype:\s*(\w+)")
_DAY = re.compile(r"(?:([0-9]{4})[-/.])?([0-9]{1,2})[-/.]([0-9]{1,2})")


@dataclass
class Directives:
    """What is known of a journal up to some line."""

    year: int | None = None
    """That of days that are written without one."""
    kinds: dict[str, Kind] = field(default_factory=dict)
    marks: Marks = field(default_factory=Marks)
    commodity: str = ""
    """That of amounts that are written without one."""
    included: list[str] = field(default_factory=list)
    """The files that it includes."""
    _prefixes: list[str] = field(default_factory=list)
    _aliases: list[tuple[str, str]] = field(default_factory=list)
    _about: str = ""
    """The account that the lines below tell of."""

    def take(self, number: int, line: str) -> None:
        """Take in a line that begins with one of the words.

        Raises:
            StatementUnreadable: it renames accounts by a pattern, or there is no end of names.
        """
        word, _, rest = line.lstrip("!@").partition(" ")
        said, _, comment = rest.strip().partition(";")
        said = re.split(r"\s{2,}|\t", said.strip())[0]
        self._about = ""
        self._require_few(number)
        if found := _YEAR.match(line) or re.match(r"(?:apply )?year\s+([0-9]{1,4})", line):
            self.year = int(found[1])
        elif word == "account":
            self._about = self.account(said)
            self._declare(comment)
        elif word == "include":
            self.included.append(said)
        elif word == "alias":
            self._rename(number, said)
        elif word == "apply" and said.startswith("account "):
            self._prefixes.append(said.removeprefix("account").strip())
        elif word == "end":
            self._end(said)
        elif word == "decimal-mark" and said in (".", ","):
            self.marks.declared = self.marks.declared or said
        elif word in ("commodity", "D"):
            self._sample(said, is_default=word == "D")

    def take_below(self, number: int, line: str) -> None:
        """Take in a line beneath such a one, which tells more of it.

        Raises:
            StatementUnreadable: there is no end of other names.
        """
        word, _, rest = line.strip().partition(" ")
        self._require_few(number)
        if word == "format":
            self._sample(rest, is_default=False)
        elif self._about and word == "alias":
            self._aliases.append((rest.strip(), self._about))
        elif self._about:
            self._declare(line)

    def day(self, text: str) -> date:
        """The day that is written so.

        Raises:
            ValueError: there is no such day, or nothing says of which year it is.
        """
        found = _DAY.fullmatch(text)
        if found is None or not (found[1] or self.year):
            raise ValueError("has no year; write one on a line before it, such as Y2026")
        try:
            return date(int(found[1] or self.year or 0), int(found[2]), int(found[3]))
        except ValueError as no_such_day:
            raise ValueError("is no day of the calendar") from no_such_day

    def account(self, name: str) -> str:
        """The whole name of an account that is written so."""
        whole = ":".join((*self._prefixes, name))
        for old, new in reversed(self._aliases):
            if len(whole) > LONGEST_NAME:  # it is refused as it is
                break
            if accounts.is_under(whole, old):
                whole = new + whole[len(old) :]
        return whole

    def _require_few(self, number: int) -> None:
        if max(len(self._aliases), len(self._prefixes), len(self.included)) > _MOST:
            raise StatementUnreadable(
                f"line {number}: so many accounts are renamed, or files included, that reading would never end", number
            )

    def _rename(self, number: int, said: str) -> None:
        old, equals, new = (part.strip() for part in said.partition("="))
        if old.startswith("/") or not equals:
            raise StatementUnreadable(
                f"line {number} renames accounts by a pattern; `hledger print > all.journal` writes them as they are"
                " called in the end, and that can be imported",
                number,
            )
        self._aliases.append((old, new))

    def _end(self, said: str) -> None:
        if said == "aliases":
            self._aliases.clear()
        elif said in ("", "apply", "apply account") and self._prefixes:
            self._prefixes.pop()

    def _declare(self, comment: str) -> None:
        if found := _TYPE.search(comment):
            self.kinds[self._about] = accounts.declared(found[1])

    def _sample(self, text: str, *, is_default: bool) -> None:
        """Take in how amounts of a commodity are written; a commodity alone says nothing of that."""
        with suppress(ValueError):
            sample = quantity(text)
            self.marks.add(sample)
            if is_default:
                self.commodity = sample.commodity
