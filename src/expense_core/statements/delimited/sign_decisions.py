"""Which way the money of each row went: what the file settles of it, and the question where it settles nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from expense_core.statements.delimited import amounts, content, dates, money_columns, steps
from expense_core.statements.delimited.cells import Unfit, amount_reader
from expense_core.statements.delimited.columns import Roles
from expense_core.statements.delimited.content import is_iban
from expense_core.statements.delimited.dialect import Dialect
from expense_core.statements.delimited.evidence import Evidence
from expense_core.statements.delimited.layout import Layout
from expense_core.statements.delimited.signs import Signs, earned, paid_back, question, thanked, told
from expense_core.statements.delimited.table import columns as columns_of
from expense_core.statements.delimited.vocabulary import Concept, heading
from expense_core.statements.delimited.wording import directions, is_balance
from expense_core.statements.delimited.words import lists, plain
from expense_core.statements.row import ReadingOptions, Role

_TEXTS = (Role.PAYEE, Role.DESCRIPTION)


def settle(path: Path, layout: Layout, evidence: Evidence, table: Dialect, options: ReadingOptions) -> Layout:
    """The layout with what its signs mean, once its dates and its decimal marks are known.

    Raises:
        StatementAmbiguous: the file leaves it open, or contradicts itself.
    """
    apart = [role for role in (Role.DEBIT, Role.CREDIT) if role in layout.columns]
    if apart:
        return replace(layout, reversed=_reversed(apart, layout, evidence, table, options))
    signs = evidence.signs[Role.AMOUNT]
    known = _directions({word for word, _ in signs.words}, layout, options)
    if Role.SIGN in layout.columns and signs.marked_by_words(known) and (_is_sign(layout) or signs.plus):
        known |= {"": -known[next(iter(signs.words))[0]]}
        return replace(layout, signs=Signs.BY_WORD, directions=known)
    columns: Roles = {role: indices for role, indices in layout.columns.items() if role is not Role.SIGN}
    if signs.told_by_words(known):
        return replace(layout, signs=Signs.BY_WORD, directions=known)
    if signs.unsigned and Role.BALANCE in columns and len(layout.money) == 1:
        time = steps.runs(path, layout, _time(layout, table))
        if time:
            layout = replace(layout, signs=Signs.BY_BALANCE, columns=columns, time=time)
            if options.invert is None:
                steps.require_all(path, layout)
            return replace(layout, unproven_is_out=bool(options.invert))
        if time is None and options.invert is None:
            raise question(
                f"No amount in {layout.name(layout.money[0])!r} has a sign, and the balance goes both ways",
                lasting=False,
            )
    elif signs.negative and options.invert is None and _is_contradicted(layout, table):
        raise question(f"The balance contradicts the signs in {layout.name(layout.money[0])!r}", lasting=False)
    meaning = signs.decide(
        known,
        balances=sum(any(map(is_balance, row)) for row in table.sample),
        balance=_balance(layout, table),
        thanked=thanked(_signed_rows(layout, table), is_card=signs.positive > signs.negative),
        earned=earned(_signed_texts(layout, table, Role.CATEGORY)),
        owned=_is_of_account(table) or told(_signed_rows(layout, table)) == 1,
        charged=money_columns.charged(columns_of(table.names, table.sample), table.sample, layout.money[0]),
        paid_back=paid_back(_signed_cells(layout, table), is_card=_is_of_card(table)),
        column=layout.name(layout.money[0]),
        invert=options.invert,
    )
    return replace(layout, signs=meaning, columns=columns)


def _reversed(
    apart: Sequence[Role], layout: Layout, evidence: Evidence, table: Dialect, options: ReadingOptions
) -> frozenset[Role]:
    """The columns of debits or of credits that write their usual amounts with a minus.

    Raises:
        StatementAmbiguous: a column has amounts with and without one, and no balance tells which are the usual ones.
    """
    signs = evidence.signs
    mixed = [role for role in apart if signs[role].negative and signs[role].positive]
    usual = frozenset(role for role in apart if role not in mixed and signs[role].negative)
    if not mixed:
        return usual
    if options.invert is None:
        proven = [found for found in (usual, usual.union(mixed)) if _is_proven(replace(layout, reversed=found), table)]
        if len(proven) == 1:
            return proven[0]
        raise question(
            f"Some amounts in {layout.name(layout.columns[mixed[0]][0])!r} have a minus, and others have none"
        )
    is_usual = options.invert is (mixed[0] is Role.DEBIT)
    return usual if is_usual else usual.union(mixed)


def _is_proven(layout: Layout, table: Dialect) -> bool:
    """Whether the running balance grows by what debit and credit come to."""
    balance = layout.columns.get(Role.BALANCE)
    if not balance:
        return False
    totals = content.numbers(table.sample, balance[0], layout.decimal_marks[balance[0]])
    changes = _readable(amount_reader(layout), table.sample)
    return content.running_balance(changes, totals, time=_time(layout, table), least=2) == 1


def _readable(amount_of: Callable[[Sequence[str]], Decimal], rows: Iterable[Sequence[str]]) -> list[Decimal | None]:
    found: list[Decimal | None] = []
    for row in rows:
        try:
            found.append(amount_of(row))
        except Unfit:
            found.append(None)
    return found


def _directions(words: Collection[str], layout: Layout, options: ReadingOptions) -> dict[str, int]:
    """Which of the words beside the amounts mean money out (-1) and in (1)."""
    if options.outgoing:
        out = {plain(word) for word in options.outgoing}
        return {word: -1 if plain(word) in out else 1 for word in words}
    return directions(words, paired=_is_sign(layout))


def _is_sign(layout: Layout) -> bool:
    """Whether a header says that its column tells debits from credits."""
    (column,) = layout.columns.get(Role.SIGN, (None,))
    concepts = heading(layout.names[column]).concepts if column is not None else frozenset()
    return Concept.SIGN in concepts or {Concept.DEBIT, Concept.CREDIT} <= concepts


def _time(layout: Layout, table: Dialect) -> int:
    """1 where the oldest row is first, -1 where the newest is, 0 where that is not known."""
    return dates.direction(row[layout.columns[Role.DATE][0]] for row in table.sample)


def _changes_and_totals(layout: Layout, table: Dialect) -> list[list[Decimal | None]]:
    """The amounts of the first rows, and the balances beside them; nothing where there are none."""
    balance = layout.columns.get(Role.BALANCE)
    if not balance or len(layout.money) > 1:
        return []
    return [content.numbers(table.sample, index, layout.decimal_marks[index]) for index in (*layout.money, *balance)]


def _is_contradicted(layout: Layout, table: Dialect) -> bool:
    """Whether the balance rises by some of the amounts that say they are money out, or the other way round."""
    numbers = _changes_and_totals(layout, table)
    return bool(numbers) and content.contradicted(*numbers, time=_time(layout, table))


def _balance(layout: Layout, table: Dialect) -> int:
    """1 where the running balance grows by the amounts, -1 where it shrinks by them, 0 where there is none to tell."""
    balance = layout.columns.get(Role.BALANCE)
    numbers = _changes_and_totals(layout, table)
    if not balance or not numbers:
        return 0
    time = _time(layout, table)
    if not time and not layout.names[balance[0]].strip():  # nothing says that it is the balance after the row
        return 0
    return content.running_balance(*numbers, time=time)


def _is_of_account(table: Dialect) -> bool:
    """Whether the file is of a bank account, as no card has checks, mandates, or other people's accounts beside it."""
    listed = lists("rows")
    for name in map(plain, table.names):
        words = set(name.split())
        is_partys = Concept.PARTY in heading(name).concepts and not words.isdisjoint(listed["accounts"])
        if is_partys or name in listed["of_account_whole"] or not words.isdisjoint(listed["of_account"]):
            return True
    return any(is_iban(cell) for row in table.sample for cell in row)


