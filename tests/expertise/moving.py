"""What a team, and a company by its link, do with a need."""

from typing import Any

from accounts.models import Member
from expertise.desk import desk_of
from expertise.needs import actions, editing
from expertise.needs.asking import Described
from expertise.needs.life import Act
from expertise.needs.models import Need
from tests.world import World


def decide(world: World, by: Member, one: Need, act: Act, words: str = "Voici pourquoi.") -> Need:
    """The team decides."""
    with world.session() as session:
        found = session.get_one(Need, one.id)
        session.refresh(found, ["programme", "subjects"])
        actions.decide(session, desk_of(session, by.id), found, act, words)
        return found


def settle_names(world: World, by: Member, one: Need) -> None:
    """The team says that the names which a company typed are those of nobody there."""
    with world.session() as session:
        found = session.get_one(Need, one.id)
        actions.settle_names(session, desk_of(session, by.id), found, (), nobody=True)


def follow(world: World, one: Need, act: Act, words: str = "Une précision.") -> Need:
    """The company does something, by its link."""
    with world.session() as session:
        found = session.get_one(Need, one.id)
        session.refresh(found, ["programme"])
        actions.follow(session, found, act, words)
        return found


def edit(world: World, one: Need, **more: Any) -> Need:
    """The company corrects its need."""
    names = ("title", "description", "first_name", "last_name", "phone", "email")
    with world.session() as session:
        found = session.get_one(Need, one.id)
        session.refresh(found, ["programme", "subjects"])
        typed: dict[str, Any] = {name: getattr(found, name) for name in names}
        typed |= {"subjects": [about.id for about in found.subjects], "answers": {}}
        editing.edit(session, found, Described(**typed | more))
        return found
