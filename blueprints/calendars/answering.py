"""Saying whether one comes, by the link of a mail: its signature is the proof."""

from typing import Any

from flask import render_template, request
from flask_babel import lazy_gettext as _l

from agenda.ics import invitations
from agenda.ics.events import location
from agenda.ics.replies import Answer
from blueprints._access import public, settings
from blueprints._words import day, exact
from blueprints.calendars import bp
from core.db import db
from core.refusals import Refused

ANSWERS: dict[Answer, Any] = {
    Answer.ACCEPTED: _l("I am coming"),
    Answer.TENTATIVE: _l("Perhaps"),
    Answer.DECLINED: _l("I am not coming"),
}


@bp.route("/reponse/<token>", methods=["GET", "POST"])
@public
def answer(token: str) -> tuple[str, int]:
    """Say whether one comes: opening the link says nothing yet."""
    said = None
    try:
        invited = invitations.invited(db.session(), settings(), token)
        typed = request.form.get("answer", "")
        if request.method == "POST" and typed in set(Answer):
            said = Answer(typed)
            invitations.answer(db.session(), invited, said)
            db.session.commit()
    except Refused:
        db.session.rollback()
        return render_template("calendars/answer.html", title=None), 404
    event, at = invited.event, invited.occurrence
    starts = at.starts_at if at else event.starts_at
    page = render_template(
        "calendars/answer.html",
        title=(at.title if at else None) or event.title,
        when=day(starts) if event.all_day else exact(starts),
        place=(at.place if at else None) or location(event),
        answers={one.value: words for one, words in ANSWERS.items()},
        said=ANSWERS[said] if said else None,
    )
    return page, 200
