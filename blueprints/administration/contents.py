"""All the contents: finding one, and what can be done with it."""

from datetime import datetime
from typing import Any

from flask import Response as FlaskResponse
from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from access import places
from blueprints._access import key, viewer
from blueprints._access import member as me
from blueprints._decisions import ReasonForm
from blueprints._filters import Choice, active, menus
from blueprints._forms import show_refusal, words
from blueprints._picker import reaches_in_words
from blueprints._sheets import ENDINGS
from blueprints.administration import bp
from blueprints.administration._leaving import MOST, files, href, leave, typed
from blueprints.administration._paging import cut
from core.db import db
from core.refusals import Refused
from house import contents as queries
from house.contents import KEPT, Content, Filters, Kind, State

NAMES = ("q", "sorte", "reseau", "etat")
KINDS = {
    Kind.TOPIC: _l("Topics"),
    Kind.ARTICLE: _l("News"),
    Kind.DOCUMENT: _l("Documents"),
    Kind.EVENT: _l("Dates"),
}
ONE = {
    Kind.TOPIC: _l("Topic"),
    Kind.ARTICLE: _l("Article"),
    Kind.DOCUMENT: _l("Document"),
    Kind.EVENT: _l("Date"),
}
SLUGS = {
    "sujets": Kind.TOPIC,
    "actualites": Kind.ARTICLE,
    "documents": Kind.DOCUMENT,
    "dates": Kind.EVENT,
}
NAME_OF = {kind: slug for slug, kind in SLUGS.items()}
STATES = {
    State.ONLINE: _l("Online"),
    State.HELD: _l("Awaiting approval"),
    State.HIDDEN: _l("Hidden or withdrawn"),
    State.DELETED: _l("Deleted"),
}
SHORT_STATES = {
    "en-ligne": State.ONLINE,
    "attente": State.HELD,
    "masques": State.HIDDEN,
    "supprimes": State.DELETED,
}
WHICH = f"any({','.join(SLUGS)})"
Page = Response | str | tuple[str, int]


def _filters() -> Filters:
    return Filters(
        words=typed(),
        kind=SLUGS.get(request.args.get("sorte", "")),
        network_id=request.args.get("reseau", type=key),
        state=SHORT_STATES.get(request.args.get("etat", "")),
    )


def _after() -> tuple[datetime, str, int] | None:
    """Where the page starts, as the one before wrote it."""
    kind, last = SLUGS.get(request.args.get("de", "")), request.args.get("apres", type=key)
    try:
        at = datetime.fromisoformat(request.args.get("au", ""))
    except ValueError:
        return None
    if kind is None or last is None or at.tzinfo is None:
        return None
    return at, kind.value, last


@bp.get("/contenus")
def contents() -> str:
    """The contents that this administrator may see, the latest first."""
    filters, here = _filters(), href(NAMES)
    rows, last = cut(queries.find(db.session(), viewer(), filters, _after()), queries.PER_PAGE)
    reaches = reaches_in_words({one.audience_id for one in rows})
    older = last and here(au=last.at.isoformat(), de=NAME_OF[last.kind], apres=last.id)
    return render_template(
        "administration/contents.html",
        contents=[_row(one, reaches[one.audience_id]) for one in rows],
        words=filters.words,
        kept={name: request.args.get(name) for name in NAMES if name != "q"},
        files=files(NAMES, ".export_contents"),
        older=older,
        **_menus(filters),
    )


def _menus(filters: Filters) -> dict[str, Any]:
    here = href(NAMES)
    kind = NAME_OF[filters.kind] if filters.kind else None
    state = next((name for name, one in SHORT_STATES.items() if one is filters.state), None)
    networks = [(one.id, one.name) for one in db.session.scalars(places.networks())]
    choices = [
        Choice("reseau", _("Network"), filters.network_id, networks),
        Choice(
            "etat", _("State"), state, [(n, str(STATES[one])) for n, one in SHORT_STATES.items()]
        ),
    ]
    views = [(None, _("All")), *((NAME_OF[one], str(said)) for one, said in KINDS.items())]
    return {
        "views": [
            {"label": label, "href": here(sorte=name), "current": name == kind}
            for name, label in views
        ],
        "menus": menus(choices, here),
        "active": active(choices, here),
    }


def _row(one: Content, reach: str) -> dict[str, Any]:
    return {
        "title": one.title,
        "href": url_for(".content", which=NAME_OF[one.kind], item_id=one.id),
        "kind": ONE[one.kind],
        "theme": one.theme,
        "author": one.author,
        "reach": reach,
        "at": one.at,
        "state": one.state.value,
        "gone_at": one.deleted_at + KEPT if one.deleted_at else None,
    }


@bp.post(f"/contenus/exporter.<{ENDINGS}:ending>")
def export_contents(ending: str) -> FlaskResponse:
    """The same list, for a spreadsheet."""
    found = queries.find(db.session(), viewer(), _filters(), most=MOST)
    reaches = reaches_in_words({one.audience_id for one in found})
    header = [
        _("Title"), _("Kind"), _("Theme"), _("Author"), _("For"), _("State"), _("Last change"),
    ]  # fmt: skip
    rows = (
        (
            one.title,
            str(ONE[one.kind]),
            one.theme or "",
            one.author,
            reaches[one.audience_id],
            str(STATES[one.state]),
            one.at,
        )
        for one in found
    )
    return leave("contents", "contenus", ending, header, rows)


def _seen(which: str, item_id: int) -> Content:
    one = queries.content(db.session(), viewer(), SLUGS[which], item_id)
    if one is None:
        abort(404)
    return one


@bp.get(f"/contenus/<{WHICH}:which>/<int:item_id>")
def content(which: str, item_id: int) -> str:
    """One content, and the acts that it allows."""
    return _page(_seen(which, item_id), ReasonForm(formdata=None))


def _page(one: Content, form: ReasonForm, others: list[str] | None = None) -> str:
    deletion = queries.deletion(db.session(), one.kind, one.id)
    return render_template(
        "administration/content.html",
        content=one,
        which=NAME_OF[one.kind],
        kind=ONE[one.kind],
        reach=reaches_in_words({one.audience_id})[one.audience_id],
        form=form,
        others=others or [],
        deletion=deletion if one.state is State.DELETED else None,
        gone_at=one.deleted_at + KEPT if one.deleted_at else None,
        post_id=queries.question(db.session(), viewer(), one.id).id if one.kind.is_topic else None,
    )


@bp.post(f"/contenus/<{WHICH}:which>/<int:item_id>/supprimer")
def delete_content(which: str, item_id: int) -> Page:
    """Take it away; it can be given back for thirty days."""
    return _decided(
        which, item_id, queries.delete, _("It is deleted: you have 30 days to restore it.")
    )


@bp.post(f"/contenus/<{WHICH}:which>/<int:item_id>/restaurer")
def restore_content(which: str, item_id: int) -> Page:
    """Give it back."""
    return _decided(which, item_id, queries.restore, _("It is online again."))


def _decided(which: str, item_id: int, act: Any, done: str) -> Page:
    one, form = _seen(which, item_id), ReasonForm()
    if not form.validate_on_submit():
        return _page(one, form), 422
    try:
        act(db.session(), viewer(), one, by=me(), reason=words(form.reason))
    except Refused as refused:
        others = show_refusal(form, refused, {"reason-needed": "reason"})
        return _page(_seen(which, item_id), form, others), 422
    db.session.commit()
    flash(done, "success")
    return redirect(url_for(".content", which=which, item_id=item_id))
