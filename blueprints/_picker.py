"""The audience picker: an author's own networks and territories, and how many would see."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from access import audiences
from access.audiences import Reach
from access.models import Level
from access.viewers import Viewer
from accounts import queries
from core import clock
from core.db import db

LEVELS = {
    Level.REGION: _l("région"),
    Level.DEPARTEMENT: _l("département"),
    Level.ZONE_EMPLOI: _l("zone d’emploi"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One box of the picker."""

    id: int
    name: str
    checked: bool
    slug: str = ""
    level: str = ""


@dataclass(frozen=True, slots=True)
class Picker:
    """What components/audience.html shows."""

    networks: list[Choice]
    territories: list[Choice]
    count_url: str
    count_text: str


@dataclass(frozen=True, slots=True)
class Reached:
    """What the boxes of a sent form say."""

    networks: frozenset[int] = frozenset()
    territories: frozenset[int] = frozenset()


def chosen() -> Reached:
    """The reach that this request says; "everyone" folds the boxes without clearing them."""
    if request.values.get("reach") == "everyone":
        return Reached()
    return Reached(_numbers("networks"), _numbers("territories"))


def _numbers(name: str) -> frozenset[int]:
    return frozenset(
        int(value)
        for value in request.values.getlist(name)
        if value.isascii() and value.isdecimal() and len(value) < 10
    )


def picker(viewer: Viewer, reach: Reached, count_url: str) -> Picker:
    """The picker of this author, with these boxes checked."""
    session = db.session()
    return Picker(
        networks=[
            Choice(network.id, network.name, network.id in reach.networks, slug=network.slug)
            for network in session.scalars(audiences.networks_of(viewer.member_id))
        ],
        territories=[
            Choice(
                territory.id,
                territory.name,
                territory.id in reach.territories,
                level=str(LEVELS[territory.level]),
            )
            for territory in session.scalars(audiences.territories_within(viewer.member_id))
        ],
        count_url=count_url,
        count_text=count_words(reach.networks, reach.territories),
    )


def count_words(networks: Collection[int], territories: Collection[int]) -> str:
    """ "41 membres pourront le lire"."""
    size = db.session.scalar(queries.audience_size(networks, territories, clock.now())) or 0
    return ngettext(
        "%(num)s member will be able to read it", "%(num)s members will be able to read it", size
    )


def reach_words(reach: Reach) -> str:
    """ "COORACE, Loire-Atlantique", or everyone."""
    return ", ".join((*reach.networks, *reach.territories)) or _("all the networks")


def reaches_in_words(audience_ids: Collection[int]) -> Mapping[int, str]:
    """Who each audience is for, in words."""
    found = audiences.reaches(db.session(), audience_ids)
    return {audience_id: reach_words(reach) for audience_id, reach in found.items()}
