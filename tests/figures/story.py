"""Days that follow each other, and what was counted of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from accounts.models import Member
from core import clock, jobs
from directory.models import Profile
from figures.jobs import COUNT, key_of
from figures.models import Group, GroupDay
from tests.world import World

DAY = timedelta(days=1)


@dataclass
class Days:
    """A world whose clock a test sets: days are numbered from a first one, that is to come."""

    world: World
    patch: pytest.MonkeyPatch
    first: date

    def __getitem__(self, number: int) -> date:
        """The date of a day."""
        return self.first + number * DAY

    def at(self, day: int, hour: float = 10) -> None:
        """Be on that day, at that hour in Paris."""
        begins = datetime.combine(self[day], time.min, clock.PARIS)
        present = begins + timedelta(hours=hour)
        self.patch.setattr(clock, "now", lambda: present)

    @contextmanager
    def on(self, day: int, hour: float = 10) -> Iterator[None]:
        """The same, to read as a story."""
        self.at(day, hour)
        yield

    def count(self, payload: dict[str, Any] | None = None) -> None:
        """What the worker does in the night."""
        self.world.act(lambda session: jobs.enqueue(session, COUNT, payload))
        self.world.work()

    def counted(self, day: int, **names: int | None) -> dict[str, int]:
        """What a group has on a day, zeros left out; nothing at all without a row."""
        key = key_of((names.get("network"), names.get("territory"), names.get("kind")))
        row = self.world.one(
            select(GroupDay)
            .join(Group, Group.id == GroupDay.group_id)
            .where(Group.key == key, GroupDay.day == self[day])
        )
        columns = [one.name for one in GroupDay.__table__.columns][2:]
        return {name: getattr(row, name) for name in columns if row and getattr(row, name)}

    def everything(self) -> list[tuple[Any, ...]]:
        """Every row that was counted, by the name of its group."""
        columns = [one for one in GroupDay.__table__.columns if one.name != "group_id"]
        with self.world.session() as session:
            rows = session.execute(
                select(Group.key, *columns).join(Group, Group.id == GroupDay.group_id)
            )
            return sorted(tuple(row) for row in rows)


def days(world: World, patch: pytest.MonkeyPatch) -> Days:
    """A story that begins in a while: after the charter, whatever the day it is."""
    return Days(world, patch, clock.today() + 10 * DAY)


def crowd(world: World, number: int, network: str, territory: str, kind: str = "") -> list[Member]:
    """Members of a network and a territory, at an organisation of a kind."""
    found = [
        world.member(f"Membre{place}", networks=(network,), territories=(territory,))
        for place in range(number)
    ]
    if kind:
        organisation_id = world.organisation(kind=kind).id
        with world.session() as session:
            for member in found:
                session.get_one(Profile, member.id).organisation_id = organisation_id
    return found


def visit(world: World, *members: Member) -> None:
    """The home page was on their screens."""
    for member in members:
        assert world.client(member).post("/visite").status_code == 302


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    """What a page says, on one line."""
    answer = client.get(address)
    assert answer.status_code == status, address
    return " ".join(answer.get_data(as_text=True).split()).replace("\u00a0", " ")
