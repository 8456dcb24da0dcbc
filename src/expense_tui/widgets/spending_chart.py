"""A chart of what was spent: upright bars through time, lying ones for categories."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from rich.cells import cell_len
from textual.color import Color
from textual_plotext import PlotextPlot

from expense_tui.cells import fitted, to_the_right

_TICKS = 4
"""Lines of the scale, beside the one at zero."""
_LONGEST = 16
"""Cells of a category's name."""


class SpendingChart(PlotextPlot):
    """Bars as long as their amounts; a float has all the precision that a bar can show."""

    DEFAULT_CSS = """
    SpendingChart { height: 37%; min-height: 9; max-height: 24; background: $surface; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._draw: Callable[[], None] = lambda: None

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
        self._draw()
        self.refresh()

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
            shown, named = amounts[-count:], labels[-count:]
            places = [float(number) for number in range(count)]
            lengths = [float(amount) for amount in shown]
            self.plt.bar(places, lengths, color=self._colour, width=0.7 if count < room // 2 else 1)
            widest = max(map(cell_len, named)) + 1
            step = -(-count * widest // room)
            self.plt.xticks(places[::step], list(named[::step]))
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
            told = [
                f"{fitted(label, longest)}  {to_the_right(figure, widest)} "
                for (label, _), figure in zip(shown, figures, strict=True)
            ]
            lengths = [float(amount) for _, amount in shown]
            places = [float(number) for number in range(len(shown))]
            self.plt.bar(places, lengths[::-1], orientation="horizontal", color=self._colour, width=0.1)
            self.plt.yticks(places, told[::-1])
            self.plt.xticks([])

        self._draw = draw
        self.redraw()

    @property
    def _colour(self) -> tuple[int, int, int]:
        return Color.parse(self.app.theme_variables["primary"]).rgb


def _scale(amounts: Sequence[Decimal]) -> list[Decimal]:
    """Round amounts from zero up to the largest one."""
    largest = max(amounts, default=Decimal(0))
    if largest <= 0:
        return [Decimal(0)]
    rough = largest / _TICKS
    unit = Decimal(10) ** rough.adjusted()
    step = next(unit * times for times in (1, 2, 5, 10) if unit * times >= rough)
    return [step * number for number in range(_TICKS + 1) if step * number <= largest] or [Decimal(0)]
