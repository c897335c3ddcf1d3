"""The circular of the demonstration: it was forwarded by mail, and waits for its author's yes."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from access import rule
from accounts.models import Member
from circulars.actions import Circular, keep
from core import clock
from core.storage import Storage
from demo import DOMAIN
from demo.calendar import Month
from files.policy import Limits

FORWARDED = 0.3
"""Days before today."""
STAFF = f"moderation@{DOMAIN}"
TITLE = "Journée des encadrants techniques : inscriptions ouvertes"
BODY = """\
Bonjour à toutes et à tous,

La journée des encadrants techniques d’insertion aura lieu le {day:%d/%m/%Y} de 9 h 30 à 16 h 30, \
à la Maison des associations de Nantes.

Au programme :

- accueillir un salarié qui commence ;
- évaluer en situation de travail ;
- transmettre un geste professionnel.

Merci de vous inscrire avant le {last:%d/%m/%Y}. Le repas est pris sur place.

Bien à vous,

L’équipe du réseau"""
NOTE = "À relayer à nos encadrants, s’il te plaît."
LIMITS = Limits(file=0, member=0, total=0)


def circulars(
    session: Session,
    storage: Storage,
    month: Month,
    networks: dict[str, int],
    members: dict[str, Member],
) -> None:
    """One draft, for whoever moderates: an article and a date."""
    staff = members[STAFF]
    day = _working(clock.today() + timedelta(days=35))
    kept = keep(
        session,
        storage,
        LIMITS,
        Circular(
            number="<circulaire@demonstration.invalid>",
            title=TITLE,
            body=BODY.format(day=day, last=_working(day - timedelta(days=14))),
            note=NOTE,
        ),
        author=rule.viewer(session, staff.id, staff.role),
        network_id=min(networks.values()),
    )
    kept.draft.received_at = month.ago(FORWARDED)


def _working(day: date) -> date:
    """That day, or the Tuesday after a weekend."""
    return day + timedelta(days=max(0, 8 - day.isoweekday())) if day.isoweekday() > 5 else day
