"""Files that come with a form, or came before it."""

import errno
from typing import Any

from flask import current_app, request
from sqlalchemy.orm import Session

from blueprints._access import settings, viewer
from blueprints._downloads import storage
from blueprints._refusals import explain
from blueprints._security import csrf
from core.db import db
from core.refusals import Refused
from files import actions
from files.models import Upload
from files.policy import limits

FORM_BYTES = 2_000_000
"""What a form weighs beside its files."""


def let_files_in(most: int | None = None) -> None:
    """Take a form with files: larger than others, but only from our page.

    `most` bytes of files, when it is less than what a deposit may weigh.
    """
    read_whole(most or limits(settings()).file)
    if current_app.config["WTF_CSRF_ENABLED"]:
        csrf.protect()


def read_whole(most: int) -> None:
    """Read a form which holds at most so many bytes of files; what it proves is seen after."""
    if request.mimetype == "multipart/form-data":  # whose files go to the disk
        request.max_content_length = most + FORM_BYTES
    db.session.rollback()  # a slow line must not hold a transaction that others wait for
    request.form  # noqa: B018 - read now, whole


def take_files(session: Session) -> tuple[list[Upload], list[str]]:
    """The files that came with a form, those that came before it, and what is wrong with some.

    What has arrived is kept, and named by the form when it is shown again.
    """
    uploads, refusals = _came_before(session)
    for sent in request.files.getlist("files"):
        if not sent.filename:
            continue
        try:
            with sent.stream:
                uploads.append(_receive(session, sent.filename, sent.stream))
        except Refused as refused:
            session.rollback()
            name = actions.clean_name(sent.filename)
            refusals.append(f"{name}\u00a0: {explain(refused)}")
    return uploads, refusals


def _came_before(session: Session) -> tuple[list[Upload], list[str]]:
    left_out = set(request.form.getlist("left_out"))
    uploads = [
        actions.mine(session, viewer().member_id, upload_id[:32])
        for upload_id in dict.fromkeys(request.form.getlist("uploads"))
        if upload_id not in left_out
    ]
    here = [upload for upload in uploads if upload is not None]
    lost = [explain(Refused("upload-lost"))] if len(here) < len(uploads) else []
    return here, lost


def _receive(session: Session, name: str, stream: Any) -> Upload:
    try:
        upload = actions.receive(
            session,
            storage(),
            member_id=viewer().member_id,
            name=name,
            file=stream,
            limits=limits(settings()),
        )
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise Refused("house-full") from error
    session.commit()
    return upload


def still_here(session: Session, uploads: list[Upload]) -> list[Upload]:
    """The same files, read again after what was begun is undone."""
    session.rollback()
    again = [actions.mine(session, viewer().member_id, upload.id) for upload in uploads]
    return [upload for upload in again if upload is not None]
