"""Every known payload, posted and opened in a real browser: nothing runs.

Two guards stand one behind the other: the words are cleaned when they are saved, and the page's
policy runs nothing but our scripts. The second is taken away in turn, so that the first is proven
by itself.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Page, Route
from sqlalchemy import update
from sqlalchemy.orm import Session

from access.viewers import Viewer
from forum import actions
from forum.models import Post, Topic
from tests.browser import served
from tests.browser.served import House
from tests.ground import copy_of
from tests.services import ROOT, leave_out

PAYLOADS = ROOT.parent / "shared/data/xss/html_payloads.json"
OUR_OWN = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="javascript:123">x</a>',
    "[x](javascript:alert(1))",
    "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
    '"><img src=x onerror=alert(1)>',
    "</title><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "<ol start='\"><img src=x onerror=alert(1)>'><li>x</ol>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<img src=https://evil.example/x.png>",
    "<video><source onerror=alert(1)></video>",
    "<details open ontoggle=alert(1)>x</details>",
    "<input autofocus onfocus=alert(1)>",
    "<form action=https://evil.example><button>x</button></form>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
]
# What the usual payloads call, noted instead of shown. Runs before any script of the page.
WATCH = """
window.__ran = [];
for (const name of ["alert", "prompt", "confirm", "print", "open"])
  window[name] = (...words) => { window.__ran.push(name + "(" + words.join() + ")"); };
document.addEventListener("securitypolicyviolation",
  event => window.__ran.push("refused: " + event.violatedDirective + " " + event.blockedURI));
"""


@dataclass
class Watched:
    """A page of a browser, and all that happened in it that should not."""

    page: Page
    host: str
    seen: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.add_init_script(WATCH)
        self.page.on("dialog", self._dialog)
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.seen.append(f"error: {error}"))
        self.page.on("popup", lambda popup: self.seen.append(f"window: {popup.url}"))

    def _dialog(self, dialog: Dialog) -> None:
        self.seen.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.seen.append(f"console: {message.text}")

    def without_policy(self, route: Route) -> None:
        """Let a page of ours come without its policy; note what goes elsewhere and stop it."""
        if self.elsewhere(route):
            return
        if route.request.resource_type != "document":
            route.continue_()
            return
        answer = route.fetch()
        headers = {
            name: value
            for name, value in answer.headers.items()
            if name != "content-security-policy"
        }
        assert len(headers) < len(answer.headers)
        route.fulfill(response=answer, headers=headers)

    def with_policy(self, route: Route) -> None:
        """Note what goes elsewhere and stop it."""
        if not self.elsewhere(route):
            route.continue_()

    def elsewhere(self, route: Route) -> bool:
        address = urlsplit(route.request.url)
        if address.netloc == self.host or address.scheme in {"data", "blob"}:
            return False
        self.seen.append(f"request: {route.request.url}")
        route.abort()
        return True

    def look(self, path: str) -> list[str]:
        """Open a page, give traps the time to spring, try every link; what happened."""
        self.seen.clear()
        self.page.goto(path, wait_until="load")
        self.page.mouse.move(400, 400)
        self.page.keyboard.press("Tab")
        self.page.wait_for_timeout(150)
        self.seen += self.page.evaluate("window.__ran")
        self.seen += [f"trap: {one}" for one in self.page.evaluate(TRAPS)]
        assert self.page.evaluate("document.querySelectorAll('.prose').length"), path
        return [one for one in self.seen if not expected(one)]


# Whatever could run later: handlers, addresses that are code, elements nobody may write.
TRAPS = """
[...document.querySelectorAll(".prose *, h1 *, title *")].flatMap(one => [
  ...one.getAttributeNames().filter(name => name.startsWith("on") || name == "style"
    || name == "srcdoc").map(name => one.tagName + " " + name),
  ...["SCRIPT", "IFRAME", "OBJECT", "EMBED", "STYLE", "LINK", "META", "BASE", "FORM", "INPUT",
      "SVG", "MATH", "IMG"].filter(name => one.tagName.toUpperCase() == name),
  ...(one.tagName == "A" && one.href && !/^(https?|mailto|tel):$/.test(one.protocol)
    ? ["A " + one.href] : []),
])
"""


def expected(seen: str) -> bool:
    """What the browser says of itself."""
    return "favicon" in seen


@pytest.fixture
def quiet_house(tmp_path: Path, sqlite_template: Path) -> Iterator[House]:
    """A served house whose worker rests, and which opens no socket: they carry no words."""
    quiet = copy_of(sqlite_template, tmp_path)
    with served.house(tmp_path, quiet, works=False, live_sockets=0) as made:
        yield made


def tell(house: House, payloads: list[str], at_once: int = 30) -> list[int]:
    """Post each payload as a message and, cut to length, as a title; the topics."""
    world = house.world
    author = world.member("Auteure")
    topics = []
    for start in range(0, len(payloads), at_once):
        batch = payloads[start : start + at_once]
        title = next((one for one in batch if one.strip()), "x")
        topic = world.topic(author, title[:150], "Question.")
        topics.append(topic.id)
        answer(house, topic.id, world.viewer(author), batch)
    return topics


def answer(house: House, topic_id: int, author: Viewer, payloads: list[str]) -> None:
    def act(session: Session) -> None:
        topic = session.get_one(Topic, topic_id)
        for payload in payloads:
            if payload.strip():
                actions.reply(session, topic, author=author, body=payload)

    house.world.act(act)


def titles(house: House, payloads: list[str]) -> None:
    """Post payloads as titles only: they stand together on the forum's pages."""
    author = house.world.member("Titreuse")
    for payload in payloads:
        if payload.strip():
            house.world.topic(author, payload.strip()[:150], payload)


