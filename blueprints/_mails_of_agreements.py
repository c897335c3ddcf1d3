"""What the mails of agreements say: to who signs, to who prepares it, to calendars."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from blueprints._corrections import title_of
from blueprints._mails_of_needs import Said
from blueprints._times import long_day
from expertise.agreements.life import Act
from expertise.agreements.models import Agreement
from expertise.needs.models import Need

_TO_PARTY = {
    Act.PROPOSE: _l("An agreement waits for your signature."),
    Act.COMPLETE: _l("The agreement is signed by all. Keep the file: it holds the certificate."),
    Act.EDIT: _l(
        "The agreement is being changed: your signature counts no more. A new version will come."
    ),
    Act.ASK_CORRECTION: _l(
        "Somebody asks for a correction: your signature counts no more. A new version will come."
    ),
    Act.VOID: _l(
        "The need was withdrawn, closed or changed, or the team took it back: your signature "
        "counts no more."
    ),
    Act.REFUSE_SCAN: _l("The copy that was brought back could not be taken. Please sign again."),
}
_TO_DESK = {
    Act.ASK_CORRECTION: _l("A correction is asked for in an agreement:"),
    Act.BRING_SCAN: _l("An agreement signed by hand was brought back: look at it, and confirm it."),
    Act.COMPLETE: _l("An agreement is signed by all."),
}
_DESK_SUBJECTS = {
    Act.ASK_CORRECTION: _l("To correct: agreement “%(title)s”"),
    Act.BRING_SCAN: _l("Copy to confirm: agreement “%(title)s”"),
    Act.COMPLETE: _l("Signed by all: agreement “%(title)s”"),
}


def to_party(values: Mapping[str, Any]) -> Said:
    """To a signatory: its link opens the agreement, and the file."""
    need, agreement, act = _of(values)
    subject = {
        Act.PROPOSE: _("To sign: agreement “%(title)s”"),
        Act.COMPLETE: _("Signed by all: agreement “%(title)s”"),
    }.get(act, _("Agreement “%(title)s”"))
    return Said(
        subject=subject % {"title": title_of(need)},
        sentence=str(_TO_PARTY[act]),
        quotation=values["words"] if act in {Act.REFUSE_SCAN, Act.ASK_CORRECTION} else "",
        facts=[
            _facts(need, agreement),
            *(
                [
                    _(
                        "Read it, ask for a correction, sign it online with a code that is sent to "
                        "this address, or sign it by hand and bring back the copy."
                    )
                ]
                if act is Act.PROPOSE
                else []
            ),
        ],
        href=url_for("expertise.agreement_paper", token=values["token"], _external=True)
        if act is Act.COMPLETE
        else url_for("expertise.read_agreement", token=values["token"], _external=True),
        label=_("Download the signed agreement (PDF)")
        if act is Act.COMPLETE
        else _("Read and sign")
        if act in {Act.PROPOSE, Act.REFUSE_SCAN}
        else _("See the agreement"),
        why=_(
            "You receive this message because you are named as a signatory of this agreement. Its "
            "link is yours: do not forward it."
        ),
    )


def to_desk(values: Mapping[str, Any]) -> Said:
    """To those who sign in: the institution that prepares it, the team."""
    need, agreement, act = _of(values)
    name = need.programme.name
    return Said(
        subject=str(_DESK_SUBJECTS[act])
        % {"title": need.title if values["of_team"] else title_of(need)},
        sentence=str(_TO_DESK[act]),
        quotation=values["words"] if act is Act.ASK_CORRECTION else "",
        facts=[_facts(need, agreement)],
        href=url_for("expertise.agreement", agreement_id=agreement.id, _external=True),
        label=_("See the agreement"),
        why=_of_team(name)
        if values["of_team"]
        else _(
            "You receive this message because you answer the needs of %(programme)s.",
            programme=name,
        ),
    )


@dataclass(frozen=True, slots=True)
class Code:
    """The words of the mail of a code."""

    title: str
    code: str
    why: str


def code(values: Mapping[str, Any]) -> Code:
    """The code, alone: no link to follow."""
    return Code(
        title=title_of(values["need"]),
        code=values["code"],
        why=_("You receive this message because this code was asked for on our page."),
    )


@dataclass(frozen=True, slots=True)
class Day:
    """The words of the mail of a day."""

    title: str
    who: str
    when: str
    place: str
    half: bool
    cancels: bool
    moved: bool
    why: str


def day(values: Mapping[str, Any]) -> Day:
    """Who, when, where; nothing of the need."""
    agreement, one = values["agreement"], values["day"]
    return Day(
        title=values["need"].programme.name,
        who=_(
            "%(employee)s (%(institution)s), at %(company)s",
            employee=agreement.employee,
            institution=agreement.institution,
            company=agreement.company,
        ),
        when=long_day(one.day),
        place=agreement.place,
        half=one.half_days == 1,
        cancels=values["cancels"],
        moved=one.sequence > 0,
        why=_("You receive this message because you take part in this mission."),
    )


def _of_team(name: str) -> str:
    return _(
        "You receive this message at the address of the team of %(programme)s.", programme=name
    )


def _facts(need: Need, agreement: Agreement) -> str:
    return _(
        "“%(title)s”, number %(number)s: %(institution)s and %(company)s.",
        title=title_of(need),
        number=need.number,
        institution=agreement.institution,
        company=agreement.company,
    )


def _of(values: Mapping[str, Any]) -> tuple[Need, Agreement, Act]:
    return values["need"], values["agreement"], values["act"]
