"""Importing a package loads what it needs and no more, in an interpreter that has loaded nothing yet."""

import ast
import json
import subprocess
import sys

import pytest
from installed import CHECKOUT

FRONT_ENDS = {"fastapi", "starlette", "uvicorn", "textual", "httpx", "expense_api", "expense_tui"}
LATE = {"alembic", "babel", "charset_normalizer", "dateparser", "iso4217", "jwt", "passlib", "rich", "typer", "zxcvbn"}
USE_CASES = "categories, expenses, history, ledgers, reports, users"
EVERY_MODULE = """
import pkgutil, expense_core
for module in pkgutil.walk_packages(expense_core.__path__, "expense_core."):
    __import__(module.name)
"""


MIGRATIONS = sorted((CHECKOUT / "migrations").rglob("*.py"))


def loaded_by(statement: str) -> set[str]:
    """The modules that a fresh interpreter loads to run a statement."""
    program = (
        f"import json, sys\nbefore = set(sys.modules)\n{statement}\nprint(json.dumps([*sys.modules.keys() - before]))"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", program], stdout=subprocess.PIPE, text=True, check=True)
    return set(json.loads(done.stdout))


def packages(modules: set[str]) -> set[str]:
    """The top-level packages that modules belong to, but for Python's own."""
    return {module.split(".")[0] for module in modules} - sys.stdlib_module_names


def test_importing_the_core_loads_nothing_but_itself():
    """It costs next to nothing: even the database is loaded when it is first asked for."""
    modules = loaded_by("import expense_core")

    assert packages(modules) == {"expense_core"}


def test_the_use_cases_load_only_what_every_one_of_them_needs():
    """What only some calls need (migrations, passwords, dates in words, the terminal) waits for the first such call."""
    modules = loaded_by(f"from expense_core import Database, {USE_CASES}")

    assert "sqlmodel" in modules
    assert not packages(modules) & (LATE | FRONT_ENDS)
    assert not {module for module in modules if module.startswith("expense_core.statements")}


def test_no_module_of_the_core_reaches_a_front_end():
    """Not by way of another library either, which a look at the import lines would not show."""
    modules = loaded_by(EVERY_MODULE)

    assert {"expense_core.cli", "expense_core.users"} <= modules
    assert not packages(modules) & FRONT_ENDS


@pytest.mark.parametrize(("package", "other"), [("expense_api", "expense_tui"), ("expense_tui", "expense_api")])
def test_a_front_end_knows_nothing_of_the_other(package, other):
    """Each can be installed, and can fail, alone."""
    modules = loaded_by(f"import {package}")

    assert package in modules
    assert other not in packages(modules)


@pytest.mark.parametrize("path", MIGRATIONS, ids=lambda path: path.stem)
def test_a_migration_knows_only_tables_settings_and_database(path):
    """An old migration has to go on working while the use cases change."""
    lines = [
        node
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]

    imported = {getattr(line, "module", None) or line.names[0].name for line in lines}

    ours = {".".join(name.split(".")[:2]) for name in imported if name.startswith("expense_")}
    assert ours <= {"expense_core.tables", "expense_core.settings", "expense_core.database"}
