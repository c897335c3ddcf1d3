"""Publishing news, and saying them otherwise."""

from collections.abc import Sequence
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from blueprints import _drafts
from blueprints._access import SAFE, found, key, reads, settings, viewer
from blueprints._forms import one_line, show_refusal
from blueprints._picker import Reached, chosen, count_words, picker, undecided
from blueprints._refusals import explain
from blueprints._security import csrf
from blueprints._topics import topic_address
from blueprints._uploads import let_files_in, still_here, take_files
from blueprints.news import _picture, bp
from blueprints.news.forms import FIELDS, ArticleForm
from circulars.models import Piece, Sort
from core.db import db
from core.refusals import Refused
from directory.lists import offered
from files.models import Upload
from forum import policy as forum_policy
from forum import queries as forum_queries
from forum.models import Post, State, Topic
from news import actions, queries
from news.actions import has_day
from news.models import Article, ArticleKind

Page = str | tuple[str, int] | Response
PUBLISHED_ALL_THE_SAME = "malgre_tout"


@bp.route("/publier", methods=["GET", "POST"])
@csrf.exempt  # checked by let_files_in, once it is known that larger forms may come in
def publish() -> Page:
    """First which kind of news it is; then what this kind asks."""
    if request.method not in SAFE:
        let_files_in()
    piece = _drafts.asked(Sort.ARTICLE)
    if piece and piece.done_at:
        return _drafts.gone()
    form = ArticleForm(data=_drafts.as_article(piece.said) if piece else None)
    form.offer()
    if request.method in SAFE:
        return _begin(form, piece)
    kind = _kind(form.kind.data)
    picture_id, refusals = _picture.take_picture()
    uploads, wrong = take_files(db.session())
    valid, reach = form.validate_on_submit(), chosen()
    refusals += wrong
    if undecided():
        refusals.append(explain(Refused("audience-undecided")))
    page: dict[str, Any] = {"kind": kind, "picture_id": picture_id, "uploads": uploads}
    page["piece"] = piece
    if refusals or not valid:
        return _publish_page(form, reach, refusals, **page), 422
    said = form.said(kind, picture_id)
    near = [] if PUBLISHED_ALL_THE_SAME in request.form else _near(said)
    if near:
        return _publish_page(form, reach, near=near, **page), 422
    try:
        article = actions.publish(
            db.session(),
            said,
            author=viewer(),
            networks=reach.networks,
            territories=reach.territories,
            submission=form.submission.data or None,
            uploads=uploads,
        )
        _drafts.publish(piece)
    except Refused as refused:
        others = show_refusal(form, refused, FIELDS)
        page |= {"uploads": still_here(db.session(), uploads), "kind": _kind(form.kind.data)}
        return _publish_page(form, reach, others, **page), 422
    db.session.commit()
    _say(article)
    return _drafts.after(
        piece.draft if piece else None, url_for(".article", topic_id=article.topic_id)
    )


def _begin(form: ArticleForm, piece: Piece | None) -> str:
    """The kinds; or the form of the one that the address names."""
    slug = one_line(request.args.get("genre", "")[:60])
    kinds = db.session.scalars(offered(ArticleKind)).all()
    kind = next((one for one in kinds if one.slug == slug), None)
    if kind is None:
        return render_template("news/kinds.html", kinds=kinds, piece=piece)
    form.kind.data = kind.id
    reach = _drafts.reach(piece.draft if piece else None)
    picture_id = piece.file_id if piece else None
    return _publish_page(form, reach, kind=kind, piece=piece, picture_id=picture_id)


def _kind(kind_id: int | None) -> ArticleKind | None:
    return db.session.get(ArticleKind, kind_id) if kind_id else None


def _near(said: actions.Said, but: int | None = None) -> list[dict[str, str]]:
    """What the author sees that tells the same news."""
    found_near = queries.alike(db.session(), viewer(), said.told, but=but)
    return [
        {"title": topic.title, "href": topic_address(topic), "who": who}
        for topic, who in found_near
    ]


