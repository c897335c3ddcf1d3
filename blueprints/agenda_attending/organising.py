"""What organisers set: places, closing, questions; a message to all those who come."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from agenda.attending import organising, policy
from agenda.attending import queries as attending
from agenda.models import Event, Occurrence
from agenda.queries import dates_of, event
from blueprints import _times
from blueprints._access import SAFE, found, viewer
from blueprints._forms import show_refusal, words
from blueprints._questions import KINDS
from blueprints._refusals import explain
from blueprints.agenda_attending import bp
from blueprints.agenda_attending._part import crumbs_of, organised, page_of, part_of, title_of
from blueprints.agenda_attending.forms import (
    MessageForm,
    QuestionForm,
    TermsForm,
    known_terms,
)
from core import clock
from core.db import db
from core.refusals import Refused
from directory.questions import QuestionKind

Page = Response | str | tuple[str, int]
TERMS_FIELDS = {"capacity-unknown": "capacity", "days-unknown": "days_before"}
QUESTION_FIELDS = {
    "question-empty": "words",
    "question-too-long": "words",
    "choices-few": "choices",
}


def _tended(event_id: int) -> Event:
    """An event that the viewer organises, or 404."""
    one = found(event(viewer(), event_id))
    if not policy.may_organise(viewer(), one):
        abort(404)
    return one


@bp.route("/<int:event_id>/inscriptions", methods=["GET", "POST"])
def terms(event_id: int) -> Page:
    """How one registers for the dates of an event, and what is asked."""
    one = _tended(event_id)
    known = db.session.scalars(attending.terms(one.id)).one_or_none()
    form = TermsForm(data=known_terms(known))
    form.offer()
    others: list[str] = []
    if form.validate_on_submit():
        try:
            organising.set_terms(db.session(), one, form.said(), by=viewer())
        except Refused as refused:
            others = show_refusal(form, refused, TERMS_FIELDS)
            one = _tended(event_id)
        else:
            db.session.commit()
            flash(_("Registration is set."), "success")
            return redirect(url_for(".terms", event_id=one.id))
    page = _terms_page(one, form, QuestionForm(formdata=None), others, known=known is not None)
    return page if request.method in SAFE else (page, 422)


def _terms_page(
    one: Event, form: TermsForm, question_form: QuestionForm, others: list[str], *, known: bool
) -> str:
    coming = dates_of(viewer(), one.id).limit(1)
    first = db.session.scalars(coming.where(Occurrence.ends_at >= clock.now())).one_or_none()
    return render_template(
        "agenda_attending/terms.html",
        event=one,
        form=form,
        question_form=question_form,
        others=others,
        known=known,
        back=page_of(first) if first else None,
        questions=[
            {
                "id": question.id,
                "words": question.words,
                "kind": KINDS[question.kind],
                "choices": question.choices.splitlines(),
                "required": question.required,
            }
            for question in attending.questions(db.session(), one.id)
        ],
    )


@bp.post("/<int:event_id>/inscriptions/questions")
def ask(event_id: int) -> Page:
    """Ask something of those who register."""
    one = _tended(event_id)
    form = QuestionForm()
    others: list[str] = []
    if form.validate_on_submit():
        try:
            organising.ask(
                db.session(),
                one,
                kind=QuestionKind(form.kind.data),
                words=words(form.words),
                choices=words(form.choices),
                required=form.needed.data,
                by=viewer(),
            )
        except Refused as refused:
            others = show_refusal(form, refused, QUESTION_FIELDS)
            one = _tended(event_id)
        else:
            db.session.commit()
            flash(_("The question will be asked of those who register."), "success")
            return redirect(url_for(".terms", event_id=one.id, _anchor="questions"))
    known = db.session.scalars(attending.terms(one.id)).one_or_none()
    terms_form = TermsForm(formdata=None, data=known_terms(known))
    terms_form.offer()
    return _terms_page(one, terms_form, form, others, known=known is not None), 422


@bp.post("/<int:event_id>/inscriptions/questions/<int:question_id>/retirer")
def retire(event_id: int, question_id: int) -> Response:
    """Ask it no more."""
    one = _tended(event_id)
    try:
        organising.retire(db.session(), one, question_id, by=viewer())
    except Refused as refused:
        db.session.rollback()
        flash(explain(refused), "warning")
    else:
        db.session.commit()
        flash(_("The question is no longer asked."), "success")
    return redirect(url_for(".terms", event_id=one.id, _anchor="questions"))


@bp.route("/dates/<int:occurrence_id>/message", methods=["GET", "POST"])
def message(occurrence_id: int) -> Page:
    """Write to all those who come to a date."""
    one = organised(occurrence_id)
    form = MessageForm()
    others: list[str] = []
    if form.validate_on_submit():
        try:
            organising.write(db.session(), one.id, words(form.words), by=viewer())
        except Refused as refused:
            others = show_refusal(form, refused, {"body-empty": "words", "body-too-long": "words"})
            one = organised(occurrence_id)
        else:
            db.session.commit()
            flash(_("Your message leaves by mail to those who come."), "success")
            return redirect(url_for(".people", occurrence_id=one.id))
    page = render_template(
        "agenda_attending/message.html",
        date=one,
        title=title_of(one),
        when=_times.in_words(one, one.event)[0],
        part=part_of(one),
        crumbs=crumbs_of(one),
        form=form,
        others=others,
    )
    return page if request.method in SAFE else (page, 422)
