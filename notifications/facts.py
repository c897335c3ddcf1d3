"""What happens to notifications."""

from dataclasses import dataclass

from core.facts import Fact


@dataclass(frozen=True, slots=True)
class Told(Fact):
    """Members were told of a post or of a document."""

    post_id: int | None = None
    document_id: int | None = None


@dataclass(frozen=True, slots=True)
class Seen(Fact):
    """A member has seen some of what they were told."""

    member_id: int
