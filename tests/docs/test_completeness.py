"""Nothing that a person can use is left out of the documents, and nothing in them leads nowhere."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import typer.main
from documents import CHECKOUT, PAGES, blocks, section
from sqlmodel import SQLModel

import expense_core
from expense_api.cli import app as api
from expense_api.settings import ApiSettings
from expense_core import errors
from expense_core.cli.app import app
from expense_core.database import Database
from expense_core.statements import Role, importing, previewing, profiles

DOCS = CHECKOUT / "docs"
LIBRARY, COMMAND, SETTINGS, STATEMENTS, DATA_MODEL = (
    DOCS / f"{name}.md" for name in ("library", "command", "settings", "statements", "data-model")
)
MODULES = [
    *(value for name in expense_core.__all__ if isinstance(value := getattr(expense_core, name), ModuleType)),
    importing,
    previewing,
    profiles,
]
OF_THE_CORE = {
    "access_tokens.hashed",
    "categories.add",  # takes the entry of a larger write
    "categories.in_book",
    "categories.lock",
    "categories.names",
    "categories.require_live",
    "errors.in_words",
    "expenses.lock",
    "idempotency.clear",
    "idempotency.erase",
    "open_imports.clear",
    "open_rows.choices",
    "open_rows.drop",
    "open_rows.keep",
    "open_rows.lock",
    "open_rows.require_clear",
    "profiles.used",
    "rules.lock",
    "rules.look_at",
    "sign_ins.numbers",
    "sign_ins.user_of",
    "users.can_anybody_sign_in",
    "users.lock",
    "statements.answered",
    "statements.open_form",
}
"""Functions that the modules of the core share among themselves, or with the front ends of the house."""


def use_cases() -> Iterator[str]:
    """Every function that an outsider may call, by its module and name."""
    for module in MODULES:
        for name, function in inspect.getmembers(module, inspect.isfunction):
            found = f"{module.__name__.removeprefix('expense_core.')}.{name}"
            if f"{function.__module__}.".startswith(f"{module.__name__}.") and name[0] != "_":
                yield re.sub(r"^statements\.(?:importing\.)?(?=previewing|profiles|import_rows)", "", found)


def calls(page: Path) -> set[str]:
    """What the examples of a page call, as they write it: `module.function`, `function` or `object.method`."""
    nodes = (node for block in blocks(page, "python") for node in ast.walk(ast.parse(block.text)))
    return {ast.unparse(node.func) for node in nodes if isinstance(node, ast.Call)}


def commands(command: Any, *words: str) -> Iterator[tuple[str, list[str]]]:  # Any: click's, inside typer
    """Every command of `expense` itself that can be run, by its words, with its long options."""
    below = getattr(command, "commands", {})
    if not below or not words:
        long = [name for param in command.params for name in param.opts if name.startswith("--")]
        yield " ".join(words), [name for name in long if name != "--help"]
    for name, one in below.items():
        yield from commands(one, *words, name)


COMMANDS = dict(commands(typer.main.get_command(app)))
"""What stands before a command is under an empty name."""


def test_every_use_case_has_an_example():
    """Whoever looks for a function finds it called, with what it takes and what comes of it."""
    wanted = set(use_cases()) - OF_THE_CORE

    missing = wanted - calls(LIBRARY)

    assert not missing


def test_every_method_of_a_database_has_an_example():
    """All that a program does with a `Database` is shown."""
    methods = {name for name, _ in inspect.getmembers(Database, inspect.isfunction) if name[0] != "_"}
    methods.remove("changing_schema")  # for Alembic's own command

    missing = methods - {call.rpartition(".")[2] for call in calls(LIBRARY)}

    assert not missing


def test_every_public_name_is_explained():
    """What can be imported from the package stands on the library's page."""
    words = set(re.findall(r"\w+", LIBRARY.read_text(encoding="utf-8")))

    missing = set(expense_core.__all__) - words

    assert not missing


