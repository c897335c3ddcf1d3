"""What a room gives to the search: plain entries. A room imports this, and never the search."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

PAGE = "\f"
"""Between two pages of a body: of a PDF, or the messages of a topic."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that can be found, as its readers see it."""

    kind: str
    id: int
    audience_id: int
    title: str
    body: str
    """Plain text; pages are separated by PAGE."""
    at: datetime
    summary: str = ""
    theme: str = ""
    """The slug of its theme, or nothing."""
    author_id: int | None = None
    credit_id: int | None = None
    """Whom it shows at work: who gave the useful answer, who deposited the document."""
    card: int = 0
    """For a person or an organisation: so many words at least, when it is weighed beside texts."""


Key = tuple[str, int]
"""The kind and the id of an entry."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where the entries of one kind come from."""

    kind: str
    read: Callable[[Session, Collection[int]], Iterable[Entry]]
    """The entries of these ids. One that is not given back leaves the index."""
    ids: Callable[[Session, int, int], list[int]]
    """(session, after_id, limit): the next ids in order."""
    count: Callable[[Session], int]
    """How many there are to index."""


Changed = Callable[[Session, str, int], None]
"""Told that the entry of this kind and id is to be read again."""
