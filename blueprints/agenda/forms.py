"""What members fill in: a date, or several that come back; what is particular about one of them."""

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import NumberRange, Optional

from agenda import actions, rhythm
from agenda.actions import Said
from agenda.changes import SaidOfDate
from agenda.models import WHY_LENGTH, Event, EventKind, Occurrence
from agenda.recurrence import wall
from agenda.rhythm import Every, Monthly, Rhythm
from blueprints._access import viewer
from blueprints._forms import (
    Form,
    at_most,
    boxes,
    line,
    options,
    required,
    several_lines,
    submission_field,
    words,
)
from blueprints._times import HERE, ZONES, Span, span
from blueprints._words import weekday_name
from blueprints.agenda._rhythms import MONDAY
from core import addresses
from core.db import db
from core.refusals import Refused
from directory import organisations
from directory.lists import offered
from directory.models import Listed, Theme

FIELDS = {
    "title-empty": "title",
    "title-too-long": "title",
    "body-too-long": "body",
    "unknown-kind": "kind",
    "unknown-theme": "theme",
    "organisation-unmet": "run_by",
    "unknown-organisation": "run_by",
    "hour-needed": "starts_at",
    "end-needed": "ends_at",
    "ends-before-it-starts": "ends_at",
    "event-too-long": "ends_on",
    "event-too-far": "starts_on",
    "zone-unknown": "zone",
    "interval-unknown": "interval",
    "times-unknown": "times_in_all",
    "ends-twice": "times_in_all",
    "until-past": "until",
    "day-unknown": "but",
    "too-many-exceptions": "but",
    "recurrence-unknown": "every",
    "recurrence-too-fine": "every",
    "address-too-long": "address",
    "postcode-unknown": "postcode",
    "unknown-commune": "town",
    "link-unknown": "link",
}
"""Refusal → the field that is told."""
DATE_FIELDS = FIELDS | {"address-too-long": "place", "words-too-long": "body"}
KEPT = "KEPT"
"""A rule that comes from elsewhere and that this form cannot say stays as it is."""
_DAY = re.compile(r"\s*([0-9]{1,2})[/. ]([0-9]{1,2})[/. ]([0-9]{4})\s*")


def _chosen(value: str | int | None) -> int | None:
    return int(value) if value else None


def _listed(kind: type[Listed], none: str, also: Listed | None) -> list[Any]:
    """What is offered, and what the event is filed under though it is offered no longer."""
    entries = list(db.session.scalars(offered(kind)))
    if also is not None and also not in entries:
        entries.append(also)
    return options([("", none), *((entry.id, entry.name) for entry in entries)])


class TimesForm(Form):
    """From when to when; the last day is the first one when it is not said."""

    starts_on = DateField(_l("Day"), [required()])
    starts_at = TimeField(_l("From (hour)"), [Optional()])
    ends_at = TimeField(_l("To (hour)"), [Optional()])
    ends_on = DateField(
        _l("Last day"), [Optional()], description=_l("Only if it lasts several days.")
    )

    def times(self, *, all_day: bool) -> tuple[datetime, datetime]:
        """When it starts and ends, on its clock; whole days end at the next midnight.

        Raises Refused("hour-needed"), Refused("end-needed").
        """
        first: date = self.starts_on.data or date.today()  # noqa: DTZ011 - required is checked
        last: date = self.ends_on.data or first
        if all_day:
            return _midnight(first), _midnight(last + timedelta(days=1))
        if self.starts_at.data is None:
            raise Refused("hour-needed")
        if self.ends_at.data is None and last != first:
            raise Refused("end-needed")
        starts = datetime.combine(first, self.starts_at.data)
        return starts, datetime.combine(last, self.ends_at.data or self.starts_at.data)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min)


