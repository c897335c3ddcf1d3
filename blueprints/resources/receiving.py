"""Files in pieces, by the tus protocol 1.0 (tus.io): a cut line starts again where it stopped.

Core and creation, with a JSON body beside: the title and the kind that the name lets expect.
"""

import base64
import binascii
import errno

from flask import Response, jsonify, request, url_for

from blueprints._access import settings, viewer
from blueprints._downloads import storage
from blueprints._limits import limiter
from blueprints._refusals import explain
from blueprints.resources import bp
from core.db import db
from core.refusals import Refused
from files import actions
from files.models import Upload
from files.policy import limits
from resources import guess

TUS = "1.0.0"
PIECES = "2000/minute"
CONFLICT = {"offset-wrong": 409}


@bp.post("/envois")
def start_upload() -> Response:
    """Announce a file: Upload-Length, and its name in Upload-Metadata."""
    try:
        upload = actions.start(
            db.session(),
            member_id=viewer().member_id,
            name=_name(),
            size=_number("Upload-Length"),
            limits=limits(settings()),
        )
    except Refused as refused:
        return _refuse(refused)
    db.session.commit()
    answer = jsonify(
        id=upload.id,
        name=upload.name,
        title=guess.title(upload.name),
        kind=guess.kind(upload.name),
        piece=actions.LARGEST_PIECE,
    )
    answer.status_code = 201
    answer.headers["Location"] = url_for(".upload", upload_id=upload.id)
    return _tus(answer)


@bp.route("/envois/<upload_id>", methods=["HEAD", "PATCH", "DELETE"])
@limiter.limit(PIECES)
def upload(upload_id: str) -> Response:
    """How much of it was received; the bytes that follow; or take it off the list."""
    piece = _piece() if request.method == "PATCH" else b""
    one = _mine(upload_id)
    if one is None:
        return _tus(Response(status=404))
    if request.method == "PATCH":
        return _append(one, piece)
    if request.method == "DELETE":
        actions.give_up(db.session(), one)
        db.session.commit()
        return _tus(Response(status=204))
    return _received(one)


def _piece() -> bytes:
    """What is sent, before anything is asked of the database: a slow line holds no transaction."""
    db.session.rollback()
    return request.get_data(cache=False)


def _append(one: Upload, piece: bytes) -> Response:
    """The bytes from Upload-Offset on."""
    if request.mimetype != "application/offset+octet-stream":
        return _tus(Response(status=415))
    if len(piece) > actions.LARGEST_PIECE:
        return _tus(Response(status=413))
    try:
        actions.append(db.session(), storage(), one, offset=_number("Upload-Offset"), piece=piece)
    except Refused as refused:
        return _refuse(refused)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        return _refuse(Refused("house-full"))
    db.session.commit()
    db.session.refresh(one)
    return _received(one)


def _mine(upload_id: str) -> Upload | None:
    return actions.mine(db.session(), viewer().member_id, upload_id[:32])


def _received(one: Upload) -> Response:
    answer = Response(status=200 if request.method == "HEAD" else 204)
    answer.headers["Upload-Offset"] = str(one.received)
    answer.headers["Upload-Length"] = str(one.size)
    return _tus(answer)


def _refuse(refused: Refused) -> Response:
    db.session.rollback()
    answer = jsonify(error=explain(refused))
    answer.status_code = CONFLICT.get(refused.code, 422)
    return _tus(answer)


def _tus(answer: Response) -> Response:
    answer.headers["Tus-Resumable"] = TUS
    return answer


def _number(header: str) -> int:
    value = request.headers.get(header, "")
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 16 else -1


def _name() -> str:
    """The `filename` of Upload-Metadata: pairs of a key and a base64 value, with commas between."""
    for pair in request.headers.get("Upload-Metadata", "").split(","):
        named, _space, value = pair.strip().partition(" ")
        if named == "filename":
            try:
                return base64.b64decode(value, validate=True).decode()
            except (binascii.Error, UnicodeDecodeError):
                return ""
    return ""
