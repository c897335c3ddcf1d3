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

    Position, camera, author: what the photograph says beside itself is left out.

    Raises Refused("image-unknown") for what is no picture or is too large, and those of a file.
    """
    if sent.seek(0, io.SEEK_END) > LARGEST:
        raise Refused("image-unknown")
    sent.seek(0)
    with tempfile.TemporaryFile() as laid:
        shutil.copyfileobj(sent, laid)
        laid.flush()
        drawn = extraction.picture(laid)
    if drawn is None:
        raise Refused("image-unknown")
    return files.receive(
        session, storage, member_id=member_id, name=NAME, file=io.BytesIO(drawn), limits=limits
    )
