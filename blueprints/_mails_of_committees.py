"""What the mails of committees say: to those who sit, to the team."""

from collections.abc import Mapping
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from blueprints._mails_of_needs import Said
from blueprints._words import instant
from expertise.committees import jobs
from expertise.committees.models import Committee, CommitteeCase, Minutes, Outcome

_SENTENCES = {
    jobs.SEATED: _l("You sit in the committee “%(committee)s” from now on."),
    jobs.PUT: _l("A need waits for your vote in the committee “%(committee)s”."),
    jobs.PROLONGED: _l("Too few had voted: the vote of “%(committee)s” is prolonged."),
    jobs.REMIND: _l("Your vote is awaited in the committee “%(committee)s”."),
    jobs.MINUTES: _l("The minutes of “%(committee)s” are published: number %(number)s."),
}
_TO_TEAM = {
    Outcome.SELECTED: _l("The committee “%(committee)s” selected a need: it goes out."),
    Outcome.REFUSED: _l("The committee “%(committee)s” did not select a need: it is closed."),
    Outcome.NO_QUORUM: _l(
        "The committee “%(committee)s” had no quorum, even prolonged: the need is yours to decide."
    ),
    Outcome.TIE: _l(
        "The votes of the committee “%(committee)s” are equal: the need is yours to decide."
    ),
}
_TEAM_SUBJECTS = {
    Outcome.SELECTED: _l("Selected by the committee: %(title)s"),
    Outcome.REFUSED: _l("Not selected by the committee: %(title)s"),
    Outcome.NO_QUORUM: _l("Yours to decide, for want of a quorum: %(title)s"),
    Outcome.TIE: _l("Yours to decide, the votes are equal: %(title)s"),
}


def to_member(values: Mapping[str, Any]) -> Said:
    """To somebody who sits; one signs in to read more, and to vote."""
    what: str = values["what"]
    committee: Committee = values["committee"]
    case: CommitteeCase | None = values["case"]
    minutes: Minutes | None = values["minutes"]
    sentence = str(_SENTENCES[what]) % {
        "committee": committee.name,
        "number": minutes.number if minutes else "",
    }
    if case is not None:
        need = case.need
        subject = _("To vote on: %(title)s", title=need.title)
        facts = [
            f"«\u00a0{need.title}\u00a0»",
            f"{need.company}, {need.town}",
            _("The vote ends on %(when)s.", when=instant(case.due_at)),
        ]
        href = url_for("expertise.committee_case", case_id=case.id, _external=True)
        label = _("Read the need and vote")
    elif minutes is not None:
        subject, facts = sentence.rstrip("."), []
        href = url_for("expertise.minutes", minutes_id=minutes.id, _external=True)
        label = _("Read the minutes")
    else:
        subject, facts = sentence.rstrip("."), []
        href = url_for("expertise.committee_needs", _external=True)
        label = _("Open the committee")
    return Said(
        subject=subject,
        sentence=sentence,
        quotation="",
        facts=facts,
        href=href,
        label=label,
        why=_(
            "You receive this message because you sit in the committee “%(committee)s”.",
            committee=committee.name,
        ),
    )


def to_team(values: Mapping[str, Any]) -> Said:
    """How a vote ended."""
    case: CommitteeCase = values["case"]
    need = values["need"]
    assert case.outcome is not None  # noqa: S101 - told once it is closed
    return Said(
        subject=str(_TEAM_SUBJECTS[case.outcome]) % {"title": need.title},
        sentence=str(_TO_TEAM[case.outcome]) % {"committee": case.committee.name},
        quotation=case.reason,
        facts=[f"{need.company}, {need.town}"],
        href=url_for("expertise.need", need_id=need.id, _external=True),
        label=_("Read this need"),
        why=_(
            "You receive this message at the address of the team of %(programme)s.",
            programme=need.programme.name,
        ),
    )
