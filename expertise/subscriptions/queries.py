"""Reads of subscriptions. They take a desk: what one may not see is not there."""

from collections.abc import Collection
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from expertise import rule
from expertise.companies.models import Company
from expertise.desk import Desk
from expertise.programmes.models import Asking, Programme, ProgrammeWords, PublicPage
from expertise.subscriptions.invoices.models import Invoice, Kind
from expertise.subscriptions.models import (
    Checkout,
    Credit,
    Outcome,
    PaymentEvent,
    PriceGrid,
    Seller,
    Service,
    State,
    Subscription,
)

WHOLE_CREDIT = (
    joinedload(Credit.service),
    joinedload(Credit.subscription).joinedload(Subscription.company),
    joinedload(Credit.subscription).joinedload(Subscription.programme),
)
"""What is read with a credit that is about to be used."""


class Basket(StrEnum):
    """Where the team finds an order."""

    WAITING = "waiting"
    ACTIVE = "active"
    ENDED = "ended"


def _in(which: Basket, day: date) -> ColumnElement[bool]:
    if which is Basket.WAITING:
        return Subscription.state == State.WAITING
    if which is Basket.ACTIVE:
        return and_(Subscription.state == State.PAID, Subscription.ends_on >= day)
    return or_(
        Subscription.state.in_([State.CANCELLED, State.CREDITED]),
        and_(Subscription.state == State.PAID, Subscription.ends_on < day),
    )


def company(desk: Desk, company_id: int) -> Select[Company]:
    """A company whose subscriptions somebody sees: its own people, and who sold it something."""
    sold = select(Subscription.company_id).where(Subscription.programme_id.in_(desk.teams))
    return select(Company).where(
        Company.id == company_id, or_(Company.id.in_(desk.companies), Company.id.in_(sold))
    )


def sellers(desk: Desk, company_id: int, day: date) -> Select[Programme]:
    """The programmes that sell this company a year: those with a price, or that sold it one."""
    mine = company_id in desk.companies
    priced = select(PriceGrid.programme_id).where(PriceGrid.starts_on <= day)
    bought = select(Subscription.programme_id).where(
        Subscription.company_id == company_id, rule.billed(desk)
    )
    offered = and_(
        Programme.is_open, Programme.asking == Asking.SUBSCRIBED, Programme.id.in_(priced)
    )
    return (
        select(Programme)
        .where(or_(Programme.id.in_(bought), offered) if mine else Programme.id.in_(bought))
        .order_by(Programme.name, Programme.id)
    )


def with_seller(programmes: Select[Programme]) -> Select[Programme, Seller | None, bool]:
    """The same programmes, each with who sells, and whether on terms that one accepts."""
    terms = exists().where(
        ProgrammeWords.programme_id == Programme.id,
        ProgrammeWords.page == PublicPage.TERMS,
        ProgrammeWords.html != "",
    )
    sold = programmes.outerjoin(Seller, Seller.programme_id == Programme.id)
    return sold.add_columns(Seller, terms)


def of_company(desk: Desk, company_id: int) -> Select[Subscription]:
    """Its orders and its years, the newest first, with their credits."""
    return (
        select(Subscription)
        .where(Subscription.company_id == company_id, rule.billed(desk))
        .options(selectinload(Subscription.credits).joinedload(Credit.service))
        .order_by(Subscription.id.desc())
        .limit(100)
    )


def invoices_of(subscription_ids: Collection[int]) -> Select[Invoice]:
    """The invoices and the credit notes of subscriptions that were found."""
    return select(Invoice).where(Invoice.subscription_id.in_(subscription_ids)).order_by(Invoice.id)


def subscription(desk: Desk, subscription_id: int) -> Select[Subscription]:
    """One, with its programme, its company and its credits."""
    return (
        select(Subscription)
        .where(Subscription.id == subscription_id, rule.billed(desk))
        .options(
            joinedload(Subscription.programme),
            joinedload(Subscription.company),
            selectinload(Subscription.credits).joinedload(Credit.service),
        )
    )


def invoice(desk: Desk, invoice_id: int) -> Select[Invoice]:
    """An invoice with its lines, and the one that it corrects said in its mentions."""
    return (
        select(Invoice)
        .join(Subscription, Subscription.id == Invoice.subscription_id)
        .where(Invoice.id == invoice_id, rule.billed(desk))
        .options(selectinload(Invoice.lines))
    )


def credit(desk: Desk, credit_id: int) -> Select[Credit]:
    """A credit, its service, its subscription with its company and its programme."""
    return (
        select(Credit)
        .join(Credit.subscription)
        .where(Credit.id == credit_id, rule.billed(desk))
        .options(*WHOLE_CREDIT)
    )


def page_of(subscription_id: int) -> Select[Checkout]:
    """The last page of payment that was opened for an order that was found."""
    return (
        select(Checkout)
        .where(Checkout.subscription_id == subscription_id)
        .order_by(Checkout.opened_at.desc(), Checkout.session_id)
        .limit(1)
    )


def astray_of(subscription_id: int) -> Select[PaymentEvent]:
    """The payments to give back of an order that was found."""
    return (
        select(PaymentEvent)
        .where(
            PaymentEvent.subscription_id == subscription_id,
            PaymentEvent.outcome.in_([Outcome.TWICE, Outcome.MISMATCH]),
        )
        .order_by(PaymentEvent.received_at, PaymentEvent.id)
    )


def basket(
    desk: Desk, programme_id: int, which: Basket, day: date, before: int | None = None
) -> Select[Subscription]:
    """The orders of a basket, the newest first; `before`: the last one that was shown."""
    found = (
        select(Subscription)
        .where(rule.billed(desk), Subscription.programme_id == programme_id, _in(which, day))
        .options(joinedload(Subscription.company))
        .order_by(Subscription.id.desc())
    )
    return found if before is None else found.where(Subscription.id < before)


def counts(session: Session, desk: Desk, programme_id: int, day: date) -> dict[Basket, int]:
    """How many orders wait, and how many years are active; the ended ones only grow."""
    counted = (Basket.WAITING, Basket.ACTIVE)
    row = session.execute(
        select(*(func.count().filter(_in(one, day)) for one in counted)).where(
            rule.billed(desk),
            Subscription.programme_id == programme_id,
            Subscription.state.in_([State.WAITING, State.PAID]),
        )
    ).one()
    return dict(zip(counted, row, strict=True)) | {Basket.ENDED: 0}


def every(desk: Desk, programme_id: int) -> Select[Subscription, Invoice | None]:
    """All the orders of a programme with their invoices, in order, for a table that leaves."""
    return (
        select(Subscription, Invoice)
        .outerjoin(
            Invoice,
            and_(Invoice.subscription_id == Subscription.id, Invoice.kind == Kind.INVOICE),
        )
        .where(rule.billed(desk), Subscription.programme_id == programme_id)
        .options(joinedload(Subscription.company))
        .order_by(Subscription.id)
    )


def uses(desk: Desk, programme_id: int, before: int | None = None) -> Select[Credit]:
    """The credits of a programme that were used on a service of a provider, the newest first."""
    found = (
        select(Credit)
        .join(Credit.subscription)
        .join(Credit.service)
        .where(
            rule.billed(desk),
            Service.programme_id == programme_id,
            Credit.used_at.is_not(None),
            Credit.need_id.is_(None),
        )
        .options(
            joinedload(Credit.service),
            joinedload(Credit.subscription).joinedload(Subscription.company),
        )
        .order_by(Credit.id.desc())
    )
    return found if before is None else found.where(Credit.id < before)
