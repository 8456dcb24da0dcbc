"""Tokens: signed, short-lived proof of who signed in (JSON Web Tokens, RFC 7519).

Only HS256 is ever used, whatever a token says about itself (RFC 8725). Several secrets may be in use at once: the first
signs, all of them verify, and `kid` says which one it was, so a secret is rotated by putting the new one in front.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from secrets import token_urlsafe
from types import MappingProxyType
from uuid import uuid4

from expense_core.errors import InvalidToken, SettingsError

ISSUER = "expense-core"

MINIMUM_SECRET_BYTES = 32
"""As long as the signature, as RFC 7518 (3.2) has it: a shorter one could be guessed from a single token."""

LEEWAY = timedelta(seconds=30)
"""How far the clocks of two servers may be apart: a token lives this much longer and may be this much in the future."""

MAX_LENGTH = 4096
"""Characters in a token; servers cut headers at twice this."""

_ALGORITHM = "HS256"
NOT_VALID = "this token is not valid, or not any more; sign in again"
"""What somebody with a wrong token is told, whatever is wrong with it."""

_CLAIMS = frozenset({"iss", "aud", "sub", "iat", "exp", "jti"})
_RESERVED = _CLAIMS | {"nbf"}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Base64 has several spellings of the same bytes; of the signature's only the one that we write is accepted.
_FORM = re.compile(r"[\w-]+\.[\w-]+\.[\w-]{42}[AEIMQUYcgkosw048]", re.ASCII)


@dataclass(frozen=True)
class Claims:
    """What a valid token says."""

    subject: str
    issued_at: datetime
    expires_at: datetime
    token_id: str
    extra: Mapping[str, str]


def new_secret() -> str:
    """A fresh secret to sign with: 64 characters from 48 random bytes."""
    return token_urlsafe(48)


def issue(
    *,
    subject: int | str,
    secrets: Sequence[str | bytes],
    now: datetime,
    lifetime: timedelta,
    audience: str = "access",
    extra: Mapping[str, str] | None = None,
    token_id: str | None = None,
) -> str:
    """A token that says who signed in, until `lifetime` has passed.

    Arguments:
        subject: Whom it is about, such as the user's id.
        secrets: The first one signs.
        now: The time, with its zone.
        lifetime: How long it is good for, in whole seconds.
        audience: What it is good for; one made for anything else is refused there.
        extra: More to say, such as a session's id. Everybody who sees the token can read it.
        token_id: Its own name; a new random one where none is given.

    Raises:
        SettingsError: there is no secret, or one that cannot be used.
        ValueError: `extra` names a claim that is ours to make, or the token would be longer than `MAX_LENGTH`.
    """
    import jwt

    key_id, key = next(iter(_keys(secrets).items()))
    said = dict(extra or {})
    if taken := sorted(_RESERVED & said.keys()):
        raise ValueError(f"extra must not hold {', '.join(taken)}")
    issued = _seconds(now)
    ours = {
        "iss": ISSUER,
        "aud": audience,
        "sub": str(subject),
        "iat": issued,
        "exp": issued + lifetime // timedelta(seconds=1),  # `now + lifetime` would be an hour off where clocks change
        "jti": token_id or uuid4().hex,
    }
    try:
        token = jwt.encode(said | ours, key, algorithm=_ALGORITHM, headers=_header(key_id))
    except jwt.InvalidKeyError as error:  # it holds the text of a key file
        raise SettingsError("a secret must not be a public or private key; make one with `expense secret`") from error
    if len(token) > MAX_LENGTH:
        raise ValueError(f"a token of {len(token):,} characters is too long; put less into it")
    return token


def verify(token: str, *, secrets: Sequence[str | bytes], now: datetime, audience: str = "access") -> Claims:
    """What the token says, once it is sure that we made it, for this audience, and that it has not expired.

    Arguments:
        token: Whatever the caller sent.
        secrets: Any of these may have signed it.
        now: The time, with its zone; clocks may differ by `LEEWAY`.
        audience: What it must have been made for.

    Raises:
        InvalidToken: it is wrong in any way. The message is always the same; the cause says which.
        SettingsError: there is no secret, or one that cannot be used.
    """
    import jwt

    at = _EPOCH + timedelta(seconds=_seconds(now))
    try:
        claims = _read(token, tuple(secrets), audience)
        _require_in_time(claims, at)
    except (jwt.PyJWTError, ValueError, TypeError, OverflowError) as error:
        raise InvalidToken(NOT_VALID) from error
    return claims


def _require_in_time(claims: Claims, at: datetime) -> None:
    if not claims.issued_at - LEEWAY <= at < claims.expires_at + LEEWAY:
        raise ValueError("made in the future, or expired")


@lru_cache(maxsize=4_096)
def _read(token: str, secrets: tuple[str | bytes, ...], audience: str) -> Claims:
    """What a token says that we signed, expired or not; a server is shown the same ones again and again."""
    import jwt

    keys = _keys(secrets)
    if len(token) > MAX_LENGTH or not _FORM.fullmatch(token):
        raise ValueError("not a token's length and characters")
    header = jwt.get_unverified_header(token)
    key_id = header.get("kid", "")
    if key_id not in keys or header != _header(key_id):
        raise ValueError("not a header of ours")
    claims = jwt.decode(
        token,
        keys[key_id],
        algorithms=[_ALGORITHM],
        audience=audience,
        issuer=ISSUER,
        # PyJWT asks the real clock; the time is an argument here
        options={"require": sorted(_CLAIMS), "strict_aud": True, "verify_exp": False, "verify_iat": False},
    )
    issued, expires = claims["iat"], claims["exp"]
    extra = {name: value for name, value in claims.items() if name not in _CLAIMS}
    if type(issued) is not int or type(expires) is not int or not all(isinstance(said, str) for said in extra.values()):
        raise ValueError("a claim of the wrong type")
    return Claims(
        subject=claims["sub"],
        issued_at=_EPOCH + timedelta(seconds=issued),
        expires_at=_EPOCH + timedelta(seconds=expires),
        token_id=claims["jti"],
        extra=MappingProxyType(extra),  # since all who show this token are given the same claims
    )


def _keys(secrets: Sequence[str | bytes]) -> dict[str, bytes]:
    """The secrets as bytes, each under the name that `kid` gives it, in the order given.

    Raises:
        SettingsError: there is none, or one is too short.
    """
    # A secret from the environment may hold bytes that are no text; Python keeps them as surrogates.
    keys = [secret if isinstance(secret, bytes) else secret.encode("utf-8", "surrogatepass") for secret in secrets]
    if not keys or min(map(len, keys)) < MINIMUM_SECRET_BYTES:
        raise SettingsError(f"a secret must be {MINIMUM_SECRET_BYTES} bytes or more; make one with `expense secret`")
    # The name is public, so it is a hash that tells nothing about the secret, and is used for nothing else.
    return {blake2b(key, digest_size=8, person=b"expense-core kid").hexdigest(): key for key in keys}


def _header(key_id: str) -> dict[str, str]:
    return {"alg": _ALGORITHM, "kid": key_id, "typ": "JWT"}


def _seconds(moment: datetime) -> int:
    """Whole seconds since 1970, rounded down; a time without a zone is a TypeError rather than a guess."""
    return (moment - _EPOCH) // timedelta(seconds=1)
