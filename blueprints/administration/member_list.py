"""The members: finding some, by name or by visit, and taking the list away."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Response, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

import directory.queries
from access import places
from access.viewers import Role
from accounts import queries
from accounts.models import Member
from accounts.queries import MemberFilters
from blueprints._access import key, viewer
from blueprints._filters import Choice, active, menus
from blueprints._forms import one_line
from blueprints._sheets import ENDINGS
from blueprints.administration import bp
from blueprints.administration._leaving import MOST, files, href, leave, typed, yes_or_no
from blueprints.administration._paging import cut
from blueprints.administration.members import ROLES
from core import clock
from core.db import db

NAMES = ("q", "role", "reseau", "visite", "etat", "tri")
NEVER = "jamais"
ABSENCES = {
    "1-mois": (30, _l("Not for a month")),
    "6-mois": (182, _l("Not for six months")),
    "1-an": (365, _l("Not for a year")),
    "2-ans": (730, _l("Not for two years")),
}
AT_ONCE = 500
"""Members whose places are read together."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the address says, where it makes sense."""

    role: str | None
    network_id: int | None
    visit: str | None
    suspended: bool
    by_visit: bool

    @property
    def filters(self) -> MemberFilters:
        present = clock.now()
        days = ABSENCES[self.visit][0] if self.visit in ABSENCES else None
        return MemberFilters(
            words=typed(),
            role=self.role or "",
            network_id=self.network_id,
            never_came=self.visit == NEVER,
            not_since=present - timedelta(days=days) if days else None,
            suspended_at=present if self.suspended else None,
            by_visit=self.by_visit,
        )


def _asked() -> _Asked:
    role, visit = request.args.get("role", ""), request.args.get("visite", "")
    return _Asked(
        role=role if role in set(Role) else None,
        network_id=request.args.get("reseau", type=key),
        visit=visit if visit == NEVER or visit in ABSENCES else None,
        suspended=request.args.get("etat") == "suspendus",
        by_visit=request.args.get("tri") == "visite",
    )


@bp.get("/membres")
def members() -> str:
    """The members, by name or the longest absent first."""
    asked = _asked()
    rows, last = cut(
        db.session.scalars(queries.members(viewer(), asked.filters, after=_after(asked))).all(),
        queries.PER_PAGE,
    )
    return render_template(
        "administration/members.html",
        members=rows,
        places=queries.places(db.session(), [one.id for one in rows]),
        roles=ROLES,
        present=clock.now(),
        words=typed(),
        kept={name: request.args.get(name) for name in NAMES if name != "q"},
        files=files(NAMES, ".export_members"),
        older=last and _older(last, asked),
        **_filters(asked),
    )


def _after(asked: _Asked) -> tuple[str | datetime, int] | None:
    last = request.args.get("apres", type=key)
    if last is None:
        return None
    if not asked.by_visit:
        return (one_line(request.args.get("nom", "")[:401]) or "", last)
    seconds = request.args.get("vu", 0, type=key)
    return (queries.LONG_AGO + timedelta(microseconds=_micro(seconds)), last)


def _micro(seconds: int) -> int:
    return seconds * 10**6 + (request.args.get("micro", 0, type=key) or 0)


def _older(last: Member, asked: _Asked) -> str:
    if not asked.by_visit:
        return href(NAMES)(nom=last.name_key, apres=last.id)
    since = (last.last_visit_at or queries.LONG_AGO) - queries.LONG_AGO
    seconds = since.days * 86_400 + since.seconds
    return href(NAMES)(vu=seconds, micro=since.microseconds, apres=last.id)


def _filters(asked: _Asked) -> dict[str, Any]:
    """By role, network, visit and state, as components/filters.html shows them."""
    networks = [(one.id, one.name) for one in db.session.scalars(places.networks())]
    visits = [(NEVER, _("Never came")), *((name, str(ABSENCES[name][1])) for name in ABSENCES)]
    choices = [
        Choice("role", _("Role"), asked.role, [(r.value, str(name)) for r, name in ROLES.items()]),
        Choice("reseau", _("Network"), asked.network_id, networks),
        Choice("visite", _("Last visit"), asked.visit, visits),
        Choice(
            "etat",
            _("State"),
            "suspendus" if asked.suspended else None,
            [("suspendus", _("Suspended"))],
        ),
    ]
    here = href(NAMES)
    views = [
        {"label": _("By name"), "href": here(tri=None), "current": not asked.by_visit},
        {"label": _("Longest absent first"), "href": here(tri="visite"), "current": asked.by_visit},
    ]
    return {"views": views, "menus": menus(choices, here), "active": active(choices, here)}


@bp.post(f"/membres/exporter.<{ENDINGS}:ending>")
def export_members(ending: str) -> Response:
    """The same list, for a spreadsheet."""
    header = [
        _("Last name"), _("First name"), _("E-mail address"), _("Role"), _("Work"), _("Networks"),
        _("Territories"), _("Since"), _("Last visit"), _("Suspended"), _("Two-step sign-in"),
    ]  # fmt: skip
    found = db.session.scalars(queries.all_members(viewer(), _asked().filters).limit(MOST)).all()
    return leave("members", "membres", ending, header, _cells(found))


def _cells(found: Sequence[Member]) -> Iterator[list[Any]]:
    present = clock.now()
    for start in range(0, len(found), AT_ONCE):
        some = found[start : start + AT_ONCE]
        ids = [one.id for one in some]
        where = queries.places(db.session(), ids)
        work = directory.queries.work_lines(db.session(), viewer(), ids)
        for one in some:
            networks, territories = where[one.id]
            yield [
                one.last_name,
                one.first_name,
                one.email,
                str(ROLES[one.role]),
                work.get(one.id, ""),
                ", ".join(networks),
                ", ".join(territories),
                one.created_at,
                one.last_visit_at,
                yes_or_no(one.is_suspended(present)),
                yes_or_no(one.totp_on),
            ]
