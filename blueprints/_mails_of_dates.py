"""What the mails about a date say: a reminder, a place, a change, a word of the organiser."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from agenda.attending.models import Registration, Standing
from agenda.models import Occurrence
from blueprints import _times
from blueprints._rides import trip_in_words
from blueprints._visits import FROM_MAIL

_SUBJECTS = {
    "before": _l("In two days: %(title)s"),
    "morning": _l("Today: %(title)s"),
    "found": _l("A place is freed: %(title)s"),
    "taken": _l("Your registration: %(title)s"),
    "declined": _l("You do not come: %(title)s"),
    "changed": _l("Changed: %(title)s"),
    "cancelled": _l("Cancelled: %(title)s"),
    "message": _l("Message: %(title)s"),
    "minutes": _l("Minutes: %(title)s"),
}
_SENTENCES = {
    "before": _l("This date is in two days, and a place is kept for you."),
    "morning": _l("It is today, and a place is kept for you."),
    "found": _l("A place was freed: it is yours, you take part."),
    "taken": _l("The organiser took you off the list of this date."),
    "declined": _l("You said that you do not come. Your calendar takes this date away."),
    "changed": _l("The organiser changed this date: read again when and where it takes place."),
    "cancelled": _l("This date is cancelled: it will not take place."),
    "minutes": _l("The minutes of this date are online."),
}


@dataclass(frozen=True, slots=True)
class Said:
    """The words of one mail."""

    subject: str
    title: str
    sentence: str
    quotation: str
    lines: list[str]
    """When, where, with whom."""
    after: str
    href: str
    label: str
    why: str


def said(values: Mapping[str, Any]) -> Said:
    """What a mail says, from what the worker gives."""
    occurrence: Occurrence = values["occurrence"]
    registration: Registration = values["registration"]
    event, what = occurrence.event, values["what"]
    title = occurrence.title or event.title
    return Said(
        subject=str(_SUBJECTS[what]) % {"title": title},
        title=title,
        sentence=_sentence(values),
        quotation=_quotation(values),
        lines=[
            *_times.in_words(occurrence, event),
            *where(occurrence),
            *(trip_in_words(one, occurrence) for one in values["trips"]),
        ],
        after=_after(what, registration),
        href=_page(occurrence),
        label=_("See the date"),
        why=_("You receive this message because you registered for this date."),
    )


def _page(occurrence: Occurrence) -> str:
    """The page of the date."""
    named: dict[str, Any] = {"event_id": occurrence.event_id, "_external": True} | FROM_MAIL
    if occurrence.event.recurrence:
        return url_for("agenda.date", occurrence_id=occurrence.id, **named)
    return url_for("agenda.event", **named)


def _sentence(values: Mapping[str, Any]) -> str:
    if values["what"] != "message":
        return str(_SENTENCES[values["what"]])
    writer = values["writer"]
    return _("%(name)s writes to those who come:", name=writer.name if writer else "")


def _quotation(values: Mapping[str, Any]) -> str:
    """The words of somebody: a message, a reason."""
    occurrence: Occurrence = values["occurrence"]
    if values["message"] is not None:
        words: str = values["message"].words
        return words
    if values["what"] == "cancelled":
        return occurrence.event.cancelled_why or occurrence.words
    return str(values["why"])


def where(occurrence: Occurrence) -> list[str]:
    """Where one goes, and the link."""
    event = occurrence.event
    town = " ".join(filter(None, (event.postcode, event.town)))
    place = occurrence.place or ", ".join(filter(None, (event.place, event.address, town)))
    return [one for one in (place, occurrence.link or event.link) if one]


def _after(what: str, registration: Registration) -> str:
    """What one may do about it."""
    if what in {"taken", "declined", "cancelled", "minutes"}:
        return ""
    if registration.standing is Standing.WAITING:
        return _(
            "You are on the waiting list. If you no longer wait, say so on the page of the date."
        )
    return _(
        "If you cannot come, say so on the page of the date: somebody else may have the place."
    )
