"""The mail of an incident: at once, to the team of each programme."""

from sqlalchemy.orm import Session

from core import outbox
from expertise.incidents.facts import IncidentTold

KIND = "incident"


def on_told(session: Session, fact: IncidentTold) -> None:
    """The words stay on the site: a mail is copied easily."""
    for programme in fact.programmes:
        outbox.post(
            session,
            KIND,
            to_address=programme.email,
            to_name=programme.name,
            language="fr",
            values={"incident": fact.incident, "programme": programme, "who": fact.who},
            asked=True,
        )
