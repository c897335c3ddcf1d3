"""The page of a document, its text, and its files."""

from typing import Any

from flask import Response as FlaskResponse
from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from accounts.visits import note_presence
from blueprints._access import found, viewer
from blueprints._documents import document_rows, ending
from blueprints._downloads import PDF, is_shown, send, send_picture
from blueprints._picker import reaches_in_words
from blueprints._topics import author_of
from blueprints._visits import from_mail
from blueprints.resources import bp
from core.db import db
from core.extraction import PAGE_END
from notifications.actions import see_document
from resources import actions, policy, queries
from resources.models import Document, Version
from resources.openings import note_openings


@bp.get("/<int:document_id>")
def document(document_id: int) -> str | Response:
    """What it is, who it is for, its file and its versions."""
    opened = queries.opened(db.session(), viewer(), document_id)
    if opened is None:
        gone = found(queries.withdrawn(viewer(), document_id))  # for those who may give it back
        return redirect(url_for(".withdrawn", document_id=gone.id))
    one, work = opened
    versions = db.session.scalars(queries.versions(viewer(), one.id)).all()
    newest = versions[0] if versions else None
    labels = queries.favourite_labels(db.session(), viewer())
    newer = _newer(one)
    related = queries.related(db.session(), viewer(), one)
    reaches = reaches_in_words({one.audience_id, *(row[0].audience_id for row in related)})
    return render_template(
        "resources/document.html",
        document=one,
        audience=reaches[one.audience_id],
        description=Markup(one.html),  # noqa: S704 - cleaned when it was saved
        owner=author_of(one.owner, work),
        newest=_shown(newest) if newest else None,
        versions=[_shown(version) for version in versions],
        label=labels.get(one.id),
        labels=sorted({label for label in labels.values() if label}),
        newer=newer,
        replaced=db.session.scalars(queries.replaced(viewer(), one.id)).all(),
        related=document_rows(related, reaches=reaches),
        may_tend=policy.may_tend(viewer(), one),
        seen_url=url_for(".seen", document_id=one.id, **from_mail()),
    )


@bp.post("/<int:document_id>/vu")
def seen(document_id: int) -> tuple[str, int] | Response:
    """The document was on screen: it is opened, and what was told about it is seen."""
    one = found(queries.document(viewer(), document_id))
    see_document(db.session(), viewer(), one.id)
    note_openings(db.session(), viewer(), [one])
    note_presence(db.session(), viewer().member_id, by_mail=bool(from_mail()))
    db.session.commit()
    if request.headers.get("X-Fragment"):
        return "", 204
    return redirect(url_for(".document", document_id=document_id))


def _newer(one: Document) -> Document | None:
    """What takes its place, for those who see that too."""
    if one.replaced_by_id is None:
        return None
    return db.session.scalars(queries.document(viewer(), one.replaced_by_id)).one_or_none()


def _shown(version: Version) -> dict[str, Any]:
    """A version as the page of its document shows it."""
    file = version.file
    here: dict[str, Any] = {"document_id": version.document_id, "number": version.number}
    return {
        "number": version.number,
        "name": version.name,
        "note": version.note,
        "who": version.deposited_by.name,
        "when": version.deposited_at,
        "form": ending(version.name),
        "size": file.size,
        "pages": file.pages,
        "href": url_for(".file", name=version.name, **here) if is_shown(file.mime) else None,
        "in_page": "pdf" if file.mime == PDF else None,
        "picture": url_for(".picture", document_id=version.document_id, n=version.number)
        if file.thumbnail
        else None,
        "download": url_for(".download", **here),
        "text": url_for(".text", **here) if file.searchable and file.words else None,
        "text_size": file.text_size,
        "waiting": file.read_at is None,
        "unsearchable": unsearchable(file.refused) if file.refused else None,
    }


def unsearchable(refused: str) -> str:
    """Why the words of a file cannot be found."""
    sentences = {
        "empty": _("it is empty"),
        "no-text": _("it holds no text"),
        "not-readable": _("this kind of file is not read"),
        "old-format": _("its format is too old: save it again as .docx, .xlsx or .pdf"),
        "encrypted": _("it is protected by a password"),
        "damaged": _("it is damaged"),
        "too-large": _("it is too large to be read"),
        "too-slow": _("it is too long to be read"),
    }
    return sentences[refused]


@bp.get("/<int:document_id>/texte/<int:number>")
def text(document_id: int, number: int) -> str:
    """The words alone, light and readable on a phone."""
    version = found(queries.version(viewer(), document_id, number, with_text=True))
    if not version.file.words:
        abort(404)
    return render_template(
        "resources/text.html",
        document=version.document,
        version=version,
        pages=[_paragraphs(page) for page in version.file.text.split(PAGE_END)],
    )


@bp.get("/<int:document_id>/texte")
def newest_text(document_id: int) -> Response:
    """The words of the newest version, whichever it is."""
    one = found(queries.document(viewer(), document_id))
    return redirect(url_for(".text", document_id=document_id, number=one.number))


def _paragraphs(page: str) -> list[str]:
    """The blocks of a page, their lines joined as they were typed."""
    blocks = page.replace("\r\n", "\n").split("\n\n")
    return [block.strip() for block in blocks if block.strip()]


@bp.get("/<int:document_id>/fichiers/<int:number>/<path:name>")
def file(document_id: int, number: int, name: str) -> FlaskResponse:
    """A file, shown when a browser shows its kind, else downloaded. The name is only for people."""
    version = found(queries.version(viewer(), document_id, number))
    return send(version.file, version.name, download="telecharger" in request.args)


@bp.get("/<int:document_id>/vignette")
def picture(document_id: int) -> FlaskResponse:
    """The small picture by which a document is recognised."""
    one = found(queries.document(viewer(), document_id))
    version = found(queries.version(viewer(), document_id, one.number))
    if version.file.thumbnail is None:
        abort(404)
    return send_picture(version.file.thumbnail)


@bp.post("/<int:document_id>/telecharger/<int:number>")
def download(document_id: int, number: int) -> Response:
    """Count it, remember who has which version, then send the file."""
    version = found(queries.version(viewer(), document_id, number))
    actions.note_downloads(db.session(), viewer(), [version])
    db.session.commit()
    address = url_for(
        ".file", document_id=document_id, number=number, name=version.name, telecharger=1
    )
    return redirect(address, 303)
