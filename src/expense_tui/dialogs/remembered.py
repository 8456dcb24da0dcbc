"""What was answered about statements, and is not asked again until it is forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from expense_tui.dialogs.confirm import Confirm
from expense_tui.dialogs.dialog import Dialog
from expense_tui.keys import key
from expense_tui.widgets.listing import Column, Listing

if TYPE_CHECKING:
    from expense_core.tables import ProfilePublic

_CALLED = {"invert": "money out without a minus", "outgoing": "money out"}
"""What an answer is about, where its option's name does not say it."""
_MOST = 10
"""How many are seen at once."""


class Remembered(Dialog[None]):
    """Lists the answers, the latest first; one that is forgotten is gone for good, so that is asked first."""

    DEFAULT_CSS = """
    Remembered > .box { width: 76; }
    Remembered Listing { background: $surface; }
    Remembered #whole { height: 3; margin-top: 1; color: $text-muted; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        key("remembered.forget", "d,delete", "forget", "Forget", "Forget this answer, so that it is asked again"),
    ]

    def __init__(self) -> None:
        super().__init__("Remembered answers about statements")
        self._is_changed = False

    def body(self) -> ComposeResult:
        """The list, and all of the answer under the cursor."""
        yield Listing("Nothing was answered yet")
        yield Static("", id="whole")

    @property
    def listing(self) -> Listing[ProfilePublic]:
        """The list."""
        return self.query_one(Listing)

    def on_mount(self) -> None:
        """List them."""
        self.query_one(".box").border_subtitle = "d forgets · Escape closes"
        self.listing.styles.height = 2
        self._load()

    @work(group="list", exclusive=True)
    async def _load(self) -> None:
        await self.app.opened.wait()
        with self.app.trouble_told():
            self._show(await self.app.read(lambda backend: backend.profiles()))

    def _show(self, found: Sequence[ProfilePublic]) -> None:
        self.listing.styles.height = 1 + max(1, min(len(found), _MOST))
        columns = [Column("Files with"), Column("Answer", 32), Column("Last", 12, least=60)]
        self.listing.show(columns, found, lambda one: [one.looks, _told(one), one.file])

    @on(Listing.Moved)
    def _moved(self) -> None:
        """Show all of the answer under the cursor, whose line may be too short for it."""
        one = self.listing.current
        told = "" if one is None else f"{_told(one)}\n{one.file}: {one.looks}"
        self.query_one("#whole", Static).update(Content(told))

    def action_forget(self) -> None:
        """Forget the answer under the cursor, once that is confirmed."""
        one = self.listing.current
        if one is None:
            return

        def answered(is_yes: bool | None) -> None:  # noqa: FBT001 - what a dialog gives
            if is_yes:
                self._forget(one)

        told = (
            f"The next file with {one.looks} is asked about again. What came in stays; no undo brings the answer back."
        )
        self.app.push_screen(Confirm("Forget an answer", told, "Forget"), answered)

    @work(group="forget")
    async def _forget(self, one: ProfilePublic) -> None:
        with self.app.trouble_told():
            await self.app.write(lambda backend: backend.forget_profile(one.id))
            self._is_changed = True
            self.app.say(f"Forgot {_told(one)}")
        self._load()

    def action_leave(self) -> None:
        """Close it; a statement that is being looked at is read anew, without what was forgotten."""
        super().action_leave()
        if self._is_changed:
            self.app.changed()


def _told(one: ProfilePublic) -> str:
    """What was answered, such as "date order: dmy"."""
    return ", ".join(f"{_CALLED.get(name, name.replace('_', ' '))}: {text}" for name, text in one.answers.items())
