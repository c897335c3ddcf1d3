"""The forum: the latest topics, one topic, asking, answering, thanking, reporting."""

import uuid
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from access import audiences
from accounts.queries import colleagues
from blueprints import _topics
from blueprints._access import found, key, reads, viewer
from blueprints._forms import one_line, options, several_lines
from blueprints._picker import Reached, chosen, count_words, picker, reaches_in_words, undecided
from blueprints._words import explain
from core import clock, text
from core.db import db
from core.refusals import Refused
from directory.queries import work_line, work_lines
from forum import actions, policy, queries
from forum.models import Post, ReportReason, State, Topic
from notifications.actions import see_all, see_topic

bp = Blueprint("forum", __name__)

SHOWS = {
    "sans-reponse": ("unanswered", _l("Unanswered")),
    "non-lus": ("unread", _l("Unread")),
    "suivis": ("followed", _l("Those I follow")),
    "les-miens": ("mine", _l("Mine")),
}

REASONS = [
    (ReportReason.PERSONAL.value, _l("It lets someone who is accompanied be recognised")),
    (ReportReason.DISRESPECT.value, _l("It is disrespectful")),
    (ReportReason.WRONG.value, _l("It is wrong or dangerous to follow")),
    (ReportReason.OFF_TOPIC.value, _l("It has nothing to do here")),
    (ReportReason.OTHER.value, _l("Another reason")),
]

Page = str | tuple[str, int] | Response


def _new_submission() -> str:
    return str(uuid.uuid4())


def _chosen(value: str | int | None) -> int | None:
    """What a list of choices sends; its first line, "Choose", is nothing."""
    return int(value) if value else None


class ReplyForm(FlaskForm):
    """An answer."""

    body = TextAreaField(
        _l("Your answer"),
        validators=[
            DataRequired(_l("Write a few words.")),
            Length(
                max=actions.LONGEST_BODY,
                message=_l("This text is too long: %(max)d characters at most."),
            ),
        ],
        filters=[several_lines],
    )
    submission = HiddenField(
        default=_new_submission, validators=[Optional(), Length(max=36)], filters=[one_line]
    )


class TopicForm(ReplyForm):
    """A question."""

    title = StringField(
        _l("Your question in one line"),
        validators=[
            DataRequired(_l("Give your topic a title.")),
            Length(
                max=actions.LONGEST_TITLE,
                message=_l("This title is too long: %(max)d characters at most."),
            ),
        ],
        filters=[one_line],
    )
    theme = SelectField(
        _l("Theme"), coerce=_chosen, validators=[InputRequired(_l("Choose a theme."))]
    )
    body = TextAreaField(
        _l("The situation, what you have tried, what you are looking for"),
        validators=ReplyForm.body.kwargs["validators"],
        filters=[several_lines],
    )


class ReportForm(FlaskForm):
    """A report."""

    reason = RadioField(
        _l("What is wrong with this message?"),
        choices=options(REASONS),
        validators=[InputRequired(_l("Choose a reason."))],
    )
    words = TextAreaField(
        _l("What the moderators should know"),
        validators=[
            Optional(),
            Length(max=1000, message=_l("This text is too long: %(max)d characters at most.")),
        ],
        filters=[several_lines],
    )


# --- reading ---------------------------------------------------------------------------------


def _filters() -> queries.Filters:
    return queries.Filters(
        theme=one_line(request.args.get("theme", "")[:60]) or "",
        territory_id=request.args.get("territoire", type=key),
        show=SHOWS.get(request.args.get("voir", ""), ("", ""))[0],
    )


def _address(**changes: Any) -> str:
    kept = {
        name: request.args[name] for name in ("theme", "territoire", "voir") if name in request.args
    }
    # The page has dozens of these, all to itself: url_for would take longer than its queries.
    said = {name: value for name, value in (kept | changes).items() if value is not None}
    here = request.script_root + request.path
    return f"{here}?{urlencode(said)}" if said else here


@bp.get("/forum")
def index() -> str:
    """The latest activity, filtered by theme, territory and state, all in the address."""
    filters = _filters()
    cursor = request.args.get("avant")
    bare = filters == queries.Filters() and not cursor
    pinned = db.session.execute(queries.pinned_topics(viewer())).all() if bare else []
    rows, older = _topics.latest(viewer(), filters, cursor, above=pinned)
    return render_template(
        "forum/index.html",
        rows=rows[len(pinned) :],
        pinned=rows[: len(pinned)],
        older=_address(avant=older) if older else None,
        newest=_address() if cursor else None,
        **_filter_line(filters),
    )


