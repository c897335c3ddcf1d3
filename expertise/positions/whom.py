"""Where a need goes: whose link opens, and who has something to do before it does."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import queries as accounts
from accounts.models import Member
from core import clock
from expertise.experts import standing
from expertise.experts.models import DeskSeat, Expert, InstitutionAddress
from expertise.experts.standing import Bar
from expertise.needs.models import Need
from expertise.positions import links
from expertise.positions.models import Position
from expertise.programmes.models import Institution


class Recipient(NamedTuple):
    """Whom a mail goes to."""

    address: str
    name: str
    language: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is asked, and whether their link opens the sheet now."""

    whom: Recipient
    reads: bool


def recipients(session: Session, position: Position) -> list[Recipient]:
    """Where a need goes: to its expert, or to the managers and the list of the institution.

    Only where its link opens: nobody is told what they may not read.
    """
    return [one.whom for one in asked(session, position) if one.reads]


def asked(session: Session, position: Position) -> list[Asked]:
    """The same, and those who have something to do before: accept the rules, take their place.

    Who is suspended is not one of them.
    """
    if position.expert_id is not None:
        return _expert(session, position, position.expert_id)
    present, house = clock.now(), position.institution_id
    found = {
        row[0]: Asked(Recipient(row[0], f"{row[1]} {row[2]}", row[3]), bool(row[4]))
        for row in session.execute(
            select(
                DeskSeat.email,
                Member.first_name,
                Member.last_name,
                Member.language,
                standing.is_bound(),
            )
            .join(Member, Member.id == DeskSeat.member_id)
            .where(
                DeskSeat.institution_id == house,
                DeskSeat.expert_id.is_(None),
                accounts.active(present),
            )
            .order_by(DeskSeat.id)
        )
    }
    listed = select(InstitutionAddress.email).where(
        InstitutionAddress.programme_id == position.need.programme_id,
        InstitutionAddress.institution_id == house,
        links.is_not_of_the_suspended(),
    )
    for address in session.scalars(listed.order_by(InstitutionAddress.email)):
        known = found.get(address)
        name = known.whom.name if known else session.get_one(Institution, house).name
        found[address] = Asked(
            Recipient(address, name, known.whom.language if known else "fr"), True
        )
    return list(found.values())


def _expert(session: Session, position: Position, expert_id: int) -> list[Asked]:
    expert = session.get_one(Expert, expert_id)
    if expert.left_at is not None or expert.approved_at is None:
        return []
    opens = (
        select(Position.id)
        .join(Need, Need.id == Position.need_id)
        .where(Position.id == position.id, links.asked_at(expert.email))
    )
    reads = session.scalar(opens) is not None
    if not reads:
        bars, _of_houses = standing.bars(session, experts=[expert_id])
        if bars[expert_id] in {None, Bar.SUSPENDED}:
            return []
    return [Asked(Recipient(expert.email, expert.name, "fr"), reads)]


def bars(session: Session, need: Need, positions: list[Position]) -> dict[int, Bar | None]:
    """Of positions of a need, what keeps those who were asked from answering. Two queries."""
    whole = [one for one in positions if one.expert_id is None]
    of_expert, of_house = standing.bars(
        session,
        experts={one.expert_id for one in positions if one.expert_id is not None},
        institutions={one.institution_id for one in whole},
    )
    listed = _listed(session, need, of_house) if whole else set()
    return {
        one.id: of_expert[one.expert_id]
        if one.expert_id is not None
        else None
        if one.institution_id in listed
        else of_house[one.institution_id]
        for one in positions
    }


def unattended(session: Session, need: Need, houses: Collection[int]) -> set[int]:
    """Those of these institutions where nobody would hear of a need: neither a manager who has an
    account, nor an address of their list. Two queries.
    """
    _of_expert, of_house = standing.bars(session, institutions=houses)
    shut = {one for one, bar in of_house.items() if bar in {Bar.NO_ACCOUNT, Bar.SUSPENDED}}
    return shut - _listed(session, need, shut)


def _listed(session: Session, need: Need, houses: Collection[int]) -> set[int]:
    """Those of these institutions that have a list for the programme of a need."""
    return set(
        session.scalars(
            select(InstitutionAddress.institution_id).where(
                InstitutionAddress.programme_id == need.programme_id,
                InstitutionAddress.institution_id.in_(houses),
                links.is_not_of_the_suspended(),
            )
        )
    )
