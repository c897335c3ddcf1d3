"""Moderation: what waits, what was decided, and each act with its reason."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from blueprints._access import found, key, local_address, viewer
from blueprints._changes import changes
from blueprints._decisions import DECISIONS, ICONS, REASONS, MoveForm, ReasonForm
from blueprints._forms import options
from blueprints._topics import author_of, post_address
from blueprints._words import explain
from core.db import db
from core.refusals import Refused
from directory.queries import work_lines
from forum import moderation, moderation_queries, queries
from forum.models import Post, Report, State, Topic

bp = Blueprint("moderation", __name__, url_prefix="/moderation")

_TOPIC_ADDRESS = re.compile(r"(?:.*/forum/sujets/|#)?(\d{1,9})(?:[/?#].*)?")

Page = str | tuple[str, int] | Response


@bp.before_request
def _moderators_only() -> None:
    if not viewer().moderates:
        raise Refused("not-moderator")


# --- what waits, what was decided --------------------------------------------------------------


@bp.get("")
def queue() -> str:
    """What waits: the reported messages, or the first messages of newcomers."""
    reports = db.session.scalars(moderation_queries.reports(viewer())).all()
    held = db.session.scalars(moderation_queries.held_posts(viewer())).all()
    show_held = request.args.get("voir") == "attente"
    by_post: dict[int, list[Report]] = {}
    for report in reports:
        by_post.setdefault(report.post_id, []).append(report)
    posts = list(held) if show_held else [reported[0].post for reported in by_post.values()]
    work = work_lines(db.session(), [post.author_id for post in posts])
    return render_template(
        "moderation/queue.html",
        cards=[_card(post, work, by_post.get(post.id, [])) for post in posts],
        show_held=show_held,
        tabs=_tabs("held" if show_held else "reports", len(by_post), len(held)),
    )


def _tabs(current: str, reports: int = 0, held: int = 0) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "href": href,
            "current": name == current,
            "count": waiting,
        }
        for name, label, href, waiting in (
            ("reports", _("Reports"), url_for(".queue"), reports),
            ("held", _("First messages"), url_for(".queue", voir="attente"), held),
            ("register", _("Register"), url_for(".register"), 0),
        )
    ]


def _card(post: Post, work: dict[int, str], reports: list[Report]) -> dict[str, Any]:
    here = request.full_path.rstrip("?")
    return {
        "title": post.topic.title,
        "href": post_address(post.topic_id, post.number),
        "post": _shown(post, work),
        "reports": [_reported(report) for report in reports],
        "hide": url_for(".hide", post_id=post.id, suite=here)
        if post.state is not State.HIDDEN
        else None,
        "keep": url_for(".keep", post_id=post.id, suite=here),
        "approve": url_for(".approve", post_id=post.id, suite=here),
    }


def _reported(report: Report) -> dict[str, Any]:
    """The arguments of moderation/_reported.html."""
    return {
        "who": report.reporter.name,
        "why": REASONS[report.reason],
        "words": report.words,
        "when": report.created_at,
    }


def _shown(post: Post, work: dict[int, str]) -> dict[str, Any]:
    """The arguments of post.html's post_card: the words alone."""
    return {
        "anchor": f"message-{post.id}",
        "author": author_of(post.author, work.get(post.author_id, "")),
        "when": post.created_at,
        "body": Markup(post.html),  # noqa: S704 - cleaned when it was saved
        "edited": post.edited_at,
        "history": url_for(".history", post_id=post.id) if post.edited_at else None,
        "shown": None if post.state is State.VISIBLE else post.state.value,
        "reason": post.hidden_reason,
    }


@bp.get("/registre")
def register() -> str:
    """What the moderators decided, newest first."""
    before = request.args.get("avant", type=key)
    decisions = db.session.scalars(moderation_queries.register(viewer(), before)).all()
    shown = decisions[: moderation_queries.PER_PAGE]
    return render_template(
        "moderation/register.html",
        lines=[
            {
                "title": str(DECISIONS[decision.act]),
                "icon": ICONS[decision.act],
                "topic": decision.topic.title,
                "href": url_for("forum.topic", topic_id=decision.topic_id),
                "reason": decision.reason,
                "who": decision.moderator.name,
                "when": decision.at,
            }
            for decision in shown
        ],
        tabs=_tabs("register"),
        older=url_for(".register", avant=shown[-1].id) if len(decisions) > len(shown) else None,
        newest=url_for(".register") if before else None,
    )


# --- on a message ------------------------------------------------------------------------------


def _decided(
    form: ReasonForm, decide: Callable[[str], None], done: str, back: str
) -> Response | list[str]:
    """The way back once it is decided; before that, why it could not be, in sentences."""
    if not form.validate_on_submit():
        return []
    try:
        decide(form.reason.data or "")
    except Refused as refused:
        db.session.rollback()
        return [explain(refused)]
    db.session.commit()
    flash(done, "success")
    return redirect(back)


