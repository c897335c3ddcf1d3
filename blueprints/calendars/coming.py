"""A calendar file that comes in: send it, see what becomes of each event, say yes."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.wrappers import Response
from wtforms import BooleanField, FileField, SelectField

from agenda.ics import limits, sending
from agenda.ics.importing import Choice, Fate, Outcome
from agenda.ics.models import CalendarImport
from agenda.ics.values import Entry, Problem
from agenda.models import EventKind
from blueprints._access import SAFE, found, reads, viewer
from blueprints._forms import Form, options, required, show_refusal
from blueprints._limits import limiter
from blueprints._picker import Reached, chosen, count_words, picker, undecided
from blueprints._refusals import explain
from blueprints._security import csrf
from blueprints._uploads import let_files_in
from blueprints._words import date_words, instant
from blueprints.calendars import bp
from core import clock
from core.db import db
from core.refusals import Refused
from directory.lists import offered
from directory.models import Theme

Page = str | tuple[str, int] | Response
SENT = "10/minute;60/hour"
"""Reading a file takes a process, and a second or more."""
FATES = {
    Fate.NEW: _l("To be announced"),
    Fate.CHANGED: _l("To be updated"),
    Fate.SAME: _l("Unchanged"),
    Fate.LEFT: _l("Left aside"),
    Fate.REFUSED: _l("With an error"),
}
DONE = {Fate.NEW: _l("Announced"), Fate.CHANGED: _l("Updated")}
FIELDS = {
    **dict.fromkeys(
        ("file-empty", "calendar-unknown", "calendar-damaged", "calendar-empty"), "file"
    ),
    **dict.fromkeys(("calendar-too-large", "calendar-too-deep"), "file"),
    **dict.fromkeys(("calendar-too-many-events", "calendar-too-many-dates"), "file"),
}


def _chosen(value: str | int | None) -> int | None:
    return int(value) if value else None


class FileForm(Form):
    """A file, and what is said once for all its events."""

    file = FileField(
        _l("Calendar file (.ics)"), [required()], description=_l("2 MB and 500 events at most.")
    )
    kind = SelectField(_l("Kind"), [required()], coerce=_chosen)
    theme = SelectField(_l("Theme"), coerce=_chosen)
    past = BooleanField(_l("Take the dates that are over, too"))

    def offer(self) -> None:
        """Fill the lists."""
        kinds = [(one.id, one.name) for one in db.session.scalars(offered(EventKind))]
        themes = [(one.id, one.name) for one in db.session.scalars(offered(Theme))]
        self.kind.choices = options([("", _("Choose")), *kinds])
        self.theme.choices = options([("", _("None")), *themes])

    def choice(self, reach: Reached) -> Choice:
        """What was said."""
        return Choice(
            networks=tuple(sorted(reach.networks)),
            territories=tuple(sorted(reach.territories)),
            kind_id=self.kind.data,
            theme_id=self.theme.data,
            past=bool(self.past.data),
            untitled=_("Untitled"),
        )


@bp.route("/fichiers", methods=["GET", "POST"])
@limiter.limit(SENT, methods=["POST"])
@csrf.exempt  # checked by let_files_in
def files() -> Page:
    """Send a file."""
    if request.method not in SAFE:
        let_files_in(limits.BYTES)
    form = FileForm()
    form.offer()
    if request.method in SAFE:
        return _sending(form, Reached(), [])
    if not form.validate_on_submit() or undecided():
        others = [explain(Refused("audience-undecided"))] if undecided() else []
        return _sending(form, chosen(), others), 422
    upload = form.file.data
    db.session.rollback()  # others write while the file is read
    try:
        read = sending.read(upload.stream)
        sent = sending.propose(
            db.session(),
            read,
            viewer=viewer(),
            name=upload.filename or "",
            choice=form.choice(chosen()),
        )
    except Refused as refused:
        return _sending(form, chosen(), show_refusal(form, refused, FIELDS)), 422
    db.session.commit()
    return redirect(url_for(".file", file_id=sent.id))


def _sending(form: FileForm, reach: Reached, others: list[str]) -> str:
    return render_template(
        "calendars/files.html",
        form=form,
        picker=picker(viewer(), reach, url_for(".count")),
        others=others,
        files=db.session.scalars(sending.mine(viewer())).all(),
    )


@bp.post("/fichiers/portee")
@reads
def count() -> str:
    """How many members would see them, in words, as the boxes are checked."""
    return count_words(viewer(), chosen())


@bp.get("/fichiers/<int:file_id>")
def file(file_id: int) -> str:
    """What becomes, or became, of each event."""
    sent = found(sending.one(viewer(), file_id))
    outcomes = sending.outcomes(sent)
    said = sending.said(sent)
    entries = {one.number: one for one in said.entries}
    return render_template(
        "calendars/file.html",
        file=sent,
        lines=[
            _line(one, entries, said.problems, done=sent.done_at is not None) for one in outcomes
        ],
        many=sending.writes(outcomes),
    )


def _line(
    outcome: Outcome, entries: dict[int, Entry], problems: tuple[Problem, ...], *, done: bool
) -> dict[str, Any]:
    """An event in words."""
    entry = entries.get(outcome.number)
    why = [explain(Refused(outcome.code, **outcome.values))] if outcome.code else []
    asides = [one for one in problems if one.number == outcome.number and not one.refuses]
    words = DONE.get(outcome.fate, FATES[outcome.fate]) if done else FATES[outcome.fate]
    return {
        "title": outcome.title or _("Untitled"),
        "fate": outcome.fate,
        "words": words,
        "when": _when(entry) if entry else "",
        "problems": why,
        "asides": [explain(Refused(one.code, **one.values)) for one in asides],
    }


def _when(entry: Entry) -> str:
    day = date_words(entry.starts.date())
    if not entry.all_day:
        day = instant(entry.starts.replace(tzinfo=clock.PARIS))  # as its own clock shows it
    return _("%(day)s, then as its rule says", day=day) if entry.recurrence else day


@bp.post("/fichiers/<int:file_id>/confirmer")
def confirm_file(file_id: int) -> Response:
    """Announce its events, and bring up to date those that came before."""
    sent = found(sending.one(viewer(), file_id))
    try:
        outcomes = sending.confirm(db.session(), viewer(), sent)
    except Refused as refused:
        db.session.rollback()
        flash(explain(refused), "warning")
    else:
        many = sending.writes(outcomes)
        db.session.commit()
        flash(
            ngettext("%(num)s date is in the agenda.", "%(num)s dates are in the agenda.", many),
            "success",
        )
    return redirect(url_for(".file", file_id=file_id))


@bp.post("/fichiers/<int:file_id>/abandonner")
def give_up_file(file_id: int) -> Response:
    """Forget a file; what was written stays."""
    sent: CalendarImport = found(sending.one(viewer(), file_id))
    sending.give_up(db.session(), sent)
    db.session.commit()
    flash(_("The file “%(name)s” is forgotten.", name=sent.name), "success")
    return redirect(url_for(".files"))
