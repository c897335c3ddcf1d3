"""The sheet of a company (fiche entreprise): what is typed of it, checked."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from access.geography import commune_called
from access.models import Commune
from core import text
from core.refusals import Refused
from directory.actions import telephone
from directory.entries import one_line, postcode_of
from directory.tending import siret
from expertise.companies.models import Company
from expertise.companies.policy import needs_representative
from expertise.desk import Desk
from expertise.programmes.sectors import sector_of

MOST_STAFF = 1_000_000
LONGEST_ABOUT = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What a company says of itself, as it was typed."""

    name: str
    about: str = ""
    postcode: str
    town: str
    staff: int | None = None
    sector: str | None = None
    grows: bool = False
    reorganises: bool = False
    phone: str = ""


def describe(session: Session, desk: Desk, company: Company, said: Sheet) -> None:
    """Correct the sheet; the needs that were asked keep what they said.

    Raises Refused: "not-of-the-company", "company-empty", "name-too-long", "body-too-long",
    "postcode-unknown", "unknown-commune", "staff-unknown", "sector-unknown",
    "phone-unknown".
    """
    needs_representative(desk, company)
    company.name = named(said.name)
    company.about = text.plain(said.about).strip()
    if len(company.about) > LONGEST_ABOUT:
        raise Refused("body-too-long", longest=LONGEST_ABOUT)
    company.postcode, commune = placed(session, said.postcode, said.town)
    company.town, company.commune_code = commune.name, commune.code
    company.staff = counted(said.staff)
    company.sector = sector_of(said.sector)
    company.grows, company.reorganises = said.grows, said.reorganises
    company.phone = telephone(said.phone)


def numbered(typed: str) -> str:
    """A SIRET. Raises Refused("siret-missing"), Refused("siret-unknown")."""
    number = siret(typed)
    if number is None:
        raise Refused("siret-missing")
    return number


def named(typed: str) -> str:
    """The name of a company. Raises Refused("company-empty"), Refused("name-too-long")."""
    name = one_line(typed, "name-too-long")
    if not name:
        raise Refused("company-empty")
    return name


def placed(session: Session, postcode: str, town: str) -> tuple[str, Commune]:
    """Where it is. Raises Refused("postcode-unknown"), Refused("unknown-commune")."""
    code = postcode_of(postcode)
    commune = commune_called(session, town, code)
    if commune is None:
        raise Refused("unknown-commune", commune=town)
    return code, commune


def counted(staff: int | None) -> int | None:
    """How many people it employs. Raises Refused("staff-unknown")."""
    if staff is not None and not 0 <= staff <= MOST_STAFF:
        raise Refused("staff-unknown", most=MOST_STAFF)
    return staff
