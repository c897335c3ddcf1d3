"""One field, everything: results, what is proposed as one types, what was sought in vain."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, current_app, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from access import audiences
from blueprints._access import key, viewer
from blueprints._filters import Choice, active, address, menus, options
from blueprints._forms import one_line
from blueprints._picker import reach_words
from blueprints._topics import address_of, message_address
from core import clock
from core.db import db
from forum.models import Section
from search import actions, queries
from search.engines import Facet, Sort
from search.queries import Ask, Hit, Results
from search.writing import Index

bp = Blueprint("search", __name__, url_prefix="/recherche")

LONGEST = 200
NAMES = ("q", "type", "theme", "reseau", "territoire", "auteur", "periode", "tri")
AUTHORS = 10
"""The most frequent, proposed as a filter."""


@dataclass(frozen=True, slots=True)
class Room:
    """How the finds of one kind are called and shown."""

    name: Any
    one: Any
    icon: str
    page: str
    card: bool = False
    """People, organisations and schemes: what they are, rather than who wrote when for whom."""


ROOMS = {
    "topic": Room(_l("Topics"), _l("Topic"), "forum", "forum.topic"),
    "article": Room(_l("News"), _l("Article"), "news", "news.article"),
    "document": Room(_l("Documents"), _l("Document"), "file", "resources.document"),
    "event": Room(_l("Dates"), _l("Date"), "agenda", "agenda.event"),
    "room": Room(_l("Video rooms"), _l("Video room"), "rooms", "rooms.room"),
    "member": Room(_l("Members"), _l("Member"), "person", "directory.member", card=True),
    "organisation": Room(
        _l("Organisations"), _l("Organisation"), "building", "directory.organisation", card=True
    ),
    "scheme": Room(_l("Schemes"), _l("Scheme"), "help", "directory.scheme", card=True),
}
SECTIONS = {"topic": Section.FORUM, "article": Section.NEWS}
PERIODS = {
    "mois": (31, _l("Past month")),
    "trimestre": (92, _l("Past three months")),
    "an": (366, _l("Past year")),
}
"""Days, words."""


def index() -> Index:
    """What was read of everything."""
    found: Index = current_app.extensions["maillage.search"]
    return found


def _ask() -> Ask:
    kind, days = request.args.get("type", ""), PERIODS.get(request.args.get("periode", ""))
    return Ask(
        typed=request.args.get("q", "")[:LONGEST],
        kind=kind if kind in ROOMS else None,
        theme=one_line(request.args.get("theme", "")[:60]) or None,
        network_id=request.args.get("reseau", type=key),
        territory_id=request.args.get("territoire", type=key),
        author_id=request.args.get("auteur", type=key),
        since=_midnight() - timedelta(days=days[0]) if days else None,
        sort=Sort.DATE if request.args.get("tri") == "date" else Sort.RELEVANCE,
        page=max(request.args.get("page", 1, type=key), 1),
    )


def _midnight() -> datetime:
    return clock.now().astimezone(clock.PARIS).replace(hour=0, minute=0, second=0, microsecond=0)


def _address(**changes: Any) -> str:
    return address(NAMES, **changes)


@bp.get("")
def results() -> str | Response:
    """What is found, by relevance or by date, and how many another filter would give.

    A slip of the fingers leads at once to what was meant.
    """
    ask = _ask()
    found = queries.search(db.session(), index(), viewer(), ask)
    if found.correction:
        return redirect(_address(q=found.correction, pour=ask.typed))
    narrowed = replace(ask, page=1, sort=Sort.RELEVANCE) != Ask(ask.typed)
    names = _names(found, ask)
    return render_template(
        "search/results.html",
        words=" ".join(ask.typed.split()),
        found=found,
        hits=_hits(found, names),
        narrowed=narrowed,
        instead_of=one_line(request.args.get("pour", "")[:LONGEST]),
        seen_url=url_for(".in_vain", q=ask.typed) if found.in_vain and not narrowed else None,
        newer=_address(page=ask.page - 1) if ask.page > 1 else None,
        older=_address(page=ask.page + 1) if ask.page < found.pages else None,
        **_filter_line(found, ask, names),
    )


@dataclass(frozen=True, slots=True)
class Names:
    """What the numbers of results stand for."""

    themes: Mapping[str, str]
    networks: Mapping[int, str]
    people: Mapping[int, str]


def _names(found: Results, ask: Ask) -> Names:
    if not ask.typed:
        return Names({}, {}, {})
    people = {hit.author_id for hit in found.hits} | {ask.author_id}
    people |= {int(one) for one, _count in _most(found, Facet.AUTHOR)}
    networks: dict[int, str] = {}
    for reach in found.reaches.values():
        networks.update(zip(reach.network_ids, reach.networks, strict=True))
    themes, named = queries.names(db.session(), {one for one in people if one is not None})
    return Names(themes, networks, named)


def _most(found: Results, facet: Facet) -> list[tuple[str | int, int]]:
    counts = found.facets.get(facet, {})
    return sorted(counts.items(), key=lambda one: (-one[1], str(one[0])))[:AUTHORS]


def _hits(found: Results, names: Names) -> list[dict[str, Any]]:
    """The arguments of results.html's result for each find."""
    return [
        {
            "room": ROOMS[hit.kind],
            "title": hit.title,
            "snippet": () if _says_its_card(hit) else hit.snippet,
            "card": hit.card,
            "theme": names.themes.get(hit.theme),
            "audience": reach_words(found.reaches[hit.audience_id]),
            "who": names.people.get(hit.author_id or 0),
            "when": hit.at,
            **_place(hit),
        }
        for hit in found.hits
    ]


