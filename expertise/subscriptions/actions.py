"""Ordering a year, paying it, ending it."""

from datetime import date, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from accounts.models import Member
from core import clock
from core.facts import record
from core.refusals import Refused
from directory.entries import one_line
from expertise.companies.models import Company
from expertise.desk import Desk
from expertise.programmes import queries as programmes
from expertise.programmes.models import Programme, PublicPage
from expertise.subscriptions import grid, policy
from expertise.subscriptions.facts import (
    MoneyHandled,
    OrderCancelled,
    SubscriptionCredited,
    SubscriptionOrdered,
    SubscriptionPaid,
)
from expertise.subscriptions.invoices import issuing
from expertise.subscriptions.invoices.models import Invoice, Kind
from expertise.subscriptions.models import (
    LONGEST_REASON,
    Credit,
    PaidBy,
    Service,
    ServiceKind,
    State,
    Subscription,
)
from expertise.subscriptions.money import in_euros, vat_on


def order(
    session: Session,
    desk: Desk,
    programme: Programme,
    company_id: int,
    paid_by: PaidBy,
    *,
    agrees: bool = False,
) -> Subscription:
    """A company orders a year, at the price of today.

    `agrees`: to the terms of the programme, when it has some.

    Raises Refused: "not-of-the-company", "programme-closed", "nothing-sold", "order-waits",
    "subscribed-already", "staff-unsaid", "terms-unread".
    """
    # One at a time: two orders of a company never wait together.
    company = session.scalar(select(Company).where(Company.id == company_id).with_for_update())
    if company is None or company_id not in desk.companies:
        raise Refused("not-of-the-company")
    if not programme.is_open:
        raise Refused("programme-closed")
    today = clock.today()
    seller = session.scalar(grid.seller_of(programme.id))
    latest = session.scalar(latest_of(programme.id, company_id))
    answer = policy.may_order(desk, company_id, seller, latest, today)
    if not answer.may:
        raise Refused(answer.why)
    prices = session.scalar(grid.in_force(programme.id, today))
    if prices is None:
        raise Refused("nothing-sold")
    if company.staff is None:
        raise Refused("staff-unsaid")
    words = session.scalar(programmes.words(programme, PublicPage.TERMS))
    terms = words.body if words else ""
    if terms and not agrees:
        raise Refused("terms-unread")
    band = grid.band_of(prices, company.staff)
    made = Subscription(
        programme=programme,
        company=company,
        state=State.WAITING,
        paid_by=paid_by,
        least_staff=band.least_staff,
        most_staff=band.most_staff,
        net_cents=band.net_cents,
        vat_points=prices.vat_points,
        vat_cents=vat_on(band.net_cents, prices.vat_points),
        ordered_at=clock.now(),
        terms=terms,
    )
    session.add(made)
    record(session, SubscriptionOrdered(made))
    return made


def latest_of(programme_id: int, company_id: int) -> Select[Subscription]:
    """The order that waits, else the year that ends last; not what was cancelled or credited."""
    return (
        select(Subscription)
        .where(
            Subscription.programme_id == programme_id,
            Subscription.company_id == company_id,
            Subscription.state.in_([State.WAITING, State.PAID]),
        )
        .order_by(Subscription.state.desc(), Subscription.ends_on.desc())
        .limit(1)
    )


def hold(session: Session, subscription_id: int) -> Subscription:
    """An order, read anew and held: those who pay it at the same instant wait for each other."""
    return session.scalars(
        select(Subscription)
        .where(Subscription.id == subscription_id)
        .options(joinedload(Subscription.programme), joinedload(Subscription.company))
        .with_for_update(of=Subscription)
        .execution_options(populate_existing=True)
    ).one()


