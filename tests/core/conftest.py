"""What the core's tests may ask for, beside what every test may."""

from datetime import timedelta

import pytest

from expense_core import ledgers, users
from expense_core.sign_ins import Issuing
from expense_core.tables import LocalUserCreate, Role


@pytest.fixture
def bob(session, access):
    """A second member of Alice's ledger: his authority in it."""
    user = users.register_local(session, LocalUserCreate(username="Bob"))
    ledgers.admit(session, access, "bob", Role.EDITOR)
    return ledgers.open(session, user, access.ledger_id)


@pytest.fixture
def issuing():
    """How tokens are made: access for a quarter of an hour, refreshing for a month."""
    return Issuing(["a secret that is long enough to sign with"], timedelta(minutes=15), timedelta(days=30))
