"""Programmes that sell a year, companies that buy it, services that a credit pays."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from accounts.models import Member
from core import clock
from expertise.companies.models import Company
from expertise.desk import desk_of
from expertise.programmes.models import Asking, Programme
from expertise.subscriptions import actions, policy
from expertise.subscriptions.invoices.models import Invoice
from expertise.subscriptions.models import (
    Credit,
    PaidBy,
    PriceGrid,
    PriceLine,
    Seller,
    Service,
    ServiceKind,
    Subscription,
)
from tests.expertise import desks
from tests.expertise.desks import SIRET
from tests.world import World

PRICES = ((0, 35_000), (50, 50_000), (100, 65_000), (250, 100_000))
"""seeds/000 §3.2."""
IBAN = "FR7630006000011234567890189"
"""An example of the banks: its key is right."""
SERVICES = (
    (ServiceKind.EXPERT, "Mise à disposition d’expert", ""),
    (ServiceKind.PROVIDED, "Analyse de risques", "Assureur Essai"),
    (ServiceKind.PROVIDED, "Diagnostic du management des talents", "Cabinet Essai"),
    (ServiceKind.RELAYED, "Engagement Essai", ""),
)


def sells(
    world: World, slug: str = "essai", *, team: tuple[Member, ...] = (), **choices: Any
) -> Programme:
    """A programme where subscribed companies ask: its grid, who sells, its services."""
    made = desks.programme(world, slug, team=team, **{"asking": Asking.SUBSCRIBED} | choices)
    equip(world, made)
    return made


def equip(world: World, made: Programme) -> None:
    """A programme has its grid, who sells, its services."""
    with world.session() as session:
        session.add(
            PriceGrid(
                programme_id=made.id,
                starts_on=clock.today(),
                vat_points=2000,
                lines=[PriceLine(least_staff=least, net_cents=cents) for least, cents in PRICES],
            )
        )
        session.add(seller(made))
        for position, (kind, name, provider) in enumerate(SERVICES):
            session.add(
                Service(
                    programme_id=made.id,
                    kind=kind,
                    name=name,
                    provider=provider,
                    provider_email="appels@prestataire.example" if provider else "",
                    description="Une journée.",
                    html="<p>Une journée.</p>",
                    link="https://exemple.org/engagement" if kind is ServiceKind.RELAYED else "",
                    position=position,
                )
            )


def seller(made: Programme) -> Seller:
    """Who sells."""
    return Seller(
        programme_id=made.id,
        prefix=made.slug[:5].upper(),
        name="Association Essai",
        form="association loi 1901",
        address="12 rue de l’Exemple, 75002 Paris",
        siret=SIRET,
        registration="",
        vat_number="FR00999000102",
        vat_words="",
        email="factures@essai.example",
        iban=IBAN,
        bic="AGRIFRPP",
        payee="Association Essai, 12 rue de l’Exemple, 75002 Paris",
        penalty_words="",
    )


def ordered(
    world: World, by: Member, made: Programme, of: Company, way: PaidBy = PaidBy.TRANSFER
) -> Subscription:
    """A company orders a year."""
    with world.session() as session:
        programme = session.get_one(Programme, made.id)
        return actions.order(session, desk_of(session, by.id), programme, of.id, way)


def paid(world: World, team: Member, order: Subscription, **more: Any) -> int:
    """The team records its payment; the number of the invoice's row."""
    said: dict[str, Any] = {"paid_on": clock.today(), "reference": "VIR 1"} | more
    with world.session() as session:
        desk = desk_of(session, team.id)
        return actions.record_payment(session, desk, order.id, by=team, **said).id


def subscribed(
    world: World, by: Member, team: Member, made: Programme, of: Company
) -> Subscription:
    """A company has its year."""
    order = ordered(world, by, made, of)
    paid(world, team, order)
    return world.act(lambda session: session.get_one(Subscription, order.id))


def bought(
    world: World, made: Programme, team: Member, by: Member, mine: Company
) -> dict[str, object]:
    """A programme that sells, a company whose year runs, another whose order waits."""
    equip(world, made)
    order = subscribed(world, by, team, made, mine)
    waiting = ordered(world, by, made, desks.company(world, by, siret="99900010300013"))
    name = "Analyse de risques"
    return {
        "company_id": mine.id,
        "order_id": order.id,
        "waiting_company": waiting.company_id,
        "waiting_order": waiting.id,
        "invoice_id": world.one(select(Invoice.id)),
        "credit_id": world.one(select(Credit.id).join(Credit.service).where(Service.name == name)),
        "service_id": world.one(select(Service.id).where(Service.name == name)),
    }


def sold(session: Session, numbers: range) -> None:
    """More years of the first company that bought one, a credit of each used on a service."""
    first = session.scalars(select(Subscription).order_by(Subscription.id).limit(1)).one_or_none()
    if first is None:
        return
    kept = {
        column.name: getattr(first, column.name)
        for column in Subscription.__table__.columns
        if column.name != "id"
    }
    service_id = session.scalars(
        select(Service.id).where(Service.kind == ServiceKind.PROVIDED).limit(1)
    ).one()
    for _number in numbers:
        one = Subscription(**kept)
        session.add(one)
        session.flush()
        session.add(
            Credit(
                subscription_id=one.id,
                service_id=service_id,
                used_at=clock.now(),
                complement="Bientôt.",
            )
        )


def may_ask(world: World, made: Programme, mine: Company | None) -> policy.Answer:
    return world.act(
        lambda s: policy.may_ask(s, s.get_one(Programme, made.id), mine.id if mine else None)
    )


def siret(number: int) -> str:
    """A number of establishment whose sum is right."""
    digits = f"{99_900_011_000_000 + number * 10:014}"
    total = sum(
        sum(divmod(int(one) * (2 if place % 2 == 0 else 1), 10)) for place, one in enumerate(digits)
    )
    return str(int(digits) + (-total) % 10)


def all_invoices(world: World) -> list[Invoice]:
    return world.all(select(Invoice).options(selectinload(Invoice.lines)).order_by(Invoice.id))
