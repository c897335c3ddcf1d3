"""The team of a programme: its committees, those who sit, what is put before them."""

from collections.abc import Callable

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from blueprints._access import SAFE, found, member
from blueprints._forms import options, show_refusal, words
from blueprints._refusals import explain
from blueprints.administration._places import territories
from blueprints.directory._finding import label_of
from blueprints.expertise import bp
from blueprints.expertise._committees import case_line, minutes_line, place_words, seat_line
from blueprints.expertise._desk import carried_out, desk
from blueprints.expertise.committee_forms import (
    FIELDS,
    SEAT_FIELDS,
    CommitteeForm,
    PeriodForm,
    PutForm,
    SeatForm,
)
from blueprints.expertise.committee_minutes import begin
from blueprints.expertise.tending import run
from core.db import db
from core.refusals import Refused
from expertise.committees import actions, putting, queries, seats
from expertise.committees.models import Committee
from expertise.experts import queries as experts
from expertise.needs import policy
from expertise.needs import queries as needs
from expertise.needs.models import Need
from expertise.programmes.models import Programme

Page = Response | str | tuple[str, int]
LATEST = 10
"""Needs and minutes of a committee, on its page."""


@bp.get("/equipe/<slug>/comites")
def committees(slug: str) -> str:
    """Those of a programme."""
    programme, session = run(slug), db.session()
    there = session.scalars(queries.committees(desk(), programme)).all()
    how_many = seats.count(session, [one.id for one in there])
    return render_template(
        "expertise/committees/index.html",
        programme=programme,
        committees=[(one, place_words(one), how_many.get(one.id, 0)) for one in there],
    )


@bp.route("/equipe/<slug>/comites/nouveau", methods=["GET", "POST"])
def new_committee(slug: str) -> Page:
    """Make one."""
    programme, form = run(slug), CommitteeForm()
    others: list[str] = []
    if form.validate_on_submit():
        try:
            made = actions.create(db.session(), desk(), programme, form.said(), by=member())
        except Refused as refused:
            others = show_refusal(form, refused, FIELDS)
            programme = run(slug)
        else:
            db.session.commit()
            flash(_("“%(title)s” is added.", title=made.name), "success")
            return redirect(url_for(".committee", slug=slug, committee_id=made.id))
    return _form_page(programme, None, form, others)


def _form_page(
    programme: Programme, known: Committee | None, form: CommitteeForm, others: list[str]
) -> Page:
    page = render_template(
        "expertise/committees/edit.html",
        programme=programme,
        committee=known,
        form=form,
        others=others,
        choice=territories(
            db.session.execute(queries.territories_for(known.id if known else None))
        ),
    )
    return page if request.method in SAFE else (page, 422)


def _of(slug: str, committee_id: int) -> Committee:
    wanted = queries.of_team(desk(), slug, committee_id)
    one = db.session.scalars(wanted).unique().one_or_none()
    if one is None:
        abort(404)
    return one


@bp.get("/equipe/<slug>/comites/<int:committee_id>")
def committee(slug: str, committee_id: int) -> str:
    """A committee: who sits, what was put before it, its minutes."""
    return _page(_of(slug, committee_id))


def _page(
    one: Committee,
    seat_form: SeatForm | None = None,
    period_form: PeriodForm | None = None,
    others: list[str] | None = None,
) -> str:
    session = db.session()
    form = seat_form or SeatForm(formdata=None)
    form.institution.choices = options(
        [
            ("", _("No")),
            *((x.id, x.name) for x in session.scalars(experts.taking_part(desk(), one.programme))),
        ]
    )
    return render_template(
        "expertise/committees/committee.html",
        programme=one.programme,
        committee=one,
        places=place_words(one),
        seats=[seat_line(seat) for seat in session.scalars(queries.seats(one))],
        cases=[
            case_line(x, subjects=False)
            for x in session.scalars(queries.latest(desk(), one).limit(LATEST))
        ],
        minutes=[
            minutes_line(x)
            for x in session.scalars(queries.minutes(desk(), [one.id]).limit(LATEST))
        ],
        seat_form=form,
        period_form=period_form or PeriodForm(formdata=None),
        others=others or [],
    )


@bp.route("/equipe/<slug>/comites/<int:committee_id>/modifier", methods=["GET", "POST"])
def edit_committee(slug: str, committee_id: int) -> Page:
    """Decide otherwise."""
    one = _of(slug, committee_id)
    known = {name: getattr(one, name) for name in ("name", "quorum", "vote_days", "retired")}
    form = CommitteeForm(data=known | {"communes": "\n".join(map(label_of, one.communes))})
    others: list[str] = []
    if form.validate_on_submit():
        try:
            actions.settle(db.session(), desk(), one, form.said(), by=member())
        except Refused as refused:
            others = show_refusal(form, refused, FIELDS)
            one = _of(slug, committee_id)
        else:
            db.session.commit()
            flash(_("“%(title)s” is corrected.", title=one.name), "success")
            return redirect(url_for(".committee", slug=slug, committee_id=one.id))
    return _form_page(one.programme, one, form, others)


