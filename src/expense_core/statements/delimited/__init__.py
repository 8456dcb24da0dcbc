"""Bank statements in delimited text (CSV), of whatever bank.

The file is read twice, in constant memory: once to understand it as a whole, as a single cell rarely tells the decimal
mark or the order of day and month, and once for its rows.
"""

from expense_core.statements.delimited.reading import rows
from expense_core.statements.delimited.recognition import recognise
from expense_core.statements.delimited.shapes import shape

__all__ = ["recognise", "rows", "shape"]
