"""What a server has while it runs: the database, its threads, how tokens are made, and its counters."""

from __future__ import annotations

from expense_api.rate_limits import RateLimits
from expense_api.settings import ApiSettings
from expense_api.workers import Workers
from expense_core.database import Clock, Database, system_clock
from expense_core.sign_ins import Issuing


class Server:
    """Made once for an app, and closed with it.

    Raises:
        SettingsError: a setting is missing or cannot be used.
    """

    def __init__(self, settings: ApiSettings, *, clock: Clock = system_clock) -> None:
        self.settings = settings
        self.clock = clock
        self.issuing = Issuing.from_settings(settings)
        self.limits = RateLimits(settings)
        connections = settings.database_connections
        url = settings.database_url
        self.database = Database(url, clock=clock, pool_size=connections)
        self.reads = Database(url, clock=clock, pool_size=connections, read_only=True)
        self.in_the_loop = self._in_the_loop()
        waiting = settings.calls_waiting
        self.calls = Workers("call", threads=connections, waiting=waiting)
        # SQLite lets one write at a time; several would ask for the lock again and again, instead of in turn.
        self.writes = Workers("write", threads=1, waiting=waiting) if self.database.is_sqlite else self.calls
        self.health = Workers("health", threads=1, waiting=waiting)  # where calls pile up, it is still well
        self.backups = Workers("backup", threads=1, waiting=connections)  # each keeps a processor busy for seconds
        self.sign_ins = Workers("sign-in", threads=settings.sign_ins_at_once, waiting=settings.sign_ins_waiting)

    def _in_the_loop(self) -> Database | None:
        """The book in a SQLite file, for calls so short that the way to a thread and back would take longer.

        A write that would have to wait for another program's is refused here at once, and then waits in a thread.
        """
        if not self.database.is_sqlite:
            return None
        return Database(self.settings.database_url, clock=self.clock, busy_timeout=0, pool_size=1, leave_open=True)

    def close(self) -> None:
        """Finish what is being done, and close every connection."""
        self.sign_ins.close()
        self.backups.close()
        self.writes.close()
        self.calls.close()
        self.health.close()
        self.reads.close()
        self.database.close()
        if self.in_the_loop is not None:
            self.in_the_loop.close()
