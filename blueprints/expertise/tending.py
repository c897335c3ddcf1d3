"""What the team tends: the words of its public pages, its subjects, its institutions."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import BooleanField, RadioField, SelectField, TextAreaField

from blueprints._access import SAFE, found
from blueprints._forms import Form, at_most, line, options, several_lines, show_refusal, words
from blueprints._questions import KINDS
from blueprints._refusals import explain
from blueprints._ways import USUALLY, WAYS
from blueprints.expertise import bp
from blueprints.expertise._desk import desk
from blueprints.expertise._quality_words import ALERTS
from blueprints.expertise.public_pages import ADDRESSES, TITLES
from core.db import db
from core.refusals import Refused
from directory.questions import QuestionKind
from expertise.experts import queries as experts
from expertise.programmes import queries, tending
from expertise.programmes.models import (
    HELP_LENGTH,
    InstitutionKind,
    Programme,
    PublicPage,
    Subject,
    SubjectQuestion,
    Way,
)
from expertise.quality import rates

Page = Response | str | tuple[str, int]
PAGES = {"accueil": PublicPage.HOME} | {address: page for page, address in ADDRESSES.items()}
NAMES = {PublicPage.HOME: _l("First page")} | TITLES
AS_USUAL = "usual"
"""The way of a subject that is that of its programme."""
INSTITUTIONS = {
    InstitutionKind.GROUP: _l("Large group"),
    InstitutionKind.PUBLIC: _l("Public body"),
    InstitutionKind.LOCAL: _l("Local employer"),
}


class PageForm(Form):
    """The words of a public page."""

    body = TextAreaField(
        _l("What this page says"),
        [at_most(tending.LONGEST_PAGE)],
        [several_lines],
        description=_l("Left empty, the page is not shown."),
    )


class ThemeForm(Form):
    """A theme."""

    theme = line(_l("Name of the theme"), needed=True)


class SaidThemeForm(ThemeForm):
    """A theme that is there: its name, what helps to choose in it, where it stands."""

    help = line(
        _l("Help"), length=HELP_LENGTH, description=_l("Optional: what it covers, in one line.")
    )
    place = SelectField(_l("Place among the themes"), coerce=int)


class SubjectForm(Form):
    """A subject of a programme: what helps to choose it, how one answers."""

    name = line(_l("Name of the subject"), needed=True)
    help = line(
        _l("Help"), length=HELP_LENGTH, description=_l("Optional: what it covers, in one line.")
    )
    way = RadioField(
        _l("How one answers"),
        default=AS_USUAL,
        description=_l(
            "Counts for the needs that are still to be validated. A need about subjects that "
            "differ is answered by one institution at a time."
        ),
    )

    def __init__(self, programme: Programme, about: Subject | None = None, **kwargs: Any) -> None:
        if about is not None:
            known = {"name": about.name, "help": about.help, "way": about.way or AS_USUAL}
            kwargs["data"] = known
        super().__init__(**kwargs)
        self.way.choices = options([(AS_USUAL, USUALLY[programme.way]), *WAYS.items()])

    def said(self) -> tuple[str, str, Way | None]:
        """Its name, its help, its way."""
        way = None if self.way.data == AS_USUAL else Way(self.way.data)
        return words(self.name), words(self.help), way


class QuestionForm(Form):
    """A question to companies."""

    words = line(_l("Question"), needed=True)
    kind = SelectField(_l("Kind of answer"), choices=options(KINDS.items()))
    choices = TextAreaField(
        _l("Choices"),
        [at_most(4000)],
        [several_lines],
        description=_l("One a line; only for a question with choices."),
    )
    needed = BooleanField(_l("An answer is required"))


class InstitutionForm(Form):
    """An institution that takes part."""

    institution = line(_l("Name of the institution"), needed=True)
    kind = SelectField(_l("Kind"), choices=options(INSTITUTIONS.items()))


def run(slug: str) -> Programme:
    """A programme that the viewer runs, or 404."""
    return found(queries.run_by(desk()).where(Programme.slug == slug))


@bp.get("/equipe/<slug>/reglages")
def settings(slug: str) -> str:
    """All that the team tends."""
    return _settings(run(slug))


def _settings(one: Programme, **forms: Form) -> str:
    session = db.session()
    there = queries.pages(session, one)
    listed = rates.alerts(session, desk(), experts.taking_part(desk(), one), one.id)
    return render_template(
        "expertise/settings.html",
        programme=one,
        pages=[(name, NAMES[page], page in there) for name, page in PAGES.items()],
        themes=session.scalars(queries.all_subjects(one)).all(),
        institutions=[of for of, _kinds in listed],
        waiting=defaultdict(int, experts.waiting(session, desk(), one)),
        kinds=INSTITUTIONS,
        ways=WAYS,
        alerts={of.id: [ALERTS[kind] for kind in kinds] for of, kinds in listed},
        theme_form=forms.get("theme") or ThemeForm(formdata=None),
        institution_form=forms.get("institution") or InstitutionForm(formdata=None),
    )


@bp.route("/equipe/<slug>/pages/<page>", methods=["GET", "POST"])
def edit_page(slug: str, page: str) -> Page:
    """Write a public page."""
    one, which = run(slug), PAGES.get(page)
    if which is None:
        abort(404)
    known = db.session.scalars(queries.words(one, which)).one_or_none()
    form = PageForm(data={"body": known.body if known else ""})
    if form.validate_on_submit():
        tending.write(db.session(), desk(), one, which, words(form.body))
        db.session.commit()
        flash(_("The page “%(title)s” says so now.", title=NAMES[which]), "success")
        return redirect(url_for(".settings", slug=slug))
    shown = render_template(
        "expertise/edit_page.html", programme=one, form=form, title=NAMES[which]
    )
    return shown if request.method in SAFE else (shown, 422)


def _done(slug: str, act: Callable[[], object], words_of: str) -> Response:
    """Do it, say so, and come back to the settings; a refusal is said there."""
    try:
        act()
    except Refused as refused:
        db.session.rollback()
        flash(explain(refused), "warning")
    else:
        db.session.commit()
        flash(words_of, "success")
    return redirect(url_for(".settings", slug=slug))


@bp.post("/equipe/<slug>/themes")
def add_theme(slug: str) -> Page:
    """A theme, at the end."""
    one, form = run(slug), ThemeForm()
    if not form.validate_on_submit():
        return _settings(one, theme=form), 422
    name = words(form.theme)
    return _done(
        slug,
        lambda: tending.add_theme(db.session(), desk(), one, name),
        _("“%(title)s” is added.", title=name),
    )


@bp.route("/equipe/<slug>/themes/<int:theme_id>", methods=["GET", "POST"])
def theme(slug: str, theme_id: int) -> Page:
    """A theme: its name, its help, its place."""
    one, session = run(slug), db.session()
    themes = session.scalars(queries.themes(one)).all()
    about = next((each for each in themes if each.id == theme_id), None)
    if about is None:
        abort(404)
    known = {"theme": about.name, "help": about.help, "place": themes.index(about) + 1}
    form = SaidThemeForm(data=known)
    form.place.choices = options((place, str(place)) for place in range(1, len(themes) + 1))
    title, others = about.name, list[str]()
    if form.validate_on_submit():
        said, helped = words(form.theme), words(form.help)
        try:
            tending.say_theme(
                session, desk(), one, about, name=said, words=helped, place=form.place.data
            )
        except Refused as refused:
            others = show_refusal(form, refused, {"name-taken": "theme", "name-empty": "theme"})
        else:
            db.session.commit()
            flash(_("“%(title)s” is corrected.", title=about.name), "success")
            return redirect(url_for(".settings", slug=slug))
    page = render_template(
        "expertise/edit_theme.html", programme=one, title=title, form=form, others=others
    )
    return page if request.method in SAFE else (page, 422)


@bp.route("/equipe/<slug>/themes/<int:theme_id>/sujets", methods=["GET", "POST"])
def add_subject(slug: str, theme_id: int) -> Page:
    """A subject of a theme."""
    one = run(slug)
    form, others = SubjectForm(one), list[str]()
    if form.validate_on_submit():
        try:
            made = tending.add_subject(db.session(), desk(), one, theme_id, *form.said())
        except Refused as refused:
            others = show_refusal(form, refused, {"name-taken": "name", "name-empty": "name"})
        else:
            db.session.commit()
            flash(_("“%(title)s” is added.", title=made.name), "success")
            return redirect(url_for(".settings", slug=slug))
    page = render_template(
        "expertise/edit_subject.html",
        programme=one,
        subject=None,
        form=form,
        others=others,
        question_form=None,
    )
    return page if request.method in SAFE else (page, 422)


def _subject(one: Programme, subject_id: int) -> Subject:
    return found(queries.any_subject(one, subject_id))


@bp.route("/equipe/<slug>/sujets/<int:subject_id>", methods=["GET", "POST"])
def subject(slug: str, subject_id: int) -> Page:
    """A subject: its name, its help, its way, its questions."""
    one = run(slug)
    about = _subject(one, subject_id)
    form = SubjectForm(one, about)
    others: list[str] = []
    if form.validate_on_submit():
        try:
            tending.say_subject(db.session(), desk(), one, about, *form.said())
        except Refused as refused:
            others = show_refusal(form, refused, {"name-taken": "name", "name-empty": "name"})
            about = _subject(one, subject_id)
        else:
            db.session.commit()
            flash(_("“%(title)s” is corrected.", title=about.name), "success")
            return redirect(url_for(".settings", slug=slug))
    page = _subject_page(one, about, form, others, QuestionForm(formdata=None))
    return page if request.method in SAFE else (page, 422)


def _subject_page(
    one: Programme, about: Subject, form: SubjectForm, others: list[str], asking: QuestionForm
) -> str:
    return render_template(
        "expertise/edit_subject.html",
        programme=one,
        subject=about,
        form=form,
        others=others,
        question_form=asking,
    )


@bp.post("/equipe/<slug>/sujets/<int:subject_id>/proposer")
def offer_subject(slug: str, subject_id: int) -> Response:
    """Offer a subject again, or no longer."""
    one = run(slug)
    about, offered = _subject(one, subject_id), request.form.get("propose") == "1"
    done = _("“%(title)s” is offered.") if offered else _("“%(title)s” is no longer offered.")
    return _done(
        slug,
        lambda: tending.offer_subject(desk(), one, about, offered=offered),
        done % {"title": about.name},
    )


@bp.post("/equipe/<slug>/sujets/<int:subject_id>/questions")
def ask_about(slug: str, subject_id: int) -> Page:
    """A question about a subject."""
    one, asking = run(slug), QuestionForm()
    about = _subject(one, subject_id)
    others: list[str] = []
    if asking.validate_on_submit():
        try:
            tending.ask_about(
                db.session(),
                desk(),
                one,
                about,
                kind=QuestionKind(asking.kind.data),
                words=words(asking.words),
                choices=words(asking.choices),
                required=asking.needed.data,
            )
        except Refused as refused:
            others = show_refusal(
                asking, refused, {"choices-few": "choices", "name-empty": "words"}
            )
            about = _subject(one, subject_id)
        else:
            db.session.commit()
            flash(_("The question is asked from now on."), "success")
            return redirect(url_for(".subject", slug=slug, subject_id=subject_id))
    form = SubjectForm(one, about, formdata=None)
    return _subject_page(one, about, form, others, asking), 422


@bp.post("/equipe/<slug>/sujets/<int:subject_id>/questions/<int:question_id>/retirer")
def ask_no_more(slug: str, subject_id: int, question_id: int) -> Response:
    """Ask it no more."""
    one = run(slug)
    about = _subject(one, subject_id)
    question = db.session.get(SubjectQuestion, question_id)
    if question is None or question.subject_id != about.id:
        abort(404)
    tending.ask_no_more(desk(), one, question)
    db.session.commit()
    flash(_("It is asked no more."), "success")
    return redirect(url_for(".subject", slug=slug, subject_id=subject_id))


@bp.post("/equipe/<slug>/institutions")
def welcome(slug: str) -> Page:
    """An institution takes part."""
    one, form = run(slug), InstitutionForm()
    if not form.validate_on_submit():
        return _settings(one, institution=form), 422
    name, kind = words(form.institution), InstitutionKind(form.kind.data)
    return _done(
        slug,
        lambda: tending.welcome(db.session(), desk(), one, name, kind),
        _("%(name)s takes part.", name=name),
    )


@bp.post("/equipe/<slug>/institutions/<int:institution_id>/retirer")
def take_leave(slug: str, institution_id: int) -> Response:
    """An institution takes part no more."""
    one = run(slug)
    return _done(
        slug,
        lambda: tending.take_leave(db.session(), desk(), one, institution_id),
        _("It takes part no more."),
    )
