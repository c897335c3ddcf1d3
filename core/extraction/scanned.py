"""Words in pictures: scanned pages and photographs, through Tesseract when it is installed."""

import io
import os
import shutil
import subprocess
import time
from functools import cache
from typing import TYPE_CHECKING, Any, BinaryIO

from core.extraction import limits, thumbnails

if TYPE_CHECKING:
    from PIL.Image import Image

LANGUAGE = "fra"
RESOLUTION = 200
"""Dots an inch at which a page is drawn: less loses accents, more only time."""
LONGEST_SIDE = 4_000
"""Pixels of a picture that is read; a larger one is made smaller."""


@cache
def installed() -> bool:
    """Whether Tesseract is here, and speaks French."""
    program = shutil.which("tesseract")
    if program is None:
        return False
    said = subprocess.run(  # noqa: S603 - our own command, no shell
        [program, "--list-langs"], capture_output=True, text=True, check=False
    )
    return LANGUAGE in said.stdout.split()


def picture(file: BinaryIO) -> str:
    """The words of a photograph or of a scanned sheet. Raises what Pillow raises."""
    return _read(thumbnails.picture(file).convert("L"))


def pages(document: Any) -> list[str]:
    """The words of the first pages of a PDF that holds only pictures, while there is time."""
    end = time.monotonic() + limits.SCAN_SECONDS
    found: list[str] = []
    for number in range(min(len(document), limits.SCANNED_PAGES)):
        if time.monotonic() > end:
            break
        page = document[number]
        scale = min(RESOLUTION / 72, LONGEST_SIDE / max(page.get_size()))
        drawn = page.render(scale=scale, grayscale=True).to_pil()
        page.close()
        found.append(_read(drawn))
    return found


def _read(drawn: "Image") -> str:
    drawn.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    sent = io.BytesIO()
    drawn.save(sent, "PNG", compress_level=1)
    said = subprocess.run(  # noqa: S603 - our own command, no shell
        ["tesseract", "stdin", "stdout", "-l", LANGUAGE],  # noqa: S607 - where PATH says
        input=sent.getvalue(),
        capture_output=True,
        check=True,
        env={"OMP_THREAD_LIMIT": "1", "PATH": os.environ.get("PATH", os.defpath)},
    )
    return said.stdout.decode("utf-8", "replace").replace("\f", "")
