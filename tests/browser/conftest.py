"""A real browser: Debian's Chromium driven by Playwright, and axe for accessibility."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import Member
from tests.browser import served
from tests.browser.janus import Janus, running
from tests.browser.served import House, Visit
from tests.ground import copy_of
from tests.services import CHROMIUM, chromium, leave_out

FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def _in_a_browser(item: pytest.Item) -> bool:
    return "browser_name" in getattr(item, "fixturenames", ())


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What asks for a page is a browser test."""
    for item in filter(_in_a_browser, items):
        item.add_marker(pytest.mark.browser)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Find or install Chromium before the first test, whose time is limited."""
    if any(map(_in_a_browser, session.items)) and not session.config.option.collectonly:
        chromium()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """How Chromium is started."""
    if not (path := chromium()):
        leave_out(f"no Chromium for the browser tests (apt install {' '.join(CHROMIUM)})")
    return {**browser_type_launch_args, "executable_path": path, "args": FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A French visitor at a desk; a test may ask for a phone with `new_context(viewport=…)`."""
    return {
        **browser_context_args,
        "locale": "fr-FR",
        "timezone_id": "Europe/Paris",
        "viewport": {"width": 1280, "height": 900},
    }


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], list[str]]:
    """What axe finds wrong on a page: one line for each rule, with the elements concerned."""
    engine = Axe()
    only = {"resultTypes": ["violations"]}  # the rest would cost twice as much time

    def violations(page: Page) -> list[str]:
        return [
            f"{rule['id']} ({rule['impact']}): {rule['help']}: "
            + "; ".join(str(node["target"]) for node in rule["nodes"])
            for rule in engine.run(page, options=only).response["violations"]
        ]

    return violations


# --- A house that is really served ---------------------------------------------------------------


@pytest.fixture
def house(tmp_path: Path, sqlite_template: Path) -> Iterator[House]:
    """An empty house on a port of its own, with its worker."""
    with served.house(tmp_path, copy_of(sqlite_template, tmp_path)) as made:
        yield made


@pytest.fixture(scope="session")
def janus() -> Iterator[Janus]:
    """A Janus and a coturn, started once."""
    with running() as found:
        yield found


@pytest.fixture
def scripts() -> bool:
    """Whether the browsers run scripts: a test may be told once with, once without."""
    return True


@pytest.fixture
def visit(house: House, new_context: Callable[..., BrowserContext], scripts: bool) -> Visit:
    """Open a browser of one's own: `visit()`, or `visit(member)` who signed in earlier."""

    def visit(member: Member | None = None, **options: Any) -> Page:
        context = new_context(base_url=house.url, java_script_enabled=scripts, **options)
        context.set_default_timeout(15_000)
        if member is not None:
            house.let_in(context, member)
        return context.new_page()

    return visit


@pytest.fixture
def patience() -> Iterator[None]:
    """Several browsers share this machine: what is awaited may come late."""
    expect.set_options(timeout=20_000)
    yield
    expect.set_options(timeout=5_000)
