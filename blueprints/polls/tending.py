"""What who proposed a poll does with it: correct it, change its slots, remind, close, withdraw."""

from collections.abc import Callable

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from agenda.polls import actions, policy, queries
from agenda.polls.models import Poll
from blueprints._access import SAFE, found, member, viewer
from blueprints._forms import show_refusal
from blueprints._picker import reaches_in_words
from blueprints._refusals import explain
from blueprints.polls import _reading, bp
from blueprints.polls.forms import (
    FIELDS,
    MORE,
    PollForm,
    completed,
    known,
    typed_rows,
    wants_more,
    with_problems,
    with_room,
)
from blueprints.polls.forms import slots as said_slots
from core import clock
from core.db import db
from core.refusals import Refused

Page = Response | str | tuple[str, int]


def tended(poll_id: int) -> Poll:
    """A poll that the viewer sees and may tend."""
    one = found(queries.poll(viewer(), poll_id))
    if not policy.may_tend(viewer(), one):
        abort(403)
    return one


@bp.route("/<int:poll_id>/modifier", methods=["GET", "POST"])
def edit(poll_id: int) -> Page:
    """Say otherwise what a poll is about."""
    one = tended(poll_id)
    form = PollForm(data=known(one))
    form.offer(one)
    others: list[str] = []
    if form.validate_on_submit():
        try:
            actions.correct(db.session(), one.id, form.said(), by=viewer())
        except Refused as refused:
            others = show_refusal(form, refused, FIELDS)
            one = tended(poll_id)
        else:
            db.session.commit()
            flash(_("“%(title)s” is up to date.", title=one.title), "success")
            return redirect(url_for(".poll", poll_id=poll_id))
    page = render_template(
        "polls/edit.html",
        form=form,
        others=others,
        poll=one,
        audience=reaches_in_words({one.audience_id})[one.audience_id],
    )
    return page if request.method in SAFE else (page, 422)


@bp.route("/<int:poll_id>/creneaux", methods=["GET", "POST"])
def slots(poll_id: int) -> Page:
    """The slots of a poll: take one off, propose others."""
    one = tended(poll_id)
    rows, problem = typed_rows(), ""
    if wants_more():
        rows = completed(rows, one.minutes)
    elif request.method not in SAFE:
        try:
            new = said_slots(rows, one.minutes, all_day=one.all_day)
            actions.add_slots(db.session(), one.id, new, by=viewer())
        except Refused as refused:
            db.session.rollback()
            problem, one = explain(refused), tended(poll_id)
            rows = with_problems(rows, one.minutes, all_day=one.all_day)
        else:
            db.session.commit()
            flash(_("The slots are proposed: those who answered will be told."), "success")
            return redirect(url_for(".poll", poll_id=poll_id))
    there, tallies = queries.tallied(db.session(), one.id)
    page = render_template(
        "polls/slots.html",
        poll=one,
        slots=_reading.slot_lines(one, there, tallies, None, {}),
        wanted={slot_id for slot_id, tally in tallies.items() if tally.yes or tally.if_needed},
        rows=with_room(rows, MORE if wants_more() else 0),
        today=clock.today(),
        problem=problem,
        may_remove=len(there) > actions.FEWEST_SLOTS,
        full=len(there) >= actions.MOST_SLOTS,
    )
    return page if request.method in SAFE or wants_more() else (page, 422)


@bp.post("/<int:poll_id>/creneaux/<int:slot_id>/retirer")
def remove_slot(poll_id: int, slot_id: int) -> Response | str:
    """Propose a slot no more; asked first, when somebody can come then."""
    one = tended(poll_id)
    slot = found(queries.slot(one.id, slot_id))
    sure = "sure" in request.form
    try:
        actions.remove_slot(db.session(), one.id, slot_id, by=viewer(), sure=sure)
    except Refused as refused:
        db.session.rollback()
        if refused.code == "slot-wanted":
            _slots, tallies = queries.tallied(db.session(), poll_id)
            return render_template(
                "polls/remove_slot.html",
                poll=one,
                slot=slot,
                when=_reading.when(one, slot),
                tally=_reading.tally_words(tallies[slot_id]),
            )
        flash(explain(refused), "warning")
    else:
        db.session.commit()
        flash(_("This slot is no longer proposed."), "success")
    return redirect(url_for(".slots", poll_id=poll_id))


def _done(poll_id: int, act: Callable[[], None], sentence: str) -> Response:
    """Do it, and go back to the page of the poll."""
    try:
        act()
    except Refused as refused:
        db.session.rollback()
        flash(explain(refused), "warning")
    else:
        db.session.commit()
        flash(sentence, "success")
    return redirect(url_for(".poll", poll_id=poll_id))


@bp.post("/<int:poll_id>/relancer")
def remind(poll_id: int) -> Response:
    """Remind those who have not answered."""
    one = tended(poll_id)
    said = _("Those who have not answered will be reminded by mail.")
    return _done(one.id, lambda: actions.remind(db.session(), one.id, by=viewer()), said)


@bp.post("/<int:poll_id>/clore")
def close(poll_id: int) -> Response:
    """Take no more answers: no date comes of it."""
    one = tended(poll_id)
    said = _("The poll is closed: those who answered will be told.")
    return _done(one.id, lambda: actions.close(db.session(), one.id, by=viewer()), said)


@bp.post("/<int:poll_id>/rouvrir")
def reopen(poll_id: int) -> Response:
    """Take answers again."""
    one = tended(poll_id)
    said = _("The poll is open again.")
    return _done(one.id, lambda: actions.reopen(db.session(), one.id, by=viewer()), said)


@bp.post("/<int:poll_id>/retirer")
def withdraw(poll_id: int) -> Response:
    """Take it away from everyone."""
    one = tended(poll_id)
    actions.withdraw(db.session(), one.id, by=member(), viewer=viewer())
    db.session.commit()
    undo = Markup('<a href="{}">{}</a>').format(url_for(".withdrawn", poll_id=poll_id), _("Undo"))
    flash(_("“%(title)s” is withdrawn.", title=one.title) + Markup(" ") + undo, "success")
    return redirect(url_for(".index"))


@bp.route("/<int:poll_id>/retire", methods=["GET", "POST"])
def withdrawn(poll_id: int) -> Page:
    """A poll that was taken away, and the button that gives it back."""
    one = found(queries.withdrawn(viewer(), poll_id))
    if request.method in SAFE:
        may = one.may_be_brought_back_by(viewer())
        return render_template("polls/withdrawn.html", poll=one, may=may)
    actions.give_back(db.session(), one, by=member(), viewer=viewer())
    db.session.commit()
    flash(_("It can be found again."), "success")
    return redirect(url_for(".poll", poll_id=poll_id))
