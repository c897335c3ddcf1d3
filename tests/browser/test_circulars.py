"""A circular that is forwarded by mail: it comes once, is read again, and published by hand."""

from datetime import date, timedelta
from email.message import EmailMessage

from playwright.sync_api import Page, expect

from accounts.models import Member
from core import clock
from inbound.actions import receive
from tests.browser.served import BOTH_WAYS, House, Visit, send
from tests.circulars.letters import circular, circular_address

TITLE = "Portes ouvertes aux Jardins"


def forwards(house: House, staff: Member, day: date, number: int) -> None:
    """Their mail comes in."""
    words = f"Nous vous attendons le {day:%d/%m/%Y} à 14 h."
    mail: EmailMessage = circular(
        circular_address(house.world), staff, words, Subject=f"TR : {TITLE}", Number=f"<{number}@x>"
    )
    mail.add_attachment(b"Le mardi.", "text", "plain", filename="Le programme.txt")
    house.world.act(lambda s: receive(s, mail.as_bytes()))


def drafts(page: Page) -> int:
    page.goto("/brouillons")
    return page.locator("section.draft").count()


@BOTH_WAYS
def test_a_circular_is_looked_at_and_published_as_news_date_and_document(
    house: House, visit: Visit, scripts: bool
) -> None:
    world = house.world
    staff, other, reader = world.moderator("Mo"), world.moderator("Li"), world.member("Amina")
    day = clock.today() + timedelta(days=30)
    for number in (1, 2):
        forwards(house, staff, day, number)
    first, second = house.letters(staff.email, 2)
    assert first.subject == f"Brouillon prêt : {TITLE}"
    assert second.subject != first.subject
    page, colleague, member = visit(staff), visit(other), visit(reader)
    assert drafts(colleague) == 0
    assert drafts(page) == 1, "the same circular makes one draft"
    for closed in ("/actualites", "/agenda", "/ressources"):
        member.goto(closed)
        expect(member.locator("main")).not_to_contain_text(TITLE)

    draft = page.locator("section.draft")
    draft.get_by_role("link", name="Actualité").click()
    expect(page.locator("[name=title]")).to_have_value(TITLE)
    expect(page.locator("[name=starts_on]")).to_have_value(day.isoformat())
    page.locator("[name=theme]").select_option(index=1)
    page.locator("[name=place]").fill("Nantes")
    send(page, "title")
    expect(draft).to_contain_text("Publié")
    draft.get_by_role("link", name="Date de l’agenda").click()
    expect(page.locator("[name=starts_at]")).to_have_value("14:00")
    page.locator("[name=kind]").select_option(index=1)
    send(page, "title")
    draft.get_by_role("link", name="1 document").click()
    page.locator("main select[name^=kind]").select_option(index=1)
    send(page, "uploads")
    expect(page.locator("h1")).to_have_text("Le programme")
    assert drafts(page) == 0

    found = {"/actualites": TITLE, "/agenda": TITLE, "/ressources": "Le programme"}
    for address, words in found.items():
        member.goto(address)
        expect(member.locator("main").get_by_role("link", name=words).first).to_be_attached()
