"""Those who answer: the needs received, the sheet of one, their answer."""

from collections.abc import Sequence

from flask import Response as FileResponse
from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import DateField, RadioField, SelectField, TelField, TextAreaField
from wtforms.validators import Optional

from blueprints._access import SAFE, found, key
from blueprints._corrections import changes_for_others, title_of
from blueprints._downloads import attached
from blueprints._forms import (
    Form,
    at_most,
    chosen,
    line,
    one_line,
    options,
    several_lines,
    show_refusal,
    words,
)
from blueprints._refusals import explain
from blueprints._security import csrf
from blueprints.expertise import bp
from blueprints.expertise._agreement_words import link_of
from blueprints.expertise._answering_words import (
    ACTS,
    NOTES,
    OUTCOMES,
    THANKS,
    acts_of,
    in_plain_words,
    state_of,
    step_line,
    until,
)
from blueprints.expertise._desk import conduct_first, desk
from blueprints.expertise._files import let_in, lines, rows, take
from blueprints.expertise._wording import answer_line, siret_in_words, subjects_of
from blueprints.expertise._wording import step_line as need_step_line
from core.db import db
from core.refusals import Refused
from directory.models import PHONE_LENGTH
from expertise.files import queries as files
from expertise.needs import queries as needs
from expertise.needs.life import State as NeedState
from expertise.needs.models import Step
from expertise.positions import answering, meeting, notes, paper, policy, queries
from expertise.positions.life import Act, Outcome
from expertise.positions.life import State as PositionState
from expertise.positions.meeting import Caller
from expertise.positions.models import LONGEST_NOTE, NoteKind, Position
from expertise.positions.queries import Tab
from expertise.programmes.models import Way
from files.actions import Arrived

Page = Response | str | tuple[str, int]
AT_ONCE = 25
TABS = {"recus": Tab.RECEIVED, "en-cours": Tab.UNDER_WAY, "archives": Tab.ARCHIVE}
TITLES = {
    Tab.RECEIVED: _l("Needs received"),
    Tab.UNDER_WAY: _l("Under way"),
    Tab.ARCHIVE: _l("Archive"),
}
BY_WORDS = {act.value: act for act in ACTS}


class AnswerForm(Form):
    """What is said with an answer."""

    words = TextAreaField(_l("A word with it"), [at_most(answering.LONGEST_WORDS)], [several_lines])


class CallerForm(Form):
    """Who will call the company."""

    name = line(_l("First and last name of the expert"), needed=True)
    job = line(_l("Job"))
    phone = TelField(_l("Telephone"), [at_most(PHONE_LENGTH)], filters=[one_line])
    email = line(_l("E-mail address"), length=254)


class OutcomeForm(Form):
    """What came of it."""

    outcome = RadioField(_l("What came of it?"), [chosen()], choices=options(OUTCOMES.items()))
    words = TextAreaField(
        _l("A word with it"),
        [at_most(answering.LONGEST_WORDS)],
        [several_lines],
        description=_l("Optional: for the team. The company does not read it."),
    )


class NoteForm(Form):
    """A word to the others who answer."""

    kind = SelectField(_l("Kind"), choices=options(NOTES.items()))
    day = DateField(_l("Day of the appointment"), [Optional()])
    note = TextAreaField(_l("Your message"), [at_most(LONGEST_NOTE)], [several_lines])


@bp.get("/recus")
def received() -> Page:
    """The needs received, those under way, the archive."""
    who = desk()
    if not who.answers:
        abort(404)
    if (first := conduct_first()) is not None:
        return first
    which = TABS.get(request.args.get("onglet", "recus"))
    if which is None:
        abort(404)
    session = db.session()
    last_id = request.args.get("apres", type=key)
    last = (
        session.scalars(queries.position(who, last_id)).unique().one_or_none()
        if last_id is not None
        else None
    )
    shown = list(session.scalars(queries.received(who, which, last).limit(AT_ONCE + 1)))
    locked = queries.held(session, shown)
    counts = queries.counts(session, who)
    return render_template(
        "expertise/received.html",
        tabs=[
            {
                "label": TITLES[tab],
                "href": url_for(".received", onglet=name),
                "current": tab is which,
                "count": counts.get(tab, 0),
            }
            for name, tab in TABS.items()
        ],
        positions=[_line(one, locked=one.id in locked) for one in shown[:AT_ONCE]],
        more=url_for(".received", onglet=request.args.get("onglet"), apres=shown[AT_ONCE - 1].id)
        if len(shown) > AT_ONCE
        else None,
        waiting=which is Tab.RECEIVED,
    )


