"""A member at a browser: pages, files by pieces, forms sent again until they are answered."""

import base64
import itertools
import json
import re
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from random import Random
from typing import Any, TypeVar

from werkzeug.test import encode_multipart

from tests.proof.contents import Content
from tests.running import House, cookie

PAUSE = (0.1, 0.6)
"""Seconds between two acts of a member."""
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
UPLOADS = "/ressources/envois"
T = TypeVar("T")


@dataclass(frozen=True)
class Answer:
    """What the server said."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Page:
    """A page that is open: what its forms are sent with."""

    cookie: str
    token: str


@dataclass
class Browser(ABC):
    """A member who acts without pause, and goes on when the line is cut."""

    house: House
    member_id: int
    over: threading.Event
    draw: Random
    again: int = 0
    """Forms and pages asked for again."""
    resumed: int = 0
    """Files that went on from where they were cut."""
    failed: str = ""

    def run(self) -> None:
        """Act until it is over; what is in hand is always brought to its end."""
        try:
            while not self.over.is_set():
                self.act()
                time.sleep(self.draw.uniform(*PAUSE))
        except Exception as error:
            self.failed = f"{type(error).__name__}: {error}"

    @abstractmethod
    def act(self) -> None:
        """One thing that this member does."""

    # --- pages and forms -------------------------------------------------------------------------

    def until_answered(self, attempt: Callable[[], T]) -> T:
        """Try until an answer comes."""
        for number in itertools.count():
            self.again += bool(number)
            try:
                return attempt()
            except (OSError, HTTPException):
                time.sleep(0.1)
        raise AssertionError

    def open(self, path: str) -> Page:
        """A page with a form."""
        signed_in = cookie(self.house.secret_key, self.member_id)

        def attempt() -> Page:
            answer = self._ask("GET", path, {"Cookie": signed_in})
            assert answer.status == 200, f"{path}: {answer.status}"
            token = TOKEN.search(answer.body.decode())
            assert token, f"{path}: no form in {answer.body[-2000:]!r}"
            kept = answer.headers.get("Set-Cookie", signed_in).partition(";")[0]
            return Page(kept, token.group(1))

        return self.until_answered(attempt)

    def send(self, page: Page, action: str, values: Mapping[str, str]) -> str:
        """Send a form, the same one until it is answered; where it leads."""
        boundary, body = encode_multipart({**values, "csrf_token": page.token})
        headers = {
            "Cookie": page.cookie,
            "Content-Type": f'multipart/form-data; boundary="{boundary}"',
        }

        def attempt() -> str:
            answer = self._ask("POST", action, headers, body)
            assert answer.status == 302, f"{action}: {answer.status} {answer.body[-2000:]!r}"
            return answer.headers["Location"]

        return self.until_answered(attempt)

    # --- files, as upload.js sends them ----------------------------------------------------------

    def send_file(self, page: Page, content: Content) -> str:
        """Send a file by pieces, asking after each cut how much was received; its id."""
        begun: dict[str, Any] | None = None
        while True:
            try:
                if begun is None:
                    begun, offset = self._announce(page, content), 0
                else:
                    offset = self._received(page, begun)
                    self.resumed += bool(offset)
                self._send_pieces(page, begun, content.data, offset)
            except (OSError, HTTPException):
                time.sleep(0.1)
            else:
                return str(begun["id"])

    def _announce(self, page: Page, content: Content) -> dict[str, Any]:
        name = base64.b64encode(content.name.encode()).decode()
        told = {"Upload-Length": str(len(content.data)), "Upload-Metadata": f"filename {name}"}
        answer = self._tus(page, "POST", UPLOADS, told)
        assert answer.status == 201, f"{content.name}: {answer.status} {answer.body!r}"
        said: dict[str, Any] = json.loads(answer.body)
        return {**said, "location": answer.headers["Location"]}

    def _received(self, page: Page, begun: Mapping[str, Any]) -> int:
        answer = self._tus(page, "HEAD", begun["location"])
        assert answer.status == 200, f"{begun['name']}: {answer.status}"
        return int(answer.headers["Upload-Offset"])

    def _send_pieces(self, page: Page, begun: Mapping[str, Any], data: bytes, offset: int) -> None:
        most = min(begun["piece"], len(data) // self.draw.randint(2, 5) + 1)
        while offset < len(data):
            told = {
                "Upload-Offset": str(offset),
                "Content-Type": "application/offset+octet-stream",
            }
            piece = data[offset : offset + most]
            answer = self._tus(page, "PATCH", begun["location"], told, piece)
            if answer.status == 409:
                offset = self._received(page, begun)
            else:
                assert answer.status == 204, f"{begun['name']}: {answer.status} {answer.body!r}"
                offset = int(answer.headers["Upload-Offset"])

    def _tus(
        self,
        page: Page,
        method: str,
        path: str,
        told: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> Answer:
        headers = {"Cookie": page.cookie, "X-CSRFToken": page.token, "Tus-Resumable": "1.0.0"}
        return self._ask(method, path, {**headers, **(told or {})}, body)

    def _ask(self, method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> Answer:
        connection = HTTPConnection("127.0.0.1", self.house.port, timeout=30)
        try:
            connection.request(method, path, body or None, dict(headers))
            answer = connection.getresponse()
            return Answer(answer.status, dict(answer.getheaders()), answer.read())
        finally:
            connection.close()
