"""A calendar file that somebody sent, read by a child process that can do no harm."""

import json
import sys
from typing import BinaryIO

from agenda.ics.values import Read
from core import extraction

CHILD = [sys.executable, "-m", "agenda.ics.child"]


def read(file: BinaryIO) -> Read:
    """Read a file that is open, a real one, in a child process."""
    said, status = extraction.ask_child(CHILD, file)
    try:
        return Read.from_json(json.loads(said))
    except ValueError:
        return Read(refused=extraction.why(status))
