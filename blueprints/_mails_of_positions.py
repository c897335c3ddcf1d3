"""What the mails to those who answer needs say: one need, or those of the week."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from blueprints._corrections import title_of
from blueprints._mails_of_needs import Said
from expertise.needs.models import Need
from expertise.programmes.models import Programme, Way

_SENTENCES = {
    "send": _l("A company has a need that you may answer."),
    "remind": _l("A company still waits for your answer."),
    "promote": _l("Your turn has come: you hold this need now."),
    "expire": _l("Your reservation has run out: the need is open to others again."),
    "remove": _l("The team took this need back: you have nothing more to do."),
    "agree": _l("The company confirms: this is the right person. Do you say so too?"),
    "engage": _l("The company and you agree: this is the right person."),
    "part": _l("The company says that this is not the right person. It says why:"),
    "note": _l("Another who answers this need tells you something."),
    "need_add": _l("The company adds something to its need."),
    "need_edit": _l("The company corrects a detail of its need."),
    "need_rewrite": _l("The company corrects its need: the team reads it again before you go on."),
    "need_validate": _l("The team has read this need again: you may go on."),
    "need_refuse": _l("The team closed this need: you have nothing more to do."),
    "need_orient": _l("The team guides the company to others: you have nothing more to do."),
    "need_withdraw": _l("The company withdrew its need: you have nothing more to do."),
    "need_no_taker": _l("The team closed this need: you have nothing more to do."),
}


_OVER = frozenset({"remove", "need_withdraw", "need_no_taker"})


def _before(programme: Programme, token: str, sentence: str) -> Said:
    """To who may not read needs yet: that one waits, and what remains to be done, no more."""
    return Said(
        subject=_("%(programme)s: a need waits for you", programme=programme.name),
        sentence=sentence,
        quotation="",
        facts=[_("One thing remains to be done before you read it: its link says which.")],
        href=url_for("expertise.answer_by_mail", token=token, _external=True),
        label=_("See what remains to be done"),
        why=_(
            "You receive this message because you were named to answer the needs of %(programme)s.",
            programme=programme.name,
        ),
    )


def one(values: Mapping[str, Any]) -> Said:
    """What happens to a need that one is asked about; its link opens the sheet."""
    need: Need = values["need"]
    if not values["reads"]:
        return _without_the_need(values)
    asked = values["what"] in {"send", "remind"}
    several = need.way is Way.COOPERATIVE
    title = title_of(need)
    return Said(
        subject=f"{need.programme.name}\u00a0: {title}",
        sentence=str(_SENTENCES[values["what"]]),
        quotation=values["words"],
        facts=[
            _("“%(title)s”, number %(number)s", title=title, number=need.number),
            f"{need.company}, {need.town}",
            *(
                [
                    _("To take charge is to call the company back. To decline takes one click too.")
                    if several
                    else _("Reserve it while you look for an expert: others see it locked.")
                ]
                if asked
                else []
            ),
        ],
        href=url_for("expertise.received", _external=True)
        if values["what"] == "remove"
        else url_for("expertise.answer_by_mail", token=values["token"], _external=True),
        label=_("All the needs received")
        if values["what"] == "remove"
        else _("Read and answer")
        if asked or values["what"] == "agree"
        else _("Read the need"),
        why=_(
            "You receive this message because you answer the needs of %(programme)s. Its link is "
            "yours: whoever has it can answer in your place.",
            programme=need.programme.name,
        ),
    )


def _without_the_need(values: Mapping[str, Any]) -> Said:
    programme, what = values["need"].programme, values["what"]
    if what not in _OVER:
        waits = _("A need of %(programme)s waits for your answer.", programme=programme.name)
        return _before(programme, values["token"], waits)
    return Said(
        subject=_("%(programme)s: a need waits no more", programme=programme.name),
        sentence=str(_SENTENCES[what]),
        quotation="",
        facts=[],
        href=url_for("expertise.received", _external=True),
        label=_("All the needs received"),
        why=_(
            "You receive this message because you were named to answer the needs of %(programme)s.",
            programme=programme.name,
        ),
    )


@dataclass(frozen=True, slots=True)
class Week:
    """The words of the mail of a week."""

    subject: str
    sentence: str
    needs: list[tuple[str, str, str]]
    """Title, company and town, address."""
    href: str
    label: str
    why: str


def week(values: Mapping[str, Any]) -> Week:
    """The needs of a week, each with its link."""
    programme, needs = values["programme"], values["needs"]
    if not values["reads"]:
        waits = ngettext(
            "%(num)s need of %(programme)s waits for your answer.",
            "%(num)s needs of %(programme)s wait for your answer.",
            len(needs),
            programme=programme.name,
        )
        said = _before(programme, needs[0][1], waits)
        return Week(said.subject, said.sentence, [], said.href, said.label, said.why)
    count = ngettext("%(num)s new need", "%(num)s new needs", len(needs))
    return Week(
        subject=f"{programme.name}\u00a0: {count}",
        sentence=ngettext(
            "This week, %(num)s company looks for somebody like you.",
            "This week, %(num)s companies look for somebody like you.",
            len(needs),
        ),
        needs=[
            (
                title_of(need),
                f"{need.company}, {need.town} · {', '.join(one.name for one in need.subjects)}",
                url_for("expertise.answer_by_mail", token=token, _external=True),
            )
            for need, token in needs
        ],
        href=url_for("expertise.received", _external=True),
        label=_("All the needs received"),
        why=_(
            "You receive this message because your address is on the list of %(programme)s. Its "
            "links are yours: whoever has them can answer in your place.",
            programme=programme.name,
        ),
    )
