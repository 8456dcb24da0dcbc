"""Keys and themes of a person's own."""

from __future__ import annotations

import tomllib

import pytest
from pilots import app_on, at, press, screen_text, settled, typed
from textual.binding import Binding

from expense_core.errors import SettingsError
from expense_tui.config import Config, load_all_keys
from expense_tui.keys import BINDINGS, PRESETS, clashes
from expense_tui.widgets.expense_table import ExpenseTable


@pytest.fixture
def config(tmp_path):
    """What a file with this text in it chooses."""

    def of(text):
        path = tmp_path / "config.toml"
        path.write_text(text, encoding="utf-8")
        return Config.load(path)

    return of


def test_without_a_file_everything_is_as_it_comes(tmp_path):
    assert Config.load(tmp_path / "none.toml") == Config()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[tui", "cannot be read"),
        ("[tui]\ncolour = 1", "knows theme, preset"),
        ("[tui]\npreset = 'ed'", "there is no preset 'ed'; take one of vi, emacs"),
        ("[tui.keys]\n'app.undo' = 3", "write keys as text"),
        ("[tui]\ntheme = 3", "write the theme as text"),
        ("[tui]\nclean_payees = 'yes'", "write clean_payees = true, or false"),
    ],
)
def test_a_file_that_says_what_cannot_be_is_refused(config, text, told):
    with pytest.raises(SettingsError, match=told):
        config(text)


@pytest.mark.parametrize(
    ("text", "set_to", "are_cleaned"),
    [
        ("", "1", True),
        ("", "no", False),
        ("[tui]\nclean_payees = true", "", True),
        ("[tui]\nclean_payees = false", "1", False),
    ],
)
def test_payees_are_cleaned_where_the_file_says_so_or_else_the_environment(
    config, monkeypatch, text, set_to, are_cleaned
):
    """Which says it of the command's imports, too."""
    monkeypatch.setenv("EXPENSE_CLEAN_PAYEES", set_to)

    assert config(text).clean_payees is are_cleaned


def test_every_key_has_an_id_a_name_and_a_sentence():
    """So that each can be changed, listed, and found in the palette."""
    load_all_keys()

    assert len(BINDINGS) > 40
    assert all(binding.id == name and binding.description and binding.tooltip for name, binding in BINDINGS.items())


def test_no_two_keys_clash_as_they_come_or_with_a_preset():
    load_all_keys()
    as_they_come = {name: binding.key for name, binding in BINDINGS.items()}

    assert list(clashes(as_they_come)) == []
    assert [list(clashes(preset)) for preset in PRESETS.values()] == [[], []]
    assert {name for preset in PRESETS.values() for name in preset} <= BINDINGS.keys()


def test_a_clash_and_an_unknown_name_are_told(config):
    chosen = config("[tui.keys]\n'expenses.add' = 'd'\n'expenses.fly' = 'f'")

    assert chosen.problems() == [
        "there is nothing called expenses.fly to give a key to",
        "d is the key of both expenses.add and expenses.delete",
    ]


@pytest.mark.parametrize(
    ("name", "key", "other"),
    [
        ("categories.rename", "j", "table.down"),
        ("table.up", "b", "reports.compare"),
        ("trash.restore", "space", "table.mark"),
        ("import.choose", "enter", "listing.open"),
        ("table.last", "ctrl+r", "app.redo"),
        ("import.run", "asterisk,space", "import.turn"),
        ("import.turn", "space", None),
        ("reports.group", "g,v", None),
        ("quick.next", "d,j,q", None),
    ],
)
def test_a_key_clashes_with_what_else_listens_on_the_same_screen_and_no_other(config, name, key, other):
    """Lists are on every screen, though not all of their keys are."""
    told = " ".join(config(f"[tui.keys]\n'{name}' = '{key}'").problems())

    assert (other in told) if other else told == ""


