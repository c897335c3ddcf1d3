"""Who may do what in a committee. Reading is settled before: see expertise.rule."""

from core.refusals import Refused
from expertise.committees.models import Committee, CommitteeCase, Minutes
from expertise.desk import Desk


def needs_team(desk: Desk, programme_id: int) -> None:
    """Raise Refused("not-of-the-team") for anybody else."""
    if not desk.runs(programme_id):
        raise Refused("not-of-the-team")


def may_word(desk: Desk, committee: Committee) -> bool:
    """Whether somebody words what the company will read, and drafts minutes."""
    return desk.runs(committee.programme_id) or presides(desk, committee)


def presides(desk: Desk, committee: Committee) -> bool:
    """Whether somebody chairs it, and publishes its minutes."""
    return desk.is_bound and committee.id in desk.chairs


def sees_votes(desk: Desk, case: CommitteeCase, *, voted: bool) -> bool:
    """Whether somebody reads who voted what: they sit, and voted first, or the vote is over."""
    return case.committee_id in desk.committees and (voted or case.closed_at is not None)


def may_publish(desk: Desk, one: Minutes) -> bool:
    """Whether somebody publishes these minutes."""
    return one.published_at is None and presides(desk, one.committee)
