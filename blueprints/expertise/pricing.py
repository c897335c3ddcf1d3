"""What the team says of prices: the grids, from a day on; who sells."""

from decimal import Decimal, InvalidOperation
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import DateField, TextAreaField

from blueprints._access import member
from blueprints._forms import (
    Form,
    at_most,
    line,
    required,
    several_lines,
    show_refusal,
    words,
)
from blueprints._forms import address as mail_address
from blueprints.expertise import bp
from blueprints.expertise._desk import desk
from blueprints.expertise._subscriptions import price_rows
from blueprints.expertise.tending import run
from core import clock
from core.db import db
from core.refusals import Refused
from expertise.programmes.models import Programme
from expertise.subscriptions import grid
from expertise.subscriptions.models import PREFIX_LENGTH, PriceGrid
from expertise.subscriptions.money import in_percent

Page = Response | str | tuple[str, int]
TYPED = (
    *("prefix", "name", "form", "address", "siret", "registration", "vat_number", "vat_words"),
    *("email", "iban", "bic", "payee", "penalty_words"),
)
SELLER_FIELDS = {
    "prefix-unknown": "prefix",
    "prefix-taken": "prefix",
    "prefix-stays": "prefix",
    "name-empty": "name",
    "address-empty": "address",
    "siret-missing": "siret",
    "siret-unknown": "siret",
    "email-unknown": "email",
    "iban-unknown": "iban",
}
PRICE_FIELDS = {
    "prices-in-the-past": "starts_on",
    "grid-in-force": "starts_on",
    "prices-missing": "prices",
    "prices-from-nobody": "prices",
    "prices-twice": "prices",
    "price-unknown": "prices",
    "vat-unknown": "vat",
}


class PricesForm(Form):
    """New prices, from a day on."""

    starts_on = DateField(
        _l("From the"),
        [required()],
        description=_l("What was ordered before keeps its price; the former prices stay in sight."),
    )
    prices = TextAreaField(
        _l("Prices without VAT"),
        [required(), at_most(1000)],
        [several_lines],
        description=_l(
            "One line a size: the least number of people, a space, the price in euros. The first "
            "line begins at 0. For example: 0 350, then 50 500."
        ),
    )
    vat = line(_l("VAT rate, in percent"), length=6, needed=True)


class SellerForm(Form):
    """Who sells, as invoices must say."""

    name = line(_l("Name"), needed=True)
    form = line(_l("Legal form and capital"), description=_l("“association loi 1901”, for one."))
    address = line(_l("Address"), needed=True)
    siret = line(_l("SIRET number"), length=20, needed=True)
    registration = line(_l("Trade register"), description=_l("RCS and town, for a company."))
    vat_number = line(_l("VAT number"), length=20)
    vat_words = line(
        _l("Why no VAT is due"),
        description=_l("Only for a rate of 0: “TVA non applicable, art. 293 B du CGI”."),
    )
    email = mail_address(_l("Whom to write to about invoices"))
    prefix = line(
        _l("What invoice numbers begin with"),
        length=PREFIX_LENGTH,
        needed=True,
        description=_l("A few letters. It stays once an invoice bears it."),
    )
    iban = line(_l("IBAN"), length=40, description=_l("Left empty, transfers are not offered."))
    bic = line(_l("BIC"), length=11)
    payee = line(
        _l("To whom cheques are made out, and where they are sent"),
        description=_l("Left empty, cheques are not offered."),
    )
    penalty_words = line(
        _l("Late payment"),
        description=_l("Left empty: three times the legal interest rate."),
    )


@bp.get("/equipe/<slug>/tarifs")
def prices(slug: str) -> str:
    """Prices and seller."""
    one = run(slug)
    return _page(one, PricesForm(formdata=None, data=_last(one)), _seller_form(one), [])


