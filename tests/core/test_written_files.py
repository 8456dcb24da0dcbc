"""Files that are written out: whole or not there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from expense_core.errors import Invalid
from expense_core.written_files import written


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


def test_the_place_of_a_file_is_taken_by_a_whole_one_alone(tmp_path):
    """Behind a link, too; who may read it stays as it was."""
    path, link = tmp_path / "out.csv", tmp_path / "link.csv"
    path.write_text("theirs")
    path.chmod(0o600)
    link.symlink_to(path)

    with pytest.raises(ZeroDivisionError), written(link, replace=True) as file:
        file.write(bytes(1 // 0))
    kept = path.read_text()
    with written(link, replace=True) as file:
        file.write(b"ours")

    assert (kept, path.read_text(), path.stat().st_mode & 0o777) == ("theirs", "ours", 0o600)
    assert link.is_symlink()
    assert {*tmp_path.iterdir()} == {path, link}


def test_a_pipe_is_written_to_and_stays_one(tmp_path):
    """As a device does."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)

    with written(pipe, replace=True) as file:
        file.write(b"ours")

    assert (os.read(reading, 10), pipe.is_fifo()) == (b"ours", True)
    os.close(reading)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk here")
def test_a_full_disk_is_told_of(tmp_path):
    """In a sentence that names the file."""
    path = tmp_path / "out.csv"

    with pytest.raises(Invalid, match="No space left") as refused:
        write(path, lambda: Path("/dev/full").write_text("x"))

    assert [one.field for one in refused.value.errors] == ["path"]
    assert [*tmp_path.iterdir()] == []
