"""Those who sit in a committee: the needs to vote on, the archive, the minutes."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from blueprints._access import found, key
from blueprints._forms import show_refusal, words
from blueprints._refusals import explain
from blueprints.expertise import bp
from blueprints.expertise._committees import case_line, minutes_line, state_of
from blueprints.expertise._desk import conduct_first, desk
from blueprints.expertise._wording import answer_line, siret_in_words, subjects_of
from blueprints.expertise._wording import step_line as need_step_line
from blueprints.expertise.committee_forms import VOTES, PeriodForm, ReasonForm, VoteForm
from core import clock
from core.db import db
from core.refusals import Refused
from expertise.committees import policy, putting, queries, voting
from expertise.committees.closing import tally_of
from expertise.committees.models import Committee, CommitteeCase, Vote
from expertise.committees.queries import Elector, Tab
from expertise.needs import queries as needs
from expertise.positions import queries as positions

Page = Response | str | tuple[str, int]
AT_ONCE = 25
MINUTES = "releves"
TABS = {"a-voter": Tab.TO_VOTE, "votes": Tab.VOTED, "archives": Tab.ARCHIVE}
TITLES = {
    Tab.TO_VOTE: _l("To vote on"),
    Tab.VOTED: _l("Voted"),
    Tab.ARCHIVE: _l("Archive"),
}


@bp.get("/comites")
def committee_needs() -> Page:
    """« Comité »: what waits for a vote, what was voted, the archive, the minutes."""
    who = desk()
    if not who.committees:
        abort(404)
    if (first := conduct_first()) is not None:
        return first
    name = request.args.get("onglet", "a-voter")
    if name not in TABS and name != MINUTES:
        abort(404)
    return tab_page(name)


def tab_page(name: str, typed: dict[int, tuple[PeriodForm, list[str]]] | None = None) -> str:
    """A tab. `typed`: committee → the days that were typed for its minutes, and what is wrong."""
    who, session = desk(), db.session()
    counts = queries.counts(session, who)
    shown, more = _minutes() if name == MINUTES else _cases(name)
    sits = session.scalars(queries.sat_in(who)).all() if name == MINUTES else []
    return render_template(
        "expertise/committees/needs.html",
        tabs=[
            *(
                {
                    "label": TITLES[tab],
                    "href": url_for(".committee_needs", onglet=word),
                    "current": word == name,
                    "count": counts.get(tab, 0),
                }
                for word, tab in TABS.items()
            ),
            {
                "label": _("Minutes of decisions"),
                "href": url_for(".committee_needs", onglet=MINUTES),
                "current": name == MINUTES,
            },
        ],
        cases=shown if name != MINUTES else [],
        minutes=shown if name == MINUTES else None,
        chaired=[
            (one, *(typed or {}).get(one.id, (_period_of(one), [])))
            for one in sits
            if policy.presides(who, one)
        ],
        more=url_for(".committee_needs", onglet=name, apres=more) if more else None,
        waiting=name == "a-voter",
    )


def _period_of(one: Committee) -> PeriodForm:
    """Empty; its fields have ids of their own beside the forms of other committees."""
    form = PeriodForm(formdata=None)
    for field in (form.first_day, form.last_day):
        field.id = f"{field.name}-{one.id}"
    return form


def _cases(name: str) -> tuple[list[dict[str, object]], int | None]:
    who, session = desk(), db.session()
    last_id = request.args.get("apres", type=key)
    last = (
        session.scalars(queries.case(who, last_id)).one_or_none() if last_id is not None else None
    )
    found = list(session.scalars(queries.cases(who, TABS[name], last).limit(AT_ONCE + 1)))
    listed = found[:AT_ONCE]
    return [case_line(one) for one in listed], listed[-1].id if len(found) > AT_ONCE else None


def _minutes() -> tuple[list[dict[str, object]], int | None]:
    who = desk()
    wanted = queries.minutes(who, who.committees)
    if (last_id := request.args.get("apres", type=key)) is not None:
        wanted = queries.before(wanted, last_id)
    found = list(db.session().scalars(wanted.limit(AT_ONCE + 1)))
    listed = found[:AT_ONCE]
    return [minutes_line(one) for one in listed], listed[-1].id if len(found) > AT_ONCE else None


def _mine(case_id: int) -> CommitteeCase:
    return found(queries.case(desk(), case_id))


@bp.get("/comites/besoins/<int:case_id>")
def committee_case(case_id: int) -> Page:
    """A need before a committee, for who sits in it and for the team."""
    if desk().committees and not desk().teams and (first := conduct_first()) is not None:
        return first
    return _page(_mine(case_id))


def _page(
    one: CommitteeCase,
    form: VoteForm | None = None,
    reason_form: ReasonForm | None = None,
    others: list[str] | None = None,
) -> str:
    session, need = db.session(), one.need
    voters = queries.electors(session, one, clock.now())
    mine = next((x for x in voters if x.seat.member_id == desk().member_id and x.may_vote), None)
    votes_now = mine is not None and one.outcome is None and not mine.is_tied
    is_tied = mine is not None and mine.is_tied
    words_it = policy.may_word(desk(), one.committee) and one.outcome is None and not is_tied
    tally = tally_of(voters)
    return render_template(
        "expertise/committees/case.html",
        case=one,
        need=need,
        is_team=desk().runs(need.programme_id),
        about=subjects_of(need),
        siret=siret_in_words(need.siret),
        state=state_of(one),
        answers=[answer_line(line) for line in session.scalars(needs.answers(need))],
        added=[need_step_line(step) for step in session.scalars(positions.added(need))],
        votes=[_vote_line(x) for x in voters if x.vote is not None]
        if policy.sees_votes(
            desk(), one, voted=mine is not None and mine.vote not in {None, Vote.ASIDE}
        )
        else None,
        tally=tally,
        mine=mine.vote if mine else None,
        is_tied=is_tied,
        form=(form or _vote_form(mine)) if votes_now else None,
        reason_form=(
            reason_form
            or ReasonForm(
                formdata=None,
                data={"if_selected": one.if_selected, "if_refused": one.if_refused},
            )
        )
        if words_it
        else None,
        others=others or [],
    )


def _vote_form(mine: Elector | None) -> VoteForm:
    ballot = mine.ballot if mine else None
    data = {"vote": ballot.vote.value, "words": ballot.words} if ballot else {}
    return VoteForm(formdata=None, data=data)


def _vote_line(one: Elector) -> dict[str, object]:
    return {
        "name": one.seat.name,
        "house": one.seat.house,
        "vote": VOTES_OF_OTHERS[one.vote] if one.vote else "",
        "words": one.ballot.words if one.ballot and not one.is_tied else "",
    }


VOTES_OF_OTHERS = VOTES | {
    Vote.ABSTENTION: _l("Abstains"),
    Vote.ASIDE: _l("Steps aside"),
}


@bp.post("/comites/besoins/<int:case_id>/vote")
def cast_vote(case_id: int) -> Page:
    """Vote, or vote otherwise."""
    one, form = _mine(case_id), VoteForm()
    if not form.validate_on_submit():
        return _page(one, form), 422
    try:
        voting.cast(db.session(), desk(), one.id, Vote(form.vote.data), words(form.words))
    except Refused as refused:
        others = show_refusal(form, refused, {"words-missing": "words", "body-too-long": "words"})
        return _page(_mine(case_id), form, others=others), 422
    db.session.commit()
    flash(_("Thank you: your vote is noted."), "success")
    return redirect(url_for(".committee_case", case_id=case_id))


@bp.post("/comites/besoins/<int:case_id>/motif")
def say_reasons(case_id: int) -> Page:
    """Word what the company will read."""
    one, form = _mine(case_id), ReasonForm()
    if not form.validate_on_submit():
        return _page(one, reason_form=form), 422
    try:
        putting.say_reasons(
            db.session(),
            desk(),
            one,
            if_selected=words(form.if_selected),
            if_refused=words(form.if_refused),
        )
    except Refused as refused:
        db.session.rollback()
        return _page(_mine(case_id), reason_form=form, others=[explain(refused)]), 422
    db.session.commit()
    flash(_("It is kept: the company reads it with the decision."), "success")
    return redirect(url_for(".committee_case", case_id=case_id))
