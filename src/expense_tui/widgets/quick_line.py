"""The line at the bottom in which an expense is recorded."""

from __future__ import annotations

import re
from bisect import insort
from collections.abc import Sequence
from itertools import count
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.suggester import Suggester
from textual.widgets import Input, Static

from expense_tui.keys import key

if TYPE_CHECKING:
    from expense_tui.backends import Suggestion
    from expense_tui.entries import Reading
    from expense_tui.formats import Formats

_TAG = re.compile(r'(?:^|\s)@("?)([^"@]*)$')
_SHOWN = 3


class QuickLine(Vertical):
    """A line of text, what is understood of it, and what was recorded before under a like description.

    Enter posts `Entered` and leaves the line empty for the next one; Tab posts `FormWanted`. Down and Up choose among
    the suggestions, or go through the lines that were entered before. Lines that could not be recorded are given back
    one after the other, in the order in which they were entered.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        key("quick.form", "tab", "form", "All fields", "Go on in the form, which has every field", shown=True),
        key(
            "quick.close",
            "escape",
            "close",
            "Close",
            "Leave the line; what is typed is there the next time",
            shown=True,
        ),
        key("quick.next", "down,ctrl+n", "next", "Next", "The next suggestion, or the line entered after this one"),
        key("quick.previous", "up,ctrl+p", "previous", "Previous", "The suggestion or the line before"),
    ]

    DEFAULT_CSS = """
    QuickLine { height: auto; display: none; border-top: solid $primary; padding: 0 1; }
    QuickLine Input { background: $boost; }
    QuickLine #understood { color: $text-muted; height: 1; text-overflow: ellipsis; text-wrap: nowrap; }
    QuickLine #understood.-wrong { color: $text-error; }
    QuickLine #suggestions { height: auto; max-height: 3; }
    """

    class Entered(Message):
        """A line is to be recorded."""

        def __init__(self, text: str, number: int) -> None:
            super().__init__()
            self.text = text
            self.number = number
            """Its place among all that were entered."""

    class Typed(Message):
        """The line is another than before."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class FormWanted(Message):
        """The full form is wanted, with what the line says."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Closed(Message):
        """The line is left."""

    def __init__(self) -> None:
        super().__init__()
        self._before: list[str] = []
        self._at = 0
        """Which of those before is in the line; past their end, what was typed last."""
        self._typed = ""
        """What was in the line before another one, or a suggestion, was taken over."""
        self._taken: str | None = None
        """What was taken over: no key has changed it yet."""
        self._numbers = count()
        self._number: int | None = None
        """Of the line that was given back."""
        self._waiting: list[tuple[int, str]] = []
        """Lines that could not be recorded, and are to be given back."""
        self._suggestions: Sequence[Suggestion] = ()
        self._chosen = -1
        self.reading: Reading | None = None
        """How the line is read; a category is completed with those it knows."""

    def compose(self) -> ComposeResult:
        """The line, what it means, what was before."""
        yield _Line(
            placeholder="12.50 Lunch with Sam @Food yesterday",
            suggester=_Categories(self),
            id="line",
            select_on_focus=False,
            compact=True,
        )
        yield Static("", id="understood")
        yield Static("", id="suggestions")

    @property
    def line(self) -> Input:
        """Where it is typed."""
        return self.query_one("#line", Input)

    def open(self, text: str | None = None) -> None:
        """Be there to be typed in; with `text` in it, or what was left."""
        self.display = True  # at once, as the focus: keys that were pressed already belong to the line
        if text is not None:
            self.line.value = text
        self.screen.set_focus(self.line)
        self.line.action_end()
        if not self.line.value and self._waiting:
            self.give_next()

    def begin_anew(self) -> None:
        """Be gone, and forget all that was typed."""
        self.close()
        self._before, self._waiting, self._suggestions = [], [], ()
        self._number = self._taken = self.reading = None
        self._at, self._chosen = 0, -1
        self.line.value = ""

    def say_again(self) -> None:
        """Ask anew what the line means."""
        if self.line.value:
            self.post_message(self.Typed(self.line.value))

    def give_back(self, entered: Entered) -> None:
        """A line that could not be recorded, for the person to mend; what they typed since comes first."""
        insort(self._waiting, (entered.number, entered.text))
        self.give_next()

    def give_next(self) -> None:
        """Give back the first line that waits for it, unless one is being typed."""
        if self._waiting and not self.line.value:
            self._number, text = self._waiting.pop(0)
            self.open(text)

    def forget(self, text: str) -> None:
        """Be empty again where this is what was typed: it was recorded otherwise."""
        if text and self.line.value == text:
            self._number = None
            self.line.value = ""

    def show_understood(self, told: str, *, is_wrong: bool) -> None:
        """What the line means, or what is wrong with it."""
        understood = self.query_one("#understood", Static)
        understood.set_class(is_wrong, "-wrong")
        understood.update(Content(told))

    def close(self) -> None:
        """Be gone; what is typed is there again the next time."""
        self.display = False

    def show_suggestions(self, suggestions: Sequence[Suggestion], formats: Formats) -> None:
        """What was recorded before under a like description; while one of them is in the line, the others stay."""
        if self._chosen >= 0:
            return
        self._suggestions = suggestions[:_SHOWN]
        self._formats = formats
        self._draw_suggestions()

    def _draw_suggestions(self) -> None:
        lines = []
        for number, one in enumerate(self._suggestions):
            parts = [
                one.description,
                self._formats.amount(one.amount, one.currency),
                one.category and f"@{one.category}",
            ]
            mark = "›" if number == self._chosen else " "
            lines.append(f"{mark} {' · '.join(part for part in parts if part)}")
        self.query_one("#suggestions", Static).update(Content("\n".join(lines)))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Tell what is typed."""
        event.stop()
        if self.line.value != self._taken:
            self._taken, self._chosen, self._at = None, -1, len(self._before)
            self.post_message(self.Typed(event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Record it."""
        event.stop()
        text = event.value.strip()
        if text:
            number = next(self._numbers) if self._number is None else self._number
            self._before.append(text)
            self._number, self._taken, self._chosen, self._at = None, None, -1, len(self._before)
            self.line.value = ""
            self.post_message(self.Entered(text, number))

    def action_form(self) -> None:
        """Go on in the form."""
        self.post_message(self.FormWanted(self.line.value))

    def action_close(self) -> None:
        """Leave the line."""
        self.close()
        self.post_message(self.Closed())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's own
        """Where there is nothing before or after, the key is whatever it is elsewhere."""
        match action:
            case "next":
                return bool(self._suggestions) or self._at < len(self._before)
            case "previous":
                return self._chosen > 0 or self._at > 0
        return True

    def action_next(self) -> None:
        """Take over the next suggestion, or the line that was entered after this one."""
        if self._at < len(self._before):
            self._go_to(self._at + 1)
        else:
            self._choose(min(self._chosen + 1, len(self._suggestions) - 1))

    def action_previous(self) -> None:
        """Take over the suggestion before, or the line that was entered before this one."""
        if self._chosen > 0:
            self._choose(self._chosen - 1)
        else:
            self._go_to(self._at - 1)

    def _go_to(self, number: int) -> None:
        """Show a line that was entered before; after the last of them, what was typed."""
        if self._taken is None:
            self._typed = self.line.value
        self._at, self._chosen = number, -1
        self._take_over(self._before[number] if number < len(self._before) else self._typed)

    def _take_over(self, text: str) -> None:
        self._taken = self.line.value = text
        self.line.action_end()
        self.post_message(self.Typed(text))

    def _choose(self, number: int) -> None:
        """Take over a suggestion: its description, its last category, and its last amount where none is typed."""
        if self._taken is None:
            self._typed = self.line.value
        self._chosen = number
        one = self._suggestions[number]
        assert self.reading is not None  # noqa: S101 - suggestions come after it
        typed, _ = self.reading.understood(self._typed)
        amount = typed.amount or self.reading.as_typed(one.amount)
        code = typed.currency if typed.amount else one.currency
        parts = [amount if code == self.reading.currency else f"{amount} {code}", one.description]
        category = typed.category or one.category
        if category:
            parts.append(f'@"{category}"' if " " in category else f"@{category}")
        if typed.spent_on != self.reading.typed_today:
            parts.append(typed.spent_on)
        self._take_over(" ".join(parts))
        self._draw_suggestions()


class _Line(Input):
    """A field in which a category of several words gets its quotes when its completion is taken."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("quick.record", "enter", "submit", "Record", "Record what the line says", shown=True),
    ]

    def action_cursor_right(self, select: bool = False) -> None:  # noqa: FBT001, FBT002 - Textual's own
        """Take the completion, or go one character to the right."""
        before = self.value
        super().action_cursor_right(select)
        found = _TAG.search(self.value)
        if self.value != before and found is not None and " " in found[2]:
            self.value = f'{self.value[: found.start(1)]}"{found[2]}"'
            self.action_end()


class _Categories(Suggester):
    """Completes the name of a category behind an @."""

    def __init__(self, line: QuickLine) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._line = line

    async def get_suggestion(self, value: str) -> str | None:
        """The line with the category's name whole."""
        found = _TAG.search(value)
        reading = self._line.reading
        if found is None or not found[2] or reading is None:
            return None
        begun = found[2].casefold()
        name = next((one.name for key, one in reading.categories.items() if key.startswith(begun)), None)
        if name is None:
            return None
        return value[: found.start(2)] + name + found[1]