class WhenForm(TimesForm):
    """When, and how it comes back."""

    all_day = BooleanField(_l("All day"))
    zone = SelectField(
        _l("Time zone"),
        choices=options(ZONES.items()),
        default=HERE,
        validate_choice=False,
        description=_l("On whose clock these hours are read."),
    )
    every = SelectField(_l("How often"), validate_choice=False)
    interval = IntegerField(
        _l("Every how many"),
        [Optional(), NumberRange(1, rhythm.LONGEST_INTERVAL)],
        description=_l("2: every other day, week, month or year."),
    )
    weekdays = boxes(_l("On which days"), coerce=int)
    monthly = RadioField(_l("Which day of the month"), validate_choice=False)
    until = DateField(_l("Until"), [Optional()])
    times_in_all = IntegerField(
        _l("Or how many dates in all"), [Optional(), NumberRange(1, rhythm.MOST_TIMES)]
    )
    but = TextAreaField(
        _l("Except on these days"),
        [at_most(3000)],
        [several_lines],
        description=_l("One a line: 14/07/2027."),
    )

    def offer_when(self, rule: str = "") -> None:
        """Fill the lists; `rule`: the one that the event has, when this form cannot say it."""
        choices: list[tuple[str, Any]] = [
            ("", _("Once only")),
            (Every.DAY, _("Each day")),
            (Every.WEEK, _("Each week")),
            (Every.MONTH, _("Each month")),
            (Every.YEAR, _("Each year")),
        ]
        if rule:
            choices.append((KEPT, _("As it was imported")))
        self.every.choices = options(choices)
        self.weekdays.choices = options(
            [(one, weekday_name(MONDAY.replace(day=1 + one))) for one in range(7)]
        )
        self.monthly.choices = options(
            [
                (Monthly.BY_DAY, _("The same day: the 12th of each month")),
                (Monthly.BY_WEEKDAY, _("The same weekday: the second Tuesday")),
                (Monthly.BY_LAST_WEEKDAY, _("The last one: the last Tuesday")),
            ]
        )

    def recurrence(self, starts: datetime, rule: str = "") -> str:
        """What was said of it, as RFC 5545 writes it. Raises as rhythm.written."""
        if self.every.data == KEPT and rule:
            return rule
        if self.every.data not in {one.value for one in Every}:
            return ""
        monthly = {one.value for one in Monthly}
        said = Rhythm(
            every=Every(self.every.data),
            interval=self.interval.data or 1,
            weekdays=[one for one in self.weekdays.data or () if 0 <= one < len(rhythm.DAYS)],
            monthly=Monthly(self.monthly.data) if self.monthly.data in monthly else Monthly.BY_DAY,
            until=self.until.data,
            times=self.times_in_all.data,
            but=_days(words(self.but)),
        )
        return rhythm.written(said, starts)


def _days(typed: str) -> list[date]:
    """One day a line, as people write them. Raises Refused("day-unknown")."""
    found = []
    for one in filter(None, map(str.strip, re.split(r"[\n,;]+", typed))):
        told = _DAY.fullmatch(one)
        try:
            if told:
                found.append(date(int(told[3]), int(told[2]), int(told[1])))
            else:
                found.append(date.fromisoformat(one))
        except ValueError as error:
            raise Refused("day-unknown", typed=one) from error
    return found


class EventForm(WhenForm):
    """What is said of an event."""

    title = line(_l("Title"), length=actions.LONGEST_TITLE, needed=True)
    kind = SelectField(_l("Kind of date"), [required()], coerce=_chosen)
    theme = SelectField(_l("Theme"), coerce=_chosen)
    place = line(_l("Name of the place"), description=_l("Maison des associations, room 3…"))
    address = line(_l("Number and street"))
    postcode = line(_l("Postcode"), length=10)
    town = line(_l("Town"), description=_l("It gives the place on the map."))
    link = line(
        _l("Link"),
        length=addresses.LONGEST_LINK,
        description=_l("To take part at a distance, or to read more."),
    )
    run_by = line(
        _l("Who invites"),
        description=_l(
            "Start typing: an organisation of the directory is proposed. May be left empty."
        ),
    )
    body = TextAreaField(_l("Description"), [at_most(actions.LONGEST_DESCRIPTION)], [several_lines])
    submission = submission_field()

    def offer(self, event: Event | None = None, rule: str = "") -> None:
        """Fill the lists."""
        self.kind.choices = _listed(EventKind, _("Choose"), event.kind if event else None)
        self.theme.choices = _listed(Theme, _("None"), event.theme if event else None)
        if event is not None and event.zone not in ZONES:
            self.zone.choices = options([*ZONES.items(), (event.zone, event.zone)])
        self.offer_when(rule)

    def said(self, event: Event | None = None, rule: str = "") -> Said:
        """What was typed. Raises as times, recurrence, and Refused("organisation-unmet")."""
        starts, ends = self.times(all_day=self.all_day.data)
        typed = ("place", "address", "postcode", "town", "link")
        return Said(
            title=words(self.title),
            kind_id=self.kind.data,
            theme_id=self.theme.data,
            starts=starts,
            ends=ends,
            all_day=self.all_day.data,
            zone=self.zone.data or HERE,
            recurrence=self.recurrence(starts, rule),
            organisation_id=self._organisation(event),
            words=words(self.body),
            **{name: words(self[name]) for name in typed},
        )

    def _organisation(self, event: Event | None) -> int | None:
        if not words(self.run_by):
            unseen = event is not None and event.organisation is None
            return event.organisation_id if event is not None and unseen else None
        house = organisations.meant(db.session(), viewer(), words(self.run_by))
        if house is None:
            raise Refused("organisation-unmet")
        return house.id


