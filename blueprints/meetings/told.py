"""What the pages of a meeting are told, in the plain values that their script reads."""

from collections.abc import Sequence
from typing import Any

from rooms.models import Meeting, Note, Presence, State


def person(one: Presence, owner_id: int, hands: Sequence[int]) -> dict[str, Any]:
    """Somebody, as the others see them."""
    name = one.name
    return {
        "id": one.id,
        "name": name,
        "guest": one.guest_id is not None,
        "host": one.member_id is not None and one.member_id == owner_id,
        "microphone": one.microphone,
        "camera": one.camera,
        "screen": one.screen,
        "light": one.light,
        "hand": hands.index(one.id) + 1 if one.id in hands else 0,
        "lost": one.lost_at is not None,
    }


def people(
    meeting: Meeting, owner_id: int, there: Sequence[Presence], *, hosts: bool
) -> dict[str, Any]:
    """Who is inside; for a host, who waits too."""
    inside = [one for one in there if one.state is State.INSIDE]
    raised = sorted((one.hand_at, one.id) for one in inside if one.hand_at is not None)
    hands = [number for _since, number in raised]
    waiting = [one for one in there if one.state is State.WAITING] if hosts else []
    return {
        "people": [person(one, owner_id, hands) for one in inside],
        "waiting": [
            {"id": one.id, "name": one.name, "guest": one.guest_id is not None} for one in waiting
        ],
        "locked": meeting.locked,
        "hosts": hosts,
    }


def note(one: Note) -> dict[str, Any]:
    """A note, with the hour at which it was written."""
    return {
        "id": one.id,
        "name": one.name,
        "at": one.at.isoformat(timespec="seconds"),
        "body": one.body,
    }
