"""Bank statements: what a file says, row by row. What is done with the rows is up to the caller.

layout = statements.recognise(path)             # what was understood of it, or a question
for row in statements.rows(path, layout): ...   # one by one, in constant memory
"""

from expense_core.statements.answers import answered, open_form
from expense_core.statements.formats import Layout, Reader, kind, recognise, rows, shape
from expense_core.statements.row import DateOrder, LeftOut, RawRow, ReadingOptions, Role, Shape, Stated, parse_columns

__all__ = [
    "DateOrder",
    "Layout",
    "LeftOut",
    "RawRow",
    "Reader",
    "ReadingOptions",
    "Role",
    "Shape",
    "Stated",
    "answered",
    "kind",
    "open_form",
    "parse_columns",
    "recognise",
    "rows",
    "shape",
]
