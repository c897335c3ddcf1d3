"""Reads of polls of dates. Each takes a viewer and starts from what they may see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from access import rule
from access.viewers import Viewer
from accounts.models import Member
from accounts.queries import active
from agenda.attending.models import Registration, Standing
from agenda.models import Event, Occurrence
from agenda.polls.models import Choice, Poll, Reply, Slot, Suits
from agenda.queries import seen as event_seen
from core import clock

PER_PAGE = 30
PEOPLE_PER_PAGE = 50
FEW = 50
"""Those whom a poll reaches may be named to who proposed it while they are no more than that."""
MOST_CONFLICTS = 200


class Show(StrEnum):
    """Which polls a list has."""

    OPEN = "open"
    MINE = "mine"
    CLOSED = "closed"


def seen(viewer: Viewer) -> ColumnElement[bool]:
    """The polls that exist for this viewer."""
    return and_(Poll.visible_to(viewer), Poll.withdrawn_at.is_(None))


def poll(viewer: Viewer, poll_id: int) -> Select[Poll]:
    """One poll, with who proposed it and the date that it became, if that is seen."""
    return (
        select(Poll)
        .options(joinedload(Poll.owner), joinedload(Poll.event.and_(event_seen(viewer))))
        .where(Poll.id == poll_id, seen(viewer))
    )


def withdrawn(viewer: Viewer, poll_id: int) -> Select[Poll]:
    """A poll that was taken away, for who may give it back."""
    return select(Poll).where(Poll.id == poll_id, Poll.withdrawn_for(viewer))


def slots(poll_id: int) -> Select[Slot]:
    """The slots of a poll that was found, in order."""
    return (
        select(Slot).where(Slot.poll_id == poll_id).order_by(Slot.starts_at, Slot.ends_at, Slot.id)
    )


def slot(poll_id: int, slot_id: int) -> Select[Slot]:
    """One slot of a poll that was found."""
    return select(Slot).where(Slot.poll_id == poll_id, Slot.id == slot_id)


# --- lists ---------------------------------------------------------------------------------------


def _to_come() -> ColumnElement[bool]:
    return select(Slot.id).where(Slot.poll_id == Poll.id, Slot.starts_at > clock.now()).exists()


def is_open() -> ColumnElement[bool]:
    """The polls that can be answered."""
    return and_(
        Poll.closed_at.is_(None),
        or_(Poll.until.is_(None), Poll.until >= clock.today()),
        _to_come(),
    )


def _answered(member_id: int) -> ColumnElement[bool]:
    mine = select(Reply.id).where(Reply.poll_id == Poll.id, Reply.member_id == member_id)
    return mine.exists()


def awaiting(viewer: Viewer) -> Select[int]:
    """How many polls await the viewer's answer."""
    return select(func.count(Poll.id)).where(
        seen(viewer), is_open(), ~_answered(viewer.member_id), Poll.owner_id != viewer.member_id
    )


@dataclass(frozen=True, slots=True)
class Line:
    """A poll in a list."""

    poll: Poll
    slots: int
    replies: int
    answered: bool
    """By the viewer."""
    open: bool


def listed(
    session: Session, viewer: Viewer, show: Show, before: int | None = None
) -> Sequence[Line]:
    """The polls of a list, the last proposed first; one more than a page. One query."""
    wanted = {
        Show.OPEN: is_open(),
        Show.MINE: Poll.owner_id == viewer.member_id,
        Show.CLOSED: ~is_open(),
    }
    proposed = select(func.count(Slot.id)).where(Slot.poll_id == Poll.id).scalar_subquery()
    replies = select(func.count(Reply.id)).where(Reply.poll_id == Poll.id).scalar_subquery()
    found = (
        select(Poll, proposed, replies, _answered(viewer.member_id), is_open())
        .options(joinedload(Poll.owner), joinedload(Poll.event.and_(event_seen(viewer))))
        .where(seen(viewer), wanted[show])
        .order_by(Poll.id.desc())
        .limit(PER_PAGE + 1)
    )
    if before is not None:
        found = found.where(Poll.id < before)
    return [
        Line(one, slots, answers, bool(answered), bool(still_open))
        for one, slots, answers, answered, still_open in session.execute(found)
    ]


# --- answers -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tally:
    """How a slot suits those who answered."""

    yes: int = 0
    if_needed: int = 0
    no: int = 0


