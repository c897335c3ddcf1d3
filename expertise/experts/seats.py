"""The places at the desk: somebody is named by their work address, and the place waits for them."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from accounts import outside
from accounts.facts import Joined
from accounts.models import Member
from core import addresses, clock
from core.refusals import Refused
from directory.entries import one_line
from expertise.experts.models import DeskSeat
from expertise.programmes.models import Institution


def hold(session: Session, institution_id: int) -> None:
    """One at a time: what is decided of the people of an institution follows what was."""
    session.execute(
        select(Institution.id).where(Institution.id == institution_id).with_for_update()
    )


def take(
    session: Session,
    *,
    institution_id: int,
    expert_id: int | None,
    email: str,
    first_name: str,
    last_name: str,
) -> DeskSeat:
    """A place: to manage the institution, or to answer as one of its experts.

    Raises Refused: "email-unknown", "name-empty", "name-too-long", "already-at-the-desk".
    """
    address = addresses.mail(email)
    first, last = one_line(first_name, "name-too-long"), one_line(last_name, "name-too-long")
    if not (first and last):
        raise Refused("name-empty")
    hold(session, institution_id)
    same = select(DeskSeat.id).where(
        DeskSeat.institution_id == institution_id,
        DeskSeat.expert_id.is_(None) if expert_id is None else DeskSeat.expert_id == expert_id,
        DeskSeat.email == address,
    )
    if session.scalar(same) is not None:
        raise Refused("already-at-the-desk", email=address)
    seat = DeskSeat(
        institution_id=institution_id,
        expert_id=expert_id,
        email=address,
        first_name=first,
        last_name=last,
        since=clock.now(),
    )
    session.add(seat)
    session.flush()
    return seat


def welcome(
    session: Session, seat: DeskSeat, institution: Institution, *, by: Member | None, job: str = ""
) -> None:
    """Whose place it is comes in: it is theirs at once when they have an account, else they are
    invited.

    Raises what accounts.outside.welcome raises.
    """
    theirs = outside.welcome_to_a_seat(
        session,
        by=by,
        email=seat.email,
        first_name=seat.first_name,
        last_name=seat.last_name,
        employer=institution.name,
        job=job,
    )
    if theirs is not None:
        seat.member_id = theirs


def offer_again(
    session: Session, seat: DeskSeat, institution: Institution, *, job: str = ""
) -> None:
    """Whose place waits is invited again at the same address; or has it, when they came since.

    Raises what accounts.outside.invite_again and accounts.outside.welcome raise.
    """
    if not outside.invite_again(session, seat.email):
        welcome(session, seat, institution, by=None, job=job)


def on_joined(session: Session, fact: Joined) -> None:
    """A new member finds the places that waited for their address."""
    assert fact.member is not None  # noqa: S101 - the fact is recorded with it
    session.execute(
        update(DeskSeat)
        .where(DeskSeat.email == fact.member.email, DeskSeat.member_id.is_(None))
        .values(member_id=fact.member.id)
        .execution_options(synchronize_session=False)
    )
