"""The work that is put off, and trying again what went wrong."""

from flask import current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from blueprints._access import found, viewer
from blueprints._access import member as me
from blueprints._refusals import explain
from blueprints.administration import bp
from core import clock, jobs
from core.db import db
from core.jobs import Plan
from core.refusals import Refused
from house import work as queries

KINDS = {
    "accounts.leave": _l("Close an account for good"),
    "accounts.send_link": _l("Write a sign-in or password link"),
    "rooms.exclude": _l("Tell the video server who left"),
    "rooms.end": _l("Tell the video server that a meeting is over"),
    "expertise.quality": _l("Look at how institutions answer"),
    "expertise.subscriptions_end": _l("Look for subscriptions that end soon"),
    "expertise.recap": _l("Look for whom something waits at the desk"),
    "expertise.recap_one": _l("Write the weekly mail of somebody who answers needs"),
    "expertise.settle": _l("Look for reservations that ran out"),
    "expertise.rebuild": _l("Read the sheets of the experts again"),
    "expertise.figures": _l("Count the figures of the expertise desk"),
    "expertise.send_week": _l("Send the needs of the week"),
    "expertise.committees": _l("End the votes of committees, remind those who have not voted"),
    "expertise.survey": _l("Ask how a need went"),
    "expertise.survey_remind": _l("Remind of a survey, once"),
    "agenda.extend": _l("Write the coming dates of series"),
    "dates.look": _l("Look for dates to remind of"),
    "dates.remind": _l("Remind those who come to a date"),
    "dates.tell": _l("Tell those who come to a date"),
    "dates.tell_event": _l("Tell of each date of an event"),
    "dates.tell_one": _l("Tell somebody of their place"),
    "polls.tell": _l("Tell of a poll of dates"),
    "directory.back": _l("Find again a member whose suspension ends"),
    "directory.imports.forget": _l("Erase a table that was sent"),
    "directory.imports.read": _l("Read a table that was sent"),
    "directory.imports.write": _l("Write an import"),
    "directory.read_again": _l("Read again who says a word that changed"),
    "directory.subject": _l("Find the skills that a content speaks of"),
    "directory.subjects": _l("Find the skills that all contents speak of"),
    "directory.subjects_look": _l("Check the skills that contents speak of"),
    "figures.count": _l("Count the figures of the day"),
    "files.forget_pieces": _l("Clear the pieces of a file"),
    "files.read": _l("Read a file"),
    "files.tidy": _l("Tidy the files"),
    "forum.add_to_index": _l("Find topics similar to a new one"),
    "forum.index": _l("Find topics similar to a changed one"),
    "house.erase": _l("Erase what was deleted a month ago"),
    "inbound.poll": _l("Read the mailbox of answers"),
    "inbound.work": _l("Deal with a mail that came in"),
    "letter.begin": _l("Look whether letters are to leave"),
    "letter.write": _l("Write the letters of a network"),
    "map.locate": _l("Ask where an address is"),
    "notifications.announced": _l("Tell of a new date"),
    "notifications.ask": _l("Propose a question to colleagues"),
    "notifications.ask_around": _l("Look for questions without an answer"),
    "notifications.daily": _l("Daily mails"),
    "notifications.deposited": _l("Tell of a new document"),
    "notifications.document_changed": _l("Tell of a changed document"),
    "notifications.mail": _l("Write a mail of notifications"),
    "notifications.published": _l("Tell of a message"),
    "notifications.told": _l("Tell of a decision"),
    "public_letter.send": _l("Write a public letter to those who subscribe"),
    "public_letter.subscribe": _l("Ask an address to confirm a subscription"),
    "rides.tell": _l("Tell somebody of a shared ride"),
    "outbox.send": _l("Send a mail"),
    "resources.review": _l("Remind of documents to review"),
    "retention.carry_out": _l("Erase what is no longer kept"),
    "retention.nightly": _l("Look for what is no longer kept"),
    "search.build": _l("Build the search index"),
    "search.forget": _l("Build the index anew after a departure"),
    "search.index": _l("Update the search index"),
    "search.look": _l("Check the search index"),
    "search.sweep": _l("Clear what an index no longer uses"),
}


def _plan() -> Plan:
    found: Plan = current_app.extensions["maillage.plan"]
    return found


def _kind(name: str) -> str:
    return str(KINDS.get(name, name))


@bp.get("/travaux")
def work() -> str:
    """What waits, what goes wrong, what comes back."""
    last, oldest = jobs.last_beat(db.session()), jobs.oldest_due(db.session())
    present = clock.now()
    return render_template(
        "administration/work.html",
        lots=[
            (_kind(lot.kind), lot)
            for lot in queries.lots(db.session(), viewer())
            if lot.pressing or lot.kind not in _plan().periodic
        ],
        wrong=[
            (one, _kind(one.kind), queries.error(one))
            for one in db.session.scalars(queries.going_wrong(viewer()))
        ],
        upcoming=sorted(
            ((_kind(kind), at) for kind, at in queries.upcoming(_plan(), present).items()),
            key=lambda pair: pair[1],
        ),
        beat=last,
        silent=last is None or present - last > jobs.SILENT,
        late=oldest is not None and present - oldest > jobs.LATE,
        oldest=oldest,
    )


@bp.post("/travaux/<int:job_id>/reessayer")
def try_work_again(job_id: int) -> Response:
    """Try it now."""
    one = found(queries.job(viewer(), job_id))
    try:
        queries.try_now(db.session(), viewer(), one, by=me())
    except Refused as refused:
        db.session.rollback()
        flash(explain(refused), "warning")
    else:
        db.session.commit()
        flash(_("It is tried again now. Reload this page in a moment."), "success")
    return redirect(url_for(".work"))
