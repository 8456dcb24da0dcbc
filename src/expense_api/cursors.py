"""Cursors as clients get them: opaque, signed, and good only for the list that gave them out."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Sequence
from hashlib import sha256

from expense_core.errors import FieldError, Invalid

_SIGNATURE = 16
"""Bytes of HMAC-SHA256 that a cursor carries: more than anybody can guess."""

_FOREIGN = "this cursor is not one that this list gave out; start again without one"


def sealed(cursor: str | None, secrets: Sequence[str], asked: str) -> str | None:
    """A cursor of the core's to hand out; `asked` is all that decides what is in the list."""
    if cursor is None:
        return None
    raw = cursor.encode()
    return base64.urlsafe_b64encode(_signature(raw, secrets[0], asked) + raw).decode().rstrip("=")


def opened(cursor: str, secrets: Sequence[str], asked: str) -> str:
    """The core's own cursor out of one that was handed out.

    Raises:
        Invalid: it was not handed out by us, or for another list.
    """
    try:
        raw = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
    except ValueError as error:
        raise _foreign() from error
    signature, inner = raw[:_SIGNATURE], raw[_SIGNATURE:]
    if not any(hmac.compare_digest(signature, _signature(inner, secret, asked)) for secret in secrets):
        raise _foreign()
    return inner.decode()


def _signature(raw: bytes, secret: str, asked: str) -> bytes:
    said = b"cursor\0" + asked.encode(errors="surrogatepass") + b"\0" + raw
    return hmac.digest(secret.encode("utf-8", "surrogatepass"), said, sha256)[:_SIGNATURE]


def _foreign() -> Invalid:
    return Invalid(_FOREIGN, [FieldError("cursor", "invalid_cursor", _FOREIGN)])
