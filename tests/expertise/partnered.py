"""Partners of programmes, and their keys."""

from typing import Any

from accounts.models import Member
from expertise.needs.models import Need
from expertise.partners import actions
from expertise.partners.models import Partner
from expertise.programmes.models import Programme
from tests.expertise.desks import at_the_desk, said, subject
from tests.world import World

SITE = "https://www.partenaire.example"


def partner(
    world: World, made: Programme, by: Member, *, name: str = "Chambre Essai", sites: str = SITE
) -> Partner:
    """A partner of a programme, that somebody of its team adds."""
    desk = at_the_desk(world, by)
    with world.session() as session:
        return actions.add(
            session,
            desk,
            session.get_one(Programme, made.id),
            name=name,
            sites=sites,
            colour="",
            by=session.get_one(Member, by.id),
        )


def key_of(world: World, made: Programme, one: Partner, by: Member) -> str:
    """A new key of a partner."""
    desk = at_the_desk(world, by)
    with world.session() as session:
        return actions.new_key(
            session,
            desk,
            session.get_one(Programme, made.id),
            session.get_one(Partner, one.id),
            by=session.get_one(Member, by.id),
        )


def stop(world: World, made: Programme, one: Partner, by: Member, *, asks: bool = False) -> None:
    """Stop a partner."""
    desk = at_the_desk(world, by)
    with world.session() as session:
        actions.let_ask(
            session,
            desk,
            session.get_one(Programme, made.id),
            session.get_one(Partner, one.id),
            asks=asks,
            by=session.get_one(Member, by.id),
        )


def need_through(world: World, made: Programme, one: Partner, **more: Any) -> Need:
    """A need that a company asked through a partner."""
    submission = more.pop("submission", None)
    about = more.pop("subjects", None) or [subject(world, made).id]
    with world.session() as session:
        found = session.get_one(Partner, one.id)
        session.refresh(found, ["programme"])
        return actions.ask_through(
            session, found, said(subjects=about, **more), language="fr", submission=submission
        )
