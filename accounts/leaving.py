"""Closing an account: asked, waited for, taken back (seeds/001: droit de suppression).

What is done on the day stands in accounts.departures.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session

from access.viewers import Role
from accounts import personal, queries
from accounts.facts import ClosingAsked, ClosingCancelled, ClosingReminded
from accounts.models import Closing, Member, WhyClosing
from core import clock
from core.facts import record
from core.jobs import enqueue
from core.refusals import Refused
from core.retention import Rule

LEAVE = "accounts.leave"
DELAY = timedelta(days=14)
"""Between the asking and the closing: time to think again."""
UNUSED_DAYS = 730
WARNED = timedelta(days=30)
"""How long before an unused account closes its member is told."""
REMINDED = timedelta(days=7)
"""And told again."""


def ask_to_close(session: Session, member: Member, *, erases: bool) -> Closing:
    """Have one's account closed after DELAY; asked again, the choice changes and the date stays.

    Raises Refused("last-administrator-stays") when nobody would be left to run the house.
    """
    if runs_the_house_alone(session, member):
        raise Refused("last-administrator-stays")
    closing = session.get(Closing, member.id)
    if closing is None or closing.why is not WhyClosing.ASKED:
        closing = closing or Closing(member_id=member.id)
        session.add(closing)
        closing.why, closing.asked_at = WhyClosing.ASKED, clock.now()
        closing.due_at, closing.reminded_at = closing.asked_at + DELAY, None
    closing.erases = erases
    record(session, ClosingAsked(member, member.email, {"erases": erases}, closing, member))
    return closing


def runs_the_house_alone(session: Session, member: Member) -> bool:
    """Whether nobody else could run the house."""
    if member.role is not Role.ADMINISTRATOR:
        return False
    others = session.scalars(queries.administrators(clock.now()))
    return all(other.id == member.id for other in others)


def closing_of(session: Session, member_id: int) -> Closing | None:
    """The closing that waits for a member, if there is one."""
    return session.get(Closing, member_id)


def stay(session: Session, member: Member, *, by: Member | None) -> None:
    """Take the closing back; nothing happens when there is none, or when it is too late."""
    closing = session.get(Closing, member.id)
    if closing is None or member.left_at is not None:
        return
    session.delete(closing)
    record(session, ClosingCancelled(by, member.email))


def go_on(session: Session, member_id: int, *, at: datetime) -> None:
    """Have the worker close an account whose day has come, or go on emptying it."""
    enqueue(session, LEAVE, {"member_id": member_id}, key=f"{LEAVE}:{member_id}", run_at=at)


# --- the rules -------------------------------------------------------------------------------


def _unused(before: datetime) -> ColumnElement[bool]:
    """Accounts that nobody used since; those who run the house are asked by their colleagues."""
    return (
        Member.left_at.is_(None)
        & (Member.role != Role.ADMINISTRATOR)
        & (func.coalesce(Member.last_visit_at, Member.created_at) < before)
    )


def _to_warn(present: datetime) -> Select[int]:
    long_ago = present - timedelta(days=UNUSED_DAYS)
    waits = exists().where(Closing.member_id == Member.id)
    return select(Member.id).where(_unused(long_ago), ~waits)


def _to_remind(present: datetime) -> Select[int]:
    return select(Closing.member_id).where(
        Closing.why == WhyClosing.UNUSED,
        Closing.reminded_at.is_(None),
        Closing.progress.is_(None),
        Closing.due_at <= present + REMINDED,
    )


def _due(present: datetime) -> Select[int]:
    return select(Closing.member_id).where(Closing.due_at <= present)


def _warn(session: Session, present: datetime) -> None:
    for member in session.scalars(select(Member).where(Member.id.in_(_to_warn(present)))).all():
        closing = Closing(
            member_id=member.id,
            why=WhyClosing.UNUSED,
            erases=False,
            asked_at=present,
            due_at=present + WARNED,
        )
        session.add(closing)
        record(session, ClosingAsked(None, member.email, {"unused": True}, closing, member))


def _remind(session: Session, present: datetime) -> None:
    waiting = select(Closing, Member).join(Member, Member.id == Closing.member_id)
    for closing, member in session.execute(
        waiting.where(Closing.member_id.in_(_to_remind(present)))
    ).all():
        closing.reminded_at = present
        record(session, ClosingReminded(closing, member))


def _close(session: Session, present: datetime) -> None:
    """One row of work each: an account that cannot be closed holds back no other."""
    for member_id in session.scalars(_due(present)).all():
        go_on(session, member_id, at=present)


RULES = (
    Rule("accounts-unused", UNUSED_DAYS, _to_warn, _warn),
    Rule("accounts-reminded", REMINDED.days, _to_remind, _remind),
    Rule("accounts-closing", DELAY.days, _due, _close),
    *personal.RULES,
)
