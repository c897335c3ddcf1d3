"""Writes about organisations: what is known of one, checked and kept the same way from anywhere."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from stdnum.exceptions import ValidationError
from stdnum.fr import siret as siret_number

from access import audiences
from access.models import Network
from access.viewers import Viewer
from accounts.models import Member
from accounts.policy import needs_administrator
from core import clock, text
from core.facts import record
from core.refusals import Refused
from directory.entries import (
    LONGEST_DESCRIPTION,
    Entry,
    Reach,
    address_to,
    can_be_reached,
    one_line,
    reach_of,
    stand,
)
from directory.facts import DirectoryChanged, OrganisationDescribed
from directory.models import (
    Activity,
    Organisation,
    OrganisationActivity,
    OrganisationKind,
    OrganisationNetwork,
)

MOST_PLACES = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Description(Entry):
    """What is said of an organisation, as it was typed."""

    kind_id: int | None
    siret: str = ""
    opening_hours: str = ""
    places: int | None = None
    networks: Collection[int] = ()
    activities: Collection[int] = ()


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
    organisation.audience_id = reach_of(session, viewer, reach)
    record(
        session, DirectoryChanged(by, organisation.name, {"organisation": "added"}, organisation)
    )
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
    address_to(session, viewer, organisation, reach)
    record(
        session, DirectoryChanged(by, organisation.name, {"organisation": "changed"}, organisation)
    )


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
    record(session, DirectoryChanged(by, organisation.name, said, organisation))


def _refuse_twin(session: Session, said: Description, myself: Organisation | None = None) -> None:
    """One that is there already: the same kind and town, with this SIRET, or without, this name.

    One SIRET may hold several kinds of insertion, and an annexe in another town.
    """
    number = siret(said.siret)
    same = (
        Organisation.siret == number
        if number
        else Organisation.siret.is_(None)
        & (Organisation.name_key == text.folded(one_line(said.name, "name-too-long")))
    )
    town = one_line(said.town, "address-too-long")
    others = session.scalars(
        select(Organisation.id).where(
            same, Organisation.kind_id == said.kind_id, Organisation.town == town
        )
    )
    if set(others) - {myself.id if myself else None}:
        raise Refused("organisation-known")


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
    record(session, OrganisationDescribed(organisation, new=True))
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
    name = one_line(said.name, "name-too-long")
    if not name:
        raise Refused("name-empty")
    if len(said.description) > LONGEST_DESCRIPTION:
        raise Refused("body-too-long", longest=LONGEST_DESCRIPTION)
    if said.places is not None and not 0 <= said.places <= MOST_PLACES:
        raise Refused("places-unknown")
    kind = session.get(OrganisationKind, said.kind_id) if said.kind_id else None
    if kind is None:
        raise Refused("unknown-kind")
    organisation.kind_id, organisation.name = kind.id, name
    organisation.name_key = text.folded(name)
    organisation.reference, organisation.siret = said.reference, siret(said.siret)
    stand(session, organisation, said)
    organisation.search_key = text.folded(f"{name} {kind.name} {organisation.town}")
    can_be_reached(organisation, said)
    organisation.opening_hours = one_line(said.opening_hours, "hours-too-long")
    organisation.places = said.places
    organisation.description = text.plain(said.description).strip()
    organisation.source = one_line(said.source, "source-too-long")
    organisation.changed_at = clock.now()


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
