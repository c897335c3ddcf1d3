"""What organisations and schemes share: a place, ways to reach them, who may see them."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from access import audiences
from access.geography import commune_called
from access.models import Commune, Network, Restricted, Territory
from access.viewers import Viewer
from accounts.policy import needs_administrator
from core import addresses, clock, text
from core.refusals import Refused
from directory.actions import telephone
from directory.models import Activity, Organisation, Placed, Reachable, Scheme, Standing

LONGEST_LINE = 200
LONGEST_DESCRIPTION = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What is said of either, as it was typed."""

    name: str
    address: str = ""
    postcode: str = ""
    town: str = ""
    commune_code: str = ""
    """Found from the postcode and the town when it is not said."""
    point: tuple[float, float] | None = None
    """Latitude, longitude. When it is not said: where it was while the address stays the same,
    else the middle of the commune."""
    placed: Placed = Placed.ADDRESS
    """How the point is known, when there is one."""
    phone: str = ""
    email: str = ""
    website: str = ""
    description: str = ""
    source: str = ""
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Reach:
    """Who an entry is for: both empty means all members."""

    networks: Collection[int] = ()
    territories: Collection[int] = ()


def reach_of(session: Session, viewer: Viewer, reach: Reach) -> int:
    """The audience that an administrator chose. Raises what audiences.own_audience does."""
    return audiences.own_audience(session, viewer.member_id, reach.networks, reach.territories)


def address_to(session: Session, viewer: Viewer, entry: Restricted, reach: Reach) -> None:
    """Change who an entry is for, unless all that the viewer could tick is as it was."""
    networks, territories = audiences.named(session, entry.audience_id)
    mine = {one.id for one in session.scalars(audiences.networks_of(viewer.member_id))}
    within = {one.id for one in session.scalars(audiences.territories_within(viewer.member_id))}
    if (networks & mine, territories & within) != (
        frozenset(reach.networks),
        frozenset(reach.territories),
    ):
        entry.audience_id = reach_of(session, viewer, reach)


def withdraw(viewer: Viewer, entry: Organisation | Scheme, shown: bool) -> str:
    """Take an entry out of all lists, or give it back (`shown`); what was done, for the trail."""
    needs_administrator(viewer)
    if (entry.withdrawn_at is None) is shown:
        raise Refused("nothing-to-do")
    entry.withdrawn_at = None if shown else clock.now()
    return "given back" if shown else "withdrawn"


def existing(
    session: Session, table: type[Network | Activity | Territory], ids: Collection[int]
) -> set[int]:
    """Those of these ids that have a row. No query for none."""
    return set(session.scalars(select(table.id).where(table.id.in_(ids)))) if ids else set()


def one_line(words: str, refusal: str, longest: int = LONGEST_LINE) -> str:
    """Words on one line. Raises the refusal when they are too many."""
    line = " ".join(text.plain(words).split())
    if len(line) > longest:
        raise Refused(refusal, longest=longest)
    return line


def can_be_reached(entry: Reachable, said: Entry) -> None:
    """Telephone, mail, site. Raises "phone-unknown", "email-unknown", "link-unknown"."""
    entry.phone = telephone(said.phone)
    entry.email = addresses.mail(said.email) if said.email.strip() else None
    entry.website = addresses.link(said.website.strip()) if said.website.strip() else None


def stand(session: Session, entry: Standing, said: Entry) -> None:
    """Where it is. A pin moved by hand stays while the address does, whatever a file says.

    Raises "address-too-long", "postcode-unknown", "unknown-commune", "point-unknown".
    """
    commune = _commune(session, said)
    stood = (entry.address, entry.postcode, entry.commune_code)
    entry.address = one_line(said.address, "address-too-long")
    entry.postcode = postcode_of(said.postcode)
    entry.town = one_line(said.town, "address-too-long")
    entry.commune_code = commune.code if commune else None
    stands = (entry.address, entry.postcode, entry.commune_code)
    moved = said.point is not None and (
        entry.placed is not Placed.HAND or said.placed is Placed.HAND
    )
    if moved or entry.placed is None or stands != stood:
        _place(entry, said, commune)


def postcode_of(typed: str) -> str:
    """Five digits, or nothing. Raises Refused("postcode-unknown")."""
    postcode = typed.replace(" ", "")
    if postcode and not re.fullmatch(r"[0-9]{5}", postcode):
        raise Refused("postcode-unknown", postcode=typed)
    return postcode


def _commune(session: Session, said: Entry) -> Commune | None:
    """Where it is: as said, else the one commune of this name with this postcode."""
    if said.commune_code:
        found = session.get(Commune, said.commune_code)
        if found is None:
            raise Refused("unknown-commune", commune=said.commune_code)
        return found
    return commune_called(session, said.town, said.postcode.replace(" ", ""))


def _place(entry: Standing, said: Entry, commune: Commune | None) -> None:
    if said.point is not None:
        latitude, longitude = said.point
        if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
            raise Refused("point-unknown")
        entry.latitude, entry.longitude = latitude, longitude
        entry.placed = said.placed
    elif commune is not None and commune.latitude is not None:
        entry.latitude, entry.longitude = commune.latitude, commune.longitude
        entry.placed = Placed.COMMUNE
    else:
        entry.latitude = entry.longitude = entry.placed = None
