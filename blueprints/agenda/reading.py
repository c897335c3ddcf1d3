"""The page of an event, and of one of its dates."""

from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from accounts.visits import note_presence
from agenda import policy, queries
from agenda.models import Event, Occurrence
from blueprints._access import found, viewer
from blueprints._picker import reaches_in_words
from blueprints._times import in_words, long_day, span
from blueprints._topics import author_of
from blueprints._visits import from_mail
from blueprints.agenda import _finding, bp
from blueprints.agenda._rhythms import recurs
from blueprints.agenda_attending._part import papers_of, part_of, part_of_series
from blueprints.directory.organisations import around
from core import clock
from core.db import db
from directory.queries import work_lines
from notifications.actions import see_event
from rooms import queries as rooms

COMING = 6
"""Dates to come that the page of an event shows."""


def seen_date(event_id: int, occurrence_id: int) -> Occurrence:
    """A date of an event, or 404."""
    one = found(queries.occurrence(viewer(), occurrence_id))
    if one.event_id != event_id:
        abort(404)
    return one


@bp.get("/<int:event_id>")
def event(event_id: int) -> str | Response:
    """What takes place, when, where, for whom; the dates to come when it comes back."""
    one = db.session.scalars(queries.event(viewer(), event_id)).one_or_none()
    if one is None:
        gone = found(queries.withdrawn(viewer(), event_id))  # for those who may give it back
        return redirect(url_for(".withdrawn", event_id=gone.id))
    coming = db.session.scalars(queries.coming_dates_of(viewer(), one.id, most=COMING + 1)).all()
    return _page(one, None if one.recurrence else _only(one, coming), coming)


def _only(one: Event, coming: Any) -> Occurrence | None:
    if coming:
        only: Occurrence = coming[0]
        return only
    return db.session.scalars(queries.last_date_of(viewer(), one.id)).first()


@bp.get("/<int:event_id>/dates/<int:occurrence_id>")
def date(event_id: int, occurrence_id: int) -> str:
    """One date of an event, with what is particular about it."""
    one = seen_date(event_id, occurrence_id)
    coming = db.session.scalars(queries.coming_dates_of(viewer(), event_id, most=COMING + 1)).all()
    return _page(one.event, one, coming)


def _page(one: Event, at: Occurrence | None, coming: Any) -> str:
    works = work_lines(db.session(), viewer(), [one.owner_id])
    when = in_words(at or one, one)
    part = part_of(at) if at else None
    return render_template(
        "agenda/event.html",
        event=one,
        date=at,
        title=(at.title if at else None) or one.title,
        when=when,
        over=_is_over(at, coming),
        cancelled=one.cancelled_at is not None or (at is not None and at.cancelled_at is not None),
        why=one.cancelled_why if one.cancelled_at else (at.words if at and at.cancelled_at else ""),
        recurs=recurs(one),
        hours=span(one, one).hours(),
        coming=[_line(one, other, at) for other in coming[:COMING]] if one.recurrence else [],
        more=len(coming) > COMING,
        every_date=url_for(".index", date=one.id, voir="toutes"),
        where=_where(one, at),
        on_map=_on_map(one, at),
        link=(at.link if at else None) or one.link,
        audience=reaches_in_words({one.audience_id})[one.audience_id],
        description=Markup(one.html),  # noqa: S704 - cleaned when it was saved
        house=one.organisation,
        owner=author_of(one.owner, works.get(one.owner_id, "")),
        in_month=_finding.address_of_month(at.first_day if at else span(one, one).starts.date()),
        seen=url_for(".seen", event_id=one.id, **from_mail()),
        room=db.session.scalars(rooms.of_event(viewer(), one.id)).one_or_none(),
        acts=_acts(one, at) if policy.may_tend(viewer(), one) else [],
        part=part,
        reading=papers_of(at, part["minutes"]) if at and part else None,
        series=part_of_series(one) if at is None and one.recurrence else None,
        may_tend=policy.may_tend(viewer(), one),
    )


