"""The page of a room: the check of one's devices, the meeting, and what the former ones left."""

from typing import Any

from flask import abort, g, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from blueprints._access import settings, viewer
from blueprints._files import asset
from blueprints._picker import reaches_in_words
from blueprints.meetings.door import AS_GUEST, PATH
from blueprints.meetings.entrance import seen_room
from blueprints.rooms import bp
from core.db import db
from rooms import policy, queries, ways
from rooms.models import Room

FORMER_SHOWN = 10
MODULES = ("conference", "devices", "janus", "mesh", "panel", "peer", "quality", "tiles")
"""The scripts of the page, by the names under which they ask for each other."""


def seen(room_id: int) -> Room:
    """A room that the viewer sees, or 404."""
    room = seen_room(db.session(), viewer(), room_id)
    if room is None:
        abort(404)
    return room


def films() -> None:
    """This page may ask for the camera, the microphone and the screen, and speak to the server."""
    g.films = True
    if origin := settings().rooms_origin:
        g.csp_video = origin


def stage(room: Room, *, hosts: bool, guest: bool) -> dict[str, Any]:
    """What the script of the page is told."""
    acts: dict[str, str] = {}
    if hosts:
        for act in ("admit", "refuse", "remove"):
            acts[act] = url_for(f"rooms.{act}", room_id=room.id, presence_id=0)
        acts["lock"] = url_for("rooms.lock", room_id=room.id)
    return {
        "room": room.id,
        "path": PATH,
        "query": {AS_GUEST: "1"} if guest else {},
        "most": ways.most(settings()),
        "acts": acts,
        "client": asset("vendor/socket.io.esm.min.js"),
        "icons": asset("img/icons.svg"),
    }


def modules() -> dict[str, str]:
    """Name → address: an address changes with the content of its file."""
    return {f"rooms/{name}": asset(f"js/rooms/{name}.js") for name in MODULES}


@bp.get("/<int:room_id>")
def room(room_id: int) -> str:
    """One room."""
    one = seen(room_id)
    session = db.session()
    films()
    tends = policy.may_tend(viewer(), one)
    former = session.execute(queries.meetings(viewer(), one.id, most=FORMER_SHOWN + 1)).all()
    return render_template(
        "rooms/room.html",
        room=one,
        audience=reaches_in_words({one.audience_id})[one.audience_id],
        stage=stage(one, hosts=policy.may_host(viewer(), one), guest=False),
        modules=modules(),
        waits=one.waits and not policy.may_host(viewer(), one),
        former=[
            {
                "href": url_for(".meeting", room_id=one.id, meeting_id=meeting.id),
                "at": meeting.started_at,
                "now": meeting.ended_at is None,
                "meta": [
                    ngettext("%(num)s person", "%(num)s people", people),
                    ngettext("%(num)s note", "%(num)s notes", notes) if notes else "",
                ],
            }
            for meeting, people, notes in former[:FORMER_SHOWN]
        ],
        event=url_for("agenda.event", event_id=one.event_id) if one.event_id else None,
        guest_link=_guest_link(one) if tends and one.guests else None,
        acts=_acts(one) if tends else [],
    )


def _guest_link(one: Room) -> str:
    token = ways.guest_token(settings(), one.id, one.link)
    return settings().base_url + url_for("rooms.invitation", token=token)


def _acts(one: Room) -> list[dict[str, Any]]:
    acts: list[dict[str, Any]] = [
        {"label": _("Edit"), "icon": "edit", "href": url_for(".edit", room_id=one.id)}
    ]
    if one.guests:
        acts.append(
            {
                "label": _("Change the link of guests"),
                "icon": "key",
                "action": url_for(".renew_link", room_id=one.id),
                "confirm": _("The link that you sent will open nothing any more. Change it?"),
            }
        )
    acts.append(
        {
            "label": _("Withdraw"),
            "icon": "delete",
            "danger": True,
            "action": url_for(".withdraw", room_id=one.id),
            "confirm": _(
                "Withdraw “%(title)s”? Nobody finds it any more, nor its notes; you will be able "
                "to put it back.",
                title=one.title,
            ),
        }
    )
    return acts
