"""A company and its subscription: what it has, what it orders, how it pays, its credits."""

from flask import Response as FlaskResponse
from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from stdnum import iban
from werkzeug.wrappers import Response
from wtforms import BooleanField, RadioField, TextAreaField

from blueprints._access import SAFE, found, member
from blueprints._downloads import PDF, attached
from blueprints._forms import Form, at_most, options, several_lines, words
from blueprints._refusals import REFUSALS, explain
from blueprints.expertise import bp
from blueprints.expertise._desk import desk
from blueprints.expertise._subscriptions import (
    WAYS,
    amounts,
    credit_line,
    price_rows,
    reference,
    size_in_words,
    state_of,
)
from blueprints.expertise.companies import its_tabs
from core import clock
from core.db import db
from core.refusals import Refused
from expertise.programmes.models import Programme
from expertise.subscriptions import actions, credits, grid, payments, policy, queries
from expertise.subscriptions.invoices import paper
from expertise.subscriptions.invoices.models import Invoice, Kind
from expertise.subscriptions.models import (
    LONGEST_WORDS,
    Credit,
    PaidBy,
    PriceGrid,
    Seller,
    State,
    Subscription,
)
from expertise.subscriptions.money import in_percent
from expertise.subscriptions.payments import Payments

Page = Response | str | tuple[str, int]


class OrderForm(Form):
    """How a year is paid."""

    paid_by = RadioField(_l("How you pay"), choices=[])
    agrees = BooleanField(_l("I have read and accept the subscription terms"))


class UseForm(Form):
    """What a company says to a provider."""

    complement = TextAreaField(
        _l("What the provider should know"),
        [at_most(LONGEST_WORDS)],
        [several_lines],
        description=_l("Optional: what you expect, when one may call you."),
    )


def service_of_cards() -> Payments | None:
    """The payment service of this installation."""
    there: Payments | None = current_app.extensions["maillage.payments"]
    return there


@bp.get("/entreprises/<int:company_id>/abonnement")
def subscription(company_id: int) -> str:
    """« Abonnement et crédits »."""
    return _page(company_id, [])


def _page(company_id: int, others: list[str]) -> str:
    session, today = db.session(), clock.today()
    company = found(queries.company(desk(), company_id))
    sold = session.execute(queries.with_seller(queries.sellers(desk(), company_id, today))).all()
    years = session.scalars(queries.of_company(desk(), company_id)).all()
    papers: dict[int, list[Invoice]] = {}
    for one in session.scalars(queries.invoices_of([year.id for year in years])):
        papers.setdefault(one.subscription_id, []).append(one)
    in_force = grid.all_in_force([programme.id for programme, _seller, _terms in sold], today)
    prices = {one.programme_id: one for one in session.scalars(in_force).unique()}
    return render_template(
        "expertise/subscription.html",
        company=company,
        is_ours=company_id in desk().companies,
        tabs=its_tabs(company, ".subscription") if company_id in desk().companies else [],
        parts=[
            _part(
                one,
                company.staff,
                [year for year in years if year.programme_id == one.id],
                papers,
                prices.get(one.id),
                seller,
                company_id,
                terms=terms,
            )
            for one, seller, terms in sold
        ],
        others=others,
    )


def _part(
    programme: Programme,
    staff: int | None,
    years: list[Subscription],
    papers: dict[int, list[Invoice]],
    prices: PriceGrid | None,
    seller: Seller | None,
    company_id: int,
    *,
    terms: bool,
) -> dict[str, object]:
    """What the page says of one programme."""
    today = clock.today()
    counted = [one for one in years if one.state in {State.WAITING, State.PAID}]
    latest = next((one for one in counted if one.state is State.WAITING), None) or max(
        counted, key=lambda one: (one.ends_on or today, one.id), default=None
    )
    answer = policy.may_order(desk(), company_id, seller, latest, today)
    if answer.may and prices is None:
        answer = policy.Answer(may=False, why="nothing-sold")
    if answer.may and staff is None:
        answer = policy.Answer(may=False, why="staff-unsaid")
    return {
        "programme": programme,
        "years": [
            {
                "id": one.id,
                "day": one.ordered_at,
                "plan": size_in_words(one.least_staff, one.most_staff),
                "net": amounts(one)["net"],
                "state": state_of(one, today),
                "until": one.ends_on if one.state is State.PAID else None,
                "waits": one.state is State.WAITING,
                "papers": papers.get(one.id, []),
            }
            for one in years
        ],
        "credits": [
            credit_line(credit, one, today)
            for one in years
            if one.state is State.PAID
            for credit in one.credits
        ],
        "prices": price_rows(prices) if prices else [],
        "rate": in_percent(prices.vat_points) if prices else "",
        "form": _order_form(seller) if answer.may and seller else None,
        "why": str(REFUSALS[answer.why]) if answer.why else "",
        "renews": latest is not None,
        "billing": seller.email if seller else programme.email,
        "terms": terms,
    }


def _order_form(seller: Seller) -> OrderForm:
    form = OrderForm(formdata=None)
    ways = {
        PaidBy.CARD: service_of_cards() is not None,
        PaidBy.CHEQUE: bool(seller.payee),
        PaidBy.TRANSFER: bool(seller.iban),
    }
    offered = [(way.value, WAYS[way]) for way, there in ways.items() if there]
    form.paid_by.choices = options(offered)
    form.paid_by.data = offered[0][0] if offered else None
    return form


