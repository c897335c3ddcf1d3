"""Writes about schemes: what is known of one, checked and kept the same way from anywhere."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from access import audiences
from access.models import Territory
from access.viewers import Viewer
from accounts.models import Member
from accounts.policy import needs_administrator
from core import clock, text
from core.facts import record
from core.refusals import Refused
from core.text import folded
from directory import organisations
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
from directory.facts import DirectoryChanged, SchemeDescribed
from directory.models import Scheme, SchemeTerritory, Theme

MOST_TERRITORIES = 100
LONGEST_FOR_WHOM = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Description(Entry):
    """What is said of a scheme, as it was typed."""

    theme_id: int | None = None
    run_by: str = ""
    """The name of an organisation, as `organisations.label` writes it, or any words."""
    organisation_id: int | None = None
    """Who runs it, when that is known without its name."""
    for_whom: str = ""
    conditions: str = ""
    contact: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    offered_on: Collection[int] = ()
    """Territories; none is everywhere."""


def create(
    session: Session, viewer: Viewer, said: Description, reach: Reach, *, by: Member
) -> Scheme:
    """An administrator adds a scheme. Raises as add, and as audiences.own_audience."""
    needs_administrator(viewer)
    made = add(session, _with_house(session, viewer, said))
    made.audience_id = reach_of(session, viewer, reach)
    record(session, DirectoryChanged(by, made.name, {"scheme": "added"}, made))
    return made


def correct(
    session: Session,
    viewer: Viewer,
    one: Scheme,
    said: Description,
    reach: Reach,
    *,
    by: Member,
) -> None:
    """An administrator says otherwise what a scheme, as schemes.tended gave it, is.

    Raises as create.
    """
    needs_administrator(viewer)
    if not said.run_by and one.organisation is None:
        said = replace(said, organisation_id=one.organisation_id)  # they did not see it
    describe(session, one, _with_house(session, viewer, said))
    address_to(session, viewer, one, reach)
    record(session, DirectoryChanged(by, one.name, {"scheme": "changed"}, one))


def _with_house(session: Session, viewer: Viewer, said: Description) -> Description:
    """Who runs it, told from what was typed."""
    house = organisations.meant(session, viewer, said.run_by)
    return replace(said, run_by="", organisation_id=house.id) if house else said


def show(session: Session, viewer: Viewer, one: Scheme, shown: bool, *, by: Member) -> None:
    """An administrator withdraws a scheme from all lists, or gives it back."""
    needs_administrator(viewer)
    if (one.withdrawn_at is None) is shown:
        raise Refused("nothing-to-do")
    one.withdrawn_at = None if shown else clock.now()
    record(session, SchemeDescribed(one))
    said = {"scheme": "given back" if shown else "withdrawn"}
    record(session, DirectoryChanged(by, one.name, said, one))


def add(session: Session, said: Description) -> Scheme:
    """A new scheme, for all members.

    Raises Refused: "name-empty", "name-too-long", "dates-crossed", "body-too-long",
    "words-too-long", "unknown-theme", "unknown-territory", "too-many-territories", and what
    entries.stand and entries.can_be_reached raise.
    """
    made = Scheme(audience_id=audiences.audience(session, (), ()))
    _describe(session, made, said)
    session.add(made)
    session.flush()
    _offer(session, made, said)
    record(session, SchemeDescribed(made))
    return made


def describe(session: Session, one: Scheme, said: Description) -> None:
    """Say otherwise what a scheme is. Raises as add."""
    _describe(session, one, said)
    _offer(session, one, said)
    record(session, SchemeDescribed(one))


def _describe(session: Session, one: Scheme, said: Description) -> None:
    name = one_line(said.name, "name-too-long")
    if not name:
        raise Refused("name-empty")
    if said.starts_on and said.ends_on and said.ends_on < said.starts_on:
        raise Refused("dates-crossed")
    if max(len(said.description), len(said.conditions)) > LONGEST_DESCRIPTION:
        raise Refused("body-too-long", longest=LONGEST_DESCRIPTION)
    if said.theme_id is not None and session.get(Theme, said.theme_id) is None:
        raise Refused("unknown-theme")
    one.name, one.name_key = name, folded(name)
    one.reference, one.theme_id = said.reference, said.theme_id
    one.organisation_id = said.organisation_id
    one.run_by = one_line(said.run_by, "words-too-long")
    one.for_whom = one_line(said.for_whom, "words-too-long", LONGEST_FOR_WHOM)
    one.contact = one_line(said.contact, "words-too-long")
    one.conditions = text.plain(said.conditions).strip()
    one.description = text.plain(said.description).strip()
    one.starts_on, one.ends_on = said.starts_on, said.ends_on
    stand(session, one, said)
    can_be_reached(one, said)
    one.source = one_line(said.source, "source-too-long")
    one.search_key = folded(f"{name} {one.run_by} {one.for_whom} {one.town}")
    one.changed_at = clock.now()


def _offer(session: Session, one: Scheme, said: Description) -> None:
    """It is offered on those territories, and no others."""
    territories = set(said.offered_on)
    if len(territories) > MOST_TERRITORIES:
        raise Refused("too-many-territories", most=MOST_TERRITORIES)
    known = set(session.scalars(select(Territory.id).where(Territory.id.in_(territories))))
    if territories - known:
        raise Refused("unknown-territory")
    session.execute(delete(SchemeTerritory).where(SchemeTerritory.scheme_id == one.id))
    session.add_all(
        SchemeTerritory(scheme_id=one.id, territory_id=territory_id) for territory_id in territories
    )
    session.flush()
