"""A draft that fills a form: what it says, and where one goes once the form is sent."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from blueprints._access import found, key, viewer
from blueprints._picker import Reached
from blueprints._times import HERE, ZONES
from circulars import actions, queries
from circulars.guesses import day, hour
from circulars.models import Draft, Piece, Sort
from core.db import db

NAME = "brouillon"


def number() -> int | None:
    """What the address names."""
    return request.args.get(NAME, type=key)


def asked(sort: Sort) -> Piece | None:
    """The part of a draft that the address names, 404 unless it is one's own."""
    piece_id = number()
    return found(queries.piece(viewer(), piece_id, sort)) if piece_id is not None else None


def asked_whole() -> Draft | None:
    """The draft that the address names, 404 unless it is one's own."""
    draft_id = number()
    return found(queries.draft(viewer(), draft_id)) if draft_id is not None else None


def reach(draft: Draft | None) -> Reached:
    """The network whose circular it is, until its author ticks others."""
    return Reached(frozenset({draft.network_id})) if draft else Reached()


def gone() -> Response:
    """It was published in between."""
    flash(_("This draft was published already."), "warning")
    return redirect(url_for("circulars.index"))


def publish(piece: Piece | None) -> None:
    """Mark it, in the transaction that publishes it. Raises Refused("draft-used")."""
    if piece is not None:
        actions.publish(db.session(), [piece])


def after(draft: Draft | None, page: str) -> Response:
    """Back to the drafts while something of this one waits, else to what was published."""
    if draft is not None and db.session.scalar(queries.still_waits(viewer(), draft.id)):
        return redirect(url_for("circulars.index"))
    return redirect(page)


def as_article(said: Mapping[str, Any]) -> dict[str, Any]:
    """What the form of an article starts with."""
    return {
        "title": said["title"],
        "body": said["body"],
        "place": said.get("place", ""),
        "deadline": day(said.get("deadline")),
        **_times(said),
    }


def _times(said: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **{name: day(said.get(name)) for name in ("starts_on", "ends_on")},
        **{name: hour(said.get(name)) for name in ("starts_at", "ends_at")},
    }


def as_date(said: Mapping[str, Any]) -> dict[str, Any]:
    """What the form of a date starts with; a clock that it does not offer is read in Paris."""
    lines = ("title", "place", "link", "body", "all_day", "zone")
    known = {**{name: said.get(name) for name in lines}, **_times(said)}
    if known["zone"] not in ZONES:
        known |= {"zone": HERE} | ({} if known["all_day"] else _here(known))
    return known


def _here(known: Mapping[str, Any]) -> dict[str, Any]:
    moved: dict[str, Any] = {}
    for name, last in (("starts", "starts_on"), ("ends", "ends_on")):
        if known[f"{name}_at"] is not None:
            there = starts_at({**known, "starts_on": known[last] or known["starts_on"]}, name)
            here = there.replace(tzinfo=ZoneInfo(known["zone"])).astimezone(ZoneInfo(HERE))
            moved |= {f"{name}_on": here.date(), f"{name}_at": here.time()}
    if moved.get("ends_on") == moved.get("starts_on"):
        moved["ends_on"] = None
    return moved


def starts_at(known: Mapping[str, Any], name: str = "starts") -> datetime:
    """Its first instant, on its clock."""
    return datetime.combine(known["starts_on"], known[f"{name}_at"] or time())
