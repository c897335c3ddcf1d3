"""Needs that are closed, whose sides are asked how it went."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from sqlalchemy import select

from accounts.models import Member
from core import clock
from core.outbox import Mail
from expertise.needs.models import Need
from expertise.positions.life import Act as PositionAct
from expertise.programmes.models import Institution, Programme
from expertise.surveys.models import Survey
from tests.expertise import desks
from tests.world import World

HAPPY = {"satisfaction": "5", "easy": "yes"}
WORDS = {"testimonial": "Une belle rencontre.", "signed": "Inès, à Nantes"}


@contextmanager
def later(days: float) -> Iterator[None]:
    """So many days from now."""
    moment = clock.now() + timedelta(days=days)
    with patch.object(clock, "now", return_value=moment):
        yield


def managed(world: World, made: Programme) -> tuple[Institution, Member]:
    """An institution and its manager."""
    house, chief = desks.institution(world, made), world.member("Rémi", networks=())
    desks.manager(world, house, chief)
    return house, chief


def helped(world: World, made: Programme, chief: Member, house: Institution) -> Need:
    """A need that is closed because the company was helped."""
    one = desks.need(world, made)
    sent = desks.sent(world, one, house)
    desks.answer(world, chief, sent, PositionAct.RESERVE)
    desks.answer(world, chief, sent, PositionAct.INTRODUCE)
    desks.calls(world, one, agrees=True)
    desks.answer(world, chief, sent, PositionAct.AGREE)
    desks.answer(world, chief, sent, PositionAct.FINISH)
    return desks.again(world, one)


def asked(world: World) -> list[Mail]:
    """The mails of surveys."""
    return [mail for mail in world.mails() if mail.kind == "survey"]


def surveys(world: World) -> list[Survey]:
    """All of them, the company's first."""
    return list(world.all(select(Survey).order_by(Survey.id)))


def address(world: World, one: Survey, to: str) -> str:
    """The page that the mail to somebody opens."""
    return f"/expertise/enquete/{desks.survey_link(world, one, to)}"
