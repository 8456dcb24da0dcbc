"""The line of keys at the foot of each screen: as many as there is room for, none of them cut."""

from __future__ import annotations

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.widgets import Footer
from textual.widgets._footer import FooterKey  # private, but what the line is made of

_HELP = "help"
"""There is always room for it: it lists those for which there is none."""


class KeyLine(Footer):
    """The keys that a person needs most, each with its name."""

    def compose(self) -> ComposeResult:
        """Those that there is room for, in their order."""
        keys = [one for one in super().compose() if isinstance(one, FooterKey)]
        room = self.app.size.width
        if sum(map(_width, keys)) > room + 1:  # the last one needs no blank behind it
            room -= sum(_width(one) for one in keys if one.action == _HELP) - 1
        for one in keys:
            width = 0 if one.action == _HELP else _width(one)
            if width <= room:
                room -= width
                yield one

    async def on_resize(self) -> None:
        """Be as long as there is room for."""
        await self.recompose()


def _width(key: FooterKey) -> int:
    """Cells of a key with its name, and a blank behind it."""
    return cell_len(key.key_display) + 1 + cell_len(key.description) + 1
