"""What is filled in about a ride."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField, SelectField, TextAreaField, TimeField
from wtforms.validators import NumberRange

from agenda.models import Occurrence
from agenda.rides.actions import Said, days_of
from agenda.rides.models import LONGEST_WORDS, MOST_PLACES, Ride, Way
from blueprints._forms import Form, at_most, chosen, line, options, required, several_lines, words
from blueprints._rides import WAYS, day_of
from blueprints._times import long_day
from blueprints.directory._finding import commune_called, label_of
from core.refusals import Refused

FIELDS = {
    "unknown-commune": "start",
    "ride-twice": "way",
    "ride-hour-needed": "hour",
    "ride-day-unknown": "days_after",
    "ride-places-unknown": "places",
    "ride-fewer-places": "places",
    "words-too-long": "body",
}
"""Refusal → the field that is told."""


class SearchForm(Form):
    """Which way and from where one looks for a place."""

    way = RadioField(_l("Way"), [chosen()], default=Way.BOTH.value)
    start = line(
        _l("From where"),
        needed=True,
        name="pres",  # what the list of communes reads
        description=_l("A commune or its postcode. For the way back: where you return to."),
    )
    body = TextAreaField(_l("A word"), [at_most(LONGEST_WORDS)], [several_lines])

    def offer(self, _occurrence: Occurrence) -> None:
        """Fill the lists."""
        self.way.choices = options((one.value, words) for one, words in WAYS.items())

    def said(self) -> Said:
        """What was typed. Raises Refused("unknown-commune")."""
        commune = commune_called(words(self.start))
        if commune is None:
            raise Refused("unknown-commune", commune=words(self.start))
        return Said(way=Way(self.way.data), commune_code=commune.code, words=words(self.body))


class OfferForm(SearchForm):
    """A ride that one offers."""

    days_after = SelectField(_l("Day"), coerce=int, default=0)
    hour = TimeField(_l("Leaving at"), [required()])
    places = IntegerField(
        _l("Free places"),
        [required(), NumberRange(1, MOST_PLACES, _l("From %(min)s to %(max)s places."))],
        default=3,
        description=_l("Without yours."),
    )

    def offer(self, occurrence: Occurrence) -> None:
        """Fill the lists, the days too when the date has several."""
        super().offer(occurrence)
        days = range(days_of(occurrence))
        self.days_after.choices = options(
            (one, long_day(day_of(occurrence, one), year=False)) for one in days
        )

    def said(self) -> Said:
        """What was typed. Raises Refused("unknown-commune")."""
        one = super().said()
        return Said(
            way=one.way,
            commune_code=one.commune_code,
            words=one.words,
            days_after=self.days_after.data or 0,
            hour=self.hour.data,
            places=self.places.data,
        )


def known(ride: Ride) -> dict[str, Any]:
    """What the fields start with."""
    return {
        "way": ride.way.value,
        "start": label_of(ride.commune),
        "body": ride.words,
        "days_after": ride.days_after,
        "hour": ride.hour,
        "places": ride.places,
    }
