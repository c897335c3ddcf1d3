"""Reading by key: a page of rows, and where the next one starts."""

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def cut(rows: Sequence[T], per_page: int) -> tuple[Sequence[T], T | None]:
    """The rows to show, and the last of them when there are more."""
    return (rows[:per_page], rows[per_page - 1]) if len(rows) > per_page else (rows, None)
