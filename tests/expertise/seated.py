"""Committees, those who sit in them, what is put before them."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from access.geography import by_code
from access.models import Commune, Territory
from accounts.models import Member
from core import clock
from expertise.committees import closing, minutes, putting, queries, voting
from expertise.committees.models import Committee, CommitteeCase, CommitteeSeat, Minutes, Vote
from expertise.desk import CONDUCT, desk_of
from expertise.experts.models import ConductAcceptance
from expertise.needs.models import Need
from expertise.programmes.models import Institution, Programme, Review
from tests.expertise import desks
from tests.world import World

SIRET = "99900020100007"
"""Of a company for which nobody acts; its sum is right, and nobody has it."""


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


def end(world: World, on: CommitteeCase) -> None:
    """Its date comes."""
    with world.session() as session:
        session.get_one(CommitteeCase, on.id).due_at = clock.now()
    world.act(lambda session: closing.look_at(session, on.id))


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


def drafted(world: World, by: Member, of: Committee | None = None) -> Minutes:
    """Minutes of the last month, as a draft."""
    with world.session() as session:
        desk = desk_of(session, by.id)
        wanted = select(Committee).order_by(Committee.id.desc()).limit(1)
        if of is not None:
            wanted = select(Committee).where(Committee.id == of.id)
        return minutes.draft(
            session,
            desk,
            session.scalars(wanted).one(),
            first_day=clock.today() - timedelta(days=30),
            last_day=clock.today(),
        )


def published(world: World, chair: Member, of: Committee | None = None) -> Minutes:
    """Minutes of the last month, published by who chairs."""
    made = drafted(world, chair, of)
    with world.session() as session:
        desk = desk_of(session, chair.id)
        one = session.scalars(queries.one_of_minutes(desk, made.id)).one()
        minutes.publish(session, desk, one, one.words)
        return one
