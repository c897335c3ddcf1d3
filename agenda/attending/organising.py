"""What organisers do: open registrations, ask questions, see who came, write to all."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from access.viewers import Viewer
from accounts.facts import Exported
from accounts.models import Member
from agenda.attending import actions, policy, queries
from agenda.attending.facts import Opened, PlaceTaken, Written
from agenda.attending.models import (
    Answer,
    Message,
    Question,
    Registration,
    Standing,
    Terms,
)
from agenda.facts import Divided
from agenda.models import WHY_LENGTH, Event, Occurrence
from core import clock, text
from core.facts import record
from core.refusals import Refused
from directory.entries import one_line
from directory.questions import QuestionKind

MOST_PLACES = 10_000
MOST_DAYS = 365
MOST_QUESTIONS = 20
MOST_CHOICES = 20
LONGEST_QUESTION = 200
LONGEST_MESSAGE = 5_000
MESSAGES_A_DAY = 3
"""To those who come to one date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidOfTerms:
    """How one registers, as it was typed."""

    is_open: bool
    capacity: int | None = None
    days_before: int | None = None
    waiting_list: bool = True


def _organises(viewer: Viewer, event: Event) -> None:
    if not policy.may_organise(viewer, event):
        raise Refused("not-yours")


def set_terms(session: Session, event: Event, said: SaidOfTerms, *, by: Viewer) -> Terms:
    """Say how one registers. More places go at once to those who wait; fewer take none back.

    Raises Refused("not-yours"), Refused("capacity-unknown"), Refused("days-unknown").
    """
    _organises(by, event)
    if said.capacity is not None and not 1 <= said.capacity <= MOST_PLACES:
        raise Refused("capacity-unknown", most=MOST_PLACES)
    if said.days_before is not None and not 0 <= said.days_before <= MOST_DAYS:
        raise Refused("days-unknown", most=MOST_DAYS)
    terms = session.get(Terms, event.id)
    if terms is None:
        terms = Terms(event_id=event.id)
        session.add(terms)
    if said.is_open and not terms.is_open:
        record(session, Opened(event))
    terms.is_open, terms.capacity = said.is_open, said.capacity
    terms.days_before, terms.waiting_list = said.days_before, said.waiting_list
    session.flush()
    for occurrence_id in session.scalars(awaited().where(Occurrence.event_id == event.id)).all():
        actions.promote(session, actions.hold(session, occurrence_id))
    return terms


def awaited() -> Select[int]:
    """The dates to come at which somebody waits for a place, always in one order."""
    waits = (
        select(Registration.id)
        .where(
            Registration.occurrence_id == Occurrence.id,
            Registration.standing == Standing.WAITING,
        )
        .exists()
    )
    return (
        select(Occurrence.id)
        .where(Occurrence.starts_at > clock.now(), waits)
        .order_by(Occurrence.id)
    )


def ask(
    session: Session,
    event: Event,
    *,
    kind: QuestionKind,
    words: str,
    choices: str = "",
    required: bool,
    by: Viewer,
) -> Question:
    """Ask something of those who register from now on.

    Raises Refused: "not-yours", "question-empty", "question-too-long", "choices-few",
    "too-many-questions".
    """
    _organises(by, event)
    said = one_line(words, "question-too-long", LONGEST_QUESTION)
    if not said:
        raise Refused("question-empty")
    offered = [
        line for line in (" ".join(one.split()) for one in text.plain(choices).splitlines()) if line
    ]
    offered = list(dict.fromkeys(offered))
    if kind is QuestionKind.CHOICE and not 2 <= len(offered) <= MOST_CHOICES:
        raise Refused("choices-few", most=MOST_CHOICES)
    if any(len(one) > LONGEST_QUESTION for one in offered):
        raise Refused("question-too-long", longest=LONGEST_QUESTION)
    if len(queries.questions(session, event.id)) >= MOST_QUESTIONS:
        raise Refused("too-many-questions", most=MOST_QUESTIONS)
    question = Question(
        event_id=event.id,
        kind=kind,
        words=said,
        choices="\n".join(offered) if kind is QuestionKind.CHOICE else "",
        required=required,
        retired=False,
    )
    session.add(question)
    return question


