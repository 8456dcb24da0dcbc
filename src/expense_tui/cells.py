"""Text in a given number of terminal cells, of which a wide character or an emoji takes two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size

if TYPE_CHECKING:
    from decimal import Decimal

_BLOCKS = ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")
_ELLIPSIS = "…"


def fitted(text: str, width: int) -> str:
    """The text in exactly so many cells: padded, or cut with an ellipsis, and never through a wide character."""
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    return set_cell_size(set_cell_size(text, width - 1).rstrip() + _ELLIPSIS, width) if width > 0 else ""


def to_the_right(text: str, width: int) -> str:
    """The text at the right end of so many cells."""
    missing = width - cell_len(text)
    return " " * missing + text if missing >= 0 else fitted(text, width)


def bar(part: Decimal, largest: Decimal, width: int) -> str:
    """A bar as long as its part of the largest, to an eighth of a cell; a refund has none."""
    if part <= 0 or largest <= 0:
        return ""
    eighths = max(1, int(part * width * 8 / largest))
    return "█" * (eighths // 8) + _BLOCKS[eighths % 8]
