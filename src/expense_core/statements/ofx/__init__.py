"""Bank statements in OFX 1 (SGML) and OFX 2 (XML), which Quicken's QFX files are too.

The file is read twice, in constant memory: once for its decimal mark, signs and balances, and once for its rows.
"""

from expense_core.statements.ofx.reading import rows
from expense_core.statements.ofx.recognition import recognise

__all__ = ["recognise", "rows"]
