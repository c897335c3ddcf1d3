"""What facts leave for open pages: ids, told after the commit."""

from sqlalchemy.orm import Session

from accounts.facts import Sensitive, SignedIn, SignInFailed
from core.news import News, tell
from forum.facts import Published
from notifications.facts import Seen, Told

ANSWER = "answer"
"""There is a new answer in a topic, or a new topic."""
WRITING = "writing"
"""A member is writing an answer in a topic."""
TOLD = ("post_id", "document_id", "event_id")
"""Members were told of this post, of this document, of this event."""
SEEN = "seen"
"""A member has seen some of what they were told."""
LEFT = "left"
"""A member signed out of one of their browsers."""
LOOK_AGAIN = "look-again"
"""Something was decided that may change who is let in, or who sees what."""
MISSED = "missed"
"""Some news may not have come: pages ask again."""


def on_published(session: Session, fact: Published) -> None:
    """The topic's page, and the lists, have something new."""
    tell(session, News(ANSWER, fact.topic.id, fact.post.author_id))


def on_told(session: Session, fact: Told) -> None:
    """Some bells count one more."""
    tell(session, News(fact.subject, fact.about_id))


def on_seen(session: Session, fact: Seen) -> None:
    """The bell of a member counts less, on all their pages."""
    tell(session, News(SEEN, fact.member_id))


def on_sensitive(session: Session, fact: Sensitive) -> None:
    """A suspension, a move, a new charter: every open page is looked at again."""
    if not isinstance(fact, SignedIn | SignInFailed):
        tell(session, News(LOOK_AGAIN))
