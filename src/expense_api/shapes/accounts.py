"""What goes in and comes out of accounts, sessions and tokens."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, SecretStr

from expense_api.shapes.kinds import Id, Moment, Shape
from expense_core.tables import Scope


class UserOut(Shape):
    """A user, as they see themselves."""

    id: Id
    """Their number."""
    username: Annotated[str, Field(examples=["alice"])]
    """Unique without regard to case."""
    email: Annotated[str | None, Field(examples=["alice@example.org"])]
    """Unique without regard to case."""
    created_at: Moment
    """When they registered, in UTC."""


class PasswordChange(Shape):
    """A new password, and the current one."""

    current_password: Annotated[SecretStr, Field(max_length=4_096, examples=["correct horse battery"])]
    """What you signed in with."""
    new_password: Annotated[SecretStr, Field(max_length=4_096, examples=["staple battery horse"])]
    """8 to 1,024 characters, not a common one."""


class Farewell(Shape):
    """What deleting an account asks for."""

    password: Annotated[SecretStr, Field(max_length=4_096, examples=["correct horse battery"])]
    """Your password."""


class LoginForm(Shape):
    """The password form of OAuth 2 (RFC 6749, 4.3.2); of what it has, the first two are used."""

    username: Annotated[str, Field(max_length=500, examples=["alice"])]
    """The username or the email address."""
    password: Annotated[SecretStr, Field(max_length=4_096, examples=["correct horse battery"])]
    """The password."""
    grant_type: Annotated[Literal["password"], Field(examples=["password"])] = "password"
    """As OAuth 2 has it."""
    scope: Annotated[str, Field(max_length=500, examples=[""])] = ""
    """Not used: you may do what your role allows."""
    client_id: Annotated[str, Field(max_length=500, examples=[""])] = ""
    """Not used."""
    client_secret: Annotated[str, Field(max_length=500, examples=[""])] = ""
    """Not used."""


class RefreshIn(Shape):
    """What the next tokens are given for."""

    refresh_token: Annotated[str, Field(max_length=4_096, examples=["eyJhbGciOi..."])]
    """The one that came with the last access token."""


class TokensOut(Shape):
    """What a client gets when it signs in."""

    access_token: Annotated[str, Field(examples=["eyJhbGciOi..."])]
    """For the header `Authorization: Bearer`."""
    token_type: Annotated[Literal["bearer"], Field(examples=["bearer"])]
    """How it is sent (RFC 6750)."""
    expires_in: Annotated[int, Field(examples=[900])]
    """Seconds that the access token is good for."""
    refresh_token: Annotated[str, Field(examples=["eyJhbGciOi..."])]
    """Good once, for the next two."""


class SessionOut(Shape):
    """A place where you are signed in."""

    id: Id
    """Its number."""
    client: Annotated[str, Field(examples=["Mozilla/5.0"])]
    """What the client calls itself."""
    address: Annotated[str, Field(examples=["192.0.2.7"])]
    """The network address it came from."""
    created_at: Moment
    """When you signed in, in UTC."""
    last_used_at: Moment
    """To within some minutes, in UTC."""
    expires_at: Moment
    """When it ends if it is not used, in UTC."""
    is_current: Annotated[bool, Field(examples=[True])]
    """Whether it is the one that asks."""


class SessionList(Shape):
    """Where you are signed in."""

    items: list[SessionOut]
    """The last used first."""


class EndedOut(Shape):
    """How many sessions were ended."""

    ended: Annotated[int, Field(examples=[2])]
    """Sessions."""


class AccessTokenOut(Shape):
    """A personal access token, but for the token."""

    id: Id
    """Its number."""
    name: Annotated[str, Field(examples=["backup script"])]
    """What it is for."""
    scope: Annotated[Scope, Field(examples=["read"])]
    """What it allows."""
    created_at: Moment
    """When it was made, in UTC."""
    expires_at: Annotated[datetime | None, Field(examples=["2027-01-31T00:00:00Z"])]
    """When it stops working; null: never."""
    last_used_at: Annotated[datetime | None, Field(examples=[None])]
    """To within some minutes, in UTC; null: never."""


class NewAccessTokenOut(AccessTokenOut):
    """A personal access token that was just made."""

    token: Annotated[str, Field(examples=["exp_bJ4tN0..."])]
    """The token itself: this is the one time that it is shown."""


class AccessTokenList(Shape):
    """Your personal access tokens."""

    items: list[AccessTokenOut]
    """The oldest first."""
