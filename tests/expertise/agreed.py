"""Agreements that are there already: as pages show them, wherever they stand."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from accounts.models import Member
from core import clock
from expertise.agreements import days, links, preparing, queries, signing
from expertise.agreements.models import Agreement, By, Party
from expertise.desk import desk_of
from expertise.needs.life import State as NeedState
from expertise.needs.models import Need
from expertise.positions.life import State
from expertise.positions.models import Position
from expertise.programmes.models import Institution, Programme
from tests.expertise import desks
from tests.expertise.agreeing import PDF, said
from tests.world import World


def engaged(world: World, of: Need, house: Institution) -> Position:
    """An institution that holds an open need: both said that this is the right person."""
    return desks.position(
        world,
        of,
        house,
        state=State.ENGAGED,
        named="Ana Experte",
        named_job="Responsable export",
        named_email="ana@groupe.example",
        company_agrees=True,
        institution_agrees=True,
    )


def open_need(world: World, made: Programme, **more: Any) -> Need:
    """One that is validated, whoever reads it first."""
    one = desks.need(world, made, **more)
    with world.session() as session:
        found = session.get_one(Need, one.id)
        found.state, found.way, found.opened_at = NeedState.OPEN, made.way, clock.now()
    return one


def agreement(
    world: World,
    position: Position,
    team: Member,
    *,
    proposed: bool = True,
    scans: tuple[Party, ...] = (),
    signed: bool = False,
    **more: Any,
) -> Agreement:
    """Prepared by the team, with two days. `scans`: copies that wait; `signed`: copies of all."""
    storage = world.app.extensions["maillage.storage"]

    def make(session: Session) -> int:
        desk = desk_of(session, team.id)
        where = session.scalars(queries.to_prepare(desk, position.id)).one()
        one = preparing.prepare(session, desk, where, said(**more))
        for after in (10, 17):
            days.plan(session, desk, one, clock.today() + timedelta(days=after), 2)
        if proposed:
            preparing.propose(session, storage, desk, one)
        for party in one.parties if signed else scans:
            by = By.TEAM if signed else By(party.value)
            signing.bring_scan(session, storage, one, party, by, name="copie.pdf", content=PDF)
        return one.id

    number = world.act(make)
    return desks.the(world, queries.whole().where(Agreement.id == number))


def link(world: World, one: Agreement, party: Party) -> str:
    """What the mail of a signatory holds."""
    settings = world.app.extensions["maillage.settings"]

    def sign(session: Session) -> str:
        found = session.scalars(queries.whole().where(Agreement.id == one.id)).one()
        return links.token(settings, found, party)

    return world.act(sign)
