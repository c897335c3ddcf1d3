"""The forum's themes: add, name, order, retire."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from blueprints._access import SAFE, found, viewer
from blueprints._access import member as me
from blueprints._forms import Form, line, show_refusal, words
from blueprints.administration import bp
from core.db import db
from core.refusals import Refused
from forum import themes as actions
from forum.models import Theme

NAME_REFUSED = {"name-empty": "name", "name-taken": "name"}


class ThemeForm(Form):
    """A theme's name."""

    name = line(_l("Name"), needed=True)


@bp.route("/themes", methods=["GET", "POST"])
def themes() -> Response | str | tuple[str, int]:
    """The themes in order, and a new one."""
    form = ThemeForm()
    if form.validate_on_submit():
        try:
            actions.add_theme(db.session(), viewer(), by=me(), name=words(form.name))
        except Refused as refused:
            show_refusal(form, refused, NAME_REFUSED)
        else:
            db.session.commit()
            flash(_("The theme is added at the end of the list."), "success")
            return redirect(url_for("administration.themes"))
    page = render_template(
        "administration/themes.html",
        form=form,
        themes=db.session.execute(actions.all_themes(viewer())).all(),
    )
    return page if request.method in SAFE else (page, 422)


@bp.route("/themes/<int:theme_id>", methods=["GET", "POST"])
def theme(theme_id: int) -> Response | str | tuple[str, int]:
    """Name a theme otherwise."""
    one = found(actions.theme(viewer(), theme_id))
    form = ThemeForm(name=one.name)
    if form.validate_on_submit():
        try:
            actions.rename_theme(db.session(), viewer(), one, by=me(), name=words(form.name))
        except Refused as refused:
            show_refusal(form, refused, NAME_REFUSED)
        else:
            db.session.commit()
            flash(_("The theme has its new name."), "success")
            return redirect(url_for("administration.themes"))
    page = render_template("administration/theme.html", form=form, theme=one)
    return page if request.method in SAFE else (page, 422)


@bp.post("/themes/<int:theme_id>/<any(monter,descendre):way>")
def move_theme(theme_id: int, way: str) -> Response:
    """One place up or down."""
    one = found(actions.theme(viewer(), theme_id))
    actions.move_theme(db.session(), viewer(), one, by=me(), step=-1 if way == "monter" else 1)
    return _done(one)


@bp.post("/themes/<int:theme_id>/<any(retirer,rouvrir):way>")
def retire_theme(theme_id: int, way: str) -> Response:
    """No longer offered to new topics, or offered again."""
    one = found(actions.theme(viewer(), theme_id))
    retired = way == "retirer"
    actions.retire_theme(db.session(), viewer(), one, by=me(), retired=retired)
    sentence = (
        _("“%(name)s” is retired: its topics stay, new ones are opened elsewhere.", name=one.name)
        if retired
        else _("“%(name)s” is open again.", name=one.name)
    )
    return _done(one, sentence)


@bp.post("/themes/<int:theme_id>/supprimer")
def remove_theme(theme_id: int) -> Response:
    """Remove a theme that was never used."""
    one = found(actions.theme(viewer(), theme_id))
    actions.remove_theme(db.session(), viewer(), one, by=me())
    return _done(one, _("“%(name)s” is removed.", name=one.name))


def _done(one: Theme, sentence: str | None = None) -> Response:
    db.session.commit()
    if sentence:
        flash(sentence, "success")
    return redirect(url_for("administration.themes", _anchor=f"theme-{one.id}"))
