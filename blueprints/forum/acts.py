"""Following, reading, thanking, choosing the useful answer, reporting."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from accounts.visits import note_presence
from blueprints import _topics
from blueprints._access import found, viewer
from blueprints._refusals import explain
from blueprints._visits import from_mail
from blueprints.forum import bp
from blueprints.forum.forms import Page, ReportForm
from core import text
from core.db import db
from core.refusals import Refused
from forum import actions, queries
from forum.models import ReportReason, Section
from notifications.actions import see_all, see_topic


@bp.post("/forum/sujets/<int:topic_id>/suivre")
def follow(topic_id: int) -> Response:
    """Be told of the answers, or no longer: the form says which."""
    topic = found(queries.topic(viewer(), topic_id))
    active = request.form.get("suivre") != "non"
    actions.follow(db.session(), viewer(), topic.id, active=active)
    db.session.commit()
    flash(
        _("You will be told of new answers.")
        if active
        else _("You will no longer be told of answers in this topic."),
        "success",
    )
    return redirect(_topics.topic_address(topic))


@bp.post("/forum/sujets/<int:topic_id>/lu/<int:post_id>")
def seen(topic_id: int, post_id: int) -> Response | tuple[str, int]:
    """The topic was on screen (a script says so) or its reader says so (a button)."""
    topic = found(queries.topic(viewer(), topic_id))
    actions.mark_read(db.session(), viewer(), topic, post_id)
    see_topic(db.session(), viewer(), topic.id, post_id)
    note_presence(db.session(), viewer().member_id, by_mail=bool(from_mail()))
    db.session.commit()
    if request.headers.get("X-Fragment"):
        return "", 204
    return redirect(url_for(_topics.ROOMS[topic.section]))


@bp.post("/forum/tout-lu")
def all_read() -> Response:
    """Everything in the forum counts as read."""
    actions.mark_all_read(db.session(), viewer().member_id, [Section.FORUM])
    see_all(db.session(), viewer())
    db.session.commit()
    flash(_("Everything is marked as read."), "success")
    return redirect(url_for("forum.index"))


@bp.post("/forum/messages/<int:post_id>/merci")
def thank(post_id: int) -> Response:
    """Thank the author, or take it back."""
    post = found(queries.post(viewer(), post_id))
    actions.thank(db.session(), post, by=viewer())
    db.session.commit()
    return redirect(_topics.post_address(post.topic, post.number))


@bp.post("/forum/messages/<int:post_id>/reponse-utile")
def accept(post_id: int) -> Response:
    """This answers the question; said again, it no longer does."""
    post = found(queries.post(viewer(), post_id))
    topic = post.topic
    chosen_post = None if topic.useful_id == post.id else post
    actions.choose_answer(db.session(), topic, chosen_post, by=viewer())
    db.session.commit()
    return redirect(_topics.post_address(topic, post.number))


@bp.route("/forum/messages/<int:post_id>/signaler", methods=["GET", "POST"])
def report(post_id: int) -> Page:
    """Bring a message to the moderators."""
    post = found(queries.post(viewer(), post_id))
    form = ReportForm()
    if form.validate_on_submit():
        try:
            actions.report(
                db.session(),
                post,
                by=viewer(),
                reason=ReportReason(form.reason.data),
                words=form.words.data or "",
            )
        except Refused as refused:
            db.session.rollback()
            form.words.errors = [explain(refused)]
            post = found(queries.post(viewer(), post_id))
        else:
            db.session.commit()
            flash(_("Thank you. The moderators will read this message and tell you."), "success")
            return redirect(_topics.post_address(post.topic, post.number))
    page = render_template(
        "forum/report.html", form=form, post=post, excerpt=text.excerpt(post.html)
    )
    return (page, 422) if request.method == "POST" else page
