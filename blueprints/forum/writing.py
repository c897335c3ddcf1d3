"""Asking, answering, changing one's own words, and what helps to write."""

from collections.abc import Sequence

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField

from access import audiences
from accounts.queries import colleagues
from blueprints import _topics
from blueprints._access import SAFE, found, key, reads, settings, viewer
from blueprints._conversation import ReplyForm
from blueprints._forms import one_line, options
from blueprints._picker import Reached, chosen, count_words, picker, undecided
from blueprints._refusals import explain
from blueprints._security import csrf
from blueprints._uploads import let_files_in, still_here, take_files
from blueprints.forum import bp
from blueprints.forum.forms import Page, TopicForm
from blueprints.forum.reading import topic_page
from core import clock, text
from core.db import db
from core.refusals import Refused
from directory.lists import offered
from directory.models import Theme
from directory.queries import work_lines
from files.models import Upload
from forum import actions, listing, policy, queries
from forum.models import Post, Section, State


@bp.route("/forum/nouveau", methods=["GET", "POST"])
@csrf.exempt  # checked by let_files_in, once it is known that larger forms may come in
def ask() -> Page:
    """Open a topic."""
    if request.method not in SAFE:
        let_files_in()
    form = TopicForm()
    form.theme.choices = options([("", _("Choose")), *_theme_choices()])
    if request.method in SAFE:
        form.title.data = request.args.get("titre", "")[: actions.LONGEST_TITLE]
        return _ask_page(form, Reached())
    reach = chosen()
    uploads, refusals = take_files(db.session())
    valid = form.validate_on_submit()
    if undecided():
        refusals.append(explain(Refused("audience-undecided")))
    if refusals or not valid:
        return _ask_page(form, reach, refusals, uploads), 422
    try:
        opened = actions.ask(
            db.session(),
            author=viewer(),
            theme_id=form.theme.data,
            title=form.title.data or "",
            body=form.body.data or "",
            networks=reach.networks,
            territories=reach.territories,
            submission=form.submission.data or None,
            uploads=uploads,
        )
    except Refused as refused:
        uploads = still_here(db.session(), uploads)
        return _ask_page(form, reach, [explain(refused)], uploads), 422
    db.session.commit()
    _say_held(opened.state)
    return redirect(url_for("forum.topic", topic_id=opened.id))


def _theme_choices() -> list[tuple[int | str, str]]:
    return [(theme.id, theme.name) for theme in db.session.scalars(offered(Theme))]


def _say_held(state: State) -> None:
    if state is State.HELD:
        flash(_("Thank you. A moderator reads your first messages: this one will appear soon."))


def _ask_page(
    form: TopicForm,
    reach: Reached,
    refusals: Sequence[str] = (),
    uploads: Sequence[Upload] = (),
) -> str:
    return render_template(
        "forum/ask.html",
        form=form,
        picker=picker(viewer(), reach, url_for("forum.count")),
        refusals=list(refusals),
        uploads=uploads,
        most=settings().file_mb,
    )


@bp.post("/forum/nouveau/portee")
@reads
def count() -> str:
    """How many members would see it, in words, as the boxes are checked."""
    return count_words(viewer(), chosen())


@bp.get("/forum/semblables")
def similar() -> str:
    """Topics like the title being typed."""
    title = request.args.get("title", "")[: actions.LONGEST_TITLE]
    return render_template(
        "forum/similar.html", topics=listing.similar_topics(db.session(), viewer(), title)
    )


@bp.post("/forum/apercu")
@reads
def preview() -> str:
    """A text as it will be read: a fragment, or without scripts a page with its reach."""
    body = request.form.get("body", "")[: actions.LONGEST_BODY]
    audience_id = request.form.get("audience", type=key)
    html = (
        actions.html_of(db.session(), body, audience_id)  # names are links for its own people
        if audience_id is not None and audience_id in viewer().audiences
        else text.clean(body)
    )
    if request.headers.get("X-Fragment"):
        return html or f"<p>{_('Nothing to show yet.')}</p>"
    counted = "reach" in request.form
    return render_template(
        "forum/preview.html",
        html=html,
        title=request.form.get("title", ""),
        count=count_words(viewer(), chosen()) if counted else None,
    )


