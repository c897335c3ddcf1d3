"""What the mails about subscriptions say: to companies, to teams, to providers of services."""

from collections.abc import Mapping
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from blueprints._mails_of_needs import Said
from blueprints.expertise._subscriptions import WAYS, amounts, reference, size_in_words
from blueprints.expertise._wording import siret_in_words
from expertise.subscriptions.jobs import About
from expertise.subscriptions.models import Outcome, PaidBy, Subscription
from expertise.subscriptions.money import in_euros

Values = Mapping[str, Any]


def to_company(values: Values) -> Said:
    """What happened to its subscription, and what is to do."""
    one, about = _of(values)
    programme = one.programme.name
    here = url_for("expertise.subscription", company_id=one.company_id, _external=True)
    subject, sentence, label = {
        About.ORDERED: (
            _("Your order to %(programme)s", programme=programme),
            _(
                "Your order is kept: %(amount)s to pay. Your subscription becomes active as soon "
                "as it is paid.",
                amount=amounts(one)["gross"],
            ),
            _("See my order"),
        ),
        About.PAID: (
            _("Your subscription to %(programme)s is active", programme=programme),
            _("Your payment is received, thank you. Your credits are open."),
            _("Download my invoice"),
        ),
        About.CANCELLED: (
            _("Your order to %(programme)s is cancelled", programme=programme),
            _("The team cancelled your order. It says why:"),
            _("See my subscription"),
        ),
        About.CREDITED: (
            _("A credit note from %(programme)s", programme=programme),
            _("Your invoice is taken back, and your subscription has ended. The team says why:"),
            _("Download the credit note"),
        ),
        About.ENDING: (
            _("Your subscription to %(programme)s ends soon", programme=programme),
            ngettext(
                "Your subscription ends in %(num)s day.",
                "Your subscription ends in %(num)s days.",
                values.get("days", 0),
            ),
            _("Renew my subscription"),
        ),
        About.USED: (
            _("You used a credit of %(programme)s", programme=programme),
            _("The provider has your request, and will call you."),
            _("See my credits"),
        ),
    }[about]
    if about is About.ORDERED:
        here = url_for(
            "expertise.order", company_id=one.company_id, order_id=one.id, _external=True
        )
    if about in {About.PAID, About.CREDITED}:
        here = url_for("expertise.invoice", invoice_id=values["invoice"].id, _external=True)
    return Said(
        subject=subject,
        sentence=sentence,
        quotation=one.reason if about in {About.CANCELLED, About.CREDITED} else "",
        facts=_facts(one, about, values),
        href=here,
        label=label,
        why=_(
            "You receive this message because you act for %(company)s at the expertise desk.",
            company=one.company.name,
        ),
    )


def _facts(one: Subscription, about: About, values: Values) -> list[str]:
    if about is About.ORDERED:
        return [_plan(one), *_how_to_pay(one, values["seller"])]
    if about is About.PAID:
        year = _(
            "From %(first)s to %(last)s.",
            first=f"{one.starts_on:%d/%m/%Y}",
            last=f"{one.ends_on:%d/%m/%Y}",
        )
        invoice = values["invoice"]
        amount = in_euros(invoice.gross_cents)
        return [
            _plan(one),
            year,
            _("Invoice %(title)s: %(amount)s.", title=invoice.title, amount=amount),
        ]
    if about is About.CREDITED:
        note = values["invoice"]
        amount = in_euros(note.gross_cents)
        return [_("Credit note %(title)s: %(amount)s.", title=note.title, amount=amount)]
    if about is About.ENDING:
        return [
            _(
                "It runs until %(last)s. Renewed before, the next year follows it without a gap; "
                "credits that are not used end with it.",
                last=f"{one.ends_on:%d/%m/%Y}",
            )
        ]
    if about is About.USED:
        service = values["credit"].service
        return [f"{service.name}, {service.provider}"]
    return [_plan(one)]


def _plan(one: Subscription) -> str:
    return _(
        "One year, %(size)s: %(net)s without VAT, %(gross)s with it.",
        size=size_in_words(one.least_staff, one.most_staff),
        net=amounts(one)["net"],
        gross=amounts(one)["gross"],
    )


def _how_to_pay(one: Subscription, seller: Any) -> list[str]:
    if one.paid_by is PaidBy.CHEQUE:
        return [
            _("Write %(reference)s on the back of your cheque.", reference=reference(one)),
            _("Made out and sent to: %(payee)s", payee=seller.payee),
        ]
    if one.paid_by is PaidBy.TRANSFER:
        bic = f", BIC {seller.bic}" if seller.bic else ""
        return [
            _("Transfer to %(name)s, IBAN %(iban)s.", name=seller.name, iban=seller.iban + bic),
            _("Words of the transfer: %(reference)s.", reference=reference(one)),
        ]
    return [_("Pay by card on the page of your order.")]


def to_team(values: Values) -> Said:
    """What a company did; what the team is to do."""
    one, about = _of(values)
    sentence = {
        About.ORDERED: _("A company ordered a year. Its payment is awaited."),
        About.PAID: _("A subscription is paid."),
        About.CANCELLED: _("A company cancelled its order."),
        About.USED: _("A company used a credit; the provider is told."),
        About.ASTRAY: _("A payment by card is not due: give it back in the payment service."),
    }[about]
    facts = [f"{reference(one)}, {WAYS[one.paid_by]}, {amounts(one)['gross']}"]
    if about is About.USED:
        service = values["credit"].service
        facts = [f"{service.name}, {service.provider}"]
    if about is About.ASTRAY:
        facts.append(
            _("It pays what is paid already.")
            if values["outcome"] is Outcome.TWICE
            else _("Its amount is not that of the order.")
        )
        facts.append(f"{values['payment']}, {in_euros(values['cents'])}")
    return Said(
        subject=f"{one.programme.name}\u00a0: {one.company.name}",
        sentence=sentence,
        quotation=values["credit"].complement if about is About.USED else "",
        facts=facts,
        href=url_for(
            "expertise.team_order", slug=one.programme.slug, order_id=one.id, _external=True
        ),
        label=_("See the order"),
        why=_(
            "You receive this message at the address of the team of %(programme)s.",
            programme=one.programme.name,
        ),
    )


def to_provider(values: Values) -> Said:
    """Whom to call, and what they say."""
    one, credit, asker = values["subscription"], values["credit"], values["asker"]
    company = one.company
    told = [
        f"{company.name}, SIRET {siret_in_words(company.siret)}",
        f"{company.postcode} {company.town}",
        f"{asker.name}, {asker.email}",
    ]
    if company.phone:
        told.append(company.phone)
    if company.staff is not None:
        told.append(_("Employees: %(number)s", number=company.staff))
    if company.about:
        told.append(company.about)
    return Said(
        subject=_(
            "%(company)s asks for: %(service)s", company=company.name, service=credit.service.name
        ),
        sentence=_(
            "A company that subscribed to %(programme)s asks for your service: please call it.",
            programme=one.programme.name,
        ),
        quotation=credit.complement,
        facts=told,
        href=f"mailto:{asker.email}",
        label=_("Write to the company"),
        why=_(
            "You receive this message because %(programme)s names you as the provider of "
            "“%(service)s”.",
            programme=one.programme.name,
            service=credit.service.name,
        ),
    )


def _of(values: Values) -> tuple[Subscription, About]:
    return values["subscription"], values["about"]
