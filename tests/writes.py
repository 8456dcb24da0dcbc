"""Short ways to write in a book, and to see all of it, for tests that are about what comes of it."""

from sqlalchemy import select
from sqlmodel import SQLModel

from expense_core import categories, expenses, history
from expense_core.queries import Sort
from expense_core.tables import CategoryCreate, CategoryUpdate, ExpenseCreate, ExpenseUpdate


def record(session, access, description="Lunch", **given):
    """Record an expense of 12.50, where nothing else is given."""
    new = {"amount": "12.50", "description": description} | given
    return expenses.record(session, access, ExpenseCreate(**new))


def edit(session, access, expense, **changes):
    """Edit whatever version is there; the id of the entry."""
    version = expenses.get(session, access, expense.id).version
    expenses.edit(session, access, expense.id, ExpenseUpdate(version=version, **changes))
    return last_id(session, access)


def create(session, access, name):
    """Create a category."""
    return categories.create(session, access, CategoryCreate(name=name))


def rename(session, access, category, name):
    """Rename whatever version is there; the id of the entry."""
    version = categories.get(session, access, category.id).version
    categories.rename(session, access, category.id, CategoryUpdate(version=version, name=name))
    return last_id(session, access)


def last(session, access):
    """The entry of the last write."""
    return history.list(session, access, limit=1).items[0]


def last_id(session, access):
    """The id of the last entry."""
    return last(session, access).id


def described(session, access):
    """The descriptions in the book, in the order of recording."""
    return [expense.description for expense in expenses.each(session, access, sort=Sort.FIRST_RECORDED)]


def everything(session):
    """Every row of every table, by the table's name, always in one order."""
    return {
        table.name: session.execute(select(table).order_by(*table.primary_key)).all()
        for table in SQLModel.metadata.sorted_tables
    }
