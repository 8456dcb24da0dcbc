"""What the core's tests may ask for, beside what every test may."""

import pytest

from expense_core import ledgers, users
from expense_core.tables import LocalUserCreate, Role


@pytest.fixture
def bob(session, access):
    """A second member of Alice's ledger: his authority in it."""
    user = users.register_local(session, LocalUserCreate(username="Bob"))
    ledgers.admit(session, access, "bob", Role.EDITOR)
    return ledgers.open(session, user, access.ledger_id)
