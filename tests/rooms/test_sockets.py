"""The sockets of a room: who comes in, what goes from one to another, who is shown out."""

import time
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import delete, select

from access.models import MemberNetwork
from accounts import administration
from accounts.models import Member
from blueprints.meetings import sockets, usher
from blueprints.meetings.sockets import LIMITS
from rooms import actions, janus, meetings, ways
from rooms.models import Note, Presence, Room
from rooms.ways import Place
from tests.browser.served import House
from tests.installation import eventually
from tests.live.wire import Refused, opened
from tests.rooms.conftest import PATH, Come, as_guest, guest_cookie, link_of

OFFER = {"kind": "offer", "sdp": "v=0"}
NOTHING = 0.5


def act(house: House, who: Member, room: Room, deed: str, place: int) -> int:
    """What the house answers when somebody does this about somebody."""
    house.world.app.config["WTF_CSRF_ENABLED"] = False
    address = f"/visio/{room.id}/presences/{place}/{deed}"
    return house.world.client(who).post(address, headers={"X-Fragment": "1"}).status_code


@pytest.mark.parametrize(
    ("who", "enters"),
    [
        ({"networks": ("coorace",)}, True),
        ({"networks": ("fnars",)}, False),
        ({"networks": ("fnars", "coorace")}, True),
        ({"networks": ("coorace",), "territories": ("departement:72",)}, False),
        ({"networks": ()}, False),
    ],
)
def test_the_rule_says_who_enters(
    house: House, come: Come, who: dict[str, Any], enters: bool
) -> None:
    world = house.world
    room = world.room(world.member(), networks=["coorace"], territories=["departement:44"])
    someone = world.member("Bruno", **who)
    assert ("me" in come(someone, room).answer) is enters
    assert world.client(someone).get(f"/visio/{room.id}").status_code == (200 if enters else 404)
    assert (room.title in world.client(someone).get("/visio").text) is enters


def test_strangers_and_other_sites_open_no_socket(house: House) -> None:
    world = house.world
    cases: list[tuple[Member | None, dict[str, Any], int]] = [
        (None, {}, 401),
        (None, {"path": f"{PATH}invite=1&"}, 401),
        (world.member("Nora", charter=False), {}, 401),
        (world.member(), {"origin": "https://evil.example"}, 403),
    ]
    for member, how, expected in cases:
        with (
            pytest.raises(Refused, match=str(expected)),
            opened(house, member, **{"path": PATH, **how}),
        ):
            pass


def test_those_inside_are_told_who_is_there(house: House, come: Come) -> None:
    world = house.world
    alice, bruno = world.member(), world.member("Bruno")
    room = world.room(alice)
    hers, his = come(alice, room), come(bruno, room)
    told = hers.sees(2)
    assert [one["name"] for one in told["people"]] == [alice.name, bruno.name]
    assert [one["host"] for one in told["people"]] == [True, False]
    assert told["hosts"] is True
    assert his.sees(2)["hosts"] is False
    his.wire.say("show", {"microphone": True, "hand": True, "camera": "yes"})
    while not (seen := hers.sees(2)["people"][1])["microphone"]:
        pass
    assert (seen["hand"], seen["camera"]) == (1, False)
    his.wire.say("leave")
    assert len(hers.sees(1)["people"]) == 1


def test_signals_go_between_those_inside_the_same_meeting_alone(house: House, come: Come) -> None:
    world = house.world
    alice, bruno, carole, denis = (world.member(name) for name in "ABCD")
    room, other = world.room(alice, waits=True), world.room(alice, "Ailleurs")
    hers = come(alice, room)
    waits, elsewhere, nowhere = come(bruno, room), come(carole, other), come(denis, other)
    assert waits.answer["state"] == "waiting"
    for page in (waits, elsewhere):
        page.wire.say("signal", {"to": hers.me, "what": OFFER})
        hers.wire.say("signal", {"to": page.me, "what": OFFER})
        assert page.wire.hear("signal", NOTHING) is None
    assert hers.wire.hear("signal", NOTHING) is None
    elsewhere.wire.say("signal", {"to": nowhere.me, "what": OFFER})
    assert nowhere.wire.hear("signal") == {"from": elsewhere.me, "what": OFFER}
    elsewhere.wire.say("signal", {"to": nowhere.me, "what": {"kind": "else"}})
    assert nowhere.wire.hear("signal", NOTHING) is None


