"""Two people agree online: what their hands do, on the pages and from the mails of an agreement."""

import re
from datetime import timedelta
from functools import partial
from operator import eq
from pathlib import Path

from playwright.sync_api import Page, expect
from pypdf import PdfReader
from sqlalchemy import func, select

from core import clock
from expertise.agreements.models import Party, Signature
from tests.browser.served import House, Visit, press, send, until
from tests.expertise import agreeing

COMPANY = "ines@essai.example"


def fill(page: Page, words: dict[str, str]) -> None:
    """Type in the fields of the page, by their names."""
    for name, word in words.items():
        page.locator(f"main [name={name}]").fill(word)


def words_of(file: Path) -> str:
    """What a PDF says."""
    return "\n".join(page.extract_text() for page in PdfReader(file).pages)


def confirm(page: Page, action: str, scripts: bool) -> None:
    """Press a button that asks whether one is sure, where scripts run."""
    press(page, action)
    if scripts:
        page.locator("[data-confirm-dialog] [data-answer]").click()


def agree(house: House, visit: Visit, page: Page, scripts: bool) -> None:
    """The institution prepares the agreement, two people sign it, a day is done."""
    page.locator("main a[href$='/convention']").first.click()
    page.locator("[name=kind][value=contribution]").check()
    said = agreeing.typed(institution_email="drh@groupe.example", company_email=COMPANY)
    for name, word in said.items():
        field = page.locator(f"main [name={name}]").first
        if word and field.is_visible() and field.get_attribute("type") != "radio":
            choose = field.evaluate("one => one.tagName") == "SELECT"
            field.select_option(word) if choose else field.fill(word)
    send(page, "mission")
    for days in (0, 17, 24):
        fill(page, {"day": (clock.today() + timedelta(days=days)).isoformat()})
        page.locator("main select[name=half_days]").select_option("2")
        send(page, "day")
    confirm(page, "/proposer", scripts)
    expect(page.locator("main")).to_contain_text("En cours de signature")
    agreement = page.url
    for number, party in enumerate((Party.COMPANY, Party.INSTITUTION), start=1):
        signatory = visit()
        sign(house, signatory, said[f"{party.value}_email"], agreeing.NAMES[party])
        until(lambda: signatures(house), partial(eq, number))
    page.goto(agreement)
    expect(page.locator("main")).to_contain_text("Signée par toutes les parties")
    with page.expect_download() as saved:
        page.locator("a[href$='/convention.pdf']").first.click()
    assert "Inès Essai" in words_of(saved.value.path())
    page.get_by_role("button", name="Elle a eu lieu").first.click()
    expect(page.locator("main")).to_contain_text("Réalisé : 1 jour")


def signatures(house: House) -> int:
    return house.world.one(select(func.count()).select_from(Signature)) or 0


def sign(house: House, page: Page, email: str, name: str) -> None:
    """By the link of the mail, and the code of another."""
    letters = house.letters(email, 1)
    link = until(
        lambda: next((one for one in house.letters(email) if "/convention/" in one.text), None),
        lambda one: one is not None,
    )
    assert letters
    assert link is not None
    page.goto(link.link("/expertise/convention/"))
    before = len(house.letters(email))
    page.locator("form[action$='/code'] button").click()
    code = re.search(r"\b\d{6}\b", house.letters(email, before + 1)[-1].text)
    assert code
    fill(page, {"name": name, "code": "000000" if code[0] != "000000" else "111111"})
    send(page, "code")
    expect(page.locator(".error-summary")).to_be_visible()
    fill(page, {"name": name, "code": code[0]})
    send(page, "code")
