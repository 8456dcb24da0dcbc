"""What happens to a file on its way from a bank to a book, and what a reader may make of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

from hypothesis import strategies as st

from expense_core import money, statements
from expense_core.errors import StatementAmbiguous, StatementError, StatementUnreadable
from expense_core.statements import Layout, RawRow, Reader, ReadingOptions, formats

_HUGE, _YEAR_ZERO = b"9" * 41, b"00000101"


@st.composite
def damaged(draw: st.DrawFn, good: bytes) -> bytes:
    """A file with up to four damages: cut off, bytes changed, parts lost or doubled, numbers gone mad."""
    data = good
    for _ in range(draw(st.integers(1, 4))):
        start, end = sorted((draw(st.integers(0, len(data))), draw(st.integers(0, len(data)))))
        end = min(end, start + 40)
        data = draw(
            st.sampled_from(
                (
                    data[:start],
                    data[:start] + data[end:],
                    data[:end] + data[start:end] + data[end:],
                    data[:start] + b"\0" + data[start:],
                    data[:start] + b"\xff\xfe" + data[start:],
                    data[:start] + _HUGE + data[end:],
                    data[:start] + _YEAR_ZERO + data[end:],
                    data[:start] + draw(st.binary(max_size=6)) + data[end:],
                    data.decode("latin-1").encode("utf-16"),
                )
            )
        )
    return data


def survives(reader: Reader, file: Path) -> None:
    """Make sure that a file is read or refused, and that no row of it is worth more than a book can hold."""
    rows: list[RawRow] = []
    told: list[StatementUnreadable] = []
    try:
        layout = reader.recognise(file, ReadingOptions())
        if layout is not None:
            rows += reader.rows(file, layout, Counter(), lambda error, _: told.append(error))
    except (StatementUnreadable, StatementAmbiguous):
        return
    assert all(abs(row.amount) < money.LIMIT and row.booked_on.year >= 1900 for row in rows)
    assert all(error.line for error in told)
    assert len({row.line for row in rows}) == len(rows)


def ends_well(file: Path, ask: Callable[[Path, ReadingOptions], Layout | None] = statements.recognise) -> int | None:
    """How many rows a file has, each told or come out of it; None where whoever is asked refuses it."""
    told: list[StatementUnreadable] = []
    try:
        layout = ask(file, ReadingOptions())
        if layout is None:
            return None
        rows = list(statements.rows(file, layout, unreadable=lambda error, _: told.append(error)))
        shape = formats.shape(file)
    except StatementError:
        return None
    assert layout.summary()
    assert layout.rows >= 0
    assert shape is None or shape.key
    assert all(abs(row.amount) < money.LIMIT for row in rows)
    assert all(error.line is not None for error in told)  # a record of Bagels has a number, and be it zero
    assert len({row.line for row in rows}) == len(rows)
    return len(rows) + len(told)
