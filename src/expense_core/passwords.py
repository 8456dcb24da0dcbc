"""Passwords: which ones may be used, how they are kept, and whether one is right.

They are kept as passlib's `bcrypt_sha256`: bcrypt by itself reads 72 bytes of a password, so the whole of it goes
through HMAC-SHA256 first. Plain bcrypt hashes, brought along from another program, still let their owner in, and are
replaced when they do.

Which passwords may be used follows NIST SP 800-63B (5.1.1.2 in its third revision): a length, a list of common ones,
and no rules about digits or punctuation.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from expense_core.errors import FieldError, InvalidPassword

if TYPE_CHECKING:
    from passlib.context import CryptContext

MIN_LENGTH = 8
"""Characters (Unicode code points) that a new password needs at least."""

MAX_LENGTH = 1024
"""Characters that a password has at most: no sentence is longer, and nobody can make us hash megabytes."""

ROUNDS = 12
"""bcrypt's cost unless the settings say otherwise: a quarter of a second on a laptop."""

_BCRYPT_BYTES = 72


@dataclass(frozen=True)
class Verified:
    """The answer to "is this the password?". It is true when it is."""

    ok: bool
    new_hash: str | None = None
    """Keep this hash in place of the one that was given, which is weaker than what is asked for today."""

    def __bool__(self) -> bool:
        return self.ok  # every object is true unless it says otherwise, and `if verify(...)` is soon written


def check(password: str, *, username: str, email: str | None) -> None:
    """Make sure that the user of this name and address may choose this password.

    Raises:
        InvalidPassword: it is too short or too long, one of the common ones, the user's own name or address, or holds
            characters that no keyboard types.
    """
    chosen = _normalized(password)
    if len(chosen) < MIN_LENGTH:
        raise _refusal(f"a password needs at least {MIN_LENGTH} characters; a few random words are easy to remember")
    folded = chosen.casefold()
    if folded in {_folded(own) for own in (username, email or "", (email or "").partition("@")[0])}:
        raise _refusal("a password must not be your username or email address; choose another")
    if folded in _common():
        raise _refusal("this password is among the first that anybody would try; choose a less common one")


def hash(password: str, *, rounds: int) -> str:  # noqa: A001 - `passwords.hash` is the name everybody looks for
    """The hash to keep in place of a password, with a salt of its own.

    Arguments:
        password: What the person typed.
        rounds: bcrypt's cost, 4 to 31; one more takes twice as long, here and for whoever steals the hash.

    Raises:
        InvalidPassword: no password can be this text.
    """
    return _context(rounds).hash(_normalized(password))


def verify(password: str, hashed: str | None, *, rounds: int) -> Verified:
    """Whether this is the password that the hash was made of.

    Arguments:
        password: What the person typed, whatever it is.
        hashed: What was kept; None where there is no such user, or one without a password. The answer then takes as
            long as it would have with a hash, or the time would tell which users there are.
        rounds: bcrypt's cost for new hashes, 4 to 31. A right password whose hash cost less is hashed anew.
    """
    from passlib.exc import PasslibWarning

    context = _context(rounds)
    kept = hashed or _nobody(rounds)
    try:
        typed = _normalized(password)
        ok = context.verify(_as_plain_bcrypt(password) if kept.startswith("$2") else typed, kept)
    except (ValueError, PasslibWarning):  # text that no password can be, or a hash that no password can match
        context.verify("", _nobody(rounds))
        return Verified(ok=False)
    return Verified(ok, context.hash(typed) if ok and context.needs_update(kept) else None)


@cache
def _context(rounds: int) -> CryptContext:
    """Passlib's policy: what new hashes are made with, and which old ones are outdated."""
    from passlib.context import CryptContext

    return CryptContext(
        schemes=["bcrypt_sha256", "bcrypt"],
        deprecated=["bcrypt"],
        bcrypt_sha256__default_rounds=rounds,
        bcrypt_sha256__min_rounds=rounds,
    )


def _nobody(rounds: int) -> str:
    """A hash that nobody has the password of, put together rather than made: even the first use takes no longer."""
    return f"$bcrypt-sha256$v=2,t=2b,r={rounds}${'.' * 22}${'.' * 31}"


def _normalized(password: str) -> str:
    """The password in NFKC, as NIST SP 800-63B asks.

    Keyboards send the same letter in several ways, é as one character or as two, and its owner must get in from each.

    Raises:
        InvalidPassword: no password can be this text.
    """
    if len(password) > MAX_LENGTH:  # first: normalizing takes the square of the length where accents pile up
        raise _too_long()
    if "\0" in password:
        raise _refusal("a password cannot hold a NUL character; type it rather than paste it")
    if any("\ud800" <= character <= "\udfff" for character in password):
        raise _refusal("this password holds half a character, cut off in copying; type it rather than paste it")
    normalized = unicodedata.normalize("NFKC", password)
    if len(normalized) > MAX_LENGTH:  # a single ligature can stand for 18 letters
        raise _too_long()
    return normalized


def _as_plain_bcrypt(password: str) -> bytes:
    """What other programs hashed: the password as it was typed, of which bcrypt read this much."""
    return password.encode()[:_BCRYPT_BYTES]


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


@cache
def _common() -> frozenset[str]:
    """Leaked passwords, English words and names that are long enough to be chosen, in lower case."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(word for words in FREQUENCY_LISTS.values() for word in words if len(word) >= MIN_LENGTH)


def _too_long() -> InvalidPassword:
    return _refusal(f"a password can have at most {MAX_LENGTH:,} characters; choose a shorter one")


def _refusal(message: str) -> InvalidPassword:
    return InvalidPassword(message, [FieldError("password", InvalidPassword.code, message)])
