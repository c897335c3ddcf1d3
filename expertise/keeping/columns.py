"""What becomes of each text that the desk keeps: it goes after three years, or stays, and why.

A test walks the tables: a new column of text must be decided here, or it fails.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import String, case, cast, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute

from access.models import Commune
from accounts.departures import FIRST_NAME, LAST_NAME
from core.db import Base
from core.text import folded
from expertise.agreements.models import (
    Agreement,
    AgreementDay,
    AgreementStep,
    Signature,
    SigningCode,
)
from expertise.committees.models import Ballot, CommitteeCase, CommitteeSeat, Minutes
from expertise.companies.models import Company, CompanyRequest, ExpectedRepresentative
from expertise.experts.models import Competence, DeskSeat, Expert
from expertise.files.models import NeedFile
from expertise.incidents.models import Incident
from expertise.needs.models import Need, NeedAnswer, Step
from expertise.positions.models import Note, Position, PositionStep
from expertise.subscriptions.models import Credit
from expertise.surveys.models import Survey

TITLE, NAMELESS = "Besoin anonymisé", "…"
COMPANY = "Entreprise anonymisée"
UNSIGNED = "Témoignage anonyme"
"""What stands in the place of what went, where something must."""
BANDS = (5000, 2000, 1000, 500, 250, 100, 50, 20, 10, 1)
"""Where each headcount band of INSEE begins: of a headcount its band is kept."""

Values = Mapping[InstrumentedAttribute[Any], Any]


def _band(staff: InstrumentedAttribute[int | None]) -> Any:
    return case(*((staff >= least, least) for least in BANDS), else_=staff)


_PUBLISHED = Survey.approved_at.is_not(None)
OF_NEEDS: Mapping[type[Base], Values] = {
    Need: {
        Need.title: TITLE,
        Need.context: "",
        Need.description: NAMELESS,
        Need.siret: "",
        Need.company: COMPANY,
        Need.company_id: None,
        Need.postcode: "",
        Need.town: func.coalesce(
            select(Commune.name).where(Commune.code == Need.commune_code).scalar_subquery(), ""
        ),
        Need.staff: _band(Need.staff),
        Need.first_name: "",
        Need.last_name: "",
        Need.phone: "",
        Need.email: "",
        Need.hidden_words: "",
        Need.submission: None,
        Need.link_epoch: Need.link_epoch + 1,
    },
    Step: {Step.words: "", Step.changes: None, Step.member_id: None},
    Position: {
        Position.named: "",
        Position.named_job: "",
        Position.named_phone: None,
        Position.named_email: None,
        Position.link_epoch: Position.link_epoch + 1,
    },
    PositionStep: {PositionStep.words: "", PositionStep.member_id: None},
    Note: {Note.words: NAMELESS, Note.member_id: None},
    CommitteeCase: {
        CommitteeCase.if_selected: "",
        CommitteeCase.if_refused: "",
        CommitteeCase.reason: "",
    },
    Ballot: {Ballot.words: case((Ballot.words == "", ""), else_=NAMELESS)},
    # What its author and the team agreed to publish stays, without a name.
    Survey: {
        Survey.words: "",
        Survey.testimonial: case((_PUBLISHED, Survey.testimonial), else_=""),
        Survey.signed: case((_PUBLISHED, UNSIGNED), else_=""),
        Survey.consented_at: case((_PUBLISHED, Survey.consented_at), else_=None),
        Survey.member_id: None,
    },
}
"""What is written over when a need is anonymised."""
OF_EXPERTS: Mapping[type[Base], Values] = {
    Expert: {
        Expert.name: f"{FIRST_NAME} {LAST_NAME}",
        Expert.folded_name: folded(f"{FIRST_NAME} {LAST_NAME}"),
        Expert.job: "",
        Expert.email: "",
        Expert.phone: None,
        Expert.about: "",
        Expert.delegate_id: None,
        Expert.proposed_by_id: None,
    },
    Competence: {Competence.words: ""},
}
"""And of experts that left."""
OF_COMPANIES: Mapping[type[Base], Values] = {
    Company: {
        Company.siret: literal("#") + cast(Company.id, String),
        Company.name: COMPANY,
        Company.about: "",
        Company.postcode: "",
        Company.town: "",
        Company.phone: None,
        Company.staff: _band(Company.staff),
    },
}
"""And of companies for which nobody acts any more."""
OF_SEATS: Mapping[type[Base], Values] = {
    CommitteeSeat: {
        CommitteeSeat.first_name: FIRST_NAME,
        CommitteeSeat.last_name: LAST_NAME,
        CommitteeSeat.email: "",
        CommitteeSeat.house: "",
        CommitteeSeat.member_id: None,
    },
}
"""And of those who sit in a committee no more."""
OF_MINUTES: Mapping[type[Base], Values] = {Minutes: {Minutes.words: "", Minutes.content: []}}
"""And of what a committee published."""
OF_SERVICES: Mapping[type[Base], Values] = {Credit: {Credit.complement: ""}}
"""And what a company said to who gives a service."""
DELETED: tuple[type[Base], ...] = (
    NeedAnswer,
    NeedFile,
    # Each party has its copy of what it signed; the days are counted before.
    Agreement,
    AgreementDay,
    AgreementStep,
    Signature,
    SigningCode,
    DeskSeat,
    CompanyRequest,
    ExpectedRepresentative,
    Incident,
)
"""Tables whose old rows go as a whole."""
WRITTEN_OVER = (OF_NEEDS, OF_EXPERTS, OF_COMPANIES, OF_SEATS, OF_MINUTES, OF_SERVICES)

STAYS: Mapping[str, str] = {
    # What a programme says of itself.
    "committee": "the name of a committee is no person's",
    "committee_commune": "a code of INSEE",
    "institution": "the name of an institution is no person's",
    "partner": "the site of a partner, the hash of its key",
    "programme": "what a programme publishes of itself",
    "programme_words": "public pages",
    "subject": "public pages",
    "subject_theme": "public pages",
    "subject_question": "what is asked of everybody",
    "service": "public pages",
    # Tended by people as long as it serves.
    "institution_address": "tended by the team as long as the institution takes part",
    "recap_stop": "as long as the address must not be written to",
    # Turned over from the sheets, and rewritten with them.
    "expert_place": "written from a sheet",
    "expert_stem": "written from a sheet",
    "expert_commune": "a code of INSEE",
    "desk_month": "counts; what tells companies apart there is shared by hundreds of them",
    # Accounting: ten years (code de commerce, art. L. 123-22).
    "invoice": "kept ten years by law",
    "invoice_line": "kept ten years by law",
    "programme_seller": "what invoices must say",
    "subscription": "how an invoice was paid",
    "checkout": "how an invoice was paid",
    "payment_event": "how an invoice was paid",
    # Columns.
    "need.language": "in which language nobody is written to",
    "need.commune_code": "figures by territory need it",
    "company.commune_code": "figures by territory need it",
    "need.sector": "one of 21 letters, shared by thousands",
    "company.sector": "one of 21 letters, shared by thousands",
}
"""A table, or a column of one: why it is not written over."""
