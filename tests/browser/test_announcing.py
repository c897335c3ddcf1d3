"""Dates and news, as people announce, change, find and answer them: with scripts and without."""

import re
from datetime import date, timedelta

from playwright.sync_api import Locator, Page, expect

from accounts.models import Member
from core import clock
from tests.browser.served import BOTH_WAYS, House, Visit, path, send
from tests.world import World

WEEKS = 4


def first_day() -> date:
    """A Tuesday that is to come, in the month that follows this one."""
    start = clock.today().replace(day=1) + timedelta(days=32)
    start = start.replace(day=1)
    return start + timedelta(days=(1 - start.weekday()) % 7)


def act(page: Page, words: str) -> Locator:
    """What the menu of a date offers, its menu open."""
    page.locator(".event-acts details.menu summary").click()
    return page.locator(".event-acts .menu-panel").get_by_text(words, exact=True)


def others(world: World) -> Member:
    """A member of another network."""
    return world.member("Elsa", networks=("fnars",))


def choose_network(page: Page, world: World, slug: str) -> None:
    """For the members of one network only."""
    page.locator("[name=reach][value=chosen]").check()
    page.locator(f"[name=networks][value='{world.network(slug)}']").check()


@BOTH_WAYS
def test_a_weekly_date_is_announced_changed_and_called_off(
    house: House, visit: Visit, scripts: bool
) -> None:
    world = house.world
    alice, bruno = world.member("Alice"), world.member("Bruno")
    page, colleague, stranger = visit(alice), visit(bruno), visit(others(world))
    day = first_day()

    page.goto("/agenda")
    page.locator("main a[href^='/agenda/nouveau']").first.click()
    page.locator("[name=title]").fill("Atelier mobilité")
    send(page, "title")
    for name in ("kind", "starts_on"):
        expect(page.locator(f"[name={name}]")).to_have_attribute("aria-invalid", "true")
    page.locator("[name=kind]").select_option(index=1)
    page.locator("[name=starts_on]").fill(day.isoformat())
    send(page, "title")
    expect(page.locator("[name=starts_at]")).to_have_attribute("aria-invalid", "true")
    page.locator("[name=starts_at]").fill("09:30")
    page.locator("[name=ends_at]").fill("11:00")
    page.locator("[name=every]").select_option("WEEKLY")
    page.locator("[name=times_in_all]").fill(str(WEEKS))
    page.locator("[name=place]").fill("Salle 3")
    choose_network(page, world, "coorace")
    expect(page.locator("[name=title]")).to_have_value("Atelier mobilité")  # nothing was lost
    send(page, "title")
    expect(page.locator("h1")).to_have_text("Atelier mobilité")
    series = path(page)
    expect(page.locator(".event-dates li")).to_have_count(WEEKS)

    # One date elsewhere, one called off, and the two last ones later in the day.
    page.locator(".event-dates a").nth(1).click()
    act(page, "Modifier cette date seulement").click()
    page.locator("[name=place]").fill("Chez les voisins")
    send(page, "place")
    expect(page.locator("dl.facts")).to_contain_text("Chez les voisins")
    moved = path(page)
    page.locator(".event-dates a").first.click()
    act(page, "Annuler…").click()
    page.locator("[name=reason]").fill("La salle est inondée")
    send(page, "reason")
    expect(page.locator("main")).to_contain_text("Annulé : La salle est inondée")
    page.locator(".event-dates a").nth(1).click()
    act(page, "Modifier cette date et les suivantes").click()
    page.locator("[name=starts_at]").fill("14:00")
    page.locator("[name=ends_at]").fill("16:00")
    send(page, "starts_at")
    expect(page.locator("dl.facts")).to_contain_text("de 14 h à 16 h")

    found_by_a_colleague(colleague, day)
    for address in (series, moved, f"{series}/modifier", f"{series}.ics"):
        answer = stranger.goto(address)
        assert answer is not None
        assert answer.status == 404, address
    stranger.goto(f"/agenda/mois/{day:%Y-%m}")
    expect(stranger.locator("main")).not_to_contain_text("Atelier mobilité")
    answer = colleague.goto(f"{series}/modifier")
    assert answer is not None
    assert answer.status == 403


