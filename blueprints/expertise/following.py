"""A company follows its need: its personal link opens this page, and nothing else."""

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from blueprints._access import found, public, settings
from blueprints._limits import FOLLOW, limiter
from blueprints._refusals import explain
from blueprints.expertise import bp
from blueprints.expertise._wording import (
    answer_line,
    in_plain_words,
    siret_in_words,
    state_of,
    step_line,
    subjects_of,
)
from blueprints.expertise.forms import WordsForm
from blueprints.expertise.public_pages import dressed
from core.db import db
from core.refusals import Refused
from expertise.needs import actions, links, policy, queries
from expertise.needs.life import Act
from expertise.needs.models import Need
from expertise.positions import meeting
from expertise.positions import queries as positions

Page = Response | str | tuple[str, int]
ACTS = {
    "ajouter": Act.ADD,
    "contester": Act.CONTEST,
    "retirer": Act.WITHDRAW,
    "accord": Act.AGREE,
    "desaccord": Act.PART,
}
THANKS = {
    Act.ADD: _l("Your message was added: the team reads it."),
    Act.CONTEST: _l("The team will look at your need again."),
    Act.WITHDRAW: _l("Your need is withdrawn."),
    Act.AGREE: _l("It is noted: this is the right person."),
    Act.PART: _l("It is noted: others are asked."),
}


def _followed(token: str) -> Need:
    try:
        return found(links.followed(settings(), token))
    except Refused:
        abort(404)


@bp.get("/suivi/<token>")
@public
def follow(token: str) -> str:
    """Where the need stands, in plain words, and what one may do."""
    return _page(_followed(token), token)


def _page(need: Need, token: str, others: list[str] | None = None) -> str:
    session = db.session()
    return render_template(
        "expertise/follow.html",
        **dressed(need.programme),
        need=need,
        token=token,
        about=subjects_of(need),
        siret=siret_in_words(need.siret),
        state=state_of(need),
        plain_words=in_plain_words(need),
        steps=[step_line(step) for step, _who in session.execute(queries.steps(need))],
        answers=[answer_line(one) for one in session.scalars(queries.answers(need))],
        hidden=[one.name for one in session.scalars(queries.hidden_from(need))],
        call=positions.meeting(session, need),
        why_form=_why_form(),
        may_add=policy.company_may(need, Act.ADD),
        may_contest=policy.company_may(need, Act.CONTEST),
        may_withdraw=policy.company_may(need, Act.WITHDRAW),
        form=WordsForm(),
        others=others or [],
    )


def _why_form() -> WordsForm:
    """Beside the other form of the page: its field has another id."""
    form = WordsForm(formdata=None)
    form.words.id = "why-not"
    return form


@bp.post("/suivi/<token>/<act>")
@public
@limiter.limit(FOLLOW)
def act_on(token: str, act: str) -> Page:
    """Add something, contest a closing, withdraw the need."""
    need = _followed(token)
    done = ACTS.get(act)
    if done is None:
        abort(404)
    form = WordsForm()
    others = [] if form.validate_on_submit() else [str(one) for one in form.words.errors]
    if not others:
        try:
            _carry_out(need, done, form.words.data or "")
        except Refused as refused:
            db.session.rollback()
            need, others = _followed(token), [explain(refused)]
        else:
            db.session.commit()
            flash(THANKS[done], "success")
            return redirect(url_for(".follow", token=token))
    return _page(need, token, others), 422


def _carry_out(need: Need, act: Act, words: str) -> None:
    if act is Act.AGREE:
        meeting.company_agrees(db.session(), need)
    elif act is Act.PART:
        meeting.company_parts(db.session(), need, words)
    else:
        actions.follow(db.session(), need, act, words)