def _filter_line(filters: queries.Filters) -> dict[str, Any]:
    themes = db.session.scalars(queries.themes()).all()
    territories = db.session.scalars(audiences.territories_within(viewer().member_id)).all()
    theme = next((theme for theme in themes if theme.slug == filters.theme), None)
    territory = next((one for one in territories if one.id == filters.territory_id), None)
    views = [{"label": _("All"), "href": _address(voir=None), "current": not filters.show}] + [
        {"label": str(label), "href": _address(voir=word), "current": filters.show == show}
        for word, (show, label) in SHOWS.items()
    ]
    menus = [
        {
            "label": _("Theme"),
            "options": [
                {"label": one.name, "href": _address(theme=one.slug), "current": one is theme}
                for one in themes
            ],
        },
        {
            "label": _("Territory"),
            "options": [
                {
                    "label": one.label,
                    "href": _address(territoire=one.id),
                    "current": one is territory,
                }
                for one in territories
            ],
        },
    ]
    active = [
        {"label": label, "href": _address(**{name: None})}
        for name, label in (
            ("theme", theme and theme.name),
            ("territoire", territory and territory.label),
        )
        if label
    ]
    return {"views": views, "menus": menus, "active": active, "clear": url_for("forum.index")}


@bp.get("/recherche")
def search() -> str:
    """The topics in which all the words are found."""
    words = request.args.get("q", "").strip()[:200]
    sought = bool(text.terms(words))
    rows, older = (
        _topics.latest(viewer(), queries.Filters(words=words), request.args.get("avant"))
        if sought
        else ([], None)
    )
    return render_template(
        "forum/search.html",
        words=words,
        sought=sought,
        rows=rows,
        older=url_for("forum.search", q=words, avant=older) if older else None,
    )


@bp.get("/forum/sujets/<int:topic_id>")
def topic(topic_id: int) -> Page:
    """A topic: the question, the useful answer on top, the answers in order, the answer field."""
    form = ReplyForm(formdata=None)
    quoted = request.args.get("citer", type=key)
    if quoted:
        source = db.session.scalars(queries.post(viewer(), quoted)).one_or_none()
        if source is not None and source.topic_id == topic_id:
            form.body.data = text.quoted(source.body)
    return _topic_page(topic_id, form)


def _topic_page(topic_id: int, form: ReplyForm) -> Page:
    opened = queries.opened(db.session(), viewer(), topic_id)
    if opened is None:
        abort(404)
    topic = opened.topic
    if topic.merged_into_id is not None:
        return redirect(url_for("forum.topic", topic_id=topic.merged_into_id), 301)
    after = max(request.args.get("apres", 0, type=key), 0)
    answers = [
        (post, work_line(job, employer, organisation))
        for post, job, employer, organisation in db.session.execute(
            queries.posts(viewer(), topic, after)
        )
    ]
    shown = answers[: queries.POSTS_PER_PAGE]
    useful = _useful(topic, shown) if after == 0 else None
    posts = [opened.question, *(post for post, _work in shown)]
    page = _topics.Page(
        viewer=viewer(),
        topic=topic,
        thanks=queries.thanks(db.session(), viewer(), [post.id for post in posts]),
        read_until=opened.read_until,
    )
    unread = max((post.id for post in posts), default=0) > opened.read_until
    return render_template(
        "forum/topic.html",
        topic=topic,
        states=_topics.states_of(topic),
        audience=reaches_in_words([topic.audience_id])[topic.audience_id],
        question=_topics.card(page, opened.question, opened.work),
        useful=_topics.card(page, *useful, copy=True) if useful else None,
        answers=_topics.cards(page, shown),
        first_new=_first_new(page, shown),
        following=opened.following,
        may_reply=policy.may_reply(viewer(), topic),
        menu=_topics.topic_menu(viewer(), topic),
        form=form,
        seen_url=url_for("forum.seen", topic_id=topic.id, post_id=max(post.id for post in posts))
        if unread
        else None,
        earlier=url_for("forum.topic", topic_id=topic.id, apres=after - queries.POSTS_PER_PAGE)
        if after >= queries.POSTS_PER_PAGE
        else None,
        later=url_for("forum.topic", topic_id=topic.id, apres=shown[-1][0].number)
        if len(answers) > len(shown)
        else None,
    )


def _useful(topic: Topic, shown: list[tuple[Post, str]]) -> tuple[Post, str] | None:
    """The useful answer, unless it is the first one shown anyway."""
    if topic.useful_id is None or (shown and shown[0][0].id == topic.useful_id):
        return None
    for post, work in shown:
        if post.id == topic.useful_id:
            return post, work
    row = db.session.execute(queries.useful(viewer(), topic)).one_or_none()
    if row is None:
        return None
    post, job, employer, organisation = row
    return post, work_line(job, employer, organisation)


def _first_new(page: _topics.Page, shown: list[tuple[Post, str]]) -> int | None:
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


# --- asking and answering --------------------------------------------------------------------


