"""What the tests of the backends may ask for, beside what every test may."""

from backends import nobodys_home

__all__ = ["nobodys_home"]
