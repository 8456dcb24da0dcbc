"""Front ends of other packages, plugged in by an entry point."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from expense_core.cli.own import OwnCommands

Plug = Callable[..., None]

APP = '''"""Says hello from elsewhere.

More about it.
"""
import typer

app = typer.Typer()


@app.command()
def hello(name: str) -> None:
    """Greet somebody."""
    typer.echo(f"Hello {name}")
'''


@pytest.fixture
def plug(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Plug:
    """Install a package that plugs a front end in, as its files would be after `pip install`."""
    folder = tmp_path / "elsewhere"
    monkeypatch.syspath_prepend(str(folder))

    def install(name: str, code: str | None, *, module: str = "hello_front", extra: str = "") -> None:
        info = folder / "hello_front-1.0.dist-info"
        info.mkdir(parents=True)
        provided = f"Provides-Extra: {extra}\n" if extra else ""
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: hello-front\nVersion: 1.0\n{provided}")
        (info / "entry_points.txt").write_text(f"[expense_core.frontends]\n{name} = {module}:app\n")
        if code is not None:
            (folder / f"{module}.py").write_text(code)
        monkeypatch.delitem(sys.modules, module, raising=False)

    return install


def test_a_front_end_is_a_command(plug, expense):
    """`expense NAME` runs what the other package brings."""
    plug("hello", APP)

    assert expense("hello", "Sam").out == "Hello Sam\n"


def test_a_front_end_takes_numbers(plug, expense):
    """Which come as text; what is none is wrong usage."""
    plug("hello", APP.replace("name: str", "name: str, times: int = 1").replace("{name}", "{name * times}"))

    assert expense("hello", "Sam", "--times", "2").out == "Hello SamSam\n"
    assert expense("hello", "Sam", "--times", "two").code == 2


def test_the_help_page_says_what_a_front_end_is_for_without_loading_it(plug, expense):
    """The first line of its docstring is read, and its code is not run."""
    plug("hello", APP.replace("import typer", "raise SystemExit('loaded')"))

    page = expense("--help").out

    assert "Says hello from elsewhere." in page


@pytest.mark.parametrize("code", [None, "def broken(:", ""])
def test_a_broken_front_end_does_not_cost_the_help_page(plug, expense, code):
    """Its line says so, or where it comes from, and the other commands are there."""
    plug("hello", code)

    page = expense("--help").out

    assert "hello_front:app" in page
    assert "Record an expense" in page


def test_the_help_page_names_each_of_our_own_commands(expense):
    """In their order, groups of commands too."""
    named = re.findall(r"^│ ([a-z]+) ", expense("--help").out, re.MULTILINE)

    assert [name for name in named if name in OwnCommands()] == [*OwnCommands()]


def test_our_own_commands_come_first(plug, expense):
    """No package takes `expense secret` over."""
    plug("secret", APP)

    assert "Hello" not in expense("secret").out


@pytest.mark.parametrize(("extra", "wanted"), [("hello", "'hello-front[hello]'"), ("", "no_such_library")])
def test_what_is_not_installed_is_named_with_what_brings_it(plug, expense, extra, wanted):
    """Where the package has an extra of the front end's name, that is what to install."""
    plug("hello", "import no_such_library\n", extra=extra)

    ran = expense("hello", "Sam")

    assert ran.code == 1
    assert ran.err == (
        f"expense: `expense hello` needs no_such_library, which is not installed; `pip install {wanted}` brings it\n"
    )


def test_a_command_that_nobody_brings_is_wrong_usage(expense):
    """Exit code 2, as for any word that is no command."""
    assert expense("hello").code == 2
