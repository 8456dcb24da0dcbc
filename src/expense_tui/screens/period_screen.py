"""What the screens share that show a period: keys that move it, change its length, or name any other."""

from __future__ import annotations

from textual import work
from textual.binding import Binding
from textual.widgets import Input

from expense_core.errors import Invalid
from expense_tui.asking import in_thread
from expense_tui.keys import key
from expense_tui.periods import Period
from expense_tui.screens.book_screen import BookScreen
from expense_tui.widgets.asked_line import AskedLine

_ASKED = "Period (march, q3 2025, last week, 1 mar to 15 apr)"


def period_keys(place: str, *, shown: bool = False) -> list[Binding]:
    """The keys of a screen that shows a period.

    Arguments:
        place: what their ids begin with.
        shown: whether the line of keys has the one that changes the length.
    """
    lengths = "A month, a quarter, a year, all time, a week"
    return [
        key(f"{place}.earlier", "left_square_bracket", "move(-1)", "Earlier", "The period before", looks="["),
        key(f"{place}.later", "right_square_bracket", "move(1)", "Later", "The period after", looks="]"),
        key(f"{place}.today", "t", "today", "Today", "The period that today is in"),
        key(f"{place}.span", "p", "next_span", "Period", lengths, shown=shown),
        key(f"{place}.dates", "P", "choose_period", "Dates", "Any period, named or from day to day", opens=True),
    ]


class PeriodScreen(BookScreen):
    """A screen that shows what was spent in a period."""

    @property
    def period(self) -> Period | None:
        """Which one; None before there is something to show."""
        raise NotImplementedError

    def show_period(self, period: Period) -> None:
        """Show another one."""
        raise NotImplementedError

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's own
        """What opens a line to type in is a letter in one that is open."""
        return action != "choose_period" or not isinstance(self.focused, Input)

    def action_move(self, steps: int) -> None:
        """Go to another period."""
        if self.period is not None:
            self.show_period(self.period.moved(steps))

    def action_today(self) -> None:
        """Go to the period that today is in."""
        if self.period is not None:
            self.show_period(self.period.around(self.app.today()))

    def action_next_span(self) -> None:
        """Show a month, a quarter, a year, all time, or a week."""
        if self.period is not None:
            self.show_period(self.period.next_span(self.app.today()))

    def action_choose_period(self) -> None:
        """Ask for any period."""
        if self.period is not None:
            self.query_one(AskedLine).ask(_ASKED, self._read_period)

    @work(group="period", exclusive=True)
    async def _read_period(self, text: str) -> None:
        from expense_tui import period_words

        line, today, locale = self.query_one(AskedLine), self.app.today(), self.app.formats.locale
        try:
            period = await in_thread(lambda: period_words.read(text, today=today, locale=locale))
        except Invalid as error:
            line.tell(error.message)
        else:
            line.done()
            self.show_period(period)
