"""A box to tick: empty, or with its tick; not told by colour alone."""

from __future__ import annotations

from textual.widgets import Checkbox


class Tick(Checkbox):
    """Something that is so, or is not."""

    def watch_value(self) -> None:
        """Show it."""
        self.BUTTON_INNER = "✓" if self.value else " "
        super().watch_value()
