"""What surrounds every page: navigation, account menu, networks' colours, counts."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import Flask, g, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import Select, exists, literal, select

import forum.moderation_queries
import notifications.queries
from access.colours import ink_on
from access.models import MemberNetwork, Network
from access.prepared import prepared
from access.viewers import Viewer
from accounts import queries
from accounts.models import Member
from blueprints._access import member, settings, viewer
from blueprints._languages import LANGUAGES, language
from core.bounces import Hold
from core.db import db

AREAS = {
    "forum",
    "news",
    "resources",
    "agenda",
    "rooms",
    "directory",
    "map",
    "expertise",
    "moderation",
    "administration",
}
"""Whose pages all stand under one entry of the navigation."""
DEMO_FILE = "demonstration"
"""In the var folder: written by `maillage demo`, says so on every page."""


@dataclass(frozen=True, slots=True)
class Item:
    """A link of the navigation."""

    key: str
    label: str
    href: str
    icon: str
    current: bool = False
    count: int = 0


@dataclass(frozen=True, slots=True)
class Dress:
    """A network as the pages show it."""

    slug: str
    name: str
    colour: str
    ink: str
    accent: str
    logo_url: str | None
    mine: bool


@dataclass(frozen=True, slots=True)
class Person:
    """The signed-in member as the shell shows them."""

    id: int
    name: str
    first_name: str
    initials: str
    is_moderator: bool
    is_administrator: bool
    networks: list[Dress]


def initials(someone: Member) -> str:
    """The two letters of an avatar."""
    return (someone.first_name[:1] + someone.last_name[:1]).upper()


def logo_url(network: Network) -> str | None:
    """Where a network's logo is served; its name changes with its content."""
    if network.logo is None:
        return None
    return url_for("home.logo", network_id=network.id, v=network.logo[:12])


@prepared
def _waiting(viewer: Viewer) -> Select[int, int, int, bool]:
    none = literal(0)
    return select(
        notifications.queries.unseen(viewer).scalar_subquery(),
        forum.moderation_queries.waiting(viewer).scalar_subquery() if viewer.moderates else none,
        queries.waiting_requests().scalar_subquery() if viewer.administers else none.label("no"),
        exists().where(Member.id == viewer.member_id, Hold.address == Member.email).label("held"),
    )


def _counted() -> tuple[int, int, int, bool]:
    """What the shell counts for this request. One query, once."""
    if "counted" not in g:
        counts = tuple(_waiting.run(db.session(), viewer()).one())
        g.counted = counts[0], counts[1], counts[2], bool(counts[3])
    found: tuple[int, int, int, bool] = g.counted
    return found


def anything_unseen() -> bool:
    """Whether the bell counts something for this member."""
    return _counted()[0] > 0


