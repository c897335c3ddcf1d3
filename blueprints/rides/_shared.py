"""What the pages of rides share: the date, for who shares its rides; doing, and saying so."""

from collections.abc import Callable

from flask import abort, flash, redirect, url_for
from werkzeug.wrappers import Response

from agenda.attending import queries as attending
from agenda.models import Occurrence
from agenda.rides import policy
from blueprints._access import viewer
from blueprints._refusals import explain
from blueprints.agenda_attending._part import seen
from core import clock
from core.db import db
from core.refusals import Refused


def shared(occurrence_id: int) -> Occurrence:
    """A date whose rides exist for the viewer, or 404."""
    one = seen(occurrence_id)
    mine = attending.registration_of(db.session(), one.id, viewer().member_id)
    if not (policy.may_share(viewer(), one.event, mine) and policy.is_open(one, clock.now())):
        abort(404)
    return one


def done(occurrence_id: int, act: Callable[[], object], words: str) -> Response:
    """Do something, and back to the rides, which say that it is done or why not."""
    try:
        act()
    except Refused as refused:
        db.session.rollback()
        flash(explain(refused), "warning")
    else:
        db.session.commit()
        flash(words, "success")
    return redirect(url_for(".index", occurrence_id=occurrence_id))
