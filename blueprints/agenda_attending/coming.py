"""Coming to a date, waiting for a place, saying that one does not come; one's own dates."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from agenda.attending import actions
from agenda.attending import queries as attending
from agenda.attending.models import Standing
from agenda.ics.events import location
from agenda.models import Occurrence
from agenda.queries import occurrence as seen_occurrence
from blueprints import _times
from blueprints._access import SAFE, viewer
from blueprints._forms import Form, show_refusal
from blueprints._questions import answered
from blueprints._refusals import explain
from blueprints.agenda import _finding
from blueprints.agenda_attending import bp
from blueprints.agenda_attending._part import crumbs_of, page_of, part_of, seen, title_of
from blueprints.agenda_attending.forms import answers_form
from core import clock
from core.db import db
from core.refusals import Refused

Page = Response | str | tuple[str, int]


@bp.route("/dates/<int:occurrence_id>/participer", methods=["GET", "POST"])
def date(occurrence_id: int) -> Page:
    """Where one takes part: what one said, the places left, the questions of the organiser."""
    one = seen(occurrence_id)
    session = db.session()
    asked = attending.questions(session, one.event_id)
    mine = attending.registration_of(session, one.id, viewer().member_id)
    form = answers_form(asked, attending.answers_of(session, mine) if asked else {})
    others: list[str] = []
    if form.validate_on_submit():
        try:
            before = mine.standing if mine else None
            registration = actions.register(
                session, one.id, member=viewer(), answers=answered(form, asked)
            )
        except Refused as refused:
            field = {refused.code: f"question_{refused.values.get('question_id')}"}
            others = show_refusal(form, refused, field if field[refused.code] in form else {})
            one = seen(occurrence_id)
        else:
            session.commit()
            flash(_told(registration.standing, before), "success")
            return redirect(page_of(one))
    page = _page(one, form, others)
    return page if request.method in SAFE else (page, 422)


def _told(now: Standing, before: Standing | None) -> str:
    """What became of the registration."""
    if now is before:
        return _("Your answers are saved.")
    if now is Standing.COMING:
        return _("It is noted. An invitation for your calendar leaves by mail.")
    return _("It is noted: you are on the waiting list.")


def _page(one: Occurrence, form: Form, others: list[str]) -> str:
    event = one.event
    return render_template(
        "agenda_attending/date.html",
        title=title_of(one),
        event=event,
        when=_times.in_words(one, event),
        place=one.place or location(event),
        crumbs=crumbs_of(one),
        cancelled=_finding.is_cancelled(event, one),
        part=part_of(one),
        form=form,
        names=[name for name in form._fields if name.startswith("question_")],
        others=others,
    )


@bp.post("/dates/<int:occurrence_id>/je-ne-viens-pas")
def decline(occurrence_id: int) -> Response:
    """Say that one does not come, or no longer; also for a date that one no longer sees."""
    session = db.session()
    mine = attending.registration_of(session, occurrence_id, viewer().member_id)
    sees = session.scalars(seen_occurrence(viewer(), occurrence_id)).one_or_none()
    if mine is None and sees is None:
        abort(404)
    try:
        actions.decline(session, occurrence_id, member_id=viewer().member_id)
    except Refused as refused:
        session.rollback()
        flash(explain(refused), "warning")
    else:
        session.commit()
        flash(_("It is noted: you do not come."), "success")
    sees = session.scalars(seen_occurrence(viewer(), occurrence_id)).one_or_none()
    return redirect(page_of(sees) if sees else url_for(".mine"))


@bp.get("/mes-dates")
def mine() -> str:
    """The dates that one comes to, waits for or organises; those that are over apart."""
    past = request.args.get("voir") == "passees"
    dates = attending.my_dates(db.session(), viewer(), past=past)
    return render_template(
        "agenda_attending/mine.html",
        past=past,
        tabs=_finding.tabs(clock.today()),
        views=[
            {"label": _("To come"), "href": url_for(".mine"), "current": not past},
            {"label": _("Past dates"), "href": url_for(".mine", voir="passees"), "current": past},
        ],
        dates=[_row(one) for one in dates],
        lost=[] if past else db.session.scalars(attending.lost(viewer())).all(),
    )


def _row(one: attending.MyDate) -> dict[str, object]:
    """A line of the list."""
    occurrence = one.occurrence
    event = occurrence.event
    return {
        "title": title_of(occurrence),
        "href": page_of(occurrence),
        "when": _times.in_words(occurrence, event)[0],
        "place": _finding.place_of(event, occurrence),
        "comes": one.standing is Standing.COMING,
        "rank": one.rank,
        "came": one.came,
        "organises": event.owner_id == viewer().member_id,
        "cancelled": _finding.is_cancelled(event, occurrence),
    }
