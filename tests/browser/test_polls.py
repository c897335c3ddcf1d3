"""A poll of dates, from the slots to the date, as people do it: with scripts and without."""

import re
from datetime import timedelta

from playwright.sync_api import Page, expect

from accounts.models import Member
from core import clock
from tests.browser.served import BOTH_WAYS, House, Visit, path, send


def say(page: Page, *suits: str) -> None:
    """Answer each slot, and save."""
    for number, how in enumerate(suits):
        page.locator(".poll-slot").nth(number).locator(f"input[value={how}]").check()
    page.locator(".poll-answer button.button").click()


@BOTH_WAYS
def test_a_date_is_looked_for_answered_and_announced(
    house: House, visit: Visit, scripts: bool
) -> None:
    world = house.world
    olga, anne, bruno = (world.member(name) for name in ("Olga", "Anne", "Bruno"))
    page, first, second = visit(olga), visit(anne), visit(bruno)
    days = [clock.today() + timedelta(days=30 + one) for one in range(5)]

    page.goto("/agenda")
    page.locator("nav.tabs a[href='/agenda/sondages']").click()
    page.locator("main a[href='/agenda/sondages/nouveau']").first.click()
    page.locator("[name=title]").fill("Réunion des CIP")
    page.locator("[name=length]").select_option("120")
    for number, day in enumerate(days[:4]):
        page.locator("[name=day]").nth(number).fill(day.isoformat())
    page.locator("[name=starts]").first.fill("09:30")
    page.locator("[name=more]").click()
    expect(page.locator("[name=day]")).to_have_count(8)
    expect(page.locator("[name=starts]").nth(3)).to_have_value("09:30")
    expect(page.locator("[name=ends]").nth(3)).to_have_value("11:30")
    page.locator("[name=day]").nth(4).fill(days[4].isoformat())
    page.locator("[name=starts]").nth(4).fill("14:00")
    send(page, "title")
    expect(page.locator("h1")).to_have_text("Réunion des CIP")
    expect(page.locator(".poll-slot")).to_have_count(5)
    poll = path(page)

    first.goto("/agenda/sondages")
    first.get_by_text("Attend votre réponse").wait_for()
    first.locator("main .row a").first.click()
    say(first, "yes", "if_needed", "no", "no", "yes")
    expect(first.locator(".poll-grid tbody tr[data-me] td[data-suits=yes]")).to_have_count(2)
    second.goto(poll)
    say(second, "no", "no", "no", "if_needed", "yes")
    say(second, "no", "no", "no", "no", "yes")  # otherwise, after all

    page.goto(poll)
    best = page.locator(".poll-grid tfoot td[data-best]")
    expect(best).to_have_count(1)
    expect(best).to_contain_text("2 oui")
    best.locator("a").click()
    expect(page.locator("[name=starts_at]")).to_have_value("14:00")
    expect(page.locator("[name=starts_on]")).to_have_value(days[4].isoformat())
    page.locator("[name=kind]").select_option(index=1)
    send(page, "title")
    expect(page).to_have_url(re.compile(r"/agenda/\d+$"))
    date = path(page)

    closed(first, poll, date)
    told(house, anne, date)


def closed(page: Page, poll: str, date: str) -> None:
    """Nobody answers any more: the page leads to the date."""
    page.goto(poll)
    expect(page.locator(".poll-slot")).to_have_count(0)
    expect(page.locator(f"main .notice a[href='{date}']")).to_have_count(1)


def told(house: House, member: Member, date: str) -> None:
    """A mail says which date was chosen."""
    letter = house.letter(member.email)
    assert letter.subject == "La date est choisie : Réunion des CIP"
    assert date in letter.text
