"""Bank statements in SWIFT's MT940, and in MT942 for the hours since the last one.

The file is read twice, in constant memory: once for its balances, and once for its rows.
"""

from expense_core.statements.mt940.reading import rows
from expense_core.statements.mt940.recognition import recognise

__all__ = ["recognise", "rows"]
