"""Which files are taken, and how much of them. The one place for the limits."""

from dataclasses import dataclass
from pathlib import PurePosixPath

from core.extraction import kinds
from core.extraction.kinds import ZIP
from core.refusals import Refused
from core.settings import Settings

MEGABYTE = 1_000_000

DANGEROUS = frozenset(
    {
        "application/vnd.microsoft.portable-executable",
        "application/x-executable",
        "text/x-script",
    }
)
"""Programs, by their content."""
DANGEROUS_ENDINGS = frozenset(
    """
    .apk .app .appx .bat .chm .cmd .com .cpl .deb .dll .dmg .exe .gadget .hta .inf .iso .jar .js
    .jse .lnk .msi .msp .pif .ps1 .psm1 .reg .rpm .scr .sct .sh .url .vb .vbe .vbs .vhd .ws .wsc
    .wsf .wsh .xll
    """.split()  # noqa: SIM905 - reads better than a tower of words
)
"""What a computer runs when its name is double-clicked."""
SHOWN = frozenset(
    {kinds.PDF, "image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", kinds.PLAIN}
)
"""What a browser shows without running anything; all else is only ever downloaded."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes: for one file, for all that a member sends, for the whole house."""

    file: int
    member: int
    total: int


@dataclass(frozen=True, slots=True)
class Kinds:
    """What is taken where not everything is."""

    mimes: frozenset[str]
    """By content."""
    archives: frozenset[str]
    """The endings of the archives that are documents: their content is not opened here."""


def limits(settings: Settings) -> Limits:
    """Those of this installation."""
    return Limits(
        settings.file_mb * MEGABYTE, settings.member_mb * MEGABYTE, settings.total_mb * MEGABYTE
    )


def check_room(limits: Limits, size: int, *, of_member: int, of_all: int) -> None:
    """Raise Refused("file-empty", "file-too-large", "member-full" or "house-full")."""
    if size <= 0:
        raise Refused("file-empty")
    if size > limits.file:
        raise Refused("file-too-large", most=limits.file // MEGABYTE)
    if of_member + size > limits.member:
        raise Refused("member-full", most=limits.member // MEGABYTE)
    if of_all + size > limits.total:
        raise Refused("house-full")


def check_name(name: str) -> None:
    """Raise Refused("file-dangerous") for what a double click would run."""
    if PurePosixPath(name.lower()).suffix in DANGEROUS_ENDINGS:
        raise Refused("file-dangerous", name=name)


def check_content(name: str, mime: str) -> None:
    """Raise Refused("file-dangerous") for a program under another name."""
    if mime in DANGEROUS:
        raise Refused("file-dangerous", name=name)


def check_kind(name: str, mime: str, kinds: Kinds) -> None:
    """Raise Refused("file-kind-unknown") for what is not taken here."""
    ending = PurePosixPath(name.lower()).suffix
    if mime not in kinds.mimes and not (mime == ZIP and ending in kinds.archives):
        raise Refused("file-kind-unknown")
