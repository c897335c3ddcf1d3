"""Colleagues: the list, and the page of one."""

from collections.abc import Sequence
from typing import Any

from flask import render_template
from flask_babel import gettext as _

import directory.queries
from access import audiences
from blueprints._access import found, viewer
from blueprints._filters import Choice
from blueprints._shell import initials
from blueprints._topics import address_of
from blueprints._words import done_in_words, language_name
from blueprints.directory import _finding, bp
from core import clock
from core.db import db
from directory import lists, practice, skills
from directory import members as queries
from directory.members import Filters, MemberRow
from directory.models import OrganisationKind, Side, Skill
from directory.paging import PER_PAGE
from directory.practice import Done


def asked(near: _finding.Place | None) -> Filters:
    """What the address says of the members that are wanted."""
    return Filters(
        words=_finding.words(),
        kind=_finding.kind(),
        network_id=_finding.network_id(),
        territory_id=_finding.territory_id(),
        around=near.around if near else None,
        skill=_finding.slug("competence"),
        language=_finding.slug("langue"),
    )


@bp.get("")
def members() -> str:
    """Who works where, by name or by distance."""
    near = _finding.place()
    filters = asked(near)
    rows = queries.members(db.session(), viewer(), clock.now(), filters, _finding.cursor())
    return render_template(
        "directory/members.html",
        rows=_rows(rows[:PER_PAGE]),
        count=queries.count(db.session(), viewer(), clock.now(), filters),
        leaving=_finding.leaving(".print_members", ".export_members"),
        **_finding.list_page(rows, choices(filters), near, _("A name, a job, an employer")),
    )


def choices(filters: Filters) -> list[Choice]:
    """The filters of the list."""
    can_help, kinds = lists.names(db.session(), Skill, OrganisationKind)
    spoken = sorted((language_name(code), code) for code in skills.LANGUAGES)
    return [
        Choice("competence", _("Can help with"), filters.skill, can_help),
        *_finding.shared_choices(kinds),
        Choice("langue", _("Language"), filters.language, [(code, name) for name, code in spoken]),
    ]


def _rows(rows: Sequence[MemberRow]) -> list[dict[str, Any]]:
    """The arguments of components/directory.html's member_row."""
    known = skills.skills_of(db.session(), [row[0].id for row in rows])
    return [_row(row, [one.name for one in known[row[0].id][Side.OFFERS]]) for row in rows]


def _row(row: MemberRow, offers: list[str]) -> dict[str, Any]:
    someone = row[0]
    return {
        "name": someone.name,
        "href": address_of("directory.member", someone.id),
        "initials": initials(someone),
        "job": row.job or "",
        "employer": row.organisation or row.employer or "",
        "town": row.town or "",
        "offers": offers,
        "done": done_in_words(Done(row.answers or 0, row.documents or 0)),
        "far": _finding.kilometres(row.squared),
        "email": someone.email if row.email_shown else None,
        "phone": row.phone if row.phone_shown else None,
    }


@bp.get("/membres/<int:member_id>")
def member(member_id: int) -> str:
    """Who a colleague is, and how to reach them."""
    someone = found(directory.queries.colleague(viewer(), member_id))
    known = skills.skills_of(db.session(), [someone.id])[someone.id]
    done = practice.done_by(db.session(), viewer(), someone.id)
    profile, house = directory.queries.profile(db.session(), viewer(), someone.id)
    return render_template(
        "directory/member.html",
        someone=someone,
        initials=initials(someone),
        profile=profile,
        house=house,
        offers=[
            (one.name, done_in_words(done[one.id]) if one.id in done else "")
            for one in known[Side.OFFERS]
        ],
        seeks=known[Side.SEEKS],
        languages=[language_name(one) for one in skills.languages_of(db.session(), someone.id)],
        their_networks=db.session.scalars(audiences.networks_of(someone.id)).all(),
        territories=db.session.scalars(audiences.territories_of(someone.id)).all(),
        mine=someone.id == viewer().member_id,
        may_administer=viewer().administers,
    )