def found_by_a_colleague(page: Page, day: date) -> None:
    """In the list, in the month, and on its page; the rule of each date is the one of today."""
    page.goto("/agenda")
    page.locator("main a").filter(has_text="Atelier mobilité").first.click()
    expect(page.locator("main")).to_contain_text("La salle est inondée")
    expect(page.locator(".event-acts details.menu")).to_have_count(0)
    page.goto(f"/agenda/mois/{day:%Y-%m}")
    shown = page.locator("main a").filter(has_text="Atelier mobilité")
    in_this_month = [one for one in range(WEEKS) if (day + timedelta(weeks=one)).month == day.month]
    expect(shown).to_have_count(len(in_this_month))
    shown.nth(2).click()
    expect(page.locator("dl.facts")).to_contain_text("de 14 h à 16 h")


@BOTH_WAYS
def test_an_open_day_is_published_answered_and_becomes_a_date(
    house: House, visit: Visit, scripts: bool
) -> None:
    world = house.world
    alice, bruno = world.member("Alice"), world.member("Bruno")
    page, colleague, stranger = visit(alice), visit(bruno), visit(others(world))
    day = first_day()

    page.goto("/actualites")
    page.locator("main a[href^='/actualites/publier']").first.click()
    page.locator("main a").filter(has_text="Portes ouvertes").click()
    page.locator("[name=title]").fill("Portes ouvertes de l’atelier bois")
    send(page, "title")
    for name in ("theme", "body"):
        expect(page.locator(f"[name={name}]")).to_have_attribute("aria-invalid", "true")
    page.locator("[name=theme]").select_option(index=1)
    page.locator("[name=body]").fill("Venez voir les machines.")
    send(page, "title")
    expect(page.locator("[name=starts_on]")).to_have_attribute("aria-invalid", "true")
    page.locator("[name=starts_on]").fill(day.isoformat())
    page.locator("[name=starts_at]").fill("10:00")
    page.locator("[name=ends_at]").fill("16:00")
    page.locator("[name=town]").fill("Orvault")
    choose_network(page, world, "coorace")
    expect(page.locator("[name=body]")).to_have_value("Venez voir les machines.")
    send(page, "title")
    expect(page.locator("h1")).to_have_text("Portes ouvertes de l’atelier bois")
    article = path(page).split("#")[0]
    assert re.fullmatch(r"/actualites/\d+", article)

    colleague.goto("/actualites")
    colleague.locator("main a").filter(has_text="atelier bois").first.click()
    colleague.locator("[name=body]").fill("Peut-on venir à plusieurs ?")
    send(colleague, "body")
    expect(colleague.locator("article.post").last).to_contain_text("Peut-on venir à plusieurs")
    expect(colleague.locator("main a[href*='/agenda/nouveau']")).to_have_count(0)

    page.goto(article)
    expect(page.locator("main")).to_contain_text("Peut-on venir à plusieurs")
    page.locator("main a[href*='/agenda/nouveau']").first.click()
    expect(page.locator("[name=title]")).to_have_value("Portes ouvertes de l’atelier bois")
    expect(page.locator("[name=starts_on]")).to_have_value(day.isoformat())
    page.locator("[name=kind]").select_option(index=1)
    send(page, "title")
    expect(page.locator("h1")).to_have_text("Portes ouvertes de l’atelier bois")
    expect(page.locator("dl.facts")).to_contain_text("de 10 h à 16 h")
    event = path(page)
    colleague.goto(article)
    colleague.locator(f"main a[href^='{event}']").first.click()
    expect(colleague.locator("h1")).to_have_text("Portes ouvertes de l’atelier bois")

    for address in (article, event):
        answer = stranger.goto(address)
        assert answer is not None
        assert answer.status == 404, address
    for address in ("/actualites", "/agenda"):
        stranger.goto(address)
        expect(stranger.locator("main")).not_to_contain_text("atelier bois")
