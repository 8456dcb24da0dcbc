"""A chart of what was spent: upright bars through time, lying ones for categories."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import ClassVar, Literal

from rich.cells import cell_len
from textual import events
from textual.binding import BindingType
from textual.color import Color
from textual.message import Message
from textual_plotext import PlotextPlot

from expense_tui.cells import fitted, to_the_right
from expense_tui.keys import key

Lies = Literal["vertical", "horizontal"]

_TICKS = 4
"""Lines of the scale, beside the one at zero."""
_LONGEST = 16
"""Cells of a category's name."""
_MARKED, _MARK = "▒", "›"
"""What the bar is made of that the keys act on, and what stands before its name: it is not told by colour alone."""


class SpendingChart(PlotextPlot, can_focus=True):
    """Bars as long as their amounts; a float has all the precision that a bar can show. One of them is marked."""

    DEFAULT_CSS = """
    SpendingChart { height: 37%; min-height: 9; max-height: 24; background: $surface; border-left: blank; }
    SpendingChart:focus { border-left: outer $accent; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        key("chart.before", "left,up", "move(-1)", "Before", "To the bar before"),
        key("chart.after", "right,down", "move(1)", "After", "To the bar after"),
        key("chart.open", "enter", "open", "Open", "Go to the expenses behind the bar"),
    ]

    class Moved(Message):
        """Another amount is to be marked."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index
            """Its place among all that are shown or could be."""

    class Opened(Message):
        """The marked amount is to be looked into."""

    def __init__(self) -> None:
        super().__init__()
        self._draw: Callable[[], None] = lambda: None
        self._shown = range(0)
        """The places of the amounts that there is room for."""
        self._marked = 0
        self._is_upright = True
        self._margin = 0
        """Cells left of the first bar that stands upright."""

    def on_mount(self) -> None:
        """Draw it anew in other colours."""
        super().on_mount()
        self.app.theme_changed_signal.subscribe(self, lambda _: self.redraw())

    def on_resize(self) -> None:
        """Draw it anew for the room there is."""
        self.redraw()

    def redraw(self) -> None:
        """Draw what is shown once more."""
        self.plt.clear_figure()
        self.plt.frame(frame=False)
        self._shown = range(0)
        self._draw()
        self.refresh()

    # --- Which one is marked ---

    def mark(self, index: int) -> None:
        """Mark the amount at a place, if there is room for its bar."""
        if index != self._marked:
            self._marked = index
            self.redraw()

    def action_move(self, by: int) -> None:
        """Go to another bar."""
        if self._shown:
            self.post_message(self.Moved(max(self._shown[0], min(self._marked + by, self._shown[-1]))))

    def action_open(self) -> None:
        """Look into the bar that is marked."""
        if self._marked in self._shown:
            self.post_message(self.Opened())

    def on_click(self, event: events.Click) -> None:
        """Go to the bar that is clicked; look into it when it is marked already."""
        place = event.get_content_offset(self)
        if place is None or not self._shown:
            return
        room = self.size.width - self._margin if self._is_upright else self.size.height
        along = place.x - self._margin if self._is_upright else place.y
        count = len(self._shown)
        index = self._shown[max(0, min(along * count // max(1, room), count - 1))]
        self.post_message(self.Opened() if index == self._marked else self.Moved(index))

    # --- Drawing ---

    def upright(self, labels: Sequence[str], amounts: Sequence[Decimal], written: Callable[[Decimal], str]) -> None:
        """Show amounts from left to right; if there are more than there is room for, the last ones.

        Arguments:
            written: how an amount of the scale is written.
        """

        def draw() -> None:
            scale = _scale(amounts)
            margin = max((cell_len(written(amount)) for amount in scale), default=0) + 1
            room = max(1, self.size.width - margin)
            count = min(len(amounts), room)
            if not count:
                return
            shown, named = amounts[-count:], [*labels[-count:]]
            self._shown, self._is_upright, self._margin = range(len(amounts) - count, len(amounts)), True, margin
            places = [float(number) for number in range(count)]
            self._bars(places, [float(amount) for amount in shown], 0.7 if count < room // 2 else 1, "vertical")
            at = self._marked - self._shown[0]
            if self._marked in self._shown:
                named[at] = _MARK + named[at]
            widest = max(map(cell_len, named)) + 1
            step = -(-count * widest // room)
            self.plt.xticks(places[at % step :: step], named[at % step :: step])
            self.plt.yticks([float(amount) for amount in scale], [written(amount) for amount in scale])

        self._draw = draw
        self.redraw()

    def lying(self, labels: Sequence[str], amounts: Sequence[Decimal], written: Callable[[Decimal], str]) -> None:
        """Show amounts one under the other, as many of the first ones as there is room for."""

        def draw() -> None:
            count = min(len(amounts), self.size.height)
            if not count:
                return
            shown = [(label, amount) for label, amount in zip(labels, amounts, strict=True) if amount > 0][:count]
            if not shown:
                return
            figures = [written(amount) for _, amount in shown]
            widest = max(map(cell_len, figures))
            longest = min(_LONGEST, max(cell_len(label) for label, _ in shown))
            self._shown, self._is_upright = range(len(shown)), False
            told = [
                f"{_MARK if at == self._marked else ' '}{fitted(label, longest)}  {to_the_right(figure, widest)} "
                for at, ((label, _), figure) in enumerate(zip(shown, figures, strict=True))
            ]
            places = [float(number) for number in range(len(shown))]
            self._bars(places[::-1], [float(amount) for _, amount in shown], 0.1, "horizontal")
            self.plt.yticks(places, told[::-1])
            self.plt.xticks([])

        self._draw = draw
        self.redraw()

    def _bars(self, places: Sequence[float], lengths: Sequence[float], width: float, orientation: Lies) -> None:
        """All of them, and over it the one that is marked."""
        self.plt.bar(places, lengths, color=self._colour("primary"), width=width, orientation=orientation)
        if self._marked in self._shown:
            at = self._shown.index(self._marked)
            colour = self._colour("accent")
            one, length = [places[at]], [lengths[at]]
            self.plt.bar(one, length, color=colour, width=width, orientation=orientation, marker=_MARKED)

    def _colour(self, name: str) -> tuple[int, int, int]:
        return Color.parse(self.app.theme_variables[name]).rgb


def _scale(amounts: Sequence[Decimal]) -> list[Decimal]:
    """Round amounts from zero up to the largest one."""
    largest = max(amounts, default=Decimal(0))
    if largest <= 0:
        return [Decimal(0)]
    rough = largest / _TICKS
    unit = Decimal(10) ** rough.adjusted()
    step = next(unit * times for times in (1, 2, 5, 10) if unit * times >= rough)
    return [step * number for number in range(_TICKS + 1) if step * number <= largest] or [Decimal(0)]
