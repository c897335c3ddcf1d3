"""What stands around the words of a mail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from access.models import Network
from blueprints import _digest

Values = Mapping[str, Any]

BAND = "#1d3f72"
"""The colour of the band above the words, for someone of no network."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What stands around the words of one mail, and what its templates read besides."""

    preheader: str
    """What a mailbox shows after the subject."""
    why: str
    action: _digest.Link | None = None
    networks: Sequence[Network] = ()
    """Those of the reader: the first one dresses the mail."""
    colour: str = BAND
    """Of the band above the words, when no network dresses it."""
    settings: str | None = None
    unsubscribe: str | None = None
    more: Values = field(default_factory=dict)