def test_every_error_is_listed_with_its_code():
    """The table of errors is the tree of `errors.py`: whoever catches one knows what else there is."""
    listed = dict(re.findall(r"^\| (?:&nbsp;)*`(\w+)` \| `(\w+)` \|", section(LIBRARY, "Errors"), re.MULTILINE))

    classes = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, errors.ExpenseError)]
    assert listed == {kind.__name__: kind.code for kind in classes}


@pytest.mark.parametrize("command", sorted(COMMANDS.keys() - {""}))
def test_every_command_stands_under_a_heading_with_its_options_and_is_run(command):
    """Options that several commands share may stand under a heading of their own, to which the command's text leads."""
    text = section(COMMAND, f"`expense {command}`")
    shared = section(COMMAND, "Which expenses") if "(#which-expenses)" in text else ""

    missing = [option for option in COMMANDS[command] if f"`{option}" not in text + shared]

    assert not missing
    assert re.search(rf"^\$ (?:.* \| )?expense (?:--\S+ )*{command}\b", text, re.MULTILINE)


def test_the_server_is_described_with_its_options():
    """It is a front end, and comes with the package all the same."""
    text = section(COMMAND, "Front ends")
    options = {name for param in typer.main.get_command(api).params for name in param.opts}

    missing = [option for option in options if f"`{option}`" not in text]

    assert not missing


def test_every_option_before_the_command_is_described():
    """They are the same for all commands, so they stand above them."""
    text = section(COMMAND, "Before the command")

    missing = [option for option in COMMANDS[""] if f"`{option}" not in text]

    assert not missing


def test_every_setting_is_listed_as_the_code_has_it():
    """Its name, its default and what it is for, in the words of `settings.py`; a row too many or too few fails."""
    wanted = []
    for name, field in ApiSettings.model_fields.items():  # the core's first
        default = "a file of yours" if field.default_factory else field.default or ""
        wanted.append(f"| `EXPENSE_{name.upper()}` | {default} | {field.description} |")

    listed = [line for line in SETTINGS.read_text(encoding="utf-8").splitlines() if line.startswith("| `EXPENSE_")]

    assert "\n".join(listed) == "\n".join(wanted)


def test_whatever_else_is_read_of_the_environment_is_on_the_page_of_settings():
    """A name that begins as ours do, and that some module has in its text."""
    sources = (path.read_text(encoding="utf-8") for path in (CHECKOUT / "src").rglob("*.py"))
    read = {name for source in sources for name in re.findall(r"\bEXPENSE_[A-Z_]*[A-Z]\b", source)}

    missing = read - set(re.findall(r"`(EXPENSE_\w+)", SETTINGS.read_text(encoding="utf-8")))

    assert "EXPENSE_TRACEBACK" in read
    assert not missing


def test_every_role_of_a_column_is_explained():
    """Whoever has to say which column is what finds the word for it."""
    explained = re.findall(r"^\| `(\w+)` \|", section(STATEMENTS, "Columns"), re.MULTILINE)

    assert sorted(explained) == sorted(Role)


def test_every_table_is_described_with_its_columns():
    """The page on the data has each table under its own heading, and in it each column."""
    columns = {(table.name, column.name) for table in SQLModel.metadata.tables.values() for column in table.c}

    missing = [(table, column) for table, column in columns if f"`{column}`" not in section(DATA_MODEL, f"`{table}`")]

    assert not missing


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_link_leads_somewhere(page):
    """To a file that is there, and to a heading that is in it."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    lost = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        if not file.exists() or (anchor and anchor not in anchors(file.read_text(encoding="utf-8"))):
            lost.append(target)

    assert not lost


def anchors(text: str) -> set[str]:
    """What GitHub calls the headings of a document."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_readme_is_short_and_leads_to_every_page():
    """At most two screens before the links, and no page that nobody finds."""
    before, _, links = (CHECKOUT / "README.md").read_text(encoding="utf-8").partition("\n## Reference\n")

    assert len(before.splitlines()) <= 60
    pages = [page.relative_to(CHECKOUT).as_posix() for page in DOCS.rglob("*.md")]
    assert not [page for page in pages if f"({page})" not in links and not page.startswith("docs/decisions/")]
