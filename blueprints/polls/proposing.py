"""Proposing a poll."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from agenda.polls import actions
from blueprints import _picker
from blueprints._access import SAFE, viewer
from blueprints._forms import show_refusal
from blueprints._picker import Reached
from blueprints.polls import bp
from blueprints.polls.forms import (
    FIELDS,
    MORE,
    ProposeForm,
    Row,
    completed,
    slots,
    typed_rows,
    wants_more,
    with_problems,
    with_room,
)
from core import clock
from core.db import db
from core.refusals import Refused

Page = Response | str | tuple[str, int]


@bp.route("/nouveau", methods=["GET", "POST"])
def propose() -> Page:
    """Ask when most people come; the button of more rows sends the form back with them."""
    form = ProposeForm()
    form.offer()
    rows, others = typed_rows(), []
    if wants_more():
        return _page(form, with_room(completed(rows, form.minutes), MORE), [])
    if form.validate_on_submit():
        try:
            if _picker.undecided():
                raise Refused("audience-undecided")
            reach = _picker.chosen()
            made = actions.propose(
                db.session(),
                form.said(),
                slots(rows, form.minutes, all_day=form.all_day),
                owner=viewer(),
                networks=reach.networks,
                territories=reach.territories,
                all_day=form.all_day,
                zone=form.zone.data,
                submission=form.submission.data or None,
            )
        except Refused as refused:
            others = show_refusal(form, refused, FIELDS)
        else:
            db.session.commit()
            flash(_("Your poll is online: those who see it will be told."), "success")
            return redirect(url_for(".poll", poll_id=made.id))
    rows = with_problems(rows, form.minutes, all_day=form.all_day)
    page = _page(form, with_room(rows), others)
    return page if request.method in SAFE else (page, 422)


def _page(form: ProposeForm, rows: list[Row], others: list[str]) -> str:
    reach = Reached() if request.method in SAFE else _picker.chosen()
    return render_template(
        "polls/propose.html",
        form=form,
        rows=rows,
        full=len(rows) >= actions.MOST_SLOTS,
        today=clock.today(),
        others=others,
        picker=_picker.picker(viewer(), reach, url_for("agenda.count")),
    )