def _on_post(post_id: int, act: Callable[..., None], page: str, done: str) -> Page:
    """Show a message with a form for the reason, or carry the decision out."""
    post = found(queries.post(viewer(), post_id))
    back = local_address(request.args.get("suite")) or post_address(post.topic_id, post.number)
    form = ReasonForm()

    def decide(reason: str) -> None:
        act(db.session(), post, by=viewer(), reason=reason)

    others = _decided(form, decide, done, back)
    if isinstance(others, Response):
        return others
    shown = found(queries.post(viewer(), post_id))
    waiting = moderation_queries.reports(viewer()).where(Report.post_id == post_id)
    hidden = shown.state is State.HIDDEN
    html = render_template(
        f"moderation/{page}.html",
        form=form,
        others=others,
        back=back,
        topic=shown.topic,
        post=_shown(shown, work_lines(db.session(), [shown.author_id])),
        reports=[] if hidden else [_reported(one) for one in db.session.scalars(waiting)],
    )
    return (html, 422) if form.is_submitted() else html


@bp.route("/messages/<int:post_id>/masquer", methods=["GET", "POST"])
def hide(post_id: int) -> Page:
    """Take a message away from readers."""
    done = _("The message is hidden. Its author is told why.")
    return _on_post(post_id, moderation.hide, "hide", done)


@bp.route("/messages/<int:post_id>/retablir", methods=["GET", "POST"])
def restore(post_id: int) -> Page:
    """Give a hidden message back to readers."""
    done = _("The message can be read again. Its author is told.")
    return _on_post(post_id, moderation.restore, "restore", done)


@bp.route("/messages/<int:post_id>/garder", methods=["GET", "POST"])
def keep(post_id: int) -> Page:
    """Close the reports on a message that stays."""
    done = _("The message stays. Those who reported it are told why.")
    return _on_post(post_id, moderation.keep, "keep", done)


@bp.post("/messages/<int:post_id>/approuver")
def approve(post_id: int) -> Response:
    """Let a held message appear."""
    post = found(queries.post(viewer(), post_id))
    back = post_address(post.topic_id, post.number)

    def decide() -> None:
        moderation.approve(db.session(), post, by=viewer())

    return _at_once(back, decide, _("The message is published. Its author is told."))


def _at_once(back: str, decide: Callable[[], None], done: str) -> Response:
    """Carry out a decision that needs no form; a refusal is said where one comes back."""
    try:
        decide()
    except Refused as refused:
        db.session.rollback()
        flash(explain(refused), "warning")
    else:
        db.session.commit()
        flash(done, "success")
    return redirect(local_address(request.args.get("suite")) or back)


@bp.get("/messages/<int:post_id>/historique")
def history(post_id: int) -> str:
    """What a message said before, and what changed each time, newest first."""
    post = found(queries.post(viewer(), post_id))
    versions = []
    body, title = post.body, post.topic.title
    for revision, first_name, last_name in db.session.execute(
        moderation_queries.revisions(viewer(), post.id)
    ):
        old_title = revision.title or title
        versions.append(
            {
                "who": f"{first_name} {last_name}",
                "when": revision.replaced_at,
                "title": changes(old_title, title) if old_title != title else None,
                "body": changes(revision.body, body),
            }
        )
        body, title = revision.body, old_title
    return render_template(
        "moderation/history.html",
        topic=post.topic,
        author=post.author.name,
        back=post_address(post.topic_id, post.number),
        versions=versions,
        first={"when": post.created_at, "body": body, "title": title if not post.number else None},
    )


# --- on a topic --------------------------------------------------------------------------------


def _topic(topic_id: int) -> tuple[Topic, str]:
    """A topic that is seen, and where one comes back to."""
    topic = found(queries.topic(viewer(), topic_id))
    return topic, url_for("forum.topic", topic_id=topic.id)


@bp.post("/sujets/<int:topic_id>/epingler")
def pin(topic_id: int) -> Response:
    """Keep a topic on top."""
    topic, back = _topic(topic_id)

    def decide() -> None:
        moderation.pin(db.session(), topic, by=viewer(), pinned=True)

    return _at_once(back, decide, _("The topic is pinned on top of the forum."))


@bp.post("/sujets/<int:topic_id>/desepingler")
def unpin(topic_id: int) -> Response:
    """Let a topic go from the top."""
    topic, back = _topic(topic_id)

    def decide() -> None:
        moderation.pin(db.session(), topic, by=viewer(), pinned=False)

    return _at_once(back, decide, _("The topic is no longer pinned."))


@bp.post("/sujets/<int:topic_id>/rouvrir")
def unlock(topic_id: int) -> Response:
    """Open a topic to answers again."""
    topic, back = _topic(topic_id)

    def decide() -> None:
        moderation.lock(db.session(), topic, by=viewer(), locked=False, reason="")

    return _at_once(back, decide, _("The topic takes answers again."))


@bp.route("/sujets/<int:topic_id>/fermer", methods=["GET", "POST"])
def lock(topic_id: int) -> Page:
    """Close a topic to new answers."""
    topic, back = _topic(topic_id)
    form = ReasonForm()

    def decide(reason: str) -> None:
        moderation.lock(db.session(), topic, by=viewer(), locked=True, reason=reason)

    done = _("The topic is closed to new answers. Its author is told why.")
    others = _decided(form, decide, done, back)
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
        (theme.id, theme.name) for theme in db.session.scalars(queries.themes())
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
        else queries.similar_topics(db.session(), viewer(), duplicate.title, but=duplicate.id)
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
    others = _decided(form, decide, done, url_for("forum.topic", topic_id=kept_id))
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
