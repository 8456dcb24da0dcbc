"""Which of the encodings from before Unicode a file is in."""

from __future__ import annotations

import re
from itertools import pairwise

from expense_core.statements.delimited.vocabulary import is_known
from expense_core.statements.delimited.words import plain

_WESTERN = ("cp1252", "cp1250", "iso8859_2", "cp850", "mac_roman")
_LATIN = frozenset({*_WESTERN, "cp1254", "cp1257"})
_OTHERS = ("cp1251", "koi8_r", "cp1253", "cp1254", "cp1257", "cp932", "gb18030", "big5", "euc_kr")
_WIDE = frozenset({"cp932", "gb18030", "big5", "euc_kr"})
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
_WORD = re.compile(r"[^\W\d_]+")
_MARK_IN_WORD = re.compile(r"[^\W\d_][^\x00-\x7f\w\s’–—…€£]")  # noqa: RUF001 - typographic marks do stand after letters
_SHORT = 2
"""Two letters are a word by accident, unless they are Chinese or Japanese."""
_ALPHABETS = """
    äöüß éèêëàâçîïôûùüœæÿ áéíñóúüªº áâãàçéêíóôõúªº àèéìíòóù éèëïíóöüá åäöéü æøåéèòôäö áéíóúýðþæö áčďéěíňóřšťúůýž
    áäčďéíĺľňóôŕšťúýž ąćęłńóśźż áéíóöőúüű ăâîșşțţ čćđšž çğıiöşüâî äõöüšž āčēģīķļņšūž ąčęėįšųūž ëç
"""  # noqa: RUF001 - Turkish
"""The letters with accents of each language that is written in the Latin alphabet."""


def legacy_encoding(sample: bytes) -> str:
    """The likeliest encoding of bytes that are not UTF-8: the one in which the column names are words we know.

    Only letters with accents hang on it: digits, dates and delimiters are the same bytes in all of them.
    """
    texts = {name: text for name in (*_WESTERN, *_OTHERS) if (text := _decoded(sample, name)) is not None}
    known = {name: _known_words(text) for name, text in texts.items()}
    odd = {name: (_strangers(text) if name in _LATIN else 0, _oddities(text)) for name, text in texts.items()}
    if known and max(known.values()):
        return min(known, key=lambda name: (-known[name], *odd[name]))
    from charset_normalizer import from_bytes

    scattered = {name for name in _WIDE if name in texts and _is_scattered(texts[name])}
    best = from_bytes(sample, cp_isolation=[name for name in (*_WESTERN, *_OTHERS) if name not in scattered]).best()
    if best is not None and best.encoding in _OTHERS:
        return best.encoding
    return min((name for name in _WESTERN if name in odd), key=odd.__getitem__, default="latin-1")


def is_legacy(sample: bytes) -> bool:
    """Whether bytes of which some could be UTF-8 by accident, as in Chinese, are column names in another encoding."""
    as_unicode = sample.decode("utf-8", errors="replace")
    found = _decoded(sample, legacy_encoding(sample))
    return found is not None and _known_words(found) > _known_words(as_unicode)


def _decoded(sample: bytes, encoding: str) -> str | None:
    try:
        return sample.decode(encoding)
    except UnicodeDecodeError:
        return None


def _known_words(text: str) -> int:
    """How many words with letters beyond ASCII are ones that banks write above their columns."""
    words = {word for word in _WORD.findall(text[:4000]) if not word.isascii() and (len(word) > _SHORT or word > "⺀")}
    return sum(is_known(plain(word)) for word in words)


def _is_scattered(text: str) -> bool:
    """Whether most letters beyond ASCII stand alone, as accents do and Chinese does not: "LØN" is no "L頄"."""
    runs = _BEYOND_ASCII.findall(text)
    return sum(len(run) for run in runs if len(run) > 1) * 4 < len("".join(runs))


def _strangers(text: str) -> int:
    """How many letters with accents do not belong to the one language that has most of them: "Pøíchozí" is none."""
    letters = [char for char in text if not char.isascii() and char.isalnum()]
    return min(sum(char.lower() not in alphabet for char in letters) for alphabet in _ALPHABETS.split())


def _oddities(text: str) -> int:
    """How often a word goes on with a capital or with a sign, as words do that are read in the wrong encoding."""
    capitals = sum(before.islower() and after.isupper() for before, after in pairwise(text))
    return capitals + len(_MARK_IN_WORD.findall(text))