def _line(one: Position, *, locked: bool) -> dict[str, object]:
    need = one.need
    return {
        "title": title_of(need),
        "href": url_for(".position", position_id=one.id),
        "excerpt": "" if need.is_unread else need.description[:200],
        "meta": [
            subjects_of(need),
            f"{need.company}, {need.town}",
            need.programme.name,
            *filter(None, [until(one) if not locked else ""]),
        ],
        "answer": url_for(".position", position_id=one.id, _anchor="repondre")
        if one.state is PositionState.WAITING and need.state is NeedState.OPEN and not locked
        else None,
        "when": one.sent_at,
        "state": state_of(one, locked=locked),
    }


def _mine(position_id: int) -> Position:
    return found(queries.position(desk(), position_id))


@bp.get("/positions/<int:position_id>")
def position(position_id: int) -> Page:
    """The sheet of a need that one received."""
    if (first := conduct_first()) is not None:
        return first
    return sheet_of(_mine(position_id))


def sheet_of(
    one: Position,
    form: AnswerForm | None = None,
    note_form: NoteForm | None = None,
    others: list[str] | None = None,
    sent: Sequence[Arrived] = (),
    *,
    token: str | None = None,
    address: str = "",
) -> str:
    """The sheet of a need, for those who answer. `token`: by the link of a mail, `address`: to."""
    session, need = db.session(), one.need
    around = answering.around(session, one)
    several = need.way is Way.COOPERATIVE
    added, corrected = queries.said_by_company(session, one)
    found_files = lines(
        session.scalars(files.of_those_who_answer(need)).all(), token, by=".file_by_mail"
    )
    return render_template(
        "expertise/position.html",
        layout="layouts/plain.html" if token else "layouts/base.html",
        one=one,
        need=need,
        title=title_of(need),
        corrected=_changes(one, corrected),
        token=token,
        address=address,
        about=subjects_of(need),
        siret=siret_in_words(need.siret),
        state=state_of(one, locked=around.held),
        plain_words=in_plain_words(one, around),
        answers=[answer_line(line) for line in session.scalars(needs.answers(need))],
        files=[one for one in found_files if one["note_id"] is None],
        thread_files=found_files,
        sent=rows(sent),
        added=[need_step_line(step) for step in added],
        steps=[
            step_line(step, who.name if who else "")
            for step, who in session.execute(queries.steps(one))
        ],
        notes=list(session.scalars(queries.notes(need))) if several and not token else [],
        kinds=NOTES,
        contact=policy.shows_contact(one),
        acts=acts_of(one, around),
        asks_why=several,
        introduces=policy.may(one, Act.INTRODUCE, around),
        paper=url_for(".sheet_by_mail", token=token)
        if token
        else url_for(".position_sheet", position_id=one.id),
        proposes=not token and need.state is NeedState.OPEN,
        finishes=policy.may(one, Act.FINISH, around),
        agreement=None if token else link_of(one),
        form=form or AnswerForm(formdata=None),
        note_form=(note_form or NoteForm(formdata=None)) if several and not token else None,
        others=others or [],
    )


def _changes(one: Position, steps: Sequence[Step]) -> list[tuple[str, str, str]]:
    """What its company corrected since they received it, once its team has read it."""
    if one.need.is_unread:
        return []
    return [change for step in steps for change in changes_for_others(step.changes or ())]


@bp.get("/positions/<int:position_id>/fiche.pdf")
def position_sheet(position_id: int) -> Response:
    """The same as a file, to be handed round inside the institution."""
    one = _mine(position_id)
    if one.need.is_unread:
        flash(_("The team reads this need again: its sheet comes back then."), "info")
        return redirect(url_for(".position", position_id=position_id))
    return paper_of(one)


