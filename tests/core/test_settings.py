"""Settings: read from the environment and from `.env`, checked, and explained when they are wrong."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from expense_core.errors import SettingsError
from expense_core.settings import Settings, default_database_url

LONG = "a secret that is long enough to sign"
SERVER = "postgresql+psycopg2://alice:pass@host/book"


@pytest.fixture(autouse=True)
def environment(monkeypatch, tmp_path):
    """An environment with none of our settings in it, in an empty folder."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"EXPENSE_{name.upper()}", raising=False)
    monkeypatch.chdir(tmp_path)
    return monkeypatch


def test_nothing_needs_to_be_set():
    """The book is a file of this user's, and everything else has a value that is fine to begin with."""
    settings = Settings.load()

    assert settings.database_url == default_database_url()
    assert settings.embedded_file.name == "expenses.db"
    assert (settings.access_token_minutes, settings.refresh_token_days, settings.bcrypt_rounds) == (15, 30, 12)
    assert (settings.user, settings.locale, settings.currency, settings.secret_key) == (None, None, None, None)


def test_the_environment_decides(environment):
    """What is set there, in whatever letter case, is used as it is meant."""
    environment.setenv("EXPENSE_DATABASE_URL", SERVER)
    environment.setenv("EXPENSE_CURRENCY", "chf")
    environment.setenv("expense_bcrypt_rounds", "14")

    settings = Settings.load()

    assert (settings.database_url, settings.currency, settings.bcrypt_rounds) == (SERVER, "CHF", 14)


def test_a_file_beside_the_program_may_say_it_too(environment):
    """What the environment says goes before it; what is not ours is left alone."""
    Path(".env").write_text("EXPENSE_USER=alice\nEXPENSE_LOCALE=de_DE\nOTHER=1\nEXPENSE_UNKNOWN=1\n")
    environment.setenv("EXPENSE_LOCALE", "fr")

    settings = Settings.load()

    assert (settings.user, settings.locale) == ("alice", "fr")


def test_what_is_chosen_goes_before_all(environment):
    """As on the command line."""
    environment.setenv("EXPENSE_DATABASE_URL", SERVER)

    assert Settings.load(database_url="sqlite:///mine.db").embedded_file == Path("mine.db")


def test_an_empty_setting_is_not_set(environment):
    """As a container passes on what nobody gave it."""
    environment.setenv("EXPENSE_CURRENCY", "")
    environment.setenv("EXPENSE_SECRET_KEY", "")

    settings = Settings.load()

    assert (settings.currency, settings.secret_key) == (None, None)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("DATABASE_URL", "expenses.db", "write sqlite:///FILE or postgresql+psycopg2://USER:PASSWORD@HOST/NAME"),
        ("CURRENCY", "EURO", "'EURO' is no currency code of ISO 4217, such as EUR, USD or JPY"),
        ("BCRYPT_ROUNDS", "3", "must be 4 or more"),
        ("BCRYPT_ROUNDS", "21", "must be 20 or less"),
        ("ACCESS_TOKEN_MINUTES", "0", "must be 1 or more"),
        ("REFRESH_TOKEN_DAYS", "a year", "write a whole number, such as 12"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_as_it_is_set(environment, name, value, message):
    """With what is wrong about it, and nothing around it."""
    environment.setenv(f"EXPENSE_{name}", value)

    with pytest.raises(SettingsError) as caught:
        Settings.load()

    assert caught.value.message == f"EXPENSE_{name}: {message}"


def test_every_wrong_setting_is_named(environment):
    """Not only the first one."""
    environment.setenv("EXPENSE_CURRENCY", "x")
    environment.setenv("EXPENSE_BCRYPT_ROUNDS", "x")

    with pytest.raises(SettingsError, match=r"EXPENSE_BCRYPT_ROUNDS: .*; EXPENSE_CURRENCY: "):
        Settings.load()


def test_a_settings_file_that_cannot_be_read_is_said_to_be_so():
    """It was saved in another encoding."""
    Path(".env").write_bytes("EXPENSE_USER=José".encode("latin-1"))

    with pytest.raises(SettingsError, match=r"the file \.env in this folder cannot be read: .*utf-8"):
        Settings.load()


def test_secrets_are_never_shown(environment):
    """Not when the settings are printed."""
    environment.setenv("EXPENSE_SECRET_KEY", LONG)

    assert LONG not in repr(Settings.load()) + str(Settings.load())


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("sqlite:///book.db", "book.db"),
        ("sqlite:////var/books/book.db", "/var/books/book.db"),
        ("sqlite+pysqlite:///book.db", "book.db"),
        ("sqlite://", None),
        ("sqlite:///:memory:", None),
        (SERVER, None),
    ],
)
def test_an_embedded_book_is_in_a_file(url, file):
    """Elsewhere it is on a server, or in memory."""
    assert Settings.load(database_url=url).embedded_file == (file and Path(file))


