"""A round trip with the client that was generated: register, sign in, record an expense, and find it in the list."""

import sys

from expense_client import AuthenticatedClient, Client
from expense_client.api.expenses import get_expense, list_expenses, record_expense
from expense_client.api.signing_in import login, register
from expense_client.models import (
    ExpenseIn,
    ExpenseOut,
    ExpensePage,
    LoginForm,
    Problem,
    TokensOut,
    UserCreate,
    UserOut,
)

ADDRESS = sys.argv[1]
PASSWORD = "correct horse battery"

with Client(ADDRESS) as anybody:
    new = UserCreate(username="alice", email="alice@example.org", password=PASSWORD)
    alice = register.sync(client=anybody, body=new)
    assert isinstance(alice, UserOut), alice
    tokens = login.sync(client=anybody, body=LoginForm(username="alice", password=PASSWORD))
    assert isinstance(tokens, TokensOut), tokens

with AuthenticatedClient(ADDRESS, token=tokens.access_token) as client:
    lunch = ExpenseIn(amount="12.50", currency="EUR", description="Lunch with Sam")
    recorded = record_expense.sync(client=client, body=lunch, idempotency_key="first")
    assert isinstance(recorded, ExpenseOut), recorded
    page = list_expenses.sync(client=client, q="lunch", min_amount="10")
    assert isinstance(page, ExpensePage), page
    missing = get_expense.sync(client=client, expense_id=recorded.id + 1)
    assert isinstance(missing, Problem), missing

shown = [(one.amount, one.currency, one.description) for one in page.items]
sys.stdout.write(f"{shown} {page.next_cursor} {missing.code}\n")
