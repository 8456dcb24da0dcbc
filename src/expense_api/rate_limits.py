"""How often anybody may try to sign in: for each account, and for each network address."""

from __future__ import annotations

import math
import time
from hashlib import sha256

from limits import RateLimitItem
from limits.errors import ConfigurationError
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter

from expense_api.problems import TooManyAttempts
from expense_api.settings import ApiSettings
from expense_core.errors import SettingsError
from expense_core.tables.text import sought


class RateLimits:
    """The counters of a server's attempts; workers share them where they are kept in Redis.

    Raises:
        SettingsError: there is no such store.
    """

    def __init__(self, settings: ApiSettings) -> None:
        self._account, self._address = settings.rates()
        try:
            self._limiter = MovingWindowRateLimiter(storage_from_string(settings.rate_limit_url))
        except (ConfigurationError, ImportError, ValueError) as error:
            told = "EXPENSE_RATE_LIMIT_URL must be memory:// or redis://HOST:PORT; Redis takes `pip install redis`"
            raise SettingsError(told) from error

    def count(self, *, address: str, account: str | None = None) -> None:
        """Count an attempt.

        Arguments:
            account: the username or email address that was given, whether or not there is such an account.

        Raises:
            TooManyAttempts: it is one too many; says when the next may be made.
        """
        self._count(self._address, "address", address)
        if account is not None:
            self._count(self._account, "account", sha256(sought(account).encode()).hexdigest())

    def _count(self, allowed: RateLimitItem, kind: str, of: str) -> None:
        if not self._limiter.hit(allowed, kind, of):
            window = self._limiter.get_window_stats(allowed, kind, of)
            raise TooManyAttempts(max(1, math.ceil(window.reset_time - time.time())))
