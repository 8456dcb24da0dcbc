"""Import or export a file and print the most memory, in MiB, that this process had: `python -m bench.peak URL FILE`."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

from bench.books import opened
from bench.exporting import export_file
from bench.importing import import_file

_STATUS = Path("/proc/self/status")
_KIB = 1 if sys.platform == "linux" else 1024
"""What `ru_maxrss` counts in: bytes on macOS."""


def peak() -> int:
    """The peak of this process; on Linux `ru_maxrss` would be that of its parent where that was more."""
    if _STATUS.exists():
        lines = dict(line.split(":", 1) for line in _STATUS.read_text(encoding="ascii").splitlines())
        return int(lines["VmHWM"].split()[0]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // _KIB // 1024


if __name__ == "__main__":
    with opened(sys.argv[1]) as book:
        file = Path(sys.argv[2])
        (import_file if file.exists() else export_file)(book, file)
    print(peak())
