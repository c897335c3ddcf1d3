"""The picture that comes with a form, and the one that came before it."""

import errno

from flask import request
from itsdangerous import BadSignature, URLSafeSerializer

from blueprints._access import settings, viewer
from blueprints._downloads import storage
from blueprints._refusals import explain
from core.db import db
from core.refusals import Refused
from files.policy import limits
from news import pictures


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(settings().secret_key, salt="picture of an article")


def kept(file_id: int | None) -> str | None:
    """How a form names a picture that was drawn: nobody names another file so."""
    return str(_signer().dumps([viewer().member_id, file_id])) if file_id else None


def take_picture() -> tuple[int | None, list[str]]:
    """The picture sent with this form, else the one it names; and what is wrong with it."""
    named = _named()
    sent = request.files.get("picture")
    if sent is not None and sent.filename:
        try:
            with sent.stream:
                drawn = pictures.draw(
                    db.session(),
                    storage(),
                    member_id=viewer().member_id,
                    sent=sent.stream,
                    limits=limits(settings()),
                )
            db.session.commit()
        except Refused as refused:
            db.session.rollback()
            return named, [explain(refused)]
        except OSError as error:
            db.session.rollback()
            if error.errno != errno.ENOSPC:
                raise
            return named, [explain(Refused("house-full"))]
        return drawn.file_id, []
    return (None if request.form.get("no_picture") else named), []


def _named() -> int | None:
    try:
        member_id, file_id = _signer().loads(request.form.get("picture_kept", ""))
    except (BadSignature, ValueError, TypeError):
        return None
    return file_id if member_id == viewer().member_id else None
