"""What dresses a network: its names, its two colours, its logo. For administrators."""

import io

from PIL import Image, ImageOps, UnidentifiedImageError
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from access import colours
from access.models import Network
from access.viewers import Viewer
from accounts.facts import HouseChanged, NetworkChanged
from accounts.models import Member
from accounts.policy import needs_administrator
from core.facts import record
from core.refusals import Refused
from core.storage import Storage
from core.text import folded

LARGEST_LOGO_BYTES = 1024 * 1024
LARGEST_LOGO_PIXELS = 16_000_000
"""Once unpacked: a small file may unfold into a wall."""
LOGO_SIZE = (320, 120)
"""Pixels: sharp where it is shown, light enough to leave with each mail."""


def add_network(
    session: Session,
    viewer: Viewer,
    storage: Storage,
    *,
    by: Member,
    name: str,
    full_name: str,
    colour: str,
    accent: str,
    logo: bytes | None,
) -> Network:
    """Open a new network.

    Raises Refused: "name-empty", "name-taken", "colour-unknown", "colour-too-light",
    "picture-unknown".
    """
    needs_administrator(viewer)
    network = Network(slug=_free_slug(session, name))
    _dress(session, storage, network, name, full_name, colour, accent, logo)
    session.add(network)
    record(session, HouseChanged(by, network.name, {"network": "added"}))
    return network


def change_network(
    session: Session,
    viewer: Viewer,
    storage: Storage,
    network: Network,
    *,
    by: Member,
    name: str,
    full_name: str,
    colour: str,
    accent: str,
    logo: bytes | None,
) -> None:
    """Dress a network anew; `logo` None keeps the one it has. Raises as add_network."""
    needs_administrator(viewer)
    _dress(session, storage, network, name, full_name, colour, accent, logo)
    record(session, NetworkChanged(by, network.name, {"network": "changed"}, network))


def _dress(
    session: Session,
    storage: Storage,
    network: Network,
    name: str,
    full_name: str,
    colour: str,
    accent: str,
    logo: bytes | None,
) -> None:
    name = name.strip()
    if not name:
        raise Refused("name-empty")
    with session.no_autoflush:
        namesake = session.scalar(
            select(Network.id).where(func.lower(Network.name) == name.lower())
        )
    if namesake is not None and namesake != network.id:
        raise Refused("name-taken")
    checked = _colour(colour, "colour"), _colour(accent, "accent")
    kept = storage.put(picture(logo)) if logo else network.logo
    network.name, network.full_name = name, full_name.strip() or name
    network.colour, network.accent = checked
    network.logo = kept


def _colour(typed: str, which: str) -> str:
    try:
        return colours.checked(typed)
    except Refused as refused:
        raise Refused(refused.code, **refused.values, which=which) from refused


def _free_slug(session: Session, name: str) -> str:
    stem = "-".join(
        "".join(c if c.isascii() and c.isalnum() else " " for c in folded(name)).split()
    )[:50].strip("-")
    stem = stem or "reseau"
    taken = set(session.scalars(select(Network.slug).where(Network.slug.startswith(stem))))
    candidates = (stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3)))
    return next(candidate for candidate in candidates if candidate not in taken)


def picture(content: bytes) -> bytes:
    """A PNG, JPEG or WebP drawn again as a small PNG: nothing else of the file remains.

    Raises Refused("picture-unknown") for anything else, above 1 MB or 16 million pixels.
    """
    if len(content) > LARGEST_LOGO_BYTES:
        raise Refused("picture-unknown")
    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "WEBP")) as opened:
            if opened.width * opened.height > LARGEST_LOGO_PIXELS:
                raise Refused("picture-unknown")
            drawn = ImageOps.exif_transpose(opened).convert("RGBA")
    except (
        UnidentifiedImageError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
        OSError,
        SyntaxError,
        ValueError,
    ) as error:
        raise Refused("picture-unknown") from error
    drawn.thumbnail(LOGO_SIZE)
    written = io.BytesIO()
    drawn.save(written, "PNG", optimize=True)
    return written.getvalue()
