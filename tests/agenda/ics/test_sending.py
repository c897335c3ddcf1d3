"""A calendar file that a member sends by the page."""

import io
from typing import Any

import pytest
from sqlalchemy import delete, func, select

from access.models import MemberNetwork
from accounts.models import Member
from agenda.ics import sending
from agenda.ics.models import CalendarImport
from agenda.models import Event, EventKind
from tests.agenda.ics.calendars import CANCELLED, MOVED, WEEKLY, calendar, event
from tests.world import BOTH, World


def send(world: World, who: Member, content: bytes, **fields: Any) -> Any:
    """Send a file as the page does."""
    kind_id = world.one(select(EventKind.id).where(EventKind.slug == "reunion"))
    data = {"kind": str(kind_id), "reach": "everyone", **fields}
    data["file"] = (io.BytesIO(content), "dates.ics")
    return world.client(who).post("/agenda/fichiers", data=data)


def events(world: World) -> int:
    return world.one(select(func.count()).select_from(Event)) or 0


@BOTH
def test_nothing_is_written_before_a_yes(world: World) -> None:
    alice = world.member("Alice")
    client = world.client(alice)
    shown = send(
        world, alice, calendar(WEEKLY, MOVED, CANCELLED, event("SUMMARY:Quand ?", uid="b"))
    )
    assert shown.status_code == 302, shown.get_data(as_text=True)
    assert events(world) == 0
    page = client.get(shown.location).get_data(as_text=True)
    assert "Point d’équipe" in page
    assert "Quand ?" in page
    number = shown.location.rpartition("/")[2]
    done = client.post(f"/agenda/fichiers/{number}/confirmer")
    assert done.status_code == 302
    assert events(world) == 1
    client.post(f"{shown.location}/confirmer")  # a second click does nothing more
    assert events(world) == 1
    (sent,) = world.all(select(CalendarImport))
    assert sent.said is None
    again = send(world, alice, calendar(WEEKLY, MOVED, CANCELLED))
    assert "confirmer" not in client.get(again.location).get_data(as_text=True)


def test_what_was_sent_can_be_forgotten(world: World) -> None:
    alice = world.member("Alice")
    shown = send(world, alice, calendar(WEEKLY))
    number = shown.location.rpartition("/")[2]
    done = world.client(alice).post(f"/agenda/fichiers/{number}/abandonner")
    assert done.status_code == 302
    assert (events(world), world.all(select(CalendarImport))) == (0, [])


@pytest.mark.parametrize("way", ["", "/confirmer", "/abandonner"])
def test_nobody_sees_what_another_sent(world: World, way: str) -> None:
    shown = send(world, world.member("Alice"), calendar(WEEKLY))
    other = world.client(world.administrator())
    answer = other.post(shown.location + way) if way else other.get(shown.location)
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("content", "fields"),
    [
        (b"", {}),
        (b"%PDF-1.4", {}),
        (b"BEGIN:VCALENDAR\n" * 5_000, {}),
        (calendar(), {}),
        (calendar(WEEKLY), {"kind": ""}),
        (calendar(WEEKLY), {"reach": "chosen"}),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_with_words(
    world: World, content: bytes, fields: dict[str, str]
) -> None:
    alice = world.member("Alice")
    answer = send(world, alice, content, **fields)
    assert answer.status_code == 422
    assert "error-summary" in answer.get_data(as_text=True)
    assert world.all(select(CalendarImport)) == []


def test_somebody_who_lost_a_network_meanwhile_announces_nothing_there(world: World) -> None:
    alice = world.member("Alice", networks=("coorace", "fnars"))
    shown = send(
        world, alice, calendar(WEEKLY), reach="chosen", networks=str(world.network("fnars"))
    )
    fnars = MemberNetwork.network_id == world.network("fnars")
    world.act(lambda s: s.execute(delete(MemberNetwork).where(fnars)))
    world.client(alice).post(f"{shown.location}/confirmer")
    (sent,) = world.all(select(CalendarImport))
    assert [one.code for one in sending.outcomes(sent)] == ["audience-not-yours"]
    assert events(world) == 0


def test_the_page_says_how_many_will_read(world: World) -> None:
    alice = world.member("Alice")
    answer = world.client(alice).post("/agenda/fichiers/portee", data={"reach": "everyone"})
    assert (answer.status_code, "1" in answer.get_data(as_text=True)) == (200, True)
