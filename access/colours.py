"""Contrast, as WCAG 2.2 counts it (success criteria 1.4.3 and 1.4.11)."""

import re

from core.refusals import Refused

WHITE = "#ffffff"
INK = "#000000"
LEAST_FOR_SHAPES = 3.0

_COLOUR = re.compile(r"#[0-9a-f]{6}")


def _luminance(colour: str) -> float:
    def linear(channel: int) -> float:
        share = channel / 255
        return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)

    red, green, blue = (linear(int(colour[at : at + 2], 16)) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The ratio between two colours written #rrggbb, from 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def ink_on(colour: str) -> str:
    """The readable ink on a ground: white or black, of which one always has 4.5 to 1."""
    return WHITE if contrast(colour, WHITE) >= contrast(colour, INK) else INK


def on_white(typed: str) -> float | None:
    """How a colour shows on white, from 1 to 21; None when it is none."""
    colour = typed.strip().lower()
    return contrast(colour, WHITE) if _COLOUR.fullmatch(colour) else None


def checked(typed: str) -> str:
    """A colour that shows on white.

    Raises Refused("colour-unknown") or Refused("colour-too-light", ratio=…).
    """
    colour = typed.strip().lower()
    if not _COLOUR.fullmatch(colour):
        raise Refused("colour-unknown")
    ratio = contrast(colour, WHITE)
    if ratio < LEAST_FOR_SHAPES:
        raise Refused("colour-too-light", ratio=round(ratio, 1))
    return colour
