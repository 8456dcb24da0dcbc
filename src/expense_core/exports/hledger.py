"""A journal of hledger's (hledger.org/hledger.html, "Journal"): a transaction for each expense, everything declared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from expense_core import money
from expense_core.errors import FieldError, Invalid
from expense_core.exports.lines import Line
from expense_core.exports.naming import UNCATEGORISED, Names

_TOP = "Expenses:"


def checked(account: str) -> str:
    """The name of an account that hledger takes as one.

    Raises:
        Invalid: it does not.
    """
    parts = account.split(":")
    if account != " ".join(account.split()) or account[:1] in "([;*!" or not all(map(str.strip, parts)):
        told = f"{account!r} is no account to hledger; write one like Assets:Cash"
        raise Invalid(told, [FieldError("account", Invalid.code, told)])
    return account


def written(pages: Iterable[list[Line]], account: str) -> Iterator[str]:
    """The journal, a piece for each page.

    Arguments:
        account: what the money was taken from.
    """
    names = Names(_spelled, _TOP + UNCATEGORISED, account)
    currencies: set[str] = set()
    yield f"decimal-mark .\naccount {account}\n"
    for page in pages:
        yield "".join([_transaction(line, account, names, currencies) for line in page])


def _transaction(line: Line, account: str, names: Names, currencies: set[str]) -> str:
    number, day, amount, code, description, category, notes = line
    text = ""
    if code not in currencies:
        currencies.add(code)
        text += f"commodity 1000.{'0' * money.currency(code).decimals} {code}\n"
    if category not in names:
        text += f"account {names[category]}\n"
    text += f"\n{day} * ({number}) {_on_a_line(description)}".rstrip() + "\n"
    if notes:
        text += "".join([f"    ; {part}".rstrip() + "\n" for part in notes.split("\n")])
    back = amount[1:] if amount[0] == "-" else f"-{amount}"
    return text + f"    {names[category]}  {amount} {code}\n    {account}  {back} {code}\n"


def _on_a_line(description: str) -> str:
    """Without what begins a comment, or parts a payee from a note."""
    return description.replace(";", ",").replace("|", "/")


def _spelled(category: str) -> str:
    """The account of a category: two blanks would end its name, a colon would begin another one below it."""
    return _TOP + " ".join(category.replace(":", "-").split())
