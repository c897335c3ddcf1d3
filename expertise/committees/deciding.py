"""What a vote decides: one function, and nothing else says it."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What becomes of a vote."""

    WAIT = "wait"
    PROLONG = "prolong"
    SELECT = "select"
    REFUSE = "refuse"
    NO_QUORUM = "no_quorum"
    TIE = "tie"


@dataclass(frozen=True, slots=True)
class Tally:
    """How many said what."""

    favourable: int = 0
    unfavourable: int = 0
    abstained: int = 0
    aside: int = 0
    """Who stepped aside is not counted."""
    waiting: int = 0
    """Who may still vote, and has not."""
    chairs_favourable: int = 0
    chairs_unfavourable: int = 0
    """Among them, those who chair."""

    @property
    def voters(self) -> int:
        """Those who count towards the quorum."""
        return self.favourable + self.unfavourable + self.abstained


def verdict(tally: Tally, *, quorum: int, is_over: bool, prolonged: bool) -> Verdict:
    """What becomes of a vote, now.

    It ends when all have voted, or at its date. Too few: it is prolonged once, if somebody may
    still vote, then the team decides. The chairs settle a tie; when they do not, the team does.
    """
    if tally.waiting and not is_over:
        return Verdict.WAIT
    if tally.voters < quorum:
        return Verdict.PROLONG if tally.waiting and not prolonged else Verdict.NO_QUORUM
    for here, there in (
        (tally.favourable, tally.unfavourable),
        (tally.chairs_favourable, tally.chairs_unfavourable),
    ):
        if here != there:
            return Verdict.SELECT if here > there else Verdict.REFUSE
    return Verdict.TIE
