"""Each night: who crossed a limit, whose rates are better."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.facts import record
from expertise.keeping.jobs import About, tell
from expertise.programmes.models import Institution, Programme, ProgrammeInstitution
from expertise.quality.facts import QualityCrossed
from expertise.quality.models import QualityAlert
from expertise.quality.rates import of_all

WATCH = "expertise.quality"
"""The kind of this work."""
FOUR = 4


def watch(session: Session, _payload: dict[str, Any]) -> None:
    """An alert begins when a limit is crossed, is told once, and ends when it is better."""
    present = clock.now()
    now = {
        (*key, kind): rates
        for key, rates in of_all(session, present).items()
        for kind in rates.alerts
    }
    known = {
        (one.programme_id, one.institution_id, one.kind): one
        for one in session.scalars(select(QualityAlert))
    }
    for place, alert in known.items():
        if place not in now:
            session.delete(alert)
    for place in sorted(now.keys() - known.keys()):
        programme, institution = _taking_part(session, *place[:2])
        if programme is None or institution is None:
            continue
        session.add(
            QualityAlert(
                programme_id=programme.id,
                institution_id=institution.id,
                kind=place[2],
                since=present,
            )
        )
        record(session, QualityCrossed(programme, institution, place[2], now[place]))


def _taking_part(
    session: Session, programme_id: int, institution_id: int
) -> tuple[Programme | None, Institution | None]:
    """Both, while the institution takes part and is not suspended."""
    found = session.execute(
        select(Programme, Institution)
        .select_from(ProgrammeInstitution)
        .join(Programme, Programme.id == ProgrammeInstitution.programme_id)
        .join(Institution, Institution.id == ProgrammeInstitution.institution_id)
        .where(
            Programme.id == programme_id,
            Institution.id == institution_id,
            Institution.suspended_at.is_(None),
        )
    ).one_or_none()
    return (found[0], found[1]) if found else (None, None)


def on_crossed(session: Session, fact: QualityCrossed) -> None:
    """The team hears of it once."""
    tell(
        session,
        fact.programme,
        About.QUALITY,
        institution=fact.institution,
        kind=fact.kind,
        rates=fact.rates,
    )


def next_night(present: datetime) -> datetime:
    """At four in the morning, UTC."""
    night = present.replace(hour=FOUR, minute=30, second=0, microsecond=0)
    return night if night > present else night + timedelta(days=1)


periodic = {WATCH: next_night}
