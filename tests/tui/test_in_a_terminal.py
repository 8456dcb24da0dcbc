"""The app as people meet it: in a real terminal, in a browser, and when it is told to end."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright
from terminal import COMMAND

from expense_core import Database, ledgers, users
from expense_core import expenses as expenses_of
from expense_core.queries import ExpenseQuery

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
QUIET += ["--disable-component-update", "--disable-sync"]
_PATIENCE = 60.0


def until(true: Callable[[], object], told: Callable[[], object]) -> None:
    """Wait for something to be so."""
    deadline = time.monotonic() + _PATIENCE
    while not true():
        assert time.monotonic() < deadline, told()
        time.sleep(0.05)


def recorded(url: str) -> list[str]:
    """What is in the book, the newest first."""
    with Database(url) as database, database.reading() as session:
        access = ledgers.open(session, users.named(session, "alice"))
        return [one.description for one in expenses_of.find(session, access, ExpenseQuery()).items]


class Tmux:
    """A terminal of 80 by 24 characters that keys are sent to and whose text is looked at."""

    def __init__(self, socket_path: Path, *words: str) -> None:
        self._tmux = ["tmux", "-S", str(socket_path)]
        shown = {"EXPENSE_LOCALE": "en_GB", "EXPENSE_CONFIG": str(socket_path.with_name("config.toml"))}
        shown["XDG_CACHE_HOME"] = str(socket_path.with_name("cache"))
        command = shlex.join(["env", *(f"{name}={value}" for name, value in shown.items()), *COMMAND, *words])
        self._run("new-session", "-d", "-x", "80", "-y", "24", f"{command}; echo ended with $?; sleep 60")

    def press(self, *keys: str) -> None:
        """Send keys, by the names that tmux has for them."""
        self._run("send-keys", *keys)

    def type(self, text: str) -> None:
        """Send text."""
        self._run("send-keys", "-l", text)

    def resize(self, width: int, height: int) -> None:
        """Give the terminal another size."""
        self._run("resize-window", "-x", str(width), "-y", str(height))

    @property
    def shown(self) -> str:
        """What is on the screen."""
        return self._run("capture-pane", "-p")

    def wait_for(self, text: str) -> str:
        """The screen, once this is on it."""
        until(lambda: text in self.shown, lambda: f"{text!r} never came:\n{self.shown}")
        return self.shown

    def close(self) -> None:
        """End whatever still runs."""
        subprocess.run([*self._tmux, "kill-server"], capture_output=True, check=False)

    def _run(self, *words: str) -> str:
        done = subprocess.run([*self._tmux, *words], capture_output=True, text=True, check=True)
        return done.stdout


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[Callable[..., Tmux]]:
    """Opens the app in a terminal."""
    if shutil.which("tmux") is None:
        pytest.skip("there is no tmux; on Debian: apt-get install tmux")
    opened: list[Tmux] = []

    def open_(*words: str) -> Tmux:
        opened.append(Tmux(tmp_path / f"tmux{len(opened)}", *words))
        return opened[-1]

    yield open_
    for one in opened:
        one.close()


def test_a_person_keeps_their_book_in_a_terminal(tmux: Callable[..., Tmux], book: str) -> None:
    """From the first frame to the last: look, record, take back, resize, quit; and the book has it."""
    today = date.today()  # noqa: DTZ011 - the app's own is the machine's
    terminal = tmux("--database", book, "tui")

    terminal.wait_for("alice · EUR")
    terminal.press("a")
    terminal.type("4.80 Cappuccino @Gifts")
    terminal.wait_for(f"4.80 EUR · Cappuccino · Gifts · {today:%d/%m/%Y}")
    terminal.press("Enter")
    terminal.wait_for("Recorded €4.80 Cappuccino")
    terminal.type("7 Bus")
    terminal.press("Enter")
    terminal.wait_for("Recorded €7.00 Bus")
    terminal.press("Escape")
    terminal.wait_for("a Add")
    terminal.press("u")
    terminal.wait_for("Undone: recorded €7.00 Bus")
    terminal.resize(10, 5)
    terminal.resize(120, 40)
    terminal.wait_for("5 Trash")
    terminal.wait_for("Cappuccino")
    terminal.press("q")
    terminal.wait_for("ended with 0")

    assert recorded(book)[0] == "Cappuccino"
    assert "Bus" not in recorded(book)


def test_a_new_book_is_made_by_the_first_start(tmux: Callable[..., Tmux], tmp_path: Path) -> None:
    """Nobody has to set anything up."""
    terminal = tmux("--database", f"sqlite:///{tmp_path / 'new.db'}", "tui")

    terminal.wait_for("Currency")
    terminal.press("Enter")
    terminal.wait_for("No expenses here yet")
    terminal.press("q")

    terminal.wait_for("ended with 0")


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGHUP])
def test_whoever_ends_the_app_gets_their_terminal_back(
    tmux: Callable[..., Tmux], book: str, told: signal.Signals
) -> None:
    """The terminal is as it was, and so is the book."""
    terminal = tmux("--database", book, "tui")
    terminal.wait_for("alice · EUR")
    found = subprocess.run(["pgrep", "-f", f"{book} tui"], capture_output=True, text=True, check=True).stdout.split()

    os.kill(int(found[-1]), told)

    terminal.wait_for(f"ended with {128 + told}")
    assert "alice · EUR" not in terminal.shown
    assert recorded(book)[0] == "昼ごはん 🍜"


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium; on Debian: apt-get install chromium")
def test_the_same_app_is_in_a_browser_and_no_page_of_another_site_gets_in(book: str, tmp_path: Path) -> None:
    """A key pressed in the page is one pressed in the app; what comes by another name is refused."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    drawn: list[str | bytes] = []

    def note(frame: str | bytes) -> None:
        drawn.append(frame)

    process = subprocess.Popen(
        [*COMMAND, "--database", book, "tui", "--web", "--port", str(port)],
        env=os.environ
        | {"EXPENSE_LOCALE": "en_GB", "EXPENSE_CONFIG": str(tmp_path / "none.toml"), "XDG_CACHE_HOME": str(tmp_path)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until(lambda: _answers(port), lambda: "nothing answers")
        with (
            sync_playwright() as playwright,
            playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET) as browser,
        ):
            page = browser.new_page(viewport={"width": 1000, "height": 700})
            page.route("**/*", lambda route: route.continue_() if f":{port}/" in route.request.url else route.abort())
            page.on("websocket", lambda opened: opened.on("framereceived", note))
            page.goto(f"http://127.0.0.1:{port}/")
            until(lambda: page.wait_for_timeout(50) or "alice · EUR".encode() in _bytes(drawn), lambda: drawn)
            page.locator("textarea").focus()  # as a click would
            page.keyboard.type("a4.80 Cappuccino")
            page.keyboard.press("Enter")
            until(lambda: recorded(book)[0] == "Cappuccino", lambda: recorded(book))
            foreign = page.request.get(f"http://127.0.0.1:{port}/", headers={"Origin": "https://evil.example"})
            renamed = page.request.get(f"http://127.0.0.1:{port}/", headers={"Host": f"evil.example:{port}"})
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(_PATIENCE)

    assert (foreign.status, renamed.status) == (403, 403)


def _bytes(frames: list[str | bytes]) -> bytes:
    """What was sent so far."""
    return b"".join(frame if isinstance(frame, bytes) else frame.encode() for frame in frames)


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def test_nothing_heavy_is_loaded_before_the_first_frame() -> None:
    """What takes long to load comes when the frame is drawn."""
    heavy = ["sqlalchemy", "sqlmodel", "pydantic", "babel", "alembic", "httpx", "plotext", "keyring", "dateparser"]
    code = f"import sys, expense_tui.app; print([name for name in {heavy!r} if name in sys.modules])"

    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert loaded.strip() == "[]"
