"""Every mail, in both languages, as a mailbox shows it: laid out, and in plain text."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Page
from sqlalchemy import update

from access.models import Network
from blueprints import _mail
from blueprints._languages import LANGUAGES
from core import outbox
from core.db import db
from core.settings import ROOT
from tests.browser import mailed, mailed_by_desks
from tests.ground import copy_of
from tests.services import HtmlChecker
from tests.world import open_world

Mails = dict[str, outbox.Words]
NO_BUTTON = {
    *("access_declined", "accounts_merged", "agreement_code", "agreement_day"),
    *("suspended", "test"),
}
LEAKS = re.compile(r"\{\{|\{%|%\(|\bNone\b|\bundefined\b|<[A-Z]\w+ object")
LANDMARKS = ("landmark-one-main", "region")
"""A mailbox shows a mail within landmarks of its own."""


@pytest.fixture(scope="module")
def mails(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Mails:
    """Each mail that a busy month makes, in each language: "template language number"."""
    folder = tmp_path_factory.mktemp("mails")
    world = open_world(
        folder,
        copy_of(sqlite_template, folder),
        mail_answers="reponses+{token}@example.org",
    )
    render, made = _mail.renderer(world.app), Mails()

    def in_each_language(template: str, language: str, values: Mapping[str, Any]) -> outbox.Words:
        number = 1 + sum(name.startswith(f"{template} {language} ") for name in made)
        for spoken in LANGUAGES:
            made[f"{template} {spoken} {number}"] = render(template, spoken, values)
        return made[f"{template} {language} {number}"]

    outbox.render_with(in_each_language)
    with world.app.app_context():
        fnars = world.network("fnars")
        world.act(lambda s: s.execute(update(Network).where(Network.id == fnars).values(logo="l")))
        mailed.come_and_go(world)
        mailed.talk(world)
        world.work()
        mailed.write_letters(world)
        mailed_by_desks.ask_experts(world)
        mailed_by_desks.answer_needs(world)
        mailed_by_desks.open_accounts(world)
        mailed_by_desks.tell_of_people(world)
        mailed_by_desks.ask_after(world)
        mailed_by_desks.agree(world)
        mailed_by_desks.tell_teams(world)
        mailed_by_desks.subscribe(world)
        db.session.remove()
        db.engine.dispose()
    return made


def test_every_mail_is_here(mails: Mails) -> None:
    written = {path.name for path in (ROOT / "templates/mail").iterdir()}
    for language in LANGUAGES:
        assert {name.split()[0] for name in mails if f" {language} " in name} == written
        assert sum(name.startswith(f"notifications {language} ") for name in mails) > 10


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_a_mail_is_well_made(
    mails: Mails,
    page: Page,
    axe: Callable[[Page], list[str]],
    language: str,
    colours: Literal["light", "dark"],
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme=colours)
    wrong: dict[str, list[str]] = {}
    for name, mail in one_of_each(mails, language).items():
        page.set_content(mail.html)
        found = [one for one in axe(page) if not one.startswith(LANDMARKS)]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append("wider than a telephone")
        if found:
            wrong[name] = found
    assert wrong == {}
    assert set(asked) <= {f"cid:{outbox.LOGO}"}, "a mail loads nothing but what it carries"


def one_of_each(mails: Mails, language: str) -> Mails:
    """Mails that differ by more than their words."""
    return {
        name: mail
        for name, mail in mails.items()
        if f" {language} " in name
        and (not name.startswith("notifications") or int(name.split()[-1]) % 3 == 0)
    }


def test_the_html_of_mails_is_sound(mails: Mails, html_checker: HtmlChecker) -> None:
    said = html_checker({name: mail.html for name, mail in mails.items()})
    for_outlook = "“mso-hide”"
    errors = [one for one in said if one.kind == "error" and for_outlook not in one.message]
    assert not errors, "\n".join(map(str, errors))


def test_the_text_says_what_the_html_says(mails: Mails, page: Page) -> None:
    for name, mail in mails.items():
        template, language, _number = name.split()
        page.set_content(mail.html)
        assert page.locator("html").get_attribute("lang") == language
        assert not LEAKS.search(mail.subject + mail.text + page.locator("body").inner_text()), name
        buttons = page.locator(".action a")
        topics = page.locator("h2").count()
        several = topics > 1 and template == "notifications"
        assert buttons.count() == (0 if template in NO_BUTTON or several else 1), name
        links = page.locator("a").evaluate_all("links => links.map(link => link.href)")
        assert set(links) == set(re.findall(r"(?:https?://|mailto:)\S+", mail.text)), name
        text = words(mail.text)
        for line in page.locator("h1, h2, p:not(.why, .logo, .action), blockquote").all():
            missing = [word for word in words(line.inner_text()) if word not in text]
            assert not missing, f"{name}: {missing}"
        assert mail.subject == mail.subject.strip()
        assert 5 < len(mail.subject) < 150


def words(text: str) -> list[str]:
    """The words of a text."""
    return re.findall(r"\w+", text.lower())
