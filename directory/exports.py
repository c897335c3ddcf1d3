"""The directory as tables that leave the house: for administrators only."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from access.models import Network
from access.viewers import Viewer
from accounts import queries
from accounts.facts import Exported
from accounts.models import Member
from accounts.policy import needs_administrator
from core import clock
from core.facts import record
from core.refusals import Refused
from core.sheets import Cell, Sheet
from directory import columns, members, organisations, schemes, skills
from directory.models import Activity, OrganisationActivity, Side, Skill

MOST = 25_000
"""Lines of one file."""
BETWEEN = ", "


def organisations_sheet(
    session: Session, viewer: Viewer, filters: organisations.Filters, *, by: Member
) -> Sheet:
    """The organisations that these filters leave, for an administrator.

    Raises Refused("not-administrator") or Refused("too-many-lines").
    """
    needs_administrator(viewer)
    _check(organisations.count(session, viewer, filters))
    rows = organisations.organisations(session, viewer, filters, most=MOST)
    ids = [row[0].id for row in rows]
    networks = organisations.networks_of(session, ids)
    activities = _activities_of(session, ids)
    fields = list(columns.ORGANISATION)
    lines: list[list[Cell]] = []
    for one, kind, _squared in rows:
        said = {
            "kind": kind,
            "networks": BETWEEN.join(_names(networks.get(one.id, []))),
            "activities": BETWEEN.join(activities.get(one.id, [])),
        }
        lines.append([said[name] if name in said else getattr(one, name) for name in fields])
    return _left(session, by, "organisations", columns.ORGANISATION, lines)


def schemes_sheet(
    session: Session, viewer: Viewer, filters: schemes.Filters, *, by: Member
) -> Sheet:
    """The schemes that these filters leave, for an administrator. Raises likewise."""
    needs_administrator(viewer)
    _check(schemes.count(session, viewer, filters))
    rows = schemes.schemes(session, viewer, filters, most=MOST)
    ids = [row[0].id for row in rows]
    offered_on, themes = schemes.offered_on(session, ids), schemes.theme_names(session)
    lines: list[list[Cell]] = []
    for one, house, _squared in rows:
        said: dict[str, Cell] = {
            "run_by": house or one.run_by,
            "structure": None,
            "theme": themes.get(one.theme_id or 0),
            "territories": BETWEEN.join(offered_on.get(one.id, [])),
        }
        lines.append(
            [said[name] if name in said else getattr(one, name) for name in columns.SCHEME]
        )
    return _left(session, by, "schemes", columns.SCHEME, lines)


def members_sheet(
    session: Session, viewer: Viewer, filters: members.Filters, *, by: Member
) -> Sheet:
    """The members that these filters leave, for an administrator; how to reach each as they wish.

    Raises as organisations_sheet.
    """
    needs_administrator(viewer)
    present = clock.now()
    _check(members.count(session, viewer, present, filters))
    rows = members.members(session, viewer, present, filters, most=MOST)
    ids = [row[0].id for row in rows]
    places, known = queries.places(session, ids), skills.skills_of(session, ids)
    spoken = skills.spoken_by(session, ids)
    lines: list[list[Cell]] = []
    for row in rows:
        someone = row[0]
        networks, territories = places[someone.id]
        said: dict[str, Cell] = {
            "last_name": someone.last_name,
            "first_name": someone.first_name,
            "email": someone.email if row.email_shown else None,
            "phone": row.phone if row.phone_shown else None,
            "job": row.job,
            "employer": row.organisation or row.employer,
            "siret": row.siret,
            "town": row.town,
            "networks": BETWEEN.join(networks),
            "territories": BETWEEN.join(territories),
            "offers": BETWEEN.join(_names(known[someone.id][Side.OFFERS])),
            "languages": BETWEEN.join(spoken[someone.id]),
        }
        lines.append([said[name] for name in columns.MEMBER])
    return _left(session, by, "members", columns.MEMBER, lines)


def _check(lines: int) -> None:
    if lines > MOST:
        raise Refused("too-many-lines", most=MOST)


def _left(
    session: Session,
    by: Member,
    what: str,
    titles: columns.Columns,
    lines: Sequence[Sequence[Cell]],
) -> Sheet:
    """The table, and the line of the audit trail that says that it left."""
    record(session, Exported(by, what, {"lines": len(lines)}))
    return Sheet("Annuaire", [columns.title(titles, name) for name in titles], lines)


def _names(rows: Sequence[Network] | Sequence[Skill]) -> list[str]:
    return [row.name for row in rows]


def _activities_of(session: Session, organisation_ids: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows = session.execute(
        select(OrganisationActivity.organisation_id, Activity.name)
        .join(Activity, Activity.id == OrganisationActivity.activity_id)
        .where(OrganisationActivity.organisation_id.in_(organisation_ids))
        .order_by(Activity.position, Activity.id)
    )
    for organisation_id, name in rows:
        found.setdefault(organisation_id, []).append(name)
    return found
