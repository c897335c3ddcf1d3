"""Surveys: sent, answered; and needs that are closed, whose sides are asked how it went."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Member
from core import clock
from core.jobs import enqueue
from core.outbox import Mail
from expertise.needs.life import Ending
from expertise.needs.models import Need
from expertise.positions.jobs import HOURLY
from expertise.positions.life import Act as PositionAct
from expertise.positions.models import Position
from expertise.programmes.models import Institution, Programme
from expertise.surveys import links as survey_links
from expertise.surveys.models import Kind, Survey
from expertise.surveys.models import Said as Reply
from tests.expertise import desks, replying
from tests.world import World

HAPPY = {"satisfaction": "5", "easy": "yes"}
WORDS = {"testimonial": "Une belle rencontre.", "signed": "Inès, à Nantes"}


@contextmanager
def later(days: float) -> Iterator[None]:
    """So many days from now."""
    moment = clock.now() + timedelta(days=days)
    with patch.object(clock, "now", return_value=moment):
        yield


def an_hour(world: World) -> None:
    """What the house does each hour, then all the work that is due."""
    world.act(lambda session: enqueue(session, HOURLY))
    world.work()


def managed(world: World, made: Programme) -> tuple[Institution, Member]:
    """An institution and its manager."""
    house, chief = desks.institution(world, made), world.member("Rémi", networks=())
    desks.manager(world, house, chief)
    return house, chief


def helped(world: World, made: Programme, chief: Member, house: Institution) -> Need:
    """A need that is closed because the company was helped."""
    one = desks.need(world, made)
    sent = replying.sent(world, one, house)
    replying.answer(world, chief, sent, PositionAct.RESERVE)
    replying.answer(world, chief, sent, PositionAct.INTRODUCE)
    replying.calls(world, one, agrees=True)
    replying.answer(world, chief, sent, PositionAct.AGREE)
    replying.answer(world, chief, sent, PositionAct.FINISH)
    return desks.again(world, one)


def asked(world: World) -> list[Mail]:
    """The mails of surveys."""
    return [mail for mail in world.mails() if mail.kind == "survey"]


def surveys(world: World) -> list[Survey]:
    """All of them, the company's first."""
    return list(world.all(select(Survey).order_by(Survey.id)))


def address(world: World, one: Survey, to: str) -> str:
    """The page that the mail to somebody opens."""
    return f"/expertise/enquete/{survey_link(world, one, to)}"


def survey(world: World, of: Need, at: Position | None = None, **more: Any) -> Survey:
    """What a side is asked of a need that is closed."""
    with world.session() as session:
        made = Survey(
            programme_id=of.programme_id,
            need=session.get_one(Need, of.id),
            position=session.get_one(Position, at.id) if at else None,
            **{
                "kind": Kind.CLOSING,
                "ending": Ending.HELPED,
                "closed_at": clock.now(),
                "sent_at": clock.now(),
            }
            | more,
        )
        session.add(made)
    return made


def survey_link(world: World, one: Survey, address: str) -> str:
    """What the mail of a survey holds for this address."""
    settings = world.app.extensions["maillage.settings"]

    def sign(session: Session) -> str:
        found = session.get_one(Survey, one.id)
        session.refresh(found, ["need", "position"])
        return survey_links.token(settings, found, address)

    return world.act(sign)


ANSWERED: dict[str, Any] = {
    "satisfaction": 4,
    "easy": Reply.YES,
    "in_time": Reply.PARTLY,
    "words": "Un appel plus tôt aurait aidé.",
    "testimonial": "Une belle rencontre, et trois clients de plus.",
    "signed": "Inès, à Nantes",
}
"""What a company says in a survey."""


def begun(world: World, made: Programme, *, engaged: bool, **more: Any) -> tuple[Need, Member]:
    """A need whose expert was named; or is about to come."""
    house, chief = managed(world, made)
    one = desks.need(world, made, **more)
    sent = replying.sent(world, one, house)
    replying.answer(world, chief, sent, PositionAct.RESERVE)
    replying.answer(world, chief, sent, PositionAct.INTRODUCE)
    if engaged:
        replying.calls(world, one, agrees=True)
        replying.answer(world, chief, sent, PositionAct.AGREE)
    return one, chief
