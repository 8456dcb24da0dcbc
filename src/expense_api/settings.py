"""What an operator can set of the server, beside the settings of the core."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from limits import RateLimitItem, parse
from pydantic import AfterValidator, Field

from expense_core.errors import Invalid
from expense_core.settings import Settings


def _rate(text: str) -> str:
    try:
        parse(text)
    except ValueError as error:
        raise Invalid("write a rate like 10/minute") from error
    return text


Rate = Annotated[str, AfterValidator(_rate)]


class Registration(StrEnum):
    """Who may make themselves an account."""

    OPEN = "open"
    CLOSED = "closed"


class ApiSettings(Settings):
    """The settings of the server. Each is read from `EXPENSE_` and its name in capitals."""

    sign_ins_per_account: Rate = "10/minute"
    """How often anybody may try to sign in to one account, or register an address; and may renew its tokens, apart."""
    sign_ins_per_address: Rate = "60/minute"
    """How often one network address, or /64 of IPv6, may try to sign in, register, renew tokens or change its names."""
    registration: Registration = Registration.OPEN
    """open: anybody who reaches the server can register; closed: only `expense user create` makes accounts."""
    rate_limit_url: str = "memory://"
    """Where those attempts are counted: memory://, or redis://HOST:PORT so that several workers count together."""
    body_limit: int = Field(default=1_048_576, ge=1_024)
    """Bytes that a request's body may have."""
    upload_limit: int = Field(default=67_108_864, ge=1_024)
    """Bytes that a file may have that is sent to be imported, or a ledger's backup to be restored."""
    cors_origins: str = ""
    """Origins whose pages may call the server from a browser, with commas between them; none when not set."""
    trusted_proxies: str = "127.0.0.1"
    """Addresses of proxies, with commas, whose X-Forwarded-For and X-Forwarded-Proto are believed."""
    database_connections: int = Field(default=8, ge=1, le=1_000)
    """Calls that each worker carries out at once; it keeps as many connections to read, and as many to write."""
    calls_waiting: int = Field(default=256, ge=1)
    """Calls of each worker that may wait for a connection; more are told to come back later."""
    sign_ins_at_once: int = Field(default=1, ge=1, le=64)
    """Passwords that each worker compares at once; more than the machine has cores to spare slow everything down."""
    sign_ins_waiting: int = Field(default=32, ge=1)
    """Passwords of each worker that may wait to be compared; each takes a quarter of a second, and more are refused."""
    log_format: Annotated[str, Field(pattern="^(auto|json|text)$")] = "auto"
    """json or text; auto is text at a terminal and json elsewhere."""

    def rates(self) -> tuple[RateLimitItem, RateLimitItem]:
        """What is allowed for one account, and for one address."""
        return parse(self.sign_ins_per_account), parse(self.sign_ins_per_address)