def test_who_waits_is_told_nothing_until_a_host_lets_them_in(house: House, come: Come) -> None:
    world = house.world
    alice, bruno = world.member(), world.member("Bruno")
    room = world.room(alice, waits=True)
    hers = come(alice, room)
    hers.wire.say("note", "Entre nous.")
    his = come(bruno, room)
    assert his.wire.ask("way") == {}
    assert his.wire.ask("note", "Bonjour ?") == {}
    assert his.wire.hear("people") == {"state": "waiting"}
    assert his.wire.hear("notes", NOTHING) is None
    while not (told := hers.wire.hear("people")) or not told["waiting"]:
        pass
    assert [one["name"] for one in told["waiting"]] == [bruno.name]
    assert act(house, bruno, room, "accepter", his.me) == 403
    assert act(house, alice, room, "accepter", his.me) == 200
    his.sees(2)
    assert his.wire.ask("way")["kind"] == "mesh"
    notes: Any = his.wire.hear("notes")
    assert [note["body"] for note in notes] == ["Entre nous."]


def test_who_is_sent_out_goes_and_does_not_come_back(house: House, come: Come) -> None:
    world = house.world
    alice, bruno = world.member(), world.member("Bruno")
    room = world.room(alice)
    hers, his = come(alice, room), come(bruno, room)
    hers.sees(2)
    assert act(house, bruno, room, "exclure", hers.me) == 403
    assert act(house, alice, room, "exclure", his.me) == 200
    assert his.wire.hear("bye") == {"why": "removed"}
    assert his.wire.is_closed()
    hers.sees(1)
    for again in (None, his.me):
        assert come(bruno, room, again=again).answer["code"] == "removed-from-meeting"


def test_a_closed_door(house: House, come: Come) -> None:
    world = house.world
    alice, bruno = world.member(), world.member("Bruno")
    room = world.room(alice)
    hers = come(alice, room)
    world.app.config["WTF_CSRF_ENABLED"] = False
    locked = {"locked": "1"}
    assert world.client(bruno).post(f"/visio/{room.id}/verrou", data=locked).status_code == 403
    assert world.client(alice).post(f"/visio/{room.id}/verrou", data=locked).status_code == 302
    assert come(bruno, room).answer["code"] == "meeting-locked"
    while not (hers.wire.hear("people") or {})["locked"]:
        pass
    world.client(alice).post(f"/visio/{room.id}/verrou", data={"locked": "0"})
    assert "me" in come(bruno, room).answer


def test_who_is_suspended_is_shown_out(house: House, come: Come) -> None:
    world = house.world
    alice, bruno = world.member(), world.member("Bruno")
    room = world.room(alice)
    hers, his = come(alice, room), come(bruno, room)
    hers.sees(2)
    by = world.administrator()
    world.act(
        lambda s: administration.suspend(
            s, s.get_one(Member, bruno.id), by=s.get_one(Member, by.id), reason="X", until=None
        )
    )
    assert his.wire.hear("bye") == {"why": "over"}
    assert his.wire.is_closed()
    hers.sees(1)


