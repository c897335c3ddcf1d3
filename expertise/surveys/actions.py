"""Answering a survey, letting a testimonial be read, taking it back."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from core import clock, text
from core.facts import record
from core.refusals import Refused
from directory.entries import one_line
from expertise.desk import Desk
from expertise.surveys.facts import Disappointed
from expertise.surveys.models import (
    LONGEST_TESTIMONIAL,
    LONGEST_WORDS,
    MOST_JOBS,
    Kind,
    Said,
    Survey,
)

UNHAPPY = 2
"""Who is so satisfied, or less, is unhappy: the team is told."""
SCALE = range(1, 6)
_TESTIMONIAL = frozenset({"testimonial", "signed", "consents"})
_OF_COMPANY: dict[Kind, frozenset[str]] = {
    Kind.CLOSING: frozenset({"satisfaction", "easy", "in_time", "words"}) | _TESTIMONIAL,
    Kind.RECEPTION: frozenset({"satisfaction", "words"}),
    **dict.fromkeys(
        (Kind.THREE_MONTHS, Kind.SIX_MONTHS),
        frozenset({"tie_lasts", "of_use", "jobs_created", "jobs_kept", "words"}) | _TESTIMONIAL,
    ),
}
_OF_INSTITUTION: dict[Kind, frozenset[str]] = {
    Kind.CLOSING: frozenset({"satisfaction", "easy", "of_expert", "words"}) | _TESTIMONIAL,
    **dict.fromkeys(
        (Kind.THREE_MONTHS, Kind.SIX_MONTHS), frozenset({"tie_lasts", "words"}) | _TESTIMONIAL
    ),
}
_HELD = ("testimonial", "signed", "consented_at", "approved_at")
"""What the author and the team both decide about."""
NEEDED = ("satisfaction", "tie_lasts")
"""What is answered, where it is asked; the rest is as one wishes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a side says, as it was typed."""

    satisfaction: int | None = None
    easy: Said | None = None
    in_time: Said | None = None
    of_expert: int | None = None
    jobs_created: int | None = None
    jobs_kept: int | None = None
    tie_lasts: Said | None = None
    of_use: Said | None = None
    words: str = ""
    testimonial: str = ""
    signed: str = ""
    consents: bool = False


def asked(survey: Survey) -> frozenset[str]:
    """What this side is asked then: names of Answer."""
    return (_OF_COMPANY if survey.is_of_company else _OF_INSTITUTION)[survey.kind]


def answer(session: Session, survey: Survey, said: Answer, *, member_id: int | None = None) -> None:
    """Answer, or correct one's answer: the last one counts. The link was the proof.

    A testimonial that changes is approved anew.

    Raises Refused: "survey-answer-missing", "survey-scale", "jobs-out-of-range",
    "body-too-long", "name-too-long", "testimonial-empty", "testimonial-unsigned".
    """
    session.refresh(survey, ["satisfaction", *_HELD], with_for_update=True)
    wanted = asked(survey)
    for name in NEEDED:
        if name in wanted and getattr(said, name) is None:
            raise Refused("survey-answer-missing")
    was_unhappy = is_unhappy(survey)
    for name in ("satisfaction", "of_expert"):
        given = getattr(said, name) if name in wanted else None
        if given is not None and given not in SCALE:
            raise Refused("survey-scale")
        setattr(survey, name, given)
    for name in ("jobs_created", "jobs_kept"):
        given = getattr(said, name) if name in wanted else None
        if given is not None and not 0 <= given <= MOST_JOBS:
            raise Refused("jobs-out-of-range", most=MOST_JOBS)
        setattr(survey, name, given)
    for name in ("easy", "in_time", "tie_lasts", "of_use"):
        setattr(survey, name, getattr(said, name) if name in wanted else None)
    survey.words = _at_most(said.words, LONGEST_WORDS)
    if "testimonial" in wanted:
        _testify(survey, said)
    survey.answered_at, survey.member_id = clock.now(), member_id
    session.flush()
    if is_unhappy(survey) and not was_unhappy:
        record(session, Disappointed(survey))


def is_unhappy(survey: Survey) -> bool:
    """Whether the team should call."""
    return survey.satisfaction is not None and survey.satisfaction <= UNHAPPY


def _testify(survey: Survey, said: Answer) -> None:
    words = _at_most(said.testimonial, LONGEST_TESTIMONIAL)
    signed = one_line(said.signed, "name-too-long")
    if said.consents and not words:
        raise Refused("testimonial-empty")
    if said.consents and not signed:
        raise Refused("testimonial-unsigned")
    changed = (words, signed) != (survey.testimonial, survey.signed)
    if changed or not said.consents:
        survey.approved_at = None
        survey.consented_at = None
    survey.testimonial, survey.signed = words, signed
    if said.consents and survey.consented_at is None:
        survey.consented_at = clock.now()


def _at_most(typed: str, longest: int) -> str:
    words = text.plain(typed).strip()
    if len(words) > longest:
        raise Refused("body-too-long", longest=longest)
    return words


def take_back(session: Session, survey: Survey) -> None:
    """The testimonial is not published any more, at once. The link was the proof."""
    session.refresh(survey, _HELD, with_for_update=True)
    survey.consented_at = survey.approved_at = None


def publish(session: Session, desk: Desk, survey: Survey, *, read: str) -> None:
    """The team lets everybody read a testimonial: the one that it read, see `version`.

    Raises Refused: "not-of-the-team", "testimonial-without-consent", "testimonial-changed".
    """
    _hold_for_team(session, desk, survey)
    if survey.consented_at is None:
        raise Refused("testimonial-without-consent")
    if version(survey) != read:
        raise Refused("testimonial-changed")
    survey.approved_at = clock.now()


def unpublish(session: Session, desk: Desk, survey: Survey) -> None:
    """The team takes a testimonial off the public page. Raises Refused("not-of-the-team")."""
    _hold_for_team(session, desk, survey)
    survey.approved_at = None


def _hold_for_team(session: Session, desk: Desk, survey: Survey) -> None:
    if not desk.runs(survey.programme_id):
        raise Refused("not-of-the-team")
    session.refresh(survey, _HELD, with_for_update=True)


def version(survey: Survey) -> str:
    """What tells a testimonial from what it becomes when its author corrects it."""
    return survey.consented_at.isoformat() if survey.consented_at else ""
