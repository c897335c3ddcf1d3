"""What is said of a poll, and its slots: rows of a day and hours, as many as one asks for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import DateField, SelectField, TextAreaField
from wtforms.validators import Optional

from agenda.actions import LONGEST_TITLE
from agenda.polls import actions
from agenda.polls.actions import Said, When
from agenda.polls.models import Poll, Slot
from agenda.recurrence import wall
from blueprints._forms import (
    Form,
    at_most,
    line,
    options,
    several_lines,
    submission_field,
    words,
)
from blueprints._refusals import explain
from blueprints._times import HERE, ZONES
from core.refusals import Refused

FIELDS = {
    "title-empty": "title",
    "title-too-long": "title",
    "body-too-long": "body",
    "address-too-long": "place",
    "length-unknown": "length",
    "last-day-past": "until",
    "zone-unknown": "zone",
}
"""Refusal → the field that is told."""
DAY = "day"
LENGTHS = (15, 30, 45, 60, 90, 120, 150, 180, 240, 300, 360, 420)
USUAL = 60
AT_FIRST, MORE = 4, 4
"""Rows that the form has, and that are added at a time."""


def length_words(minutes: int) -> str:
    """ "45 minutes", "1 h 30"."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return ngettext("%(num)s minute", "%(num)s minutes", rest)
    return f"{hours}\u00a0h" + (f"\u00a0{rest:02}" if rest else "")


class PollForm(Form):
    """What is said of a poll, but its slots."""

    title = line(_l("Title"), length=LONGEST_TITLE, needed=True)
    body = TextAreaField(_l("Description"), [at_most(actions.LONGEST_DESCRIPTION)], [several_lines])
    place = line(_l("Where"), description=_l("May be left empty."))
    length = SelectField(_l("How long it lasts"), validate_choice=False)
    until = DateField(_l("Last day to answer"), [Optional()], description=_l("May be left empty."))

    def offer(self, poll: Poll | None = None) -> None:
        """Fill the list of lengths; those of a poll are hours, or whole days, once for all."""
        hours: list[tuple[object, Any]] = [(one, length_words(one)) for one in LENGTHS]
        if poll is not None and poll.minutes not in LENGTHS:
            hours.append((poll.minutes, length_words(poll.minutes)))
        days = [(DAY, _("All day"))]
        offered = [*hours, *days] if poll is None else days if poll.all_day else hours
        self.length.choices = options(offered)
        if self.length.data in {None, "None"}:
            known = DAY if poll is not None and poll.all_day else poll.minutes if poll else USUAL
            self.length.data = str(known)

    @property
    def all_day(self) -> bool:
        """Whether its slots are whole days."""
        return bool(self.length.data == DAY)

    @property
    def minutes(self) -> int:
        """How long it lasts; a day when nothing understandable was said."""
        typed = str(self.length.data)
        known = typed.isascii() and typed.isdecimal() and len(typed) < 6
        return int(typed) if known else actions.LONGEST_LENGTH

    def said(self) -> Said:
        """What was typed."""
        return Said(
            title=words(self.title),
            words=words(self.body),
            place=words(self.place),
            minutes=self.minutes,
            until=self.until.data,
        )


class ProposeForm(PollForm):
    """A new poll."""

    zone = SelectField(
        _l("Time zone"),
        choices=options(ZONES.items()),
        default=HERE,
        validate_choice=False,
        description=_l("On whose clock these hours are read."),
    )
    submission = submission_field()


def known(poll: Poll) -> dict[str, Any]:
    """What the fields start with."""
    return {
        "title": poll.title,
        "body": poll.description,
        "place": poll.place,
        "length": DAY if poll.all_day else str(poll.minutes),
        "until": poll.until,
    }


# --- slots ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """A slot as it was typed."""

    day: str = ""
    starts: str = ""
    ends: str = ""
    problem: str = ""


def typed_rows() -> list[Row]:
    """The rows that were sent."""
    columns = [request.form.getlist(name) for name in ("day", "starts", "ends")]
    rows = [Row(*(cell.strip() for cell in cells)) for cells in zip(*columns, strict=False)]
    return rows[: actions.MOST_SLOTS]


def wants_more() -> bool:
    """Whether the form was sent for more rows."""
    return "more" in request.form


def with_room(rows: Sequence[Row], room: int = 0) -> list[Row]:
    """The rows that say something, and so many more; as many as the form has at first, at least."""
    said = [row for row in rows if row.day]
    wanted = max(len(said) + room, AT_FIRST)
    return [*said, *[Row()] * (min(wanted, actions.MOST_SLOTS) - len(said))]


def completed(rows: Iterable[Row], minutes: int) -> list[Row]:
    """Each row with its hours: one without hours has those of the row above."""
    found, above = [], Row()
    for row in rows:
        if row.day:
            if not row.starts:
                row = replace(row, starts=above.starts, ends=row.ends or above.ends)
            if not row.ends and (begins := _hour(row.starts)):
                ends = datetime.combine(date.min, begins) + timedelta(minutes=minutes)
                row = replace(row, ends=f"{ends:%H:%M}" if ends.date() == date.min else "")
            above = row
        found.append(row)
    return found


def slots(rows: Iterable[Row], minutes: int, *, all_day: bool) -> list[When]:
    """What the rows say. Raises Refused("slot-day-unknown"), Refused("hour-needed")."""
    said = [row for row in rows if row.day]
    return [_when(row, minutes, all_day=all_day) for row in completed(said, minutes)]


def _when(row: Row, minutes: int, *, all_day: bool) -> When:
    try:
        day = date.fromisoformat(row.day)
    except ValueError as error:
        raise Refused("slot-day-unknown") from error
    midnight = datetime.combine(day, time.min)
    if all_day:
        return When(midnight, midnight + timedelta(days=1))
    starts, ends = _hour(row.starts), _hour(row.ends)
    if starts is None:
        raise Refused("hour-needed")
    begins = datetime.combine(day, starts)
    if ends is None:
        return When(begins, begins + timedelta(minutes=minutes))
    over = timedelta(days=1 if ends == time.min else 0)  # until midnight
    return When(begins, datetime.combine(day, ends) + over)


def _hour(typed: str) -> time | None:
    try:
        return time.fromisoformat(typed)
    except ValueError:
        return None


def with_problems(rows: Iterable[Row], minutes: int, *, all_day: bool) -> list[Row]:
    """The rows, each with what is wrong with it alone."""
    found = []
    for row in completed(rows, minutes):
        problem = ""
        if row.day:
            try:
                one = _when(row, minutes, all_day=all_day)
                if one.ends <= one.starts:
                    raise Refused("ends-before-it-starts")
            except Refused as refused:
                problem = explain(refused)
        found.append(replace(row, problem=problem))
    return found


def as_date(poll: Poll, slot: Slot) -> dict[str, Any]:
    """What the form of the agenda is filled with, when a slot becomes a date."""
    starts, ends = wall(slot.starts_at, poll.zone), wall(slot.ends_at, poll.zone)
    last = (ends - timedelta(microseconds=1)).date()
    return {
        "title": poll.title,
        "body": poll.description,
        "place": poll.place,
        "zone": poll.zone,
        "all_day": poll.all_day,
        "starts_on": starts.date(),
        "ends_on": last if last != starts.date() else None,
        "starts_at": None if poll.all_day else starts.time(),
        "ends_at": None if poll.all_day else ends.time(),
    }