def test_who_leaves_the_network_is_shown_out_without_anybody_telling(
    house: House, come: Come, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(usher, "LOOK_SECONDS", 0.5)
    monkeypatch.setattr(usher, "TIDY_SECONDS", 0.2)
    world = house.world
    alice, bruno = world.member(), world.member("Bruno")
    room = world.room(alice, networks=["coorace"])
    come(alice, room)
    his = come(bruno, room)
    world.act(lambda s: s.execute(delete(MemberNetwork).where(MemberNetwork.member_id == bruno.id)))
    assert his.wire.hear("bye") == {"why": "over"}


@pytest.mark.parametrize("told", ["show", "note"])
def test_the_rule_is_read_again_at_each_telling(house: House, come: Come, told: str) -> None:
    world = house.world
    alice, bruno = world.member(), world.member("Bruno")
    room = world.room(alice, networks=["coorace"])
    hers, his = come(alice, room), come(bruno, room)
    his.sees(2)
    world.act(lambda s: s.execute(delete(MemberNetwork).where(MemberNetwork.member_id == bruno.id)))
    hers.wire.say(told, {"hand": True} if told == "show" else "Entre nous.")
    assert his.wire.hear("bye") == {"why": "over"}
    assert his.wire.is_closed()
    hers.sees(1)


def test_who_is_sent_out_while_the_server_of_video_answers_is_not_let_in_there(
    house: House, come: Come, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = house.world
    alice, bruno = world.member(), world.member("Bruno")
    room = world.room(alice)
    come(alice, room)
    his = come(bruno, room)
    asked: list[str] = []

    def admit(_settings: object, place: Place) -> None:
        asked.append("admit")
        with world.app.app_context():
            world.act(lambda s: meetings.remove(s, s.get_one(Presence, place.presence_id)))

    by_janus = SimpleNamespace(by_janus=lambda _settings: True, most=ways.most)
    monkeypatch.setattr(sockets, "ways", by_janus)
    monkeypatch.setattr(janus, "admit", admit)
    monkeypatch.setattr(janus, "exclude", lambda *_given: asked.append("exclude"))
    his.wire.say("way", number="9")
    assert his.wire.hear("bye") == {"why": "removed"}
    assert his.wire.is_closed()
    eventually(lambda: asked == ["admit", "exclude"])


def test_a_room_that_is_withdrawn_is_emptied(house: House, come: Come) -> None:
    world = house.world
    alice = world.member()
    room = world.room(alice)
    hers = come(alice, room)
    viewer = world.viewer(alice)
    world.act(
        lambda s: actions.withdraw(
            s, s.get_one(Room, room.id), by=s.get_one(Member, alice.id), viewer=viewer
        )
    )
    assert hers.wire.hear("bye") == {"why": "over"}


def test_a_guest_waits_and_sees_nothing_else_of_the_house(house: House, come: Come) -> None:
    world = house.world
    alice = world.member()
    room, other = world.room(alice, guests=True), world.room(alice, "Ailleurs")
    hers = come(alice, room)
    how = guest_cookie(house, room)
    theirs = come(None, room, **how)
    assert theirs.answer["state"] == "waiting"
    assert come(None, other, **how).answer == {}
    while not (told := hers.wire.hear("people")) or not told["waiting"]:
        pass
    assert [(one["name"], one["guest"]) for one in told["waiting"]] == [("Gaëlle", True)]
    assert act(house, alice, room, "accepter", theirs.me) == 200
    theirs.sees(2)
    client = as_guest(house, room)
    for address in ("/", "/visio", f"/visio/{room.id}", "/annuaire", "/forum"):
        assert "/connexion" in client.get(address).headers.get("Location", ""), address
    assert client.get(link_of(house.world, room) + "/salle").status_code == 200


def test_a_link_that_was_changed_opens_nothing_and_its_guests_leave(
    house: House, come: Come
) -> None:
    world = house.world
    alice = world.member()
    room = world.room(alice, guests=True)
    come(alice, room)
    how, link = guest_cookie(house, room), link_of(house.world, room)
    theirs = come(None, room, **how)
    viewer = world.viewer(alice)
    world.act(lambda s: actions.renew_link(s, s.get_one(Room, room.id), by=viewer))
    assert theirs.wire.hear("bye") == {"why": "over"}
    assert world.client().get(link).status_code == 404
    with pytest.raises(Refused, match="401"), opened(house, None, **how):
        pass


def test_a_link_is_of_our_writing_and_of_a_room_that_takes_guests(house: House) -> None:
    world = house.world
    closed = world.room(world.member())
    assert world.client().get(link_of(house.world, closed)).status_code == 404
    assert world.client().get("/visio/invite/forged").status_code == 404
    assert world.client().get(link_of(house.world, closed)[:-2] + "xx/salle").status_code == 404


def test_a_room_that_takes_guests_no_more_shows_them_out(house: House, come: Come) -> None:
    world = house.world
    alice = world.member()
    room = world.room(alice, guests=True)
    come(alice, room)
    how, viewer = guest_cookie(house, room), world.viewer(alice)
    theirs = come(None, room, **how)
    said = actions.Said(title=room.title)
    world.act(lambda s: actions.describe(s, s.get_one(Room, room.id), said, by=viewer))
    assert theirs.wire.hear("bye") == {"why": "over"}
    with pytest.raises(Refused, match="401"), opened(house, None, **how):
        pass


def test_a_guest_is_one_of_the_room_that_they_came_to(house: House) -> None:
    world = house.world
    alice = world.member()
    room, other = (world.room(alice, title, guests=True) for title in ("Ici", "Ailleurs"))
    guest = as_guest(house, room)
    assert guest.get(f"{link_of(world, room)}/salle").status_code == 200
    assert guest.get(f"{link_of(world, other)}/salle").location == link_of(world, other)
    viewer, link = world.viewer(alice), link_of(world, room)
    world.act(
        lambda s: actions.withdraw(
            s, s.get_one(Room, room.id), by=s.get_one(Member, alice.id), viewer=viewer
        )
    )
    assert guest.get(link).status_code == 404


def test_notes_are_told_and_kept(house: House, come: Come) -> None:
    world = house.world
    alice, bruno = world.member(), world.member("Bruno")
    room = world.room(alice)
    hers, his = come(alice, room), come(bruno, room)
    hers.sees(2)
    assert his.wire.ask("note", "<b>Décision</b>") == {"done": True}
    notes: Any = hers.wire.hear("notes")
    assert [(note["name"], note["body"]) for note in notes] == [(bruno.name, "<b>Décision</b>")]
    meeting = world.one(select(Note.meeting_id))
    page = world.client(alice).get(f"/visio/{room.id}/reunions/{meeting}")
    assert "&lt;b&gt;Décision" in page.text
    assert bruno.name in page.text


def test_notes_come_at_a_human_pace(house: House, come: Come) -> None:
    world = house.world
    alice = world.member()
    hers = come(alice, world.room(alice))
    said = [hers.wire.ask("note", f"Note {number}") for number in range(12)]
    assert "refused" in said[-1]
    assert said[0] == {"done": True}


def test_too_large_or_too_much_ends_the_socket(house: House, come: Come) -> None:
    world = house.world
    alice, bruno, carole = (world.member(name) for name in "ABC")
    room = world.room(alice)
    hers, his, theirs = come(alice, room), come(bruno, room), come(carole, room)
    large = "v" * (LIMITS.largest_bytes - 1_000)
    his.wire.say("signal", {"to": hers.me, "what": {"kind": "offer", "sdp": large}})
    assert hers.wire.hear("signal") is not None
    his.wire.say("signal", {"to": hers.me, "what": {"kind": "offer", "sdp": large * 2}})
    assert his.wire.is_closed()
    for _time in range(LIMITS.at_once + 100):
        try:
            theirs.wire.say("signal", {"to": 1, "what": OFFER})
        except Exception:
            break
    assert theirs.wire.is_closed()


def test_a_line_that_is_cut_is_taken_up_again(house: House, come: Come) -> None:
    world = house.world
    alice, bruno = world.member(), world.member("Bruno")
    room = world.room(alice)
    hers, his = come(alice, room), come(bruno, room)
    hers.sees(2)
    his.wire.raw.sock.close()
    while not hers.sees(2)["people"][1]["lost"]:
        pass
    back = come(bruno, room, again=his.me)
    assert back.me == his.me
    while hers.sees(2)["people"][1]["lost"]:
        pass


def test_nonsense_changes_nothing(house: House, come: Come) -> None:
    world = house.world
    alice = world.member()
    room = world.room(alice)
    hers = come(alice, room)
    nonsense: list[Any] = [None, 3, [], {"to": True}, {"to": 2**40, "what": OFFER}, {"to": 1}]
    for said in nonsense:
        hers.wire.say("signal", said)
        hers.wire.say("show", said)
    assert hers.wire.ask("enter", {"room": "1"}) == {}
    assert hers.wire.ask("note", {"a": 1}) == {}
    time.sleep(0.1)
    assert hers.wire.ask("way")["kind"] == "mesh"
