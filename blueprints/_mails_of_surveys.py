"""What the mails of surveys say: to both sides, and to the team when one is unhappy."""

from collections.abc import Mapping
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from blueprints._corrections import title_of
from blueprints._mails_of_needs import Said
from expertise.needs.models import Need
from expertise.surveys.models import Kind, Survey

_TO_COMPANY = {
    Kind.CLOSING: _l("Your need is closed. How did it go? Two minutes are enough to say it."),
    Kind.RECEPTION: _l("Your need is closed. How was it received? One minute is enough to say it."),
    Kind.THREE_MONTHS: _l("You were helped three months ago. What remains of it?"),
    Kind.SIX_MONTHS: _l("You were helped six months ago. What remains of it?"),
}
_TO_INSTITUTION = {
    Kind.CLOSING: _l("This need is closed. How did it go? Two minutes are enough to say it."),
    Kind.THREE_MONTHS: _l("You helped this company three months ago. Does the tie last?"),
    Kind.SIX_MONTHS: _l("You helped this company six months ago. Does the tie last?"),
}


def to_a_side(values: Mapping[str, Any]) -> Said:
    """What is asked; the link opens the page where it is answered."""
    need, survey = _of(values)
    title = need.title if survey.is_of_company else title_of(need)
    sentences = _TO_COMPANY if survey.is_of_company else _TO_INSTITUTION
    subject = (
        _("Your opinion still counts: %(title)s")
        if values["again"]
        else _("Your opinion: %(title)s")
    )
    return Said(
        subject=subject % {"title": title},
        sentence=str(sentences[survey.kind]),
        quotation="",
        facts=[
            _("“%(title)s”, number %(number)s", title=title, number=need.number),
            _("Only the team of %(programme)s reads your answer.", programme=need.programme.name),
            *([_("This is the last time that we ask.")] if values["again"] else []),
        ],
        href=url_for("expertise.survey", token=values["token"], _external=True),
        label=_("Give my opinion"),
        why=_(
            "You receive this message because this address was given with a need. Its link is "
            "yours: whoever has it answers in your place."
        )
        if survey.is_of_company
        else _(
            "You receive this message because you answer the needs of %(programme)s. Its link is "
            "yours: whoever has it can answer in your place.",
            programme=need.programme.name,
        ),
    )


def to_team(values: Mapping[str, Any]) -> Said:
    """Who is unhappy, and why; one signs in to read the rest."""
    need, survey = _of(values)
    return Said(
        subject=f"{need.programme.name}\u00a0: {need.title}",
        sentence=_("A company is unhappy: it says so in its survey.")
        if survey.is_of_company
        else _("An institution is unhappy: it says so in its survey."),
        quotation=survey.words,
        facts=[f"{need.company}, {need.town}"],
        href=url_for(
            "expertise.surveys", slug=need.programme.slug, voir="insatisfaits", _external=True
        ),
        label=_("Read the answers"),
        why=_(
            "You receive this message at the address of the team of %(programme)s.",
            programme=need.programme.name,
        ),
    )


def _of(values: Mapping[str, Any]) -> tuple[Need, Survey]:
    return values["need"], values["survey"]
