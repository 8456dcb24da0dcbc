"""Timing two things against each other, and the line of the table that comes of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter


@dataclass(frozen=True)
class Line:
    """One line of the table."""

    what: str
    ours: str
    floor: str
    ratio: float
    """Of the medians."""
    least: float
    """Of the quickest calls, on which a busy machine has the least influence."""
    allowed: str = ""
    """Nothing where a line is there for information."""
    is_over: bool = False


def alternately(
    ours: Callable[[], object], floor: Callable[[], object], *, rounds: int, calls: int
) -> tuple[list[float], list[float]]:
    """How long each call took, in seconds. They take turns, a few calls each; the first turn does not count."""
    taken: tuple[list[float], list[float]] = ([], [])
    for turn in range(rounds + 1):
        for timings, call in zip(taken, (ours, floor), strict=True):
            for _ in range(calls):
                start = perf_counter()
                call()
                if turn:
                    timings.append(perf_counter() - start)
    return taken


def compared(what: str, ours: Sequence[float], floor: Sequence[float], allowed: float | None = None) -> Line:
    """The line of two series of timings; `allowed` is how many times as long as the floor ours may take."""
    ratio = median(ours) / median(floor)
    return Line(
        what,
        duration(median(ours)),
        duration(median(floor)),
        ratio,
        min(ours) / min(floor),
        "" if allowed is None else f"{allowed:g} times",
        is_over=allowed is not None and ratio > allowed,
    )


def duration(seconds: float) -> str:
    """A time in the unit that suits it."""
    size, unit = next(((size, unit) for size, unit in ((1, "s"), (1e-3, "ms")) if seconds >= size), (1e-6, "µs"))
    return f"{seconds / size:.3g} {unit}" if seconds < 100 * size else f"{seconds / size:.0f} {unit}"


def print_table(lines: Sequence[Line]) -> None:
    """Print the lines beneath a heading."""
    rows = [("", "ours", "floor", "ratio", "least", "allowed", "")]
    for line in lines:
        verdict = ("over" if line.is_over else "ok") if line.allowed else ""
        rows.append((line.what, line.ours, line.floor, f"{line.ratio:.2f}", f"{line.least:.2f}", line.allowed, verdict))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for what, *figures in rows:
        print(
            what.ljust(widths[0]),
            *(text.rjust(width) for text, width in zip(figures, widths[1:], strict=True)),
            sep="  ",
        )
