"""Who may do what in the news. Seeing is settled before: what is not seen never comes here."""

from access.viewers import Viewer
from forum.models import Topic


def may_date(viewer: Viewer, topic: Topic) -> bool:
    """Make a date of the agenda from an article: who wrote it, or a moderator."""
    return topic.author_id == viewer.member_id or viewer.moderates
