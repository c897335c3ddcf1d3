"""Every page of the house, in a real browser: sound, accessible, light, narrow or wide."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from tests.browser import served
from tests.browser.a_month import administer, count_days
from tests.browser.asking_when import ask_when
from tests.browser.doors import ALL, ELSEWHERE, EXPECTED, NO_PAGES, PAGES
from tests.browser.furnished import announce, confer, deposit, meet_again, talk
from tests.browser.lived_in import MEMBER, MODERATOR, NOBODY, Site, meet
from tests.browser.sent_empty import SENT_EMPTY
from tests.browser.taking_part import take_part
from tests.ground import copy_of
from tests.services import HtmlChecker

LEAKS = re.compile(r"\{\{|\{%|%\(|\bNone\b|\bundefined\b|\bUndefined\b|<[A-Z]\w+ object")

Axe = Callable[[Page], list[str]]


@pytest.fixture(scope="module")
def site(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, browser: Browser
) -> Iterator[Site]:
    """A month of life in one house."""
    folder = tmp_path_factory.mktemp("pages")
    url = copy_of(sqlite_template, folder)
    with served.house(folder, url, works=False) as house:
        people = meet(house.world)
        made = Site(house, people, {name: one.id for name, one in people.items()})
        made.ids |= talk(house.world, people) | deposit(house.world, people)
        made.ids |= meet_again(house.world, people)
        made.ids |= confer(house.world, people)
        made.ids |= announce(house.world, people)
        count_days(house.world)
        made.ids |= administer(house, people)
        made.ids |= take_part(house.world, people[MEMBER], [people["colleague"], people[MODERATOR]])
        made.ids |= ask_when(house.world, people[MEMBER], [people["colleague"], people[MODERATOR]])
        yield made
        for context in made.contexts.values():
            context.close()


# --- the map is complete -------------------------------------------------------------------------


def test_every_page_is_visited(site: Site) -> None:
    rules = site.house.world.app.url_map.iter_rules()
    known = {rule.endpoint for rule in rules if "GET" in (rule.methods or ())}
    assert known == PAGES.keys() | NO_PAGES.keys()
    assert not PAGES.keys() & NO_PAGES.keys()


# --- sound, accessible, narrow or wide -----------------------------------------------------------


@dataclass
class Watch:
    """What a page asked for and complained of."""

    complaints: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)

    def over(self, page: Page) -> "Watch":
        """Watch this page from now on."""
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))
        return self

    def _hear(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self.complaints.append(said.text)


def look_over(page: Page, axe: Axe) -> list[str]:
    """What is wrong with a page, in the light at a desk, then at night on a telephone."""
    text = page.locator("body").inner_text() + page.title()
    wrong = [f"it leaks {found}" for found in LEAKS.findall(text)]
    if (headings := page.locator("h1").count()) != 1:
        wrong.append(f"{headings} h1")
    if not page.title().removesuffix("· Maillage").strip():
        wrong.append("no title")
    if (language := page.locator("html").get_attribute("lang")) != "fr":
        wrong.append(f"it says it speaks {language}")
    wrong += [f"at a desk: {violation}" for violation in axe(page)]
    for width in (320, 390):
        page.set_viewport_size({"width": width, "height": 844})
        content, room = page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        if content > room:
            wrong.append(f"{content} px wide in {room}: {too_wide(page)}")
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    return wrong + [f"on a telephone: {violation}" for violation in axe(page)]


def too_wide(page: Page) -> list[str]:
    """The elements that stick out."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("body *")]
            .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
            .map((one) => `${one.tagName}.${one.className}`).slice(0, 5)"""
    )
    return found


@pytest.mark.parametrize(("who", "path"), ALL + ELSEWHERE)
def test_a_page(site: Site, browser: Browser, axe: Axe, who: str, path: str) -> None:
    page = site.page(browser, who)
    try:
        watch = Watch().over(page)
        answer = page.goto(path.format(**site.ids))
        assert answer is not None
        expected = 403 if (who, path) == (MEMBER, "/administration") else EXPECTED.get(path, 200)
        assert answer.status == expected
        wrong = look_over(page, axe)
        if expected != 200:
            watch.complaints = [said for said in watch.complaints if str(expected) not in said]
        assert wrong + watch.complaints == []
        assert watch.hosts == {urlsplit(site.house.url).netloc}
    finally:
        page.close()


@pytest.mark.parametrize(("who", "path", "name"), SENT_EMPTY)
def test_a_form_sent_empty(
    site: Site, browser: Browser, axe: Axe, who: str, path: str, name: str
) -> None:
    page = site.page(browser, who)
    try:
        page.goto(path.format(**site.ids))
        form = page.locator(f"main form:has([name='{name}'])").first
        with page.expect_navigation() as sent:
            form.locator("button:not([type=button]):not([formaction])").first.click()
        assert sent.value.status == 422
        assert page.locator("[aria-invalid=true], main .error").count() > 0
        assert look_over(page, axe) == []
    finally:
        page.close()


def test_what_opens_within_a_page(site: Site, browser: Browser, axe: Axe) -> None:
    page = site.page(browser, MODERATOR)
    try:
        page.goto("/forum/nouveau")
        page.locator("[name=title]").press_sequentially("Qui signe la convention ?")
        page.locator("[name=reach][value=chosen]").check()
        page.locator("textarea").press_sequentially("Merci @Al")
        expect(page.locator("[role=option]").first).to_be_visible()
        expect(page.locator("#similar a").first).to_be_visible()
        assert axe(page) == []
        page.keyboard.press("Escape")
        page.locator("[data-preview]").click()
        expect(page.locator(".editor-preview p")).to_have_text("Merci @Al")
        assert axe(page) == []
        page.goto("/forum/sujets/{topic}".format(**site.ids))
        for menu in page.locator("details[data-menu]:visible").all()[-2:]:
            menu.locator("summary").click()
            assert axe(page) == []
        page.set_viewport_size({"width": 390, "height": 844})
        page.locator(".tabbar summary").click()
        assert axe(page) == []
        page.goto("/forum")
        page.locator("details.filters > summary").click()
        assert axe(page) == []
    finally:
        page.close()


POINTLESS: tuple[str, ...] = ()


def test_the_html_is_sound(site: Site, html_checker: HtmlChecker) -> None:
    pages = {f"{who} {path}": site.html(who, path) for who, path in ALL + ELSEWHERE}
    said = [str(one) for one in html_checker(pages) if one.message not in POINTLESS]
    assert not said, "\n".join(said)


# --- light ---------------------------------------------------------------------------------------


def weigh(page: Page, address: str) -> int:
    """The bytes that a page brings, all resources, as sent."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[int] = []
    session.on("Network.loadingFinished", lambda end: sizes.append(int(end["encodedDataLength"])))
    page.goto(address, wait_until="networkidle")
    session.detach()
    return sum(sizes)


@pytest.mark.parametrize(
    ("who", "path"),
    [
        (NOBODY, "/connexion"),
        (MEMBER, "/forum"),
        (MEMBER, "/forum/sujets/{topic}"),
        (MEMBER, "/forum/nouveau"),
    ],
)
def test_a_page_is_light(site: Site, browser: Browser, who: str, path: str) -> None:
    context = browser.new_context(base_url=site.house.url, locale="fr-FR")
    if who != NOBODY:
        site.house.let_in(context, site.people[who])
    page = context.new_page()
    first, later = (weigh(page, path.format(**site.ids)) for _visit in range(2))
    context.close()
    assert 5_000 < first < 100_000
    assert 0 < later < 20_000
