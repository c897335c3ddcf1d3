"""The folders of the library: add, name, remove."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import SelectField

from blueprints._access import SAFE, found, viewer
from blueprints._access import member as me
from blueprints._forms import Form, line, options, show_refusal, words
from blueprints.administration import bp
from core.db import db
from core.refusals import Refused
from resources import folders as actions

FIELDS = {
    "name-empty": "name",
    "name-taken": "name",
    "unknown-folder": "parent",
    "folder-too-deep": "parent",
}


class FolderForm(Form):
    """A folder's name."""

    name = line(_l("Name"), needed=True)


class NewFolderForm(FolderForm):
    """A folder, and what it is in."""

    parent = SelectField(_l("In the folder"), coerce=lambda value: int(value) if value else None)


@bp.route("/dossiers", methods=["GET", "POST"])
def folders() -> Response | str | tuple[str, int]:
    """The folders, those of each together, and a new one."""
    rows = db.session.execute(actions.every(viewer())).all()
    wide = [folder for folder, _held in rows if folder.parent_id is None]
    form = NewFolderForm()
    form.parent.choices = options([("", _("None")), *((one.id, one.name) for one in wide)])
    if form.validate_on_submit():
        try:
            actions.add(
                db.session(), viewer(), by=me(), name=words(form.name), parent_id=form.parent.data
            )
        except Refused as refused:
            show_refusal(form, refused, FIELDS)
        else:
            db.session.commit()
            flash(_("The folder is added."), "success")
            return redirect(url_for(".folders"))
    page = render_template(
        "administration/folders.html",
        form=form,
        rows=[row for one in wide for row in rows if one.id in (row[0].id, row[0].parent_id)],
    )
    return page if request.method in SAFE else (page, 422)


@bp.route("/dossiers/<int:folder_id>", methods=["GET", "POST"])
def folder(folder_id: int) -> Response | str | tuple[str, int]:
    """Name a folder otherwise."""
    one = found(actions.folder(viewer(), folder_id))
    form = FolderForm(name=one.name)
    if form.validate_on_submit():
        try:
            actions.rename(db.session(), viewer(), one, by=me(), name=words(form.name))
        except Refused as refused:
            show_refusal(form, refused, FIELDS)
        else:
            db.session.commit()
            flash(_("It has its new name."), "success")
            return redirect(url_for(".folders"))
    page = render_template("administration/folder.html", form=form)
    return page if request.method in SAFE else (page, 422)


@bp.post("/dossiers/<int:folder_id>/supprimer")
def remove_folder(folder_id: int) -> Response:
    """Remove an empty folder."""
    one = found(actions.folder(viewer(), folder_id))
    actions.remove(db.session(), viewer(), one, by=me())
    db.session.commit()
    flash(_("“%(name)s” is removed.", name=one.name), "success")
    return redirect(url_for(".folders"))
