"""Saying whether one comes, by the link of a mail: its signature is the proof."""

from typing import Any

from flask import render_template, request, url_for
from flask_babel import lazy_gettext as _l

from agenda.attending import answering
from agenda.attending.models import Standing
from agenda.attending.queries import registration_of
from agenda.ics import invitations
from agenda.ics.events import location
from agenda.ics.replies import Answer
from blueprints._access import public, settings
from blueprints._refusals import explain
from blueprints._times import in_words
from blueprints.calendars import bp
from core.db import db
from core.refusals import Refused

ANSWERS: dict[Answer, Any] = {
    Answer.ACCEPTED: _l("I am coming"),
    Answer.DECLINED: _l("I am not coming"),
}
STANDINGS = {
    Standing.COMING: _l(
        "You take part: a place is kept for you. You can still change your answer."
    ),
    Standing.WAITING: _l(
        "You are on the waiting list: a mail will tell you when a place is freed for you."
    ),
    Standing.DECLINED: _l("You said that you do not come. You can still change your answer."),
}


@bp.route("/reponse/<token>", methods=["GET", "POST"])
@public
def answer(token: str) -> tuple[str, int]:
    """Say whether one comes: opening the link says nothing yet."""
    problem = ""
    try:
        invited = invitations.invited(db.session(), settings(), token)
        if request.method == "POST" and request.form.get("answer") in set(ANSWERS):
            try:
                answering.answer(db.session(), invited, Answer(request.form["answer"]))
                db.session.commit()
            except Refused as refused:
                db.session.rollback()
                problem = explain(refused)
            invited = invitations.invited(db.session(), settings(), token)
    except Refused:
        return render_template("calendars/answer.html", title=None), 404
    return _page(invited, problem), 422 if problem else 200


def _page(invited: invitations.Invited, problem: str) -> str:
    """What one is invited to, what one said, and what could not be done."""
    event = invited.event
    at = answering.date_of(db.session(), invited)
    mine = registration_of(db.session(), at.id, invited.member.id) if at else None
    return render_template(
        "calendars/answer.html",
        title=(at.title if at else None) or event.title,
        when=in_words(at or event, event),
        place=(at.place if at else None) or location(event),
        answers={one.value: words for one, words in ANSWERS.items()},
        said=STANDINGS[mine.standing] if mine else None,
        problem=problem,
        href=url_for("agenda_attending.date", occurrence_id=at.id) if at else None,
    )
