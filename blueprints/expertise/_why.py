"""Why somebody could answer a need, in words."""

from functools import singledispatch
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from expertise.matching.ranking import Candidate
from expertise.matching.reasons import (
    Nearness,
    Past,
    Reach,
    Reason,
    Room,
    StandsIn,
    SubjectsMet,
    WordsMet,
)

MOST_WORDS = 6


def candidate_line(one: Candidate) -> dict[str, Any]:
    """A candidate: who, how well, and why; what says nothing is left out."""
    return {
        "id": one.expert_id,
        "name": one.name,
        "institution": one.institution,
        "score": round(100 * one.score),
        "why": [words for reason in one.reasons if (words := in_words(reason))],
    }


@singledispatch
def in_words(reason: Reason) -> str:
    """A reason, as a short sentence; "" when it says nothing."""
    raise NotImplementedError(type(reason).__name__)


@in_words.register
def _words(reason: WordsMet) -> str:
    if not reason.words:
        return _("No word of their sheet is in the need")
    quoted = ", ".join(f"«\u00a0{word}\u00a0»" for word in reason.words[:MOST_WORDS])
    return _("Knows: %(words)s", words=quoted)


@in_words.register
def _subjects(reason: SubjectsMet) -> str:
    if reason.asked == 1:
        return ""
    return _("Answers about %(met)s of %(asked)s subjects", met=reason.met, asked=reason.asked)


@in_words.register
def _near(reason: Nearness) -> str:
    if reason.reach is Reach.COMMUNE:
        return _("Answers in this commune")
    if reason.reach is Reach.EVERYWHERE:
        return _("Answers wherever the programme works")
    if reason.kilometres is None:
        return _("In their territory")
    return _("In their territory, %(km)s km from its middle", km=reason.kilometres)


@in_words.register
def _room(reason: Room) -> str:
    received = ngettext(
        "%(num)s need received in 30 days", "%(num)s needs received in 30 days", reason.received
    )
    if reason.quota is None:
        return received
    return _("%(received)s, of %(quota)s at most", received=received, quota=reason.quota)


@in_words.register
def _past(reason: Past) -> str:
    if not reason.ended:
        return _("No need closed yet")
    return ngettext(
        "Helped %(helped)s times out of %(num)s",
        "Helped %(helped)s times out of %(num)s",
        reason.ended,
        helped=reason.helped,
    )


@in_words.register
def _stands_in(reason: StandsIn) -> str:
    return _("Stands in for %(name)s, who is away", name=reason.absent)
