"""Output where a terminal or a pipe takes less than Unicode: what it lacks is spelled out."""

from __future__ import annotations

import codecs
import unicodedata
from io import TextIOWrapper

_SPELLED = {"€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "ß": "ss", "ł": "l", "ø": "o"}
_SPELLED |= {"·": "-", "–": "-", "−": "-", "→": "->", "…": "..."}  # noqa: RUF001 - these are to be written as a hyphen
_SPELLED |= dict.fromkeys("█▉▊▋▌", "#") | dict.fromkeys("▍▎▏", "")
_HANDLER = "expense.spelled_out"


def spell_out(stream: TextIOWrapper) -> None:
    """Have a stream write "EUR" where it cannot write "€", and "?" only for what has no spelling."""
    codecs.register_error(_HANDLER, _spelled_out)
    stream.reconfigure(errors=_HANDLER)


def _spelled_out(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)  # noqa: S101 - writing raises no other, for the type checker
    return "".join(map(_spelling, error.object[error.start : error.end])), error.end


def _spelling(character: str) -> str:
    spelled = _SPELLED.get(character)
    if spelled is None:
        spelled = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode() or "?"
    return spelled
