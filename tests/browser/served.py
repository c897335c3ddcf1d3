"""A house really served: a port of its own, a worker beside it, mails written to a folder."""

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, TypeVar

import pytest
from playwright.sync_api import BrowserContext, Page
from sqlalchemy.orm import Session
from werkzeug.serving import WSGIRequestHandler, make_server

from accounts.models import Member
from app import create_app
from core.db import db
from core.worker import Worker
from tests.ground import settings
from tests.haste import hasten
from tests.world import PASSWORD, Browser, World

SIGN_IN = "form:has(input[name=email])"
PATIENCE_SECONDS = 20
POLL_SECONDS = 0.02
"""How long a house takes to hear that it is pulled down."""
T = TypeVar("T")

Visit = Callable[..., Page]
"""Opens a browser of one's own: `visit()`, or `visit(member)` who signed in earlier."""

BOTH_WAYS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
"""Run a test with scripts and without."""


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing: the tests say what fails."""


@dataclass(frozen=True)
class Letter:
    """A mail as it arrived."""

    subject: str
    text: str
    html: str

    def link(self, path: str) -> str:
        """The one address of the mail whose path begins so, the same in both parts."""
        start = r"https?://[\w.:-]+" + re.escape(path)
        found = {
            frozenset(re.findall(start + r"[^\s\"'<>]*", part)) for part in (self.text, self.html)
        }
        assert len(found) == 1, found
        (addresses,) = found
        assert len(addresses) == 1, addresses
        return str(next(iter(addresses)))


@dataclass(frozen=True)
class House:
    """A served world: its stories are told from outside, by its pages and its mails."""

    world: World
    url: str
    mails: Path

    def sign_in(self, page: Page, member: Member, password: str = PASSWORD) -> None:
        """By the form, as anybody does."""
        if "/connexion" not in page.url:
            page.goto("/connexion")
        form = page.locator(SIGN_IN)
        form.locator("[name=email]").fill(member.email)
        form.locator("[name=password]").fill(password)
        form.locator("button:not([type=button])").click()

    def let_in(self, context: BrowserContext, member: Member) -> None:
        """Give a browser the cookie of a member who signed in earlier."""
        cookie = self.world.client(member).get_cookie("maillage")
        assert cookie is not None
        context.add_cookies([{"name": "maillage", "value": cookie.value, "url": self.url}])

    def letters(self, to: str, number: int = 1) -> list[Letter]:
        """What somebody received, oldest first, once there are so many."""

        def arrived() -> list[Letter]:
            found = []
            for file in self.mails.glob("*.eml"):
                mail = message_from_bytes(file.read_bytes(), policy=default)
                if to in str(mail["To"]):
                    found.append((file.stat().st_mtime_ns, _letter(mail)))
            return [letter for _when, letter in sorted(found, key=lambda one: one[0])]

        return until(arrived, lambda letters: len(letters) >= number)

    def letter(self, to: str, number: int = 1) -> Letter:
        """The first, second… mail that somebody received."""
        return self.letters(to, number)[number - 1]


def until(look: Callable[[], T], enough: Callable[[T], bool]) -> T:
    """Look again and again until it is so."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not enough(seen := look()):
        assert time.monotonic() < end, f"still {seen!r}"
        time.sleep(0.05)
    return seen


def _letter(mail: EmailMessage) -> Letter:
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    return Letter(str(mail["Subject"]), text.get_content(), html.get_content())


@contextmanager
def house(folder: Path, database_url: str, *, works: bool = True, **more: Any) -> Iterator[House]:
    """Serve a world on a free port of this machine, with its worker if it works.

    `more`: other settings.
    """
    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True, request_handler=_Quiet)
    url = f"http://127.0.0.1:{server.port}"
    app = create_app(replace(settings(folder, database_url), base_url=url, **more))
    hasten(app)
    app.test_client_class = Browser
    server.app = app
    serving = threading.Thread(target=server.serve_forever, args=(POLL_SECONDS,), daemon=True)
    serving.start()

    @contextmanager
    def open_session() -> Iterator[Session]:
        with app.app_context(), db.session.session_factory() as session:
            yield session

    worker = Worker(open_session, app.extensions["maillage.plan"])
    working = worker.start() if works else None
    try:
        with app.app_context():
            yield House(World(app), url, folder / "mail")
            db.session.remove()
    finally:
        worker.stop()
        if working:
            working.join()
        if app.extensions["maillage.live"] is not None:
            app.extensions["maillage.live"].close()
        server.shutdown()
        serving.join()
        server.server_close()
        with app.app_context():
            db.engine.dispose()


# --- what a hand does on a page ------------------------------------------------------------------


def send(page: Page, field: str) -> None:
    """Send the form that holds this field, by its main button."""
    form = page.locator(f"main form:has([name='{field}'])").first
    form.locator("button:not([type=button]):not([formaction])").first.click()


def press(page: Page, action: str) -> None:
    """Press the button that posts to this address."""
    page.locator(f"form[action$='{action}'] button").first.click()


def path(page: Page) -> str:
    """Where the page is, anchor included."""
    return re.sub(r"^https?://[^/]+", "", page.url)
