"""What the team of a programme decides of an institution: who manages it, whether it is closed."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from accounts.facts import HouseChanged
from accounts.models import Member
from accounts.networks import picture
from core import addresses, clock
from core.facts import record
from core.refusals import Refused
from core.storage import Storage
from expertise.desk import Desk
from expertise.experts import queries, seats
from expertise.experts.facts import News, PeopleChanged
from expertise.experts.models import DeskSeat, InstitutionAddress
from expertise.programmes.models import Institution, Programme, ProgrammeInstitution
from expertise.programmes.tending import needs_team

MOST_ADDRESSES = 50
MOST_MANAGERS = 20


def _settles(session: Session, desk: Desk, programme: Programme, institution: Institution) -> None:
    """Raise Refused("not-of-the-team") but for the team of a programme in which it takes part."""
    needs_team(desk, programme)
    if session.get(ProgrammeInstitution, (programme.id, institution.id)) is None:
        raise Refused("not-of-the-team")


def name_manager(
    session: Session,
    desk: Desk,
    programme: Programme,
    institution: Institution,
    *,
    email: str,
    first_name: str,
    last_name: str,
    by: Member,
) -> DeskSeat:
    """Somebody manages it: it is theirs at once when they have an account, else they are invited.

    Raises Refused: "not-of-the-team", "too-many-people", and what seats.take and seats.welcome
    raise.
    """
    _settles(session, desk, programme, institution)
    if len(session.scalars(queries.managers(institution)).all()) >= MOST_MANAGERS:
        raise Refused("too-many-people", most=MOST_MANAGERS)
    seat = seats.take(
        session,
        institution_id=institution.id,
        expert_id=None,
        email=email,
        first_name=first_name,
        last_name=last_name,
    )
    seats.welcome(session, seat, institution, by=by)
    about = f"{institution.name}, {seat.name}"
    record(session, HouseChanged(by, about, {"institution-manager": "added"}))
    record(session, PeopleChanged(News.NAMED, institution, (), seat=seat))
    return seat


def remove_manager(
    session: Session,
    desk: Desk,
    programme: Programme,
    institution: Institution,
    seat_id: int,
    *,
    by: Member,
) -> str:
    """They manage it no more; their name. Raises Refused: "not-of-the-team", "nothing-to-do"."""
    _settles(session, desk, programme, institution)
    seat = session.scalar(queries.managers(institution).where(DeskSeat.id == seat_id))
    if seat is None:
        raise Refused("nothing-to-do")
    session.delete(seat)
    about = f"{institution.name}, {seat.name}"
    record(session, HouseChanged(by, about, {"institution-manager": "removed"}))
    return seat.name


def show_logo(
    session: Session,
    desk: Desk,
    storage: Storage,
    programme: Programme,
    institution: Institution,
    logo: bytes | None,
    *,
    by: Member,
) -> None:
    """What it is known by on the public pages of its programmes; None: its name.

    Raises Refused: "not-of-the-team", "picture-unknown".
    """
    _settles(session, desk, programme, institution)
    institution.logo = storage.put(picture(logo)) if logo else None
    done = "logo shown" if logo else "logo taken off"
    record(session, HouseChanged(by, institution.name, {"institution": done}))


def suspend(
    session: Session,
    desk: Desk,
    programme: Programme,
    institution: Institution,
    *,
    suspended: bool,
    by: Member,
) -> None:
    """Close the desk to all the people of an institution, in every programme; or open it again.

    The teams of its other programmes are told. Raises Refused: "not-of-the-team", "nothing-to-do".
    """
    _settles(session, desk, programme, institution)
    seats.hold(session, institution.id)
    session.refresh(institution, ["suspended_at"])
    if (institution.suspended_at is not None) is suspended:
        raise Refused("nothing-to-do")
    institution.suspended_at = clock.now() if suspended else None
    done = "suspended" if suspended else "reinstated"
    record(session, HouseChanged(by, institution.name, {"institution": done}))
    others = session.scalars(
        queries.programmes_with(institution.id).where(Programme.id != programme.id)
    ).all()
    record(session, PeopleChanged(News(done), institution, others))


def say_addresses(
    session: Session,
    desk: Desk,
    programme: Programme,
    institution: Institution,
    lines: Sequence[str],
) -> int:
    """Where the needs of the programme are sent, for the institution (seeds/000 §4.2); how many.

    Raises Refused: "not-of-the-team", "email-unknown", "too-many-addresses".
    """
    _settles(session, desk, programme, institution)
    seats.hold(session, institution.id)
    wanted = {addresses.mail(one) for one in lines if one.strip()}
    if len(wanted) > MOST_ADDRESSES:
        raise Refused("too-many-addresses", most=MOST_ADDRESSES)
    mine = (
        InstitutionAddress.programme_id == programme.id,
        InstitutionAddress.institution_id == institution.id,
    )
    known = set(session.scalars(select(InstitutionAddress.email).where(*mine)))
    session.execute(
        delete(InstitutionAddress).where(*mine, InstitutionAddress.email.in_(known - wanted))
    )
    session.add_all(
        InstitutionAddress(programme_id=programme.id, institution_id=institution.id, email=one)
        for one in wanted - known
    )
    return len(wanted)
