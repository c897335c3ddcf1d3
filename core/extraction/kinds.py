"""What a file is, by its content: its name may say anything."""

import zipfile
from typing import BinaryIO

PDF = "application/pdf"
RTF = "application/rtf"
HTML = "text/html"
SVG = "image/svg+xml"
XML = "application/xml"
PLAIN = "text/plain"
ZIP = "application/zip"
OLE = "application/x-ole-storage"
"""Word, Excel and PowerPoint until 2003, and their encrypted successors."""
UNKNOWN = "application/octet-stream"
EMPTY = "application/x-empty"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
ODT = "application/vnd.oasis.opendocument.text"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
ODP = "application/vnd.oasis.opendocument.presentation"
EPUB = "application/epub+zip"
PICTURES = ("image/png", "image/jpeg", "image/webp", "image/tiff", "image/gif")
"""Those that can be drawn."""
OFFICE = (DOCX, XLSX, PPTX, ODT, ODS, ODP)
"""Archives in which a program may have put its own thumbnail."""

HEAD_BYTES = 4096
_PDF_WITHIN = 1024
"""PDF readers accept a few bytes before the mark."""

_PROGRAMS = (
    (b"MZ", "application/vnd.microsoft.portable-executable"),
    (b"\x7fELF", "application/x-executable"),
    (b"#!", "text/x-script"),
)
"""Looked for first: whatever follows, it runs."""
_STARTS = (
    (b"{\\rtf", RTF),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"7z\xbc\xaf'\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"\x1f\x8b", "application/gzip"),
    (b"ID3", "audio/mpeg"),
    (b"OggS", "application/ogg"),
    (b"\x1aE\xdf\xa3", "video/webm"),
)
_BRANDS = {
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"mif1": "image/heic",
    b"avif": "image/avif",
}
_OFFICE = (
    ("word/document.xml", DOCX),
    ("xl/workbook.xml", XLSX),
    ("ppt/presentation.xml", PPTX),
)
_DECLARED = frozenset({ODT, ODS, ODP, EPUB})
_MARKUP = (
    (b"<!doctype html", HTML),
    (b"<html", HTML),
    (b"<head", HTML),
    (b"<body", HTML),
    (b"<script", HTML),
    (b"<svg", SVG),
    (b"<?xml", XML),
)


def mime_by_signature(file: BinaryIO) -> str:
    """The type that the first bytes show; archives are not opened. Leaves the file at its start."""
    file.seek(0)
    head = file.read(HEAD_BYTES)
    file.seek(0)
    if not head:
        return EMPTY
    for start, mime in _PROGRAMS:
        if head.startswith(start):
            return mime
    if b"%PDF-" in head[:_PDF_WITHIN]:
        return PDF
    if head[:4] in {b"PK\x03\x04", b"PK\x05\x06"}:
        return ZIP
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "video/mp4")
    if head[:4] == b"RIFF":
        return "image/webp" if head[8:12] == b"WEBP" else "audio/x-wav"
    for start, mime in _STARTS:
        if head.startswith(start):
            return mime
    return _written(head)


def _written(head: bytes) -> str:
    if head[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return PLAIN
    if b"\0" in head:
        return UNKNOWN
    start = head.lower().removeprefix(b"\xef\xbb\xbf").lstrip()
    for mark, mime in _MARKUP:
        if start.startswith(mark):
            return SVG if mime == XML and b"<svg" in start else mime
    return HTML if b"<script" in start or b"<html" in start else PLAIN


def mime_of_archive(archive: zipfile.ZipFile) -> str:
    """What an archive holds: an office document, a book, or just files."""
    names = set(archive.namelist())
    if "mimetype" in names:
        with archive.open("mimetype") as declared:
            said = declared.read(100).decode("ascii", "replace").strip()
        if said in _DECLARED:
            return said
    return next((mime for name, mime in _OFFICE if name in names), ZIP)
