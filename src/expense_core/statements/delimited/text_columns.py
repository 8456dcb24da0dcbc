"""Which columns are for a person to read: who, what for, and in which category."""

from __future__ import annotations

from collections.abc import Sequence

from expense_core.statements.delimited.table import STRANGER, Column, best, ranked
from expense_core.statements.delimited.vocabulary import Concept
from expense_core.statements.delimited.wording import is_pending, is_void
from expense_core.statements.row import Role

_ACCOUNT = 15
_FOREIGN = 60
_HEADERLESS = 2
_OTHERS = (Concept.PARTY, Concept.PAYEE, Concept.PAYER)


def find(table: Sequence[Column]) -> dict[Role, tuple[int, ...]]:
    """The columns for the description of a row, its category, its state and its id."""
    found = {
        Role.CATEGORY: best(table, _category),
        Role.STATE: best(table, _state),
        Role.ID: best(table, _id),
    }
    taken = {index for indices in found.values() for index in indices}
    readable = [column for column in table if column.profile.is_text and column.index not in taken]
    memos = ranked(readable, _memo)
    first = tuple(column.index for rank, column in memos if rank == memos[0][0])
    named = any(column.about(Concept.NAME) and column.about(*_OTHERS) for column in table)
    payee, payer = _parties(readable, named=named)
    if not memos and not payee:
        longest = sorted(readable, key=lambda column: -column.profile.length)[:_HEADERLESS]
        first = tuple(sorted(column.index for column in longest))
    others = [column.index for _, column in memos if column.index not in first]
    kinds = [column.index for _, column in ranked(readable, _kind)]
    return found | {
        Role.PAYEE: payee,
        Role.PAYER: payer,
        Role.DESCRIPTION: first,
        Role.TYPE: tuple(dict.fromkeys([*others, *kinds, *found[Role.CATEGORY]])),
    }


def sign(column: Column) -> int | None:
    """How badly a column fits as the word that says which way the money went."""
    named = column.about(Concept.SIGN) or (column.about(Concept.DEBIT) and column.about(Concept.CREDIT))
    if column.profile.is_number or column.profile.is_date:
        return None
    if named:
        return STRANGER * column.heading.strangers
    if column.about(Concept.CATEGORY, Concept.NAME, *_OTHERS) or not column.profile.has_few_values:
        return None
    if column.about(Concept.STATE) and not column.profile.tells_both_ways:  # Mercury has "Sent" beside what came in
        return None
    is_told = column.about(Concept.MEMO, Concept.TEXT)
    kind = column.about(Concept.TYPE) and not is_told
    if column.profile.tells_direction:
        doubt = 2
    elif column.profile.mentions_direction and (kind or (column.about(Concept.TRANSACTION) and not is_told)):
        doubt = 12
    elif kind:  # words that we may have to ask about
        doubt = 22
    else:
        return None
    return STRANGER * (doubt + column.heading.strangers) + 5 * (not kind)


def currency(column: Column) -> int | None:
    """How badly a column fits as the currency of the rows, not of a price abroad.

    One that is called so, and nothing else, is taken by its name: what is no currency in it is to be noticed.
    """
    look = column.profile
    if column.heading.concepts == {Concept.CURRENCY} and not column.heading.strangers:
        return 0 if look.filled and not (look.is_number or look.is_date) else None
    if column.about(Concept.FOREIGN, Concept.BALANCE, Concept.FEE) or not look.mostly(look.codes):
        return None
    if column.about(Concept.CURRENCY, Concept.VALUTA):
        return 1
    return None if column.heading.concepts else 5


def _parties(table: Sequence[Column], *, named: bool) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Who got the money and who sent it, best first; a column that has whichever is not oneself serves for both.

    Where some header speaks of the other party's name (`named`), a mere "Name" is the account holder's.
    """
    names = [] if named else [column.index for _, column in ranked(table, _somebody)]
    if names:  # beside them, PayPal has the addresses of both
        table = [column for column in table if not column.about(Concept.ACCOUNT)]
    payee = [column.index for _, column in ranked(table, _payee)]
    payer = [column.index for _, column in ranked(table, _payer)]
    either = [column.index for _, column in ranked(table, _either)]
    if not (payee or payer or either):
        either = names
    return tuple(payee + either or payer), tuple(payer + either or payee)


def _payee(column: Column) -> int | None:
    return _party(column) if column.about(Concept.PAYEE) and not column.about(Concept.PAYER) else None


def _payer(column: Column) -> int | None:
    return _party(column) if column.about(Concept.PAYER) and not column.about(Concept.PAYEE) else None


def _either(column: Column) -> int | None:
    both = column.about(Concept.PAYEE) and column.about(Concept.PAYER)
    one = column.about(Concept.PAYEE, Concept.PAYER)
    return _party(column) if both or (column.about(Concept.PARTY) and not one) else None


def _somebody(column: Column) -> int | None:
    return None if column.about(Concept.ACCOUNT) or column.heading.strangers or not column.about(Concept.NAME) else 0


def _party(column: Column) -> int | None:
    if column.about(Concept.FOREIGN, Concept.ID, Concept.TYPE, Concept.STATE):
        return None
    return (
        STRANGER * column.heading.strangers
        + _ACCOUNT * column.about(Concept.ACCOUNT)
        + (not column.about(Concept.NAME))
        + column.about(Concept.PARTY)
        + 3 * (len(column.profile.values) == 1 < column.profile.filled)  # the account holder, in every row
    )


def _memo(column: Column) -> int | None:
    if column.about(*_OTHERS, Concept.NAME, Concept.SIGN) or _is_state(column):
        return None
    if column.about(Concept.TYPE, Concept.ID) and not column.about(Concept.MEMO):
        return None
    for rank, concept in enumerate((Concept.MEMO, Concept.TEXT, Concept.REFERENCE, Concept.TRANSACTION)):
        if column.about(concept):
            extra = _FOREIGN * column.about(Concept.FOREIGN) + _ACCOUNT * column.about(Concept.ACCOUNT, Concept.ID)
            return rank * 3 + column.about(Concept.TYPE) + STRANGER * column.heading.strangers + extra
    return None


def _kind(column: Column) -> int | None:
    named = column.about(Concept.TYPE) and not column.about(Concept.MEMO)
    return STRANGER * column.heading.strangers if named else None


def _category(column: Column) -> int | None:
    if not column.about(Concept.CATEGORY) or column.about(Concept.PARTY, Concept.ID) or column.profile.is_number:
        return None
    return STRANGER * column.heading.strangers + column.about(Concept.TYPE)


def _state(column: Column) -> int | None:
    where = (Concept.PARTY, Concept.ACCOUNT, Concept.PAYEE, Concept.PAYER, Concept.DATE)
    if not _is_state(column) or column.about(*where) or column.profile.is_number or column.profile.is_date:
        return None
    return STRANGER * column.heading.strangers + (
        not any(is_pending(word) or is_void(word) for word in column.profile.values)
    )


def _is_state(column: Column) -> bool:
    """Whether a header is about the state of a row: "Info" is, and "Remittance info" is not."""
    return column.about(Concept.STATE) and not column.about(Concept.MEMO, Concept.REFERENCE)


def _id(column: Column) -> int | None:
    if not column.about(Concept.ID) or column.about(Concept.ACCOUNT, Concept.PARTY, Concept.PAYEE, Concept.PAYER):
        return None
    return STRANGER * column.heading.strangers
