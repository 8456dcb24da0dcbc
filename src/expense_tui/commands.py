"""The command palette: what the keys do here, and what has no key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.types import IgnoreReturnCallbackType

from expense_tui.dialogs.help import commands

if TYPE_CHECKING:
    from expense_core import LedgerPublic
    from expense_tui.app import ExpensesApp


class _Entry(NamedTuple):
    """A line of the palette."""

    name: str
    keys: str
    does: str
    run: IgnoreReturnCallbackType

    @property
    def help(self) -> str:
        """What it does, and with which key that is quicker."""
        return f"{self.does}  ·  {self.keys}" if self.keys else self.does


class Commands(Provider):
    """Everything that can be done on the screen beneath the palette."""

    async def discover(self) -> Hits:
        """All of it."""
        for one in self._entries():
            yield DiscoveryHit(one.name, one.run, help=one.help)

    async def search(self, query: str) -> Hits:
        """What is called about so."""
        matcher = self.matcher(query)
        for one in self._entries():
            score = max(matcher.match(one.name), 0.9 * matcher.match(one.does))
            if score > 0:
                yield Hit(score, matcher.highlight(one.name), one.run, help=one.help)

    def _entries(self) -> Iterator[_Entry]:
        app = cast("ExpensesApp", self.app)  # Textual knows it as any app
        here = set()
        for one in commands(self.screen):
            here.add(one.name)
            if one.action != "command_palette":
                run = partial(app.run_action, one.action, one.of)
                yield _Entry(one.name, " ".join(one.keys), one.does, run)
        without_keys: dict[str, tuple[str, Callable[[], object]]] = {
            "Rules": ("What becomes of the rows of statements", partial(app.switch_mode, "rules")),
            "Answers": ("See remembered answers about statements, and forget one", partial(show_answers, app)),
            "Theme": ("Change the colours", app.action_change_theme),
            "Ledger": ("Go on in another ledger", app.action_choose_ledger),
            "Sign out": ("Close the book; the next one to come in is asked who they are", app.action_sign_out),
        }
        for name, (does, do) in without_keys.items():
            if name not in here:
                yield _Entry(name, "", does, do)


def show_answers(app: ExpensesApp) -> None:
    """Show what was answered about statements, where one can be forgotten."""
    from expense_tui.dialogs.remembered import Remembered

    app.push_screen(Remembered())


async def choose_ledger(app: ExpensesApp) -> None:
    """Let a person choose among their ledgers."""
    from expense_tui.dialogs.choose import Choose

    ledgers = await app.read(lambda backend: backend.ledgers())
    items = [(f"{ledger.name} · {ledger.currency}", ledger) for ledger in ledgers]

    def chosen(ledger: LedgerPublic | None) -> None:
        if ledger is not None:
            app.go_on_in(ledger)

    app.push_screen(Choose("Which ledger?", items), chosen)


async def sign_out(app: ExpensesApp) -> None:
    """Close the book, and ask who comes in; what was kept of the sign-in is forgotten even if the server is away."""
    try:
        await app.write(lambda backend: backend.sign_out())
    finally:
        app.book = None
        app.come_in()
