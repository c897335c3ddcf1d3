"""Surveys in words: what is asked, what was answered."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from blueprints.expertise._wording import ENDINGS
from expertise.surveys.actions import is_unhappy, version
from expertise.surveys.models import Kind, Said, Survey

SATISFIED = {
    5: _l("Very satisfied"),
    4: _l("Satisfied"),
    3: _l("Neither satisfied nor unhappy"),
    2: _l("Rather unhappy"),
    1: _l("Very unhappy"),
}
FOR_EXPERT = {
    5: _l("Very good"),
    4: _l("Good"),
    3: _l("Neither good nor bad"),
    2: _l("Rather bad"),
    1: _l("Bad"),
}
EASY = {Said.YES: _l("Yes"), Said.PARTLY: _l("More or less"), Said.NO: _l("No")}
IN_TIME = {Said.YES: _l("Yes"), Said.PARTLY: _l("Too late"), Said.NO: _l("Nobody called")}
LASTS = {Said.YES: _l("Yes"), Said.PARTLY: _l("From time to time"), Said.NO: _l("No")}
KINDS = {
    Kind.CLOSING: _l("After the closing"),
    Kind.RECEPTION: _l("How the need was received"),
    Kind.THREE_MONTHS: _l("Three months on"),
    Kind.SIX_MONTHS: _l("Six months on"),
}
TITLES = {
    Kind.CLOSING: _l("How did it go?"),
    Kind.RECEPTION: _l("How was your need received?"),
    Kind.THREE_MONTHS: _l("Three months on: what remains of it?"),
    Kind.SIX_MONTHS: _l("Six months on: what remains of it?"),
}


def who(survey: Survey) -> str:
    """Which side answered."""
    return survey.position.institution.name if survey.position else survey.need.company


def line(survey: Survey) -> dict[str, Any]:
    """An answer, for the team."""
    return {
        "survey": survey,
        "version": version(survey),
        "who": who(survey),
        "kind": KINDS[survey.kind],
        "ending": ENDINGS[survey.ending],
        "state": _badge(survey),
        "facts": _facts(survey),
    }


def _badge(survey: Survey) -> dict[str, Any] | None:
    if survey.satisfaction is None:
        return None
    kind = "held" if is_unhappy(survey) else "answered" if survey.satisfaction > 3 else "other"
    return {"kind": kind, "words": SATISFIED[survey.satisfaction]}


def _facts(survey: Survey) -> list[tuple[str, str]]:
    """Questions and answers, but the satisfaction and the free words."""
    of_company = survey.is_of_company
    found: list[tuple[Any, Any]] = [
        (_("Was it easy?"), EASY.get(survey.easy) if survey.easy else None),
        (_("Did the call come in time?"), IN_TIME.get(survey.in_time) if survey.in_time else None),
        (
            _("How was it for the expert?"),
            FOR_EXPERT.get(survey.of_expert) if survey.of_expert else None,
        ),
        (_("Still in touch?"), LASTS.get(survey.tie_lasts) if survey.tie_lasts else None),
        (_("Still of use?"), EASY.get(survey.of_use) if survey.of_use else None),
        (_("Jobs"), _jobs(survey) if of_company else None),
    ]
    return [(str(question), str(words)) for question, words in found if words]


def _jobs(survey: Survey) -> str:
    """ "2 emplois créés, 1 emploi maintenu"; "" when nothing was said."""
    created, kept = survey.jobs_created, survey.jobs_kept
    said = []
    if created is not None:
        said.append(ngettext("%(num)s job created", "%(num)s jobs created", created))
    if kept is not None:
        said.append(ngettext("%(num)s job kept", "%(num)s jobs kept", kept))
    return ", ".join(said)
