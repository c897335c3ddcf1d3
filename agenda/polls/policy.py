"""Who may do what about a poll. Seeing it is settled before, and checked again to answer."""

from access.viewers import Viewer
from agenda.polls.models import Poll
from core import clock


def may_see(viewer: Viewer, poll: Poll) -> bool:
    """Whether the poll exists for them: its number alone opens nothing."""
    return poll.audience_id in viewer.audiences and poll.withdrawn_at is None


def may_tend(viewer: Viewer, poll: Poll) -> bool:
    """Correct, remind, close, withdraw: who proposed it, or a moderator."""
    return poll.may_be_tended_by(viewer)


def why_not(poll: Poll) -> str | None:
    """Why nobody may answer now, as a code of refusal; None when one may."""
    if poll.closed_at is not None:
        return "poll-closed"
    if poll.until is not None and poll.until < clock.today():
        return "poll-ended"
    return None
