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
from blueprints._refusals import explain
from core import clock
from core.db import db
from core.refusals import Refused

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
    narrowed: bool = False
    enters: bool = False
    """It is a place that one goes into; anything else is read."""


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


def undecided() -> bool:
    """“Only some…” with no box ticked: the author believes that not everyone will read it."""
    return request.values.get("reach") == "chosen" and chosen() == Reached()


def _numbers(name: str) -> frozenset[int]:
    return frozenset(
        int(value)
        for value in request.values.getlist(name)
        if value.isascii() and value.isdecimal() and len(value) < 10
    )


def picker(viewer: Viewer, reach: Reached, count_url: str, *, enters: bool = False) -> Picker:
    """The picker of this author, with these boxes checked."""
    session = db.session()
    networks = [
        Choice(network.id, network.name, network.id in reach.networks, slug=network.slug)
        for network in session.scalars(audiences.networks_of(viewer.member_id))
    ]
    territories = [
        Choice(
            territory.id,
            territory.name,
            territory.id in reach.territories,
            level=str(LEVELS[territory.level]),
        )
        for territory in session.scalars(audiences.territories_within(viewer.member_id))
    ]
    checked = Reached(_checked(networks), _checked(territories))
    return Picker(
        networks=networks,
        territories=territories,
        count_url=count_url,
        count_text=_count_words(checked, enters) if networks else explain(Refused("no-network")),
        narrowed=undecided(),
        enters=enters,
    )


def _checked(choices: Collection[Choice]) -> frozenset[int]:
    return frozenset(choice.id for choice in choices if choice.checked)


def count_words(viewer: Viewer, reach: Reached, *, enters: bool = False) -> str:
    """ "41 membres pourront le lire"; nobody counts the members of a network that is not theirs."""
    try:
        audiences.check_own(db.session(), viewer.member_id, reach.networks, reach.territories)
    except Refused as refused:
        return explain(refused)
    return _count_words(reach, enters)


def _count_words(reach: Reached, enters: bool) -> str:
    if undecided():
        return explain(Refused("audience-undecided"))
    size = db.session.scalar(queries.audience_size(reach.networks, reach.territories, clock.now()))
    if enters:
        return ngettext(
            "%(num)s member will be able to enter",
            "%(num)s members will be able to enter",
            size or 0,
        )
    return ngettext(
        "%(num)s member will be able to read it",
        "%(num)s members will be able to read it",
        size or 0,
    )


def reach_words(reach: Reach) -> str:
    """ "COORACE, Loire-Atlantique", or everyone."""
    return ", ".join((*reach.networks, *reach.territories)) or _("all the networks")


def reaches_in_words(audience_ids: Collection[int]) -> Mapping[int, str]:
    """Who each audience is for, in words."""
    found = audiences.reaches(db.session(), audience_ids)
    return {audience_id: reach_words(reach) for audience_id, reach in found.items()}
