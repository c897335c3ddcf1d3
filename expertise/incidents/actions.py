"""Telling an incident."""

from collections.abc import Collection
from datetime import date

from sqlalchemy.orm import Session

from accounts.models import Member
from core import clock, text
from core.facts import record
from core.refusals import Refused
from expertise.desk import Desk
from expertise.incidents import queries
from expertise.incidents.facts import IncidentTold
from expertise.incidents.models import Incident, IncidentProgramme

LONGEST = 5_000


def tell(
    session: Session,
    desk: Desk,
    *,
    programmes: Collection[int],
    happened: str,
    noticed_on: date | None,
    about: str,
    by: Member,
) -> Incident:
    """Tell the teams of these programmes what went wrong.

    Raises Refused: "programme-missing" without one of one's own, "words-missing",
    "body-too-long", "noticed-later" for a day that is missing or to come.
    """
    wanted = set(programmes)
    ours = [one for one in session.scalars(queries.concerned(desk)) if one.id in wanted]
    if not ours or len(ours) != len(wanted):
        raise Refused("programme-missing")
    happened, about = text.plain(happened).strip(), text.plain(about).strip()
    if not happened:
        raise Refused("words-missing")
    if max(len(happened), len(about)) > LONGEST:
        raise Refused("body-too-long", longest=LONGEST)
    if noticed_on is None or noticed_on > clock.today():
        raise Refused("noticed-later")
    incident = Incident(
        member_id=by.id, happened=happened, noticed_on=noticed_on, about=about, at=clock.now()
    )
    session.add(incident)
    session.flush()
    session.add_all(IncidentProgramme(incident_id=incident.id, programme_id=one.id) for one in ours)
    record(session, IncidentTold(incident, ours, by.name))
    return incident
