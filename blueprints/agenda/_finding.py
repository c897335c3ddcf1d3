"""What the lists and the months of the agenda are narrowed by, all in the address."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from agenda.listing import Cursor, DateRow, Filters, When
from agenda.models import Event, EventKind, Occurrence
from agenda.polls import queries as polls
from blueprints._access import key, viewer
from blueprints._filters import Choice, active, address, menus
from blueprints._picker import reaches_in_words
from blueprints._times import hours_here
from blueprints._topics import address_of
from blueprints.directory import _finding
from core.db import db
from directory import lists
from directory.models import Theme

NAMES = ("voir", "type", "theme", "reseau", "territoire", "pres", "km", "date", "jour")
SHOWS = {"passees": When.PAST, "toutes": When.EVERY}
MINE = "les-miennes"
FIRST_YEAR, LAST_YEAR = 2000, 2100


def here(*, path: str | None = None, **changes: Any) -> str:
    """This list with these changes, or another page with the same filters."""
    return address(NAMES, path=path, **changes)


def day() -> date | None:
    """The day that is asked for."""
    try:
        asked = date.fromisoformat(request.args.get("jour", ""))
    except ValueError:
        return None
    return asked if FIRST_YEAR <= asked.year <= LAST_YEAR else None


def asked(near: _finding.Place | None) -> Filters:
    """What the address says of the dates that are wanted."""
    show = request.args.get("voir", "")
    return Filters(
        kind=_finding.slug("type"),
        theme=_finding.slug("theme"),
        network_id=_finding.network_id(),
        territory_id=_finding.territory_id(),
        around=near.around if near else None,
        mine=show == MINE,
        event_id=request.args.get("date", type=key),
        day=day(),
        when=When.EVERY if show == MINE else SHOWS.get(show, When.COMING),
    )


def whenever(filters: Filters) -> Filters:
    """The same, for a month: it has its own days."""
    return replace(filters, when=When.EVERY, day=None)


def cursor() -> Cursor | None:
    """Where the page starts, as `older` wrote it."""
    number, _tilde, place = request.args.get("apres", "").partition("~")
    try:
        at = datetime.fromisoformat(place)
        return Cursor(at.astimezone(UTC), key(number)) if at.tzinfo else None
    except (ValueError, OverflowError):
        return None


def older(row: DateRow, **more: Any) -> str:
    """The page that starts after this row."""
    return here(apres=f"{row[0].id}~{row[0].starts_at.isoformat()}", **more)


def choices(filters: Filters) -> list[Choice]:
    """The filters of a list."""
    kinds, themes = lists.names(db.session(), EventKind, Theme)
    shared = _finding.shared_choices([])[:2]
    return [
        Choice("type", _("Kind"), filters.kind, kinds),
        Choice("theme", _("Theme"), filters.theme, themes),
        *shared,
    ]


def filter_line(filters: Filters, near: _finding.Place | None) -> dict[str, Any]:
    """The arguments of components/filters.html, without the views."""
    offered = choices(filters)
    chips = active(offered, here)
    if near:
        label = _("Within %(km)s km of %(place)s", km=near.around.kilometres, place=near.label)
        chips.append({"label": label, "href": here(pres=None, km=None)})
    return {
        "menus": menus(offered, here),
        "active": chips,
        "clear": here(**dict.fromkeys(name for name in NAMES if name != "voir")),
    }


def near_line(near: _finding.Place | None) -> dict[str, Any]:
    """The arguments of components/agenda.html's near."""
    typed = _finding.typed_place()
    kept = [name for name in NAMES if name not in {"pres", "km"} and name in request.args]
    return {
        "place": near.label if near else typed,
        "unknown_place": bool(typed) and near is None,
        "distances": _finding.DISTANCES,
        "distance": _finding.distance(),
        "kept": {name: request.args[name] for name in kept},
    }


def tabs(month: date) -> list[dict[str, Any]]:
    """The list and the month, with the same filters; one's own dates; the polls to answer."""
    return [
        {
            "label": _("List"),
            "href": here(path=url_for("agenda.index")),
            "current": request.endpoint == "agenda.index",
        },
        {
            "label": _("Month"),
            "href": here(path=address_of_month(month), jour=None),
            "current": request.endpoint == "agenda.month",
        },
        {
            "label": _("My dates"),
            "href": url_for("agenda_attending.mine"),
            "current": request.endpoint == "agenda_attending.mine",
        },
        {
            "label": _("Polls of dates"),
            "href": url_for("polls.index"),
            "current": request.endpoint == "polls.index",
            "count": db.session.scalar(polls.awaiting(viewer())),
        },
    ]


def address_of_month(month: date) -> str:
    """/agenda/mois/2027-03"""
    return url_for("agenda.month", month=f"{month:%Y-%m}")


def address_of_date(event: Event, occurrence: Occurrence) -> str:
    """The page of a date: that of its event when it is the only one."""
    page = address_of("agenda.event", event.id)
    return f"{page}/dates/{occurrence.id}" if event.recurrence else page


def is_cancelled(event: Event, occurrence: Occurrence) -> bool:
    """Whether it will not take place."""
    return event.cancelled_at is not None or occurrence.cancelled_at is not None


def place_of(event: Event, occurrence: Occurrence) -> str:
    """Where, in a line of a list."""
    if occurrence.place:
        return occurrence.place
    return ", ".join(filter(None, (event.place, event.town))) or (
        _("At a distance") if occurrence.link or event.link else ""
    )


def rows(found: Sequence[DateRow]) -> list[dict[str, Any]]:
    """The arguments of components/agenda.html's date_row."""
    reaches = reaches_in_words({row[0].event.audience_id for row in found})
    return [row_of(row, reaches[row[0].event.audience_id]) for row in found]


def row_of(row: DateRow, audience: str) -> dict[str, Any]:
    """One of them."""
    one, event = row[0], row[0].event
    return {
        "title": one.title or event.title,
        "href": address_of_date(event, one),
        "day": one.first_day,
        "hours": hours_here(one, event),
        "place": place_of(event, one),
        "kind": row.kind,
        "who": row.house or event.owner.name,
        "audience": audience,
        "cancelled": is_cancelled(event, one),
        "far": _finding.kilometres(row.squared),
        "recurs": bool(event.recurrence),
    }
