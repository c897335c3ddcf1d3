"""Writes of those who take part: come, wait, decline. A place is given while the date is held."""

from collections.abc import Mapping

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, contains_eager

from access import rule
from access.viewers import Viewer
from accounts.models import Member
from accounts.queries import active
from agenda.attending import policy, queries
from agenda.attending.facts import Declined, PlaceFound, Registered
from agenda.attending.models import (
    Answer,
    Question,
    Registration,
    Standing,
    Terms,
)
from agenda.models import Event, Occurrence
from core import clock
from core.facts import record
from core.refusals import Refused
from directory.questions import read_answers


def hold(session: Session, occurrence_id: int) -> Occurrence:
    """The date as it is now, held until the commit: places are given one at a time."""
    held = (
        select(Occurrence)
        .join(Occurrence.event)
        .options(contains_eager(Occurrence.event))
        .where(Occurrence.id == occurrence_id)
        .with_for_update(of=Occurrence)
        .execution_options(populate_existing=True)
    )
    return session.scalars(held).one()


def terms_of(session: Session, event_id: int) -> Terms | None:
    """How one registers, as it is now: read once the date is held."""
    return session.get(Terms, event_id, populate_existing=True)


def register(
    session: Session, occurrence_id: int, *, member: Viewer, answers: Mapping[int, str]
) -> Registration:
    """Come to a date, or wait for a place. Said again, it changes the answers alone.

    `answers`: question → words; YES or NO for a question of yes or no.
    Raises Refused: "registration-none", "registration-closed", "date-over", "date-cancelled",
    "registration-full", "answer-needed", "answer-unknown", "answer-too-long".
    """
    occurrence = hold(session, occurrence_id)
    if not policy.may_see(member, occurrence.event):
        raise Refused("registration-none")
    terms = terms_of(session, occurrence.event_id)
    if refusal := policy.why_not(occurrence, terms, clock.now()):
        raise Refused(refusal)
    assert terms is not None  # noqa: S101 - why_not refuses without
    said = read_answers(queries.questions(session, occurrence.event_id), answers)
    mine = queries.registration_of(session, occurrence.id, member.member_id)
    if mine is None or mine.standing is Standing.DECLINED:
        place = _place(session, occurrence.id, terms)
        if mine is None:
            mine = Registration(occurrence_id=occurrence.id, member_id=member.member_id)
            session.add(mine)
        mine.standing, mine.since, mine.came = place, clock.now(), None
        mine.occurrence = occurrence
        record(session, Registered(mine))
    session.flush()
    _answer(session, mine, said)
    return mine


def _place(session: Session, occurrence_id: int, terms: Terms) -> Standing:
    """A place when there is one and nobody waits for it, else the end of the line."""
    if terms.capacity is None or queries.taken(session, occurrence_id) < terms.capacity:
        return Standing.COMING
    if not terms.waiting_list:
        raise Refused("registration-full")
    return Standing.WAITING


def _answer(session: Session, registration: Registration, said: Mapping[int, str]) -> None:
    """Keep what was answered; answers to questions that are no longer asked stay."""
    asked = select(Question.id).where(~Question.retired)
    session.execute(
        delete(Answer)
        .where(Answer.registration_id == registration.id, Answer.question_id.in_(asked))
        .execution_options(synchronize_session="fetch")
    )
    session.add_all(
        Answer(registration_id=registration.id, question_id=question_id, words=words)
        for question_id, words in said.items()
    )


def decline(
    session: Session, occurrence_id: int, *, member_id: int, calendar_knows: bool = False
) -> Registration:
    """Say that one does not come, registered or not; the first who waits has the place.

    Who no longer sees the event may still give their place back. Who never registered and does not
    see it has nothing to say: the caller has looked. `calendar_knows`: their calendar said so.
    Raises Refused("nothing-to-do"),
    Refused("date-over").
    """
    occurrence = hold(session, occurrence_id)
    if occurrence.starts_at <= clock.now():
        raise Refused("date-over")
    mine = queries.registration_of(session, occurrence.id, member_id)
    if mine is None:
        mine = Registration(occurrence_id=occurrence.id, member_id=member_id)
        session.add(mine)
    elif mine.standing is Standing.DECLINED:
        raise Refused("nothing-to-do")
    noted = leave(session, occurrence, mine, calendar_knows=calendar_knows)
    record(session, Declined(mine, noted))
    return mine


def leave(
    session: Session,
    occurrence: Occurrence,
    registration: Registration,
    *,
    calendar_knows: bool = False,
) -> bool:
    """Free the place of somebody, for the first who waits. The date is held.

    Whether their calendar still has the date: they had a place, and did not say it there.
    """
    came = registration.standing is Standing.COMING and not policy.is_off(occurrence)
    noted = came and not calendar_knows
    if noted:  # a calendar takes a date away, then back, by numbers that grow
        occurrence.event.sequence = Event.sequence + 1
    registration.standing, registration.since = Standing.DECLINED, clock.now()
    registration.came = None
    registration.occurrence = occurrence
    promote(session, occurrence)
    return noted


def promote(session: Session, occurrence: Occurrence) -> None:
    """Give the places that are free to those who wait, in their order. The date is held.

    Who no longer sees the event, or whose account is closed, keeps waiting: the place goes to the
    next one.
    """
    present = clock.now()
    terms = terms_of(session, occurrence.event_id)
    if terms is None or policy.is_off(occurrence) or occurrence.starts_at <= present:
        return
    session.flush()
    line = (
        select(Registration)
        .join(Member, Member.id == Registration.member_id)
        .where(
            Registration.occurrence_id == occurrence.id,
            Registration.standing == Standing.WAITING,
            rule.reached(Member.id, occurrence.event.audience_id),
            active(present),
        )
        .order_by(Registration.since, Registration.id)
    )
    if terms.capacity is not None:
        line = line.limit(max(terms.capacity - queries.taken(session, occurrence.id), 0))
    for registration in session.scalars(line).all():
        registration.standing, registration.since = Standing.COMING, present
        registration.occurrence = occurrence
        record(session, PlaceFound(registration))
