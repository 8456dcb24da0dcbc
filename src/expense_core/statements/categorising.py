"""What a statement's row gets that the file does not say: by the ledger's rules, or as it was chosen before."""

from __future__ import annotations

from decimal import Decimal

from sqlmodel import Session

from expense_core import categories, habits, rules
from expense_core.habits import Habits
from expense_core.ledgers import Access
from expense_core.rules import Conditions
from expense_core.statements.row import RawRow
from expense_core.statements.verdicts import Origin
from expense_core.tables import RulePublic


class Categorising:
    """Proposes for the rows of one file; what it takes from the book is read when the first row needs it."""

    def __init__(self, session: Session, access: Access) -> None:
        self._session = session
        self._access = access
        self._rules = [(Conditions(rule), rule) for rule in rules.list(session, access)]
        self.has_rules = bool(self._rules)
        self._habits: Habits | None = None
        self._names: dict[int, tuple[str, Origin]] = {}

    def rule(self, row: RawRow, amount: Decimal, description: str, notes: str) -> RulePublic | None:
        """The first rule that a row meets."""
        look = rules.look_at(description, notes, amount, payee=row.payee, account=row.account)
        return next((rule for conditions, rule in self._rules if conditions.met_by(look)), None)

    def category(self, rule: RulePublic | None, description: str, *, is_named: bool) -> tuple[str, Origin] | None:
        """The name of the category that takes the place of the file's, where `is_named` says whether it has one.

        A rule's goes before the file's; what was chosen before does not.
        """
        if rule is not None and rule.category is not None:
            return rule.category, Origin.RULE
        return None if is_named else self._as_before(description)

    def _as_before(self, description: str) -> tuple[str, Origin] | None:
        if self._habits is None:
            self._habits = habits.learn(self._session, self._access)
            names = categories.names(self._session, self._access)
            self._names = {category_id: (name, Origin.BEFORE) for category_id, name in names.items()}
        category_id = self._habits.category_of(description)
        return None if category_id is None else self._names[category_id]
