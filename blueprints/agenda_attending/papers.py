"""What is read before a date, and its minutes: the organiser's pages."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import SelectField, TextAreaField

from agenda.models import Occurrence
from agenda.papers import actions
from agenda.papers import queries as papers
from blueprints import _times
from blueprints._access import SAFE, found, viewer
from blueprints._forms import Form, at_most, options, required, several_lines, show_refusal, words
from blueprints._refusals import explain
from blueprints.agenda_attending import bp
from blueprints.agenda_attending._part import crumbs_of, organised, page_of, title_of
from core import clock
from core.db import db
from core.refusals import Refused
from resources import queries as library
from resources.models import Document
from resources.queries import Filters

Page = Response | str | tuple[str, int]
OFFERED = 50
"""The organiser's newest documents, to choose from."""


def _chosen(value: str | int | None) -> int | None:
    return int(value) if value else None


class PaperForm(Form):
    """A document that goes with a date."""

    document = SelectField(_l("Document"), [required()], coerce=_chosen)


class MinutesForm(Form):
    """What was said."""

    body = TextAreaField(
        _l("Minutes of the date"), [required(), at_most(actions.LONGEST_MINUTES)], [several_lines]
    )


def _page(template: str, one: Occurrence, **more: Any) -> str:
    return render_template(
        f"agenda_attending/{template}.html",
        date=one,
        title=title_of(one),
        when=_times.in_words(one, one.event)[0],
        crumbs=crumbs_of(one),
        back=page_of(one),
        **more,
    )


def _there(one: Occurrence) -> Sequence[Document]:
    """The documents that go with a date and that the viewer sees."""
    return db.session.scalars(library.among(viewer(), papers.documents_of(one.id))).all()


@bp.route("/dates/<int:occurrence_id>/documents", methods=["GET", "POST"])
def documents(occurrence_id: int) -> Page:
    """The documents that go with a date; one more when the form is sent."""
    one = organised(occurrence_id)
    session = db.session()
    known = {document.id for document in _there(one)}
    mine = library.latest_documents(session, viewer(), Filters(show="mine"), most=OFFERED)
    form = PaperForm()
    choices = [(row[0].id, row[0].title) for row in mine if row[0].id not in known]
    form.document.choices = options([("", _("Choose")), *choices])
    others: list[str] = []
    if form.validate_on_submit():
        try:
            actions.join_document(session, one, form.document.data, by=viewer())
        except Refused as refused:
            others = show_refusal(form, refused, {})
            one = organised(occurrence_id)
        else:
            session.commit()
            flash(_("The document goes with the date."), "success")
            return redirect(url_for(".documents", occurrence_id=one.id))
    page = _page(
        "documents",
        one,
        documents=_there(one),
        form=form,
        others=others,
        offers=bool(choices),
    )
    return page if request.method in SAFE else (page, 422)


@bp.post("/dates/<int:occurrence_id>/documents/<int:document_id>/retirer")
def part_document(occurrence_id: int, document_id: int) -> Response:
    """Have a document no longer go with the date."""
    one = organised(occurrence_id)
    document = found(library.document(viewer(), document_id))
    try:
        actions.part_document(db.session(), one, document.id, by=viewer())
    except Refused as refused:
        db.session.rollback()
        flash(explain(refused), "warning")
    else:
        db.session.commit()
        flash(_("The document no longer goes with the date. It stays in the library."), "success")
    return redirect(url_for(".documents", occurrence_id=occurrence_id))


@bp.route("/dates/<int:occurrence_id>/compte-rendu", methods=["GET", "POST"])
def minutes(occurrence_id: int) -> Page:
    """Write what was said at a date."""
    one = organised(occurrence_id)
    session = db.session()
    known = session.scalars(papers.minutes_of(one.id)).one_or_none()
    form = MinutesForm(data={"body": known.words} if known else None)
    others: list[str] = []
    if form.validate_on_submit():
        try:
            actions.write_minutes(session, one, words(form.body), by=viewer())
        except Refused as refused:
            fields = dict.fromkeys(("body-empty", "body-too-long"), "body")
            others = show_refusal(form, refused, fields)
            one = organised(occurrence_id)
        else:
            session.commit()
            flash(
                _("The minutes are up to date.")
                if known
                else _("The minutes are online; those who registered and came are told by mail."),
                "success",
            )
            return redirect(page_of(one))
    began = one.starts_at <= clock.now()
    page = _page("minutes", one, form=form, others=others, known=known is not None, began=began)
    return page if request.method in SAFE else (page, 422)
