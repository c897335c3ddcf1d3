"""The team of a programme: its baskets, the sheet of a need, its decisions."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from blueprints._access import found, key
from blueprints._forms import Form, options, show_refusal
from blueprints._refusals import explain
from blueprints._words import capped
from blueprints.expertise import bp
from blueprints.expertise._agreement_words import links_of_need
from blueprints.expertise._desk import desk
from blueprints.expertise._files import lines
from blueprints.expertise._survey_words import line as survey_line
from blueprints.expertise._wording import (
    answer_line,
    siret_in_words,
    state_of,
    step_line,
    subjects_of,
)
from blueprints.expertise.forms import ClassForm, DecisionForm, HideForm
from core.db import db
from core.refusals import Refused
from expertise.committees import queries as committees
from expertise.companies import queries as companies
from expertise.files import queries as files
from expertise.needs import actions, hiding, policy, queries
from expertise.needs.life import ENDS, Act, State
from expertise.needs.models import Need
from expertise.needs.queries import Basket
from expertise.programmes import queries as programmes
from expertise.programmes.models import Institution, Programme
from expertise.quality import baskets as watched
from expertise.quality.baskets import Watched
from expertise.subscriptions import services
from expertise.surveys import queries as surveys

Page = Response | str | tuple[str, int]
AT_ONCE = 25
BASKETS: dict[str, Basket | Watched] = {
    "a-traiter": Basket.REVIEW,
    "en-attente": Basket.WAITING,
    "sans-reponse": Basket.DESERTED,
    "reserves-trop-longtemps": Watched.HELD,
    "a-risque": Watched.RISK,
    "insatisfaits": Watched.UNHAPPY,
    "en-cours": Basket.OUT,
    "archives": Basket.ARCHIVE,
}
TITLES: dict[Basket | Watched, Any] = {
    Basket.REVIEW: _l("To review"),
    Basket.WAITING: _l("Waiting"),
    Basket.DESERTED: _l("Nobody answers"),
    Watched.HELD: _l("Reserved too long"),
    Watched.RISK: _l("At risk"),
    Watched.UNHAPPY: _l("Unhappy"),
    Basket.OUT: _l("Under way"),
    Basket.ARCHIVE: _l("Archive"),
}
WHY = {
    Watched.HELD: _l(
        "A reservation ran out, or the same institution has held the need for longer than a "
        "reservation lasts; or it was introduced to the company without an agreement of both sides "
        "within the delay in which one answers; or nothing was concluded within twice that delay."
    ),
    Watched.RISK: _l(
        "Nobody has taken them up within the delay of the programme, or their wished start is less "
        "than two weeks away."
    ),
    Watched.UNHAPPY: _l(
        "One of the sides said so in a survey these last three months, or the company contests a "
        "closing."
    ),
}
"""What brings a need into a basket that fills by itself."""
DECISIONS = {
    Act.VALIDATE: _l("Validate"),
    Act.ASK_MORE: _l("Ask for more"),
    Act.ORIENT: _l("Guide to others"),
    Act.REFUSE: _l("Do not take up"),
    Act.NO_TAKER: _l("Close: nobody could answer"),
    Act.REOPEN: _l("Open again"),
}
"""What the team may do, as buttons: in this order."""
DECIDED = {
    Act.VALIDATE: _l("“%(title)s” is validated."),
    Act.ASK_MORE: _l("“%(title)s” waits for its company, which reads what you ask."),
    Act.ORIENT: _l("“%(title)s” is closed: its company reads who can help."),
    Act.REFUSE: _l("“%(title)s” is closed: its company reads why."),
    Act.NO_TAKER: _l("“%(title)s” is closed: its company reads your message."),
    Act.REOPEN: _l("“%(title)s” is open again: read it."),
}
"""What is said once it is done."""
OUTSIDE = {
    Act.VALIDATE: _l("Validate outside the committee"),
    Act.REFUSE: _l("Do not take up, outside the committee"),
}
"""The same where a committee selects."""


@bp.get("/equipe/<slug>")
def team(slug: str) -> str:
    """The baskets of a programme."""
    one = _run(slug)
    which = BASKETS.get(request.args.get("panier", "a-traiter"))
    if which is None:
        abort(404)
    session = db.session()
    shown = _page_of(one, which)
    counts = queries.counts(session, desk(), one.id) | watched.counts(session, desk(), one)
    return render_template(
        "expertise/team.html",
        programme=one,
        baskets=[
            {
                "label": TITLES[basket],
                "href": url_for(".team", slug=slug, panier=name),
                "current": basket is which,
                "count": capped(counts[basket]) if isinstance(basket, Watched) else counts[basket],
            }
            for name, basket in BASKETS.items()
        ],
        needs=[_line(need) for need in shown[:AT_ONCE]],
        more=url_for(
            ".team", slug=slug, panier=request.args.get("panier"), apres=shown[AT_ONCE - 1].id
        )
        if len(shown) > AT_ONCE
        else None,
        empty=which in {Basket.REVIEW, Basket.DESERTED, *Watched},
        why=WHY[which] if isinstance(which, Watched) else None,
        requests=companies.waiting(session, desk(), one.id),
    )


def _run(slug: str) -> Programme:
    return found(programmes.run_by(desk()).where(Programme.slug == slug))


def _page_of(programme: Programme, which: Basket | Watched) -> list[Need]:
    last_id = request.args.get("apres", type=key)
    session = db.session()
    last = (
        session.scalars(queries.need(desk(), last_id)).unique().one_or_none()
        if last_id is not None
        else None
    )
    found = (
        watched.basket(desk(), programme, which, last)
        if isinstance(which, Watched)
        else queries.basket(desk(), programme.id, which, last)
    )
    return list(session.scalars(found.limit(AT_ONCE + 1)))


def _line(need: Need) -> dict[str, object]:
    return {
        "title": need.title,
        "href": url_for(".need", need_id=need.id),
        "excerpt": need.description[:200],
        "meta": [f"n\u00ba\u00a0{need.number}", subjects_of(need), f"{need.company}, {need.town}"],
        "when": need.asked_at,
        "state": state_of(need),
    }


@bp.get("/besoins/<int:need_id>")
def need(need_id: int) -> Page:
    """The sheet of a need; the company that asked has its own page."""
    one = db.session().scalars(queries.to_decide(desk(), need_id)).unique().one_or_none()
    if one is not None:
        return _sheet(one, _proposed(one), [])
    case_id = db.session.scalar(committees.case_of_need(desk(), need_id))
    if case_id is not None:
        return redirect(url_for(".committee_case", case_id=case_id))
    asked = found(queries.need(desk(), need_id))
    if asked.company_id not in desk().companies:
        abort(404)
    return redirect(url_for(".company_need", company_id=asked.company_id, need_id=need_id))


def _proposed(need: Need) -> DecisionForm:
    """What the team may say: an answer that it edits, once only nobody's is left to give."""
    if not (policy.may_review(desk(), need) and policy.team_may(need, Act.NO_TAKER)):
        return DecisionForm()
    with force_locale(need.language):
        answer = _(
            "Hello,\n\nWe showed your need “%(title)s” to our partners, but none of them could "
            "answer it this time. We are sorry.\n\nIf your situation changes, or if you wish us "
            "to look again, tell us by the tracking link of this message.\n\n"
            "The team of %(programme)s",
            title=need.title,
            programme=need.programme.name,
        )
    return DecisionForm(formdata=None, data={"words": answer})


