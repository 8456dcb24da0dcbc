"""What README.md and CONTRIBUTING.md tell a newcomer to do is what CI does, with files that are there."""

import re
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]


def commands(document: str) -> list[str]:
    """The lines of a document's indented or fenced shell commands, in order."""
    text = (CHECKOUT / document).read_text(encoding="utf-8")
    return [
        line.strip()
        for block in re.findall(r"^```(?:sh|console|bash)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
        for line in block.splitlines()
    ]


def test_ci_runs_the_second_command_of_the_readme():
    """Whoever follows the README sees what CI sees."""
    everything = (CHECKOUT / ".ci" / "run").read_text(encoding="utf-8").splitlines()[-1]

    setting_up = [line for line in commands("README.md") if line.startswith("python3 -m venv")]

    assert setting_up[1] == everything


def test_the_first_command_of_the_readme_sets_up_and_shows_a_book():
    """One line from nothing to the last twelve months by category."""
    first = commands("README.md")[0]

    assert first.startswith("python3 -m venv .venv && .venv/bin/pip install")
    assert first.endswith("expense demo")


def test_every_path_in_the_map_is_there():
    """CONTRIBUTING.md names no file that has moved."""
    text = (CHECKOUT / "CONTRIBUTING.md").read_text(encoding="utf-8")

    named = set(re.findall(r"`((?:src|tests|docs|bench|migrations|\.ci)/[\w./-]*|[\w-]+\.(?:py|toml|ini|md))`", text))

    assert len(named) > 10
    assert not [path for path in named if not (CHECKOUT / path).exists()]
