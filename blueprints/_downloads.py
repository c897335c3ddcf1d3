"""Files as they leave: by ranges, revalidated each time, under their own names, running nothing."""

import unicodedata
from urllib.parse import quote

from flask import Response, current_app, request
from werkzeug.datastructures import ContentRange
from werkzeug.http import is_resource_modified, parse_if_range_header

from core.storage import Storage
from files.models import StoredFile
from files.policy import SHOWN

PDF = "application/pdf"
_SEALED = "default-src 'none'; frame-ancestors 'self'"
_POLICY = {
    # Browsers draw a PDF with a viewer of their own, which a sandbox would keep out.
    PDF: "default-src 'none'; object-src 'self'; frame-ancestors 'self'",
}


def storage() -> Storage:
    """Where the files are."""
    found: Storage = current_app.extensions["maillage.storage"]
    return found


def is_shown(mime: str) -> bool:
    """Whether a browser shows it without running anything."""
    return mime in SHOWN


def send(file: StoredFile, name: str, *, download: bool = False) -> Response:
    """A file that the viewer may have. What is active is only ever downloaded."""
    shown = is_shown(file.mime) and not download
    response = Response(mimetype=file.mime if shown else "application/octet-stream")
    if shown and file.mime == "text/plain":
        response.headers["Content-Type"] = "text/plain; charset=utf-8"
    response.headers.set("Content-Disposition", "inline" if shown else "attachment", **_named(name))
    _seal(response, file.mime if shown else "")
    return _stream(response, file.sha256, file.size)


def attached(response: Response, name: str) -> Response:
    """What was made for this viewer, to be kept under this name."""
    response.headers.set("Content-Disposition", "attachment", **_named(name))
    return response


def _named(name: str) -> dict[str, str]:
    """A file's name for every browser: in ASCII, then as it is (RFC 6266)."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    if plain == name:
        return {"filename": name}
    return {"filename": plain, "filename*": f"UTF-8''{quote(name, safe='')}"}


def send_picture(sha256: str) -> Response:
    """A thumbnail."""
    response = Response(mimetype="image/webp")
    _seal(response, "image/webp")
    content = storage().get(sha256)
    response.set_etag(sha256)
    response.set_data(content)
    response.make_conditional(request)
    return response


def _seal(response: Response, mime: str) -> None:
    headers = response.headers
    headers["Content-Security-Policy"] = _POLICY.get(mime, f"{_SEALED}; sandbox")
    headers["X-Frame-Options"] = "SAMEORIGIN"
    # Kept by the browser, but asked for each time: what was open yesterday may be closed today.
    headers["Cache-Control"] = "private, no-cache"


def _stream(response: Response, sha256: str, size: int) -> Response:
    response.set_etag(sha256)
    response.headers["Accept-Ranges"] = "bytes"
    if not is_resource_modified(request.environ, etag=sha256):
        response.status_code = 304
        return response
    start, end = _wanted(sha256, size)
    if start >= end:
        response.status_code = 416
        response.headers["Content-Range"] = str(ContentRange("bytes", None, None, size))
        return response
    if (start, end) != (0, size):
        response.status_code = 206
        response.headers["Content-Range"] = str(ContentRange("bytes", start, end, size))
    response.content_length = end - start
    if request.method != "HEAD":
        response.response = storage().read(sha256, start, end)
    return response


def _wanted(sha256: str, size: int) -> tuple[int, int]:
    """From which byte to before which; nothing between for a range outside the file."""
    asked = request.range
    if asked is None or asked.units != "bytes" or len(asked.ranges) != 1:
        return 0, size
    kept = parse_if_range_header(request.headers.get("If-Range"))
    if kept.etag not in {None, sha256} or kept.date is not None:
        return 0, size
    return asked.range_for_length(size) or (size, size)
