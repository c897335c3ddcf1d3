"""Who may do what with those who answer. Reading their sheet is settled before: expertise.rule."""

from collections.abc import Collection
from dataclasses import dataclass

from core.refusals import Refused
from expertise.desk import Desk
from expertise.experts.models import Expert
from expertise.programmes.models import Institution


@dataclass(frozen=True, slots=True)
class Rights:
    """What somebody is to an expert."""

    manages: bool
    """They manage the institution,"""
    answers: bool
    """they are this expert, or of this team of experts,"""
    runs: frozenset[int]
    """or they run these programmes, for which the expert answers."""

    @property
    def may_correct(self) -> bool:
        """All of the sheet. Who answers corrects their own words: may_speak."""
        return self.manages or bool(self.runs)

    @property
    def may_settle(self) -> bool:
        """Approve, or decline: nobody approves the people of their own institution."""
        return bool(self.runs)

    @property
    def may_speak(self) -> bool:
        """Say what they know, in their own words."""
        return self.answers

    @property
    def may_say_absence(self) -> bool:
        """Say when they are away: themself, or who manages when they cannot."""
        return self.answers or self.manages


def rights(desk: Desk, expert: Expert, programme_ids: Collection[int]) -> Rights:
    """`programme_ids`: those for which the expert answers (queries.programmes_of)."""
    return Rights(
        manages=expert.institution_id in desk.manages,
        answers=expert.id in desk.experts,
        runs=desk.teams & frozenset(programme_ids),
    )


def needs_manager_or_team(
    desk: Desk, institution: Institution, programme_ids: Collection[int]
) -> None:
    """Raise Refused("not-of-the-team") for who neither manages it nor runs one of these."""
    if institution.id not in desk.manages and not desk.teams & frozenset(programme_ids):
        raise Refused("not-of-the-team")
