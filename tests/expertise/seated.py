"""Committees, those who sit in them, what is put before them."""

from typing import Any

from sqlalchemy import select

from access.geography import by_code
from access.models import Commune, Territory
from accounts.models import Member
from core import clock
from expertise.committees import putting, voting
from expertise.committees.models import Committee, CommitteeCase, CommitteeSeat, Vote
from expertise.desk import CONDUCT, desk_of
from expertise.experts.models import ConductAcceptance
from expertise.needs.models import Need
from expertise.programmes.models import Institution, Programme, Review
from tests.expertise import desks
from tests.world import World


def committee(
    world: World,
    made: Programme,
    *members: Member,
    name: str = "Comité de Loire-Atlantique",
    chairs: tuple[Member, ...] = (),
    territories: tuple[str, ...] = ("departement:44",),
    communes: tuple[str, ...] = (),
    quorum: int = 2,
    vote_days: int = 5,
    **more: Any,
) -> Committee:
    """A committee, and who sits in it; those who chair sit too."""
    with world.session() as session:
        one = Committee(
            programme_id=made.id,
            name=name,
            quorum=quorum,
            vote_days=vote_days,
            territories=[place for x in territories if (place := by_code(session, x))],
            communes=[session.get_one(Commune, x) for x in communes],
            **more,
        )
        session.add(one)
    for someone in (*chairs, *members):
        seat(world, one, someone, is_chair=someone in chairs)
    return one


def seat(world: World, of: Committee, member: Member, **more: Any) -> CommitteeSeat:
    """A member sits in a committee, and accepted the rules of conduct."""
    with world.session() as session:
        made = CommitteeSeat(
            committee_id=of.id,
            email=member.email,
            first_name=member.first_name,
            last_name=member.last_name,
            member_id=member.id,
            since=clock.now(),
            **more,
        )
        session.add(made)
        session.merge(
            ConductAcceptance(member_id=member.id, version=CONDUCT, accepted_at=clock.now())
        )
    return made


def put(
    world: World,
    by: Member,
    one: Need,
    *,
    shut_to: tuple[CommitteeSeat, ...] = (),
    words: str = "",
) -> CommitteeCase:
    """The team puts a need before the committee of its territory."""
    with world.session() as session:
        found = session.get_one(Need, one.id)
        session.refresh(found, ["programme", "subjects"])
        return putting.submit(
            session,
            desk_of(session, by.id),
            found,
            shut_to=[x.id for x in shut_to],
            words=words,
        )


def vote(
    world: World, who: Member, on: CommitteeCase, said: Vote, words: str = "Trop tôt."
) -> None:
    """Somebody who sits votes."""
    with world.session() as session:
        voting.cast(session, desk_of(session, who.id), on.id, said, words)


def case(world: World, one: CommitteeCase) -> CommitteeCase:
    """A case, as it is now."""
    return world.act(lambda session: session.get_one(CommitteeCase, one.id))


def case_of(world: World, one: Need) -> CommitteeCase:
    """What runs of a need."""
    found = world.one(
        select(CommitteeCase)
        .where(CommitteeCase.need_id == one.id)
        .order_by(CommitteeCase.id.desc())
        .limit(1)
    )
    assert found is not None
    return found


def territory(world: World, reference: str) -> Territory:
    """One of the official ones."""
    found = world.act(lambda session: by_code(session, reference))
    assert found is not None
    return found


def sits_for(world: World, one: CommitteeSeat, of: Institution) -> None:
    """An institution sends them."""
    with world.session() as session:
        session.get_one(CommitteeSeat, one.id).institution_id = of.id


def selecting(world: World, team: Member, slug: str = "essai", **more: Any) -> Programme:
    """A programme where a committee selects."""
    return desks.programme(world, slug, team=(team,), review=Review.COMMITTEE, **more)
