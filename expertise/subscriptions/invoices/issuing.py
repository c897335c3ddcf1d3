"""Issuing invoices: one after the other, each with all that the law wants said."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import clock
from core.refusals import Refused
from expertise.companies.models import Company
from expertise.subscriptions.invoices.models import Invoice, InvoiceLine, Kind
from expertise.subscriptions.models import PaidBy, Seller, Subscription
from expertise.subscriptions.money import vat_on

LETTERS = {Kind.INVOICE: "F", Kind.CREDIT_NOTE: "A"}
PAID_BY = {PaidBy.CARD: "carte bancaire", PaidBy.CHEQUE: "chèque", PaidBy.TRANSFER: "virement"}
KEPT_OF_SELLER = (
    *("name", "form", "address", "siret", "registration", "vat_number", "vat_words", "email"),
    *("iban", "bic", "penalty_words"),
)


def staff_in_french(least: int, most: int | None) -> str:
    """ "de 50 à 99 personnes", as an invoice says it."""
    if most is None:
        return f"de {least} personnes et plus" if least else "de toute taille"
    return f"de {least} à {most} personnes" if least else f"de moins de {most + 1} personnes"


def in_french(day: date) -> str:
    """ "23/11/2026"."""
    return f"{day:%d/%m/%Y}"


def invoice(session: Session, of: Subscription) -> Invoice:
    """The invoice of a year that was just paid. Its programme and its company must be loaded."""
    seller = _held(session, of.programme_id)
    words = (
        f"Abonnement annuel à {of.programme.name}, entreprise "
        f"{staff_in_french(of.least_staff, of.most_staff)}"
    )
    line = InvoiceLine(
        place=1,
        words=words[:200],
        quantity=1,
        unit_cents=of.net_cents,
        net_cents=of.net_cents,
        vat_points=of.vat_points,
        vat_cents=vat_on(of.net_cents, of.vat_points),
    )
    if of.starts_on is None or of.ends_on is None or of.paid_on is None:
        raise Refused("order-elsewhere")
    paid = f"Facture acquittée le {in_french(of.paid_on)} par {PAID_BY[of.paid_by]}"
    mentions = [
        "Prestation de services. Période de la prestation : "
        f"du {in_french(of.starts_on)} au {in_french(of.ends_on)}.",
        f"{paid}, réf. {of.paid_reference}." if of.paid_reference else f"{paid}.",
        "TVA acquittée sur les encaissements."
        if of.vat_points
        else seller.vat_words or "TVA non applicable.",
        "Pas d’escompte pour paiement anticipé.",
        _late(seller),
    ]
    return _issue(
        session,
        Kind.INVOICE,
        of,
        seller=_seller(seller),
        buyer=_buyer(of.company),
        prefix=seller.prefix,
        mentions=mentions,
        lines=[line],
    )


def credit_note(session: Session, of: Subscription, corrected: Invoice, reason: str) -> Invoice:
    """What takes an invoice back, whole; its lines must be loaded. The parties are as it said."""
    seller = _held(session, of.programme_id)
    lines = [
        InvoiceLine(
            place=one.place,
            words=one.words,
            quantity=one.quantity,
            unit_cents=-one.unit_cents,
            net_cents=-one.net_cents,
            vat_points=one.vat_points,
            vat_cents=-one.vat_cents,
        )
        for one in corrected.lines
    ]
    mentions = [
        f"Avoir sur la facture {corrected.title} du {in_french(corrected.issued_on)}.",
        f"Motif : {reason}",
        "L’abonnement prend fin à la date de cet avoir. En cas de TVA déduite, celle-ci est à "
        "reverser à hauteur de cet avoir (CGI, art. 272).",
    ]
    return _issue(
        session,
        Kind.CREDIT_NOTE,
        of,
        seller=corrected.seller,
        buyer=corrected.buyer,
        prefix=seller.prefix,
        mentions=mentions,
        lines=lines,
        corrects=corrected,
    )


def _held(session: Session, programme_id: int) -> Seller:
    """Who sells, held until the end of the transaction: those who number wait for each other.

    A number that is taken by what is then undone goes back: there is no hole.
    """
    seller = session.scalar(
        select(Seller).where(Seller.programme_id == programme_id).with_for_update()
    )
    if seller is None:
        raise Refused("nothing-sold")
    return seller


def _issue(
    session: Session,
    kind: Kind,
    of: Subscription,
    *,
    seller: dict[str, str],
    buyer: dict[str, str],
    prefix: str,
    mentions: list[str],
    lines: list[InvoiceLine],
    corrects: Invoice | None = None,
) -> Invoice:
    today = clock.today()
    series = (Invoice.programme_id == of.programme_id, Invoice.kind == kind)
    last = session.scalar(
        select(func.max(Invoice.number)).where(*series, Invoice.year == today.year)
    )
    number = (last or 0) + 1
    # A clock that was set back does not date an invoice before the one that it follows.
    latest = session.scalar(select(func.max(Invoice.issued_on)).where(*series))
    made = Invoice(
        programme_id=of.programme_id,
        kind=kind,
        year=today.year,
        number=number,
        title=f"{prefix}-{LETTERS[kind]}{today.year}-{number:04}",
        subscription_id=of.id,
        corrects_id=corrects.id if corrects else None,
        issued_on=max(today, latest) if latest and latest.year == today.year else today,
        seller=seller,
        buyer=buyer,
        mentions=mentions,
        net_cents=sum(one.net_cents for one in lines),
        vat_cents=sum(one.vat_cents for one in lines),
        gross_cents=sum(one.net_cents + one.vat_cents for one in lines),
        lines=lines,
    )
    session.add(made)
    session.flush()
    return made


def _seller(seller: Seller) -> dict[str, str]:
    return {name: getattr(seller, name) for name in KEPT_OF_SELLER}


def _buyer(company: Company) -> dict[str, str]:
    return {
        "name": company.name,
        "siret": company.siret,
        "address": f"{company.postcode} {company.town}",
    }


def _late(seller: Seller) -> str:
    """Code de commerce, art. L441-9, L441-10 and D441-5."""
    rate = seller.penalty_words or "trois fois le taux de l’intérêt légal"
    return (
        f"En cas de retard de paiement, pénalités : {rate} ; indemnité forfaitaire pour frais de "
        "recouvrement : 40 €."
    )
