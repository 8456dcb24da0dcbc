"""What the shapes of all input have in common."""

from sqlmodel import SQLModel


class Input(SQLModel):
    """What somebody asks for: a field that nobody knows is a slip of the pen, and refused."""

    model_config = {"extra": "forbid", "use_attribute_docstrings": True}
