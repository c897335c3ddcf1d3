"""What who announced a date does with it: change one, those that follow, all; cancel; withdraw."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from agenda import changes, policy, queries, splitting
from agenda.dates import ends_of
from agenda.models import Event, Occurrence
from agenda.recurrence import wall
from agenda.rhythm import read
from blueprints._access import SAFE, found, key, member, viewer
from blueprints._forms import show_refusal, words
from blueprints._picker import reaches_in_words
from blueprints._refusals import explain
from blueprints._times import in_words
from blueprints.agenda import _finding, bp
from blueprints.agenda.forms import (
    DATE_FIELDS,
    FIELDS,
    FOLLOWING,
    ONE,
    CancelForm,
    DateForm,
    EventForm,
    date_known,
    first_span,
    known,
)
from blueprints.agenda.reading import seen_date
from core.db import db
from core.refusals import Refused

Page = Response | str | tuple[str, int]


def _tended(event_id: int) -> Event:
    """An event that the viewer sees and may tend."""
    one = found(queries.event(viewer(), event_id))
    if not policy.may_tend(viewer(), one):
        abort(403)
    return one


def _tended_date(event_id: int, occurrence_id: int) -> Occurrence:
    one = seen_date(event_id, occurrence_id)
    if not policy.may_tend(viewer(), one.event):
        abort(403)
    return one


@bp.route("/<int:event_id>/modifier", methods=["GET", "POST"])
def edit(event_id: int) -> Page:
    """Say otherwise what an event is, with all its dates."""
    one = _tended(event_id)
    form, rule = _event_form(one, first_span(one, one.starts_at, one.ends_at), one.recurrence)
    others: list[str] = []
    if form.validate_on_submit():
        try:
            changes.rearrange(db.session(), one, form.said(one, rule), by=viewer())
        except Refused as refused:
            others = show_refusal(form, refused, FIELDS)
            one = _tended(event_id)
        else:
            db.session.commit()
            flash(_("“%(title)s” is up to date.", title=one.title), "success")
            return redirect(url_for(".event", event_id=one.id))
    return _edit_page(one, form, others, None)


@bp.route("/<int:event_id>/dates/<int:occurrence_id>/suivantes", methods=["GET", "POST"])
def edit_following(event_id: int, occurrence_id: int) -> Page:
    """Change a date and those that follow: the series becomes two."""
    at = _tended_date(event_id, occurrence_id)
    one = at.event
    if not one.recurrence:
        abort(404)
    begins = at.recurrence_at
    starts, cut = wall(one.starts_at, one.zone), wall(begins, one.zone)
    later = splitting.since(one.recurrence, starts, cut)
    form, rule = _event_form(one, first_span(one, begins, ends_of(one, begins)), later)
    others: list[str] = []
    if form.validate_on_submit():
        try:
            said = form.said(one, rule)
            follows = changes.rearrange_following(db.session(), at, said, by=viewer())
        except Refused as refused:
            others = show_refusal(form, refused, FIELDS)
            at = _tended_date(event_id, occurrence_id)
        else:
            db.session.commit()
            flash(_("This date and those that follow are changed."), "success")
            return redirect(url_for(".event", event_id=follows.id))
    return _edit_page(at.event, form, others, at)


def _event_form(one: Event, said: Any, rule: str) -> tuple[EventForm, str]:
    """The form of an event, and the rule that it cannot say and keeps."""
    kept = "" if not rule or read(rule, said.starts) else rule
    form = EventForm(data=known(one, said, rule))
    form.offer(one, kept)
    return form, kept


def _edit_page(one: Event, form: EventForm, others: list[str], at: Occurrence | None) -> Page:
    page = render_template(
        "agenda/edit.html",
        form=form,
        others=others,
        event=one,
        date=at,
        audience=reaches_in_words({one.audience_id})[one.audience_id],
    )
    return page if request.method in SAFE else (page, 422)


@bp.route("/<int:event_id>/dates/<int:occurrence_id>/modifier", methods=["GET", "POST"])
def edit_date(event_id: int, occurrence_id: int) -> Page:
    """Change one date alone."""
    at = _tended_date(event_id, occurrence_id)
    form = DateForm(data=date_known(at))
    others: list[str] = []
    if form.validate_on_submit():
        try:
            changes.rearrange_date(db.session(), at, form.said(at), by=viewer())
        except Refused as refused:
            others = show_refusal(form, refused, DATE_FIELDS)
            at = _tended_date(event_id, occurrence_id)
        else:
            db.session.commit()
            flash(_("This date is changed, and the others stay as they are."), "success")
            return redirect(_finding.address_of_date(at.event, at))
    page = render_template(
        "agenda/edit_date.html", form=form, others=others, date=at, when=in_words(at, at.event)[0]
    )
    return page if request.method in SAFE else (page, 422)


@bp.post("/<int:event_id>/dates/<int:occurrence_id>/comme-la-serie")
def undo_date(event_id: int, occurrence_id: int) -> Response:
    """Forget what was changed of one date."""
    at = _tended_date(event_id, occurrence_id)
    return _done(
        at.event,
        at,
        lambda: changes.as_the_rule_says(db.session(), at, by=viewer()),
        _("This date is as the others again."),
    )


def _done(one: Event, at: Occurrence | None, act: Any, sentence: str) -> Response:
    """Do it and go back to the page where it was asked."""
    back = _finding.address_of_date(one, at) if at else url_for(".event", event_id=one.id)
    try:
        act()
    except Refused as refused:
        db.session.rollback()
        flash(explain(refused), "warning")
    else:
        db.session.commit()
        flash(sentence, "success")
    return redirect(back)


@bp.route("/<int:event_id>/annuler", methods=["GET", "POST"])
def cancel(event_id: int) -> Page:
    """Say that it will not take place: a date, those that follow, all."""
    one = _tended(event_id)
    number = request.args.get("date", type=key)
    at = _tended_date(event_id, number) if number and one.recurrence else None
    form = CancelForm()
    form.offer(at)
    others: list[str] = []
    if form.validate_on_submit():
        try:
            where = _cancelled(one, at, form)
        except Refused as refused:
            others = show_refusal(form, refused, {"words-too-long": "reason"})
            one = _tended(event_id)
            at = _tended_date(event_id, number) if number and at else None
        else:
            db.session.commit()
            flash(_("It is cancelled: the agenda says so."), "success")
            return redirect(where)
    page = render_template(
        "agenda/cancel.html",
        form=form,
        others=others,
        event=one,
        date=at,
        when=in_words(at or one, one)[0],
    )
    return page if request.method in SAFE else (page, 422)


def _cancelled(one: Event, at: Occurrence | None, form: CancelForm) -> str:
    """Cancel what was chosen; where that is read."""
    why = words(form.reason)
    if at is None or form.scope.data not in {ONE, FOLLOWING}:
        changes.cancel(db.session(), one, why, by=viewer())
        return url_for(".event", event_id=one.id)
    if form.scope.data == FOLLOWING:
        follows = changes.cancel_following(db.session(), at, why, by=viewer())
        return url_for(".event", event_id=follows.id)
    changes.cancel_date(db.session(), at, why, by=viewer())
    return _finding.address_of_date(one, at)


@bp.post("/<int:event_id>/retablir")
def restore(event_id: int) -> Response:
    """An event will take place after all."""
    one = _tended(event_id)
    said = _("It will take place: the agenda says so again.")
    return _done(one, None, lambda: changes.restore(db.session(), one, by=viewer()), said)


@bp.post("/<int:event_id>/retirer")
def withdraw(event_id: int) -> Response:
    """Take it away from everyone."""
    one = _tended(event_id)
    changes.withdraw(db.session(), one, by=member(), viewer=viewer())
    db.session.commit()
    undo = Markup('<a href="{}">{}</a>').format(url_for(".withdrawn", event_id=event_id), _("Undo"))
    flash(_("“%(title)s” is withdrawn.", title=one.title) + Markup(" ") + undo, "success")
    return redirect(url_for(".index"))


@bp.route("/<int:event_id>/retire", methods=["GET", "POST"])
def withdrawn(event_id: int) -> Page:
    """An event that was taken away, and the button that gives it back."""
    one = found(queries.withdrawn(viewer(), event_id))
    if request.method in SAFE:
        may = one.may_be_brought_back_by(viewer())
        return render_template("agenda/withdrawn.html", event=one, may=may)
    changes.give_back(db.session(), one, by=member(), viewer=viewer())
    db.session.commit()
    flash(_("It can be found again."), "success")
    return redirect(url_for(".event", event_id=event_id))