@bp.get("/forum/mentions")
def mentions() -> Response:
    """The members that a text can call with @, among those who can see it."""
    words = one_line(request.args.get("q", "")[:40]) or ""
    audience_id = request.args.get("audience", type=key)
    if len(words) < 2:
        return jsonify([])
    if audience_id is not None and audience_id not in viewer().audiences:
        abort(404)
    reach = chosen()
    if audience_id is None:
        _own(reach)
    people = db.session.scalars(
        colleagues(
            viewer(),
            words,
            clock.now(),
            audience_id=audience_id,
            networks=reach.networks,
            territories=reach.territories,
        )
    ).all()
    work = work_lines(db.session(), viewer(), [person.id for person in people])
    return jsonify(
        [{"handle": one.handle, "name": one.name, "detail": work.get(one.id, "")} for one in people]
    )


def _own(reach: Reached) -> None:
    """404 for a reach that this member may not address: nobody learns who is there."""
    try:
        audiences.check_own(db.session(), viewer().member_id, reach.networks, reach.territories)
    except Refused:
        abort(404)


@bp.post("/forum/sujets/<int:topic_id>/reponses")
@csrf.exempt  # checked by let_files_in
def reply(topic_id: int) -> Page:
    """Answer."""
    let_files_in()
    topic = found(queries.topic(viewer(), topic_id))
    form = ReplyForm()
    uploads, refusals = take_files(db.session())
    if not form.validate_on_submit() or refusals:
        form.body.errors = [*form.body.errors, *refusals]
        return _again(topic_id, form, uploads)
    try:
        post = actions.reply(
            db.session(),
            topic,
            author=viewer(),
            body=form.body.data or "",
            submission=form.submission.data or None,
            uploads=uploads,
        )
    except Refused as refused:
        uploads = still_here(db.session(), uploads)
        form.body.errors = [explain(refused)]
        return _again(topic_id, form, uploads)
    db.session.commit()
    _say_held(post.state)
    return redirect(_topics.post_address(topic, post.number))


def _again(topic_id: int, form: ReplyForm, uploads: Sequence[Upload]) -> Page:
    page = topic_page(topic_id, form, uploads)
    return (page, 422) if isinstance(page, str) else page


@bp.route("/forum/messages/<int:post_id>/modifier", methods=["GET", "POST"])
def edit(post_id: int) -> Page:
    """Change one's own words; for a question, its title and theme too."""
    post = found(queries.post(viewer(), post_id))
    if not policy.may_edit(viewer(), post.topic, post):
        abort(403)
    if post.topic.section is Section.NEWS and post.number == 0:
        return redirect(url_for("news.edit", topic_id=post.topic_id))
    form, title, theme_id = _edit_form(post)
    if not form.validate_on_submit():
        page = _edit_page(form, post)
        return (page, 422) if request.method == "POST" else page
    try:
        actions.edit(
            db.session(),
            post.topic,
            post,
            author=viewer(),
            body=form.body.data or "",
            title=title.data if title else None,
            theme_id=theme_id.data if theme_id else None,
            detached=[one for one in request.form.getlist("detached", type=key) if one],
        )
    except Refused as refused:
        db.session.rollback()
        form.body.errors = [explain(refused)]
        post = found(queries.post(viewer(), post_id))  # what a refusal undid took its topic away
        return _edit_page(form, post), 422
    db.session.commit()
    return redirect(_topics.post_address(post.topic, post.number))


def _edit_page(form: ReplyForm, post: Post) -> str:
    files = queries.attachments(db.session(), [post]).get(post.id, [])
    return render_template("forum/edit.html", form=form, post=post, files=files)


def _edit_form(post: Post) -> tuple[ReplyForm, StringField | None, SelectField | None]:
    """The form of a post's own kind, and its fields for a question's title and theme."""
    if post.number:
        return ReplyForm(data={"body": post.body}), None, None
    topic = post.topic
    form = TopicForm(data={"body": post.body, "title": topic.title, "theme": topic.theme_id})
    choices = _theme_choices()
    if topic.theme.retired:
        choices.append((topic.theme_id, topic.theme.name))
    form.theme.choices = options(choices)
    return form, form.title, form.theme
