"""How the command ends, as a program of its own: exit codes, pipes, signals and encodings."""

from __future__ import annotations

import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path

import pytest
import typer
from terminal import COMMAND, Terminal, run

from expense_core.cli import main
from expense_core.cli.refusals import refusals

pytestmark = pytest.mark.usefixtures("book")


@pytest.fixture
def long_book(book, home):
    """A book whose list is longer than a pipe holds."""
    rows = "".join(f"2026-10-05,Row {number},-1.00\n" for number in range(1, 4_001))
    (home / "many.csv").write_text(f"Date,Description,Amount\n{rows}")
    assert book("import", "many.csv").code == 0
    return book


@pytest.mark.parametrize(
    ("words", "code"),
    [(["--help"], 0), (["add", "nonsense"], 1), (["nonsense"], 2)],
)
def test_the_exit_code_says_how_it_went(words, code):
    """0 done, 1 refused, 2 wrong usage; a traceback never reaches the person."""
    ended = run(*words)

    assert ended.returncode == code
    assert "Traceback" not in ended.stderr
    assert (ended.stderr == "") == (words == ["--help"])


@pytest.mark.parametrize("words", [["list", "--limit", "9999"], ["export", "--format", "json"]])
def test_whoever_has_read_enough_may_go(long_book, words):
    """`expense list | head -1` prints one line, ends well, and complains to nobody."""
    with subprocess.Popen([*COMMAND, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as ended:
        assert ended.stdout.readline()
        ended.stdout.close()

        complaint = ended.stderr.read()

    assert (ended.returncode, complaint) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
@pytest.mark.parametrize("words", [["list"], ["export"]])
def test_output_that_nothing_has_room_for_is_refused(book, words):
    """A shell that redirects to a full disk is told so."""
    book("add", "5 Tea")

    with Path("/dev/full").open("w") as full:
        ended = subprocess.run([*COMMAND, *words], stdout=full, stderr=subprocess.PIPE, text=True, check=False)

    assert (ended.returncode, ended.stderr) == (1, "expense: No space left on device\n")


def test_without_any_output_it_does_its_work_all_the_same(book):
    """As a job of cron may be started."""
    closed = ["sh", "-c", 'exec "$@" >&-', "sh"]

    ended = subprocess.run([*closed, *COMMAND, "add", "5 Tea"], check=False)

    assert ended.returncode == 0
    assert "Tea" in book("list").out


def test_nothing_is_coloured_cut_or_wrapped_in_a_pipe(book):
    """However narrow the terminal is said to be."""
    book("add", "5 " + "Tea " * 100)

    listed = run("list", COLUMNS="40")

    assert "\x1b" not in listed.stdout
    assert ("Tea " * 100).strip() in listed.stdout
    assert len(listed.stdout.splitlines()) == 2


@pytest.mark.parametrize(("encoding", "shown"), [("ascii", "EUR5.00"), ("cp1252", "\udc805.00")])
def test_what_an_encoding_lacks_is_spelled_out(book, encoding, shown):
    """The amount keeps its currency, the bar its length."""
    book("add", "5 café")

    listed, report = run("list", PYTHONIOENCODING=encoding), run("report", PYTHONIOENCODING=encoding)

    assert (listed.returncode, report.returncode) == (0, 0)
    assert shown in listed.stdout
    assert "#" * 20 in report.stdout


def test_data_is_never_spelled_out(book):
    """JSON is escaped, which says the same; CSV is refused."""
    book("add", "5 café")

    as_json = run("export", "--format", "json", PYTHONIOENCODING="ascii")
    as_csv = run("export", PYTHONIOENCODING="ascii")

    assert json.loads(as_json.stdout)[0]["description"] == "café"
    assert (as_csv.returncode, "PYTHONIOENCODING=utf-8" in as_csv.stderr) == (1, True)


def test_a_workbook_goes_into_a_pipe_but_not_to_a_terminal(book):
    """Where it could do nothing but harm."""
    book("add", "5 café")

    piped = subprocess.run([*COMMAND, "export", "--format", "xlsx"], capture_output=True, check=True)
    with Terminal("export", "--format", "xlsx") as terminal:
        terminal.wait_for("name a file")
        assert terminal.finish() == 2

    assert piped.stdout.startswith(b"PK")


@pytest.mark.parametrize("locale", ["C", "nonsense"])
def test_a_system_without_a_locale_is_in_plain_english(book, locale):
    """And still has a euro."""
    book("add", "5 café")

    listed = run("list", LC_ALL=locale)

    assert listed.returncode == 0
    assert "€5.00" in listed.stdout


def test_it_can_be_run_where_output_is_no_stream_of_the_systems(book, monkeypatch, capsys):
    """As in a notebook, which collects what is written."""
    collected = io.StringIO()
    monkeypatch.setattr(sys, "argv", ["expense", "secret"])

    with pytest.raises(SystemExit) as ended, redirect_stdout(collected):
        main()

    assert ended.value.code == 0
    assert len(collected.getvalue().strip()) >= 32


def test_an_argument_that_is_no_text_is_refused():
    """The shell hands on whatever bytes there are."""
    ended = run("category", "rename", os.fsdecode(b"caf\xe9"), "x")

    assert ended.returncode == 1
    assert ended.stderr.startswith("expense: ")


@pytest.fixture
def ctrl_c():
    """Press Ctrl-C; afterwards it means to this process what it meant before."""
    before = signal.getsignal(signal.SIGINT)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    yield lambda: signal.raise_signal(signal.SIGINT)
    signal.signal(signal.SIGINT, before)


def test_ctrl_c_ends_with_the_code_of_shells_and_a_sentence(capsys, ctrl_c):
    """130 is 128 and the signal's number. Pressed again, it adds nothing."""
    with pytest.raises(typer.Exit) as ended, refusals():
        ctrl_c()

    ctrl_c()
    assert ended.value.exit_code == 130
    assert capsys.readouterr().err == "expense: interrupted; a change that was not finished was not saved\n"


@pytest.mark.parametrize("asked", [True, False])
def test_what_should_not_have_happened_is_told_too(capsys, monkeypatch, asked):
    """With a traceback only for whoever asks for it."""
    if asked:
        monkeypatch.setenv("EXPENSE_TRACEBACK", "1")

    with pytest.raises(typer.Exit) as ended, refusals():
        {}["nothing"]

    said = capsys.readouterr().err
    assert ended.value.exit_code == 1
    assert "expense: something went wrong that should not have (KeyError: 'nothing')" in said
    assert ("Traceback" in said) == asked


def test_an_input_that_breaks_a_rule_is_told_in_the_rules_own_words(capsys):
    """Every wrong field is named."""
    from expense_core import ExpenseCreate

    with pytest.raises(typer.Exit), refusals():
        ExpenseCreate(amount="0.00001", currency="XYZ")

    said = capsys.readouterr().err
    assert said.startswith("expense: amount: '0.00001' has more decimals than any currency")
    assert "currency: 'XYZ' is no currency code" in said


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(28, "No space left on device"), "No space left on device"),
        (FileNotFoundError(2, "No such file or directory", "x.csv"), "x.csv: No such file or directory"),
        (OSError("odd"), "something went wrong that should not have (OSError: odd)"),
    ],
)
def test_what_the_system_refuses_is_told_in_its_words(capsys, error, said):
    """With the file's name, where there is one."""
    with pytest.raises(typer.Exit), refusals():
        raise error

    assert capsys.readouterr().err.startswith(f"expense: {said}")


