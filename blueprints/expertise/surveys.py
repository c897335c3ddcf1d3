"""Surveys: the page that a link opens, and what the team of a programme reads."""

from typing import Any

from babel.numbers import format_decimal
from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import BooleanField, IntegerField, RadioField, TextAreaField
from wtforms.validators import NumberRange, Optional

from blueprints._access import SAFE, found, key, public, settings
from blueprints._corrections import title_of
from blueprints._forms import Form, at_most, line, options, required, several_lines, show_refusal
from blueprints._forms import words as typed
from blueprints._languages import spoken
from blueprints._limits import FOLLOW, limiter
from blueprints._refusals import explain
from blueprints.expertise import _survey_words as say
from blueprints.expertise import bp
from blueprints.expertise._desk import desk
from blueprints.expertise.public_pages import dressed
from blueprints.expertise.tending import run
from core.db import db
from core.refusals import Refused
from expertise.surveys import actions, links, queries
from expertise.surveys.actions import NEEDED, Answer
from expertise.surveys.links import Opened
from expertise.surveys.models import (
    LONGEST_TESTIMONIAL,
    LONGEST_WORDS,
    MOST_JOBS,
    Kind,
    Said,
    Survey,
)
from expertise.surveys.queries import Which

Page = Response | str | tuple[str, int]
AT_ONCE = 25
VIEWS = {"": Which.ALL, "insatisfaits": Which.UNHAPPY, "temoignages": Which.TO_APPROVE}
VIEW_WORDS = {
    Which.ALL: _l("All answers"),
    Which.UNHAPPY: _l("Unhappy"),
    Which.TO_APPROVE: _l("Testimonials to read"),
}
REFUSED = {"testimonial-empty": "testimonial", "testimonial-unsigned": "signed"}
JOBS = [Optional(), NumberRange(0, MOST_JOBS)]


class SurveyForm(Form):
    """All that may be asked; each survey keeps its own."""

    satisfaction = RadioField(
        _l("Are you satisfied?"), [Optional()], choices=options(say.SATISFIED.items())
    )
    easy = RadioField(_l("Was it easy?"), [Optional()], choices=options(say.EASY.items()))
    in_time = RadioField(
        _l("Did the call come in time?"), [Optional()], choices=options(say.IN_TIME.items())
    )
    of_expert = RadioField(
        _l("How was it for your expert?"), [Optional()], choices=options(say.FOR_EXPERT.items())
    )
    tie_lasts = RadioField(
        _l("Are you still in touch with the expert?"),
        [Optional()],
        choices=options(say.LASTS.items()),
    )
    of_use = RadioField(
        _l("Is what you received still of use?"), [Optional()], choices=options(say.EASY.items())
    )
    jobs_created = IntegerField(
        _l("Jobs created thanks to this help"),
        JOBS,
        description=_l("A number; 0 if there is none. Leave it empty if you cannot say."),
    )
    jobs_kept = IntegerField(
        _l("Jobs kept thanks to this help"),
        JOBS,
        description=_l("Those that would have been lost without it."),
    )
    words = TextAreaField(
        _l("What would be better?"),
        [at_most(LONGEST_WORDS)],
        [several_lines],
        description=_l("Optional: the team reads it, and nobody else."),
    )
    testimonial = TextAreaField(
        _l("Your testimonial"), [at_most(LONGEST_TESTIMONIAL)], [several_lines]
    )
    signed = line(
        _l("Signed"),
        description=_l("The name that is read under it, for example “Inès, head of a bakery”."),
    )
    consents = BooleanField(_l("I agree that it is published on the page of the programme"))

    def keep(self, survey: Survey) -> None:
        """Ask what this side is asked then."""
        asked = actions.asked(survey)
        for field in list(self):
            if field.name in Answer.__dataclass_fields__ and field.name not in asked:
                del self[field.name]
        for name in NEEDED:
            if name in asked:
                self[name].validators = [required()]
                self[name].flags.required = True
        if survey.kind is Kind.RECEPTION:
            self.satisfaction.label.text = _(
                "Are you satisfied with the way your need was received?"
            )
        if survey.kind in {Kind.THREE_MONTHS, Kind.SIX_MONTHS}:
            self.words.label.text = _("Anything else to tell us?")
        if not survey.is_of_company and "tie_lasts" in asked:
            self.tie_lasts.label.text = _("Is your expert still in touch with the company?")

    def said(self) -> Answer:
        """What was typed."""
        here: dict[str, Any] = {field.name: field.data or None for field in self}
        return Answer(
            satisfaction=_number(here.get("satisfaction")),
            easy=_said(here.get("easy")),
            in_time=_said(here.get("in_time")),
            of_expert=_number(here.get("of_expert")),
            jobs_created=self.jobs_created.data if "jobs_created" in self else None,
            jobs_kept=self.jobs_kept.data if "jobs_kept" in self else None,
            tie_lasts=_said(here.get("tie_lasts")),
            of_use=_said(here.get("of_use")),
            words=typed(self.words),
            testimonial=here.get("testimonial") or "",
            signed=here.get("signed") or "",
            consents=bool(here.get("consents")),
        )


