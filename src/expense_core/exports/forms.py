"""The kinds of files that expenses can be had as."""

from __future__ import annotations

from enum import StrEnum
from pathlib import PurePath

from expense_core.errors import Invalid


class Form(StrEnum):
    """How a file is written."""

    CSV = "csv"
    """A line each, for spreadsheets and for `expense import`."""
    JSON = "json"
    """One array, an object a line."""
    NDJSON = "ndjson"
    """An object a line and nothing around them."""
    XLSX = "xlsx"
    """A workbook of Excel's."""
    OFX = "ofx"
    """Open Financial Exchange, a statement for each currency."""
    QIF = "qif"
    """Quicken's, a list for each currency."""
    HLEDGER = "hledger"
    """A journal of hledger's."""
    BEANCOUNT = "beancount"
    """A ledger of Beancount's."""

    @property
    def media_type(self) -> str:
        """What a web server calls it."""
        return _MEDIA_TYPES[self]

    @classmethod
    def of_file(cls, name: PurePath) -> Form:
        """The form that a file's name ends in.

        Raises:
            Invalid: it ends in none.
        """
        ending = name.suffix.lower().removeprefix(".")
        try:
            return cls(_OTHER_ENDINGS.get(ending, ending))
        except ValueError as error:
            endings = [f".{form}" for form in cls]
            raise Invalid(f"end its name with {', '.join(endings[:-1])} or {endings[-1]}") from error


_OTHER_ENDINGS = {"journal": "hledger", "bean": "beancount", "jsonl": "ndjson"}

_MEDIA_TYPES = {
    Form.CSV: "text/csv; charset=utf-8",
    Form.JSON: "application/json",
    Form.NDJSON: "application/x-ndjson",
    Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Form.OFX: "application/x-ofx",
    Form.QIF: "application/qif",
    Form.HLEDGER: "text/plain; charset=utf-8",
    Form.BEANCOUNT: "text/plain; charset=utf-8",
}
