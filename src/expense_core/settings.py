"""Settings, from the environment or a `.env` file.

Made where a program starts and passed on; importing this reads nothing.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from tempfile import mkstemp
from typing import Annotated, Self

from platformdirs import user_data_path
from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from expense_core.database import IN_MEMORY, location
from expense_core.errors import Invalid, SettingsError
from expense_core.money import currency
from expense_core.tokens import MINIMUM_SECRET_BYTES, new_secret


def default_database_url() -> str:
    """A SQLite file in the platform's folder for this user's data."""
    return f"sqlite:///{user_data_path('expense', appauthor=False) / 'expenses.db'}"


def demo_database_url() -> str:
    """Where the demo book is: a file of its own, so that no real book is ever touched by it."""
    return default_database_url().removesuffix("expenses.db") + "demo.db"


def _known_database(url: str) -> str:
    try:
        return location(url).render_as_string(hide_password=False)
    except SettingsError as error:
        raise Invalid(error.message) from error


class Settings(BaseSettings):
    """What can be set from outside. Each is read from `EXPENSE_` and its name in capitals."""

    model_config = SettingsConfigDict(
        env_prefix="EXPENSE_",
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        use_attribute_docstrings=True,
    )

    database_url: Annotated[str, AfterValidator(_known_database)] = Field(default_factory=default_database_url)
    """Where the book is: sqlite:///FILE or postgresql+psycopg2://USER:PASSWORD@HOST/NAME."""
    secret_key: SecretStr | None = None
    """What tokens are signed with, 32 bytes or more; several, with commas, while a key is rotated: the first signs."""
    access_token_minutes: int = Field(default=15, ge=1, le=24 * 60)
    """How long an access token is good for."""
    refresh_token_days: int = Field(default=30, ge=1, le=365)
    """How long somebody stays signed in without using it."""
    bcrypt_rounds: int = Field(default=12, ge=4, le=20)
    """Cost of hashing a password; each step doubles it."""
    user: str | None = None
    """Whose book the command line works on, where there is more than one user."""
    locale: str | None = None
    """How dates and amounts are read and written, such as de_DE; the system's own when not set."""
    currency: Annotated[str, AfterValidator(lambda code: currency(code).code)] | None = None
    """The currency of a book that is made on first use; that of the locale's country when not set."""

    @classmethod
    def load(cls, **chosen: str) -> Self:
        """The settings of this environment, but for what is chosen here.

        Raises:
            SettingsError: one of them cannot be used; the message names it as it is set.
        """
        try:
            return cls(**chosen)  # type: ignore[arg-type] # text, as the environment has it for any setting
        except ValidationError as error:
            wrong = [f"EXPENSE_{one.field.upper()}: {one.message}" for one in Invalid.from_validation(error).errors]
            raise SettingsError("; ".join(wrong)) from error
        except (OSError, UnicodeError) as error:
            raise SettingsError(f"the file .env in this folder cannot be read: {error}") from error

    @property
    def embedded_file(self) -> Path | None:
        """The SQLite file that the book is in, or None where it is elsewhere."""
        place = location(self.database_url)
        return Path(str(place.database)) if "sqlite" in place.drivername and place.database not in IN_MEMORY else None

    def signing_secrets(self) -> list[str]:
        """What tokens are signed with (the first) and accepted from (all of them).

        With an embedded SQLite file and nothing set, a secret is made once and kept beside it, for its owner alone.

        Raises:
            SettingsError: a secret is missing or too short.
        """
        if self.secret_key is not None:
            secrets = [part.strip() for part in self.secret_key.get_secret_value().split(",") if part.strip()]
            if not secrets or min(len(secret.encode()) for secret in secrets) < MINIMUM_SECRET_BYTES:
                raise SettingsError(
                    f"EXPENSE_SECRET_KEY must be {MINIMUM_SECRET_BYTES} bytes or more; make one with `expense secret`"
                )
            return secrets
        book = self.embedded_file
        if book is None:
            raise SettingsError("EXPENSE_SECRET_KEY is not set; make one with `expense secret`")
        return [_kept_beside(book)]


def _kept_beside(book: Path) -> str:
    """The secret in the file next to the book; made on first use."""
    path = book.with_name(book.name + ".secret")
    try:
        if not path.exists():
            _make_secret(path)
        secret = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeError) as error:
        message = f"the secret beside the book cannot be read or made: {error}; set EXPENSE_SECRET_KEY instead"
        raise SettingsError(message) from error
    if len(secret) < MINIMUM_SECRET_BYTES:
        raise SettingsError(f"{path} holds no secret of {MINIMUM_SECRET_BYTES} bytes; delete it to have a new one made")
    return secret


def _make_secret(path: Path) -> None:
    """Give a file its name only once it is whole: of several processes that do so, the first one's stays."""
    descriptor, made = mkstemp(dir=path.parent)  # which nobody else may read
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(new_secret() + "\n")
        with suppress(FileExistsError):
            path.hardlink_to(made)
    finally:
        Path(made).unlink()
