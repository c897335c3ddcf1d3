"""Who sits in a committee: named by their work address, by the team of the programme."""

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session, joinedload

from accounts import outside
from accounts.facts import HouseChanged, Joined
from accounts.models import Member
from core import addresses, clock
from core.facts import record
from core.refusals import Refused
from directory.entries import one_line
from expertise.committees import closing
from expertise.committees.actions import MOST_SEATS
from expertise.committees.facts import Seated
from expertise.committees.models import Committee, CommitteeCase, CommitteeSeat, Shut
from expertise.committees.names import is_named
from expertise.committees.policy import needs_team
from expertise.desk import Desk
from expertise.needs.models import Need
from expertise.programmes.models import ProgrammeInstitution

MOST_CHAIRS = 2


def hold(session: Session, committee_id: int) -> None:
    """One at a time: who sits, who chairs, the number of the next minutes."""
    session.execute(
        select(Committee.id)
        .where(Committee.id == committee_id)
        .with_for_update(key_share=True)  # what refers to it goes on
    )


def name(
    session: Session,
    desk: Desk,
    committee: Committee,
    *,
    email: str,
    first_name: str,
    last_name: str,
    house: str,
    institution_id: int | None = None,
    is_chair: bool = False,
    by: Member,
) -> CommitteeSeat:
    """Somebody sits from now on: at once when they have an account, else they are invited.

    Raises Refused: "not-of-the-team", "email-unknown", "name-empty", "name-too-long",
    "already-at-the-desk", "too-many-people", "too-many-chairs", "unknown-institution", and what
    accounts.outside.welcome raises.
    """
    needs_team(desk, committee.programme_id)
    address = addresses.mail(email)
    first, last = one_line(first_name, "name-too-long"), one_line(last_name, "name-too-long")
    if not (first and last):
        raise Refused("name-empty")
    hold(session, committee.id)
    if session.scalar(_sitting(committee).where(CommitteeSeat.email == address)) is not None:
        raise Refused("already-at-the-desk", email=address)
    if len(session.scalars(_sitting(committee)).all()) >= MOST_SEATS:
        raise Refused("too-many-people", most=MOST_SEATS)
    if is_chair:
        _has_room_for_a_chair(session, committee)
    if institution_id is not None and not session.get(
        ProgrammeInstitution, (committee.programme_id, institution_id)
    ):
        raise Refused("unknown-institution")
    seat = CommitteeSeat(
        committee=committee,
        email=address,
        first_name=first,
        last_name=last,
        house=one_line(house, "name-too-long"),
        institution_id=institution_id,
        is_chair=is_chair,
        since=clock.now(),
    )
    session.add(seat)
    session.flush()
    session.refresh(seat, ["institution"])
    _shut_what_names_them(session, seat)
    _welcome(session, seat, by=by)
    about = f"{committee.programme.name}, {committee.name}, {seat.name}"
    record(session, HouseChanged(by, about, {"committee-seat": "added"}))
    record(session, Seated(seat))
    return seat


def _sitting(committee: Committee) -> Select[int]:
    return select(CommitteeSeat.id).where(
        CommitteeSeat.committee_id == committee.id, CommitteeSeat.left_at.is_(None)
    )


def _has_room_for_a_chair(session: Session, committee: Committee) -> None:
    chairs = session.scalars(_sitting(committee).where(CommitteeSeat.is_chair)).all()
    if len(chairs) >= MOST_CHAIRS:
        raise Refused("too-many-chairs", most=MOST_CHAIRS)


def _shut_what_names_them(session: Session, seat: CommitteeSeat) -> None:
    """What companies hid by name, before they came, is hidden from them too."""
    hidden = session.execute(
        select(CommitteeCase.id, Need.hidden_words)
        .join(CommitteeCase.need)
        .where(CommitteeCase.committee_id == seat.committee_id, Need.hidden_words != "")
    )
    session.add_all(
        Shut(case_id=row[0], seat_id=seat.id) for row in hidden if is_named(row[1], seat)
    )


def _welcome(session: Session, seat: CommitteeSeat, *, by: Member) -> None:
    theirs = outside.welcome_to_a_seat(
        session,
        by=by,
        email=seat.email,
        first_name=seat.first_name,
        last_name=seat.last_name,
        employer=seat.house,
    )
    if theirs is not None:
        seat.member_id = theirs


def on_joined(session: Session, fact: Joined) -> None:
    """A new member finds the seats that waited for their address."""
    assert fact.member is not None  # noqa: S101 - the fact is recorded with it
    session.execute(
        update(CommitteeSeat)
        .where(
            CommitteeSeat.email == fact.member.email,
            CommitteeSeat.member_id.is_(None),
            CommitteeSeat.left_at.is_(None),
        )
        .values(member_id=fact.member.id)
        .execution_options(synchronize_session=False)
    )


def remove(
    session: Session, desk: Desk, committee: Committee, seat_id: int, *, by: Member
) -> CommitteeSeat:
    """They sit no more, and read nothing of it; what they voted stays.

    What waited for their vote alone is decided. Raises Refused: "not-of-the-team", "nothing-to-do".
    """
    seat = _held(session, desk, committee, seat_id)
    seat.left_at, seat.is_chair = clock.now(), False
    session.flush()
    about = f"{committee.programme.name}, {committee.name}, {seat.name}"
    record(session, HouseChanged(by, about, {"committee-seat": "removed"}))
    for case_id in session.scalars(
        select(CommitteeCase.id)
        .where(CommitteeCase.committee_id == committee.id, CommitteeCase.closed_at.is_(None))
        .order_by(CommitteeCase.need_id)
    ).all():
        closing.look_at(session, case_id)
    return seat


def preside(
    session: Session, desk: Desk, committee: Committee, seat_id: int, *, chairs: bool
) -> CommitteeSeat:
    """They chair it from now on, or no more.

    Raises Refused: "not-of-the-team", "nothing-to-do", "too-many-chairs".
    """
    seat = _held(session, desk, committee, seat_id)
    if seat.is_chair is chairs:
        raise Refused("nothing-to-do")
    if chairs:
        _has_room_for_a_chair(session, committee)
    seat.is_chair = chairs
    return seat


def _held(session: Session, desk: Desk, committee: Committee, seat_id: int) -> CommitteeSeat:
    needs_team(desk, committee.programme_id)
    hold(session, committee.id)
    seat = session.scalar(
        select(CommitteeSeat)
        .where(
            CommitteeSeat.id == seat_id,
            CommitteeSeat.committee_id == committee.id,
            CommitteeSeat.left_at.is_(None),
        )
        .options(joinedload(CommitteeSeat.member))
        .execution_options(populate_existing=True)
    )
    if seat is None:
        raise Refused("nothing-to-do")
    return seat


def count(session: Session, committee_ids: list[int]) -> dict[int, int]:
    """Committee → how many sit in it."""
    rows = session.execute(
        select(CommitteeSeat.committee_id, func.count())
        .where(CommitteeSeat.committee_id.in_(committee_ids), CommitteeSeat.left_at.is_(None))
        .group_by(CommitteeSeat.committee_id)
    ).all()
    return {row[0]: row[1] for row in rows}
