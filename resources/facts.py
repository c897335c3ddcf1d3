"""What happens in the library."""

from dataclasses import dataclass
from typing import ClassVar

from accounts.facts import Sensitive
from core.facts import Fact
from resources.models import Document, Version


@dataclass(frozen=True, slots=True)
class Deposited(Fact):
    """A document can be found."""

    document: Document


@dataclass(frozen=True, slots=True)
class Described(Fact):
    """What is said of a document changed, or what replaces it."""

    document: Document


@dataclass(frozen=True, slots=True)
class Renewed(Fact):
    """A document has a new version."""

    document: Document
    version: Version


@dataclass(frozen=True, slots=True)
class Withdrawn(Sensitive):
    """A document can no longer be found, or can again."""

    act: ClassVar[str] = "document-withdrawn"
    document: Document | None = None

    @property
    def reach(self) -> int | None:
        """That of the document."""
        return self.document.audience_id if self.document else None


@dataclass(frozen=True, slots=True)
class Replaced(Described):
    """Another document takes the place of this one."""

    by_id: int


@dataclass(frozen=True, slots=True)
class ReviewDue(Fact):
    """The day has come to see whether a document is still true."""

    document: Document
