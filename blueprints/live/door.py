"""Who may open a socket: answered before any socket is open, as for a page."""

import logging
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask, request
from flask_login import current_user
from werkzeug.wrappers import Response

from blueprints._access import may_come_in, write_session
from blueprints.live.seats import Hall

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger("maillage.live")

PATH = "/socket.io/"
WHO = "maillage.who"
"""In the environment of a socket: whose it is, and of which epoch."""
NOT_A_SOCKET, FOREIGN, STRANGER, FULL = 400, 403, 401, 503
LATER_SECONDS = 60


class Door:
    """Stands before the sockets; everything else passes by."""

    path = PATH

    def __init__(
        self,
        app: Flask,
        inside: "WSGIApplication",
        hall: Hall,
        wake: Callable[[], None],
        base_url: str,
    ) -> None:
        self.app, self.inside, self.hall, self.wake = app, inside, hall, wake
        parts = urlsplit(base_url)
        self.home = f"{parts.scheme}://{parts.netloc}"

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Refuse, or stay with the socket until it ends."""
        if not environ.get("PATH_INFO", "").startswith(self.path):
            return self.inside(environ, start_response)
        refused, who = self._asked(environ)
        if who is not None and not self.hall.enter(who[0]):
            refused = FULL
        if refused or who is None:
            headers = {"Retry-After": str(LATER_SECONDS)} if refused == FULL else {}
            return Response(status=refused, headers=headers)(environ, start_response)
        try:
            self.wake()
            return self.inside({**environ, WHO: who}, start_response)
        finally:
            self.hall.leave(who[0])

    def _asked(self, environ: "WSGIEnvironment") -> tuple[int, tuple[int, int] | None]:
        """Why not, or who it is."""
        with self.app.request_context(environ):
            if request.headers.get("Upgrade", "").lower() != "websocket":
                return NOT_A_SOCKET, None
            # A page of another site sends our cookie too, but it cannot lie on where it is.
            if request.headers.get("Origin") not in {self.home, request.host_url.rstrip("/")}:
                return FOREIGN, None
            write_session().read_only = True
            who = self._who()
            return (STRANGER, None) if who is None else (0, who)

    def _who(self) -> tuple[int, int] | None:
        """A member who may open pages, with their epoch."""
        if not may_come_in():
            return None
        return current_user.member.id, current_user.member.epoch
