"""The picture by which a document is recognised. Runs in the child only."""

import io
import zipfile
from contextlib import closing
from typing import TYPE_CHECKING, BinaryIO

from core.extraction import kinds, limits

if TYPE_CHECKING:
    from PIL.Image import Image

SIDE = 480
"""Pixels of the longest side: sharp on a telephone, some ten kilobytes."""
PAGE_SIDE = 1280
"""Of a picture that is read, rather than recognised."""
_WITHIN = ("Thumbnails/thumbnail.png", "docProps/thumbnail.jpeg", "docProps/thumbnail.png")
"""Where office programs put theirs."""


def draw(file: BinaryIO, mime: str) -> bytes | None:
    """The first page, the picture itself or what its program drew, as WebP; None without any."""
    drawn: Image | None = None
    if mime == kinds.PDF:
        drawn = _first_page(file)
    elif mime in kinds.PICTURES:
        drawn = picture(file)
    elif mime in kinds.OFFICE:
        drawn = _from_its_program(file)
    return None if drawn is None else _written(drawn, SIDE)


def redraw(file: BinaryIO, mime: str) -> bytes | None:
    """A picture alone, without anything that was said beside it, as WebP."""
    return _written(picture(file), PAGE_SIDE) if mime in kinds.PICTURES else None


def _written(drawn: "Image", side: int) -> bytes:
    drawn.thumbnail((side, side))
    written = io.BytesIO()
    drawn.convert("RGB").save(written, "WEBP", quality=75)
    return written.getvalue()


def _first_page(file: BinaryIO) -> "Image":
    import pypdfium2

    with closing(pypdfium2.PdfDocument(file)) as document:
        document.init_forms()
        with closing(document[0]) as page:
            drawn: Image = page.render(scale=SIDE / max(page.get_size())).to_pil()
            return drawn


def picture(file: BinaryIO) -> "Image":
    """A picture, upright, never larger than what is worth unpacking. Raises what Pillow raises."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None  # ours is asked here, before anything is unpacked
    with Image.open(file, formats=("PNG", "JPEG", "WEBP", "TIFF", "GIF")) as opened:
        if opened.width * opened.height > limits.PIXELS:
            raise MemoryError
        upright = ImageOps.exif_transpose(opened).convert("RGBA")
    paper = Image.new("RGBA", upright.size, "white")
    return Image.alpha_composite(paper, upright)


def _from_its_program(file: BinaryIO) -> "Image | None":
    with zipfile.ZipFile(file) as archive:
        name = next((one for one in _WITHIN if one in archive.namelist()), None)
        if name is None:
            return None
        with archive.open(name) as inside:
            content = inside.read(limits.THUMBNAIL_BYTES + 1)
    if len(content) > limits.THUMBNAIL_BYTES:
        return None
    return picture(io.BytesIO(content))