def _sheet(need: Need, form: DecisionForm, others: list[str]) -> str:
    session = db.session()
    before = need.state is State.SELECTION
    case = session.scalars(committees.latest_case(need)).one_or_none() if before else None
    steps = session.execute(queries.steps(need)).all()
    # Only what was closed once is asked about.
    hidden, shown_to = hiding.both_sides(session, need)
    was_closed = any(step.act in ENDS for step, _who in steps)
    guides = policy.team_may(need, Act.ORIENT)
    form.offer(session.scalars(services.relayed(need.programme_id)).all() if guides else [])
    return render_template(
        "expertise/need.html",
        need=need,
        about=subjects_of(need),
        siret=siret_in_words(need.siret),
        state=state_of(need),
        steps=[step_line(step, who.name if who else "") for step, who in steps],
        answers=[answer_line(one) for one in session.scalars(queries.answers(need))],
        hidden=[one.name for one in hidden],
        surveys=[survey_line(one) for one in session.scalars(surveys.of_need(desk(), need.id))]
        if was_closed
        else [],
        files=lines(session.scalars(files.of_company(need)).all()),
        class_form=_class_form(need) if "sujets" in request.args or not need.subjects else None,
        classes=policy.may_review(desk(), need) and policy.may_classify(need),
        hide_form=_hide_form(need, shown_to),
        chooses=policy.may_review(desk(), need),
        agreements=links_of_need(need),
        case=case,
        submits=policy.may_review(desk(), need) and policy.may_submit(need),
        proposed=policy.team_may(need, Act.NO_TAKER),
        outside=any(policy.is_outside(need, act) for act in OUTSIDE),
        decisions=[
            (act.value, OUTSIDE[act] if policy.is_outside(need, act) else words)
            for act, words in DECISIONS.items()
            if policy.team_may(need, act)
        ]
        if policy.may_review(desk(), need)
        else [],
        form=form,
        others=others,
    )


