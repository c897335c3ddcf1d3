"""A WebSocket with limits, and the server of Socket.IO that speaks over it."""

import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from engineio.async_drivers._websocket_wsgi import SimpleWebSocketWSGI
from engineio.async_drivers.threading import DaemonThread
from flask import Flask
from flask_socketio import SocketIO

from blueprints.live.seats import Bucket

PING_SECONDS, SILENCE_SECONDS = 25, 20


@dataclass(frozen=True, slots=True)
class Limits:
    """What one socket may say."""

    largest_bytes: int
    at_once: int
    """Messages."""
    a_second: float


Sit = Callable[[dict[str, Any], "Wire"], Callable[[], None]]
"""Seats who comes with this wire; gives what is done when it ends."""


class Wire:
    """A WebSocket that ends when too much is said over it, and that can be told to end."""

    def __init__(
        self, limits: Limits, sit: Sit, handler: Callable[[Any], Any], server: Any
    ) -> None:
        self.sit = sit
        self.engine = handler.__self__  # type: ignore[attr-defined]
        self.plain = SimpleWebSocketWSGI(
            lambda _plain: handler(self),
            server,
            max_message_size=limits.largest_bytes,
            thread_class=DaemonThread,
        )
        self.bucket = Bucket(limits.at_once, limits.a_second)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Stay until the end."""
        rise = self.sit(environ, self)
        try:
            return self.plain(environ, start_response)
        finally:
            rise()

    def wait(self) -> Any:
        """What was said, or None at the end."""
        said = self.plain.wait()
        return said if said is not None and self.bucket.take() else None

    def send(self, said: Any) -> None:
        """Say this."""
        self.plain.send(said)

    def close(self) -> None:
        """The engine has said all that it had to."""
        self.plain.close()

    def dismiss(self) -> None:
        """End after what is still to be said."""
        self.engine.close(wait=False)

    def cut(self) -> None:
        """End now, whatever the other side does."""
        with suppress(OSError):
            self.plain.ws.sock.shutdown(socket.SHUT_RDWR)


def server_of(app: Flask, path: str, limits: Limits, sit: Sit) -> SocketIO:
    """A server of WebSockets under this path of the application."""
    server = SocketIO(
        app,
        async_mode="threading",
        async_handlers=False,  # one thing at a time for each page
        transports=["websocket"],
        path=path,
        cors_allowed_origins=[],  # the door looks at origins, and at their absence
        manage_session=False,
        max_http_buffer_size=limits.largest_bytes,
        ping_interval=PING_SECONDS,
        ping_timeout=SILENCE_SECONDS,
        http_compression=False,
    )
    engine = server.server.eio
    engine._async = {**engine._async, "websocket": partial(Wire, limits, sit)}
    return server
