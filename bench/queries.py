"""Recording and finding expenses in a book of many, beside the same SQL by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from functools import partial

from bench import floors
from bench.books import Book
from bench.measuring import Line, alternately, compared
from expense_core import ExpenseCreate, ExpenseQuery, categories, expenses

BY_HAND = 2.5
DEEP = 1.5
_ROUNDS = 40
_CALLS = 10
_LARGEST_PAGE = 500


def lines(book: Book, where: str) -> Iterator[Line]:
    """What one expense costs to record, and a page of them to find: the newest, and one from the middle of the list."""
    with book.database.reading() as session:
        food = categories.named(session, book.access, "Groceries").id
        count = sum(category.count for category in categories.list(session, book.access))
        middle = _cursor_at(book, count // 2)
    lunch = ExpenseCreate(amount=Decimal("12.50"), description="Lunch", category_id=food, spent_on=date(2025, 12, 31))
    newest, deep = ExpenseQuery(), ExpenseQuery(cursor=middle)
    yield _record(book, lunch, f"{where}: record and commit")
    yield from _find(book, newest, f"{where}: find the newest 50")
    yield from _find(book, deep, f"{where}: find 50 at row {count // 2:,}")
    with book.database.reading() as session:
        at_middle, at_top = alternately(
            lambda: expenses.find(session, book.access, deep),
            lambda: expenses.find(session, book.access, newest),
            rounds=_ROUNDS,
            calls=_CALLS,
        )
    yield compared(f"{where}: find 50 at row {count // 2:,} / the newest", at_middle, at_top, DEEP)


def _record(book: Book, new: ExpenseCreate, what: str) -> Line:
    def record(book: Book) -> None:
        with book.database.transaction() as session:
            expenses.record(session, book.access, new)

    statements = floors.written_down(book, record)
    with floors.driver(book.database) as connection:
        return _beside(
            lambda: record(book), floors.transaction(connection, statements, commit=True), what, allowed=BY_HAND
        )


def _find(book: Book, query: ExpenseQuery, what: str) -> Iterator[Line]:
    def find(book: Book) -> None:
        with book.database.reading() as session:
            expenses.find(session, book.access, query)

    def fetch() -> list[floors.Row]:
        return floors.fetch(connection, statements)

    statements = floors.written_down(book, find)
    with floors.driver(book.database) as connection:
        floors.begin(connection)
        with book.database.reading() as session:
            again = partial(expenses.find, session, book.access, query)
            yield _beside(again, fetch, what, allowed=BY_HAND)
            if book.database.is_sqlite:  # psycopg2 converts by itself
                yield _beside(again, lambda: floors.with_values(fetch()), f"{what}, rows converted by hand too")
        connection.rollback()
        by_hand = floors.transaction(connection, statements, commit=False)
        yield _beside(lambda: find(book), by_hand, f"{what}, in a transaction each time")


def _beside(
    ours: Callable[[], object], floor: Callable[[], object], what: str, *, allowed: float | None = None
) -> Line:
    return compared(what, *alternately(ours, floor, rounds=_ROUNDS, calls=_CALLS), allowed)


def _cursor_at(book: Book, row: int) -> str | None:
    """The cursor of the page that begins behind so many expenses."""
    cursor = None
    with book.database.reading() as session:
        for _ in range(row // _LARGEST_PAGE):
            query = ExpenseQuery(limit=_LARGEST_PAGE, cursor=cursor)
            cursor = expenses.find(session, book.access, query).next_cursor
    return cursor
