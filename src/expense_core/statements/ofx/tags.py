"""The elements of an OFX file, one by one, from SGML without end tags as from XML.

No parser of XML reads what banks call OFX: end tags are missing, also where the specification has them, headers are
broken, and texts have bare "<" and "&" in them. What is sure is that an element begins with its tag.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from expense_core.errors import StatementUnreadable
from expense_core.statements.text import nul, opened, plain

_PIECE = 1 << 14
"""Characters that are looked at together; some banks write a whole file on one line."""
_LONGEST_TAG = 100
_LONGEST_TEXT = 20_000
_TAG = re.compile(
    r"<(/?[A-Za-z][\w.:-]{0,40})(?:\s[^<>]{0,60})?\s*/?>|<!\[CDATA\[|\]\]>|<!--[^<>\n]{0,200}-->", re.ASCII
)
"""Of a tag, its name; of what is none of the text, and no tag, nothing."""


class Element(NamedTuple):
    """A tag and the text behind it."""

    line: int
    name: str
    """In capitals; of an end tag, with its stroke: "/STMTTRN"."""
    text: str
    """With no blanks around it; empty for an aggregate, which has other elements in it."""
    raw: str
    """As it stands in the file."""


def elements(path: Path, encoding: str) -> Iterator[Element]:
    """Every element of the file; what stands before the first, as the header does, is left out.

    Raises:
        StatementUnreadable: a text is far too long, or has a NUL byte.
    """
    name, texts, started, size = "", [""], 0, 0
    for line, piece in _pieces(path, encoding):
        at = 0
        for tag in _TAG.finditer(piece):
            texts.append(piece[at : tag.start()])
            at = tag.end()
            if not tag[1]:  # a remark, or what says that the text between is to be taken literally
                continue
            if name:
                yield _element(started, name, texts)
            name, texts, started, size = tag[1], [tag[0]], line, 0
        rest = piece[at:]
        if rest.isspace():  # files may be padded with as many blanks as they like
            continue
        texts.append(rest)
        size += len(rest)
        if size > _LONGEST_TEXT:
            raise StatementUnreadable(f"line {line} of {path.name} is far too long for a text in a statement", line)
        if not name:
            texts, size = [""], 0
    if name:
        yield _element(started, name, texts)


def _element(line: int, name: str, texts: list[str]) -> Element:
    text = "".join(texts[1:]).strip()
    stroke, own = name[0] == "/", name.upper().lstrip("/").rpartition(":")[2]
    return Element(line, f"/{own}" if stroke else own, "" if stroke else plain(text), texts[0] + text)


def _pieces(path: Path, encoding: str) -> Iterator[tuple[int, str]]:
    """The text of the file with the number of the line, in lines or parts of lines that split no tag."""
    line, rest = 1, ""
    with opened(path, encoding) as file:
        while read := file.readline(_PIECE):
            if "\0" in read:
                raise nul(path, line)
            piece, rest = rest + read, ""
            if piece[-1] != "\n":
                cut = piece.rfind("<", -_LONGEST_TAG)
                if cut >= 0 and ">" not in piece[cut:]:
                    piece, rest = piece[:cut], piece[cut:]
            yield line, piece
            line += piece.endswith("\n")
    yield line, rest
