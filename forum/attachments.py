"""The files of a message."""

from collections.abc import Collection, Sequence

from sqlalchemy import delete
from sqlalchemy.orm import Session

from core.refusals import Refused
from files.models import Upload
from forum.models import Attachment, Post

MOST_FILES = 10
"""Attached to one post."""


def attach(session: Session, post: Post, uploads: Sequence[Upload]) -> None:
    """Add files. Raises Refused("too-many-files") or Refused("file-on-its-way")."""
    if len(uploads) > MOST_FILES:
        raise Refused("too-many-files", most=MOST_FILES)
    for upload in uploads:
        if upload.file_id is None:
            raise Refused("file-on-its-way", name=upload.name)
        session.add(
            Attachment(
                post_id=post.id, file_id=upload.file_id, upload_id=upload.id, name=upload.name
            )
        )
    post.files = len(uploads)


def detach(session: Session, post: Post, attachment_ids: Collection[int]) -> None:
    """Take files off a post: nobody opens them from there any more."""
    gone = session.scalars(
        delete(Attachment)
        .where(Attachment.post_id == post.id, Attachment.id.in_(attachment_ids))
        .returning(Attachment.id)
    ).all()
    post.files -= len(gone)
