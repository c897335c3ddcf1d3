"""Decisions about a message, and what it said before."""

from collections.abc import Callable

from flask import render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from blueprints._access import found, local_address, viewer
from blueprints._changes import changes
from blueprints._decisions import ReasonForm
from blueprints._topics import post_address
from blueprints.moderation import bp
from blueprints.moderation._cards import message_card, report_card
from blueprints.moderation._deciding import Page, at_once, decided
from core.db import db
from directory.queries import work_lines
from forum import moderation, moderation_queries, queries
from forum.models import Report, State


def _on_post(post_id: int, act: Callable[..., None], page: str, done: str) -> Page:
    """Show a message with a form for the reason, or carry the decision out."""
    post = found(queries.post(viewer(), post_id))
    back = local_address(request.args.get("suite")) or post_address(post.topic, post.number)
    form = ReasonForm()

    def decide(reason: str) -> None:
        act(db.session(), post, by=viewer(), reason=reason)

    others = decided(form, decide, done, back)
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
        post=message_card(
            shown,
            work_lines(db.session(), viewer(), [shown.author_id]),
            queries.attachments(db.session(), [shown]).get(shown.id, ()),
        ),
        reports=[] if hidden else [report_card(one) for one in db.session.scalars(waiting)],
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
    back = post_address(post.topic, post.number)

    def decide() -> None:
        moderation.approve(db.session(), post, by=viewer())

    return at_once(back, decide, _("The message is published. Its author is told."))


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
        back=post_address(post.topic, post.number),
        versions=versions,
        first={"when": post.created_at, "body": body, "title": title if not post.number else None},
    )
