"""The minutes of a committee: drafted, worded, published; a page and a file."""

from collections.abc import Callable

from flask import Response as FileResponse
from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from blueprints._access import found
from blueprints._downloads import attached
from blueprints._forms import show_refusal, words
from blueprints._refusals import explain
from blueprints.expertise import bp
from blueprints.expertise._committees import OUTCOMES, minutes_title
from blueprints.expertise._desk import desk
from blueprints.expertise.committee_forms import PERIOD_FIELDS, MinutesForm, PeriodForm
from blueprints.expertise.committee_needs import MINUTES, tab_page
from core.db import db
from core.refusals import Refused
from core.text import slug as slug_of
from expertise.committees import minutes as domain
from expertise.committees import paper, policy, queries
from expertise.committees.models import Committee, Minutes
from expertise.desk import Desk

Page = Response | str | tuple[str, int]
Act = Callable[[Session, Desk, Minutes, str], None]


def _mine(minutes_id: int) -> Minutes:
    return found(queries.one_of_minutes(desk(), minutes_id))


@bp.get("/comites/releves/<int:minutes_id>")
def minutes(minutes_id: int) -> str:
    """What a committee decided over some days."""
    return _page(_mine(minutes_id))


def _page(one: Minutes, form: MinutesForm | None = None, others: list[str] | None = None) -> str:
    if form is None and policy.may_publish(desk(), one):
        form = MinutesForm(formdata=None, data={"words": one.words})
    return render_template(
        "expertise/committees/minutes.html",
        minutes=one,
        committee=one.committee,
        is_team=desk().runs(one.committee.programme_id),
        title=minutes_title(one),
        told=domain.read(db.session(), desk(), one),
        outcomes=OUTCOMES,
        form=form,
        discards=one.published_at is None,
        others=others or [],
    )


@bp.get("/comites/releves/<int:minutes_id>/releve.pdf")
def minutes_file(minutes_id: int) -> Response:
    """The same as a file."""
    one = _mine(minutes_id)
    content = paper.pdf(one, domain.read(db.session(), desk(), one))
    made = FileResponse(content, mimetype="application/pdf")
    name = f"releve-{slug_of(one.committee.name)[:60]}-{one.number or 'projet'}.pdf"
    return attached(made, name)


@bp.post("/comites/<int:committee_id>/releves")
def draft_minutes(committee_id: int) -> Page:
    """The chair begins the minutes of some days."""
    one = found(queries.sat_in(desk()).where(Committee.id == committee_id))
    if not policy.presides(desk(), one):
        abort(404)
    begun, others = begin(one, form := PeriodForm())
    return begun or (tab_page(MINUTES, {committee_id: (form, others)}), 422)


def begin(committee: Committee, form: PeriodForm) -> tuple[Response | None, list[str]]:
    """Draft the minutes of the days that were typed; without them, what is wrong elsewhere."""
    if not (form.validate_on_submit() and form.first_day.data and form.last_day.data):
        return None, []
    days = {"first_day": form.first_day.data, "last_day": form.last_day.data}
    try:
        made = domain.draft(db.session(), desk(), committee, **days)
    except Refused as refused:
        return None, show_refusal(form, refused, PERIOD_FIELDS)
    db.session.commit()
    return redirect(url_for(".minutes", minutes_id=made.id)), []


@bp.post("/comites/releves/<int:minutes_id>/mots")
def say_minutes(minutes_id: int) -> Page:
    """The chair adds words."""
    return _worded(minutes_id, domain.say, _("Your words are kept."))


@bp.post("/comites/releves/<int:minutes_id>/publier")
def publish_minutes(minutes_id: int) -> Page:
    """The chair publishes them with their words: they stay as they are."""
    said = _("The minutes are published: those who sit are told.")
    return _worded(minutes_id, domain.publish, said)


def _worded(minutes_id: int, act: Act, said: str) -> Page:
    """Do it with the words that were typed; they come back with what is wrong."""
    one, form = _mine(minutes_id), MinutesForm()
    if not form.validate_on_submit():
        return _page(one, form), 422
    try:
        act(db.session(), desk(), one, words(form.words))
    except Refused as refused:
        db.session.rollback()
        return _page(_mine(minutes_id), form, [explain(refused)]), 422
    db.session.commit()
    flash(said, "success")
    return redirect(url_for(".minutes", minutes_id=minutes_id))


@bp.post("/comites/releves/<int:minutes_id>/abandonner")
def discard_minutes(minutes_id: int) -> Response:
    """Drop a draft."""
    one = _mine(minutes_id)
    committee, sits = one.committee, one.committee_id in desk().committees
    try:
        domain.discard(db.session(), desk(), one)
    except Refused as refused:
        db.session.rollback()
        flash(explain(refused), "warning")
        return redirect(url_for(".minutes", minutes_id=minutes_id))
    db.session.commit()
    flash(_("The draft is dropped."), "success")
    if sits:
        return redirect(url_for(".committee_needs", onglet="releves"))
    slug = committee.programme.slug
    return redirect(url_for(".committee", slug=slug, committee_id=committee.id))
