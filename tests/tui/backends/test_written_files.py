"""Files that are written out: whole or not there, and read as they come."""

from __future__ import annotations

import os
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expense_core.errors import Invalid
from expense_core.exports import Form, text
from expense_core.written_files import written
from expense_tui.backends.pages_read import pages_read

texts = st.text(st.sampled_from('a"\n,\r;é🧀'), max_size=8)


@given(some=st.lists(st.tuples(texts, texts), max_size=6), data=st.data())
def test_expenses_are_read_wherever_an_export_is_cut(some, data):
    """Line breaks and quotes within them are none of it."""
    lines = [(n, "2026-11-05", "1.00", "EUR", one, two or None, two) for n, (one, two) in enumerate(some)]
    whole = "".join(text([lines], Form.NDJSON)) if lines else ""
    cuts = sorted(data.draw(st.sets(st.integers(0, len(whole)))) | {0, len(whole)})

    pages = [*pages_read(whole[start:end] for start, end in pairwise(cuts))]

    assert all(pages)
    assert [line for page in pages for line in page] == lines


def write(path, meanwhile=lambda: None):
    """Write a file, while something else happens."""
    with written(path) as file:
        file.write(b"ours")
        meanwhile()


def test_a_file_is_there_once_it_is_whole(tmp_path):
    """Until then nothing has its name, and nothing else is left of it."""
    path = tmp_path / "out.csv"

    with written(path) as file:
        file.write("é\r\n".encode())
        assert not path.exists()

    assert path.read_bytes() == "é\r\n".encode()
    assert [*tmp_path.iterdir()] == [path]


def test_whatever_goes_wrong_leaves_nothing(tmp_path):
    """It is not turned into something else."""
    with pytest.raises(ZeroDivisionError):
        write(tmp_path / "out.csv", lambda: 1 / 0)

    assert [*tmp_path.iterdir()] == []


def test_a_file_that_came_meanwhile_is_kept(tmp_path):
    """Somebody else made it."""
    path = tmp_path / "out.csv"

    with pytest.raises(Invalid, match="there is a file"):
        write(path, lambda: path.write_text("theirs"))

    assert path.read_text() == "theirs"
    assert [*tmp_path.iterdir()] == [path]


def test_a_file_gets_its_name_without_links_too(tmp_path, monkeypatch):
    """As on a memory stick, whose file system has none."""

    def refuse(*_):
        raise PermissionError(1, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    path, other = tmp_path / "out.csv", tmp_path / "other.csv"

    write(path)
    with pytest.raises(Invalid, match="there is a file"):
        write(other, lambda: other.write_text("theirs"))

    assert (path.read_text(), other.read_text()) == ("ours", "theirs")
    assert {*tmp_path.iterdir()} == {path, other}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk here")
def test_a_full_disk_is_told_of(tmp_path):
    """In a sentence that names the file."""
    path = tmp_path / "out.csv"

    with pytest.raises(Invalid, match="No space left") as refused:
        write(path, lambda: Path("/dev/full").write_text("x"))

    assert [one.field for one in refused.value.errors] == ["path"]
    assert [*tmp_path.iterdir()] == []