def tallied(session: Session, poll_id: int) -> tuple[list[Slot], dict[int, Tally]]:
    """The slots of a poll that was found, in order, and how each suits. One query."""

    def counted(suits: Suits) -> ScalarSelect[int]:
        return (
            select(func.count())
            .where(Choice.slot_id == Slot.id, Choice.suits == suits)
            .scalar_subquery()
        )

    rows = session.execute(slots(poll_id).add_columns(*(counted(one) for one in Suits))).all()
    return [row[0] for row in rows], {row[0].id: Tally(*row[1:]) for row in rows}


def best(slots: Sequence[Slot], found: Mapping[int, Tally]) -> set[int]:
    """The slots that suit most people: the most yes and “if need be”, then the most yes."""

    def weight(one: Slot) -> tuple[int, int]:
        tally = found.get(one.id, Tally())
        return tally.yes + tally.if_needed, tally.yes

    most = max(map(weight, slots), default=(0, 0))
    return {one.id for one in slots if weight(one) == most} if most[0] else set()


@dataclass(frozen=True, slots=True)
class Answered:
    """Somebody's answer."""

    reply: Reply
    suits: Mapping[int, Suits]
    """Slot → how it suits them."""


def replies(session: Session, viewer: Viewer, poll_id: int, after: int = 0) -> list[Answered]:
    """What was answered: the viewer first, then in order; one more than a page. Two queries."""
    mine = Reply.member_id == viewer.member_id
    found = session.scalars(
        select(Reply)
        .options(joinedload(Reply.member))
        .where(Reply.poll_id == poll_id, or_(mine, Reply.id > after))
        .order_by(case((mine, 0), else_=1), Reply.id)
        .limit(PEOPLE_PER_PAGE + 1)
    ).all()
    suits: dict[int, dict[int, Suits]] = {}
    chosen = select(Choice).where(Choice.reply_id.in_([one.id for one in found]))
    for one in session.scalars(chosen):
        suits.setdefault(one.reply_id, {})[one.slot_id] = one.suits
    return [Answered(one, suits.get(one.id, {})) for one in found]


def reached(poll: Poll) -> Select[Member]:
    """Those whom a poll asks, whether or not they answered: all who see it but who proposed it."""
    return select(Member).where(
        rule.reached(Member.id, poll.audience_id), active(clock.now()), Member.id != poll.owner_id
    )


def silent(session: Session, poll: Poll) -> list[Member] | None:
    """Those who have not answered, by name; None when the poll reaches too many to name them."""
    few = reached(poll).order_by(Member.name_key, Member.id).limit(FEW + 1)
    said = select(Reply.id).where(Reply.poll_id == poll.id, Reply.member_id == Member.id).exists()
    rows = session.execute(few.add_columns(said)).all()
    return None if len(rows) > FEW else [member for member, answered in rows if not answered]


# --- what the viewer has already -----------------------------------------------------------------


def conflicts(
    session: Session, viewer: Viewer, slots: Sequence[Slot]
) -> dict[int, list[Occurrence]]:
    """Slot → the dates of the same time that the viewer comes to, waits for or organises."""
    if not slots:
        return {}
    mine = and_(
        Registration.occurrence_id == Occurrence.id, Registration.member_id == viewer.member_id
    )
    found = session.scalars(
        select(Occurrence)
        .join(Occurrence.event)
        .outerjoin(Registration, mine)
        .options(contains_eager(Occurrence.event))
        .where(
            event_seen(viewer),
            Event.cancelled_at.is_(None),
            Occurrence.cancelled_at.is_(None),
            or_(
                Registration.standing.in_([Standing.COMING, Standing.WAITING]),
                and_(Event.owner_id == viewer.member_id, Registration.id.is_(None)),
            ),
            or_(*(_at_the_same_time(one) for one in slots)),
        )
        .order_by(Occurrence.starts_at, Occurrence.id)
        .limit(MOST_CONFLICTS)
    ).all()
    return {one.id: [other for other in found if _overlap(one, other)] for one in slots}


def _at_the_same_time(slot: Slot) -> ColumnElement[bool]:
    """A date that has only a beginning takes that instant."""
    return and_(
        Occurrence.starts_at < slot.ends_at,
        or_(Occurrence.ends_at > slot.starts_at, Occurrence.starts_at >= slot.starts_at),
    )


def _overlap(slot: Slot, other: Occurrence) -> bool:
    return other.starts_at < slot.ends_at and (
        other.ends_at > slot.starts_at or other.starts_at >= slot.starts_at
    )