Opened = Callable[[House, bool], Watched]


@pytest.fixture
def opened(new_context: Callable[..., BrowserContext]) -> Opened:
    def open_page(house: House, policy: bool) -> Watched:
        context = new_context(base_url=house.url)
        context.set_default_timeout(20_000)
        house.let_in(context, house.world.moderator())
        watched = Watched(context.new_page(), urlsplit(house.url).netloc)
        context.route("**/*", watched.with_policy if policy else watched.without_policy)
        return watched

    return open_page


def nothing_runs(house: House, watched: Watched, topics: list[int]) -> None:
    for topic_id in topics:
        assert watched.look(f"/forum/sujets/{topic_id}") == [], topic_id


@pytest.mark.parametrize("policy", [True, False], ids=["with the policy", "without"])
def test_our_own_traps_do_not_spring(quiet_house: House, opened: Opened, policy: bool) -> None:
    topics = tell(quiet_house, OUR_OWN)
    watched = opened(quiet_house, policy)
    nothing_runs(quiet_house, watched, topics)
    titles(quiet_house, OUR_OWN)
    watched.page.goto("/forum")
    assert watched.page.evaluate("window.__ran") == []
    assert watched.seen == []


def test_the_watch_sees_what_runs(quiet_house: House, opened: Opened) -> None:
    """Without the policy and without the cleaning, the same traps do spring."""
    (topic_id,) = tell(quiet_house, ["x"])
    trap = "<img src=x onerror=alert(1)><script>prompt(2)</script><img src=https://evil.example/>"
    quiet_house.world.act(lambda s: s.execute(update(Post).values(html=trap)))
    seen = " ".join(opened(quiet_house, False).look(f"/forum/sujets/{topic_id}"))
    for sign in ("alert(1)", "prompt(2)", "request: https://evil.example", "trap: IMG onerror"):
        assert sign in seen
    seen = " ".join(opened(quiet_house, True).look(f"/forum/sujets/{topic_id}"))
    assert "refused: script-src" in seen
    assert "alert(1)" not in seen.replace("onerror", "")
    assert "prompt(2)" not in seen


@pytest.mark.data
def test_no_known_payload_runs(quiet_house: House, opened: Opened) -> None:
    if not PAYLOADS.exists():
        leave_out("the shared data are absent (html_payloads.json)")
    payloads = [one["payload"] for one in json.loads(PAYLOADS.read_text())]
    assert len(payloads) > 200
    topics = tell(quiet_house, [one[:20_000] for one in payloads])
    for policy in (True, False):
        nothing_runs(quiet_house, opened(quiet_house, policy), topics)
    titles(quiet_house, payloads[::12])
    watched = opened(quiet_house, False)
    watched.page.goto("/forum")
    assert watched.page.evaluate("window.__ran") == []
    assert watched.seen == []
