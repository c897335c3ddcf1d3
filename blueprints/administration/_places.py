"""Choosing any networks and any territories: for a member, an invitation, a request."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from flask import request
from flask_babel import gettext as _
from sqlalchemy import Row

from access import places
from access.models import Level
from core.db import db
from core.text import folded


@dataclass(frozen=True, slots=True)
class Place:
    """A box to tick."""

    id: int
    name: str
    detail: str
    checked: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The territories of one level."""

    name: str
    places: list[Place]

    @property
    def chosen(self) -> int:
        """How many are ticked."""
        return sum(place.checked for place in self.places)


@dataclass(frozen=True, slots=True)
class Choice:
    """What the macro `places` of templates/administration/_places.html shows."""

    networks: list[Place]
    groups: list[Group]

    @property
    def territories(self) -> list[Place]:
        """Those that are ticked."""
        return [place for group in self.groups for place in group.places if place.checked]


def sent(name: str) -> list[int]:
    """The ids ticked under that name; what is no id is dropped."""
    return [
        int(value) for value in request.form.getlist(name) if value.isdecimal() and len(value) < 10
    ]


def choice(
    member_id: int | None = None, *, networks: Collection[int] = (), resent: bool = False
) -> Choice:
    """All of them. Ticked: what was just sent, else the member's own, else `networks`."""
    again = resent and request.method == "POST"
    sent_networks, sent_territories = set(sent("networks")), set(sent("territories"))
    found_networks = [
        Place(one, name, slug, one in sent_networks if again else belongs or one in networks)
        for one, slug, name, belongs in db.session.execute(places.networks_for(member_id))
    ]
    listed = db.session.execute(places.territories_for(member_id))
    return Choice(found_networks, _groups_of(listed, sent_territories if again else None))


def territories(listed: Iterable[Row[int, Level, str, str, bool]]) -> Choice:
    """These territories without the networks. Ticked: what was just sent, else as they are listed.

    `listed`: rows as access.places.territories_for gives them.
    """
    again = request.method == "POST"
    return Choice([], _groups_of(listed, set(sent("territories")) if again else None))


def _groups_of(
    listed: Iterable[Row[int, Level, str, str, bool]], sent_ones: Collection[int] | None
) -> list[Group]:
    found: dict[Level, list[Place]] = {level: [] for level in Level}
    for one, level, code, name, there in listed:
        detail = code if level is Level.DEPARTEMENT else ""
        checked = there if sent_ones is None else one in sent_ones
        found[level].append(Place(one, name, detail, checked))
    return list(_groups(found))


def _groups(found: dict[Level, list[Place]]) -> Iterable[Group]:
    names = {
        Level.REGION: _("Régions"),
        Level.DEPARTEMENT: _("Départements"),
        Level.ZONE_EMPLOI: _("Employment zones"),
    }
    for level, listed in found.items():
        yield Group(names[level], sorted(listed, key=lambda place: folded(place.name)))
