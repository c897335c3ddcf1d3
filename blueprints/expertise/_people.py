"""Those who answer, in words."""

from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from blueprints._access import key
from blueprints.expertise._desk import desk
from core import clock
from core.db import db
from expertise.experts import queries
from expertise.experts.models import DeskSeat, Expert
from expertise.programmes.models import Institution, Programme

PER_PAGE = 25


def seat_line(seat: DeskSeat) -> dict[str, Any]:
    """A person at the desk."""
    return {
        "id": seat.id,
        "name": seat.name,
        "email": seat.email,
        "invited": seat.member_id is None,
    }


def subjects_line(expert: Expert) -> str:
    """ "Marketing (export), Stratégie"."""
    return ", ".join(
        f"{one.subject.name} ({one.words})" if one.words else one.subject.name
        for one in sorted(expert.subjects, key=lambda one: one.subject.name)
    )


def state_of(expert: Expert) -> dict[str, str] | None:
    """The badge of one who waits, or is away."""
    if expert.approved_at is None:
        return {"kind": "held", "words": _("To approve")}
    if expert.is_absent(clock.today()):
        return {"kind": "other", "words": _("Away")}
    return None


def expert_line(expert: Expert) -> dict[str, Any]:
    """One of a list."""
    return {
        "name": expert.name,
        "href": url_for("expertise.expert", expert_id=expert.id),
        "subjects": subjects_line(expert),
        "meta": [one for one in (expert.job, _("Team") if expert.is_team else "") if one],
        "state": state_of(expert),
    }


def sizes_of(expert: Expert) -> str:
    """The companies that they help, by size; "" for all."""
    least, most = expert.least_staff, expert.most_staff
    if least is not None and most is not None:
        return _("from %(least)s to %(most)s employees", least=least, most=most)
    if least is not None:
        return _("%(least)s employees and more", least=least)
    return _("%(most)s employees at most", most=most) if most is not None else ""


def experts_of(
    institution: Institution, programme: Programme | None = None
) -> tuple[dict[str, list[dict[str, Any]]], int | None]:
    """A page of the experts of an institution, those who wait apart; the last one when more follow.

    `apres`, in the address, is the last one that was shown.
    """
    session = db.session()
    after = request.args.get("apres", type=key)
    last = session.scalars(queries.known(desk(), after)).one_or_none() if after else None
    found = queries.experts(desk(), institution, programme=programme, after=last)
    shown = session.scalars(found.limit(PER_PAGE + 1)).all()
    listed = shown[:PER_PAGE]
    return {
        "waiting": [expert_line(one) for one in listed if one.approved_at is None],
        "experts": [expert_line(one) for one in listed if one.approved_at is not None],
    }, listed[-1].id if len(shown) > PER_PAGE else None
