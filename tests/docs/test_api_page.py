"""Whoever walks through docs/api.md with curl sees what it shows."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from documents import CHECKOUT, blocks, expect, section
from server import Process

from expense_api import problems
from expense_core import errors

PAGE = CHECKOUT / "docs" / "api.md"
RESPONSES = json.loads((CHECKOUT / "docs" / "openapi.json").read_text(encoding="utf-8"))["components"]["responses"]
ADDRESS = "http://127.0.0.1:8000"
END = "end of command"


@pytest.fixture
def address(tmp_path: Path, sqlite_url: str) -> Iterator[str]:
    """Where a server listens that has no users yet."""
    server = Process(tmp_path, sqlite_url)
    server.start()
    yield server.address
    server.kill()


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl; on Debian: apt-get install curl")
def test_the_walk_through_the_api_shows_what_is_answered(address, tmp_path):
    """Every command of the page runs, in one shell, against a server that it is true of."""
    steps = [
        (f"{PAGE.name}:{block.line}: {command}", command.replace(ADDRESS, address), shown)
        for block in blocks(PAGE, "shell")
        for command, shown in re.findall(r"^\$ (.*\n)((?:(?!\$ ).*\n)*)", block.text, re.MULTILINE)
    ]
    script = "".join(f"{command}printf '\\n{END}\\n'\n" for _, command, _ in steps)

    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=tmp_path,
        env=os.environ | {"no_proxy": "*"},
        capture_output=True,
        text=True,
        check=False,
    )

    printed = done.stdout.split(f"\n{END}\n")[:-1]
    for (where, _, shown), answer in zip(steps, printed, strict=False):
        expect(shown, answer, where)
    assert len(printed) == len(steps), done.stderr


def test_the_codes_of_problems_are_ones_that_there_are():
    """Those of HTTP and of the server are all listed; those of the core stand on the library's page."""
    of_the_core, of_the_server = codes_in(errors), codes_in(problems)
    examples = [resource["content"]["application/problem+json"]["example"] for resource in RESPONSES.values()]
    told = {example["code"] for example in examples} | {"method_not_allowed", "account_taken"}

    rows = re.findall(r"^\| \d.*$", section(PAGE, "When something is wrong"), re.MULTILINE)
    listed = set(re.findall(r"`([a-z]+(?:_[a-z]+)+|busy|invalid)`", "".join(row.split("|")[2] for row in rows)))

    assert listed <= of_the_core | of_the_server | told
    assert of_the_server - of_the_core <= listed
    statuses = {status for row in rows for status in row.split("|")[1].strip().split(", ")}
    assert statuses == RESPONSES.keys() | {"405"}


def codes_in(module: ModuleType) -> set[str]:
    """The codes of the errors that a module has."""
    return {
        kind.code for kind in vars(module).values() if isinstance(kind, type) and issubclass(kind, errors.ExpenseError)
    }
