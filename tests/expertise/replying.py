"""Needs that were sent, and how those who have them answer."""

from sqlalchemy import select

from accounts.models import Member
from core.outbox import Mail
from expertise.desk import desk_of
from expertise.experts.models import Expert
from expertise.needs.models import Need
from expertise.positions import answering, meeting
from expertise.positions import queries as positions
from expertise.positions.life import Act as PositionAct
from expertise.positions.life import Outcome
from expertise.positions.meeting import Caller
from expertise.positions.models import Position
from expertise.programmes.models import Institution, Programme
from tests.expertise import desks
from tests.world import World

CALLER = Caller(name="Ana Experte", job="Export", phone="01 99 00 00 00")


def sent(world: World, of: Need, to: Institution | Expert) -> Position:
    """The position of somebody to whom a need went."""
    whom = Position.expert_id if isinstance(to, Expert) else Position.institution_id
    found = world.one(select(Position).where(Position.need_id == of.id, whom == to.id))
    assert found is not None
    return found


def answer(
    world: World, who: Member, one: Position, act: PositionAct, words: str = "Parce que."
) -> Position:
    """Answer a need, as whoever manages or is an expert."""
    with world.session() as session:
        desk = desk_of(session, who.id)
        found = session.scalars(positions.position(desk, one.id)).unique().one()
        if act is PositionAct.INTRODUCE:
            meeting.introduce(session, desk, found, CALLER)
        elif act is PositionAct.AGREE:
            meeting.agree(session, desk, found)
        elif act is PositionAct.PART:
            meeting.part(session, desk, found, words)
        elif act is PositionAct.FINISH:
            meeting.finish(session, desk, found, Outcome.ADVICE, words)
        else:
            answering.answer(session, desk, found, act, words)
        return found


def calls(world: World, of: Need, *, agrees: bool) -> None:
    """The company says whether who calls it is the right person."""
    with world.session() as session:
        found = session.get_one(Need, of.id)
        session.refresh(found, ["programme"])
        if agrees:
            meeting.company_agrees(session, found)
        else:
            meeting.company_parts(session, found, "Trop junior.")


def adviser(world: World, made: Programme, name: str = "Ana") -> tuple[Member, Expert]:
    """Somebody who answers, alone in their institution."""
    someone = world.member(name, networks=())
    house = desks.institution(world, made, f"Agence {name}")
    return someone, desks.expert(world, house, someone, subjects=(desks.subject(world, made),))


def of_positions(world: World, to: str) -> list[Mail]:
    """The mails about needs to an address."""
    return [one for one in world.mails() if one.kind == "position" and one.to_address == to]
