"""The filters that are on, each of which can be taken off."""

from __future__ import annotations

from collections.abc import Mapping

from textual.content import Content
from textual.style import Style
from textual.widgets import Static


class Chips(Static):
    """Filters by what they are called; a click on one takes it off."""

    DEFAULT_CSS = """
    Chips { height: 1; padding: 0 1; }
    Chips.-none { display: none; }
    """

    def show(self, filters: Mapping[str, str]) -> None:
        """Show these: what each says, by the name that `screen.drop_filter` takes."""
        self.set_class(not filters, "-none")
        chips = [
            Content.styled(f"[{told} ×]", Style.from_meta({"@click": f"screen.drop_filter('{name}')"}))
            for name, told in filters.items()
        ]
        self.update(Content(" ").join(chips))