def _is_of_card(table: Dialect) -> bool:
    """Whether a header speaks of shops, as statements of cards do."""
    return any(word in plain(name) for name in table.names for word in lists("rows")["of_card"])


def _signed_rows(layout: Layout, table: Dialect) -> Iterator[tuple[int, str]]:
    """The sign of the amount, and all that stands beside it, of the first rows."""
    return ((sign, " ".join(row)) for sign, row in _signed(layout, table))


def _signed_texts(layout: Layout, table: Dialect, *roles: Role) -> Iterator[tuple[int, str]]:
    """The sign of the amount, and the texts, of the first rows."""
    return ((sign, " ".join(texts)) for sign, texts in _signed_cells(layout, table, *roles))


def _signed_cells(layout: Layout, table: Dialect, *roles: Role) -> Iterator[tuple[int, list[str]]]:
    """The sign of the amount, and each of the texts, of the first rows."""
    readable = [index for role in roles or _TEXTS for index in layout.columns.get(role, ())]
    return ((sign, [row[index] for index in readable]) for sign, row in _signed(layout, table))


def _signed(layout: Layout, table: Dialect) -> Iterator[tuple[int, list[str]]]:
    """The first rows that have an amount, each with its sign."""
    for row in table.sample:
        number = amounts.written(row[layout.money[0]])
        if number is not None:
            yield number.sign or 1, row
