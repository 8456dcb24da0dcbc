"""A rule in words: what it asks for, and what it does."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import expense_core as core


def conditions(rule: core.RulePublic, write: Callable[[Decimal], str] = str) -> str:
    """What a rule asks for, such as "payee has 'Coffee Co', at most 20"; `write` writes an amount."""
    parts = [
        f"payee has {rule.payee!r}" if rule.payee else "",
        f"text has {rule.text!r}" if rule.text else "",
        f"at least {write(rule.min_amount)}" if rule.min_amount is not None else "",
        f"at most {write(rule.max_amount)}" if rule.max_amount is not None else "",
        f"account is {rule.account!r}" if rule.account else "",
    ]
    return ", ".join(filter(None, parts))


def actions(rule: core.RulePublic) -> str:
    """What it does, such as "@Eating out"."""
    parts = [
        "left out" if rule.skip else "",
        f"@{rule.category}" if rule.category else "",
        f"called {rule.description!r}" if rule.description else "",
        f"noted {rule.notes!r}" if rule.notes else "",
    ]
    return ", ".join(filter(None, parts)) or "nothing: its category was deleted"
