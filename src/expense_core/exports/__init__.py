"""Expenses as files for other programs, one module for each kind of file.

A file is made of pages of expenses, `from_book.pages` or `pages_of` expenses that somebody has, and comes in pieces:
neither is ever in memory as a whole. What is too long for a format, or has no place in it, is said in its module; the
modules are loaded when a file is made, and not for a help page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from expense_core.errors import Invalid
from expense_core.exports.forms import Form
from expense_core.exports.lines import FIELDS, Line, pages_of
from expense_core.exports.listed import rows, written

__all__ = ["ACCOUNT", "FIELDS", "Form", "Line", "pages_of", "pieces", "rows", "text", "written"]

ACCOUNT = "Assets:Cash"
"""What a journal takes the money from, unless somebody says."""


def pieces(pages: Iterable[list[Line]], form: Form, *, account: str = ACCOUNT) -> Iterator[bytes]:
    """The file, in pieces, any of which may be empty; text is UTF-8.

    Arguments:
        account: what a journal of hledger's or Beancount's takes the money from.

    Raises:
        Invalid: the format has no such account.
    """
    if form is Form.XLSX:
        from expense_core.exports import xlsx

        return xlsx.written(pages)
    return (piece.encode() for piece in text(pages, form, account=account))


def text(pages: Iterable[list[Line]], form: Form, *, account: str = ACCOUNT, only_ascii: bool = False) -> Iterator[str]:
    """The same as text, of the forms that are.

    Arguments:
        only_ascii: escape every other character in JSON, which says the same; no other form has a way to.

    Raises:
        Invalid: the format has no such account, or is no text.
    """
    from expense_core.exports import beancount, hledger, ofx, qif, tabular

    match form:
        case Form.CSV:
            return tabular.csv(pages)
        case Form.JSON | Form.NDJSON:
            return tabular.json(pages, form, only_ascii=only_ascii)
        case Form.OFX:
            return ofx.written(pages)
        case Form.QIF:
            return qif.written(pages)
        case Form.HLEDGER:
            return hledger.written(pages, hledger.checked(account))
        case Form.XLSX:
            raise Invalid("a workbook is no text; write it to a file")
        case _:
            return beancount.written(pages, beancount.checked(account))
