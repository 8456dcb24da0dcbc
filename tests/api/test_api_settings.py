"""Settings of the server that cannot be used are refused before it answers anybody."""

from __future__ import annotations

import pytest
from server import settings

from expense_api.app import create_app
from expense_api.settings import ApiSettings
from expense_core.errors import SettingsError


@pytest.mark.parametrize("name", ["sign_ins_per_account", "sign_ins_per_address"])
def test_a_rate_that_nobody_understands_is_refused(name):
    """It names the setting as it is set."""
    with pytest.raises(SettingsError, match=f"EXPENSE_{name.upper()}: write a rate like 10/minute"):
        ApiSettings.load(**{name: "often"})


@pytest.mark.parametrize("url", ["nowhere", "nowhere://", "redis://127.0.0.1:x"])
def test_a_store_of_attempts_that_there_is_not_is_refused(url):
    """It says which there are."""
    with pytest.raises(SettingsError, match="EXPENSE_RATE_LIMIT_URL must be memory:// or redis://HOST:PORT"):
        create_app(settings("sqlite://", rate_limit_url=url))
