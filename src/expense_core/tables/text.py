"""Text as people type it: trimmed, bounded, with nothing in it that a terminal or a database would choke on."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from annotated_types import GroupedMetadata
from pydantic import AfterValidator, BeforeValidator, StringConstraints
from pydantic_core import PydanticCustomError

from expense_core.errors import InvalidText

_INVISIBLE = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    r"\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Default_Ignorable_Code_Point in the Unicode Character Database (DerivedCoreProperties.txt)."""


def fold(text: str) -> str:
    """The key by which text is compared without regard to case, the same on every database.

    NFKC, then Unicode case folding: "ÉPICERIE" and "épicerie" are one name, "straße" and "STRASSE" too. What cannot be
    seen, such as the mark with which some programs begin a file, is left out.
    """
    return text.lower() if text.isascii() else unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).casefold()


def sought(name: str) -> str:
    """The key under which a name that somebody gives is looked up, whatever they gave."""
    return fold(storable(name.strip()))


def searchable(description: str, notes: str) -> str:
    """What a search looks through: both texts, folded."""
    return fold(f"{description}\n{notes}" if notes else description)


def storable(text: str) -> str:
    """The text on one line, with U+FFFD in the place of each character that cannot be stored."""
    if text.isprintable():
        return text
    return "".join("\N{REPLACEMENT CHARACTER}" if _is_refused(character) else character for character in text)


def _whole(text: object) -> object:
    """Half a character, which Python keeps where a file's name or an argument was no UTF-8."""
    if isinstance(text, str) and not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise InvalidText(
                f"character {error.start + 1} (U+{ord(text[error.start]):04X}) cannot be stored; remove it"
            ) from error
    return text


def _line(text: str) -> str:
    if not text.isprintable():
        _refuse(text, allowed="")
    return text


def _paragraphs(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isprintable():
        _refuse(text, allowed="\n\t")
    return text


def _refuse(text: str, allowed: str) -> None:
    """Format characters (emoji joiners, direction marks) and rare spaces are fine; controls and surrogates are not."""
    for index, character in enumerate(text):
        if _is_refused(character) and character not in allowed:
            raise InvalidText(f"character {index + 1} (U+{ord(character):04X}) cannot be stored; remove it")


def _is_refused(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}


def _visible(text: str) -> str:
    if not fold(text).strip():
        raise InvalidText("there is nothing to be seen in this name; write a letter, a digit or a sign")
    return text


def _visible_or_none(text: str) -> str:
    return _visible(text) if text else text


def _email(text: str) -> str:
    local, _, domain = fold(text).rpartition("@")
    if not local or "." not in domain.strip(".") or any(character.isspace() for character in text):
        raise InvalidText("an email address looks like alice@example.org")
    return text


def _username(text: str) -> str:
    if "@" in fold(text):  # a wide one (U+FF20) too
        raise InvalidText("a username has no @ in it, so that it is never taken for an email address")
    return text


@dataclass(frozen=True)
class _Text(GroupedMetadata):
    """Text without blanks around it; what is too long with them is too long, as a schema has it."""

    most: int
    least: int = 0

    def __iter__(self) -> Iterator[object]:
        yield StringConstraints(strip_whitespace=True, min_length=self.least or None, max_length=self.most)
        yield BeforeValidator(self._check)

    def _check(self, text: object) -> object:
        if isinstance(text, str) and len(text) > self.most:
            raise PydanticCustomError("string_too_long", "too long", {"max_length": self.most})
        return text


_WHOLE = BeforeValidator(_whole)
_LINE = AfterValidator(_line)
_NAME = AfterValidator(_visible)
_LONGEST = StringConstraints(max_length=10_000)

Description = Annotated[str, _Text(500), _LINE, _WHOLE]
Notes = Annotated[str, _Text(10_000), AfterValidator(_paragraphs), _WHOLE]
CategoryName = Annotated[str, _Text(100, least=1), _LINE, _NAME, _WHOLE]
CategoryNameOrNone = Annotated[str, _Text(100), _LINE, AfterValidator(_visible_or_none), _WHOLE]
LedgerName = Annotated[str, _Text(100, least=1), _LINE, _NAME, _WHOLE]
TokenName = Annotated[str, _Text(100, least=1), _LINE, _NAME, _WHOLE]
Username = Annotated[str, _Text(64, least=1), _LINE, _NAME, AfterValidator(_username), _WHOLE]
Email = Annotated[str, _Text(254, least=3), _LINE, AfterValidator(_email), _WHOLE]
SearchText = Annotated[str, _Text(200), _LINE, _WHOLE]

StoredLine = Annotated[str, _LONGEST, _LINE, _WHOLE]
"""What a column has, as it is: neither trimmed nor of one kind of text alone."""
StoredText = Annotated[str, _LONGEST, AfterValidator(_paragraphs), _WHOLE]
"""The same over several lines."""
