"""Taking part in a date, as its page shows it: the arguments of agenda_attending/_part.html."""

from datetime import datetime, timedelta
from typing import Any

from flask import abort, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from agenda.attending import policy
from agenda.attending import queries as attending
from agenda.attending.models import Registration, Standing, Terms
from agenda.models import Event, Occurrence
from agenda.papers import queries as papers
from agenda.queries import occurrence as seen_occurrence
from agenda.recurrence import wall
from agenda.rides import queries as riding
from agenda.rides.policy import is_open, may_share
from blueprints._access import found, viewer
from blueprints._refusals import explain
from blueprints._times import long_day
from blueprints.agenda import _finding
from core import clock
from core.db import db
from core.refusals import Refused
from resources import queries as library

A_MOMENT = timedelta(microseconds=1)


def seen(occurrence_id: int) -> Occurrence:
    """A date that the viewer sees, with its event, or 404."""
    return found(seen_occurrence(viewer(), occurrence_id))


def organised(occurrence_id: int) -> Occurrence:
    """A date that the viewer organises, or 404."""
    one = seen(occurrence_id)
    if not policy.may_organise(viewer(), one.event):
        abort(404)
    return one


def page_of(occurrence: Occurrence) -> str:
    """The page of a date, where one takes part in it."""
    return _finding.address_of_date(occurrence.event, occurrence)


def crumbs_of(occurrence: Occurrence) -> list[tuple[str, str]]:
    """What stands above the pages about a date."""
    return [
        (_("Agenda"), url_for("agenda.index")),
        (title_of(occurrence), page_of(occurrence)),
    ]


def title_of(occurrence: Occurrence) -> str:
    """Its own title, or that of its event."""
    return occurrence.title or occurrence.event.title


def part_of(occurrence: Occurrence) -> dict[str, Any]:
    """What the viewer may do about a date, and what they did."""
    session, event = db.session(), occurrence.event
    stand = attending.stand(
        session, occurrence, viewer().member_id, also=riding.counts(occurrence.id)
    )
    terms, mine, taken = stand.terms, stand.mine, stand.taken
    why_not = policy.why_not(occurrence, terms, clock.now())
    left = _left(terms, taken)
    return counts_in_words(terms, taken) | {
        "id": occurrence.id,
        "event_id": event.id,
        "exists": terms is not None,
        "why_not": explain(Refused(why_not)) if why_not and terms else "",
        "over": occurrence.starts_at <= clock.now(),
        "mine": _mine(mine, stand.rank),
        "full": left == 0,
        "may_wait": terms is not None and terms.waiting_list,
        "asks": stand.asks,
        "closes": closes_in_words(occurrence, terms) if terms and not why_not else "",
        "names": policy.may_read_names(viewer(), event, mine),
        "organises": policy.may_organise(viewer(), event),
        "rides": _rides(*stand.also) if _shares(occurrence, mine) else "",
        "minutes": Markup(stand.minutes.html) if stand.minutes else "",  # noqa: S704 - cleaned
    }


def _shares(occurrence: Occurrence, mine: Registration | None) -> bool:
    """Whether the rides to the date exist for the viewer."""
    shares = may_share(viewer(), occurrence.event, mine)
    return shares and is_open(occurrence, clock.now())


def _rides(free: int, seeking: int) -> str:
    """ "2 places proposées, 1 personne cherche"."""
    said = []
    if free:
        said.append(ngettext("%(num)s place offered", "%(num)s places offered", free))
    if seeking:
        said.append(ngettext("%(num)s person looks", "%(num)s people look", seeking))
    return ", ".join(said) or _("offer a ride or look for one")


def part_of_series(event: Event) -> dict[str, Any] | None:
    """What the page of a series says of registration: one comes to each of its dates."""
    exists = db.session.scalars(attending.terms(event.id)).one_or_none() is not None
    organises = policy.may_organise(viewer(), event)
    if not exists and not organises:
        return None
    return {"event_id": event.id, "exists": exists, "organises": organises}


def papers_of(occurrence: Occurrence, minutes: str) -> dict[str, Any]:
    """What is read before a date and after it: its documents, its minutes."""
    session = db.session()
    return {
        "id": occurrence.id,
        "documents": session.scalars(
            library.among(viewer(), papers.documents_of(occurrence.id))
        ).all(),
        "minutes": minutes,
        "organises": policy.may_organise(viewer(), occurrence.event),
        "began": occurrence.starts_at <= clock.now(),
    }


def _left(terms: Terms | None, taken: int) -> int | None:
    if terms is None or terms.capacity is None:
        return None
    return max(terms.capacity - taken, 0)


def counts_in_words(terms: Terms | None, taken: int) -> dict[str, Any]:
    """How many come, and how many places are left."""
    return {
        "places": places_in_words(terms, _left(terms, taken)),
        "coming": ngettext("%(num)s person comes", "%(num)s people come", taken),
        "anybody": taken > 0,
    }


def _mine(mine: Registration | None, rank: int) -> dict[str, Any]:
    """What the viewer said of the date."""
    standing = mine.standing if mine else None
    waiting = mine is not None and standing is Standing.WAITING
    return {
        "comes": standing is Standing.COMING,
        "waits": waiting,
        "declines": standing is Standing.DECLINED,
        "rank": rank if waiting else 0,
    }


def places_in_words(terms: Terms | None, left: int | None) -> str:
    """ "12 places sur 20"."""
    if terms is None or terms.capacity is None or left is None:
        return ""
    if left == 0:
        return ngettext(
            "Full: the only place is taken", "Full: the %(num)s places are taken", terms.capacity
        )
    return ngettext(
        "%(num)s place left of %(all)s", "%(num)s places left of %(all)s", left, all=terms.capacity
    )


def closes_in_words(occurrence: Occurrence, terms: Terms) -> str:
    """ "jusqu'au mardi 2 mars 2027"; nothing when one registers until it starts."""
    if terms.days_before is None:
        return ""
    last = policy.closes_at(occurrence, terms) - A_MOMENT
    return _("Registration until %(day)s", day=_day(last, occurrence.event))


def _day(moment: datetime, event: Event) -> str:
    return long_day(wall(moment, event.zone).date())
