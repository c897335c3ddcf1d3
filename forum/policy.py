"""Who may do what in the forum. Seeing is settled before: what is not seen never comes here."""

from access.viewers import Viewer
from forum.models import Post, Section, State, Topic


def may_reply(viewer: Viewer, topic: Topic) -> bool:
    """Whoever sees an open, visible topic may answer."""
    return not topic.locked and topic.state is State.VISIBLE


def may_edit(viewer: Viewer, topic: Topic, post: Post) -> bool:
    """One's own words, while they are not hidden and the topic is open."""
    return (
        post.author_id == viewer.member_id and post.state is not State.HIDDEN and not topic.locked
    )


def may_choose_answer(viewer: Viewer, topic: Topic) -> bool:
    """The one who asked, or a moderator; an article asks nothing."""
    return topic.section is Section.FORUM and (
        topic.author_id == viewer.member_id or viewer.moderates
    )


def may_moderate(viewer: Viewer) -> bool:
    """Moderators, on what they see."""
    return viewer.moderates


def may_report(viewer: Viewer, post: Post) -> bool:
    """Anybody else's visible words."""
    return post.author_id != viewer.member_id and post.state is State.VISIBLE


def may_thank(viewer: Viewer, post: Post) -> bool:
    """Anybody else's visible words."""
    return post.author_id != viewer.member_id and post.state is State.VISIBLE