def test_a_tilde_is_the_home_folder(environment, tmp_path):
    """Wherever the file is asked for."""
    environment.setenv("HOME", str(tmp_path / "home"))

    assert Settings.load(database_url="sqlite:///~/book.db").embedded_file == tmp_path / "home" / "book.db"


def test_several_secrets_may_be_set_while_a_key_is_rotated(environment):
    """In their order: the first one signs."""
    environment.setenv("EXPENSE_SECRET_KEY", f" {LONG}1 , {LONG}2,")

    assert Settings.load().signing_secrets() == [f"{LONG}1", f"{LONG}2"]


@pytest.mark.parametrize("secret", [",", "short", f"{LONG},short", "x" * 31])
def test_a_short_secret_is_refused(environment, secret):
    """One among several is enough to be broken into; each letter of ASCII is a byte."""
    environment.setenv("EXPENSE_SECRET_KEY", secret)

    with pytest.raises(
        SettingsError, match="EXPENSE_SECRET_KEY must be 32 bytes or more; make one with `expense secret`"
    ):
        Settings.load().signing_secrets()


@pytest.mark.parametrize("url", [SERVER, "sqlite://"])
def test_a_server_needs_a_secret(url):
    """Where there is no folder to keep one in."""
    with pytest.raises(SettingsError, match="EXPENSE_SECRET_KEY is not set; make one with `expense secret`"):
        Settings.load(database_url=url).signing_secrets()


def test_an_embedded_book_has_a_secret_of_its_own():
    """Made once, kept beside it, and for the owner's eyes only."""
    first = Settings.load(database_url="sqlite:///book.db").signing_secrets()
    second = Settings.load(database_url="sqlite:///book.db").signing_secrets()
    other = Settings.load(database_url="sqlite:///other.db").signing_secrets()

    assert first == second != other
    assert len(first[0].encode()) >= 32
    assert sorted(path.name for path in Path().iterdir()) == ["book.db.secret", "other.db.secret"]
    assert stat.S_IMODE(Path("book.db.secret").stat().st_mode) == 0o600


def test_processes_that_start_together_share_one_secret():
    """None of them sees it half written."""
    settings, together = Settings.load(database_url="sqlite:///book.db"), Barrier(8)

    def start(_):
        together.wait()
        return settings.signing_secrets()

    with ThreadPoolExecutor(8) as threads:
        secrets = {secret for (secret,) in threads.map(start, range(8))}

    assert len(secrets) == 1
    assert len(secrets.pop()) >= 32


@pytest.mark.parametrize("content", ["", "short\n"])
def test_a_secret_file_without_a_secret_is_refused(content):
    """Tokens signed with nothing would be anybody's."""
    Path("book.db.secret").write_text(content)

    with pytest.raises(
        SettingsError, match=r"book\.db\.secret holds no secret of 32 bytes; delete it to have a new one"
    ):
        Settings.load(database_url="sqlite:///book.db").signing_secrets()


@pytest.mark.parametrize("url", ["sqlite:///missing/book.db", "sqlite:///damaged.db"])
def test_a_secret_that_cannot_be_kept_is_asked_for(url):
    """The folder is not there, or what is in the file is no text."""
    Path("damaged.db.secret").write_bytes(b"\xff" * 40)

    with pytest.raises(
        SettingsError, match=r"the secret beside the book cannot be read or made: .*; set EXPENSE_SECRET_KEY"
    ):
        Settings.load(database_url=url).signing_secrets()
