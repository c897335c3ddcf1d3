"""Rides in words: which way, from where, when."""

from datetime import date, timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from agenda.models import Occurrence
from agenda.recurrence import wall
from agenda.rides.actions import days_of
from agenda.rides.models import Ride, RideKind, SeatStanding, Way
from agenda.rides.queries import Trip
from blueprints._times import hour, long_day
from blueprints.directory._finding import label_of

KINDS = {RideKind.OFFER: _l("Offers a ride"), RideKind.SEARCH: _l("Looks for a ride")}
WAYS = {Way.THERE: _l("There"), Way.BACK: _l("Back"), Way.BOTH: _l("There and back")}
SEATS = {
    SeatStanding.ASKED: _l("Asked"),
    SeatStanding.PROPOSED: _l("Proposed"),
    SeatStanding.ACCEPTED: _l("Agreed"),
    SeatStanding.DECLINED: _l("No place"),
    SeatStanding.REFUSED: _l("Not needed"),
}
_FROM = {
    Way.THERE: _l("There, from %(place)s"),
    Way.BACK: _l("Back, to %(place)s"),
    Way.BOTH: _l("There and back, from %(place)s"),
}


def ride_in_words(ride: Ride, occurrence: Occurrence) -> str:
    """ "Aller et retour, depuis Rezé (44), départ à 8 h"."""
    said = str(_FROM[ride.way]) % {"place": label_of(ride.commune)}
    if ride.hour is None:
        return said
    leaves = hour(ride.hour)
    if days_of(occurrence) == 1:
        return _("%(ride)s, leaving at %(hour)s", ride=said, hour=leaves)
    day = long_day(day_of(occurrence, ride.days_after), year=False)
    return _("%(ride)s, leaving on %(day)s at %(hour)s", ride=said, day=day, hour=leaves)


def day_of(occurrence: Occurrence, days_after: int) -> date:
    """A day of a date, the last one at most: it may have become shorter."""
    first = wall(occurrence.starts_at, occurrence.event.zone).date()
    return first + timedelta(days=min(days_after, days_of(occurrence) - 1))


def trip_in_words(trip: Trip, occurrence: Occurrence) -> str:
    """A ride that is settled, for one of the two."""
    said = ride_in_words(trip.ride, occurrence)
    if trip.drives:
        return _("Carpooling: you take %(name)s. %(ride)s", name=trip.other.name, ride=said)
    return _("Carpooling with %(name)s. %(ride)s", name=trip.other.name, ride=said)