def _class_form(need: Need) -> ClassForm | None:
    """To say what it is about, while one may."""
    if not (policy.may_review(desk(), need) and policy.may_classify(need)):
        return None
    form = ClassForm(formdata=None, data={"subjects": [one.id for one in need.subjects]})
    offered = db.session.scalars(programmes.offered(need.programme))
    form.subjects.choices = options((one.id, one.name) for one in offered)
    return form


def _hide_form(need: Need, others: Sequence[Institution]) -> HideForm | None:
    """To say who must not see it, while one may."""
    if not (policy.may_review(desk(), need) and policy.may_hide(need)):
        return None
    form = HideForm(formdata=None)
    form.hidden_from.choices = options((one.id, one.name) for one in others)
    if not need.names_wait:
        del form.nobody
    return form if others or need.names_wait else None


@bp.post("/besoins/<int:need_id>/confidentialite")
def settle_names(need_id: int) -> Page:
    """Say which institutions must not see a need, or that none of the programme is meant."""
    form = HideForm()

    def settle(one: Need) -> None:
        hidden, nobody = form.hidden_from.data or [], form.nobody.data
        actions.settle_names(db.session(), desk(), one, hidden, nobody=nobody)

    return _tended(need_id, form, settle, _("It is noted: the company reads it."))


@bp.post("/besoins/<int:need_id>/sujets")
def classify(need_id: int) -> Page:
    """Say what a need is about."""
    form = ClassForm()

    def class_it(one: Need) -> None:
        actions.classify(db.session(), desk(), one, form.subjects.data or [])

    return _tended(need_id, form, class_it, _("The need is classified."))


def _tended(need_id: int, form: Form, act: Callable[[Need], None], said: str) -> Page:
    """Do what the team says of a need; its sheet tells why not."""
    one = found(queries.to_decide(desk(), need_id))
    if not form.validate_on_submit():
        return _sheet(one, _proposed(one), []), 422
    try:
        act(one)
    except Refused as refused:
        db.session.rollback()
        one = found(queries.to_decide(desk(), need_id))
        return _sheet(one, _proposed(one), [explain(refused)]), 422
    db.session.commit()
    flash(said, "success")
    return redirect(url_for(".need", need_id=need_id))


@bp.post("/besoins/<int:need_id>/decision")
def decide(need_id: int) -> Page:
    """Carry out a decision of the team."""
    one = found(queries.to_decide(desk(), need_id))
    form = DecisionForm()
    act = next((act for act in DECISIONS if act.value == request.form.get("act")), None)
    if act is None:
        abort(404)
    if not form.validate_on_submit():
        return _sheet(one, form, []), 422
    try:
        words, service_id = form.words.data or "", form.service_id
        actions.decide(db.session(), desk(), one, act, words, service_id=service_id)
    except Refused as refused:
        fields = {"words-missing": "words", "body-too-long": "words"}
        others = show_refusal(form, refused, fields)
        return _sheet(found(queries.to_decide(desk(), need_id)), form, others), 422
    db.session.commit()
    flash(DECIDED[act] % {"title": one.title}, "success")
    return redirect(url_for(".need", need_id=need_id))
