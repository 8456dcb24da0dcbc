"""Field 86 of MT940: who and what for, as banks of several countries pack it into lines of 65 characters."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from expense_core.statements.delimited.describing import one_line

_GERMAN = re.compile(r"\s*(\d{3})([^\w\s])(?=\d\d)", re.ASCII)
"""Business code and field mark, as the Deutsche Kreditwirtschaft has it (DFÜ-Abkommen, Anlage 3, chapter 8)."""
_PURPOSE = [str(number) for number in (*range(20, 30), *range(60, 64))]
_WHAT, _WHO = [f"{number:02}" for number in range(1, 15)], ["15", "16"]
"""Lines of field NS: the purpose and the name; 17 is the kind of booking."""
_FULL_PART = 27
"""Characters; a part of so many goes on in the next one, maybe in the middle of a word."""
_FULL_LINE = 64
_SEPA = re.compile(r"(?:^|(?<=\s))(EREF|KREF|MREF|CRED|DEBT|COAM|OAMT|SVWZ|ABWA|ABWE|IBAN|BIC|PURP)\+")
_SLASHED = re.compile(
    r"/(TRTP|IBAN|BIC|NAME|REMI|EREF|ORDP|BENM|CNTP|MARF|CSID|ISDT|PREF|RTRN|TRCD|PURP|ULTC|ULTD|ID|ADDR|CREF|KREF"
    r"|SVCL|MREF|OCMT|CHGS|EXCH|RCMT|INIT|BUSP|TRAN)/"
)
_LABELLED = re.compile(r"(?:^|(?<=\s))(IBAN|BIC|NAAM|OMSCHRIJVING|KENMERK|MACHTIGING|INCASSANT):\s")


class Details(NamedTuple):
    """What field 86 says."""

    payee: str = ""
    purpose: str = ""
    notes: str = ""


def read(fields: Mapping[str, Sequence[str]]) -> Details:
    """What the fields about a movement say, in whichever of the ways in use; 86 comes before NS."""
    if "86" in fields:
        return _read(fields["86"])
    numbered = {line[:2]: line[2:] for line in fields.get("NS", ())}
    who, what_for = (" ".join(text for number, text in numbered.items() if number in known) for known in (_WHO, _WHAT))
    return Details(one_line(who), one_line(what_for), one_line(numbered.get("17", "")))


def _read(lines: Sequence[str]) -> Details:
    german = _GERMAN.match(lines[0])
    if german:
        return _german("".join(lines)[german.start(2) :], german[2])
    text = _unwrapped(lines)
    if _SLASHED.match(text):
        return _slashed(_parts(_SLASHED, text))
    labelled = _parts(_LABELLED, text)
    if "NAAM" in labelled:
        purpose = one_line(labelled.get("OMSCHRIJVING", "")) or one_line(labelled.get("KENMERK", ""))
        return Details(one_line(labelled["NAAM"]), purpose, one_line(labelled[""]))
    return Details(purpose=one_line(text))


def _german(text: str, mark: str) -> Details:
    """Numbered parts: 00 the kind of booking, 20 to 29 and 60 to 63 the purpose, 31 the account, 32 and 33 the name."""
    pieces = re.split(rf"{re.escape(mark)}(\d\d)", text, flags=re.ASCII)
    parts = dict(zip(pieces[1::2], pieces[2::2], strict=True))
    whole = _joined([parts[number] for number in _PURPOSE if number in parts])
    tagged = _parts(_SEPA, whole)
    purpose = tagged.get("SVWZ") or tagged[""]
    notes = (one_line(parts.get(number, "")) for number in ("00", "31"))
    return Details(
        payee=one_line(_joined([parts[number] for number in ("32", "33") if number in parts])),
        purpose=one_line(purpose),
        notes="\n".join(filter(None, notes)),
    )


def _slashed(parts: Mapping[str, str]) -> Details:
    """Parts behind names between strokes; ING has the name as third of those behind CNTP."""
    other = parts.get("CNTP", "").split("/")
    name = parts.get("NAME") or (other[2] if len(other) > 2 else "")  # noqa: PLR2004 - account, bank, name, town
    purpose = parts.get("REMI", "").removeprefix("USTD//").removeprefix("STRD/CUR/")
    notes = (one_line(parts.get(key, "").strip("/")) for key in ("TRTP", "IBAN"))
    return Details(one_line(name.strip("/")), one_line(purpose.strip("/")), "\n".join(filter(None, notes)))


def _parts(names: re.Pattern[str], text: str) -> dict[str, str]:
    """The text behind each name, and under "" that before the first; of several with one name the first with a text."""
    pieces = names.split(text)
    parts = {"": pieces[0]}
    for name, part in zip(pieces[1::2], pieces[2::2], strict=True):
        parts[name] = parts.get(name) or part.strip()
    return parts


def _joined(parts: Sequence[str]) -> str:
    """Parts of a text that was cut at a fixed length; a shorter one ends with its word."""
    return "".join(part if len(part) == _FULL_PART else f"{part} " for part in parts)


def _unwrapped(lines: Sequence[str]) -> str:
    """Lines of a text that was cut at a fixed length."""
    return "".join(line if len(line) >= _FULL_LINE else f"{line} " for line in lines)
