"""The latest topics, and one topic."""

from collections.abc import Sequence
from typing import Any

from flask import Response as FlaskResponse
from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from access import audiences
from blueprints import _topics
from blueprints._access import SAFE, found, key, viewer
from blueprints._conversation import ReplyForm, conversation, elsewhere, quoted
from blueprints._downloads import send
from blueprints._filters import Choice, active, address, menus, options
from blueprints._forms import one_line
from blueprints.forum import bp
from blueprints.forum.forms import Page
from blueprints.news.reading import article_page
from core.db import db
from directory.lists import offered
from directory.models import Theme
from files.models import Upload
from forum import listing, queries
from forum.models import Section

SHOWS = {
    "sans-reponse": ("unanswered", _l("Unanswered")),
    "non-lus": ("unread", _l("Unread")),
    "suivis": ("followed", _l("Those I follow")),
    "les-miens": ("mine", _l("Mine")),
}


def _filters() -> listing.Filters:
    return listing.Filters(
        theme=one_line(request.args.get("theme", "")[:60]) or "",
        territory_id=request.args.get("territoire", type=key),
        show=SHOWS.get(request.args.get("voir", ""), ("", ""))[0],
    )


def _address(**changes: Any) -> str:
    return address(("theme", "territoire", "voir"), **changes)


@bp.get("/forum")
def index() -> str:
    """The latest activity, filtered by theme, territory and state, all in the address."""
    filters = _filters()
    cursor = request.args.get("avant")
    bare = filters == listing.Filters() and not cursor
    pinned = listing.pinned_topics(db.session(), viewer()) if bare else []
    rows, older = _topics.latest(viewer(), filters, cursor, above=pinned)
    return render_template(
        "forum/index.html",
        rows=rows[len(pinned) :],
        pinned=rows[: len(pinned)],
        older=_address(avant=older) if older else None,
        newest=_address() if cursor else None,
        **_filter_line(filters),
    )


def _filter_line(filters: listing.Filters) -> dict[str, Any]:
    themes = db.session.scalars(offered(Theme)).all()
    territories = db.session.scalars(audiences.territories_within(viewer().member_id)).all()
    shows = [(word, str(label)) for word, (_show, label) in SHOWS.items()]
    shown = next((word for word, (show, _label) in SHOWS.items() if show == filters.show), None)
    views = Choice("voir", "", shown, [(None, _("All")), *shows])
    choices = [
        Choice("theme", _("Theme"), filters.theme, [(one.slug, one.name) for one in themes]),
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
        "clear": url_for("forum.index"),
    }


@bp.get("/forum/sujets/<int:topic_id>")
def topic(topic_id: int) -> Page:
    """A topic: the question, the useful answer on top, the answers in order, the answer field."""
    form = ReplyForm(formdata=None)
    form.body.data = quoted(topic_id)
    return topic_page(topic_id, form)


def topic_page(topic_id: int, form: ReplyForm, uploads: Sequence[Upload] = ()) -> Page:
    """The page of a topic, with this answer in its field, and files on their way.

    An article is read among the news: its own address is told, or its page is shown when an
    answer could not be taken.
    """
    opened = queries.opened(db.session(), viewer(), topic_id)
    if opened is None:
        abort(404)
    topic = opened.topic
    if topic.merged_into_id is not None:
        return redirect(url_for("forum.topic", topic_id=topic.merged_into_id), 301)
    if topic.section is Section.NEWS and request.method in SAFE:
        return elsewhere("news.article", topic_id)
    if topic.section is Section.NEWS:
        return article_page(opened, form, uploads)
    return render_template("forum/topic.html", **conversation(opened, form, uploads))


@bp.get("/forum/sujets/<int:topic_id>/suite")
def newer(topic_id: int) -> Page:
    """The answers that came since a page was opened: a part of it, that it puts at its end."""
    opened = queries.opened(db.session(), viewer(), topic_id)
    if opened is None:
        abort(404)
    topic, since = opened.topic, request.args.get("depuis", 0, type=key)
    found = queries.posts_since(db.session(), viewer(), topic, since)
    posts = [post for post, _work in found]
    if not posts:
        return ""
    page = _topics.Page(
        viewer=viewer(),
        topic=topic,
        thanks=queries.thanks(db.session(), viewer(), [post.id for post in posts]),
        read_until=opened.read_until,
        files=queries.attachments(db.session(), posts),
    )
    last = max(post.id for post in posts)
    return render_template(
        "forum/newer.html",
        topic=topic,
        answers=_topics.cards(page, found),
        last=last,
        href=_topics.post_address(topic, posts[0].number),
        seen_url=url_for("forum.seen", topic_id=topic.id, post_id=last),
    )


@bp.get("/forum/fichiers/<int:attachment_id>/<path:name>")
def attached(attachment_id: int, name: str) -> FlaskResponse:
    """A file attached to a post, for those who see its words. The name is only for people."""
    attachment = found(queries.attachment(viewer(), attachment_id))
    return send(attachment.file, attachment.name)
