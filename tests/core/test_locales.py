"""Whose way of writing dates and amounts is taken."""

from __future__ import annotations

import pytest

from expense_core.errors import SettingsError
from expense_core.locales import local_currency, locale_of


@pytest.mark.parametrize(("asked", "found"), [("de_DE", "de_DE"), ("de-AT", "de_AT"), ("pt_BR.UTF-8", "pt_BR")])
def test_the_locale_that_is_set_comes_first(asked, found):
    """However it is spelled, and whatever the system has."""
    assert locale_of(asked, {"LC_ALL": "fr_FR.UTF-8"}) == found


def test_a_locale_that_does_not_exist_is_refused():
    """The message says how one is written."""
    with pytest.raises(SettingsError, match="de_DE"):
        locale_of("klingon", {})


@pytest.mark.parametrize(
    ("environment", "found"),
    [
        ({"LC_ALL": "fr_FR.UTF-8", "LANG": "de_DE.UTF-8"}, "fr_FR"),
        ({"LC_ALL": "", "LC_MONETARY": "de_DE@euro", "LANG": "en_US.UTF-8"}, "de_DE"),
        ({"LANG": "en_XX.UTF-8"}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "nonsense"}, "en"),
        ({}, "en"),
    ],
)
def test_the_systems_own_locale_is_found_in_the_order_of_posix(environment, found):
    """A system that has none but "C" writes plain English."""
    assert locale_of(None, environment) == found


@pytest.mark.parametrize(("locale", "code"), [("de_DE", "EUR"), ("ja_JP", "JPY"), ("en_US", "USD"), ("en", "EUR")])
def test_a_new_ledger_is_in_the_money_of_the_country(locale, code):
    """And in euros where the locale names no country."""
    assert local_currency(locale) == code