@pytest.mark.anyio
async def test_a_key_of_ones_own_does_what_the_other_did(backend, config):
    """In the preset of vi, with one key changed beside it."""
    app = app_on(backend, config=config("[tui]\npreset = 'vi'\n[tui.keys]\n'expenses.delete' = 'ctrl+x'"))

    async with at(app) as pilot:
        await press(pilot, "h")
        october = screen_text(app)
        before = len(app.screen.query_one(ExpenseTable).expenses)
        await press(pilot, "d", "ctrl+x")

        assert "October 2026" in october
        assert len(app.screen.query_one(ExpenseTable).expenses) == before - 1


@pytest.mark.anyio
async def test_a_theme_is_chosen_in_the_file(backend, config, tmp_path):
    """Which is not written to by a start alone."""
    app = app_on(backend, config=config("[tui]\ntheme = 'high-contrast'"))

    async with at(app):
        assert app.theme == "high-contrast"
    assert (tmp_path / "config.toml").read_text(encoding="utf-8") == "[tui]\ntheme = 'high-contrast'"


@pytest.mark.anyio
async def test_a_theme_that_is_chosen_in_the_palette_is_there_at_the_next_start(backend, config, tmp_path):
    """In the file, in which all else stays as it was written."""
    app = app_on(backend, config=config("# mine\n[tui]\npreset = 'vi'  # as in the editor\n"))

    async with at(app) as pilot:
        await press(pilot, "ctrl+p")
        await typed(pilot, "theme")
        await press(pilot, "enter")
        await typed(pilot, "high")
        await press(pilot, "enter")

        assert app.theme == "high-contrast"
    written = (tmp_path / "config.toml").read_text(encoding="utf-8")
    assert written == "# mine\n[tui]\npreset = 'vi'  # as in the editor\ntheme = \"high-contrast\"\n"


@pytest.mark.parametrize("before", ["", "[tui]\ntheme = 'nord'\n", "[tui.keys]\n'app.undo' = 'U'\n", "[other]\na = 1"])
def test_whatever_the_file_says_a_theme_goes_into_it(config, tmp_path, before):
    """And nothing else changes."""
    config(before).keep_theme("dracula")

    after = tomllib.loads((tmp_path / "config.toml").read_text(encoding="utf-8"))
    expected = tomllib.loads(before)
    expected.setdefault("tui", {})["theme"] = "dracula"
    assert after == expected


def test_the_first_theme_makes_the_file_where_a_link_leads(tmp_path):
    """As somebody has it who keeps such files together elsewhere."""
    (tmp_path / "config.toml").symlink_to(tmp_path / "elsewhere" / "mine.toml")

    Config.load(tmp_path / "config.toml").keep_theme("nord")

    assert (tmp_path / "config.toml").is_symlink()
    assert Config.load(tmp_path / "elsewhere" / "mine.toml").theme == "nord"


@pytest.mark.anyio
async def test_a_theme_that_cannot_be_kept_is_told(backend, config, tmp_path):
    """It is used all the same."""
    app = app_on(backend, config=config(""))
    (tmp_path / "config.toml.new").mkdir()

    async with at(app) as pilot:
        app.theme = "nord"
        await settled(pilot)

        assert "the theme is not kept for the next start" in app.status.text


@pytest.mark.anyio
async def test_keys_that_clash_are_told_when_the_app_starts(backend, config):
    app = app_on(backend, config=config("[tui.keys]\n'expenses.add' = 'd'"))

    async with at(app):
        assert "d is the key of both" in app.status.text


@pytest.mark.anyio
async def test_a_theme_that_there_is_not_is_told_when_the_app_starts(backend, config):
    """It may be a slip of the pen, or one of a later version."""
    app = app_on(backend, config=config("[tui]\ntheme = 'high-contrats'"))

    async with at(app):
        assert app.status.text == "There is no theme 'high-contrats'; Theme in the palette lists them"


def test_the_table_of_keys_names_each_with_the_key_it_has_now(config, capsys):
    config("[tui.keys]\n'expenses.add' = 'insert'").print_keys()

    printed = capsys.readouterr().out
    assert "expenses.add" in printed
    assert "insert" in printed
    assert isinstance(BINDINGS["expenses.add"], Binding)
