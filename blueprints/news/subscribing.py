"""The secret address at which a news program reads the feed (Atom, RFC 4287)."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from flask import Response as FlaskResponse
from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from lxml import etree
from werkzeug.wrappers import Response

from accounts.queries import signed_in
from blueprints._access import public, settings, viewer
from blueprints._articles import in_short
from blueprints._filters import address
from blueprints._limits import limiter
from blueprints.news import bp
from blueprints.news.listing import NAMES, filters_said
from core import clock
from core.db import db
from news import feeds, queries
from news.queries import ArticleRow

ATOM = "http://www.w3.org/2005/Atom"
READ_AT_MOST = "60/hour"
"""By one address: programs ask every quarter of an hour at worst."""
ENTRIES = 50
NEVER = datetime(2026, 1, 1, tzinfo=UTC)
"""When a feed in which there is nothing last changed."""
_NO_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@bp.get("/flux")
def subscribe() -> str:
    """Whether there is an address, and what it is for."""
    return _page()


def _page(secret: str | None = None) -> str:
    href = None
    if secret is not None:
        path = url_for(".feed", token=secret, _external=True)
        href = address(NAMES, path=path)
    return render_template(
        "news/subscribe.html",
        feed=feeds.feed_of(db.session(), viewer()),
        href=href,
        here=address(NAMES, path=url_for(".open_feed")),
    )


@bp.post("/flux/adresse")
def open_feed() -> FlaskResponse:
    """A new address, told once: the one before opens nothing any longer."""
    secret = feeds.open_feed(db.session(), viewer())
    db.session.commit()
    response = FlaskResponse(_page(secret))
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post("/flux/supprimer")
def close_feed() -> Response:
    """The address opens nothing any longer."""
    feeds.close_feed(db.session(), viewer())
    db.session.commit()
    flash(_("The address opens nothing any longer."), "success")
    return redirect(url_for(".subscribe"))


@bp.get("/flux/<token>.atom")
@public
@limiter.limit(READ_AT_MOST, key_func=lambda: f"feed:{_mark()}")
def feed(token: str) -> FlaskResponse:
    """The news that the owner of this address sees now: the rule is asked each time."""
    member_id = feeds.owner_of(db.session(), token[:100])
    known = signed_in(db.session(), member_id) if member_id else None
    if known is None or not known.charter_accepted or known.member.is_suspended(clock.now()):
        abort(404)
    with force_locale(known.member.language):
        rows = queries.feed(db.session(), known.viewer, filters_said(), most=ENTRIES)
        written = _atom(rows)
    response = FlaskResponse(written, mimetype="application/atom+xml")
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Robots-Tag"] = "noindex"
    response.set_etag(sha256(written).hexdigest()[:32])
    response.make_conditional(request)
    return response


def _mark() -> str:
    """What tells two addresses apart without writing the secret anywhere."""
    token = str((request.view_args or {}).get("token", ""))
    return sha256(token.encode()).hexdigest()[:16]


def _atom(rows: Sequence[ArticleRow]) -> bytes:
    domain = settings().mail_domain
    root = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})
    _add(root, "id", f"tag:{domain},2026:actualites")
    _add(root, "title", _("News on Maillage"))
    newest = max((row[1].published_at for row in rows), default=None)
    _add(root, "updated", (newest or NEVER).isoformat())
    _link(root, "alternate", address(NAMES, path=url_for(".index", _external=True)))
    for row in rows:
        _entry(root, row, domain)
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8")
    return written


def _entry(root: Any, row: ArticleRow, domain: str) -> None:
    topic, article, _unread, kind, first_name, last_name, _thumbnail = row
    entry = etree.SubElement(root, f"{{{ATOM}}}entry")
    _add(entry, "id", f"tag:{domain},2026:actualites/{topic.id}")
    _add(entry, "title", topic.title)
    _add(entry, "published", article.published_at.isoformat())
    _add(entry, "updated", article.published_at.isoformat())
    author = etree.SubElement(entry, f"{{{ATOM}}}author")
    _add(author, "name", f"{first_name} {last_name}")
    etree.SubElement(entry, f"{{{ATOM}}}category", term=_NO_XML.sub("", kind))
    _link(entry, "alternate", url_for(".article", topic_id=topic.id, _external=True))
    _add(entry, "summary", "\n".join(filter(None, (in_short(article), topic.excerpt))))


def _add(parent: Any, name: str, words: str) -> None:
    etree.SubElement(parent, f"{{{ATOM}}}{name}").text = _NO_XML.sub("", words)


def _link(parent: Any, rel: str, href: str) -> None:
    etree.SubElement(parent, f"{{{ATOM}}}link", rel=rel, href=href)
