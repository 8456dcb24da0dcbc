"""A ledger of Beancount's (beancount.github.io/docs, "Language Syntax"): a transaction for each expense."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from expense_core.errors import FieldError, Invalid
from expense_core.exports.lines import Line
from expense_core.exports.naming import UNCATEGORISED, Names

_TOP = "Expenses:"
_KINDS = {"Assets", "Liabilities", "Equity", "Income", "Expenses"}
_OPEN = "1900-01-01 open"
"""No expense is older."""
_WORDS = re.compile(r"[^\w]+|_")
_INITIAL = "X"
"""What goes before a name in letters that have no capitals."""


def checked(account: str) -> str:
    """The name of an account that Beancount takes as one.

    Raises:
        Invalid: it does not.
    """
    kind, *parts = account.split(":")
    if kind not in _KINDS or not parts or not all(map(_is_part, parts)):
        told = f"{account!r} is no account to Beancount; write one like Assets:Cash or Liabilities:Credit-Card"
        raise Invalid(told, [FieldError("account", Invalid.code, told)])
    return account


def written(pages: Iterable[list[Line]], account: str) -> Iterator[str]:
    """The ledger, a piece for each page.

    Arguments:
        account: what the money was taken from.
    """
    names = Names(_spelled, _TOP + UNCATEGORISED, account)
    currencies: set[str] = set()
    yield f"{_OPEN} {account}\n"
    for page in pages:
        yield "".join([_transaction(line, account, names, currencies) for line in page])


def _transaction(line: Line, account: str, names: Names, currencies: set[str]) -> str:
    number, day, amount, code, description, category, notes = line
    text = ""
    if code not in currencies:
        currencies.add(code)
        text += f'option "operating_currency" "{code}"\n'
    if category not in names:
        text += f"{_OPEN} {names[category]}\n"
    text += f'\n{day} * {_quoted(description)}\n  id: "{number}"\n'
    if notes:
        text += f"  notes: {_quoted(notes)}\n"
    back = amount[1:] if amount[0] == "-" else f"-{amount}"
    return text + f"  {names[category]}  {amount} {code}\n  {account}  {back} {code}\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _spelled(category: str) -> str:
    """The account of a category: letters, digits and hyphens, with a capital or a digit first, in any script."""
    words = _WORDS.split("".join(map(_letter, unicodedata.normalize("NFKC", category))))
    name = "-".join(word[0].upper() + word[1:] for word in words if word)
    return _TOP + (name if _is_part(name) else _INITIAL + name)


def _letter(character: str) -> str:
    return character if _is_letter(character) else " "


def _is_letter(character: str) -> bool:
    category = unicodedata.category(character)
    return category == "Nd" or category[0] == "L"


def _is_part(name: str) -> bool:
    if not name or unicodedata.category(name[0]) not in {"Lu", "Nd"}:
        return False
    return all(_is_letter(character) or character == "-" for character in name)
