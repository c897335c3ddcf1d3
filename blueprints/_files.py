"""Our own files: addressed by content, compressed once, cached for a year."""

import gzip
import hashlib
from functools import cache
from pathlib import Path

import brotli
from flask import Flask, Response, current_app, has_app_context, request

from core.settings import ROOT

SMALLEST = 500
"""Bytes below which compressing a page is not worth it."""
PACKED = (".css", ".js", ".json", ".svg")


STATIC = ROOT / "static"


def asset(name: str) -> str:
    """The address of one of our files: it changes with the content."""
    return f"/static/{name}?v={version(name)}"


def version(name: str) -> str:
    """Twelve figures that change with the content of a file of static/."""
    if has_app_context() and current_app.debug:
        _digest.cache_clear()
    return _digest(name)


@cache
def _digest(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def init(app: Flask) -> None:
    """Give templates asset('css/maillage.css'); compress what goes out."""
    app.jinja_env.globals["asset"] = asset

    @app.after_request
    def compress(response: Response) -> Response:
        coding = _coding()
        if coding is None or response.status_code != 200 or request.method != "GET":
            return response
        if response.direct_passthrough:
            name = (request.view_args or {}).get("filename", "")
            if request.endpoint != "static" or not name.endswith(PACKED):
                return response
            response.close()  # the file itself is not read
            response.direct_passthrough = False
            path = STATIC / name
            response.set_data(_packed(path, path.stat().st_mtime_ns, coding))
        elif response.mimetype in {"text/html", "application/json"} and not response.is_streamed:
            body = response.get_data()
            if len(body) < SMALLEST:
                return response
            quality = 4
            response.set_data(
                brotli.compress(body, quality=quality)
                if coding == "br"
                else gzip.compress(body, compresslevel=quality, mtime=0)
            )
        else:
            return response
        response.headers["Content-Encoding"] = coding
        response.headers.add("Vary", "Accept-Encoding")
        return response


@cache
def _packed(path: Path, _modified_ns: int, coding: str) -> bytes:
    """One of our files at its smallest, worked out the first time that it is asked for."""
    content = path.read_bytes()
    return brotli.compress(content) if coding == "br" else gzip.compress(content, mtime=0)


def _coding() -> str | None:
    return request.accept_encodings.best_match(("br", "gzip"))
