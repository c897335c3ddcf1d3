"""One article, its comments, its picture."""

from collections.abc import Sequence

from flask import Response as FlaskResponse
from flask import abort, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from agenda import queries as agenda
from blueprints._access import found, viewer
from blueprints._articles import (
    CONTRACTS,
    days_of,
    hours_of,
    is_over,
    telling_links,
)
from blueprints._conversation import ReplyForm, conversation, elsewhere, quoted
from blueprints._downloads import send, send_picture
from blueprints.news import bp
from core.db import db
from files.models import Upload
from forum import queries as forum_queries
from forum.models import Section
from forum.queries import Opened
from news import policy, queries
from news.models import Article
from news.pictures import NAME

Page = str | tuple[str, int] | Response


@bp.get("/<int:topic_id>")
def article(topic_id: int) -> Page:
    """An article, with what was said of it."""
    opened = forum_queries.opened(db.session(), viewer(), topic_id)
    if opened is None:
        abort(404)
    if opened.topic.section is Section.FORUM:
        return elsewhere("forum.topic", topic_id)
    form = ReplyForm(formdata=None)
    form.body.data = quoted(topic_id)
    return article_page(opened, form)


def article_page(opened: Opened, form: ReplyForm, uploads: Sequence[Upload] = ()) -> str:
    """The page of an article, with this comment in its field, and files on their way."""
    topic = opened.topic
    one = found(queries.article(viewer(), topic.id))
    others = queries.tellings(db.session(), viewer(), [one])
    form.body.label.text = _("Your comment")
    return render_template(
        "news/article.html",
        article=one,
        contract=CONTRACTS[one.contract] if one.contract else None,
        days=days_of(one),
        hours=hours_of(one),
        over=is_over(one),
        others=telling_links(others.get(topic.id, ())),
        to_the_agenda=_to_the_agenda(one),
        in_the_agenda=_in_the_agenda(one),
        **conversation(opened, form, uploads),
    )


def _to_the_agenda(one: Article) -> str | None:
    """The form of the agenda, for who may make a date of an article that has none yet."""
    if one.starts_on is None or one.event_id is not None:
        return None
    if not policy.may_date(viewer(), one.topic):
        return None
    return url_for("agenda.announce", article=one.topic_id)


def _in_the_agenda(one: Article) -> str | None:
    """The date that was made of an article, for who sees it."""
    if one.event_id is None:
        return None
    event_id = db.session.scalar(agenda.seen_id(viewer(), one.event_id))
    return url_for("agenda.event", event_id=event_id) if event_id else None


@bp.get("/<int:topic_id>/image")
def picture(topic_id: int) -> FlaskResponse:
    """The picture of an article, for those who see the article."""
    shown = found(queries.article(viewer(), topic_id)).picture
    if shown is None:
        abort(404)
    return send(shown, NAME)


@bp.get("/<int:topic_id>/vignette")
def thumbnail(topic_id: int) -> FlaskResponse:
    """The same, small."""
    shown = found(queries.article(viewer(), topic_id)).picture
    if shown is None or shown.thumbnail is None:
        abort(404)
    return send_picture(shown.thumbnail)