def _say(article: Article) -> None:
    topic = db.session.get_one(Topic, article.topic_id)
    if topic.state is State.HELD:
        flash(_("Thank you. A moderator reads your first messages: this one will appear soon."))
    else:
        flash(_("Your news is online."), "success")


def _publish_page(
    form: ArticleForm,
    reach: Reached,
    refusals: Sequence[str] = (),
    *,
    kind: ArticleKind | None = None,
    picture_id: int | None = None,
    uploads: Sequence[Upload] = (),
    near: Sequence[dict[str, str]] = (),
    piece: Piece | None = None,
) -> str:
    return render_template(
        "news/publish.html",
        piece=piece,
        form=form,
        picker=picker(viewer(), reach, url_for(".count")),
        refusals=list(refusals),
        uploads=uploads,
        near=near,
        most=settings().file_mb,
        **_asked(form, kind, picture_id),
    )


def _asked(form: ArticleForm, kind: ArticleKind | None, picture_id: int | None) -> dict[str, Any]:
    form.ask(kind)
    return {
        "kind": kind,
        "meets": kind is not None and has_day(kind),
        "picture_kept": _picture.kept(picture_id),
    }


@bp.post("/publier/portee")
@reads
def count() -> str:
    """How many members would see it, in words, as the boxes are checked."""
    return count_words(viewer(), chosen())


def _mine(topic_id: int) -> tuple[Article, Topic, Post]:
    """An article that this member may change: 404 unless seen, 403 unless theirs."""
    article = found(queries.article(viewer(), topic_id))
    opened = forum_queries.opened(db.session(), viewer(), topic_id)
    if opened is None:
        abort(404)
    if not forum_policy.may_edit(viewer(), opened.topic, opened.question):
        abort(403)
    return article, opened.topic, opened.question


@bp.route("/<int:topic_id>/modifier", methods=["GET", "POST"])
@csrf.exempt  # checked by let_files_in
def edit(topic_id: int) -> Page:
    """Say otherwise what one published."""
    if request.method not in SAFE:
        let_files_in()
    article, topic, post = _mine(topic_id)
    form = ArticleForm(data=_as_it_is(article, topic, post))
    form.offer(article, topic.theme)
    if request.method in SAFE:
        return _edit_page(form, article, topic, post, picture_id=article.picture_id)
    kind = _kind(form.kind.data)
    picture_id, refusals = _picture.take_picture()
    article, topic, post = _mine(topic_id)
    shown: dict[str, Any] = {"kind": kind, "picture_id": picture_id}
    if not form.validate_on_submit() or refusals:
        return _edit_page(form, article, topic, post, refusals, **shown), 422
    try:
        actions.change(
            db.session(),
            article,
            topic,
            post,
            form.said(kind, picture_id),
            author=viewer(),
            detached=[one for one in request.form.getlist("detached", type=key) if one],
        )
    except Refused as refused:
        others = show_refusal(form, refused, FIELDS)
        shown["kind"] = _kind(form.kind.data)
        return _edit_page(form, *_mine(topic_id), others, **shown), 422
    db.session.commit()
    flash(_("The changes are saved."), "success")
    return redirect(url_for(".article", topic_id=topic_id))


def _as_it_is(article: Article, topic: Topic, post: Post) -> dict[str, Any]:
    names = (
        *("starts_on", "starts_at", "ends_on", "ends_at", "place", "address", "town"),
        *("deadline", "link", "picture_words", "expires_on"),
    )
    return {
        **{name: getattr(article, name) for name in names},
        "contract": article.contract.value if article.contract else "",
        "title": topic.title,
        "body": post.body,
        "kind": article.kind_id,
        "theme": topic.theme_id,
    }


def _edit_page(
    form: ArticleForm,
    article: Article,
    topic: Topic,
    post: Post,
    refusals: Sequence[str] = (),
    *,
    kind: ArticleKind | None = None,
    picture_id: int | None = None,
) -> str:
    files = forum_queries.attachments(db.session(), [post]).get(post.id, [])
    return render_template(
        "news/edit.html",
        form=form,
        topic=topic,
        refusals=list(refusals),
        files=files,
        most=settings().file_mb,
        **_asked(form, kind or article.kind, picture_id),
    )
