"""What the mails about the account of a company say: to its people, to the team."""

from collections.abc import Mapping
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from blueprints._mails_of_needs import Said
from expertise.companies.jobs import ASKED, AWAITED, DECLINED, JOINED, LEFT, NAMED
from expertise.companies.models import CompanyRequest


def to_person(values: Mapping[str, Any]) -> Said:
    """What became of a request, or who acts for the company now."""
    said, company = values["said"], values["company"]
    sentences = {
        ASKED: _("Your request for an account is received: the team reads it, and answers you."),
        DECLINED: _("Your request for an account was not accepted. The team says why:"),
        AWAITED: _(
            "%(who)s invites you to act for %(company)s: to see its needs, and to ask new ones.",
            who=values.get("who", ""),
            company=company,
        ),
        NAMED: _("You act for %(company)s from now on.", company=company),
        JOINED: _(
            "%(who)s acts for %(company)s from now on, as you do.",
            who=values.get("who", ""),
            company=company,
        ),
        LEFT: _("You act for %(company)s no more.", company=company),
    }
    asks = said in {ASKED, DECLINED}
    href, label = _there(values)
    return Said(
        subject=_("Your company account: %(company)s", company=company),
        sentence=sentences[said],
        quotation=values.get("words", ""),
        facts=[values["programme"].name] if asks else [],
        href=href,
        label=label,
        why=_(
            "You receive this message because this address was given with a request for an "
            "account. If you asked nothing, ignore it: no account is made without you."
        )
        if asks
        else _("You receive this message because you have an account at Maillage."),
    )


def _there(values: Mapping[str, Any]) -> tuple[str, str]:
    if "programme" in values:
        slug = values["programme"].slug
        contact = url_for("expertise.programme_page", slug=slug, page="contact", _external=True)
        return contact, _("Write to the team")
    if values["said"] == LEFT:
        return url_for("expertise.index", _external=True), _("Open the expertise desk")
    if values["said"] == AWAITED:
        return url_for("expertise.index", _external=True), _("Accept or decline")
    there = url_for("expertise.company", company_id=values["company_id"], _external=True)
    return there, _("Open the page of the company")


def to_team(values: Mapping[str, Any]) -> Said:
    """Somebody asks; one signs in to answer."""
    asked: CompanyRequest = values["request"]
    return Said(
        subject=_("Request for an account: %(company)s", company=asked.name),
        sentence=_(
            "%(who)s asks for an account for %(company)s.", who=asked.person, company=asked.name
        ),
        quotation=asked.words,
        facts=[asked.town],
        href=url_for(
            "expertise.account_request",
            slug=asked.programme.slug,
            request_id=asked.id,
            _external=True,
        ),
        label=_("Answer this request"),
        why=_(
            "You receive this message at the address of the team of %(programme)s.",
            programme=asked.programme.name,
        ),
    )
