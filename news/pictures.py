"""The picture of an article: drawn again from what was sent, so that nothing else of it remains."""

import io
import shutil
import tempfile
from typing import IO

from sqlalchemy.orm import Session

from core import extraction
from core.refusals import Refused
from core.storage import Storage
from files import actions as files
from files.models import Upload
from files.policy import Limits

LARGEST = 20_000_000
"""Bytes of what is sent: a photograph, not a poster to be printed."""
NAME = "image.webp"


def draw(
    session: Session, storage: Storage, *, member_id: int, sent: IO[bytes], limits: Limits
) -> Upload:
    """A picture at the size of a page, kept as a file that this member sent.

    Raises as drawn, and those of a file.
    """
    return keep(session, storage, member_id=member_id, content=drawn(sent), limits=limits)


def keep(
    session: Session, storage: Storage, *, member_id: int, content: bytes, limits: Limits
) -> Upload:
    """Keep what was drawn as a file of this member. Raises those of a file."""
    return files.receive(
        session, storage, member_id=member_id, name=NAME, file=io.BytesIO(content), limits=limits
    )


def drawn(sent: IO[bytes]) -> bytes:
    """A picture at the size of a page.

    Position, camera, author: what the photograph says beside itself is left out.

    Raises Refused("image-unknown") for what is no picture or is too large.
    """
    if sent.seek(0, io.SEEK_END) > LARGEST:
        raise Refused("image-unknown")
    sent.seek(0)
    with tempfile.TemporaryFile() as laid:
        shutil.copyfileobj(sent, laid)
        laid.flush()
        found = extraction.picture(laid)
    if found is None:
        raise Refused("image-unknown")
    return found