@bp.post("/equipe/<slug>/comites/<int:committee_id>/membres")
def name_seat(slug: str, committee_id: int) -> Page:
    """Somebody sits from now on."""
    one, form, others = _of(slug, committee_id), SeatForm(), []
    if form.validate_on_submit():
        try:
            seat = seats.name(
                db.session(),
                desk(),
                one,
                email=words(form.email),
                first_name=words(form.first_name),
                last_name=words(form.last_name),
                house=words(form.house),
                institution_id=form.institution.data,
                is_chair=bool(form.chairs.data),
                by=member(),
            )
        except Refused as refused:
            others = show_refusal(form, refused, SEAT_FIELDS)
            one = _of(slug, committee_id)
        else:
            db.session.commit()
            said = (
                _("%(name)s sits from now on.", name=seat.name)
                if seat.member_id
                else _("%(name)s is invited to sit.", name=seat.name)
            )
            flash(said, "success")
            return redirect(url_for(".committee", slug=slug, committee_id=committee_id))
    return _page(one, seat_form=form, others=others), 422


def _done(slug: str, committee_id: int, act: Callable[[], object], said: str) -> Response:
    return carried_out(act, said, url_for(".committee", slug=slug, committee_id=committee_id))


@bp.post("/equipe/<slug>/comites/<int:committee_id>/membres/<int:seat_id>/retirer")
def remove_seat(slug: str, committee_id: int, seat_id: int) -> Response:
    """Somebody sits no more."""
    one = _of(slug, committee_id)
    return _done(
        slug,
        committee_id,
        lambda: seats.remove(db.session(), desk(), one, seat_id, by=member()),
        _("They no longer sit."),
    )


@bp.post("/equipe/<slug>/comites/<int:committee_id>/membres/<int:seat_id>/presidence")
def preside(slug: str, committee_id: int, seat_id: int) -> Response:
    """Somebody chairs it, or no more."""
    one, chairs = _of(slug, committee_id), request.form.get("preside") == "1"
    return _done(
        slug,
        committee_id,
        lambda: seats.preside(db.session(), desk(), one, seat_id, chairs=chairs),
        _("They chair the committee.") if chairs else _("They no longer chair the committee."),
    )


@bp.post("/equipe/<slug>/comites/<int:committee_id>/releves")
def team_drafts_minutes(slug: str, committee_id: int) -> Page:
    """Begin the minutes of some days."""
    begun, others = begin(_of(slug, committee_id), form := PeriodForm())
    return begun or (_page(_of(slug, committee_id), period_form=form, others=others), 422)


# --- a need is put before a committee ----------------------------------------------------------


@bp.route("/besoins/<int:need_id>/comite", methods=["GET", "POST"])
def put_before(need_id: int) -> Page:
    """Put a need before the committee of its territory."""
    one, form = found(needs.to_decide(desk(), need_id)), PutForm()
    others: list[str] = []
    if form.validate_on_submit():
        try:
            putting.submit(
                db.session(),
                desk(),
                one,
                shut_to=form.shut_to.data or [],
                words=words(form.words),
            )
        except Refused as refused:
            db.session.rollback()
            others = [explain(refused)]
            one = found(needs.to_decide(desk(), need_id))
        else:
            db.session.commit()
            flash(_("“%(title)s” is before the committee.", title=one.title), "success")
            return redirect(url_for(".need", need_id=need_id))
    page = _put_page(one, form, others)
    return page if request.method in SAFE else (page, 422)


def _put_page(one: Need, form: PutForm, others: list[str]) -> str:
    session = db.session()
    try:
        to = putting.covering(session, one)
    except Refused as refused:
        to, others = None, others or [explain(refused)]
    sit = session.scalars(queries.seats(to)).all() if to else []
    named = putting.named(session, one, sit)
    form.shut_to.choices = options(
        (seat.id, f"{seat.name}, {seat.house}" if seat.house else seat.name)
        for seat in sit
        if seat.id not in named
    )
    return render_template(
        "expertise/committees/put.html",
        need=one,
        committee=to,
        may=to is not None and policy.may_submit(one),
        named=[seat.name for seat in sit if seat.id in named],
        form=form,
        others=others,
    )
