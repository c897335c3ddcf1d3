"""What the three kinds of imports share: a line that is understood, and how it is compared."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy import Row
from sqlalchemy.orm import Session

from directory.columns import Columns
from directory.imports.cells import Problem
from directory.imports.models import Fate


@dataclass(frozen=True, slots=True)
class Options:
    """What is said once for all the lines of a file."""

    networks: list[int] = field(default_factory=list)
    """Those that every line belongs to."""
    territories: list[int] = field(default_factory=list)
    """Of members that are invited."""
    kind_id: int | None = None
    """Of organisations whose line says none."""
    source: str = ""
    invite: bool = False
    """Whether people who have no account are invited."""


@dataclass(slots=True)
class Understood:
    """A line: its name, what it says field by field, what is wrong with it."""

    name: str
    key: str
    """Two lines with the same one are the same thing."""
    said: dict[str, Any]
    problems: list[Problem]
    email: str | None = None
    """Of a person."""


@dataclass(slots=True)
class Compared:
    """What a line would change."""

    fate: Fate
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    """Field, before, after; in words."""
    problem: Problem | None = None


class Reader(Protocol):
    """One kind of import."""

    columns: Columns
    needed: tuple[str, ...]
    """The fields without which a file says nothing."""

    def prepare(self, session: Session) -> None:
        """Learn what understanding needs. Writing does without."""
        ...

    def understand(self, cells: Mapping[str, str]) -> Understood:
        """What a line says. Asks nothing of the database."""
        ...

    def compare(self, session: Session, lines: Sequence[Understood]) -> list[Compared]:
        """What each of these lines would change, in order."""
        ...

    def gather(self, session: Session, said: Sequence[Mapping[str, Any]]) -> None:
        """Read at once what writing these lines needs: they are written in this transaction."""
        ...

    def write(self, session: Session, said: dict[str, Any]) -> None:
        """Do one of the lines gathered. Raises Refused for what is no longer possible."""
        ...


def sets(rows: Iterable[Row[int, int]]) -> dict[int, set[int]]:
    """Rows of two ids: for each of the first, those of the second."""
    found: dict[int, set[int]] = {}
    for one, other in rows:
        found.setdefault(one, set()).add(other)
    return found


def differences(before: Mapping[str, Any], said: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """The fields in which a line says something else, with both values in words.

    What a line leaves empty changes nothing.
    """
    return [
        (name, in_words(before.get(name)), in_words(value))
        for name, value in said.items()
        if value not in (None, "", []) and value != before.get(name)
    ]


def in_words(value: Any) -> str:
    """A value as the preview shows it."""
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return ", ".join(map(in_words, value))
    return str(value)[:200]
