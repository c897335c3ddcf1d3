"""What happened on some days, read from where it is kept: one counter for each kind of trace."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, aliased

from accounts.models import Acceptance, Charter, Invitation, Member, Visit
from agenda.models import Event
from core import clock
from core.clock import day_of, midnight
from core.outbox import Mail
from figures.circles import NOBODY, Circle, People
from figures.measures import DELAYS, HOURS, Measure
from figures.models import Tally
from forum.models import Post, Section, State, Topic
from resources.models import Document, Opening

IN_TIME = timedelta(hours=48)
WEEK, MONTH = timedelta(days=7), timedelta(days=30)

Seen = tuple[date, Measure, Circle, int]
"""On that day, so much of that for the members of that circle."""


@dataclass(frozen=True)
class Span:
    """Days to count, the first and the last included."""

    first: date
    last: date

    @property
    def days(self) -> list[date]:
        """Each of them."""
        return [
            self.first + timedelta(days=one) for one in range((self.last - self.first).days + 1)
        ]

    @cached_property
    def begins(self) -> datetime:
        """Its first instant."""
        return midnight(self.first)

    @cached_property
    def ends(self) -> datetime:
        """The first instant after it."""
        return midnight(self.last + timedelta(days=1))


Read = Callable[[Session, Span, People], Iterator[Seen]]


def members(session: Session, span: Span, people: People) -> Iterator[Seen]:
    """How many accounts there were on each day, and those that were new."""
    joined: defaultdict[Circle, list[date]] = defaultdict(list)
    for member_id, created_at in session.execute(
        select(Member.id, Member.created_at).where(Member.created_at < span.ends)
    ):
        joined[people.of(member_id)].append(day_of(created_at))
    for circle, arrivals in joined.items():
        arrivals.sort()
        for day in span.days:
            before = bisect_left(arrivals, day)
            there = bisect_left(arrivals, day + timedelta(days=1))
            yield day, Measure.MEMBERS, circle, there
            yield day, Measure.JOINED, circle, there - before


def charter(session: Session, span: Span, people: People) -> Iterator[Seen]:
    """How many had accepted the charter in force on each day."""
    versions = session.execute(
        select(Charter.id, Charter.published_at)
        .where(Charter.published_at < span.ends)
        .order_by(Charter.number)
    ).all()
    in_force = {
        day: next((one.id for one in reversed(versions) if day_of(one.published_at) <= day), None)
        for day in span.days
    }
    accepted: defaultdict[tuple[int, Circle], list[date]] = defaultdict(list)
    for member_id, charter_id, accepted_at in session.execute(
        select(Acceptance.member_id, Acceptance.charter_id, Acceptance.accepted_at).where(
            Acceptance.charter_id.in_(set(in_force.values()) - {None}),
            Acceptance.accepted_at < span.ends,
        )
    ):
        accepted[charter_id, people.of(member_id)].append(day_of(accepted_at))
    for (charter_id, circle), days in accepted.items():
        days.sort()
        for day in span.days:
            if in_force[day] == charter_id:
                number = bisect_left(days, day + timedelta(days=1))
                yield day, Measure.CHARTER, circle, number


def visits(session: Session, span: Span, people: People) -> Iterator[Seen]:
    """Who came on each day, and who was seen in the week and in the month that end there."""
    came: defaultdict[date, list[tuple[int, bool]]] = defaultdict(list)
    for member_id, day, by_mail in session.execute(
        select(Visit.member_id, Visit.day, Visit.by_mail).where(
            Visit.day > span.first - MONTH, Visit.day <= span.last
        )
    ):
        came[day].append((member_id, by_mail))
    last_seen: dict[int, date] = {}
    for day in Span(span.first - MONTH + timedelta(days=1), span.last).days:
        for member_id, by_mail in came[day]:
            last_seen[member_id] = day
            if day >= span.first:
                yield day, Measure.VISITS, people.of(member_id), 1
                if by_mail:
                    yield day, Measure.MAIL_VISITS, people.of(member_id), 1
        if day >= span.first:
            yield from _active(day, last_seen, people)


def _active(day: date, last_seen: dict[int, date], people: People) -> Iterator[Seen]:
    week, month = Counter[Circle](), Counter[Circle]()
    for member_id, seen in last_seen.items():
        if seen > day - MONTH:
            circle = people.of(member_id)
            month[circle] += 1
            if seen > day - WEEK:
                week[circle] += 1
    for measure, counted in ((Measure.ACTIVE_WEEK, week), (Measure.ACTIVE_MONTH, month)):
        for circle, number in counted.items():
            yield day, measure, circle, number


def invitations(session: Session, span: Span, people: People) -> Iterator[Seen]:
    """Who was invited, where they are awaited."""
    for at, networks, territories in session.execute(
        select(Invitation.created_at, Invitation.network_ids, Invitation.territory_ids).where(
            Invitation.created_at >= span.begins, Invitation.created_at < span.ends
        )
    ):
        yield day_of(at), Measure.INVITED, people.placed(networks, territories), 1


def _first_answer(topic: type[Topic]) -> tuple[type[Post], object]:
    answer = aliased(Post)
    return answer, and_(
        answer.topic_id == topic.id,
        answer.number > 0,
        answer.state == State.VISIBLE,
        answer.author_id != topic.author_id,
    )


def topics(session: Session, span: Span, people: People) -> Iterator[Seen]:
    """Questions that can be read, and whether somebody else answered within 48 hours."""
    answer, answers = _first_answer(Topic)
    asked = (
        select(Topic.author_id, Topic.created_at, func.min(answer.created_at))
        .outerjoin(answer, answers)  # type: ignore[arg-type]
        .where(
            Topic.created_at >= span.begins,
            Topic.created_at < span.ends,
            Topic.section == Section.FORUM,
            Topic.state == State.VISIBLE,
            Topic.merged_into_id.is_(None),
        )
        .group_by(Topic.id, Topic.author_id, Topic.created_at)
    )
    present = clock.now()
    for author_id, at, answered_at in session.execute(asked):
        day, circle = day_of(at), people.of(author_id)
        yield day, Measure.TOPICS, circle, 1
        if _in_time(at, answered_at):
            yield day, Measure.ANSWERED_IN_TIME, circle, 1
        elif present - at > IN_TIME:
            yield day, Measure.ANSWERED_LATE, circle, 1


def _in_time(asked_at: datetime, answered_at: datetime | None) -> bool:
    return answered_at is not None and answered_at - asked_at <= IN_TIME


def answers(session: Session, span: Span, people: People) -> Iterator[Seen]:
    """Answers that can be read."""
    for author_id, at in session.execute(
        select(Post.author_id, Post.created_at)
        .join(Topic, Topic.id == Post.topic_id)
        .where(
            Post.created_at >= span.begins,
            Post.created_at < span.ends,
            Post.number > 0,
            Post.state == State.VISIBLE,
            Topic.section == Section.FORUM,
            Topic.state == State.VISIBLE,
        )
    ):
        yield day_of(at), Measure.ANSWERS, people.of(author_id), 1


def first_answers(session: Session, span: Span, people: People) -> Iterator[Seen]:
    """How long the questions that were answered for the first time had waited."""
    answer, answers = _first_answer(Topic)
    moved = select(Post.topic_id).where(
        Post.created_at >= span.begins, Post.created_at < span.ends, Post.number > 0
    )
    answered = (
        select(Topic.author_id, Topic.created_at, func.min(answer.created_at).label("at"))
        .join(answer, answers)  # type: ignore[arg-type]
        .where(
            Topic.id.in_(moved),
            Topic.section == Section.FORUM,
            Topic.state == State.VISIBLE,
            Topic.merged_into_id.is_(None),
        )
        .group_by(Topic.id, Topic.author_id, Topic.created_at)
    )
    for author_id, asked_at, at in session.execute(answered):
        if not span.begins <= at < span.ends:
            continue
        waited, circle = at - asked_at, people.of(author_id)
        yield day_of(at), Measure.DELAY_MINUTES, circle, int(waited.total_seconds()) // 60
        yield day_of(at), DELAYS[bisect_left(HOURS, waited.total_seconds() / 3600)], circle, 1


def documents(session: Session, span: Span, people: People) -> Iterator[Seen]:
    """Documents deposited that can still be found."""
    for owner_id, at in session.execute(
        select(Document.owner_id, Document.deposited_at).where(
            Document.deposited_at >= span.begins,
            Document.deposited_at < span.ends,
            Document.withdrawn_at.is_(None),
        )
    ):
        yield day_of(at), Measure.DOCUMENTS, people.of(owner_id), 1


def openings(session: Session, span: Span, people: People) -> Iterator[Seen]:
    """Documents opened by others than their owners."""
    for member_id, day, number in session.execute(
        select(Opening.member_id, Opening.day, func.count())
        .where(Opening.day >= span.first, Opening.day <= span.last)
        .group_by(Opening.member_id, Opening.day)
    ):
        yield day, Measure.OPENINGS, people.of(member_id), number


def events(session: Session, span: Span, people: People) -> Iterator[Seen]:
    """Dates announced that can still be found, those that were cancelled among them."""
    for owner_id, at in session.execute(
        select(Event.owner_id, Event.created_at).where(
            Event.created_at >= span.begins,
            Event.created_at < span.ends,
            Event.withdrawn_at.is_(None),
        )
    ):
        yield day_of(at), Measure.EVENTS, people.of(owner_id), 1


def mails(session: Session, span: Span, people: People) -> Iterator[Seen]:
    """Mails that left, to members and to those who are invited."""
    for member_id, at in session.execute(
        select(Member.id, Mail.sent_at)
        .select_from(Mail)
        .outerjoin(Member, Member.email == func.lower(Mail.to_address))
        .where(Mail.sent_at >= span.begins, Mail.sent_at < span.ends)
    ):
        if at is not None:
            yield day_of(at), Measure.MAILS, people.of(member_id), 1


def tallies(session: Session, span: Span, _people: People) -> Iterator[Seen]:
    """What was counted as it happened."""
    for measure, day, times in session.execute(
        select(Tally.measure, Tally.day, Tally.times).where(
            Tally.day >= span.first, Tally.day <= span.last
        )
    ):
        yield day, Measure(measure), NOBODY, times


COUNTERS: tuple[Read, ...] = (
    members,
    charter,
    visits,
    invitations,
    topics,
    answers,
    first_answers,
    documents,
    openings,
    events,
    mails,
    tallies,
)

Counts = dict[date, dict[Circle, Counter[Measure]]]


def counted(
    session: Session, span: Span, people: People, counters: Iterable[Read] = COUNTERS
) -> Counts:
    """All that these days saw, by circle."""
    found: Counts = {day: defaultdict(Counter) for day in span.days}
    for counter in counters:
        for day, measure, circle, number in counter(session, span, people):
            if number:
                found[day][circle][measure] += number
    return found