def _number(chosen: str | None) -> int | None:
    return int(chosen) if chosen else None


def _said(chosen: str | None) -> Said | None:
    return Said(chosen) if chosen else None


def _opened(token: str) -> tuple[Opened, Survey]:
    try:
        link = links.opened(settings(), token)
    except Refused:
        abort(404)
    one = links.answered(db.session(), link)
    if one is None:
        abort(404)
    return link, one


@bp.route("/enquete/<token>", methods=["GET", "POST"])
@public
@limiter.limit(FOLLOW, methods=["POST"])
def survey(token: str) -> Page:
    """Answer, or correct one's answer; reading it changes nothing."""
    link, one = _opened(token)
    form = SurveyForm(data=_known(one) if request.method in SAFE else None)
    form.keep(one)
    others: list[str] = []
    if form.validate_on_submit():
        session = db.session()
        try:
            member_id = links.member_of(session, link, one)
            actions.answer(session, one, form.said(), member_id=member_id)
        except Refused as refused:
            others = show_refusal(form, refused, REFUSED)
            link, one = _opened(token)
        else:
            session.commit()
            flash(_("Thank you: your answer is kept."), "success")
            return redirect(url_for(".survey", token=token))
    page = render_template(
        "expertise/survey.html",
        **dressed(one.programme),
        survey=one,
        about=one.need.title if one.is_of_company else title_of(one.need),
        token=token,
        title=say.TITLES[one.kind],
        address=link.address,
        form=form,
        fields=[field for field in form if field.name in Answer.__dataclass_fields__],
        others=others,
    )
    return page if request.method in SAFE else (page, 422)


def _known(survey: Survey) -> dict[str, Any]:
    """What was answered before."""
    kept = {
        name: getattr(survey, name) for name in Answer.__dataclass_fields__ if name != "consents"
    }
    return kept | {"consents": survey.consented_at is not None}


@bp.post("/enquete/<token>/retirer")
@public
@limiter.limit(FOLLOW)
def take_back_testimonial(token: str) -> Response:
    """It is not published any more, at once."""
    _link, one = _opened(token)
    actions.take_back(db.session(), one)
    db.session.commit()
    flash(_("Your testimonial is not published any more."), "success")
    return redirect(url_for(".survey", token=token))


@bp.get("/equipe/<slug>/enquetes")
def surveys(slug: str) -> str:
    """What companies and institutions answered."""
    one = run(slug)
    which = VIEWS.get(request.args.get("voir", ""))
    if which is None:
        abort(404)
    session = db.session()
    last_id = request.args.get("apres", type=key)
    last = (
        session.scalars(queries.survey(desk(), one.id, last_id)).one_or_none()
        if last_id is not None
        else None
    )
    shown = session.scalars(queries.answers(desk(), one.id, which, last).limit(AT_ONCE + 1)).all()
    counts = queries.counts(session, desk(), one.id)
    view = request.args.get("voir") or None
    return render_template(
        "expertise/surveys.html",
        programme=one,
        counts=counts,
        mean=format_decimal(round(counts.mean, 1), locale=spoken())
        if counts.mean is not None
        else None,
        fewest=queries.MASKED_UNDER,
        tabs=[
            {
                "label": VIEW_WORDS[there],
                "href": url_for(".surveys", slug=slug, voir=word or None),
                "current": there is which,
                "count": counts.to_approve if there is Which.TO_APPROVE else 0,
            }
            for word, there in VIEWS.items()
        ],
        lines=[say.line(answered) for answered in shown[:AT_ONCE]],
        more=url_for(".surveys", slug=slug, voir=view, apres=shown[AT_ONCE - 1].id)
        if len(shown) > AT_ONCE
        else None,
        filtered=which is not Which.ALL,
    )


@bp.post("/equipe/<slug>/enquetes/<int:survey_id>/temoignage")
def publish_testimonial(slug: str, survey_id: int) -> Response:
    """Let everybody read it, or no longer."""
    one = run(slug)
    answered = found(queries.survey(desk(), one.id, survey_id))
    shown = request.form.get("publier") == "1"
    try:
        if shown:
            read = request.form.get("lu", "")
            actions.publish(db.session(), desk(), answered, read=read)
        else:
            actions.unpublish(db.session(), desk(), answered)
    except Refused as refused:
        db.session.rollback()
        flash(explain(refused), "warning")
    else:
        db.session.commit()
        flash(
            _("The testimonial is on the public page.")
            if shown
            else _("The testimonial is no longer on the public page."),
            "success",
        )
    return redirect(url_for(".surveys", slug=slug, voir="temoignages" if shown else None))
