"""The account of a company in the demonstration: its sheet, its needs, and another that asks."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from access import geography
from access.viewers import Role
from accounts import credentials
from accounts.actions import new_member
from accounts.models import Member
from demo import COMPANY, DOMAIN, PASSWORD
from demo.calendar import Month
from directory.models import Profile
from expertise.companies.models import Company, CompanyRequest, Representative
from expertise.needs.models import Need, Step
from expertise.programmes.models import Programme

FIRST = "pacte-competences"


def companies(session: Session, month: Month) -> Member:
    """Who asked the first need of the first programme follows it from an account."""
    programme = session.scalars(select(Programme).where(Programme.slug == FIRST)).one()
    need = session.scalars(
        select(Need).where(Need.programme_id == programme.id).order_by(Need.number).limit(1)
    ).one()
    company = Company(
        siret=need.siret,
        name=need.company,
        about=need.context,
        postcode=need.postcode,
        town=need.town,
        commune_code=need.commune_code,
        staff=need.staff,
        grows=True,
        phone=need.phone,
        created_at=month.ago(40),
    )
    someone = new_member(
        session,
        email=COMPANY,
        first_name=need.first_name,
        last_name=need.last_name,
        role=Role.USER,
        networks=(),
        territories=(),
        hashed=credentials.password_hash(PASSWORD),
        created_at=month.ago(40),
    )
    session.add(company)
    session.add(Profile(member_id=someone.id, job="Direction", employer=company.name))
    session.flush()
    session.add(Representative(company_id=company.id, member_id=someone.id))
    need.company_id, need.email = company.id, COMPANY
    session.execute(update(Step).where(Step.need_id == need.id).values(member_id=someone.id))
    _waiting(session, programme, month)
    session.flush()
    return someone


def _waiting(session: Session, programme: Programme, month: Month) -> None:
    commune = geography.commune_called(session, "Rezé", "44400")
    if commune is None:
        raise LookupError("Rezé")
    session.add(
        CompanyRequest(
            programme=programme,
            siret="99900030000007",
            name="Conserverie de l’Exemple",
            postcode="44400",
            town=commune.name,
            commune_code=commune.code,
            staff=21,
            first_name="Noé",
            last_name="Essai",
            email=f"conserverie@{DOMAIN}",
            phone="01 99 00 00 01",
            words="Nous avons deux besoins à vous soumettre cette année, et souhaitons les suivre "
            "à deux.",
            language="fr",
            asked_at=month.ago(1.5),
        )
    )
