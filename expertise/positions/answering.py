"""Answering a need: reserve, wait for one's turn, take charge, decline; and who comes next."""

from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from core import clock, text, working_days
from core.refusals import Refused
from expertise import rule
from expertise.desk import Desk
from expertise.needs import actions as needs
from expertise.needs.life import Act as NeedAct
from expertise.needs.models import By as NeedBy
from expertise.needs.models import Need
from expertise.positions import life, policy
from expertise.positions.life import HELD, Act, State
from expertise.positions.models import By, Position, PositionStep
from expertise.positions.policy import Around
from expertise.positions.sending import tell
from expertise.programmes.models import Way

LONGEST_WORDS = 1_000
AGREEMENTS = ("company_agrees", "institution_agrees")
NEEDS_WORDS = frozenset({Act.EXTEND, Act.PART})
"""What cannot be done without saying why."""


def answer(session: Session, desk: Desk, position: Position, act: Act, words: str = "") -> None:
    """Reserve, join or leave the waiting list, extend, take charge, decline, come back.

    Raises Refused: "not-asked", "need-held" for a reservation that comes second,
    "reserved-too-often" when theirs ran out before, "position-elsewhere", "words-missing",
    "body-too-long".
    """
    if not policy.answers_for(desk, position):
        raise Refused("not-asked")
    carry_out(session, position, act, words, member_id=desk.member_id)


def carry_out(
    session: Session, position: Position, act: Act, words: str, *, member_id: int | None
) -> None:
    """The same, once it is settled who answers: the link of a mail is such a proof."""
    words = said(position, act, words)
    hold(session, position)
    beside = around(session, position)
    if act in {Act.RESERVE, Act.QUEUE} and beside.is_spent:
        raise Refused("reserved-too-often")
    if act is Act.RESERVE and beside.held:
        raise Refused("need-held")
    if not policy.may(position, act, beside):
        raise Refused("position-elsewhere")
    held = position.state in HELD
    present = clock.now()
    settle(position, act, present)
    if act is Act.RESERVE:
        position.extended = beside.ran_out > 0
    position.answered_at = position.answered_at or present
    tell(session, position, act, By.EXPERT, words, member_id=member_id)
    session.flush()
    if act is Act.TAKE:
        will_call(session, position)
    if held and position.state not in HELD:
        promote(session, position.need)


def said(position: Position, act: Act, words: str) -> str:
    """What was said with an act: where several take charge, one says why one declines."""
    words = text.plain(words).strip()
    why_not = act is Act.DECLINE and position.need.way is Way.COOPERATIVE
    if not words and (act in NEEDS_WORDS or why_not):
        raise Refused("words-missing")
    if len(words) > LONGEST_WORDS:
        raise Refused("body-too-long", longest=LONGEST_WORDS)
    return words


def hold(session: Session, position: Position) -> None:
    """Hold its need, then read where it stands: who comes second finds what the first did."""
    needs.hold(session, position.need)
    session.refresh(position, ["state", "due_at", "extended", *AGREEMENTS])


def around(session: Session, position: Position) -> Around:
    """What stands around a position: who holds its need, and how many of the reservations of its
    institution ran out since it was asked. One query.
    """
    other, theirs = aliased(Position), aliased(Position)
    held = exists().where(
        other.need_id == position.need_id, other.id != position.id, other.state.in_(HELD)
    )
    ran_out = (
        select(func.count())
        .select_from(PositionStep)
        .join(theirs, theirs.id == PositionStep.position_id)
        .where(
            theirs.need_id == position.need_id,
            theirs.institution_id == position.institution_id,
            PositionStep.act == Act.EXPIRE,
            PositionStep.at >= theirs.sent_at,
        )
    )
    if position.need.opened_at is not None:
        ran_out = ran_out.where(PositionStep.at >= position.need.opened_at)
    row = session.execute(select(held, ran_out.scalar_subquery())).one()
    return Around(held=bool(row[0]), ran_out=row[1] or 0)


def settle(position: Position, act: Act, present: datetime) -> None:
    """Where a position stands then, and what goes with it."""
    position.state = life.after(position.state, act)
    programme = position.need.programme
    if act in {Act.RESERVE, Act.PROMOTE}:
        position.due_at = working_days.after(present, programme.reservation_days)
        position.extended = False
    elif act is Act.EXTEND and position.due_at:
        position.due_at = working_days.after(position.due_at, programme.extension_days)
        position.extended = True
    elif position.state is not State.RESERVED:
        position.due_at = None
    position.queued_at = present if position.state is State.QUEUED else None
    if position.state not in {State.INTRODUCED, State.ENGAGED}:
        position.company_agrees = position.institution_agrees = False


def promote(session: Session, need: Need) -> None:
    """Who has waited longest holds a need that was let go of."""
    first = session.scalar(
        select(Position)
        .join(Position.need)
        .where(Position.need_id == need.id, Position.state == State.QUEUED, rule.open_to())
        .order_by(Position.queued_at, Position.id)
        .limit(1)
        .execution_options(populate_existing=True)
    )
    if first is not None:
        settle(first, Act.PROMOTE, clock.now())
        first.extended = around(session, first).ran_out > 0
        tell(session, first, Act.PROMOTE, By.HOUSE)
        session.flush()


def will_call(session: Session, position: Position) -> None:
    """The company reads who will call it."""
    needs.move(session, position.need, NeedAct.CALL, NeedBy.INSTITUTION, position.caller)
