"""The lists of words in `words.toml`, and the plain form in which they are compared with what a bank has written."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from importlib.resources import files

_HUMPS = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])")
_SEPARATORS = re.compile(r"[\W_\d]+")
_LIGATURES = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "\N{LATIN SMALL LETTER DOTLESS I}": "i"}
)


def plain(text: str) -> str:
    """The words of a text in small letters, without accents and digits, one blank between: "BookingDate" is two."""
    text = _HUMPS.sub(" ", text.strip()).casefold()
    if not text.isascii():
        letters = (char for char in unicodedata.normalize("NFKD", text) if unicodedata.category(char) != "Mn")
        text = "".join(letters).translate(_LIGATURES)
    return _SEPARATORS.sub(" ", text).strip()


@cache
def lists(section: str) -> dict[str, tuple[str, ...]]:
    """The lists of one section, each with its words or phrases in plain form."""
    text = files(__package__).joinpath("words.toml").read_text(encoding="utf-8")
    sections: dict[str, dict[str, str]] = tomllib.loads(text)
    return {
        name: tuple(plain(phrase) for phrase in (listed.split("|") if "|" in listed else listed.split()))
        for name, listed in sections[section].items()
    }