@bp.route("/forum/nouveau", methods=["GET", "POST"])
def ask() -> Page:
    """Open a topic."""
    form = TopicForm()
    form.theme.choices = options([("", _("Choose")), *_theme_choices()])
    if request.method == "GET":
        form.title.data = request.args.get("titre", "")[: actions.LONGEST_TITLE]
        return _ask_page(form, Reached())
    reach = chosen()
    if not form.validate_on_submit():
        return _ask_page(form, reach), 422
    if undecided():
        return _ask_page(form, reach, [explain(Refused("audience-undecided"))]), 422
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
        )
    except Refused as refused:
        db.session.rollback()
        return _ask_page(form, reach, [explain(refused)]), 422
    db.session.commit()
    _say_held(opened.state)
    return redirect(url_for("forum.topic", topic_id=opened.id))


def _theme_choices() -> list[tuple[int | str, str]]:
    return [(theme.id, theme.name) for theme in db.session.scalars(queries.themes())]


def _say_held(state: State) -> None:
    if state is State.HELD:
        flash(_("Thank you. A moderator reads your first messages: this one will appear soon."))


def _ask_page(form: TopicForm, reach: Reached, refusals: list[str] | None = None) -> str:
    return render_template(
        "forum/ask.html",
        form=form,
        picker=picker(viewer(), reach, url_for("forum.count")),
        refusals=refusals or [],
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
        "forum/similar.html", topics=queries.similar_topics(db.session(), viewer(), title)
    )


@bp.post("/forum/apercu")
@reads
def preview() -> str:
    """A text as it will be read: a fragment, or without scripts a page with its reach."""
    body = request.form.get("body", "")[: actions.LONGEST_BODY]
    html = text.clean(body)
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
    work = work_lines(db.session(), [person.id for person in people])
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
def reply(topic_id: int) -> Page:
    """Answer."""
    topic = found(queries.topic(viewer(), topic_id))
    form = ReplyForm()
    if not form.validate_on_submit():
        return _again(topic_id, form)
    try:
        post = actions.reply(
            db.session(),
            topic,
            author=viewer(),
            body=form.body.data or "",
            submission=form.submission.data or None,
        )
    except Refused as refused:
        db.session.rollback()
        form.body.errors = [explain(refused)]
        return _again(topic_id, form)
    db.session.commit()
    _say_held(post.state)
    return redirect(_topics.post_address(topic.id, post.number))


def _again(topic_id: int, form: ReplyForm) -> Page:
    page = _topic_page(topic_id, form)
    return (page, 422) if isinstance(page, str) else page


@bp.route("/forum/messages/<int:post_id>/modifier", methods=["GET", "POST"])
def edit(post_id: int) -> Page:
    """Change one's own words; for a question, its title and theme too."""
    post = found(queries.post(viewer(), post_id))
    if not policy.may_edit(viewer(), post.topic, post):
        abort(403)
    form, title, theme_id = _edit_form(post)
    if not form.validate_on_submit():
        page = render_template("forum/edit.html", form=form, post=post)
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
        )
    except Refused as refused:
        db.session.rollback()
        form.body.errors = [explain(refused)]
        post = found(queries.post(viewer(), post_id))  # what a refusal undid took its topic away
        return render_template("forum/edit.html", form=form, post=post), 422
    db.session.commit()
    return redirect(_topics.post_address(post.topic_id, post.number))


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


# --- small acts ------------------------------------------------------------------------------


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
    return redirect(url_for("forum.topic", topic_id=topic.id))


@bp.post("/forum/sujets/<int:topic_id>/lu/<int:post_id>")
def seen(topic_id: int, post_id: int) -> Response | tuple[str, int]:
    """The topic was on screen (a script says so) or its reader says so (a button)."""
    topic = found(queries.topic(viewer(), topic_id))
    actions.mark_read(db.session(), viewer(), topic, post_id)
    see_topic(db.session(), viewer(), topic.id, post_id)
    db.session.commit()
    if request.headers.get("X-Fragment"):
        return "", 204
    return redirect(url_for("forum.index"))


@bp.post("/forum/tout-lu")
def all_read() -> Response:
    """Everything counts as read."""
    actions.mark_all_read(db.session(), viewer().member_id)
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
    return redirect(_topics.post_address(post.topic_id, post.number))


@bp.post("/forum/messages/<int:post_id>/reponse-utile")
def accept(post_id: int) -> Response:
    """This answers the question; said again, it no longer does."""
    post = found(queries.post(viewer(), post_id))
    topic = post.topic
    chosen_post = None if topic.useful_id == post.id else post
    actions.choose_answer(db.session(), topic, chosen_post, by=viewer())
    db.session.commit()
    return redirect(_topics.post_address(topic.id, post.number))


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
            return redirect(_topics.post_address(post.topic_id, post.number))
    page = render_template(
        "forum/report.html", form=form, post=post, excerpt=text.excerpt(post.html)
    )
    return (page, 422) if request.method == "POST" else page
