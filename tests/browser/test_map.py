"""The map in a real browser: hostile names stay words, map and list follow each other."""

import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from directory.models import MemberSkill, Organisation, Placed, Profile, Side, Skill
from map import queries
from tests.browser.served import House, Visit
from tests.world import World

NANTES = (47.2184, -1.5536)
LAVAL = (48.07, -0.77)
HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "{{ 7 * 7 }} ${7 * 7} </script><script>alert(1)</script>",
    "' onmouseover='alert(1)",
    "a&lt;b&gt; <b>gras</b>",
]
WATCH = """
window.__ran = [];
for (const name of ["alert", "prompt", "confirm"]) window[name] = () => window.__ran.push(name);
document.addEventListener("securitypolicyviolation",
  event => window.__ran.push(event.violatedDirective + " " + event.blockedURI));
"""


def open_map(page: Page, path: str = "/carte") -> None:
    page.goto(path)
    expect(page.locator("[data-map][data-ready]")).to_be_visible()


def names(page: Page) -> list[str]:
    """The titles of the list."""
    return page.locator("#found .row-title").all_inner_texts()


def work_at(world: World, organisation: Organisation, **said: str) -> None:
    """A member works there, and can help."""
    worker = world.member(said.get("first_name", "Wanda"))
    with world.session() as session:
        profile = session.get_one(Profile, worker.id)
        profile.organisation_id, profile.job = organisation.id, said.get("job", "CIP")
        skill = session.scalars(select(Skill).where(Skill.slug == "pmsmp")).one()
        skill.name = said.get("skill", skill.name)
        session.add(MemberSkill(member_id=worker.id, side=Side.OFFERS, skill_id=skill.id))


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_names_are_only_words(house: House, visit: Visit, words: str) -> None:
    world = house.world
    one = world.organisation(words, point=NANTES, town=words)
    work_at(world, one, first_name=words[:60], job=words, skill=words)
    page = visit(world.member())
    page.add_init_script(WATCH)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    open_map(page)
    marker = page.locator(".pin-place")
    expect(marker).to_have_count(1)
    assert marker.get_attribute("title") == words
    marker.hover()
    marker.click()
    sheet = page.locator(".map-sheet")
    expect(sheet.locator("h3")).to_have_text(words)
    expect(sheet).to_contain_text("Voir sa fiche")
    shown = sheet.inner_text()
    assert shown.count(words) >= 4, "its name, its town, the job, the skill"
    assert sheet.locator("img, script, svg, b, iframe").count() == 0
    assert page.evaluate("window.__ran") == errors == []


def test_each_row_opens_its_marker_and_gives_the_keyboard_back(house: House, visit: Visit) -> None:
    world = house.world
    first = world.organisation("À Nantes", point=NANTES)
    world.organisation("À Laval", point=LAVAL)
    work_at(world, first)
    page = visit(world.member())
    open_map(page)
    button = page.locator(f'[data-open-mark="organisation-{first.id}"]')
    button.focus()
    page.keyboard.press("Enter")
    sheet = page.locator(".map-sheet")
    expect(sheet.locator("h3")).to_have_text("À Nantes")
    expect(sheet.locator("h3")).to_be_focused()
    expect(sheet).to_contain_text("Wanda")
    expect(sheet).to_contain_text("PMSMP")
    expect(page.locator("#found [data-current]")).to_contain_text("À Nantes")
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    expect(button).to_be_focused()
    expect(page.locator("#found [data-current]")).to_have_count(0)
    assert sorted(names(page)) == ["À Laval", "À Nantes"], "looking closer changed no list"


def test_map_and_list_follow_each_other(house: House, visit: Visit) -> None:
    world = house.world
    world.organisation("À Nantes", point=NANTES)
    world.organisation("À Laval", "ei", point=LAVAL)
    page = visit(world.member())
    open_map(page)
    expect(page.locator(".pin-place")).to_have_count(2)
    # The list is narrowed: the map has the same.
    page.locator("#words").fill("laval")
    expect(page.locator("#found .row-title")).to_have_text(["À Laval"])
    expect(page.locator(".pin-place")).to_have_count(1)
    page.locator("#words").fill("")
    expect(page.locator(".pin-place")).to_have_count(2)
    # The map is moved by the keyboard: the list has what is in its frame.
    page.wait_for_timeout(800)
    page.locator(".leaflet-container").focus()
    for _step in range(3):
        page.keyboard.press("Shift+ArrowDown")
        page.wait_for_timeout(300)
    expect(page.locator("#found .row-title")).not_to_have_count(2)
    expect(page).to_have_url(re.compile("cadre="))
    expect(page.locator("#found .count-line")).to_contain_text("dans cette partie de la carte")
    page.locator("#found .count-line a").first.click()
    expect(page.locator("#found .row-title")).to_have_count(2)


@pytest.mark.parametrize("scripts", [False])
def test_without_scripts_there_is_the_list_with_its_distances(
    house: House, visit: Visit, scripts: bool
) -> None:
    assert not scripts
    world = house.world
    world.organisation("Les Jardins", point=NANTES)
    page = visit(world.member())
    page.goto("/carte?pres=Nantes&km=10")
    assert names(page) == ["Les Jardins"]
    expect(page.locator("#found .row-end")).to_contain_text("km")
    expect(page.locator("[data-map]")).to_be_hidden()
    expect(page.locator("[data-open-mark]")).to_be_hidden()


def test_a_pin_is_dragged_or_typed(house: House, visit: Visit) -> None:
    world = house.world
    one = world.organisation("Les Jardins", point=NANTES)
    page = visit(world.administrator())
    page.goto(f"/carte/structures/{one.id}/position")
    expect(page.locator("[data-map][data-ready]")).to_be_visible()
    latitude = page.locator("[name=latitude]")
    before = latitude.input_value()
    box = page.locator(".pin-place").bounding_box()
    assert box
    page.mouse.move(box["x"] + 12, box["y"] + 12)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 90, steps=6)
    page.mouse.up()
    expect(latitude).not_to_have_value(before)
    assert float(latitude.input_value()) < float(before), "to the south"
    page.locator("main form button:not([type=button])").click()
    expect(page).to_have_url(re.compile(r"/carte\?cadre="))
    found = world.one(select(Organisation).where(Organisation.id == one.id))
    assert found is not None
    assert found.placed is Placed.HAND
    assert found.latitude != NANTES[0]


def test_many_are_shown_by_squares_and_open_as_one_looks_closer(
    house: House, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST_MARKERS", 3)
    world = house.world
    for number in range(4):
        world.organisation(f"Nantes {number}", point=(NANTES[0], NANTES[1] + number / 50))
    world.organisation("Laval", point=LAVAL)
    page = visit(world.member())
    open_map(page)
    four = page.locator(".bundle", has_text="4")
    expect(four).to_have_count(1)
    four.click()
    expect(page.locator("#found .row-title")).to_have_count(4)
    expect(page.locator("#found .count-line")).to_contain_text("4 structures")


def test_a_zone_leads_to_its_organisations(house: House, visit: Visit) -> None:
    world = house.world
    world.organisation("Les Jardins", commune_code="44109")
    page = visit(world.member())
    page.goto("/carte/zones")
    expect(page.locator("[data-map][data-ready]")).to_be_visible()
    expect(page.locator(".zone.zone-1")).to_have_count(1)
    expect(page.locator(".zone.zone-0")).to_have_count(22)
    page.locator("[data-zone]", has_text="Nantes").focus()
    expect(page.locator(".zone.zone-1[data-current]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#found .row-title")).to_have_text(["Les Jardins"])