def _says_its_card(hit: Hit) -> bool:
    """The passage is the line that is shown anyway."""
    return bool(hit.card) and "".join(part.text for part in hit.snippet) == hit.card


def _place(hit: Hit) -> dict[str, Any]:
    """Where a find is read, and where in it its passage stands."""
    if section := SECTIONS.get(hit.kind):
        number = hit.page - 1 if hit.page else 0
        place = _said_in(section, number) if number else None
        href = message_address(section, hit.id, number)
        return {"href": href, "place": place, "place_href": None}
    href = address_of(ROOMS[hit.kind].page, hit.id)
    if hit.page is None:
        return {"href": href, "place": None, "place_href": None}
    text = url_for("resources.newest_text", document_id=hit.id, _anchor=f"page-{hit.page}")
    return {"href": href, "place": _("page %(number)s", number=hit.page), "place_href": text}


def _said_in(section: Section, number: int) -> str:
    if section is Section.NEWS:
        return _("comment %(number)s", number=number)
    return _("answer %(number)s", number=number)


def _filter_line(found: Results, ask: Ask, names: Names) -> dict[str, Any]:
    kinds = found.facets.get(Facet.KIND, {})
    rooms = [
        (kind, str(room.name))
        for kind, room in ROOMS.items()
        if kinds.get(kind) or ask.kind == kind
    ]
    counts = {None: sum(kinds.values())} | {kind: kinds.get(kind, 0) for kind, _name in rooms}
    views = Choice("type", "", ask.kind, [(None, _("Everything")), *rooms], counts)
    order = Choice(
        "tri",
        _("Sort"),
        "date" if ask.sort is Sort.DATE else None,
        [(None, _("Most relevant first")), ("date", _("Newest first"))],
    )
    choices = _choices(found, ask, names)
    return {
        "views": options(views, _address),
        "menus": menus([*choices, order], _address),
        "active": active([views], _address, narrow=True) + active(choices, _address),
        "clear": _address(**_NOTHING),
    }


_NOTHING = dict.fromkeys(name for name in NAMES if name != "q")


def _choices(found: Results, ask: Ask, names: Names) -> list[Choice]:
    themes, people = dict(_most(found, Facet.THEME)), dict(_most(found, Facet.AUTHOR))
    territories = db.session.scalars(audiences.territories_within(viewer().member_id))
    return [
        Choice("theme", _("Theme"), ask.theme, _named(themes, names.themes), themes),
        Choice(
            "reseau",
            _("Network"),
            ask.network_id,
            _named(found.networks, names.networks),
            found.networks,
        ),
        Choice(
            "territoire",
            _("Territory"),
            ask.territory_id,
            [(territory.id, territory.label) for territory in territories],
        ),
        Choice(
            "periode",
            _("Period"),
            request.args.get("periode"),
            [(name, str(words)) for name, (_days, words) in PERIODS.items()],
        ),
        Choice("auteur", _("Author"), ask.author_id, _named(people, names.people), people),
    ]


def _named(values: Iterable[Any], names: Mapping[Any, str]) -> list[tuple[Any, str]]:
    return [(value, names[value]) for value in values if value in names]


@bp.get("/titres")
def titles() -> Response:
    """Titles that begin as is typed."""
    found = queries.suggest(db.session(), index(), viewer(), request.args.get("q", "")[:LONGEST])
    return jsonify(
        [
            {
                "title": one.title,
                "href": address_of(ROOMS[one.kind].page, one.id),
                "kind": str(ROOMS[one.kind].one),
            }
            for one in found
        ]
    )


@bp.post("/en-vain")
def in_vain() -> Response | tuple[str, int]:
    """A search found nothing: administrators learn which words, and not whose."""
    words = request.args.get("q", "")[:LONGEST]
    if queries.search(db.session(), index(), viewer(), Ask(words)).in_vain:
        actions.note_in_vain(db.session(), words)
        db.session.commit()
    if request.headers.get("X-Fragment"):
        return "", 204
    return redirect(url_for(".results", q=words))
