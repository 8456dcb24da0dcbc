"""The line above the keys: what was just done, what is going on, what went wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import Static

if TYPE_CHECKING:
    from expense_tui.app import Status


class StatusLine(Static):
    """What the app says, on every screen."""

    def on_mount(self) -> None:
        """Follow what the app says."""
        self.watch(self.app, "status", self._show)

    def _show(self, status: Status) -> None:
        self.set_class(status.tone.name == "TROUBLE", "-trouble")
        self.update(Content(f"{status.tone.value} {status.text}".strip()))
