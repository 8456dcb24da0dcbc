"""Where an answer leads: which calls can be made with what is in it (links of OpenAPI)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Link:
    """A call that can follow another."""

    after: str
    """The operation that was answered."""
    to: str
    """The operation that can be called then."""
    description: str
    parameters: dict[str, str] = field(default_factory=dict)
    """From where its parameters are taken, as runtime expressions of OpenAPI."""
    body: dict[str, str] | None = None
    """What is sent, likewise."""


_ID = "$response.body#/id"
_SEEN = {"If-Match": "$response.header.ETag"}
_EXPENSE_IN_PATH = {"expense_id": "$request.path.expense_id"}
_CATEGORY_IN_PATH = {"category_id": "$request.path.category_id"}
_RULE_IN_PATH = {"rule_id": "$request.path.rule_id"}

LINKS = [
    Link("login", "refresh", "Renew the tokens.", body={"refresh_token": "$response.body#/refresh_token"}),
    Link("create_access_token", "revoke_access_token", "Take it back.", {"token_id": _ID}),
    Link("record_expense", "get_expense", "Look at it again.", {"expense_id": _ID}),
    Link("record_expense", "edit_expense", "Change it.", {"expense_id": _ID} | _SEEN),
    Link("record_expense", "delete_expense", "Move it to the trash.", {"expense_id": _ID} | _SEEN),
    Link("record_expense", "list_expense_history", "See what was done to it.", {"expense_id": _ID}),
    Link("edit_expense", "get_expense", "Look at it again.", _EXPENSE_IN_PATH),
    Link("delete_expense", "restore_expense", "Take it out of the trash.", _EXPENSE_IN_PATH),
    Link("restore_expense", "get_expense", "Look at it again.", _EXPENSE_IN_PATH),
    Link("list_expenses", "list_expenses", "The next page.", {"cursor": "$response.body#/next_cursor"}),
    Link("list_trash", "list_trash", "The next page.", {"cursor": "$response.body#/next_cursor"}),
    Link("list_history", "list_history", "The next page.", {"cursor": "$response.body#/next_cursor"}),
    Link("create_category", "get_category", "Look at it again.", {"category_id": _ID}),
    Link("create_category", "rename_category", "Rename it.", {"category_id": _ID} | _SEEN),
    Link("create_category", "delete_category", "Delete it.", {"category_id": _ID} | _SEEN),
    Link("create_category", "list_expenses", "What was spent on it.", {"category_id": _ID}),
    Link("rename_category", "get_category", "Look at it again.", _CATEGORY_IN_PATH),
    Link("create_import", "get_import", "Look at it again.", {"import_id": _ID}),
    Link("create_import", "list_import_rows", "See what would become of its rows.", {"import_id": _ID}),
    Link("create_import", "decide_import_rows", "Decide what comes in.", {"import_id": _ID}),
    Link("create_import", "commit_import", "Bring it in.", {"import_id": _ID}),
    Link("create_import", "delete_import", "Throw it away.", {"import_id": _ID}),
    Link("commit_import", "list_import_expenses", "See what came of it.", {"import_id": _ID}),
    Link("commit_import", "revert_import", "Take it back.", {"import_id": _ID}),
    Link("list_profiles", "forget_profile", "Have it asked again.", {"profile_id": "$response.body#/items/0/id"}),
    Link("create_rule", "get_rule", "Look at it again.", {"rule_id": _ID}),
    Link("create_rule", "edit_rule", "Change it.", {"rule_id": _ID} | _SEEN),
    Link("create_rule", "delete_rule", "Delete it.", {"rule_id": _ID} | _SEEN),
    Link("edit_rule", "get_rule", "Look at it again.", _RULE_IN_PATH),
    Link("undo", "redo", "Do it again.", body={"entry_id": _ID}),
    Link("redo", "undo", "Undo it again.", body={"entry_id": _ID}),
    Link("list_ledgers", "get_ledger", "Look at one.", {"ledger_id": "$response.body#/items/0/id"}),
]


def after(operation: str) -> dict[str, dict[str, Any]]:  # Any: what JSON holds
    """The links of an operation's answer, by name."""
    return {
        link.to: {
            "operationId": link.to,
            "description": link.description,
            **({"parameters": link.parameters} if link.parameters else {}),
            **({"requestBody": link.body} if link.body else {}),
        }
        for link in LINKS
        if link.after == operation
    }
