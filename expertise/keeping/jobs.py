"""The mails to a team about what nobody did."""

from enum import StrEnum

from sqlalchemy.orm import Session

from core import outbox
from expertise.companies.facts import CompanyLeft
from expertise.keeping.facts import NeedsLapsing
from expertise.programmes.models import Programme

NOTICE = "desk_notice"
"""The kind of these mails."""


class About(StrEnum):
    """What a mail says."""

    LAPSING = "lapsing"
    QUALITY = "quality"
    COMPANY = "company"


def on_lapsing(session: Session, fact: NeedsLapsing) -> None:
    """The team has six weeks to say that a need still lives."""
    tell(session, fact.programme, About.LAPSING, needs=fact.needs)


def on_company_left(session: Session, fact: CompanyLeft) -> None:
    """The team knows whom to call: the contact of a need under way keeps its link."""
    tell(session, fact.programme, About.COMPANY, company=fact.company, needs=fact.needs)


def tell(session: Session, programme: Programme, about: About, **more: object) -> None:
    """Write to the shared address of a team."""
    outbox.post(
        session,
        NOTICE,
        to_address=programme.email,
        to_name=programme.name,
        language="fr",
        values={"programme": programme, "about": about, **more},
    )
