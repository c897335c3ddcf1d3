"""What an institution may take off its tax for the days that it gave: an estimate, never kept."""

from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal, format_percent
from flask import render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DecimalField, SelectField
from wtforms.validators import NumberRange
from wtforms.widgets import TextInput

from blueprints._access import SAFE, found, reads
from blueprints._forms import Form, required, show_refusal
from blueprints._languages import spoken
from blueprints.expertise import bp
from blueprints.expertise._desk import desk
from core import clock
from core.db import db
from core.refusals import Refused
from expertise.figures import queries, tax
from expertise.figures.tax import Estimate, TaxRule
from expertise.subscriptions.money import in_euros

Page = str | tuple[str, int]
AMOUNT = NumberRange(0, tax.MOST, message=_l("Write an amount in euros, 0 or more."))


class FrenchDecimal(DecimalField):
    """Takes "1 250 000,50 €" as it is written in France."""

    widget = TextInput()

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was typed."""
        typed = ["".join(one.split()).strip("€").replace(",", ".") for one in valuelist]
        super().process_formdata(typed)
        if self.data is not None and not self.data.is_finite():
            self.data = None
            raise ValueError(_("Write an amount in euros, 0 or more."))


class SponsorshipForm(Form):
    """What the house does not know."""

    year = SelectField(_l("Fiscal year, ended on 31 December"), coerce=int)
    daily_cost = FrenchDecimal(
        _l("Cost of a day (€)"),
        [required(), AMOUNT],
        description=_l(
            "Of one person, on average: gross wages and employer’s social charges of the year, "
            "divided by the days worked."
        ),
    )
    turnover = FrenchDecimal(
        _l("Turnover of the year, before tax (€)"),
        [required(), AMOUNT],
    )


@bp.route("/institutions/<int:institution_id>/mecenat", methods=["GET", "POST"])
@reads
def sponsorship(institution_id: int) -> Page:
    """Type two amounts, read an estimate; nothing of it is kept."""
    one = found(queries.donor(desk(), institution_id))
    last = clock.today().year - 1
    form = SponsorshipForm(data={"year": min(last, tax.LAST_YEAR)})
    form.year.choices = [(year, str(year)) for year in tax.years() if year <= clock.today().year]
    others: list[str] = []
    result = None
    if form.validate_on_submit():
        given = db.session.execute(queries.days_given(desk(), one, form.year.data)).all()
        try:
            made = tax.estimate(
                form.year.data,
                [int(half_days) for _name, half_days in given],
                form.daily_cost.data or Decimal(0),
                form.turnover.data or Decimal(0),
            )
        except Refused as refused:
            others = show_refusal(form, refused, {"tax-year-unknown": "year"})
        else:
            result = _result(made, [(name, int(half_days)) for name, half_days in given])
    page = render_template(
        "expertise/sponsorship.html",
        institution=one,
        manages=one.id in desk().manages,
        form=form,
        others=others,
        result=result,
    )
    return page if request.method in SAFE or result else (page, 422)


def _result(made: Estimate, given: list[tuple[str, int]]) -> dict[str, Any]:
    """The estimate in words, step by step."""
    steps = [
        (_("Cost of these days"), euros(made.cost)),
        *(
            [
                (
                    _("Kept of it, %(most)s at most for each person", most=euros(made.ceiling)),
                    euros(made.kept),
                )
            ]
            if made.ceiling is not None
            else []
        ),
        (_("What may be counted this year"), euros(made.cap)),
        (_("Counted"), euros(made.base)),
        (_("Carried over to the five years that follow"), euros(made.carried)),
    ]
    return {
        "year": made.year,
        "reduction": euros(made.reduction),
        "days": [(name, days(half_days)) for name, half_days in given],
        "total": days(sum(half_days for _name, half_days in given)),
        "steps": steps,
        "rule": rule_words(made.rule),
        "source": made.rule.source,
        "ceiling_source": _(
            "Ceiling of the social security for %(year)s: %(amount)s (%(source)s).",
            year=made.year,
            amount=euros(tax.CEILINGS[made.year]),
            source=tax.CEILING_SOURCE,
        )
        if made.ceiling is not None
        else None,
    }


def euros(amount: Decimal) -> str:
    """ "12 500,00 €"."""
    return in_euros(int(amount * 100))


def days(half_days: int) -> str:
    """ "2,5 jours"."""
    return _("%(number)s days", number=format_decimal(half_days / 2, locale=spoken()))


def _percent(share: Decimal) -> str:
    return str(format_percent(share, "#,##0.#\u00a0%", locale=spoken()))


def rule_words(rule: TaxRule) -> str:
    """The rule of a year, as it is applied here."""
    rates = (
        _(
            "%(rate)s of what is given up to %(threshold)s, then %(upper)s",
            rate=_percent(rule.rate),
            threshold=euros(rule.threshold),
            upper=_percent(rule.upper_rate),
        )
        if rule.threshold is not None
        else _("%(rate)s of what is given", rate=_percent(rule.rate))
    )
    cap = (
        _(
            "within the higher of %(least)s and %(share)s of the turnover",
            least=euros(rule.least_cap),
            share=_percent(rule.share),
        )
        if rule.least_cap
        else _("within %(share)s of the turnover", share=_percent(rule.share))
    )
    limit = (
        _(
            "; the cost of each person counts up to %(times)s yearly ceilings of the social "
            "security",
            times=rule.ceilings,
        )
        if rule.ceilings
        else ""
    )
    return f"{rates}, {cap}{limit}."