def paper_of(one: Position) -> Response:
    """The sheet of a position that was found, as a file; 404 while its need is read again."""
    session, need = db.session(), one.need
    if need.is_unread:
        abort(404)
    content = paper.pdf(
        one,
        need,
        [answer_line(line) for line in session.scalars(needs.answers(need))],
        [step.words for step in session.scalars(queries.added(need))],
        [
            kept.name
            for kept in session.scalars(files.of_those_who_answer(need))
            if kept.note_id is None
        ],
        contact=policy.shows_contact(one),
    )
    made = FileResponse(content, mimetype="application/pdf")
    return attached(made, f"besoin-{need.programme.slug}-{need.number}.pdf")


@bp.post("/positions/<int:position_id>/reponse")
def answer(position_id: int) -> Page:
    """Reserve, take charge, decline, and what else takes one button."""
    one = _mine(position_id)
    act, form = BY_WORDS.get(request.form.get("act", "")), AnswerForm()
    if act is None:
        abort(404)
    if not form.validate_on_submit():
        return sheet_of(one, form), 422
    session, said = db.session(), words(form.words)
    try:
        if act is Act.AGREE:
            meeting.agree(session, desk(), one)
        elif act is Act.PART:
            meeting.part(session, desk(), one, said)
        else:
            answering.answer(session, desk(), one, act, said)
    except Refused as refused:
        session.rollback()
        return sheet_of(_mine(position_id), form, others=[explain(refused)]), 422
    agreed = one.state is PositionState.ENGAGED
    session.commit()
    flash(_("Both agree: it is the right person") if agreed else THANKS[act], "success")
    return redirect(url_for(".position", position_id=position_id))


@bp.route("/positions/<int:position_id>/confirmer", methods=["GET", "POST"])
def introduce(position_id: int) -> Page:
    """Name the expert who will call."""
    one, form = _mine(position_id), CallerForm()
    others: list[str] = []
    if form.validate_on_submit():
        said = Caller(
            name=words(form.name),
            job=words(form.job),
            phone=words(form.phone),
            email=words(form.email),
        )
        try:
            meeting.introduce(db.session(), desk(), one, said)
        except Refused as refused:
            fields = {"name-empty": "name", "phone-unknown": "phone", "email-unknown": "email"}
            others = show_refusal(form, refused, fields)
            one = _mine(position_id)
        else:
            db.session.commit()
            flash(_("The company reads who will call it."), "success")
            return redirect(url_for(".position", position_id=position_id))
    page = _asked("expertise/introduce.html", one, form, others)
    return page if request.method in SAFE else (page, 422)


@bp.route("/positions/<int:position_id>/cloturer", methods=["GET", "POST"])
def finish(position_id: int) -> Page:
    """Say what came of it."""
    one, form = _mine(position_id), OutcomeForm()
    others: list[str] = []
    if form.validate_on_submit():
        try:
            meeting.finish(db.session(), desk(), one, Outcome(form.outcome.data), words(form.words))
        except Refused as refused:
            others = show_refusal(form, refused, {})
            one = _mine(position_id)
        else:
            db.session.commit()
            flash(_("Thank you: it is noted."), "success")
            return redirect(url_for(".position", position_id=position_id))
    page = _asked("expertise/finish.html", one, form, others)
    return page if request.method in SAFE else (page, 422)


def _asked(template: str, one: Position, form: Form, others: list[str]) -> str:
    return render_template(template, one=one, title=title_of(one.need), form=form, others=others)


@bp.post("/positions/<int:position_id>/fil")
@csrf.exempt  # checked by let_in, once it is known that larger forms may come in
def note(position_id: int) -> Page:
    """Tell the others who answer something."""
    let_in()
    one, form = _mine(position_id), NoteForm()
    if one.need.way is not Way.COOPERATIVE:
        abort(404)
    sent, wrong = take(db.session())
    one = _mine(position_id)
    if not form.validate_on_submit() or wrong:
        return sheet_of(one, note_form=form, others=wrong, sent=sent), 422
    try:
        notes.note(
            db.session(),
            desk(),
            one.need,
            one,
            kind=NoteKind(form.kind.data),
            words=words(form.note),
            day=form.day.data,
            sent=sent,
        )
    except Refused as refused:
        others = show_refusal(
            form, refused, {"appointment-day-missing": "day", "words-missing": "note"}
        )
        again = _mine(position_id)
        return sheet_of(again, note_form=form, others=others, sent=sent), 422
    db.session.commit()
    flash(_("Your message is there: the others are told."), "success")
    return redirect(url_for(".position", position_id=position_id, _anchor="fil"))
