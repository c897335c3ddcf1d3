"""A company follows its need: its personal link opens this page, and nothing else."""

from collections.abc import Sequence
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from blueprints._access import found, public, settings
from blueprints._limits import FOLLOW, limiter
from blueprints._refusals import explain
from blueprints._security import csrf
from blueprints.expertise import bp
from blueprints.expertise._agreement_words import met
from blueprints.expertise._files import let_in, lines, rows, take
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
from expertise.files import queries as files
from expertise.needs import actions, links, policy, queries
from expertise.needs.life import Act
from expertise.needs.models import Need
from expertise.positions import meeting
from files.actions import Arrived

Page = Response | str | tuple[str, int]
ACTS = {
    "ajouter": Act.ADD,
    "contester": Act.CONTEST,
    "retirer": Act.WITHDRAW,
    "accord": Act.AGREE,
    "desaccord": Act.PART,
}
OF_THE_CALL = frozenset({Act.AGREE, Act.PART})
"""What the company says of who called it: positions.meeting knows whether it may."""
THANKS = {
    Act.ADD: _l("Your message was added: the team reads it."),
    Act.CONTEST: _l("The team will look at your need again."),
    Act.WITHDRAW: _l("Your need is withdrawn."),
    Act.AGREE: _l("It is noted: this is the right person."),
    Act.PART: _l("It is noted: others are asked."),
}


def followed(token: str) -> Need:
    try:
        return found(links.followed(settings(), token))
    except Refused:
        abort(404)


@bp.get("/suivi/<token>")
@public
def follow(token: str) -> str:
    """Where the need stands, in plain words, and what one may do."""
    return _page(followed(token), token)


def _page(
    need: Need, token: str, others: list[str] | None = None, sent: Sequence[Arrived] = ()
) -> str:
    there = {name: url_for(".act_on", token=token, act=name) for name in ACTS}
    found = lines(db.session.scalars(files.of_company(need)).all(), token)
    for one in found:
        one["back"] = url_for(".take_file_back", token=token, file_id=one["id"])
    return render_template(
        "expertise/follow.html",
        **dressed(need.programme),
        **told(need, there, found, others, sent),
        edit=url_for(".edit_followed", token=token) if policy.may_edit(need) else None,
    )


def told(
    need: Need,
    there: dict[str, str],
    found: list[dict[str, Any]],
    others: list[str] | None = None,
    sent: Sequence[Arrived] = (),
    *,
    signed_in: bool = False,
) -> dict[str, Any]:
    """What the company reads of its need, and may do: arguments of expertise/_following.html.

    `there`: word of an act → the address that takes it; `found`: its files, with the address that
    takes each back; `sent`: those that came with a form which is shown again; `signed_in`: from its
    account.
    """
    session = db.session()
    call, agreements = met(need, signed_in=signed_in)
    if not policy.may_edit(need):
        for one in found:
            del one["back"]
    return {
        "files": found,
        "sent": rows(sent),
        "need": need,
        "about": subjects_of(need),
        "siret": siret_in_words(need.siret),
        "state": state_of(need),
        "plain_words": in_plain_words(need),
        "steps": [
            step_line(step, yours=True) for step, _who in session.execute(queries.steps(need))
        ],
        "answers": [answer_line(one) for one in session.scalars(queries.answers(need))],
        "hidden": [one.name for one in session.scalars(queries.hidden_from(need))],
        "acts": {
            name: address
            for name, address in there.items()
            if ACTS[name] in OF_THE_CALL or policy.company_may(need, ACTS[name])
        },
        "call": call,
        "agreements": agreements,
        "why_form": _why_form(),
        "form": WordsForm(),
        "others": others or [],
    }


def _why_form() -> WordsForm:
    """Beside the other form of the page: its field has another id."""
    form = WordsForm(formdata=None)
    form.words.id = "why-not"
    return form


@bp.post("/suivi/<token>/<act>")
@csrf.exempt  # checked by let_in, once it is known that larger forms may come in
@public
@limiter.limit(FOLLOW)
def act_on(token: str, act: str) -> Page:
    """Add something, contest a closing, withdraw the need."""
    let_in()
    need = followed(token)
    done = ACTS.get(act)
    if done is None:
        abort(404)
    sent, others = said_now(form := WordsForm(), done)
    if not others:
        try:
            carry_out(need, done, form.words.data or "", sent=sent)
        except Refused as refused:
            db.session.rollback()
            others = [explain(refused)]
        else:
            db.session.commit()
            flash(THANKS[done], "success")
            return redirect(url_for(".follow", token=token))
    # Read again: keeping the files that came wrote, and what was read before is gone.
    return _page(followed(token), token, others, sent), 422


def said_now(form: WordsForm, act: Act) -> tuple[list[Arrived], list[str]]:
    """The files that came to be added, and what is wrong with what was sent."""
    sent, others = take(db.session()) if act is Act.ADD else ([], [])
    if not form.validate_on_submit():
        others = [*others, *map(str, form.words.errors)]
    return sent, others


def carry_out(
    need: Need,
    act: Act,
    words: str,
    *,
    member_id: int | None = None,
    sent: Sequence[Arrived] = (),
) -> None:
    """What the company does, by its link or from its account."""
    if act is Act.AGREE:
        meeting.company_agrees(db.session(), need)
    elif act is Act.PART:
        meeting.company_parts(db.session(), need, words)
    else:
        actions.follow(db.session(), need, act, words, member_id=member_id, sent=sent)
