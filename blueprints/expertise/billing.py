"""The team of a programme and its subscriptions: orders, payments, credit notes."""

from collections.abc import Callable
from datetime import date

from flask import Response as FlaskResponse
from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import DateField

from blueprints._access import found, key, member
from blueprints._forms import Form, line, required, show_refusal, words
from blueprints._refusals import explain
from blueprints._sheets import ENDINGS, send_sheet
from blueprints.expertise import bp
from blueprints.expertise._desk import desk
from blueprints.expertise._subscriptions import (
    WAYS,
    amounts,
    credit_line,
    reference,
    size_in_words,
    state_of,
)
from blueprints.expertise._wording import siret_in_words
from blueprints.expertise.subscribing import PAPERS
from blueprints.expertise.tending import run
from core import clock
from core.db import db
from core.refusals import Refused
from core.sheets import Cell, Sheet
from expertise.subscriptions import actions, queries
from expertise.subscriptions.invoices.models import Invoice
from expertise.subscriptions.models import LONGEST_REASON, State, Subscription
from expertise.subscriptions.money import in_euros
from expertise.subscriptions.queries import Basket

Page = Response | str | tuple[str, int]
AT_ONCE = 25
MOST = 20_000
"""Lines of a table that leaves."""
BASKETS = {
    "en-attente": Basket.WAITING,
    "actifs": Basket.ACTIVE,
    "termines": Basket.ENDED,
}
TITLES = {
    Basket.WAITING: _l("Awaiting payment"),
    Basket.ACTIVE: _l("Active ones"),
    Basket.ENDED: _l("Ended"),
}
FIELDS = {
    "paid-in-the-future": "paid_on",
    "paid-before-ordered": "paid_on",
    "reference-missing": "reference",
    "name-too-long": "reference",
}
"""Refusal → the field of a payment that it is about."""


class PaymentForm(Form):
    """A payment that came."""

    paid_on = DateField(_l("Received on"), [required()])
    reference = line(
        _l("Reference"),
        needed=True,
        description=_l("The number of the cheque, or the words of the transfer."),
    )


class ReasonForm(Form):
    """Why an order is cancelled, or an invoice taken back."""

    reason = line(
        _l("Reason"),
        needed=True,
        length=LONGEST_REASON,
        description=_l("The company reads it; a credit note bears it."),
    )


@bp.get("/equipe/<slug>/abonnements")
def subscriptions(slug: str) -> str:
    """The orders of a programme, by where they stand."""
    one, session, today = run(slug), db.session(), clock.today()
    name = request.args.get("etat", "en-attente")
    which = BASKETS.get(name)
    if which is None:
        abort(404)
    before = request.args.get("apres", type=key)
    shown = session.scalars(
        queries.basket(desk(), one.id, which, today, before).limit(AT_ONCE + 1)
    ).all()
    counts = queries.counts(session, desk(), one.id, today)
    return render_template(
        "expertise/subscriptions.html",
        programme=one,
        baskets=[
            {
                "label": TITLES[basket],
                "href": url_for(".subscriptions", slug=slug, etat=word),
                "current": basket is which,
                "count": counts[basket],
            }
            for word, basket in BASKETS.items()
        ],
        orders=[_line(slug, order) for order in shown[:AT_ONCE]],
        more=url_for(".subscriptions", slug=slug, etat=name, apres=shown[AT_ONCE - 1].id)
        if len(shown) > AT_ONCE
        else None,
        waiting=which is Basket.WAITING,
    )


def _line(slug: str, one: Subscription) -> dict[str, object]:
    until = _("until %(day)s", day=f"{one.ends_on:%d/%m/%Y}") if one.ends_on else ""
    return {
        "title": one.company.name,
        "href": url_for(".team_order", slug=slug, order_id=one.id),
        "meta": [
            reference(one),
            str(WAYS[one.paid_by]),
            amounts(one)["gross"],
            size_in_words(one.least_staff, one.most_staff),
            *([until] if until else []),
        ],
        "when": one.ordered_at,
        "state": state_of(one, clock.today()),
    }


def _order(slug: str, order_id: int) -> Subscription:
    one = run(slug)
    return found(queries.subscription(desk(), order_id).where(Subscription.programme_id == one.id))


@bp.get("/equipe/<slug>/abonnements/<int:order_id>")
def team_order(slug: str, order_id: int) -> str:
    """An order, and what the team does with it."""
    return _page(_order(slug, order_id))


