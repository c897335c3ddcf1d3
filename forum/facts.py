"""What happens in the forum."""

from dataclasses import dataclass
from typing import ClassVar

from accounts.facts import Sensitive
from core.facts import Fact
from forum.models import Act, Post, Report, Topic


@dataclass(frozen=True, slots=True)
class Published(Fact):
    """A post became visible for the first time: a question when its number is 0."""

    topic: Topic
    post: Post


@dataclass(frozen=True, slots=True)
class Reworded(Fact):
    """The words or the title of a visible post changed."""

    topic: Topic
    post: Post


@dataclass(frozen=True, slots=True)
class Held(Fact):
    """A newcomer's post waits for a moderator."""

    topic: Topic
    post: Post


@dataclass(frozen=True, slots=True)
class Answered(Fact):
    """A reply was marked as the answer."""

    topic: Topic
    post: Post
    by_id: int


@dataclass(frozen=True, slots=True)
class Unanswered(Fact):
    """No reply is the answer any longer."""

    topic: Topic


@dataclass(frozen=True, slots=True)
class Reported(Fact):
    """A post was brought to the moderators."""

    topic: Topic
    report: Report


@dataclass(frozen=True, slots=True)
class Moderated(Sensitive):
    """A moderator decided something, with a reason."""

    act: ClassVar[str] = "moderated"
    decision: Act = Act.KEEP
    topic: Topic | None = None
    post: Post | None = None
    reason: str = ""
    reporter_ids: tuple[int, ...] = ()
    """Those whose reports this closed."""

    @property
    def reach(self) -> int | None:
        """That of the topic."""
        return self.topic.audience_id if self.topic else None
