"""Reading by key: a page of rows, and where the next one starts."""

from collections.abc import Sequence
from typing import TypeVar

from flask import request

T = TypeVar("T")

LARGEST_KEY = 2**31 - 1


def key_sent(name: str) -> int | None:
    """The key in the address; None when it is absent or is no key."""
    given = request.args.get(name, "")
    return (
        int(given)
        if given.isdecimal() and 0 < len(given) < 11 and int(given) <= LARGEST_KEY
        else None
    )


def cut(rows: Sequence[T], per_page: int) -> tuple[Sequence[T], T | None]:
    """The rows to show, and the last of them when there are more."""
    return (rows[:per_page], rows[per_page - 1]) if len(rows) > per_page else (rows, None)
