"""Committees in words: where they select, who sits, what they decided."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from blueprints._words import instant
from blueprints.directory._finding import label_of
from blueprints.expertise._wording import subjects_of
from expertise.committees.models import Committee, CommitteeCase, CommitteeSeat, Minutes, Outcome

OUTCOMES = {
    Outcome.SELECTED: _l("Selected"),
    Outcome.REFUSED: _l("Not selected"),
    Outcome.NO_QUORUM: _l("No quorum: the team decides"),
    Outcome.TIE: _l("Equal votes: the team decides"),
    Outcome.OUTSIDE: _l("Decided by the team, outside the committee"),
    Outcome.WITHDRAWN: _l("Withdrawn by the company"),
}


def place_words(one: Committee) -> str:
    """Where it selects; its territories and communes must be loaded."""
    named = [x.label for x in one.territories] + [label_of(x) for x in one.communes]
    return ", ".join(named) or _("Wherever the programme works")


def seat_line(seat: CommitteeSeat) -> dict[str, Any]:
    """Somebody who sits."""
    return {
        "id": seat.id,
        "name": seat.name,
        "email": seat.email,
        "house": seat.house or (seat.institution.name if seat.institution else ""),
        "chairs": seat.is_chair,
        "invited": seat.member_id is None,
    }


def state_of(one: CommitteeCase) -> dict[str, Any]:
    """The badge of a need before a committee."""
    if one.outcome is None:
        return {"kind": "held", "words": _("Open vote")}
    kind = "answered" if one.outcome is Outcome.SELECTED else "other"
    return {"kind": kind, "words": OUTCOMES[one.outcome]}


def case_line(one: CommitteeCase, *, subjects: bool = True) -> dict[str, Any]:
    """One of a list. `subjects`: whether those of the need are loaded."""
    need = one.need
    until = _("until %(when)s", when=instant(one.due_at)) if one.outcome is None else ""
    return {
        "title": need.title,
        "href": url_for("expertise.committee_case", case_id=one.id),
        "excerpt": need.description[:200],
        "meta": [
            f"n\u00ba\u00a0{need.number}",
            *([subjects_of(need)] if subjects else []),
            f"{need.company}, {need.town}",
            *filter(None, [until]),
        ],
        "state": state_of(one),
    }


def minutes_title(one: Minutes) -> str:
    """ "Relevé de décisions nº 3"."""
    return (
        _("Minutes number %(number)s", number=one.number) if one.number else _("Draft of minutes")
    )


def minutes_line(one: Minutes) -> dict[str, Any]:
    """One of a list."""
    return {
        "title": minutes_title(one),
        "href": url_for("expertise.minutes", minutes_id=one.id),
        "committee": one.committee.name,
        "first_day": one.first_day,
        "last_day": one.last_day,
        "is_draft": one.published_at is None,
    }
