"""Giving files or a link to others."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from blueprints import _drafts
from blueprints._access import SAFE, reads, settings, viewer
from blueprints._forms import show_refusal
from blueprints._picker import Reached, chosen, count_words, picker, undecided
from blueprints._refusals import explain
from blueprints._security import csrf
from blueprints._uploads import let_files_in, still_here, take_files
from blueprints.resources import bp
from blueprints.resources.forms import FIELDS, LinkForm, SharedForm, kinds_by_slug, rows_of
from circulars import actions as circulars
from circulars.models import Draft
from circulars.queries import files_of
from core.db import db
from core.refusals import Refused
from files.models import Upload
from resources import actions
from resources.actions import Description
from resources.models import Document

Page = str | tuple[str, int] | Response


@bp.route("/deposer", methods=["GET", "POST"])
@csrf.exempt  # checked below, once it is known that larger forms may come in
def deposit() -> Page:
    """Give one or many files."""
    if request.method not in SAFE:
        let_files_in()
    form = SharedForm()
    form.offer()
    if request.method in SAFE:
        return _begin(form)
    draft = _drafts.asked_whole()
    uploads, refusals = take_files(db.session())
    valid = form.validate_on_submit()
    if not uploads and not refusals:
        refusals.append(explain(Refused("nothing-deposited")))
    if len(uploads) > actions.MOST_AT_ONCE:
        refusals.append(explain(Refused("too-many-files", most=actions.MOST_AT_ONCE)))
    if undecided():
        refusals.append(explain(Refused("audience-undecided")))
    if refusals or not valid:
        return _page(form, uploads, chosen(), refusals), 422
    try:
        documents = _deposit(form, uploads)
        if draft is not None:
            circulars.deposited(db.session(), draft, request.form.getlist("uploads"))
    except Refused as refused:
        uploads = still_here(db.session(), uploads)
        return _page(form, uploads, chosen(), [explain(refused)]), 422
    db.session.commit()
    return _deposited(documents, draft)


def _begin(form: SharedForm) -> Page:
    """Nothing yet; or the files of the draft that the address names."""
    number = _drafts.number()
    if number is None:
        return _page(form, [], Reached(), [])
    waiting = db.session.execute(files_of(viewer(), number)).all()
    if not waiting:
        _drafts.asked_whole()
        return _drafts.gone()
    networks = frozenset(network_id for _upload, network_id in waiting)
    return _page(form, [upload for upload, _network_id in waiting], Reached(networks), [])


def _deposit(form: SharedForm, uploads: list[Upload]) -> list[Document]:
    reach = chosen()
    return [
        actions.deposit(
            db.session(),
            upload,
            Description(
                title=row["title"],
                kind_id=row["kind_id"],
                theme_id=form.theme.data,
                folder_id=form.folder.data,
                words=form.words.data or "",
            ),
            owner=viewer(),
            networks=reach.networks,
            territories=reach.territories,
            submission=form.submission.data or None,
        )
        for upload, row in zip(
            uploads, rows_of(uploads, request.form, kinds_by_slug()), strict=True
        )
    ]


def _deposited(documents: list[Document], draft: Draft | None) -> Response:
    flash(
        ngettext("Your document is online.", "Your %(num)s documents are online.", len(documents)),
        "success",
    )
    if len(documents) == 1:
        return _drafts.after(draft, url_for(".document", document_id=documents[0].id))
    return _drafts.after(draft, url_for(".index", voir="les-miens"))


def _page(form: SharedForm, uploads: list[Upload], reach: Reached, refusals: list[str]) -> str:
    kinds = kinds_by_slug()
    return render_template(
        "resources/deposit.html",
        form=form,
        rows=rows_of(uploads, request.form, kinds),
        kinds=list(kinds.values()),
        picker=picker(viewer(), reach, url_for(".count")),
        refusals=refusals,
        most=settings().file_mb,
    )


@bp.post("/deposer/portee")
@reads
def count() -> str:
    """How many members would see it, in words, as the boxes are checked."""
    return count_words(viewer(), chosen())


@bp.route("/deposer/lien", methods=["GET", "POST"])
def deposit_link() -> Page:
    """Give the address of a page."""
    form = LinkForm()
    form.offer()
    if request.method in SAFE:
        return _link_page(form, Reached(), [])
    valid, reach = form.validate_on_submit(), chosen()
    if not valid or undecided():
        others = [explain(Refused("audience-undecided"))] if undecided() else []
        return _link_page(form, reach, others), 422
    try:
        document = actions.deposit_link(
            db.session(),
            form.link.data or "",
            form.description(),
            owner=viewer(),
            networks=reach.networks,
            territories=reach.territories,
            submission=form.submission.data or None,
        )
    except Refused as refused:
        return _link_page(form, reach, show_refusal(form, refused, FIELDS)), 422
    db.session.commit()
    flash(_("Your link is online."), "success")
    return redirect(url_for(".document", document_id=document.id))


def _link_page(form: LinkForm, reach: Reached, refusals: list[str]) -> str:
    return render_template(
        "resources/deposit_link.html",
        form=form,
        picker=picker(viewer(), reach, url_for(".count")),
        refusals=refusals,
    )
