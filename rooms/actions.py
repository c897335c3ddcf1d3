"""Writes of the video rooms: open one, say otherwise what it is, take it away."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from access import audiences
from access.viewers import Viewer
from accounts.models import Member
from core import clock, text
from core.facts import record
from core.refusals import Refused
from rooms import policy
from rooms.facts import RoomChanged, RoomWithdrawn
from rooms.models import PHONE_LENGTH, WORDS_LENGTH, Room

LONGEST_TITLE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is said of a room, as it was typed."""

    title: str
    words: str = ""
    phone: str = ""
    waits: bool = False
    guests: bool = False


def open_room(
    session: Session,
    said: Said,
    *,
    owner: Viewer,
    networks: Collection[int],
    territories: Collection[int],
) -> Room:
    """A room that stays, for those whom its audience names.

    Raises Refused: "title-empty", "title-too-long", "words-too-long", "phone-too-long",
    "audience-not-yours", "no-network".
    """
    audience_id = audiences.own_audience(session, owner.member_id, networks, territories)
    return _made(session, said, owner.member_id, audience_id, None)


def open_for_event(
    session: Session, said: Said, *, by: Viewer, event_id: int, owner_id: int, audience_id: int
) -> Room:
    """The room of a date of the agenda, for those who see it. Asked again, it is the same.

    Who announced the date hosts it, and so do moderators. Raises Refused as open_room does, and
    "not-yours".
    """
    if by.member_id != owner_id and not by.moderates:
        raise Refused("not-yours")
    session.execute(select(Member.id).where(Member.id == owner_id).with_for_update(key_share=True))
    made = session.scalar(select(Room).where(Room.event_id == event_id))
    if made is not None:
        if made.withdrawn_at is not None:
            give_back(session, made, by=session.get_one(Member, by.member_id), viewer=by)
        return made
    return _made(session, said, owner_id, audience_id, event_id)


def _made(
    session: Session, said: Said, owner_id: int, audience_id: int, event_id: int | None
) -> Room:
    room = Room(
        audience_id=audience_id,
        owner_id=owner_id,
        event_id=event_id,
        link=1,
        created_at=clock.now(),
        withdrawn_at=None,
    )
    _describe(room, said)
    session.add(room)
    session.flush()
    record(session, RoomChanged(room))
    return room


def describe(session: Session, room: Room, said: Said, *, by: Viewer) -> None:
    """Say otherwise what a room is. Raises Refused as open_room does, and "not-yours"."""
    _tends(by, room)
    _describe(room, said)
    record(session, RoomChanged(room))


def _describe(room: Room, said: Said) -> None:
    title = " ".join(text.plain(said.title).split())
    words, phone = text.plain(said.words).strip(), " ".join(text.plain(said.phone).split())
    if not title:
        raise Refused("title-empty")
    if len(title) > LONGEST_TITLE:
        raise Refused("title-too-long", longest=LONGEST_TITLE)
    if len(words) > WORDS_LENGTH:
        raise Refused("words-too-long", longest=WORDS_LENGTH)
    if len(phone) > PHONE_LENGTH:
        raise Refused("phone-too-long", longest=PHONE_LENGTH)
    room.title, room.words, room.phone = title, words, phone
    room.waits, room.guests = said.waits, said.guests


def renew_link(session: Session, room: Room, *, by: Viewer) -> None:
    """Have the former link of guests open nothing; those who came by it leave."""
    _tends(by, room)
    room.link += 1
    record(session, RoomChanged(room))


def withdraw(session: Session, room: Room, *, by: Member, viewer: Viewer) -> None:
    """Take a room away from everyone; those who are in it leave. Raises Refused("not-yours")."""
    room.take_away(viewer)
    record(session, RoomWithdrawn(by, room.title, {"state": "withdrawn"}, room))
    record(session, RoomChanged(room))


def give_back(session: Session, room: Room, *, by: Member, viewer: Viewer) -> None:
    """Undo a withdrawal. Raises Refused("not-yours"), Refused("withdrawn-by-moderator")."""
    room.bring_back(viewer)
    record(session, RoomWithdrawn(by, room.title, {"state": "given-back"}, room))
    record(session, RoomChanged(room))


def _tends(viewer: Viewer, room: Room) -> None:
    if not policy.may_tend(viewer, room):
        raise Refused("not-yours")