def retire(session: Session, event: Event, question_id: int, *, by: Viewer) -> None:
    """Ask it no more: what was answered stays, what nobody answered goes.

    Raises Refused("not-yours"), Refused("nothing-to-do").
    """
    _organises(by, event)
    question = session.get(Question, question_id)
    if question is None or question.event_id != event.id or question.retired:
        raise Refused("nothing-to-do")
    answered = select(Answer.registration_id).where(Answer.question_id == question_id).limit(1)
    if session.scalar(answered) is None:
        session.delete(question)
    else:
        question.retired = True


def take_off(
    session: Session, occurrence_id: int, registration_id: int, why: str, *, by: Viewer
) -> None:
    """Take somebody off the list of a date: they are told why, and the first who waits comes.

    Raises Refused("not-yours"), Refused("nothing-to-do"), Refused("words-too-long").
    """
    occurrence = actions.hold(session, occurrence_id)
    _organises(by, occurrence.event)
    registration = session.get(Registration, registration_id)
    if registration is None or registration.occurrence_id != occurrence.id:
        raise Refused("nothing-to-do")
    if registration.standing is Standing.DECLINED:
        raise Refused("nothing-to-do")
    said = one_line(why, "words-too-long", WHY_LENGTH)
    actions.leave(session, occurrence, registration)
    record(session, PlaceTaken(registration, said))


def note_who_came(
    session: Session, occurrence: Occurrence, came: Collection[int], *, by: Viewer
) -> None:
    """Note who came among those who were to: `came`, the ids of their registrations.

    Raises Refused("not-yours"), Refused("date-to-come").
    """
    _organises(by, occurrence.event)
    if occurrence.starts_at > clock.now():
        raise Refused("date-to-come")
    session.execute(
        update(Registration)
        .where(
            Registration.occurrence_id == occurrence.id,
            Registration.standing == Standing.COMING,
        )
        .values(came=Registration.id.in_(list(came)))
        .execution_options(synchronize_session=False)
    )


def note_export(
    session: Session, occurrence: Occurrence, *, by: Member, viewer: Viewer, lines: int
) -> None:
    """Keep in the trail that the list of a date left as a file. Raises Refused("not-yours")."""
    _organises(viewer, occurrence.event)
    record(session, Exported(by, "registrations", {"lines": lines}))


def write(session: Session, occurrence_id: int, words: str, *, by: Viewer) -> Message:
    """Write to all those who come to a date; a few times a day at most.

    Raises Refused: "not-yours", "body-empty", "body-too-long", "nobody-comes", "written-enough".
    """
    occurrence = actions.hold(session, occurrence_id)
    _organises(by, occurrence.event)
    said = text.plain(words).strip()
    if not said:
        raise Refused("body-empty")
    if len(said) > LONGEST_MESSAGE:
        raise Refused("body-too-long", longest=LONGEST_MESSAGE)
    if not queries.taken(session, occurrence.id):
        raise Refused("nobody-comes")
    lately = select(func.count()).where(
        Message.occurrence_id == occurrence.id,
        Message.sent_at > clock.now() - timedelta(days=1),
    )
    if (session.scalar(lately) or 0) >= MESSAGES_A_DAY:
        raise Refused("written-enough", most=MESSAGES_A_DAY)
    message = Message(
        occurrence_id=occurrence.id, author_id=by.member_id, words=said, sent_at=clock.now()
    )
    session.add(message)
    record(session, Written(message))
    return message


def on_divided(session: Session, fact: Divided) -> None:
    """A series was cut: see copy_terms."""
    copy_terms(session, fact.event.id, fact.follows.id)


def copy_terms(session: Session, event_id: int, follows_id: int) -> None:
    """One series became two: the second asks the same, and answers follow their dates."""
    terms = session.get(Terms, event_id)
    if terms is None:
        return
    kept = ("is_open", "capacity", "days_before", "waiting_list")
    session.add(Terms(event_id=follows_id, **{name: getattr(terms, name) for name in kept}))
    theirs = (
        select(Registration.id)
        .join(Occurrence, Occurrence.id == Registration.occurrence_id)
        .where(Occurrence.event_id == follows_id)
    )
    said = ("kind", "words", "choices", "required", "retired")
    for question in queries.questions(session, event_id, every=True):
        copy = Question(event_id=follows_id, **{name: getattr(question, name) for name in said})
        session.add(copy)
        session.flush()
        session.execute(
            update(Answer)
            .where(Answer.question_id == question.id, Answer.registration_id.in_(theirs))
            .values(question_id=copy.id)
            .execution_options(synchronize_session=False)
        )
