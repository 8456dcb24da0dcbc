"""Bank statements in ISO 20022's camt.052 (reports of a day), camt.053 (statements) and camt.054 (notifications).

The file is read twice, in constant memory: once for its balances and its totals, and once for its rows.
"""

from expense_core.statements.camt.reading import rows
from expense_core.statements.camt.recognition import recognise

__all__ = ["recognise", "rows"]
