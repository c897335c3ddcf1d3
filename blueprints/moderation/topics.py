"""Decisions about a topic: pin, close, move, merge."""

import re
from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from blueprints._access import found, key, viewer
from blueprints._decisions import MoveForm, ReasonForm
from blueprints._forms import options
from blueprints._refusals import explain
from blueprints._topics import topic_address
from blueprints.moderation import bp
from blueprints.moderation._deciding import Page, at_once, decided
from core.db import db
from core.refusals import Refused
from directory.lists import offered
from directory.models import Theme
from forum import listing, moderation, moderation_queries, queries
from forum.models import Topic

_TOPIC_ADDRESS = re.compile(r"(?:.*/forum/sujets/|#)?(\d{1,9})(?:[/?#].*)?")


def _topic(topic_id: int) -> tuple[Topic, str]:
    """A topic that is seen, and where one comes back to."""
    topic = found(queries.topic(viewer(), topic_id))
    return topic, topic_address(topic)


@bp.post("/sujets/<int:topic_id>/epingler")
def pin(topic_id: int) -> Response:
    """Keep a topic on top."""
    topic, back = _topic(topic_id)

    def decide() -> None:
        moderation.pin(db.session(), topic, by=viewer(), pinned=True)

    return at_once(back, decide, _("The topic is pinned on top of the forum."))


@bp.post("/sujets/<int:topic_id>/desepingler")
def unpin(topic_id: int) -> Response:
    """Let a topic go from the top."""
    topic, back = _topic(topic_id)

    def decide() -> None:
        moderation.pin(db.session(), topic, by=viewer(), pinned=False)

    return at_once(back, decide, _("The topic is no longer pinned."))


@bp.post("/sujets/<int:topic_id>/rouvrir")
def unlock(topic_id: int) -> Response:
    """Open a topic to answers again."""
    topic, back = _topic(topic_id)

    def decide() -> None:
        moderation.lock(db.session(), topic, by=viewer(), locked=False, reason="")

    return at_once(back, decide, _("The topic takes answers again."))


@bp.route("/sujets/<int:topic_id>/fermer", methods=["GET", "POST"])
def lock(topic_id: int) -> Page:
    """Close a topic to new answers."""
    topic, back = _topic(topic_id)
    form = ReasonForm()

    def decide(reason: str) -> None:
        moderation.lock(db.session(), topic, by=viewer(), locked=True, reason=reason)

    done = _("The topic is closed to new answers. Its author is told why.")
    others = decided(form, decide, done, back)
    if isinstance(others, Response):
        return others
    page = render_template(
        "moderation/lock.html", form=form, others=others, topic=_topic(topic_id)[0], back=back
    )
    return (page, 422) if form.is_submitted() else page


@bp.route("/sujets/<int:topic_id>/deplacer", methods=["GET", "POST"])
def move(topic_id: int) -> Page:
    """Put a topic under another theme."""
    topic, back = _topic(topic_id)
    form = MoveForm(theme=topic.theme_id)
    form.theme.choices = options(
        (theme.id, theme.name) for theme in db.session.scalars(offered(Theme))
    )
    if form.validate_on_submit():
        try:
            moderation.move(
                db.session(),
                topic,
                by=viewer(),
                theme_id=form.theme.data,
                reason=form.reason.data or "",
            )
        except Refused as refused:
            db.session.rollback()
            form.theme.errors = [explain(refused)]
            topic, back = _topic(topic_id)
        else:
            db.session.commit()
            flash(_("The topic has moved. Its author is told."), "success")
            return redirect(back)
    page = render_template("moderation/move.html", form=form, topic=topic, back=back)
    return (page, 422) if form.is_submitted() else page


@bp.route("/sujets/<int:topic_id>/fusionner", methods=["GET", "POST"])
def merge(topic_id: int) -> Page:
    """Find the topic to keep, by words, number or address; then confirm."""
    duplicate, back = _topic(topic_id)
    kept_id = request.args.get("garder", type=key)
    if kept_id is not None:
        return _confirm_merge(duplicate, kept_id)
    words = request.args.get("q", "").strip()[:300]
    if named := _TOPIC_ADDRESS.fullmatch(words):
        return redirect(url_for(".merge", topic_id=topic_id, garder=named.group(1)))
    topics: Sequence[Topic] = (
        db.session.scalars(moderation_queries.merge_candidates(viewer(), words)).all()
        if words
        else listing.similar_topics(db.session(), viewer(), duplicate.title, but=duplicate.id)
    )
    return render_template(
        "moderation/merge.html",
        topic=duplicate,
        back=back,
        words=words,
        candidates=[
            {
                "title": topic.title,
                "excerpt": topic.excerpt,
                "replies": topic.answers,
                "when": topic.last_activity_at,
                "href": url_for(".merge", topic_id=topic_id, garder=topic.id),
            }
            for topic in topics
            if topic.id != duplicate.id
        ],
    )


def _confirm_merge(duplicate: Topic, kept_id: int) -> Page:
    kept = db.session.scalars(queries.topic(viewer(), kept_id)).one_or_none()
    if kept is None:
        flash(_("No topic that you can see has this number."), "warning")
        return redirect(url_for(".merge", topic_id=duplicate.id))
    duplicate_id, form = duplicate.id, ReasonForm()

    def decide(reason: str) -> None:
        moderation.merge(db.session(), duplicate, kept, by=viewer(), reason=reason)

    done = _("The topics are merged: here is the one that stays.")
    others = decided(form, decide, done, url_for("forum.topic", topic_id=kept_id))
    if isinstance(others, Response):
        return others
    shown, back = _topic(duplicate_id)
    stays = found(queries.topic(viewer(), kept_id))
    page = render_template(
        "moderation/merge_confirm.html",
        form=form,
        others=others,
        topic=shown,
        kept=stays,
        other=url_for(".merge", topic_id=duplicate_id),
        back=back,
        narrower=stays.audience_id != shown.audience_id,
    )
    return (page, 422) if form.is_submitted() else page
