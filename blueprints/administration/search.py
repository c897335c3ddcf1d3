"""The search's acronyms, and what was sought in vain."""

from flask import Response as FlaskResponse
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select
from werkzeug.wrappers import Response
from wtforms import TextAreaField

from blueprints._access import SAFE, found, viewer
from blueprints._access import member as me
from blueprints._forms import Form, at_most, line, several_lines, show_refusal, words
from blueprints._sheets import ENDINGS, send_sheet
from blueprints.administration import bp
from blueprints.administration._leaving import files, typed
from core.db import db
from core.refusals import Refused
from core.sheets import Sheet
from core.text import folded
from search import acronyms as known
from search import actions, queries
from search.models import Acronym, SearchedInVain

MOST = 200
FIELDS = {
    "acronym-unknown-form": "acronym",
    "meaning-empty": "meaning",
    "wordings-too-many": "wordings",
    "wording-too-long": "wordings",
}


class AcronymForm(Form):
    """An acronym and what it stands for."""

    acronym = line(_l("Acronym"), length=20, needed=True)
    meaning = line(_l("Meaning"), needed=True)
    wordings = TextAreaField(
        _l("Also written"),
        validators=[at_most(2000)],
        filters=[several_lines],
        description=_l("One a line: “chantier d’insertion” under ACI."),
    )


@bp.route("/sigles", methods=["GET", "POST"])
def acronyms() -> Response | str | tuple[str, int]:
    """The list, and a new one."""
    form = AcronymForm()
    if form.validate_on_submit() and (done := _kept(form, _("The search knows it from now on."))):
        return done
    page = render_template(
        "administration/acronyms.html",
        form=form,
        words=typed(),
        acronyms=_acronyms(),
        files=files(("q",), ".export_acronyms"),
    )
    return page if request.method in SAFE else (page, 422)


def _acronyms() -> list[Acronym]:
    """Those that hold what is typed."""
    return [
        one
        for one in db.session.scalars(known.acronyms())
        if folded(typed()) in folded(f"{one.acronym} {one.meaning} {one.wordings}")
    ]


@bp.get(f"/exporter/sigles.<{ENDINGS}:ending>")
def export_acronyms(ending: str) -> FlaskResponse:
    """The same list, for a spreadsheet."""
    header = [_("Acronym"), _("Meaning"), _("Also written")]
    rows = [[one.acronym, one.meaning, ", ".join(one.wordings.splitlines())] for one in _acronyms()]
    return send_sheet("sigles", ending, Sheet(_("Acronyms"), header, rows))


@bp.route("/sigles/<acronym>", methods=["GET", "POST"])
def acronym(acronym: str) -> Response | str | tuple[str, int]:
    """Change what an acronym stands for."""
    one = found(known.acronyms().where(Acronym.acronym == acronym))
    form = AcronymForm(acronym=one.acronym, meaning=one.meaning, wordings=one.wordings)
    form.acronym.data = one.acronym
    if form.validate_on_submit() and (done := _kept(form, _("It is changed."))):
        return done
    page = render_template("administration/acronym.html", form=form, acronym=acronym)
    return page if request.method in SAFE else (page, 422)


def _kept(form: AcronymForm, sentence: str) -> Response | None:
    try:
        actions.set_acronym(
            db.session(),
            viewer(),
            by=me(),
            acronym=words(form.acronym),
            meaning=words(form.meaning),
            wordings=words(form.wordings),
        )
    except Refused as refused:
        show_refusal(form, refused, FIELDS)
        return None
    db.session.commit()
    flash(sentence, "success")
    return redirect(url_for(".acronyms"))


@bp.post("/sigles/<acronym>/supprimer")
def remove_acronym(acronym: str) -> Response:
    """Take an acronym off the list."""
    one = found(known.acronyms().where(Acronym.acronym == acronym))
    actions.remove_acronym(db.session(), viewer(), by=me(), acronym=one.acronym)
    db.session.commit()
    flash(_("“%(name)s” is removed.", name=acronym), "success")
    return redirect(url_for(".acronyms"))


@bp.route("/recherches", methods=["GET", "POST"])
def in_vain() -> Response | str:
    """What members sought and did not find; a line that is dealt with is forgotten."""
    if request.method not in SAFE:
        actions.forget_in_vain(db.session(), viewer(), words=request.form.get("mots", ""))
        db.session.commit()
        return redirect(url_for(".in_vain"))
    return render_template(
        "administration/in_vain.html",
        sought=db.session.scalars(_sought().limit(MOST)).all(),
        words=typed(),
        files=files(("q",), ".export_in_vain"),
    )


def _sought() -> Select[SearchedInVain]:
    """Those that hold what is typed."""
    wanted = queries.sought_in_vain(viewer())
    for word in folded(typed()).split():
        wanted = wanted.where(SearchedInVain.words.contains(word, autoescape=True))
    return wanted


@bp.get(f"/exporter/recherches.<{ENDINGS}:ending>")
def export_in_vain(ending: str) -> FlaskResponse:
    """The same list, for a spreadsheet: nobody's name is in it."""
    header = [_("Words"), _("Times"), _("Last time")]
    rows = [(one.words, one.times, one.last_at) for one in db.session.scalars(_sought())]
    return send_sheet("recherches-sans-resultat", ending, Sheet(_("Sought in vain"), header, rows))
