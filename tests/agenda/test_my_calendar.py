"""A secret calendar of the dates that one comes to."""

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select

from access.models import MemberNetwork
from accounts.models import Member
from agenda.ics import feeds
from agenda.ics.reading import read
from agenda.models import Occurrence
from core import clock
from tests.agenda.attending import comes, declines, first_date, opened
from tests.world import BOTH, World

SOON = (clock.now() + timedelta(days=20)).replace(tzinfo=None, microsecond=0)


def subscribe(world: World, member: Member) -> str:
    """The secret of a calendar of their own dates."""

    def make(session: Any, viewer: Any) -> str:
        return feeds.make(session, viewer, "Mes dates", feeds.Filter(scope="mine"))[1]

    return world.act_as(member, make)


def shown(world: World, token: str) -> list[tuple[str, str, bool]]:
    """What a program reads there: title, day, whether it comes back."""
    answer = world.client().get(f"/agenda/flux/{token}.ics")
    assert answer.status_code == 200
    entries = read(answer.data).entries
    return sorted((one.title, f"{one.starts:%d/%m}", bool(one.recurrence)) for one in entries)


@BOTH
def test_of_a_series_it_gives_only_the_dates_that_one_comes_to(world: World) -> None:
    alice, lise = world.member("Alice"), world.member("Lise")
    weekly = opened(
        world, alice, world.event(alice, "Point", SOON, recurrence="RRULE:FREQ=WEEKLY;COUNT=3")
    )
    once = opened(world, alice, world.event(alice, "Assemblée", SOON))
    world.event(alice, "Ailleurs", SOON)
    token = subscribe(world, lise)
    assert shown(world, token) == []
    dates = world.all(select(Occurrence).order_by(Occurrence.starts_at, Occurrence.id))
    second = [one for one in dates if one.event_id == weekly.id][1]
    (only,) = [one for one in dates if one.event_id == once.id]
    comes(world, lise, second.id)
    comes(world, lise, only.id)
    week_later = f"{SOON + timedelta(days=7):%d/%m}"
    assert shown(world, token) == [
        ("Assemblée", f"{SOON:%d/%m}", False),
        ("Point", week_later, False),
    ]
    declines(world, lise, only.id)
    assert shown(world, token) == [("Point", week_later, False)]
    assert shown(world, subscribe(world, alice)) == []


def test_who_no_longer_sees_a_date_no_longer_reads_it_there(world: World) -> None:
    alice, lise = world.member("Alice"), world.member("Lise")
    made = opened(world, alice, world.event(alice, "Point", SOON, networks=["coorace"]))
    comes(world, lise, first_date(world, made))
    token = subscribe(world, lise)
    assert len(shown(world, token)) == 1
    world.act(lambda s: s.execute(delete(MemberNetwork).where(MemberNetwork.member_id == lise.id)))
    assert shown(world, token) == []