@bp.post("/<int:event_id>/vu")
def seen(event_id: int) -> tuple[str, int] | Response:
    """The event was on screen: what was told about it is seen."""
    one = found(queries.event(viewer(), event_id))
    see_event(db.session(), viewer(), one.id)
    note_presence(db.session(), viewer().member_id, by_mail=bool(from_mail()))
    db.session.commit()
    if request.headers.get("X-Fragment"):
        return "", 204
    return redirect(url_for(".event", event_id=event_id))


def _is_over(at: Occurrence | None, coming: Any) -> bool:
    if at is None:
        return not coming
    return at.ends_at < clock.now()


def _line(one: Event, other: Occurrence, at: Occurrence | None) -> dict[str, Any]:
    """A date to come, in the list of the others."""
    said = span(other, one)
    return {
        "words": f"{long_day(said.starts.date())}, {said.hours()}",
        "href": _finding.address_of_date(one, other),
        "current": at is not None and other.id == at.id,
        "cancelled": _finding.is_cancelled(one, other),
        "moved": other.changed,
    }


def _where(one: Event, at: Occurrence | None) -> list[str]:
    """The lines of the place: as the date says it alone, else as the event does."""
    if at is not None and at.place:
        return [at.place]
    town = " ".join(filter(None, (one.postcode, one.town)))
    return [words for words in (one.place, one.address, town) if words]


def _on_map(one: Event, at: Occurrence | None) -> str | None:
    """The map where it is in the middle, its sheet open; None without a place, or once over."""
    if one.latitude is None or one.longitude is None or (at is not None and at.place):
        return None
    if at is not None and at.last_day < clock.today():
        return None
    return url_for("map.dates", cadre=around(one.latitude, one.longitude), ouvrir=one.id)


def _acts(one: Event, at: Occurrence | None) -> list[dict[str, Any]]:
    """What who tends it may do, as components/menu.html wants it."""
    acts: list[dict[str, Any]] = []
    if at is not None and one.recurrence:
        named: dict[str, Any] = {"event_id": one.id, "occurrence_id": at.id}
        acts += [
            {
                "label": _("Change this date only"),
                "icon": "edit",
                "href": url_for(".edit_date", **named),
            },
            {
                "label": _("Change this date and those that follow"),
                "icon": "edit",
                "href": url_for(".edit_following", **named),
            },
        ]
        if at.changed or at.cancelled_at:
            acts.append(
                {
                    "label": _("Back to what the series says"),
                    "icon": "history",
                    "action": url_for(".undo_date", **named),
                }
            )
    acts.append(
        {
            "label": _("Change all the dates") if one.recurrence else _("Edit"),
            "icon": "edit",
            "href": url_for(".edit", event_id=one.id),
        }
    )
    acts.append(
        {
            "label": _("Say where it is on the map"),
            "icon": "pin",
            "href": url_for("map.date_position", event_id=one.id),
        }
    )
    return acts + _ends(one, at)


def _ends(one: Event, at: Occurrence | None) -> list[dict[str, Any]]:
    """Cancelling, giving back, withdrawing."""
    withdraw = {
        "label": _("Withdraw"),
        "icon": "delete",
        "danger": True,
        "action": url_for(".withdraw", event_id=one.id),
        "confirm": _(
            "Withdraw “%(title)s”? It leaves the agenda and the search; you will be able to put "
            "it back. If people were to come, cancel it instead: they will read why.",
            title=one.title,
        ),
    }
    if one.cancelled_at is not None:
        back = {
            "label": _("It will take place after all"),
            "icon": "check",
            "action": url_for(".restore", event_id=one.id),
        }
        return [back, withdraw]
    number = at.id if at is not None and one.recurrence and not at.cancelled_at else None
    cancel = {
        "label": _("Cancel it…"),
        "icon": "close",
        "href": url_for(".cancel", event_id=one.id, date=number),
    }
    return [cancel, withdraw]
