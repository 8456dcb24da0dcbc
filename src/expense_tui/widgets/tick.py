"""A box to tick: empty, or with its tick; not told by colour alone."""

from __future__ import annotations

from textual.widgets import Checkbox


class Tick(Checkbox):
    """Something that is so, or is not.

    Arguments:
        label: what it is.
        value: whether it is so at first.
    """

    def __init__(self, label: str, value: bool = False) -> None:  # noqa: FBT001, FBT002 - as Textual has it
        super().__init__(label, value, compact=True)
        self._draw_box()

    def watch_value(self) -> None:
        """Show it."""
        self._draw_box()
        super().watch_value()

    def _draw_box(self) -> None:
        self.BUTTON_INNER = "✓" if self.value else " "
