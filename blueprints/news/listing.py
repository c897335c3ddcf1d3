"""The feed: the news, newest first, filtered by the address."""

from datetime import UTC, datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from access import audiences
from blueprints._access import key, viewer
from blueprints._articles import article_rows
from blueprints._filters import Choice, active, address, menus, options
from blueprints._forms import one_line
from blueprints.news import bp
from core.db import db
from directory.lists import names
from directory.models import Theme
from forum.actions import mark_all_read
from forum.models import Section
from news import queries
from news.models import ArticleKind
from news.queries import Cursor, Filters

SHOWS = {"non-lues": _l("Unread news"), "valables": _l("Still valid")}
NAMES = ("genre", "theme", "reseau", "territoire", "voir")


def filters_said() -> Filters:
    """The filters that the address says."""
    show = request.args.get("voir", "")
    return Filters(
        kind=one_line(request.args.get("genre", "")[:60]) or "",
        theme=one_line(request.args.get("theme", "")[:60]) or "",
        network_id=request.args.get("reseau", type=key),
        territory_id=request.args.get("territoire", type=key),
        valid=show == "valables",
        unread=show == "non-lues",
    )


def _address(**changes: Any) -> str:
    return address(NAMES, **changes)


def _cursor() -> Cursor | None:
    """Where the page starts; an address that says nothing sensible starts at the top."""
    moment, _tilde, topic_id = request.args.get("avant", "").partition("~")
    try:
        at = datetime.fromisoformat(moment)
        return Cursor(at.astimezone(UTC), key(topic_id)) if at.tzinfo else None
    except (ValueError, OverflowError):
        return None


@bp.get("")
def index() -> str:
    """What was announced, each news once; what moderators keep on top comes first."""
    filters, cursor, session = filters_said(), _cursor(), db.session()
    bare = filters == Filters() and cursor is None
    pinned = queries.pinned(session, viewer()) if bare else []
    tops = {row[0].id for row in pinned}
    found = queries.feed(session, viewer(), filters, cursor)
    page, more = found[: queries.PER_PAGE], len(found) > queries.PER_PAGE
    below = [row for row in page if row[0].id not in tops]
    others = queries.tellings(session, viewer(), [row[1] for row in (*pinned, *below)])
    rows = article_rows([*pinned, *below], others)
    last = page[-1][1] if more else None
    return render_template(
        "news/index.html",
        pinned=rows[: len(pinned)],
        rows=rows[len(pinned) :],
        older=_address(avant=f"{last.published_at.isoformat()}~{last.topic_id}") if last else None,
        newest=_address() if cursor else None,
        feed_url=address(NAMES, path=url_for(".subscribe")),
        **_filter_line(filters),
    )


def _filter_line(filters: Filters) -> dict[str, Any]:
    kinds, themes = names(db.session(), ArticleKind, Theme)
    territories = db.session.scalars(audiences.territories_within(viewer().member_id)).all()
    networks = audiences.networks_of(viewer().member_id)
    shown = request.args.get("voir") if request.args.get("voir") in SHOWS else None
    views = Choice(
        "voir", "", shown, [(None, _("All news")), *((n, str(words)) for n, words in SHOWS.items())]
    )
    choices = [
        Choice("genre", _("Kind"), filters.kind, kinds),
        Choice("theme", _("Theme"), filters.theme, themes),
        Choice(
            "reseau",
            _("Network"),
            filters.network_id,
            [(one.id, one.name) for one in db.session.scalars(networks)],
        ),
        Choice(
            "territoire",
            _("Territory"),
            filters.territory_id,
            [(one.id, one.label) for one in territories],
        ),
    ]
    return {
        "views": options(views, _address),
        "menus": menus(choices, _address),
        "active": active([views], _address, narrow=True) + active(choices, _address),
        "clear": url_for(".index"),
    }


@bp.post("/tout-lu")
def all_read() -> Response:
    """All the news count as read."""
    mark_all_read(db.session(), viewer().member_id, [Section.NEWS])
    db.session.commit()
    flash(_("All the news are marked as read."), "success")
    return redirect(url_for(".index"))
