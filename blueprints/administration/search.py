"""The search's acronyms, and what was sought in vain."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import TextAreaField

from blueprints._access import SAFE, found, viewer
from blueprints._access import member as me
from blueprints._forms import Form, at_most, line, one_line, several_lines, show_refusal, words
from blueprints.administration import bp
from core.db import db
from core.refusals import Refused
from core.text import folded
from search import acronyms as known
from search import actions, queries
from search.models import Acronym

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
    typed = one_line(request.args.get("q", "")[:100]) or ""
    page = render_template(
        "administration/acronyms.html",
        form=form,
        words=typed,
        acronyms=[
            one
            for one in db.session.scalars(known.acronyms())
            if folded(typed) in folded(f"{one.acronym} {one.meaning} {one.wordings}")
        ],
    )
    return page if request.method in SAFE else (page, 422)


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
        sought=db.session.scalars(queries.sought_in_vain(viewer()).limit(MOST)).all(),
    )
