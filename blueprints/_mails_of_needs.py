"""What the mails about a need say: to its company, to the team of its programme."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from blueprints._corrections import changes_in_words
from expertise.needs.life import Act
from expertise.needs.models import By, Need
from expertise.programmes.models import Way

_TO_COMPANY = {
    Act.ASK: _l("The team of %(programme)s received your need, and reads it."),
    Act.ASK_MORE: _l("The team needs a few more words from you before it goes on."),
    Act.ORIENT: _l("Others can help you better with this need. The team says who:"),
    Act.REFUSE: _l("%(programme)s cannot help with this need. The team says why:"),
    Act.SUBMIT: _l("Your need is before the committee of your territory."),
    Act.VALIDATE: _l("Your need is validated: those who can answer it are asked."),
    Act.NO_TAKER: _l("Nobody could answer this need. The team writes to you:"),
    Act.REOPEN: _l("Your need is open again."),
    Act.CALL: _l("Somebody will call you soon about your need:"),
    Act.PART: _l("The person who was to call you cannot answer your need: others are asked."),
    Act.HELP: _l("Your need is closed: those who called you say that they helped."),
    Act.NOT_HELP: _l("Your need is closed: those who called you could not help."),
    Act.LOSE_TOUCH: _l("Your need is closed: those who called never reached you."),
    Act.WITHDRAW: _l(
        "Your need is withdrawn: nobody will call you any more about it. You did not want this? "
        "Write to the team: %(email)s."
    ),
    Act.EDIT: _l("This address is that of your need from now on: its link is yours."),
}
_OF_THE_CALL = {
    By.INSTITUTION: _l("Those who called you say: this is the right person. Do you say so too?"),
    By.HOUSE: _l("It is agreed: you and those who called you say that this is the right person."),
}
_BY_COMMITTEE = {
    Act.VALIDATE: _l("The committee of your territory selected your need: experts are asked."),
    Act.REFUSE: _l("The committee of your territory did not select your need."),
}
_TO_TEAM = {
    Act.ASK: _l("A need has just been asked."),
    Act.ADD: _l("The company adds something to its need."),
    Act.EDIT: _l("The company corrects a detail of its need."),
    Act.REWRITE: _l("The company corrects its need: read it again."),
    Act.HIDE: _l(
        "The company says otherwise who must not see its need: what they had is taken back."
    ),
    Act.CONTEST: _l("The company does not agree that its need is closed."),
    Act.WITHDRAW: _l("The company withdrew its need."),
    Act.NO_TAKER: _l("Nobody answers this need: find somebody else, or write to the company."),
}

_TEAM_SUBJECTS = {
    Act.ASK: _l("New need: %(title)s"),
    Act.ADD: _l("Added to a need: %(title)s"),
    Act.EDIT: _l("Detail corrected: %(title)s"),
    Act.REWRITE: _l("To read again: %(title)s"),
    Act.HIDE: _l("Confidentiality: %(title)s"),
    Act.CONTEST: _l("Closing contested: %(title)s"),
    Act.WITHDRAW: _l("Need withdrawn: %(title)s"),
    Act.NO_TAKER: _l("Nobody answers: %(title)s"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """The words of one mail."""

    subject: str
    sentence: str
    quotation: str
    facts: list[str]
    href: str
    label: str
    why: str


def to_company(values: Mapping[str, Any]) -> Said:
    """Where the need stands, and the personal link."""
    need, act = _of(values)
    subject = _("Your need is received: %(title)s") if act is Act.ASK else _("Your need: %(title)s")
    sentences = _BY_COMMITTEE if values["by"] is By.COMMITTEE else _TO_COMPANY
    words = _OF_THE_CALL[values["by"]] if act is Act.AGREE else sentences[act]
    asks = act is Act.AGREE and values["by"] is By.INSTITUTION
    will_ask = act is Act.CALL and need.way is Way.EXCLUSIVE
    return Said(
        subject=subject % {"title": need.title},
        sentence=str(words) % {"programme": need.programme.name, "email": need.programme.email},
        quotation=values["words"],
        facts=[
            _("“%(title)s”, number %(number)s", title=need.title, number=need.number),
            *([_("Once you have spoken: is it the right person? Say so by the link.")] * will_ask),
            *([_("If it is not, say why: others are asked.")] * asks),
            *_files(values),
        ],
        href=url_for("expertise.follow", token=values["token"], _external=True),
        label=_("Answer the team")
        if act is Act.ASK_MORE
        else _("Say yes or no")
        if asks
        else _("Follow my need"),
        why=_(
            "You receive this message because this address was given with a need. Its link is "
            "yours: whoever has it reads your need."
        ),
    )


def to_team(values: Mapping[str, Any]) -> Said:
    """What the company did; one signs in to read more."""
    need, act = _of(values)
    return Said(
        subject=str(_TEAM_SUBJECTS[act]) % {"title": need.title},
        sentence=str(_TO_TEAM[act]),
        quotation=values["words"],
        facts=[
            f"{need.company}, {need.town}",
            *(
                _("%(what)s: “%(before)s” becomes “%(after)s”", what=what, before=old, after=new)
                for what, old, new in changes_in_words(values["changes"])
            ),
            *_files(values),
        ],
        href=url_for("expertise.need", need_id=need.id, _external=True),
        label=_("Read this need"),
        why=_(
            "You receive this message at the address of the team of %(programme)s.",
            programme=need.programme.name,
        ),
    )


def _files(values: Mapping[str, Any]) -> list[str]:
    """The names of those that came with it: the files themselves never leave by mail."""
    names = ", ".join(values["files"])
    return [_("Files: %(names)s", names=names)] if names else []


def _of(values: Mapping[str, Any]) -> tuple[Need, Act]:
    return values["need"], values["act"]
