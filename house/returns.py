"""Addresses on hold: who sees them, and how they are written to again."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from access.viewers import Viewer
from accounts.models import Member
from accounts.policy import needs_administrator
from core import bounces
from core.bounces import Bounce, Hold
from core.facts import record
from house.facts import HoldLifted

PER_PAGE = 50


def holds(viewer: Viewer, before: int | None = None) -> Select[Hold]:
    """The addresses on hold, the last first."""
    needs_administrator(viewer)
    page = select(Hold).order_by(Hold.id.desc()).limit(PER_PAGE + 1)
    return page.where(Hold.id < before) if before else page


def hold(viewer: Viewer, hold_id: int) -> Select[Hold]:
    """One of them."""
    needs_administrator(viewer)
    return select(Hold).where(Hold.id == hold_id)


def returned(viewer: Viewer, mail_id: int) -> Select[Bounce]:
    """How a mail came back."""
    needs_administrator(viewer)
    return select(Bounce).where(Bounce.mail_id == mail_id)


def hold_of(address: str) -> Select[Hold]:
    """That of one address, shown to its member and to administrators."""
    return select(Hold).where(Hold.address == address)


def lift(session: Session, viewer: Viewer, held: Hold, *, by: Member) -> None:
    """Write to an address again."""
    needs_administrator(viewer)
    bounces.lift(session, held)
    record(session, HoldLifted(by, held.address))


def lift_own(session: Session, member: Member) -> None:
    """A member says that their address works. If it does not, two mails put it on hold again."""
    held = session.scalar(hold_of(member.email))
    if held is not None:
        bounces.lift(session, held)
        record(session, HoldLifted(member, held.address))