def record_payment(
    session: Session, desk: Desk, order_id: int, paid_on: date, reference: str, *, by: Member
) -> Invoice:
    """The team received a cheque or a transfer.

    Raises Refused: "not-of-the-team", "order-elsewhere", "paid-in-the-future",
    "paid-before-ordered", "reference-missing", "name-too-long".
    """
    one = hold(session, order_id)
    if not desk.runs(one.programme_id):
        raise Refused("not-of-the-team")
    reference = one_line(reference, "name-too-long")
    if not reference:
        raise Refused("reference-missing")
    if paid_on > clock.today():
        raise Refused("paid-in-the-future")
    if paid_on < one.ordered_at.astimezone(clock.PARIS).date() - timedelta(days=31):
        raise Refused("paid-before-ordered")
    if one.state is not State.WAITING:
        raise Refused("order-elsewhere")
    made = paid(session, one, paid_on, reference)
    about = f"{one.programme.name}, {one.company.name}, {made.title}, {in_euros(made.gross_cents)}"
    record(session, MoneyHandled(by, about, {"money": "payment"}))
    return made


def paid(session: Session, held: Subscription, paid_on: date, reference: str) -> Invoice:
    """The money of an order is there: its year runs, its credits are there, it is invoiced.

    A year that follows another begins when that one ends. The order must be held.
    """
    today = clock.today()
    last = session.scalar(
        select(Subscription.ends_on)
        .where(
            Subscription.programme_id == held.programme_id,
            Subscription.company_id == held.company_id,
            Subscription.state == State.PAID,
            Subscription.ends_on >= today,
        )
        .order_by(Subscription.ends_on.desc())
        .limit(1)
    )
    held.starts_on = last + timedelta(days=1) if last else today
    held.ends_on = year_after(held.starts_on) - timedelta(days=1)
    held.state, held.paid_on, held.paid_reference = State.PAID, paid_on, reference
    held.ended_at, held.reason = None, ""
    included = select(Service.id).where(
        Service.programme_id == held.programme_id,
        Service.kind != ServiceKind.RELAYED,
        ~Service.retired,
    )
    session.add_all(
        Credit(subscription_id=held.id, service_id=one)
        for one in session.scalars(included.order_by(Service.position, Service.id))
    )
    made = issuing.invoice(session, held)
    record(session, SubscriptionPaid(held, made))
    return made


def year_after(day: date) -> date:
    """The same day a year later; the 1st of March after a 29th of February."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return date(day.year + 1, 3, 1)


def cancel(session: Session, desk: Desk, order_id: int, reason: str, *, by: Member) -> Subscription:
    """The company, or the team, gives an order up before it is paid.

    Raises Refused: "not-of-the-company", "order-elsewhere", "reason-needed", "body-too-long".
    """
    one = hold(session, order_id)
    by_team = desk.runs(one.programme_id)
    if not by_team and one.company_id not in desk.companies:
        raise Refused("not-of-the-company")
    if one.state is not State.WAITING:
        raise Refused("order-elsewhere")
    reason = one_line(reason, "body-too-long", LONGEST_REASON)
    if by_team and one.company_id not in desk.companies and not reason:
        raise Refused("reason-needed")
    one.state, one.ended_at, one.reason = State.CANCELLED, clock.now(), reason
    record(session, OrderCancelled(one, by_team))
    if by_team:
        about = f"{one.programme.name}, {one.company.name}"
        record(session, MoneyHandled(by, about, {"money": "order-cancelled"}))
    return one


def credit_note(session: Session, desk: Desk, order_id: int, reason: str, *, by: Member) -> Invoice:
    """The team takes an invoice back, whole: the year ends now, and its credits with it.

    Raises Refused: "not-of-the-team", "order-elsewhere", "reason-needed", "body-too-long".
    """
    one = hold(session, order_id)
    if not desk.runs(one.programme_id):
        raise Refused("not-of-the-team")
    reason = one_line(reason, "body-too-long", LONGEST_REASON)
    if not reason:
        raise Refused("reason-needed")
    if one.state is not State.PAID:
        raise Refused("order-elsewhere")
    corrected = session.scalars(
        select(Invoice)
        .where(Invoice.subscription_id == one.id, Invoice.kind == Kind.INVOICE)
        .options(selectinload(Invoice.lines))
    ).one()
    note = issuing.credit_note(session, one, corrected, reason)
    one.state, one.ended_at, one.reason = State.CREDITED, clock.now(), reason
    record(session, SubscriptionCredited(one, note))
    about = f"{one.programme.name}, {one.company.name}, {note.title}"
    record(session, MoneyHandled(by, about, {"money": "credit-note"}))
    return note
