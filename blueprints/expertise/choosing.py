"""Who can answer a need: its team chooses; who was asked proposes a colleague."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired

from blueprints._access import SAFE, found, key
from blueprints._corrections import title_of
from blueprints._forms import (
    Form,
    at_most,
    chosen,
    one_line,
    options,
    required,
    several_lines,
    show_refusal,
    words,
)
from blueprints._refusals import explain
from blueprints.expertise import bp
from blueprints.expertise._answering_words import BARS, state_of
from blueprints.expertise._desk import desk
from blueprints.expertise._why import candidate_line
from core.db import db
from core.refusals import Refused
from expertise.experts.models import Expert
from expertise.matching import candidates
from expertise.needs import queries as needs
from expertise.needs import ways
from expertise.needs.life import State as NeedState
from expertise.needs.models import Need
from expertise.positions import answering, choosing, life, queries, whom
from expertise.positions.life import Act
from expertise.positions.models import Position
from expertise.positions.sending import Whom
from expertise.programmes.models import Way

Page = Response | str | tuple[str, int]
MOST_FOUND = 20
MOST_RANKED = 30
NOBODY = "0"


class RemovalForm(Form):
    """Why it is taken back, and to whom it goes instead."""

    words = TextAreaField(
        _l("Why"), [required(), at_most(answering.LONGEST_WORDS)], [several_lines]
    )
    instead = RadioField(_l("Send it to another instead"), [InputRequired()], default=NOBODY)


class ColleagueForm(Form):
    """Who else could answer, and why."""

    expert = RadioField(_l("Your colleague"), [chosen()])
    words = TextAreaField(
        _l("Why they would answer better"),
        [required(), at_most(answering.LONGEST_WORDS)],
        [several_lines],
    )


def _run(need_id: int) -> Need:
    """A need of a programme that one runs."""
    one = found(needs.need(desk(), need_id))
    if not desk().runs(one.programme_id):
        abort(404)
    return one


@bp.get("/besoins/<int:need_id>/experts")
def experts(need_id: int) -> str:
    """Who was asked, and who else could be."""
    return _chosen(_run(need_id), [])


def _chosen(one: Need, others: list[str]) -> str:
    session = db.session()
    sent = list(session.scalars(queries.of_need(one)))
    is_open = one.state is NeedState.OPEN
    name = (one_line(request.args.get("nom")) or "")[:100]
    asked = {position.expert_id for position in sent if position.expert_id is not None}
    bars = whom.bars(session, one, sent)
    fits = is_open or (one.state is NeedState.ASKED and not sent)
    ranked = candidates(session, one, most=MOST_RANKED + len(asked)) if fits and not name else []
    lines = {one.expert_id: candidate_line(one) for one in ranked}
    called = (
        session.scalars(choosing.choosable(one, name).limit(MOST_FOUND)).all()
        if is_open and name
        else []
    )
    return render_template(
        "expertise/experts.html",
        need=one,
        positions=[
            {
                "position": position,
                "state": state_of(position),
                "removable": is_open and life.may(position.state, Act.REMOVE),
                "again": is_open and life.may(position.state, Act.SEND),
                "why": lines.get(position.expert_id or 0),
                "bar": BARS.get(bar) if (bar := bars[position.id]) and is_open else None,
            }
            for position in sent
        ],
        is_open=is_open,
        name=name,
        ranked=[line for number, line in lines.items() if number not in asked],
        fits=fits,
        together=ways.way_of(session, one) is Way.COOPERATIVE,
        called=[expert for expert in called if expert.id not in asked],
        form=Form(formdata=None),
        others=others,
    )


@bp.post("/besoins/<int:need_id>/experts/envoyer")
def send_to(need_id: int) -> Page:
    """Send a need to an expert; or again, to whoever a position names."""
    one = _run(need_id)
    session = db.session()
    to: Whom | None = None
    if position_id := request.form.get("position", type=key):
        again = session.scalar(queries.of_need(one).where(Position.id == position_id))
        to = (again.expert or again.institution) if again else None
    elif expert_id := request.form.get("expert", type=key):
        to = session.get(Expert, expert_id)
    if to is None:
        abort(404)
    try:
        sent = choosing.send_to(session, desk(), one, to)
    except Refused as refused:
        db.session.rollback()
        return _chosen(_run(need_id), [explain(refused)]), 422
    db.session.commit()
    flash(_("The need is sent."), "success")
    return redirect(url_for(".experts", need_id=need_id, _anchor=f"position-{sent.id}"))


@bp.route("/besoins/<int:need_id>/experts/<int:position_id>/retirer", methods=["GET", "POST"])
def take_back(need_id: int, position_id: int) -> Page:
    """Take a need back from somebody; and send it to another, in one gesture."""
    one = _run(need_id)
    session = db.session()
    sent = list(session.scalars(queries.of_need(one)))
    position = next((each for each in sent if each.id == position_id), None)
    if position is None or one.state is not NeedState.OPEN:
        abort(404)
    form = RemovalForm()
    others: list[str] = []
    asked = {each.expert_id for each in sent if each.expert_id is not None}
    ranked = [candidate_line(who) for who in candidates(session, one, most=10, besides=asked)]
    form.instead.choices = [
        *options([(NOBODY, _("To nobody"))]),
        *options((who["id"], f"{who['name']} ({who['institution']})") for who in ranked),
    ]
    if form.validate_on_submit():
        try:
            if form.instead.data == NOBODY:
                choosing.take_back(session, desk(), position, words(form.words))
            else:
                another = session.get_one(Expert, int(form.instead.data))
                choosing.redirect(session, desk(), position, another, words(form.words))
        except Refused as refused:
            others = show_refusal(form, refused, {})
            one = _run(need_id)
            position = found(queries.of_need(one).where(Position.id == position_id))
        else:
            db.session.commit()
            flash(_("The need is taken back."), "success")
            return redirect(url_for(".experts", need_id=need_id))
    page = render_template(
        "expertise/take_back.html", need=one, position=position, form=form, others=others
    )
    return page if request.method in SAFE else (page, 422)


@bp.route("/positions/<int:position_id>/proposer", methods=["GET", "POST"])
def propose(position_id: int) -> Page:
    """Propose a colleague of the same institution, who would answer better."""
    session = db.session()
    one = found(queries.position(desk(), position_id))
    name = (one_line(request.values.get("nom")) or "")[:100]
    form = ColleagueForm()
    others: list[str] = []
    shown = session.scalars(choosing.colleagues(one, name).limit(MOST_FOUND)).all()
    form.expert.choices = options(
        (who.id, ", ".join(filter(None, (who.name, who.job)))) for who in shown
    )
    if form.validate_on_submit():
        try:
            colleague = session.get_one(Expert, int(form.expert.data))
            choosing.propose_colleague(session, desk(), one, colleague, words(form.words))
        except Refused as refused:
            others = show_refusal(form, refused, {})
            one = found(queries.position(desk(), position_id))
        else:
            db.session.commit()
            flash(_("Your colleague is asked too."), "success")
            return redirect(url_for(".position", position_id=position_id))
    page = render_template(
        "expertise/propose.html",
        one=one,
        title=title_of(one.need),
        form=form,
        name=name,
        any=bool(shown),
        others=others,
    )
    return page if request.method in SAFE else (page, 422)
