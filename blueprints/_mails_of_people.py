"""What the mails about those who answer say: to them, to who manages them, to the teams."""

from collections.abc import Mapping
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from blueprints._mails_of_needs import Said
from expertise.experts.facts import News, PeopleChanged
from expertise.programmes.models import Programme

_TO_MANAGERS = {
    News.NAMED: _l("You manage %(institution)s at the expertise desk from now on."),
    News.ADDED: _l("The team of the programme added %(expert)s to your experts."),
    News.APPROVED: _l("%(expert)s, whom you proposed, is approved."),
    News.DECLINED: _l("%(expert)s, whom you proposed, is not taken. The team says why:"),
    News.SUSPENDED: _l("%(institution)s is suspended: its people receive no need any more."),
    News.REINSTATED: _l("%(institution)s is reinstated: its people receive needs again."),
}
_TO_EXPERTS = {
    News.ADDED: _l("You answer the needs of companies for %(institution)s from now on."),
    News.APPROVED: _l("You answer the needs of companies for %(institution)s from now on."),
    News.JOINED: _l("You answer with the team %(expert)s of %(institution)s from now on."),
    News.LEFT: _l("You no longer answer the needs of companies for %(institution)s."),
}
_TO_TEAMS = {
    News.PROPOSED: _l("%(institution)s proposes an expert: %(expert)s waits for your approval."),
    News.WIDENED: _l("%(expert)s, of %(institution)s, now answers for %(programme)s too."),
    News.SUSPENDED: _l("The team of another programme suspended %(institution)s."),
    News.REINSTATED: _l("The team of another programme reinstated %(institution)s."),
}


def to_people(values: Mapping[str, Any]) -> Said:
    """To who manages an institution, or answers for it."""
    fact: PeopleChanged = values["fact"]
    words = (_TO_MANAGERS if values["manages"] else _TO_EXPERTS)[fact.news]
    open_page = fact.news not in {News.SUSPENDED, News.LEFT}
    managed = values["manages"] and open_page
    href = (
        url_for("expertise.my_institution", institution_id=fact.institution.id, _external=True)
        if managed
        else url_for("expertise.index", _external=True)
    )
    return Said(
        subject=_in(words, fact).rstrip(".:\u00a0 "),
        sentence=_in(words, fact),
        quotation=fact.words,
        facts=[],
        href=href,
        label=_("My institution") if managed else _("Open the expertise desk"),
        why=_(
            "You receive this message because you are at the expertise desk for %(institution)s.",
            institution=fact.institution.name,
        ),
    )


def to_team(values: Mapping[str, Any]) -> Said:
    """To the address of a team: one signs in to read more."""
    fact: PeopleChanged = values["fact"]
    programme: Programme = values["programme"]
    href = (
        url_for("expertise.expert", expert_id=fact.expert.id, _external=True)
        if fact.expert
        else url_for(
            "expertise.institution",
            slug=programme.slug,
            institution_id=fact.institution.id,
            _external=True,
        )
    )
    about = fact.expert.name if fact.expert else fact.institution.name
    return Said(
        subject=f"{programme.name}\u00a0: {about}",
        sentence=_in(_TO_TEAMS[fact.news], fact, programme=programme.name),
        quotation="",
        facts=[fact.expert.job] if fact.expert and fact.expert.job else [],
        href=href,
        label=_("Read their sheet") if fact.expert else _("See the institution"),
        why=_(
            "You receive this message at the address of the team of %(programme)s.",
            programme=programme.name,
        ),
    )


def incident(values: Mapping[str, Any]) -> Said:
    """To the team of a programme. The words stay on the site: a mail is copied easily."""
    programme: Programme = values["programme"]
    return Said(
        subject=_("%(programme)s: an incident was told", programme=programme.name),
        sentence=_("%(name)s tells the team that something went wrong.", name=values["who"]),
        quotation="",
        facts=[],
        href=url_for("expertise.incidents", slug=programme.slug, _external=True),
        label=_("Read what happened"),
        why=_(
            "You receive this message at the address of the team of %(programme)s.",
            programme=programme.name,
        ),
    )


def _in(words: Any, fact: PeopleChanged, **more: str) -> str:
    expert = fact.expert.name if fact.expert else ""
    return str(words) % {"institution": fact.institution.name, "expert": expert, **more}
