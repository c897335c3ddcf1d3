"""Reads of positions. They take a desk: who is not asked does not know that others are."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from accounts.models import Member
from expertise import rule
from expertise.desk import Desk
from expertise.needs.life import Act as NeedAct
from expertise.needs.life import State as NeedState
from expertise.needs.models import By as NeedBy
from expertise.needs.models import Need, Step
from expertise.needs.queries import with_subjects
from expertise.positions.life import HELD, State
from expertise.positions.models import Note, Position, PositionStep


class Tab(StrEnum):
    """Where those who answer find a need (seeds/003, 4.3 B)."""

    RECEIVED = "received"
    UNDER_WAY = "under_way"
    ARCHIVE = "archive"


OF_NEED = contains_eager(Position.need)
AT_IT = (State.RESERVED, State.INTRODUCED, State.ENGAGED, State.TAKEN)
_IN = {
    Tab.RECEIVED: and_(
        Need.state != NeedState.CLOSED, Position.state.in_((State.WAITING, State.QUEUED))
    ),
    Tab.UNDER_WAY: and_(Need.state != NeedState.CLOSED, Position.state.in_(AT_IT)),
    Tab.ARCHIVE: or_(
        Need.state == NeedState.CLOSED, Position.state.in_((State.DECLINED, State.DONE))
    ),
}


def received(desk: Desk, tab: Tab, before: Position | None = None) -> Select[Position]:
    """What somebody answers, the last sent first; `before`: the last one that was shown."""
    found = _sheets().options(OF_NEED.selectinload(Need.subjects))
    found = found.where(rule.received(desk), _IN[tab])
    if before is not None:
        found = found.where(Position.id < before.id)
    return found.order_by(Position.id.desc())


def position(desk: Desk, position_id: int) -> Select[Position]:
    """One of them: a row for each subject of its need."""
    found = with_subjects(_sheets()).options(OF_NEED.contains_eager(Need.subjects))
    return found.where(rule.received(desk), Position.id == position_id)


def _sheets() -> Select[Position]:
    return (
        select(Position)
        .join(Position.need)
        .options(
            OF_NEED.joinedload(Need.programme),
            OF_NEED.joinedload(Need.commune),
            joinedload(Position.institution),
            joinedload(Position.expert),
        )
    )


def counts(session: Session, desk: Desk) -> dict[Tab, int]:
    """How many each tab holds, the archive apart: it only grows."""
    return {tab: _count(session, desk, tab) for tab in (Tab.RECEIVED, Tab.UNDER_WAY)}


def _count(session: Session, desk: Desk, tab: Tab) -> int:
    return session.scalar(_counted(desk, tab)) or 0


def _counted(desk: Desk, tab: Tab) -> Select[int]:
    held = select(func.count()).select_from(Position).join(Position.need)
    return held.where(rule.received(desk), _IN[tab])


def to_answer(desk: Desk) -> Select[int]:
    """How many needs wait for their answer."""
    return _counted(desk, Tab.RECEIVED)


def held(session: Session, positions: Collection[Position]) -> frozenset[int]:
    """Of these, those whose need another holds: one sees the lock, not whose it is."""
    rows = session.execute(
        select(Position.need_id, Position.id).where(
            Position.need_id.in_({one.need_id for one in positions}), Position.state.in_(HELD)
        )
    )
    holders = {row[0]: row[1] for row in rows}
    return frozenset(one.id for one in positions if holders.get(one.need_id, one.id) != one.id)


def of_need(need: Need) -> Select[Position]:
    """All that was sent of a need that was found: for its team."""
    return (
        select(Position)
        .where(Position.need_id == need.id)
        .options(joinedload(Position.institution), joinedload(Position.expert))
        .order_by(Position.id)
    )


def steps(found: Position) -> Select[PositionStep, Member | None]:
    """What happened to a position that was found, and who did it, in order."""
    return (
        select(PositionStep, Member)
        .outerjoin(Member, Member.id == PositionStep.member_id)
        .where(PositionStep.position_id == found.id)
        .order_by(PositionStep.id)
    )


def added(need: Need) -> Select[Step]:
    """What the company added to a need that was found: those who answer read it too."""
    return (
        select(Step)
        .where(Step.need_id == need.id, Step.act == NeedAct.ADD, Step.by == NeedBy.COMPANY)
        .order_by(Step.id)
    )


def said_by_company(session: Session, position: Position) -> tuple[list[Step], list[Step]]:
    """What the company added to a need, and what it corrected since it was sent. One query."""
    acts = (NeedAct.ADD, NeedAct.EDIT, NeedAct.REWRITE)
    said = session.scalars(
        select(Step)
        .where(Step.need_id == position.need_id, Step.by == NeedBy.COMPANY, Step.act.in_(acts))
        .order_by(Step.id)
    ).all()
    return (
        [one for one in said if one.act is NeedAct.ADD],
        [one for one in said if one.act is not NeedAct.ADD and one.at > position.sent_at],
    )


def notes(need: Need) -> Select[Note]:
    """What those who answer a need that was found tell each other, in order."""
    return (
        select(Note)
        .where(Note.need_id == need.id)
        .options(joinedload(Note.institution), joinedload(Note.member))
        .order_by(Note.id)
    )


@dataclass(frozen=True, slots=True)
class Meeting:
    """Who calls a company, for itself."""

    words: str
    """Their name, their institution, how to reach them."""
    asks: bool
    """Whether the company has still to say that this is the right person."""
    agrees: bool


MET = (State.INTRODUCED, State.ENGAGED)
"""Where the company knows who calls it."""


def meeting(found: Position | None, need: Need) -> Meeting | None:
    """What the company of a need reads of who was introduced to it."""
    if found is None or found.state not in MET or need.state is not NeedState.OPEN:
        return None
    asks = found.state is State.INTRODUCED and not found.company_agrees
    return Meeting(found.caller, asks, found.company_agrees)
