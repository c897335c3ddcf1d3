"""The pages of the rooms: opening one, tending it, the room of a date, what meetings leave."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from accounts.models import AuditEntry, Member
from agenda.models import Event
from core import clock
from rooms import meetings
from rooms.meetings import Who
from rooms.models import Presence, Room
from tests.rooms.conftest import link_of
from tests.world import World

ROOM = {"title": "Salle des CIP", "words": "Le mardi.", "waits": "y", "reach": "everyone"}


def comes(world: World, room: Room, member: Member) -> Presence:
    return world.act(lambda s: meetings.come(s, room, Who(member.id), hosts=False, most=6))


def test_opening_a_room_and_saying_otherwise_what_it_is(world: World) -> None:
    alice = world.member()
    client = world.client(alice)
    assert client.get("/visio/nouveau").status_code == 200
    assert client.post("/visio/nouveau", data={"title": ""}).status_code == 422
    answer = client.post("/visio/nouveau", data=ROOM)
    room = world.one(select(Room))
    assert room is not None
    assert answer.headers["Location"] == f"/visio/{room.id}"
    assert room.waits
    assert not room.guests
    changed = {"title": "Salle des coordinateurs", "guests": "y"}
    assert client.post(f"/visio/{room.id}/modifier", data=changed).status_code == 302
    page = client.get(f"/visio/{room.id}").text
    assert "Salle des coordinateurs" in page
    assert "/visio/invite/" in page
    other = world.client(world.member("Bruno"))
    assert other.post(f"/visio/{room.id}/modifier", data=changed).status_code == 403
    assert "/visio/invite/" not in other.get(f"/visio/{room.id}").text


def test_a_room_is_for_ones_own_networks(world: World) -> None:
    client = world.client(world.member())
    reach = {"reach": "chosen", "networks": [str(world.network("fnars"))]}
    assert client.post("/visio/nouveau", data=ROOM | reach).status_code == 422
    assert "membre" in client.post("/visio/portee", data={"reach": "everyone"}).text
    assert world.all(select(Room)) == []


def test_withdrawing_a_room_and_giving_it_back_is_told_to_the_trail(world: World) -> None:
    alice = world.member()
    room, client = world.room(alice), world.client(alice)
    other = world.client(world.member("Bruno"))
    assert other.post(f"/visio/{room.id}/retirer").status_code == 403
    assert client.post(f"/visio/{room.id}/retirer").status_code == 302
    assert client.get(f"/visio/{room.id}").status_code == 404
    assert other.get(f"/visio/{room.id}/retire").status_code == 404
    assert client.get(f"/visio/{room.id}/retire").status_code == 200
    assert client.post(f"/visio/{room.id}/retire").status_code == 302
    assert other.get(f"/visio/{room.id}").status_code == 200
    acts = world.all(select(AuditEntry.act).where(AuditEntry.act == "room-withdrawn"))
    assert len(acts) == 2


def test_changing_the_link_of_guests(world: World) -> None:
    alice = world.member()
    room, client = world.room(alice, guests=True), world.client(alice)
    link = link_of(world, room)
    assert world.client().get(link).status_code == 200
    other = world.client(world.member("Bruno"))
    assert other.post(f"/visio/{room.id}/lien").status_code == 403
    assert client.post(f"/visio/{room.id}/lien").status_code == 302
    assert world.client().get(link).status_code == 404


@pytest.mark.parametrize("act", ["accepter", "refuser", "exclure"])
def test_only_a_host_acts_on_others_and_only_in_this_room(world: World, act: str) -> None:
    alice, bruno, carole = (world.member(name) for name in ("Alice", "Bruno", "Carole"))
    room, other = world.room(alice, waits=True), world.room(bruno)
    world.act(lambda s: meetings.come(s, room, Who(alice.id), hosts=True, most=6))
    waits = comes(world, room, carole)
    addresses = {
        "accepter": f"/visio/{room.id}/presences/{waits.id}/accepter",
        "refuser": f"/visio/{room.id}/presences/{waits.id}/refuser",
        "exclure": f"/visio/{room.id}/presences/{waits.id}/exclure",
    }
    far = world.member("Denis", networks=())
    assert world.client(bruno).post(addresses[act]).status_code == 403
    assert world.client(far).post(addresses[act]).status_code == 404
    elsewhere = addresses[act].replace(f"/{room.id}/", f"/{other.id}/", 1)
    assert world.client(bruno).post(elsewhere).status_code == 404
    assert world.client(alice).post(addresses[act]).status_code == 302
    state = world.one(select(Presence.state).where(Presence.id == waits.id))
    assert state == {"accepter": "inside", "refuser": "refused", "exclure": "removed"}[act]


def test_a_door_is_closed_only_while_somebody_is_there(world: World) -> None:
    alice = world.member()
    room, client = world.room(alice), world.client(alice)
    assert client.post(f"/visio/{room.id}/verrou", data={"locked": "1"}).status_code == 404


def test_the_room_of_a_date_is_for_those_who_see_the_date(world: World) -> None:
    alice, bruno = world.member(), world.member("Bruno")
    far = world.member("Denis", networks=("fnars",))
    event = world.event(alice, "Réunion des CIP", networks=["coorace"])
    assert world.client(bruno).post(f"/visio/dates/{event.id}").status_code == 403
    assert world.client(far).post(f"/visio/dates/{event.id}").status_code == 404
    client = world.client(alice)
    answers = {client.post(f"/visio/dates/{event.id}").headers["Location"] for _time in range(2)}
    (address,) = answers
    assert address in world.client(bruno).get(f"/agenda/{event.id}").text
    assert world.client(bruno).get(address).status_code == 200
    assert world.client(far).get(address).status_code == 404
    client.post(f"/agenda/{event.id}/retirer")
    assert world.client(bruno).get(address).status_code == 404


def test_the_room_of_a_date_that_is_opened_again_is_told_to_the_trail(world: World) -> None:
    alice, moderator = world.member(), world.moderator()
    event = world.event(alice, "Réunion des CIP")
    hers, theirs, door = world.client(alice), world.client(moderator), f"/visio/dates/{event.id}"
    address = hers.post(door).headers["Location"]
    for client in (hers, theirs):
        assert client.post(f"{address}/retirer").status_code == 302
        assert client.post(door).headers["Location"] == address
    told = world.all(select(AuditEntry).where(AuditEntry.act == "room-withdrawn"))
    states = [(one.actor_id, one.details["state"]) for one in told]
    assert states == [
        (who.id, state) for who in (alice, moderator) for state in ("withdrawn", "given-back")
    ]


def test_the_room_of_a_date_that_a_moderator_withdrew_stays_closed(world: World) -> None:
    alice = world.member()
    event = world.event(alice, "Réunion des CIP")
    address = world.client(alice).post(f"/visio/dates/{event.id}").headers["Location"]
    world.client(world.moderator()).post(f"{address}/retirer")
    assert world.client(alice).post(f"/visio/dates/{event.id}").status_code == 403
    assert world.client(alice).get(address).status_code != 200


def test_the_room_of_a_date_of_this_week_is_found_among_many(world: World) -> None:
    client = world.client(alice := world.member())
    soon = datetime.combine(clock.today() + timedelta(days=1), time(9))
    client.post(f"/visio/dates/{world.event(alice, 'Réunion de la semaine', soon).id}")

    def later(session: Session) -> None:
        event = dict(session.execute(select(Event.__table__)).mappings().one())
        room = dict(session.execute(select(Room.__table__)).mappings().one())
        for number in range(2, 250):
            session.execute(insert(Event), {**event, "id": number, "uid": f"{number}@x"})
            session.execute(insert(Room), {**room, "id": number, "event_id": number})

    world.act(later)
    assert "Réunion de la semaine" in client.get("/visio").text


def test_what_a_meeting_leaves_is_read_by_those_who_see_the_room(world: World) -> None:
    alice, bruno = world.member(), world.member("Bruno")
    far = world.member("Denis", networks=("fnars",))
    room = world.room(alice, networks=["coorace"])
    there = comes(world, room, alice)

    def confer(session: Any) -> None:
        one = session.get_one(Presence, there.id)
        meetings.note(session, one, "=1+1 <script>")
        meetings.leave(session, one)

    world.act(confer)
    page = f"/visio/{room.id}/reunions/{there.meeting_id}"
    assert "=1+1 &lt;script&gt;" in world.client(bruno).get(page).text
    table = world.client(bruno).get(f"/visio/{room.id}/reunions/{there.meeting_id}/presence.csv")
    assert alice.name in table.text
    assert world.client(far).get(page).status_code == 404
    assert world.client(far).get(f"{page}/presence.xlsx").status_code == 404
    elsewhere = world.room(alice, "Ailleurs")
    moved = f"/visio/{elsewhere.id}/reunions/{there.meeting_id}"
    assert world.client(bruno).get(moved).status_code == 404


def test_a_guest_gives_a_name(world: World) -> None:
    room = world.room(world.member(), guests=True)
    link, client = link_of(world, room), world.client()
    token = link.rpartition("/")[2]
    assert client.get(f"/visio/invite/{token}/salle").status_code == 302
    assert client.post(f"/visio/invite/{token}", data={"name": "  "}).status_code == 422
    answer = client.post(f"/visio/invite/{token}", data={"name": "Gaëlle"})
    assert answer.headers["Location"].endswith("/salle")
    assert "Gaëlle" in client.get(f"/visio/invite/{token}/salle").text
    # Of this room, and of no other.
    other = link_of(world, world.room(world.member("Bruno"), guests=True))
    assert client.get(f"{other}/salle").status_code == 302
