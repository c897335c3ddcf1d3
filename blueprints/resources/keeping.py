"""Favourites, and several files in one archive."""

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from flask import Response as FlaskResponse
from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from zipstream import ZipStream

from blueprints._access import found, key, local_address, viewer
from blueprints._downloads import storage
from blueprints._refusals import explain
from blueprints.resources import bp
from core import clock
from core.db import db
from core.refusals import Refused
from core.storage import Storage
from resources import actions, queries
from resources.models import Version


@bp.post("/<int:document_id>/favori")
def favour(document_id: int) -> Response:
    """Keep a document at hand, name what for, or no longer keep it: the form says which."""
    document = found(queries.document(viewer(), document_id))
    try:
        if request.form.get("favori") == "non":
            actions.unfavour(db.session(), viewer(), document.id)
            said = _("It is no longer among your favourites.")
        else:
            actions.favour(db.session(), viewer(), document.id, request.form.get("label", ""))
            label = request.form.get("label", "").strip()
            said = (
                _("It is among your favourites, under “%(label)s”.", label=label)
                if label
                else _("It is among your favourites.")
            )
    except Refused as refused:
        db.session.rollback()
        flash(explain(refused), "warning")
    else:
        db.session.commit()
        flash(said, "success")
    back = local_address(request.args.get("suite"))
    return redirect(back or url_for(".document", document_id=document_id))


@bp.post("/zip")
def archive() -> Response:
    """The newest files of the documents that were ticked, in one archive written as it leaves."""
    ids = [one for one in request.form.getlist("documents", type=key) if one]
    versions = db.session.scalars(
        queries.newest_versions(viewer(), ids[: queries.MOST_IN_ZIP])
    ).all()
    if not versions:
        flash(_("Tick the documents that you want to take with you."), "warning")
        return redirect(local_address(request.form.get("suite")) or url_for(".index"))
    actions.note_downloads(db.session(), viewer(), versions)
    db.session.commit()
    name = f"maillage-{clock.now():%Y-%m-%d}.zip"
    response = FlaskResponse(_zipped(storage(), versions), mimetype="application/zip")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _zipped(files: Storage, versions: Sequence[Version]) -> Iterator[bytes]:
    zipped = ZipStream(sized=True)  # stored as they are: office files are packed already
    taken: set[str] = set()
    for version in versions:
        name = _free_name(version.name, taken)
        zipped.add(_content(files, version.file.sha256), name, size=version.file.size)
    yield from zipped


def _content(files: Storage, sha256: str) -> Iterator[bytes]:
    """A file that is opened when its turn comes."""
    yield from files.read(sha256)


def _free_name(name: str, taken: set[str]) -> str:
    """A name that no other file of the archive has: "guide.pdf", then "guide (2).pdf"."""
    path = PurePosixPath(name)
    candidates = (name, *(f"{path.stem} ({n}){path.suffix}" for n in range(2, len(taken) + 3)))
    free = next(one for one in candidates if one.lower() not in taken)
    taken.add(free.lower())
    return free
