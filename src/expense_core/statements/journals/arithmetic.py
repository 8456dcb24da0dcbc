"""Sums that stand where a number could, as Beancount takes them: `(40.00 / 3) USD`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, DecimalException

_PART = re.compile(r"[0-9][0-9,]*(?:\.[0-9]*)?|[-+*/()]")
_TERMS = re.compile(r"[-+*/()0-9., ]*[0-9)](?= ?[A-Z]|$)")
_PLAIN = re.compile(r"[-+]? ?[0-9.,]+")
_PLACES = Decimal("1e-8")
_LONGEST = 100


def worked_out(amount: str) -> str:
    """The amount with a number in the place of the sum that it begins with, if it does; to eight places.

    Raises:
        ValueError: the sum is none.
    """
    found = _TERMS.match(amount)
    if found is None or _PLAIN.fullmatch(found[0]):
        return amount
    if len(found[0]) > _LONGEST or _PART.sub("", found[0]).strip():
        raise ValueError("is not an amount")
    parts = iter([*_PART.findall(found[0]), ""])
    try:
        total, end = _sum(parts)
        result = total.quantize(_PLACES)
    except (DecimalException, StopIteration) as error:
        raise ValueError("is not an amount") from error
    if end:
        raise ValueError("is not an amount")
    return f"{result:f}{amount[found.end() :]}"


def _sum(parts: Iterator[str]) -> tuple[Decimal, str]:
    """The terms up to what is none of them, and that."""
    total, part = _product(parts)
    while part and part in "+-":
        sign = 1 if part == "+" else -1
        term, part = _product(parts)
        total += sign * term
    return total, part


def _product(parts: Iterator[str]) -> tuple[Decimal, str]:
    total, part = _factor(parts), next(parts)
    while part and part in "*/":
        factor = _factor(parts)
        total, part = (total * factor if part == "*" else total / factor), next(parts)
    return total, part


def _factor(parts: Iterator[str]) -> Decimal:
    part = next(parts)
    if part and part in "+-":
        return _factor(parts) * (1 if part == "+" else -1)
    if part != "(":
        return Decimal(part.replace(",", ""))
    total, end = _sum(parts)
    if end != ")":
        raise StopIteration
    return total
