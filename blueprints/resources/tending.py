"""What the owner of a document does with it: describe, renew, replace, withdraw."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from blueprints._access import SAFE, found, key, member, settings, viewer
from blueprints._forms import one_line, show_refusal
from blueprints._refusals import explain
from blueprints._security import csrf
from blueprints._uploads import let_files_in, still_here, take_files
from blueprints.resources import bp
from blueprints.resources.depositing import Page
from blueprints.resources.forms import FIELDS, DescriptionForm, LinkForm, VersionForm
from core.db import db
from core.refusals import Refused
from files.models import Upload
from house import contents
from resources import actions, policy, queries
from resources.models import Document


def _tended(document_id: int) -> Document:
    """A document that the viewer sees and may tend."""
    document = found(queries.document(viewer(), document_id))
    if not policy.may_tend(viewer(), document):
        abort(403)
    return document


@bp.route("/<int:document_id>/modifier", methods=["GET", "POST"])
def edit(document_id: int) -> Page:
    """Say otherwise what it is."""
    document = _tended(document_id)
    said = {
        "title": document.title,
        "kind": document.kind_id,
        "theme": document.theme_id,
        "folder": document.folder_id,
        "words": document.description,
        "review_on": document.review_on,
        "link": document.link,
    }
    form = LinkForm(data=said) if document.link else DescriptionForm(data=said)
    form.offer(document)
    others: list[str] = []
    if form.validate_on_submit():
        try:
            if isinstance(form, LinkForm):
                actions.lead(document, form.link.data or "", by=viewer())
            actions.describe(db.session(), document, form.description(), by=viewer())
        except Refused as refused:
            others = show_refusal(form, refused, FIELDS)
            document = _tended(document_id)
        else:
            db.session.commit()
            flash(_("The document is described anew."), "success")
            return redirect(url_for(".document", document_id=document_id))
    page = render_template("resources/edit.html", form=form, document=document, others=others)
    return page if request.method in SAFE else (page, 422)


@bp.route("/<int:document_id>/nouvelle-version", methods=["GET", "POST"])
@csrf.exempt  # checked by let_files_in
def renew(document_id: int) -> Page:
    """Put a newer file in front."""
    if request.method not in SAFE:
        let_files_in()
    document = _tended(document_id)
    if document.link is not None:
        abort(404)
    form = VersionForm()
    if request.method in SAFE:
        return _version_page(document, form, [], [])
    uploads, refusals = take_files(db.session())
    document = _tended(document_id)
    if not uploads and not refusals:
        refusals.append(explain(Refused("nothing-deposited")))
    if refusals or not form.validate_on_submit():
        return _version_page(document, form, uploads[-1:], refusals), 422
    try:
        actions.renew(db.session(), document, uploads[-1], by=viewer(), note=form.note.data or "")
    except Refused as refused:
        uploads = [] if refused.code == "same-file" else still_here(db.session(), uploads[-1:])
        db.session.rollback()
        return _version_page(_tended(document_id), form, uploads, [explain(refused)]), 422
    db.session.commit()
    flash(_("The new version is shown. Those who have the old one will be told."), "success")
    return redirect(url_for(".document", document_id=document_id))


def _version_page(
    document: Document, form: VersionForm, uploads: list[Upload], refusals: list[str]
) -> str:
    return render_template(
        "resources/version.html",
        document=document,
        form=form,
        rows=uploads,
        refusals=refusals,
        most=settings().file_mb,
    )


@bp.route("/<int:document_id>/remplacer", methods=["GET", "POST"])
def replace(document_id: int) -> Page:
    """Say which other document takes its place; found by the words of its title."""
    document = _tended(document_id)
    if request.method in SAFE:
        words = one_line(request.args.get("q", "")[:150]) or ""
        return render_template(
            "resources/replace.html",
            document=document,
            words=words,
            candidates=db.session.scalars(queries.candidates(viewer(), words, document.id)).all()
            if words
            else [],
        )
    newer_id = request.form.get("par", type=key)
    newer = found(queries.document(viewer(), newer_id)) if newer_id else None
    try:
        actions.replace(db.session(), document, newer, by=viewer())
    except Refused as refused:
        db.session.rollback()
        flash(explain(refused), "warning")
        return redirect(url_for(".replace", document_id=document_id))
    db.session.commit()
    flash(
        _("Readers are now sent to the newer document.")
        if newer
        else _("Nothing takes its place any more."),
        "success",
    )
    return redirect(url_for(".document", document_id=document_id))


@bp.post("/<int:document_id>/retirer")
def withdraw(document_id: int) -> Response:
    """Take it away from everyone."""
    document = _tended(document_id)
    actions.withdraw(db.session(), document, by=member(), viewer=viewer())
    db.session.commit()
    undo = Markup('<a href="{}">{}</a>').format(
        url_for(".withdrawn", document_id=document_id), _("Undo")
    )
    flash(_("“%(title)s” is withdrawn.", title=document.title) + Markup(" ") + undo, "success")
    return redirect(url_for(".index"))


@bp.route("/<int:document_id>/retire", methods=["GET", "POST"])
def withdrawn(document_id: int) -> Page:
    """A document that was taken away, and the button that gives it back."""
    document = found(queries.withdrawn(viewer(), document_id))
    deletion = contents.kept_away(db.session(), viewer(), document)
    if request.method in SAFE:
        may = document.may_be_brought_back_by(viewer())
        return render_template(
            "resources/withdrawn.html", document=document, deletion=deletion, may=may
        )
    if deletion is not None:
        abort(403)
    actions.give_back(db.session(), document, by=member(), viewer=viewer())
    db.session.commit()
    flash(_("The document can be found again."), "success")
    return redirect(url_for(".document", document_id=document_id))
