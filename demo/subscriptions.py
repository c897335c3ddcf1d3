"""What the first programme of the demonstration sells: prices, services, a year that runs."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from access import geography
from accounts.models import Member
from core import clock, text
from demo import DOMAIN
from demo.calendar import Month
from expertise.companies.models import Company, Representative
from expertise.programmes.models import Programme
from expertise.subscriptions.actions import year_after
from expertise.subscriptions.invoices import issuing
from expertise.subscriptions.models import (
    Credit,
    PaidBy,
    PriceGrid,
    PriceLine,
    Seller,
    Service,
    ServiceKind,
    State,
    Subscription,
)
from expertise.subscriptions.money import vat_on

SLUG = "pacte-competences"
PRICES = ((0, 35_000), (50, 50_000), (100, 65_000), (250, 100_000))
"""seeds/000 §3.2: without VAT."""
VAT = 2000
SIRET = "99900020100015"
SERVICES = (
    (
        *(ServiceKind.EXPERT, "Mise à disposition d’expert grand compte", ""),
        *("Un expert d’un grand groupe, d’un à cinq jours, sur un besoin précis.", ""),
    ),
    (
        *(ServiceKind.PROVIDED, "Jour d’analyse de risques", "Assureur partenaire"),
        *("Une journée sur place pour repérer les risques de l’entreprise et s’en prémunir.", ""),
    ),
    (
        *(ServiceKind.PROVIDED, "Diagnostic du management des talents", "Cabinet partenaire"),
        *("Un regard extérieur sur le recrutement, la formation et la fidélisation.", ""),
    ),
    (
        *(ServiceKind.RELAYED, "Engagement Jeunes", ""),
        *("Pour partager les candidatures de jeunes entre entreprises.",),
        "https://www.engagement-jeunes.com",
    ),
    (
        *(ServiceKind.RELAYED, "Pass’Compétences", ""),
        *("Pour accueillir un salarié d’un grand groupe pendant une mission longue.",),
        "https://www.pactepme.org",
    ),
)
"""seeds/000 §3.2 and §3.5."""


def subscriptions(session: Session, month: Month, members: dict[str, Member]) -> None:
    """The grid, who sells, the services, a company whose year runs."""
    programme = session.scalars(select(Programme).where(Programme.slug == SLUG)).one()
    grid = PriceGrid(programme_id=programme.id, starts_on=month.ago(80).date(), vat_points=VAT)
    grid.lines = [PriceLine(least_staff=least, net_cents=cents) for least, cents in PRICES]
    session.add_all([grid, _seller(programme)])
    services = [
        Service(
            programme_id=programme.id,
            kind=kind,
            name=name,
            provider=provider,
            provider_email=f"{text.slug(provider)}@{DOMAIN}" if provider else "",
            description=words,
            html=text.clean(words),
            link=link,
            position=place,
        )
        for place, (kind, name, provider, words, link) in enumerate(SERVICES)
    ]
    session.add_all(services)
    session.flush()
    _year(session, programme, services, _company(session, month, members[f"membre@{DOMAIN}"]))
    session.flush()


def _seller(programme: Programme) -> Seller:
    return Seller(
        programme_id=programme.id,
        prefix="PC",
        name="Association de démonstration",
        form="association loi 1901",
        address=programme.address or "12 rue de l’Exemple, 75002 Paris",
        siret="99900010200015",
        registration="",
        vat_number="FR00999000102",
        vat_words="",
        email=programme.email,
        iban="FR7630006000011234567890189",
        bic="",
        payee="Association de démonstration, 12 rue de l’Exemple, 75002 Paris",
        penalty_words="",
    )


def _company(session: Session, month: Month, representative: Member) -> Company:
    """A company of the demonstration that has an account, else one of our own."""
    known = session.scalars(select(Company).order_by(Company.id).limit(1)).one_or_none()
    if known is not None:
        return known
    commune = geography.commune_called(session, "Nantes", "44000")
    if commune is None:
        raise ValueError("Nantes")
    made = Company(
        siret=SIRET,
        name="Fours de démonstration",
        about="Fabrication de fours artisanaux, trente personnes.",
        postcode="44000",
        town=commune.name,
        commune_code=commune.code,
        staff=30,
        created_at=month.ago(70),
    )
    session.add(made)
    session.flush()
    session.add(Representative(company_id=made.id, member_id=representative.id))
    return made


def _year(session: Session, programme: Programme, services: list[Service], of: Company) -> None:
    today, net = clock.today(), PRICES[0][1]
    one = Subscription(
        programme=programme,
        company=of,
        state=State.PAID,
        paid_by=PaidBy.TRANSFER,
        least_staff=PRICES[0][0],
        most_staff=PRICES[1][0] - 1,
        net_cents=net,
        vat_points=VAT,
        vat_cents=vat_on(net, VAT),
        ordered_at=clock.now(),
        paid_on=today,
        paid_reference="VIR 1042",
        starts_on=today,
        ends_on=year_after(today) - timedelta(days=1),
    )
    session.add(one)
    session.flush()
    session.add_all(
        Credit(subscription_id=one.id, service_id=service.id)
        for service in services
        if service.takes_credit
    )
    issuing.invoice(session, one)
