"""Opening a programme, saying what it decides, naming its team. For administrators."""

from collections.abc import Collection
from dataclasses import asdict, dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from access import colours
from access.geography import commune_key
from access.models import Level, Territory
from access.viewers import Viewer
from accounts import queries as accounts
from accounts.facts import HouseChanged
from accounts.models import Member
from accounts.policy import needs_administrator
from core import addresses, clock
from core.facts import record
from core.refusals import Refused
from core.text import slug
from directory.actions import telephone
from directory.entries import one_line
from expertise.programmes.models import (
    Asking,
    Programme,
    ProgrammeTerritory,
    Review,
    Sending,
    TeamMember,
    Way,
)
from expertise.programmes.sectors import SECTORS, sector_of

MOST_DAYS = 90
"""Working days."""
RESERVED = frozenset(
    {
        *("api", "besoins", "comites", "conduite", "convention", "conventions", "credits"),
        *("enquete", "entreprises", "equipe"),
        *("experts", "factures", "fichiers", "incidents", "institutions", "ma-fiche"),
        *("mode-d-emploi", "p", "paiements", "positions", "r", "recapitulatif", "recus", "suivi"),
    }
)
"""What begins the addresses of the desk itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What a programme decides, as it was typed."""

    name: str
    tagline: str
    colour: str
    accent: str
    is_open: bool
    asking: Asking
    review: Review
    sending: Sending
    way: Way
    position_days: int
    reservation_days: int
    extension_days: int
    reminds: bool = True
    lends: bool = True
    surveys: bool = True
    follows_up: bool = True
    several_subjects: bool
    off_list: bool
    least_staff: int | None
    most_staff: int | None
    sectors: Collection[str] = ()
    """Those for which it is; none: for all."""
    asks_phase: bool
    email: str
    phone: str
    address: str


def open_programme(
    session: Session, viewer: Viewer, choices: Choices, places: Collection[str], *, by: Member
) -> Programme:
    """A new programme; `places`: where it works, as it was typed; none for everywhere.

    Raises Refused: "not-administrator", "name-empty", "name-taken", "name-too-long",
    "colour-unknown", "colour-too-light", "sector-unknown", "staff-backwards",
    "delay-out-of-range", "email-unknown", "phone-unknown", "unknown-place".
    """
    needs_administrator(viewer)
    programme = Programme(slug="")
    _settle(session, programme, choices)
    programme.slug = _free_slug(session, programme.name)
    session.add(programme)
    session.flush()
    _work_in(session, programme, places)
    record(session, HouseChanged(by, programme.name, {"programme": "added"}))
    return programme


def settle(
    session: Session,
    viewer: Viewer,
    programme: Programme,
    choices: Choices,
    places: Collection[str],
    *,
    by: Member,
) -> None:
    """Decide otherwise; the needs that were asked stay, and are answered as they were sent.

    Raises as open_programme.
    """
    needs_administrator(viewer)
    _settle(session, programme, choices)
    _work_in(session, programme, places)
    record(session, HouseChanged(by, programme.name, {"programme": "changed"}))


def _settle(session: Session, programme: Programme, said: Choices) -> None:
    for name, value in asdict(said).items():
        setattr(programme, name, value)
    ticked = {letter for one in said.sectors if (letter := sector_of(one))}
    programme.sectors = "" if ticked == set(SECTORS) else "".join(sorted(ticked))
    programme.name = one_line(said.name, "name-too-long")
    programme.tagline = one_line(said.tagline, "name-too-long")
    programme.address = one_line(said.address, "address-too-long")
    if not programme.name:
        raise Refused("name-empty")
    with session.no_autoflush:
        same = func.lower(Programme.name) == programme.name.lower()
        namesake = session.scalar(select(Programme.id).where(same))
    if namesake not in {None, programme.id}:
        raise Refused("name-taken")
    programme.colour, programme.accent = colours.checked(said.colour), colours.checked(said.accent)
    least, most = said.least_staff, said.most_staff
    if (least is not None and least < 0) or (most is not None and most < (least or 0)):
        raise Refused("staff-backwards")
    delays = (said.position_days, said.reservation_days, said.extension_days + 1)
    if min(delays) < 1 or max(delays) > MOST_DAYS:
        raise Refused("delay-out-of-range", most=MOST_DAYS)
    programme.email, programme.phone = addresses.mail(said.email), telephone(said.phone)


def _free_slug(session: Session, name: str) -> str:
    wanted = slug(name)[:50] or "dispositif"
    taken = RESERVED | set(
        session.scalars(select(Programme.slug).where(Programme.slug.startswith(wanted)))
    )
    number, found = 1, wanted
    while found in taken:
        number += 1
        found = f"{wanted}-{number}"
    return found


def _work_in(session: Session, programme: Programme, places: Collection[str]) -> None:
    known = _by_name(session)
    found = {}
    for one in filter(None, map(str.strip, places)):
        territory = known.get(commune_key(one))
        if territory is None:
            raise Refused("unknown-place", place=one)
        found[territory.id] = territory
    session.execute(
        delete(ProgrammeTerritory).where(ProgrammeTerritory.programme_id == programme.id)
    )
    session.add_all(
        ProgrammeTerritory(programme_id=programme.id, territory_id=number) for number in found
    )


def _by_name(session: Session) -> dict[str, Territory]:
    """Territories by what one types: the number of a département, a name. The widest of a name."""
    known = {}
    levels = list(Level)
    for one in sorted(session.scalars(select(Territory)), key=lambda t: -levels.index(t.level)):
        known[commune_key(one.name)] = one
        known[commune_key(one.label)] = one
        if one.level is Level.DEPARTEMENT:
            known[commune_key(one.code)] = one
    return known


def name_to_team(
    session: Session, viewer: Viewer, programme: Programme, email: str, *, by: Member
) -> Member:
    """Somebody who has an account runs the programme from now on.

    Raises Refused: "not-administrator", "member-unknown", "nothing-to-do".
    """
    needs_administrator(viewer)
    someone = accounts.by_email(session, email)
    if someone is None or someone.is_suspended(clock.now()):
        raise Refused("member-unknown", email=email)
    if session.get(TeamMember, (programme.id, someone.id)):
        raise Refused("nothing-to-do")
    session.add(TeamMember(programme_id=programme.id, member_id=someone.id))
    about = f"{programme.name}, {someone.name}"
    record(session, HouseChanged(by, about, {"programme-team": "added"}))
    return someone


def take_from_team(
    session: Session, viewer: Viewer, programme: Programme, member_id: int, *, by: Member
) -> None:
    """They run it no more. Raises Refused("not-administrator"), Refused("nothing-to-do")."""
    needs_administrator(viewer)
    place = session.get(TeamMember, (programme.id, member_id))
    if place is None:
        raise Refused("nothing-to-do")
    name = session.get_one(Member, member_id).name
    session.delete(place)
    about = f"{programme.name}, {name}"
    record(session, HouseChanged(by, about, {"programme-team": "removed"}))
