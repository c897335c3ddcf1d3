"""What every answer says to the browser: run only our scripts, load only from here."""

import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, g, request
from flask_wtf import CSRFProtect

csrf = CSRFProtect()
"""Every POST proves that it comes from our pages; the few that cannot are marked `@csrf.exempt`."""


def csp_nonce() -> str:
    """The number that lets this page's own scripts and styles run."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    nonce: str = g.csp_nonce
    return nonce


def init(app: Flask) -> None:
    """Ask every POST for its token; add the headers to every answer."""
    csrf.init_app(app)
    home = urlsplit(app.extensions["maillage.settings"].base_url)
    # 'self' is enough for most browsers; some want the scheme of sockets said.
    sockets = f" {'wss' if home.scheme == 'https' else 'ws'}://{home.netloc}"
    app.jinja_env.globals["csp_nonce"] = csp_nonce

    @app.after_request
    def harden(response: Response) -> Response:
        headers = response.headers
        nonce = f" 'nonce-{g.csp_nonce}'" if "csp_nonce" in g else ""
        # The one other host that a page may show pictures of: the tiles of its map, by a setting.
        images = f" {g.csp_images}" if "csp_images" in g else ""
        # And the server of video that the page of a room speaks to, by a setting.
        video = f" {g.csp_video}" if "csp_video" in g else ""
        # The sites of a partner, which show its own pages in theirs; nobody frames another page.
        framed_by: list[str] = g.get("framed_by", [])
        framers = " ".join(framed_by) or "'none'"
        headers.setdefault(
            "Content-Security-Policy",
            f"default-src 'none'; script-src 'self'{nonce}; style-src 'self'{nonce}; "
            f"img-src 'self' data:{images}; font-src 'self'; connect-src 'self'{sockets}{video}; "
            "manifest-src 'self'; frame-src 'self'; "
            "form-action 'self'; base-uri 'none'; "
            f"frame-ancestors {framers}",
        )
        headers.setdefault("X-Content-Type-Options", "nosniff")
        if not framed_by:  # it knows of no list
            headers.setdefault("X-Frame-Options", "DENY")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        reach = "cross-origin" if framed_by else "same-origin"
        headers.setdefault("Cross-Origin-Resource-Policy", reach)
        here = "self" if "films" in g else ""  # the page of a room, and no other
        headers.setdefault(
            "Permissions-Policy",
            f"camera=({here}), microphone=({here}), display-capture=({here}), "
            "geolocation=(), payment=()",
        )
        if request.is_secure:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if request.endpoint != "static":
            headers.setdefault("Cache-Control", "no-store")
        elif "v" in request.args:  # the address changes with the content
            response.cache_control.immutable = True
        return response
