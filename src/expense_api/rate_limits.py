"""How often anybody may try to sign in: for each account, and for each network address."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from hashlib import sha256
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Any

import structlog
from limits import RateLimitItem
from limits.errors import ConfigurationError, StorageError
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import MovingWindowRateLimiter

from expense_api.problems import TooManyAttempts
from expense_api.settings import ApiSettings
from expense_core.errors import SettingsError
from expense_core.tables.text import sought

_PATIENCE = 1.0
"""Seconds that Redis is waited for."""
_AWAY = 10.0
"""Seconds for which Redis is not asked again, once it did not answer."""
_NETWORK = 64
"""Bits of an IPv6 address that its owner cannot choose: the rest is theirs to change with each attempt."""

log = structlog.get_logger("expense_api")


class RateLimits:
    """The counters of a server's attempts; workers share them where they are kept in Redis.

    While Redis does not answer each worker counts by itself: nobody is kept out, and nobody may try without end.

    Raises:
        SettingsError: there is no such store.
    """

    def __init__(self, settings: ApiSettings) -> None:
        self._account, self._address = settings.rates()
        url = settings.rate_limit_url
        waiting = {"socket_timeout": _PATIENCE, "socket_connect_timeout": _PATIENCE, "retry": None}
        options: Mapping[str, Any] = {} if url.startswith("memory:") else waiting  # Any: what redis takes
        try:
            self._shared = MovingWindowRateLimiter(storage_from_string(url, wrap_exceptions=True, **options))
        except (ConfigurationError, ImportError, ValueError) as error:
            told = "EXPENSE_RATE_LIMIT_URL must be memory:// or redis://HOST:PORT"
            raise SettingsError(f"{told}; Redis takes `pip install 'expense-core[redis]'`") from error
        self._own = MovingWindowRateLimiter(MemoryStorage())
        self._own_until = 0.0

    def count_address(self, address: str) -> None:
        """Count an attempt from a network address.

        Raises:
            TooManyAttempts: it is one too many; says when the next may be made.
        """
        self._count(self._address, "address", _network(address))

    def count_login(self, login: str, user_id: int | None) -> None:
        """Count an attempt on an account, whether or not there is one, and by whichever of its names.

        Arguments:
            login: the username or email address that was given.
            user_id: whose it is, if it is anybody's.

        Raises:
            TooManyAttempts: it is one too many; says when the next may be made.
        """
        name = sha256(sought(login).encode()).hexdigest() if user_id is None else str(user_id)
        self._count(self._account, "account", name)

    def count_renewal(self, user_id: int) -> None:
        """Count a renewal of a user's tokens, apart from attempts to sign in: a flood of those ends no session.

        Raises:
            TooManyAttempts: it is one too many; says when the next may be made.
        """
        self._count(self._account, "renewal", str(user_id))

    def _count(self, allowed: RateLimitItem, kind: str, of: str) -> None:
        if time.monotonic() < self._own_until:
            _hit(self._own, allowed, kind, of)
            return
        try:
            _hit(self._shared, allowed, kind, of)
        except StorageError as error:
            self._own_until = time.monotonic() + _AWAY
            reason = type(error.storage_error).__name__
            log.warning("Redis does not answer, so this worker counts attempts by itself", reason=reason)
            _hit(self._own, allowed, kind, of)


def _hit(limiter: MovingWindowRateLimiter, allowed: RateLimitItem, kind: str, of: str) -> None:
    if not limiter.hit(allowed, kind, of):
        window = limiter.get_window_stats(allowed, kind, of)
        raise TooManyAttempts(max(1, math.ceil(window.reset_time - time.time())))


def _network(address: str) -> str:
    """What is counted of an address: all of it, or the network that whoever has an IPv6 address has to themselves."""
    try:
        found = ip_address(address)
    except ValueError:  # of a socket in the file system, there is none
        return address
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or IPv6Network((found, _NETWORK), strict=False))
    return address
