"""The page of one's drafts, and discarding them."""

from datetime import datetime, time, timedelta
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from blueprints import _drafts
from blueprints._access import found, settings, viewer
from blueprints._refusals import left_out_words
from blueprints._times import Span
from blueprints.circulars import bp
from circulars import actions, addresses, queries
from circulars.models import Draft, Piece, Sort
from circulars.policy import networks_served
from core.db import db
from directory.lists import offered
from news.models import ArticleKind

ORDER = {Sort.ARTICLE: 0, Sort.EVENT: 1, Sort.DOCUMENT: 2}


@bp.get("")
def index() -> str:
    """What waits, and where circulars are forwarded."""
    session = db.session()
    served = session.scalars(networks_served(viewer())).all()
    known = addresses.addresses(session, settings(), [one.id for one in served])
    drafts = session.scalars(queries.drafts(viewer())).unique().all()
    kinds = {one.slug: one.name for one in session.scalars(offered(ArticleKind))} if drafts else {}
    return render_template(
        "circulars/drafts.html",
        drafts=[_shown(one, kinds) for one in drafts],
        addresses=[(one, known[one.id]) for one in served if one.id in known],
        serves=bool(served),
    )


def _shown(draft: Draft, kinds: dict[str, str]) -> dict[str, Any]:
    """A draft in words."""
    files = [one for one in draft.pieces if one.sort is Sort.DOCUMENT]
    rest = [one for one in draft.pieces if one.sort is not Sort.DOCUMENT]
    return {
        "draft": draft,
        "title": draft.title or _("Untitled"),
        "parts": [
            *(_article(one, kinds) if one.sort is Sort.ARTICLE else _date(one) for one in rest),
            *([_documents(draft, files)] if files else []),
        ],
        "left_out": left_out_words(draft.left_out),
    }


def _article(piece: Piece, kinds: dict[str, str]) -> dict[str, Any]:
    kind = piece.said.get("kind")
    known = kind if kind in kinds else None
    return {
        "label": _("Article"),
        "href": url_for("news.publish", brouillon=piece.id, genre=known),
        "meta": [kinds[known] if known else _("Its kind is to be chosen")],
        "icon": "news",
        "done": piece.done_at is not None,
        "piece": piece.id,
    }


def _date(piece: Piece) -> dict[str, Any]:
    known = _drafts.as_date(piece.said)
    return {
        "label": _("Date of the agenda"),
        "href": url_for("agenda.announce", brouillon=piece.id),
        "meta": [
            _span(known).words(),
            *([known["place"]] if known["place"] else []),
            *([_("to be checked")] if piece.said.get("doubtful") else []),
        ],
        "icon": "agenda",
        "done": piece.done_at is not None,
        "piece": piece.id,
    }


def _span(known: dict[str, Any]) -> Span:
    starts = _drafts.starts_at(known)
    last = known["ends_on"] or known["starts_on"]
    if known["all_day"]:
        return Span(starts, datetime.combine(last, time()) + timedelta(days=1), all_day=True)
    ends = datetime.combine(last, known["ends_at"]) if known["ends_at"] else starts
    return Span(starts, max(starts, ends), all_day=False)


def _documents(draft: Draft, files: list[Piece]) -> dict[str, Any]:
    waiting = [one for one in files if one.done_at is None]
    return {
        "label": ngettext("%(num)s document", "%(num)s documents", len(files)),
        "href": url_for("resources.deposit", brouillon=draft.id),
        "meta": [one.upload.name for one in files if one.upload is not None],
        "icon": "resources",
        "done": not waiting,
        "piece": waiting[0].id if len(waiting) == 1 else None,
    }


@bp.post("/<int:draft_id>/supprimer")
def discard(draft_id: int) -> Response:
    """Forget a draft."""
    draft = found(queries.draft(viewer(), draft_id))
    title = draft.title
    actions.discard(db.session(), draft)
    db.session.commit()
    flash(_("The draft “%(title)s” is discarded.", title=title or _("Untitled")), "success")
    return redirect(url_for(".index"))


@bp.post("/morceaux/<int:piece_id>/laisser")
def put_aside(piece_id: int) -> Response:
    """Forget one part of a draft."""
    piece = found(queries.piece(viewer(), piece_id))
    actions.put_aside(db.session(), piece)
    db.session.commit()
    flash(_("This part of the draft is put aside."), "success")
    return redirect(url_for(".index"))