def _last(one: Programme) -> dict[str, Any]:
    """The last prices, to begin from."""
    last = db.session.scalars(grid.grids(one.id).limit(1)).one_or_none()
    if last is None:
        return {"starts_on": clock.today(), "vat": "20"}
    return {
        "prices": "\n".join(f"{each.least_staff} {_typed(each.net_cents)}" for each in last.lines),
        "vat": _typed(last.vat_points),
    }


def _typed(hundredths: int) -> str:
    whole, rest = divmod(hundredths, 100)
    return f"{whole},{rest:02}" if rest else str(whole)


def _seller_form(one: Programme) -> SellerForm:
    seller = db.session.scalars(grid.seller_of(one.id)).one_or_none()
    known = {name: getattr(seller, name) for name in TYPED} if seller else {"email": one.email}
    return SellerForm(formdata=None, data=known)


def _page(
    one: Programme, prices_form: PricesForm, seller_form: SellerForm, others: list[str]
) -> str:
    today = clock.today()
    all_of_them = db.session.scalars(grid.grids(one.id)).all()
    current = next((each for each in all_of_them if each.starts_on <= today), None)
    return render_template(
        "expertise/prices.html",
        programme=one,
        grids=[_grid(each, each is current, today < each.starts_on) for each in all_of_them],
        prices_form=prices_form,
        seller_form=seller_form,
        others=others,
    )


def _grid(one: PriceGrid, current: bool, future: bool) -> dict[str, object]:
    return {
        "starts_on": one.starts_on,
        "rate": in_percent(one.vat_points),
        "rows": price_rows(one),
        "current": current,
        "future": future,
    }


@bp.post("/equipe/<slug>/tarifs/nouveaux")
def set_prices(slug: str) -> Page:
    """New prices, from a day on."""
    one, form = run(slug), PricesForm()
    others: list[str] = []
    if form.validate_on_submit() and form.starts_on.data is not None:
        try:
            grid.set_prices(
                db.session(),
                desk(),
                one,
                form.starts_on.data,
                _hundredths(words(form.vat), "vat-unknown"),
                _lines(words(form.prices)),
                by=member(),
            )
        except Refused as refused:
            others = show_refusal(form, refused, PRICE_FIELDS)
        else:
            db.session.commit()
            flash(_("The prices are set."), "success")
            return redirect(url_for(".prices", slug=slug))
    return _page(one, form, _seller_form(one), others), 422


def _lines(typed: str) -> list[tuple[int, int]]:
    """ "50 500,00" → (50, 50000). Raises Refused("price-unknown")."""
    found = []
    for each in filter(str.strip, typed.splitlines()):
        least, _space, price = " ".join(each.split()).partition(" ")
        if not (least.isascii() and least.isdecimal() and len(least) < 7):
            raise Refused("price-unknown")
        found.append((int(least), _hundredths(price, "price-unknown")))
    return found


def _hundredths(typed: str, refusal: str) -> int:
    """ "1 000,50" → 100050: exact, never a float."""
    try:
        number = Decimal("".join(typed.split()).strip("€%").replace(",", "."))
        whole = number * 100
        exact = int(whole)
    except (InvalidOperation, ValueError, OverflowError) as error:
        raise Refused(refusal) from error
    if exact != whole or abs(exact) > 2**31 - 1:
        raise Refused(refusal)
    return exact


@bp.post("/equipe/<slug>/vendeur")
def name_seller(slug: str) -> Page:
    """Say who sells."""
    one, form = run(slug), SellerForm()
    others: list[str] = []
    if form.validate_on_submit():
        said = grid.SaidOfSeller(**{name: words(form[name]) for name in TYPED})
        try:
            grid.name_seller(db.session(), desk(), one, said, by=member())
        except Refused as refused:
            others = show_refusal(form, refused, SELLER_FIELDS)
        else:
            db.session.commit()
            flash(_("The invoices to come say so."), "success")
            return redirect(url_for(".prices", slug=slug))
    return _page(one, PricesForm(formdata=None, data=_last(one)), form, others), 422
