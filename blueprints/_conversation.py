"""The page of a topic, whichever room it is read in: its words, the answers, the answer field."""

from collections.abc import Sequence
from typing import Any

from flask import redirect, request, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from blueprints import _topics
from blueprints._access import key, settings, viewer
from blueprints._forms import Form, several_lines, submission_field
from blueprints._picker import reaches_in_words
from blueprints._visits import from_mail
from core import text
from core.db import db
from files.models import Upload
from forum import policy, queries
from forum.actions import LONGEST_BODY
from forum.models import Post, Topic
from forum.queries import Opened


class ReplyForm(Form):
    """An answer."""

    body = TextAreaField(
        _l("Your answer"),
        validators=[
            DataRequired(_l("Write a few words.")),
            Length(
                max=LONGEST_BODY,
                message=_l("This text is too long: %(max)d characters at most."),
            ),
        ],
        filters=[several_lines],
    )
    submission = submission_field()


def quoted(topic_id: int) -> str | None:
    """The words that the address asks to quote in the answer, when they are of this topic."""
    post_id = request.args.get("citer", type=key)
    if not post_id:
        return None
    source = db.session.scalars(queries.post(viewer(), post_id)).one_or_none()
    if source is None or source.topic_id != topic_id:
        return None
    return text.quoted(source.body)


def elsewhere(endpoint: str, topic_id: int) -> Response:
    """The same page where it is read: a topic in the forum, an article among the news."""
    asked = request.query_string.decode("ascii", "ignore")
    return redirect(url_for(endpoint, topic_id=topic_id) + (f"?{asked}" if asked else ""), 301)


def conversation(opened: Opened, form: ReplyForm, uploads: Sequence[Upload] = ()) -> dict[str, Any]:
    """What the templates of a topic take, with this answer in its field."""
    topic = opened.topic
    after = max(request.args.get("apres", 0, type=key), 0)
    answers = queries.posts(db.session(), viewer(), topic, after)
    shown = answers[: queries.POSTS_PER_PAGE]
    useful = _useful(topic, shown) if after == 0 else None
    posts = [opened.question, *(post for post, _work in shown)]
    page = _topics.Page(
        viewer=viewer(),
        topic=topic,
        thanks=queries.thanks(db.session(), viewer(), [post.id for post in posts]),
        read_until=opened.read_until,
        files=queries.attachments(db.session(), [*posts, *([useful[0]] if useful else [])]),
    )
    unread = max((post.id for post in posts), default=0) > opened.read_until
    return {
        "topic": topic,
        "states": _topics.states_of(topic),
        "audience": reaches_in_words([topic.audience_id])[topic.audience_id],
        "question": _topics.card(page, opened.question, opened.work),
        "useful": _topics.card(page, *useful, copy=True) if useful else None,
        "answers": _topics.cards(page, shown),
        "first_new": _first_new(page, shown),
        "following": opened.following,
        "may_reply": policy.may_reply(viewer(), topic),
        "menu": _topics.topic_menu(viewer(), topic),
        "form": form,
        "last_seen": max(topic.last_post_id or 0, max(post.id for post in posts)),
        "uploads": uploads,
        "most": settings().file_mb,
        "seen_url": url_for(
            "forum.seen", topic_id=topic.id, post_id=max(post.id for post in posts), **from_mail()
        )
        if unread or from_mail()
        else None,
        "earlier": _topics.topic_address(topic, apres=after - queries.POSTS_PER_PAGE)
        if after >= queries.POSTS_PER_PAGE
        else None,
        "later": _topics.topic_address(topic, apres=shown[-1][0].number)
        if len(answers) > len(shown)
        else None,
    }


def _useful(topic: Topic, shown: Sequence[tuple[Post, str]]) -> tuple[Post, str] | None:
    """The useful answer, unless it is the first one shown anyway."""
    if topic.useful_id is None or (shown and shown[0][0].id == topic.useful_id):
        return None
    for post, work in shown:
        if post.id == topic.useful_id:
            return post, work
    return queries.useful(db.session(), viewer(), topic)


def _first_new(page: _topics.Page, shown: Sequence[tuple[Post, str]]) -> int | None:
    """The number before which the "new since your last visit" line stands."""
    if not page.read_until:
        return None
    return next(
        (
            post.number
            for post, _work in shown
            if post.id > page.read_until and post.author_id != page.viewer.member_id
        ),
        None,
    )