def known(event: Event, said: Span, rule: str) -> dict[str, Any]:
    """What the fields of an event start with; `rule`: how it comes back from `said` on."""
    house = event.organisation
    lines = ("title", "place", "address", "postcode", "town", "link", "zone", "all_day")
    return {
        **{name: getattr(event, name) for name in lines},
        **_times_known(said),
        **_rhythm_known(rule, said.starts),
        "kind": event.kind_id,
        "theme": event.theme_id,
        "body": event.description,
        "run_by": organisations.label(house.name, house.town) if house else "",
    }


def proposed(said: dict[str, Any], rule: str) -> dict[str, Any]:
    """What the fields of a date that was read elsewhere start with; `rule`: how it comes back."""
    starts = datetime.combine(said["starts_on"], said["starts_at"] or time.min)
    return said | _rhythm_known(rule, starts)


def _times_known(said: Span) -> dict[str, Any]:
    last = said.last_day if said.all_day else said.ends.date()
    return {
        "starts_on": said.starts.date(),
        "ends_on": last if last != said.starts.date() else None,
        "starts_at": None if said.all_day else said.starts.time(),
        "ends_at": None if said.all_day or said.ends == said.starts else said.ends.time(),
    }


def _rhythm_known(rule: str, starts: datetime) -> dict[str, Any]:
    if not rule:
        return {"every": ""}
    found = rhythm.read(rule, starts)
    if found is None:
        return {"every": KEPT}
    return {
        "every": found.every.value,
        "interval": found.interval if found.interval > 1 else None,
        "weekdays": list(found.weekdays),
        "monthly": found.monthly.value,
        "until": found.until,
        "times_in_all": found.times,
        "but": "\n".join(f"{day:%d/%m/%Y}" for day in found.but),
    }


class DateForm(TimesForm):
    """What is particular about one date."""

    title = line(
        _l("Title"), length=actions.LONGEST_TITLE, description=_l("Empty: as the other dates.")
    )
    place = line(_l("Where"), description=_l("Empty: as the other dates."))
    link = line(
        _l("Link"),
        length=addresses.LONGEST_LINK,
        description=_l("Empty: as the other dates."),
    )
    body = line(_l("What is to be known of this date"), length=WHY_LENGTH)

    def said(self, occurrence: Occurrence) -> SaidOfDate:
        """What was typed."""
        starts, ends = self.times(all_day=occurrence.event.all_day)
        return SaidOfDate(
            starts=starts,
            ends=ends,
            title=words(self.title),
            place=words(self.place),
            link=words(self.link),
            words=words(self.body),
        )


def date_known(occurrence: Occurrence) -> dict[str, Any]:
    """What its fields start with."""
    return {
        **_times_known(span(occurrence, occurrence.event)),
        "title": occurrence.title or "",
        "place": occurrence.place or "",
        "link": occurrence.link or "",
        "body": occurrence.words,
    }


ONE, FOLLOWING, ALL = "une", "suivantes", "toutes"


class CancelForm(Form):
    """What is cancelled, and why."""

    scope = RadioField(_l("What is cancelled?"), validate_choice=False)
    reason = line(
        _l("Why"),
        length=WHY_LENGTH,
        description=_l("In a few words: those who meant to come will read them."),
    )

    def offer(self, occurrence: Occurrence | None) -> None:
        """What may be chosen: of one date alone there is nothing to choose."""
        self.scope.choices = options(
            [
                (ONE, _("This date only")),
                (FOLLOWING, _("This date and those that follow")),
                (ALL, _("All the dates")),
            ]
        )
        if self.scope.data not in {ONE, FOLLOWING, ALL}:
            self.scope.data = ONE if occurrence is not None else ALL


def first_span(event: Event, starts_at: datetime, ends_at: datetime) -> Span:
    """A date of an event, on its clock."""
    return Span(wall(starts_at, event.zone), wall(ends_at, event.zone), event.all_day)