def _page(
    one: Subscription,
    payment: PaymentForm | None = None,
    reason: ReasonForm | None = None,
    others: list[str] | None = None,
) -> str:
    session, today = db.session(), clock.today()
    return render_template(
        "expertise/team_order.html",
        programme=one.programme,
        order=one,
        company=one.company,
        siret=siret_in_words(one.company.siret),
        plan=size_in_words(one.least_staff, one.most_staff),
        way=WAYS[one.paid_by],
        amounts=amounts(one),
        reference=reference(one),
        state=state_of(one, today),
        waits=one.state is State.WAITING,
        paid=one.state is State.PAID,
        credits=[credit_line(credit, one, today) for credit in one.credits],
        papers=session.scalars(queries.invoices_of([one.id])).all(),
        kinds=PAPERS,
        astray=[
            _("Payment %(name)s, %(amount)s", name=each.payment, amount=in_euros(each.cents or 0))
            for each in session.scalars(queries.astray_of(one.id))
        ],
        payment_form=payment or PaymentForm(formdata=None, data={"paid_on": today}),
        reason_form=reason or ReasonForm(formdata=None),
        others=others or [],
    )


@bp.post("/equipe/<slug>/abonnements/<int:order_id>/paiement")
def record_payment(slug: str, order_id: int) -> Page:
    """A cheque or a transfer came."""
    _order(slug, order_id)
    form = PaymentForm()
    if not form.validate_on_submit() or form.paid_on.data is None:
        return _page(_order(slug, order_id), payment=form), 422
    try:
        made = actions.record_payment(
            db.session(), desk(), order_id, form.paid_on.data, words(form.reference), by=member()
        )
    except Refused as refused:
        others = show_refusal(form, refused, FIELDS)
        return _page(_order(slug, order_id), payment=form, others=others), 422
    db.session.commit()
    flash(_("The payment is recorded: invoice %(title)s.", title=made.title), "success")
    return redirect(url_for(".team_order", slug=slug, order_id=order_id))


def _for_a_reason(slug: str, order_id: int, act: Callable[[str], object], done: str) -> Page:
    """Do something that is said with its reason."""
    _order(slug, order_id)
    form = ReasonForm()
    if not form.validate_on_submit():
        return _page(_order(slug, order_id), reason=form), 422
    try:
        act(words(form.reason))
    except Refused as refused:
        db.session.rollback()
        return _page(_order(slug, order_id), reason=form, others=[explain(refused)]), 422
    db.session.commit()
    flash(done, "success")
    return redirect(url_for(".team_order", slug=slug, order_id=order_id))


@bp.post("/equipe/<slug>/abonnements/<int:order_id>/annuler")
def team_cancels(slug: str, order_id: int) -> Page:
    """An order that was never paid is given up."""
    return _for_a_reason(
        slug,
        order_id,
        lambda reason: actions.cancel(db.session(), desk(), order_id, reason, by=member()),
        _("The order is cancelled; the company is told."),
    )


@bp.post("/equipe/<slug>/abonnements/<int:order_id>/avoir")
def credit_note(slug: str, order_id: int) -> Page:
    """An invoice is taken back."""
    return _for_a_reason(
        slug,
        order_id,
        lambda reason: actions.credit_note(db.session(), desk(), order_id, reason, by=member()),
        _("The credit note is issued; the subscription has ended."),
    )


@bp.get(f"/equipe/<slug>/abonnements/exporter.<{ENDINGS}:ending>")
def subscriptions_file(slug: str, ending: str) -> FlaskResponse:
    """All the orders of a programme, as a table."""
    one, today = run(slug), clock.today()
    header = [
        *(
            _("Order number"),
            _("Ordered on"),
            _("Company"),
            "SIRET",
            _("Size"),
            _("How it is paid"),
        ),
        *(_("Without VAT (€)"), _("VAT (€)"), _("With VAT (€)"), _("State"), _("Paid on")),
        *(_("Reference"), _("From"), _("Until"), _("Invoice"), _("Reason")),
    ]
    rows = db.session().execute(queries.every(desk(), one.id).limit(MOST))
    sheet = Sheet(_("Subscriptions"), header, [_cells(order, made, today) for order, made in rows])
    return send_sheet(f"abonnements-{one.slug}", ending, sheet)


def _cells(one: Subscription, made: Invoice | None, today: date) -> list[Cell]:
    return [
        reference(one),
        one.ordered_at.astimezone(clock.PARIS).date(),
        one.company.name,
        one.company.siret,
        size_in_words(one.least_staff, one.most_staff),
        str(WAYS[one.paid_by]),
        *(_amount(cents) for cents in (one.net_cents, one.vat_cents, one.gross_cents)),
        state_of(one, today)["words"],
        one.paid_on,
        one.paid_reference,
        one.starts_on,
        one.ends_on,
        made.title if made else "",
        one.reason,
    ]


def _amount(cents: int) -> str:
    """As a French spreadsheet reads a number: "350,00"."""
    return f"{cents // 100},{cents % 100:02}"