def test_to_look_is_possible_while_another_program_writes(book, sqlite_url):
    """However long that takes."""
    book("add", "5 Tea")
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    listed = book("list")

    other.close()
    assert listed.code == 0
    assert "Tea" in listed.out


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("postgresql://localhost:1/nowhere", "the database cannot be reached"),
        ("sqlite:////dev/null/expenses.db", "there is no folder /dev/null"),
        ("nonsense", "EXPENSE_DATABASE_URL: write sqlite:///FILE or"),
    ],
)
def test_a_database_that_cannot_be_reached_is_refused(expense, monkeypatch, url, why):
    """A server that is down, a folder that cannot be, an address that is none."""
    monkeypatch.setenv("EXPENSE_DATABASE_URL", url)

    refused = expense("list")

    assert (refused.code, refused.out) == (1, "")
    assert why in refused.err


def test_a_file_that_is_no_database_is_refused_and_left_alone(expense, home):
    """Nor is a database that is somebody else's."""
    (home / "notes.db").write_text("Dear diary, " * 500)
    with sqlite3.connect(home / "other.db") as other:
        other.execute("CREATE TABLE songs (title)")
    other.close()

    damaged = expense("--database", "sqlite:///notes.db", "add", "5 Tea")
    foreign = expense("--database", "sqlite:///other.db", "add", "5 Tea")

    assert (damaged.code, foreign.code) == (1, 1)
    assert "is no SQLite database" in damaged.err
    assert "(songs, ...) and not a book of expenses" in foreign.err
    assert (home / "notes.db").read_text() == "Dear diary, " * 500


@pytest.mark.parametrize(("revision", "why"), [("0000", "`expense db upgrade`"), ("9999", "upgrade the program")])
def test_a_database_of_another_version_is_refused(book, sqlite_url, revision, why):
    """With what mends it: the database, or the program."""
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as other:
        other.execute("UPDATE alembic_version SET version_num = ?", (revision,))
    other.close()

    refused = book("list")

    assert (refused.code, refused.out) == (1, "")
    assert why in refused.err


HEAVY = ("sqlalchemy", "sqlmodel", "alembic", "babel", "dateparser", "passlib", "charset_normalizer", "zxcvbn", "jwt")


def test_the_help_page_loads_nothing_heavy():
    """It is there at once; a library is loaded by the command that needs it."""
    script = (
        "import sys; sys.argv = ['expense', '--help']\n"
        "from expense_core.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )

    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert ended.stdout.splitlines()[-1] == "[]"


def test_ctrl_c_while_it_is_loading_ends_it_without_a_traceback():
    """It takes a moment to load, in which somebody may change their mind."""
    script = (
        "import signal, sys\n"
        "class Press:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'expense_core.cli.app': signal.raise_signal(signal.SIGINT)\n"
        "sys.meta_path.insert(0, Press())\n"
        "from expense_core.cli import main\n"
        "main()"
    )

    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)

    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "", "")


def _commands(group, *words):
    """Every command, with the words that call it; groups too."""
    yield list(words)
    for name, command in getattr(group, "commands", {}).items():
        yield from _commands(command, *words, name)


def _all_commands():
    from typer.main import get_command

    from expense_core.cli.app import app

    return list(_commands(get_command(app)))


@pytest.mark.parametrize("words", _all_commands(), ids=" ".join)
def test_every_help_page_has_an_example_that_fits_the_terminal(expense, monkeypatch, words):
    """Of 80 columns; with the name of the command in it."""
    monkeypatch.setenv("COLUMNS", "80")

    page = expense(*words, "--help")

    assert page.code == 0
    assert " ".join(["Example: expense", *words]) in page.out or "Example: echo EXPENSE_SECRET_KEY" in page.out
    assert max(map(len, page.out.splitlines())) <= 80
    assert "…" not in page.out
