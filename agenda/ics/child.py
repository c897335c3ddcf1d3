"""The child: `python -m agenda.ics.child < file` says what a calendar holds as JSON, then ends."""

import json
import sys

from agenda.ics import limits
from core.extraction.child import confine


def main() -> None:
    """Read the standard input."""
    confine()
    from agenda.ics.reading import read
    from agenda.ics.values import Read

    try:
        found = read(sys.stdin.buffer.read(limits.BYTES + 1))
    except MemoryError:
        found = Read(refused="too-large")
    sys.stdout.write(json.dumps(found.as_json()))


if __name__ == "__main__":
    main()
