"""What the desk tells the team of a programme of its own accord: it signs in to read more."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from blueprints._mails_of_needs import Said
from blueprints.expertise._quality_words import limits_in_words
from expertise.keeping.jobs import About
from expertise.keeping.needs import NOTICE
from expertise.quality.models import Kind

Values = Mapping[str, Any]


def to_team(values: Values) -> Said:
    """Something that nobody did, and that a team must know."""
    return _SAYS[values["about"]](values)


def _lapsing(values: Values) -> Said:
    needs, programme = values["needs"], values["programme"]
    return _said(
        values,
        ngettext(
            "%(num)s need that nobody touches any more will be closed",
            "%(num)s needs that nobody touches any more will be closed",
            len(needs),
        ),
        [
            ngettext(
                "Nothing has happened to it for almost three years. Without anything new within "
                "%(days)s days, it is closed and nobody's name is kept. Whatever you do with it "
                "keeps it.",
                "Nothing has happened to them for almost three years. Without anything new within "
                "%(days)s days, they are closed and nobody's name is kept. Whatever you do with "
                "one of them keeps it.",
                len(needs),
                days=NOTICE,
            ),
            ngettext(
                "Number: %(numbers)s",
                "Numbers: %(numbers)s",
                len(needs),
                numbers=", ".join(str(one.number) for one in needs),
            ),
        ],
        url_for("expertise.team", slug=programme.slug, _external=True),
        _("Open the baskets"),
    )


def _quality(values: Values) -> Said:
    programme, institution, rates = values["programme"], values["institution"], values["rates"]
    refuses = values["kind"] is Kind.REFUSALS
    sentence = (
        _("%(name)s declines many needs", name=institution.name)
        if refuses
        else _("Few of the needs of %(name)s end with a help", name=institution.name)
    )
    share = (
        _(
            "%(share)s%% declined: %(part)s of %(whole)s answered needs in twelve months.",
            share=rates.refusals,
            part=rates.declined,
            whole=rates.answered,
        )
        if refuses
        else _(
            "%(share)s%% helped: %(part)s of %(whole)s ended needs in twelve months.",
            share=rates.help,
            part=rates.helped,
            whole=rates.ended,
        )
    )
    here = url_for(
        "expertise.institution",
        slug=programme.slug,
        institution_id=institution.id,
        _external=True,
    )
    facts = [share, limits_in_words(), _("You are told once, until its rates are better.")]
    return _said(values, sentence, facts, here, _("Open the page of the institution"))


def _company(values: Values) -> Said:
    company, programme, needs = values["company"], values["programme"], values["needs"]
    facts = [
        _("Its account is archived. It opens again as soon as somebody asks for it and you accept.")
    ]
    if needs:
        facts.append(
            _(
                "Needs under way: %(numbers)s. They go on: the person to call keeps the link of "
                "their mails.",
                numbers=", ".join(str(one) for one in needs),
            )
        )
    sentence = _("Nobody acts for %(company)s any more", company=company.name)
    here = url_for("expertise.team", slug=programme.slug, panier="en-cours", _external=True)
    return _said(values, sentence, facts, here, _("Open the baskets"))


def _said(values: Values, sentence: str, facts: list[str], href: str, label: str) -> Said:
    name = values["programme"].name
    return Said(
        subject=f"{name}\u00a0: {sentence}",
        sentence=sentence,
        quotation="",
        facts=facts,
        href=href,
        label=label,
        why=_(
            "You receive this message at the address of the team of %(programme)s.", programme=name
        ),
    )


_SAYS: dict[About, Callable[[Values], Said]] = {
    About.LAPSING: _lapsing,
    About.QUALITY: _quality,
    About.COMPANY: _company,
}