@bp.post("/entreprises/<int:company_id>/abonnement/<slug>")
def subscribe(company_id: int, slug: str) -> Page:
    """Order a year."""
    found(queries.company(desk(), company_id))
    today = clock.today()
    one = found(queries.sellers(desk(), company_id, today).where(Programme.slug == slug))
    way = next((way for way in PaidBy if way.value == request.form.get("paid_by")), None)
    if way is None or (way is PaidBy.CARD and service_of_cards() is None):
        return _page(company_id, [_("Choose how you pay.")]), 422
    try:
        agrees = "agrees" in request.form
        made = actions.order(db.session(), desk(), one, company_id, way, agrees=agrees)
    except Refused as refused:
        db.session.rollback()
        return _page(company_id, [explain(refused)]), 422
    db.session.commit()
    if way is PaidBy.CARD:
        return _to_card(made)
    flash(_("Your order is kept. It becomes active as soon as it is paid."), "success")
    return redirect(url_for(".order", company_id=company_id, order_id=made.id))


def _of_company(company_id: int, order_id: int) -> Subscription:
    return found(
        queries.subscription(desk(), order_id).where(Subscription.company_id == company_id)
    )


@bp.get("/entreprises/<int:company_id>/commandes/<int:order_id>")
def order(company_id: int, order_id: int) -> str:
    """An order: what to pay and how; where one comes back from a payment by card."""
    one = _of_company(company_id, order_id)
    session, today = db.session(), clock.today()
    page = session.scalars(queries.page_of(one.id)).one_or_none()
    waits = one.state is State.WAITING
    seller = session.scalars(grid.seller_of(one.programme_id)).one_or_none()
    return render_template(
        "expertise/order.html",
        order=one,
        is_ours=company_id in desk().companies,
        seller=seller,
        iban=iban.format(seller.iban) if seller else "",
        plan=size_in_words(one.least_staff, one.most_staff),
        way=WAYS[one.paid_by],
        by_card=service_of_cards() is not None,
        amounts=amounts(one),
        reference=reference(one),
        state=state_of(one, today),
        waits=waits,
        page=page.url if page and waits and page.until > clock.now() else None,
        back=request.args.get("retour") if waits else None,
        papers=session.scalars(queries.invoices_of([one.id])).all(),
        kinds=PAPERS,
    )


@bp.post("/entreprises/<int:company_id>/commandes/<int:order_id>/carte")
def pay_by_card(company_id: int, order_id: int) -> Response:
    """Open a page of the payment service."""
    one = _of_company(company_id, order_id)
    if company_id not in desk().companies or one.state is not State.WAITING:
        flash(str(REFUSALS["order-elsewhere"]), "warning")
        return redirect(url_for(".order", company_id=company_id, order_id=order_id))
    return _to_card(one)


def _to_card(one: Subscription) -> Response:
    """Ask the service for a page, outside of any transaction; the order's page links to it."""
    session, cards = db.session(), service_of_cards()
    there = url_for(".order", company_id=one.company_id, order_id=one.id)
    if cards is None:
        flash(str(REFUSALS["payment-unreachable"]), "warning")
        return redirect(there)
    asked = payments.Asked(
        order_id=one.id,
        attempt=payments.attempts(session, one.id) + 1,
        words=f"{one.programme.name}, {size_in_words(one.least_staff, one.most_staff)}",
        cents=one.gross_cents,
        email=member().email,
        back=url_for(".order", company_id=one.company_id, order_id=one.id, _external=True),
    )
    session.rollback()  # nobody waits for us while we wait for the service
    try:
        opened = cards.open(asked)
    except Refused as refused:
        flash(explain(refused), "warning")
        return redirect(there)
    payments.keep_page(session, one.id, opened)
    session.commit()
    return redirect(there)


@bp.post("/entreprises/<int:company_id>/commandes/<int:order_id>/annuler")
def cancel_order(company_id: int, order_id: int) -> Response:
    """Give an order up."""
    _of_company(company_id, order_id)
    try:
        actions.cancel(db.session(), desk(), order_id, "", by=member())
    except Refused as refused:
        db.session.rollback()
        flash(explain(refused), "warning")
    else:
        db.session.commit()
        flash(_("Your order is cancelled."), "success")
    return redirect(url_for(".subscription", company_id=company_id))


PAPERS = {Kind.INVOICE: _l("Invoice"), Kind.CREDIT_NOTE: _l("Credit note")}


@bp.get("/factures/<int:invoice_id>.pdf")
def invoice(invoice_id: int) -> FlaskResponse:
    """An invoice, as a PDF."""
    one = found(queries.invoice(desk(), invoice_id))
    return attached(FlaskResponse(paper.pdf(one), mimetype=PDF), f"{one.title}.pdf")


@bp.route("/credits/<int:credit_id>/utiliser", methods=["GET", "POST"])
def use_credit(credit_id: int) -> Page:
    """Use a credit: the provider is told."""
    one = found(queries.credit(desk(), credit_id))
    form, others = UseForm(), list[str]()
    company_id = one.subscription.company_id
    if form.validate_on_submit():
        try:
            credits.use(db.session(), desk(), one, words(form.complement), by=member())
        except Refused as refused:
            db.session.rollback()
            others = [explain(refused)]
            one = found(queries.credit(desk(), credit_id))
        else:
            db.session.commit()
            flash(
                _("%(provider)s is told, and will call you.", provider=one.service.provider),
                "success",
            )
            return redirect(url_for(".subscription", company_id=company_id))
    page = _use_page(one, form, others)
    return page if request.method in SAFE else (page, 422)


def _use_page(one: Credit, form: UseForm, others: list[str]) -> str:
    why = policy.why_not_use(one, clock.today())
    if one.subscription.company_id not in desk().companies:
        why = "not-of-the-company"
    return render_template(
        "expertise/use_credit.html",
        credit=one,
        service=one.service,
        company=one.subscription.company,
        form=form,
        others=others,
        why="" if others or not why else str(REFUSALS[why]),
    )
