"""What the mails about a shared ride say: asked, given, given back, changed, withdrawn."""

from collections.abc import Mapping
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from agenda.models import Occurrence
from agenda.rides.facts import What
from agenda.rides.models import Ride
from blueprints import _times
from blueprints._mails_of_dates import Said, where
from blueprints._rides import ride_in_words

_SUBJECTS = {
    What.ASKED: _l("Place asked for: %(title)s"),
    What.PROPOSED: _l("Place proposed: %(title)s"),
    What.ACCEPTED: _l("You have a place: %(title)s"),
    What.TAKEN: _l("Place taken: %(title)s"),
    What.DECLINED: _l("No place in this car: %(title)s"),
    What.REFUSED: _l("Place not needed: %(title)s"),
    What.GIVEN_BACK: _l("Place given back: %(title)s"),
    What.NO_LONGER_ASKED: _l("Place no longer asked for: %(title)s"),
    What.NO_LONGER_PROPOSED: _l("Place no longer proposed: %(title)s"),
    What.CHANGED: _l("Ride changed: %(title)s"),
    What.WITHDRAWN: _l("Ride withdrawn: %(title)s"),
}
_SENTENCES = {
    What.ASKED: _l("%(name)s asks for a place in your car."),
    What.PROPOSED: _l("%(name)s proposes you a place by car."),
    What.ACCEPTED: _l("%(name)s keeps a place for you by car."),
    What.TAKEN: _l("%(name)s takes the place that you proposed."),
    What.DECLINED: _l("%(name)s has no place for you by car. See whether others have one."),
    What.REFUSED: _l("%(name)s does not need the place that you proposed."),
    What.GIVEN_BACK: _l("%(name)s gives back a place in your car: it is free again."),
    What.NO_LONGER_ASKED: _l("%(name)s no longer asks for a place in your car."),
    What.NO_LONGER_PROPOSED: _l("%(name)s no longer proposes you a place by car."),
    What.CHANGED: _l("%(name)s changed the ride where you have a place: read it again."),
    What.WITHDRAWN: _l("%(name)s no longer offers this ride. See whether others have a place."),
}
_ANSWER = {
    What.ASKED: _l("Answer on the page: the place is kept for nobody until then."),
    What.PROPOSED: _l("Answer on the page: the place is kept for nobody until then."),
    What.ACCEPTED: _l("If you no longer need it, give it back on the page."),
}


def said(values: Mapping[str, Any]) -> Said:
    """What a mail says, from what the worker gives."""
    occurrence: Occurrence = values["occurrence"]
    ride: Ride | None = values["ride"]
    what: What = values["what"]
    title = occurrence.title or occurrence.event.title
    lines = [ride_in_words(ride, occurrence)] if ride else []
    return Said(
        subject=str(_SUBJECTS[what]) % {"title": title},
        title=title,
        sentence=str(_SENTENCES[what]) % {"name": values["by"].name},
        quotation=values["words"],
        lines=[*lines, *_times.in_words(occurrence, occurrence.event), *where(occurrence)],
        after=str(_ANSWER.get(what, "")),
        href=url_for("rides.index", occurrence_id=occurrence.id, _external=True),
        label=_("See the rides"),
        why=_("You receive this message because you share a ride to this date."),
    )
