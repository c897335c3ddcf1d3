"""Who comes: names for those who come, all of it for who organises; the lists that leave."""

from collections.abc import Sequence
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from access.viewers import Viewer
from agenda.attending import organising, policy
from agenda.attending import queries as attending
from agenda.attending.models import Question, Standing
from agenda.attending.queries import Place
from agenda.models import Occurrence
from blueprints import _times
from blueprints._access import key, member, viewer
from blueprints._questions import in_words
from blueprints._refusals import explain
from blueprints._sheets import ENDINGS, send_sheet
from blueprints._shell import initials
from blueprints._topics import address_of
from blueprints._words import instant
from blueprints.agenda_attending import bp
from blueprints.agenda_attending._part import (
    counts_in_words,
    crumbs_of,
    organised,
    page_of,
    seen,
    title_of,
)
from blueprints.agenda_attending.forms import TakeOffForm
from core import clock
from core.db import db
from core.refusals import Refused
from core.sheets import Cell, Sheet
from directory.queries import work_lines

STANDINGS = {
    Standing.COMING: _l("Comes"),
    Standing.WAITING: _l("Waits for a place"),
    Standing.DECLINED: _l("Does not come"),
}
GROUPS = {
    Standing.COMING: _l("Who comes"),
    Standing.WAITING: _l("On the waiting list"),
    Standing.DECLINED: _l("Who does not come"),
}


@bp.get("/dates/<int:occurrence_id>/inscrits")
def people(occurrence_id: int) -> str:
    """Who comes. The organiser also reads who waits, who does not come, and the answers."""
    one = seen(occurrence_id)
    mine = attending.registration_of(db.session(), one.id, viewer().member_id)
    if not policy.may_read_names(viewer(), one.event, mine):
        abort(404)
    organises = policy.may_organise(viewer(), one.event)
    places = attending.people(db.session(), one.event, one.id)
    return render_template(
        "agenda_attending/people.html",
        date=one,
        title=title_of(one),
        when=_times.in_words(one, one.event)[0],
        back=page_of(one),
        crumbs=crumbs_of(one),
        part=_counts(one, places),
        organises=organises,
        began=one.starts_at <= clock.now(),
        groups=_groups(one, places, organises=organises),
    )


def _counts(one: Occurrence, places: Sequence[Place]) -> dict[str, Any]:
    """How many come, and how many places are left, from the list itself."""
    terms = db.session.scalars(attending.terms(one.event_id)).one_or_none()
    coming = [place for place in places if place.registration.standing is Standing.COMING]
    return counts_in_words(terms, len(coming))


def _groups(one: Occurrence, places: Sequence[Place], *, organises: bool) -> list[dict[str, Any]]:
    """The people by what they said; those who come alone when one does not organise."""
    works = work_lines(db.session(), viewer(), [place.member.id for place in places])
    asked = attending.questions(db.session(), one.event_id, every=True) if organises else []
    said = (
        attending.answers(db.session(), [place.registration.id for place in places])
        if asked
        else {}
    )
    groups = []
    for standing in Standing if organises else (Standing.COMING,):
        lines = [
            _line(place, works.get(place.member.id, ""), asked, said)
            for place in places
            if place.registration.standing is standing
        ]
        if lines:
            groups.append({"standing": standing, "name": GROUPS[standing], "lines": lines})
    return groups


def _line(
    place: Place, work: str, asked: Sequence[Question], said: dict[tuple[int, int], str]
) -> dict[str, Any]:
    registration, person = place.registration, place.member
    return {
        "id": registration.id,
        "name": person.name,
        "initials": initials(person),
        "job": work or None,
        "href": address_of("directory.member", person.id),
        "sees": place.sees,
        "came": registration.came,
        "since": registration.since,
        "answers": [
            (question.words, in_words(question, words))
            for question in asked
            if (words := said.get((registration.id, question.id)))
        ],
    }


@bp.post(f"/dates/<int:occurrence_id>/inscrits.<{ENDINGS}:ending>")
def export(occurrence_id: int, ending: str) -> Response:
    """The list of a date as a file: names, answers, who came; no address. The trail keeps it."""
    one = organised(occurrence_id)
    asked = attending.questions(db.session(), one.event_id, every=True)
    places = attending.people(db.session(), one.event, one.id)
    header = [
        *(_("Last name"), _("First name"), _("Job and employer")),
        *(_("Registration"), _("Since")),
        *(question.words for question in asked),
        _("Came"),
    ]
    rows = _rows(viewer(), places, asked)
    organising.note_export(db.session(), one, by=member(), viewer=viewer(), lines=len(rows))
    db.session.commit()
    return send_sheet("inscrits", ending, Sheet(_("Registrations"), header, rows))


def _rows(viewer: Viewer, places: Sequence[Place], asked: Sequence[Question]) -> list[list[Cell]]:
    works = work_lines(db.session(), viewer, [place.member.id for place in places])
    said = attending.answers(db.session(), [place.registration.id for place in places])
    came = {True: _("yes"), False: _("no"), None: ""}
    rows: list[list[Cell]] = []
    for place in places:
        person, registration = place.member, place.registration
        answers = [
            in_words(question, said.get((registration.id, question.id), "")) for question in asked
        ]
        rows.append(
            [
                *(person.last_name, person.first_name, works.get(person.id, "")),
                *(str(STANDINGS[registration.standing]), instant(registration.since)),
                *answers,
                came[registration.came],
            ]
        )
    return rows


@bp.get("/dates/<int:occurrence_id>/emargement")
def sign_in_sheet(occurrence_id: int) -> str:
    """The list to be printed, with a place for each signature."""
    one = organised(occurrence_id)
    places = [
        place
        for place in attending.people(db.session(), one.event, one.id)
        if place.registration.standing is Standing.COMING
    ]
    works = work_lines(db.session(), viewer(), [place.member.id for place in places])
    return render_template(
        "agenda_attending/sheet.html",
        date=one,
        title=title_of(one),
        when=_times.in_words(one, one.event)[0],
        back=page_of(one),
        crumbs=crumbs_of(one),
        lines=[(place.member.name, works.get(place.member.id, ""), "") for place in places],
    )


@bp.post("/dates/<int:occurrence_id>/presences")
def attendance(occurrence_id: int) -> Response:
    """Note who came."""
    one = organised(occurrence_id)
    came = request.form.getlist("came", type=key)
    return _done(
        one.id,
        lambda: organising.note_who_came(db.session(), one, came, by=viewer()),
        _("Who came is noted."),
    )


@bp.post("/dates/<int:occurrence_id>/inscrits/<int:registration_id>/retirer")
def take_off(occurrence_id: int, registration_id: int) -> Response:
    """Take somebody off the list."""
    one = organised(occurrence_id)
    why = TakeOffForm().why.data or ""
    return _done(
        one.id,
        lambda: organising.take_off(db.session(), one.id, registration_id, why, by=viewer()),
        _("The place is freed, and the person told."),
    )


def _done(occurrence_id: int, act: Any, words: str) -> Response:
    try:
        act()
    except Refused as refused:
        db.session.rollback()
        flash(explain(refused), "warning")
    else:
        db.session.commit()
        flash(words, "success")
    return redirect(url_for(".people", occurrence_id=occurrence_id))
