"""Writes about organisations: what is known of one, checked and kept the same way from anywhere."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from stdnum.exceptions import ValidationError
from stdnum.fr import siret as siret_number

from access import audiences
from access.geography import commune_key, communes_called
from access.models import Commune, Network
from access.viewers import Viewer
from accounts.models import Member
from accounts.policy import needs_administrator
from core import addresses, clock, text
from core.facts import record
from core.refusals import Refused
from directory.actions import telephone
from directory.facts import DirectoryChanged, OrganisationDescribed
from directory.models import (
    Activity,
    Organisation,
    OrganisationActivity,
    OrganisationKind,
    OrganisationNetwork,
    Placed,
)

LONGEST_LINE = 200
LONGEST_DESCRIPTION = 5_000
MOST_PLACES = 100_000


@dataclass(frozen=True, slots=True)
class Description:
    """What is said of an organisation, as it was typed."""

    name: str
    kind_id: int | None
    siret: str = ""
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
    opening_hours: str = ""
    places: int | None = None
    description: str = ""
    source: str = ""
    reference: str | None = None
    networks: Collection[int] = ()
    activities: Collection[int] = ()


@dataclass(frozen=True, slots=True)
class Reach:
    """Who an entry is for: both empty means all members."""

    networks: Collection[int] = ()
    territories: Collection[int] = ()


def create(
    session: Session, viewer: Viewer, said: Description, reach: Reach, *, by: Member
) -> Organisation:
    """An administrator adds an organisation.

    Raises as add, as audiences.own_audience, and Refused("organisation-known") for one that is
    there already.
    """
    needs_administrator(viewer)
    _refuse_twin(session, said)
    organisation = add(session, said)
    organisation.audience_id = _audience(session, viewer, reach)
    record(session, DirectoryChanged(by, organisation.name, {"organisation": "added"}))
    return organisation


def correct(
    session: Session,
    viewer: Viewer,
    organisation: Organisation,
    said: Description,
    reach: Reach,
    *,
    by: Member,
) -> None:
    """An administrator says otherwise what an organisation is. Raises as create."""
    needs_administrator(viewer)
    _refuse_twin(session, said, organisation)
    describe(session, organisation, said)
    if not _is_said(session, viewer, organisation.audience_id, reach):
        organisation.audience_id = _audience(session, viewer, reach)
    record(session, DirectoryChanged(by, organisation.name, {"organisation": "changed"}))


def show(
    session: Session, viewer: Viewer, organisation: Organisation, shown: bool, *, by: Member
) -> None:
    """An administrator withdraws an organisation from all lists, or gives it back."""
    needs_administrator(viewer)
    if (organisation.withdrawn_at is None) is shown:
        raise Refused("nothing-to-do")
    organisation.withdrawn_at = None if shown else clock.now()
    record(session, OrganisationDescribed(organisation))
    said = {"organisation": "given back" if shown else "withdrawn"}
    record(session, DirectoryChanged(by, organisation.name, said))


def _audience(session: Session, viewer: Viewer, reach: Reach) -> int:
    return audiences.own_audience(session, viewer.member_id, reach.networks, reach.territories)


def _is_said(session: Session, viewer: Viewer, audience_id: int, reach: Reach) -> bool:
    """Whether this reach is all of an audience that the viewer could have ticked themselves."""
    networks, territories = audiences.named(session, audience_id)
    mine = {one.id for one in session.scalars(audiences.networks_of(viewer.member_id))}
    within = {one.id for one in session.scalars(audiences.territories_within(viewer.member_id))}
    return networks & mine == set(reach.networks) and territories & within == set(reach.territories)


def twin(session: Session, said: Description) -> Organisation | None:
    """The organisation that this describes: by its reference, else by its SIRET and kind.

    One SIRET may hold several kinds of insertion, and each is an organisation of its own.
    """
    if said.reference:
        known = session.scalar(select(Organisation).where(Organisation.reference == said.reference))
        if known is not None:
            return known
    number = siret(said.siret)
    if number is None:
        return None
    return session.scalars(
        select(Organisation)
        .where(Organisation.siret == number, Organisation.kind_id == said.kind_id)
        .order_by(Organisation.withdrawn_at.is_not(None), Organisation.id)
    ).first()


def _refuse_twin(session: Session, said: Description, myself: Organisation | None = None) -> None:
    other = twin(session, said) or _namesake(session, said)
    if other is not None and other is not myself:
        raise Refused("organisation-known")


def _namesake(session: Session, said: Description) -> Organisation | None:
    """Without a SIRET: the same name and kind, in the same town."""
    if said.siret.strip():
        return None
    return session.scalars(
        select(Organisation).where(
            Organisation.name_key == text.folded(_line(said.name, "name-too-long")),
            Organisation.kind_id == said.kind_id,
            Organisation.town == _line(said.town, "address-too-long"),
            Organisation.siret.is_(None),
        )
    ).first()


def add(session: Session, said: Description) -> Organisation:
    """A new organisation, for all members.

    Raises Refused: "name-empty", "name-too-long", "unknown-kind", "siret-unknown",
    "address-too-long", "postcode-unknown", "unknown-commune", "point-unknown", "phone-unknown",
    "email-unknown", "link-unknown", "hours-too-long", "places-unknown", "body-too-long",
    "source-too-long", "unknown-network", "unknown-activity".
    """
    organisation = Organisation(audience_id=audiences.audience(session, (), ()))
    _describe(session, organisation, said)
    session.add(organisation)
    session.flush()
    _belong(session, organisation, said)
    record(session, OrganisationDescribed(organisation))
    return organisation


def describe(session: Session, organisation: Organisation, said: Description) -> None:
    """Say otherwise what an organisation is. Raises as add."""
    _describe(session, organisation, said)
    _belong(session, organisation, said)
    record(session, OrganisationDescribed(organisation))


def siret(typed: str) -> str | None:
    """Fourteen digits, whose sum is right; None when empty. Raises Refused("siret-unknown")."""
    if not typed.strip():
        return None
    try:
        return str(siret_number.validate(typed))
    except ValidationError as error:
        raise Refused("siret-unknown", siret=typed) from error


def _describe(session: Session, organisation: Organisation, said: Description) -> None:
    name = _line(said.name, "name-too-long")
    if not name:
        raise Refused("name-empty")
    if len(said.description) > LONGEST_DESCRIPTION:
        raise Refused("body-too-long", longest=LONGEST_DESCRIPTION)
    if said.places is not None and not 0 <= said.places <= MOST_PLACES:
        raise Refused("places-unknown")
    kind = session.get(OrganisationKind, said.kind_id) if said.kind_id else None
    if kind is None:
        raise Refused("unknown-kind")
    commune = _commune(session, said)
    stood = (organisation.address, organisation.postcode, organisation.commune_code)
    organisation.kind_id, organisation.name = kind.id, name
    organisation.name_key = text.folded(name)
    organisation.reference, organisation.siret = said.reference, siret(said.siret)
    organisation.address = _line(said.address, "address-too-long")
    organisation.postcode = _postcode(said.postcode)
    organisation.town = _line(said.town, "address-too-long")
    organisation.commune_code = commune.code if commune else None
    organisation.search_key = text.folded(f"{name} {kind.name} {organisation.town}")
    organisation.phone = telephone(said.phone)
    organisation.email = addresses.mail(said.email) if said.email.strip() else None
    organisation.website = addresses.link(said.website.strip()) if said.website.strip() else None
    organisation.opening_hours = _line(said.opening_hours, "hours-too-long")
    organisation.places = said.places
    organisation.description = text.plain(said.description).strip()
    organisation.source = _line(said.source, "source-too-long")
    organisation.changed_at = clock.now()
    stands = (organisation.address, organisation.postcode, organisation.commune_code)
    if said.point is not None or organisation.placed is None or stands != stood:
        _place(organisation, said, commune)


def _line(words: str, refusal: str) -> str:
    line = " ".join(text.plain(words).split())
    if len(line) > LONGEST_LINE:
        raise Refused(refusal, longest=LONGEST_LINE)
    return line


def _postcode(typed: str) -> str:
    postcode = typed.replace(" ", "")
    if postcode and not re.fullmatch(r"[0-9]{5}", postcode):
        raise Refused("postcode-unknown", postcode=typed)
    return postcode


def _commune(session: Session, said: Description) -> Commune | None:
    """Where it is: as said, else the one commune of this name with this postcode."""
    if said.commune_code:
        found = session.get(Commune, said.commune_code)
        if found is None:
            raise Refused("unknown-commune", commune=said.commune_code)
        return found
    if not said.town.strip():
        return None
    postcode, town = said.postcode.replace(" ", ""), commune_key(said.town)
    named = session.scalars(communes_called(said.town.strip()).limit(50)).all()
    there = [one for one in named if not postcode or postcode in one.postcodes]
    exact = [one for one in there if one.folded_name == town]
    return next(iter(exact or there), None)


def _place(organisation: Organisation, said: Description, commune: Commune | None) -> None:
    if said.point is not None:
        latitude, longitude = said.point
        if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
            raise Refused("point-unknown")
        organisation.latitude, organisation.longitude = latitude, longitude
        organisation.placed = said.placed
    elif commune is not None and commune.latitude is not None:
        organisation.latitude, organisation.longitude = commune.latitude, commune.longitude
        organisation.placed = Placed.COMMUNE
    else:
        organisation.latitude = organisation.longitude = organisation.placed = None


def _belong(session: Session, organisation: Organisation, said: Description) -> None:
    """Its networks and activities are those, and no others."""
    networks, activities = set(said.networks), set(said.activities)
    known = set(session.scalars(select(Network.id).where(Network.id.in_(networks))))
    if networks - known:
        raise Refused("unknown-network")
    offered = set(session.scalars(select(Activity.id).where(Activity.id.in_(activities))))
    if activities - offered:
        raise Refused("unknown-activity")
    for table in (OrganisationNetwork, OrganisationActivity):
        session.execute(delete(table).where(table.organisation_id == organisation.id))
    session.add_all(
        OrganisationNetwork(organisation_id=organisation.id, network_id=one) for one in networks
    )
    session.add_all(
        OrganisationActivity(organisation_id=organisation.id, activity_id=one) for one in activities
    )
    session.flush()