class Shell:
    """Computed as a page asks for it: a fragment that shows no shell costs no query."""

    @cached_property
    def _signed_in(self) -> bool:
        return "viewer" in g and current_user.is_authenticated

    @cached_property
    def _has_the_rooms(self) -> bool:
        return self._signed_in and not current_user.is_outside

    @cached_property
    def palette(self) -> list[Dress]:
        """Every network's colours, to dress badges and contents."""
        mine = (
            exists().where(
                MemberNetwork.network_id == Network.id,
                MemberNetwork.member_id == viewer().member_id,
            )
            if self._signed_in
            else exists().where(Network.id < 0)
        )
        rows = db.session.execute(select(Network, mine).order_by(Network.name))
        return [
            Dress(
                slug=network.slug,
                name=network.name,
                colour=network.colour,
                ink=ink_on(network.colour),
                accent=network.accent,
                logo_url=logo_url(network),
                mine=belongs,
            )
            for network, belongs in rows
        ]

    @cached_property
    def viewer(self) -> Person | None:
        """Who is signed in."""
        if not self._signed_in:
            return None
        someone = member()
        return Person(
            id=someone.id,
            name=someone.name,
            first_name=someone.first_name,
            initials=initials(someone),
            is_moderator=viewer().moderates,
            is_administrator=viewer().administers,
            networks=[network for network in self.palette if network.mine],
        )

    @cached_property
    def nav(self) -> list[Item]:
        """The rooms that are built; who belongs to no network has the desk alone."""
        desk = _item("expertise", _("Expertise"), "expertise.index", "expertise")
        if not self._has_the_rooms:
            return [desk]
        return [
            _item("home", _("Home"), "home.home", "home"),
            _item("forum", _("Forum"), "forum.index", "forum"),
            _item("news", _("News"), "news.index", "news"),
            _item("resources", _("Resources"), "resources.index", "resources"),
            _item("agenda", _("Agenda"), "agenda.index", "agenda"),
            _item("rooms", _("Video rooms"), "rooms.index", "rooms"),
            _item("directory", _("Directory"), "directory.members", "directory"),
            _item("map", _("Map"), "map.index", "map"),
            desk,
        ]

    @cached_property
    def _counts(self) -> tuple[int, int, int, bool]:
        """Unseen notifications, what waits for moderators, requests for access; whether mails to
        this member come back."""
        return _counted()

    @cached_property
    def tools(self) -> list[Item]:
        """What moderators and administrators have besides."""
        tools = []
        _unread, waiting, requests, _held = self._counts
        if viewer().moderates:
            tools.append(
                _item("moderation", _("Moderation"), "moderation.queue", "moderation", waiting)
            )
        if viewer().administers:
            tools.append(
                _item(
                    "administration",
                    _("Administration"),
                    "administration.index",
                    "settings",
                    requests,
                )
            )
        return tools

    @cached_property
    def account(self) -> list[Item]:
        """The account menu."""
        drafts = _item("drafts", _("My drafts"), "circulars.index", "edit")
        mails = _item("mails", _("Mails and notifications"), "notifications.settings", "bell")
        return [
            *([drafts] if viewer().moderates else []),
            _item("profile", _("My profile"), "account.profile", "person"),
            _item("security", _("Sign-in and security"), "account.security", "lock"),
            *([mails] if self._has_the_rooms else []),
            _item("data", _("My data"), "own_data.page", "file"),
        ]

    @cached_property
    def foot(self) -> list[Item]:
        """The links at the foot of the page."""
        return (
            [_item("charter", _("Charter"), "charter.charter", "file")]
            if self._has_the_rooms
            else []
        )

    @cached_property
    def unread(self) -> int:
        """What the bell counts."""
        return self._counts[0]

    @cached_property
    def mails_return(self) -> bool:
        """Whether nothing is sent any more to this member: their address does not answer."""
        return self._signed_in and self._counts[3]

    @cached_property
    def language(self) -> str:
        """The page's language."""
        return language()

    @cached_property
    def languages(self) -> list[dict[str, str]]:
        """The others one click away."""
        here = request.full_path.rstrip("?") if request.method == "GET" else "/"
        return [
            {"code": code, "label": label, "href": url_for("home.speak", code=code, suite=here)}
            for code, label in LANGUAGES.items()
        ]

    @cached_property
    def demo(self) -> bool:
        """Whether this is a demonstration."""
        return (settings().var / DEMO_FILE).exists()

    @cached_property
    def search_url(self) -> str | None:
        """Where the search field leads."""
        return url_for("search.results") if self._has_the_rooms else None

    @cached_property
    def search_query(self) -> str:
        """What was sought, on the page of results."""
        return request.args.get("q", "") if request.endpoint == "search.results" else ""

    @cached_property
    def notifications_url(self) -> str | None:
        """Where the bell leads."""
        return url_for("notifications.index") if self._has_the_rooms else None

    @cached_property
    def sign_out_url(self) -> str:
        """Where the account menu's last line posts."""
        return url_for("accounts.leave")


def _item(key: str, label: str, endpoint: str, icon: str, count: int = 0) -> Item:
    area = endpoint.partition(".")[0]
    of_agenda = request.blueprint in {"calendars", "agenda_attending", "polls", "rides"}
    here = "agenda" if of_agenda else request.blueprint
    current = request.endpoint == endpoint or (here == area and area in AREAS)
    return Item(key, label, url_for(endpoint), icon, current, count)


def init(app: Flask) -> None:
    """Give every page its shell."""

    @app.context_processor
    def shell() -> dict[str, Any]:
        return {"shell": Shell()}
