"""What happens to notifications."""

from dataclasses import dataclass

from core.facts import Fact


@dataclass(frozen=True, slots=True)
class Told(Fact):
    """Members were told of something: `subject` is "post_id", "document_id"…."""

    subject: str
    about_id: int


@dataclass(frozen=True, slots=True)
class Seen(Fact):
    """A member has seen some of what they were told."""

    member_id: int
