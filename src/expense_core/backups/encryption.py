"""Encrypted backups, in the format of age (age-encryption.org/v1), see docs/decisions/0010.

The file begins with a key that was made for it alone, encrypted with the passphrase, as text; then comes the backup,
encrypted with the key. Both are read by age's own program as well: the key is what it calls an identity file.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import RawIOBase
from tempfile import TemporaryFile
from typing import BinaryIO

from expense_core.errors import BackupUnreadable, WrongPassphrase

_BEGIN = b"-----BEGIN AGE ENCRYPTED FILE-----"
_END = b"-----END AGE ENCRYPTED FILE-----"
_LONGEST_KEY = 4_096
"""Bytes."""
_WORK = re.compile(rb"age-encryption\.org/v1\n-> scrypt \S+ ([0-9]{1,2})\n")
"""How a key begins; the number says how much it takes to make it of the passphrase."""
_MOST_WORK = 21
"""2 GB of memory, and some seconds: who makes it takes a second, which is 19 or 20 by now."""
_DAMAGED = "the backup is damaged or was cut short; nothing was restored: take another one"


def is_encrypted(file: BinaryIO) -> bool:
    """Whether a file begins as an encrypted backup does; it is read from its start afterwards."""
    start = file.read(len(_BEGIN))
    file.seek(0)
    return start == _BEGIN


def encrypt(pieces: Iterable[bytes], file: BinaryIO, passphrase: str) -> None:
    """Write the pieces to a file, encrypted."""
    from pyrage import encrypt_io
    from pyrage import passphrase as by_passphrase
    from pyrage.x25519 import Identity

    key = Identity.generate()
    file.write(by_passphrase.encrypt(str(key).encode(), passphrase, armored=True).rstrip() + b"\n")
    failures: list[BaseException] = []
    try:
        encrypt_io(_Source(pieces, failures), _Target(file, failures), [key.to_public()])
    finally:
        if failures:
            raise failures[0] from None  # it makes an error of its own of it, and none of what befalls the last bytes


@contextmanager
def decrypted(file: BinaryIO, passphrase: str | None) -> Iterator[BinaryIO]:
    """The backup in a file, which may be encrypted: then it is in another one that has no name, and is gone in the end.

    Raises:
        WrongPassphrase: it is encrypted, with another passphrase or though none was given.
        BackupUnreadable: it is damaged.
    """
    from pyrage import DecryptError, decrypt_io
    from pyrage import passphrase as by_passphrase
    from pyrage.x25519 import Identity

    if not is_encrypted(file):
        yield file
        return
    if passphrase is None:
        raise WrongPassphrase("the backup is encrypted; give its passphrase in EXPENSE_BACKUP_PASSPHRASE")
    encrypted = _key(file)
    _require_little_work(encrypted)
    try:
        key = Identity.from_str(by_passphrase.decrypt(encrypted, passphrase).decode())
    except DecryptError as error:
        raise WrongPassphrase("that is not the passphrase of this backup; nothing was restored") from error
    with TemporaryFile(buffering=0) as plain:
        try:
            decrypt_io(file, plain, [key])
        except (DecryptError, OSError) as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise
            raise BackupUnreadable(_DAMAGED) from error
        plain.seek(0)
        yield plain


def _key(file: BinaryIO) -> bytes:
    lines = []
    while (line := file.readline(_LONGEST_KEY)).rstrip() != _END:
        lines.append(line)
        if not line or len(lines) > _LONGEST_KEY:
            raise BackupUnreadable(_DAMAGED)
    return b"".join([*lines, line])


def _require_little_work(key: bytes) -> None:
    """Go on only with a key that no machine chokes on: a file may have been written by anybody."""
    begin = b"".join(key.splitlines()[1:3])
    try:
        found = _WORK.match(b64decode(begin))
    except ValueError:
        found = None
    if found is None:
        raise BackupUnreadable(_DAMAGED)
    if int(found[1]) > _MOST_WORK:
        raise BackupUnreadable("the backup's passphrase takes more memory than there may be; nothing was restored")


class _Source(RawIOBase):
    """Pieces, as a file that is read, and what went wrong with them."""

    def __init__(self, pieces: Iterable[bytes], failures: list[BaseException]) -> None:
        self._failures = failures
        self._pieces = iter(pieces)
        self._left = b""

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        try:
            while not self._left:
                self._left = next(self._pieces)
        except StopIteration:
            return b""
        except BaseException as error:
            self._failures.append(error)
            raise
        piece, self._left = self._left[:size], self._left[size:]
        return piece


class _Target(RawIOBase):
    """A file that is written, and what went wrong with it."""

    def __init__(self, file: BinaryIO, failures: list[BaseException]) -> None:
        self._failures = failures
        self._file = file

    def write(self, data: bytes) -> int:  # type: ignore[override] # pyrage writes nothing else
        """Write the next bytes."""
        try:
            return self._file.write(data)
        except BaseException as error:
            self._failures.append(error)
            raise
