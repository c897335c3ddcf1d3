"""The people of an institution: how they are named, proposed, invited."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from accounts.models import Member
from expertise.experts import actions
from expertise.experts.models import Expert
from expertise.experts.sheets import Sheet
from expertise.programmes.models import Institution, Programme
from tests.expertise.desks import at_the_desk, subject
from tests.world import World

PERSON = {"first_name": "Ana", "last_name": "Lyste", "email": "ana@groupe.example"}


def outsider(world: World, name: str = "Gina") -> Member:
    """An account of no network."""
    return world.member(name, networks=(), territories=(), charter=False)


def team_page(made: Programme, of: Institution) -> str:
    """The page of an institution, for the team of a programme."""
    return f"/expertise/equipe/{made.slug}/institutions/{of.id}"


def typed(world: World, made: Programme, **more: Any) -> dict[str, Any]:
    """A form that proposes a person who knows about marketing."""
    about = subject(world, made)
    return {
        **PERSON,
        "job": "Directrice export",
        "phone": "02 40 00 00 01",
        "about": "Vingt ans de vente en Allemagne.",
        f"subject_{about.id}": "y",
        f"words_{about.id}": "l’export",
        **more,
    }


def sheet(world: World, made: Programme, **more: Any) -> Sheet:
    """The same, for an action."""
    about = subject(world, made)
    return Sheet(**{**PERSON, "subjects": {about.id: "l’export"}, **more})


def the_expert(world: World) -> Expert:
    """The only one there is."""
    found = world.one(select(Expert))
    assert found is not None
    return found


def propose(world: World, of: Institution, by: Member, said: Sheet) -> Expert:
    """Somebody proposes an expert."""
    desk = at_the_desk(world, by)

    def act(session: Session) -> Expert:
        return actions.propose(
            session,
            desk,
            session.get_one(Institution, of.id),
            said,
            by=session.get_one(Member, by.id),
        )

    return world.act(act)


def the_sheet(world: World, one: Expert) -> Expert:
    """An expert, as they are now, with their subjects."""
    found = world.one(
        select(Expert).where(Expert.id == one.id).options(selectinload(Expert.subjects))
    )
    assert found is not None
    return found
