"""Whatever the hands and the line: offline, twice, by the keyboard, in one's own way."""

import re

from playwright.sync_api import Page, expect

from tests.browser.served import BOTH_WAYS, House, Visit, path, send
from tests.world import PASSWORD

# --- nothing typed is lost, nothing is sent twice ------------------------------------------------


def drafts(page: Page) -> int:
    """How many drafts this browser keeps."""
    found: int = page.evaluate(
        "Object.keys(localStorage).filter((key) => key.startsWith('draft:')).length"
    )
    return found


def test_a_lost_connection_loses_nothing(house: House, visit: Visit) -> None:
    member = house.world.member()
    topic = house.world.topic(house.world.member("Bruno"))
    address = f"/forum/sujets/{topic.id}"
    page = visit(member)
    page.goto(address)
    words = "Une longue réponse, écrite dans le train."
    body = page.locator("textarea[name=body]")
    body.press_sequentially(words)
    # The browser knows that there is no network: the page stays, and says so.
    page.context.set_offline(True)
    send(page, "body")
    expect(page.locator(".offline-note")).to_be_visible()
    expect(body).to_have_value(words)
    page.context.set_offline(False)
    expect(page.locator(".offline-note")).to_have_count(0)
    # It does not know: the page goes, the draft comes back.
    page.route("**/reponses", lambda route: route.abort("connectionfailed"))
    send(page, "body")
    expect(page.locator("textarea")).to_have_count(0)
    page.unroute("**/reponses")
    page.goto(address)
    expect(body).to_have_value(words)
    expect(page.locator(".draft-note")).to_be_visible()
    send(page, "body")
    expect(page.locator("#reponse-1")).to_contain_text(words)
    expect(body).to_have_value("")
    assert drafts(page) == 0
    page.goto(address)
    expect(body).to_have_value("")
    expect(page.locator(".draft-note")).to_have_count(0)


def test_a_quotation_joins_what_is_already_typed(house: House, visit: Visit) -> None:
    member = house.world.member()
    topic = house.world.topic(house.world.member("Bruno"), body="Qui signe ?")
    page = visit(member)
    page.goto(f"/forum/sujets/{topic.id}")
    body = page.locator("textarea[name=body]")
    body.press_sequentially("J’ai le même cas.")
    page.locator("#question a[href*=citer]").click()
    both = "J’ai le même cas.\n\n> Qui signe ?\n\n"
    expect(body).to_have_value(both)
    page.reload()
    expect(body).to_have_value(both)


def test_a_draft_is_kept_when_the_page_is_left_and_goes_with_its_member(
    house: House, visit: Visit
) -> None:
    page = visit(house.world.member())
    page.goto("/forum/nouveau")
    page.locator("[name=title]").fill("Un titre commencé")
    page.goto("/forum")
    page.goto("/forum/nouveau")
    expect(page.locator("[name=title]")).to_have_value("Un titre commencé")
    page.locator(".topbar details[data-menu] > summary").click()
    page.locator("form[data-sign-out] button").first.click()
    expect(page).to_have_url(re.compile("/connexion"))
    assert drafts(page) == 0


@BOTH_WAYS
def test_pressed_twice_published_once(house: House, visit: Visit, scripts: bool) -> None:
    member = house.world.member()
    topic = house.world.topic(house.world.member("Bruno"))
    page = visit(member)
    page.goto(f"/forum/sujets/{topic.id}")
    page.locator("textarea[name=body]").fill("Une seule fois.")
    page.locator("form[action*='/reponses'] button:not([type=button]):not([formaction])").dblclick()
    expect(page.locator("#reponse-1")).to_be_visible()
    page.goto(f"/forum/sujets/{topic.id}")
    expect(page.locator("[data-kind=answer]")).to_have_count(1)


# --- by the keyboard alone -----------------------------------------------------------------------

FOCUSED = """() => {
    const one = document.activeElement, shown = one.getBoundingClientRect();
    const outlined = [one, one.closest(".row, .editor-box")].some((each) => {
        const style = each && getComputedStyle(each);
        return style && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    });
    const seen = shown.width > 0 && shown.bottom > 0 && shown.top < innerHeight;
    const name = one.getAttribute("name") ?? one.getAttribute("href") ?? one.innerText;
    return { tag: one.tagName, name, seen, outlined };
}"""


def walk(page: Page, steps: int) -> list[str]:
    """Go through a page with Tab; gives the names of what has the focus, each plainly seen."""
    names = []
    for _step in range(steps):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused["tag"] == "BODY":
            break
        assert focused["outlined"], focused
        assert focused["seen"], focused
        names.append(focused["name"])
    return names


def test_the_whole_way_by_the_keyboard(house: House, visit: Visit) -> None:
    world = house.world
    member = world.member(password=PASSWORD)
    topic = world.topic(world.member("Bruno"))
    page = visit()
    page.goto("/connexion")
    names = walk(page, 40)
    assert names[0] == "#content"
    assert [name for name in names if name in ("email", "password", "remember")] == [
        "email",
        "password",
        "remember",
    ]
    page.locator("[name=email]").focus()
    page.keyboard.type(member.email)
    page.locator("[name=password]").focus()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Alice")
    for address, wanted in (
        ("/forum", ["q", "/forum/nouveau", f"/forum/sujets/{topic.id}"]),
        (f"/forum/sujets/{topic.id}", ["q", "body"]),
        ("/forum/nouveau", ["q", "title", "theme", "body", "reach"]),
    ):
        page.goto(address)
        names = walk(page, 60)
        assert names[0] == "#content"
        order = [names.index(name) for name in wanted]
        assert order == sorted(order), names


def test_skipping_to_the_content(house: House, visit: Visit) -> None:
    page = visit(house.world.member())
    page.goto("/forum")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_the_slash_leads_to_the_search_and_escape_closes_menus(house: House, visit: Visit) -> None:
    page = visit(house.world.member())
    page.goto("/forum")
    page.keyboard.press("/")
    search = page.locator("#search")
    expect(search).to_be_focused()
    page.keyboard.type("a/b")
    expect(search).to_have_value("a/b")
    menus = page.locator("details[data-menu]:visible")
    assert menus.count() >= 3
    for menu in menus.all():
        summary, panel = menu.locator("> summary"), menu.locator("> .menu-panel")
        summary.focus()
        page.keyboard.press("Enter")
        expect(panel).to_be_visible()
        page.keyboard.press("Tab")
        page.keyboard.press("Escape")
        expect(panel).not_to_be_visible()
        expect(summary).to_be_focused()


def test_a_colleague_is_mentioned_by_the_keyboard(house: House, visit: Visit) -> None:
    world = house.world
    bruno = world.member("Bruno")
    world.member("Brigitte", networks=("fnars",))
    topic = world.topic(world.member("Anne"), networks=["coorace"])
    page = visit(world.member())
    page.goto(f"/forum/sujets/{topic.id}")
    body = page.locator("textarea[name=body]")
    body.press_sequentially("Demandez à @br")
    options = page.locator("[role=option]")
    expect(options).to_have_count(1)
    expect(options).to_contain_text(bruno.name)
    page.keyboard.press("Enter")
    expect(body).to_have_value(f"Demandez à @{bruno.handle} ")
    expect(options).to_have_count(0)
    body.press_sequentially(", qui sait.")
    expect(body).to_have_value(f"Demandez à @{bruno.handle}, qui sait.")
    page.locator("[data-preview]").click()
    expect(page.locator("#body-preview .mention")).to_have_text(f"@{bruno.name}")
    page.locator("[data-preview]").click()
    send(page, "body")
    expect(page.locator("#reponse-1 a[href^='/annuaire/membres/']").last).to_contain_text("Bruno")
    house.letter(bruno.email)


# --- one's own way -------------------------------------------------------------------------------


@BOTH_WAYS
def test_the_language_changes_and_stays(house: House, visit: Visit, scripts: bool) -> None:
    page = visit(house.world.member())
    page.goto("/forum?voir=suivis")
    french = page.locator("h1, nav").all_inner_texts()
    page.locator(".foot a[hreflang=en]").click()
    assert path(page) == "/forum?voir=suivis"
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.locator("h1, nav").all_inner_texts() != french
    page.goto("/compte")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.locator(".foot a[hreflang=fr]").click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")


def test_the_colours_chosen_stay(house: House, visit: Visit) -> None:
    page = visit(color_scheme="light")
    page.goto("/connexion")
    paper = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(paper)
    page.locator("[data-theme-choice=dark]").click()
    dark = page.evaluate(paper)
    assert dark != light
    page.goto("/mot-de-passe-oublie")
    assert page.evaluate(paper) == dark
    expect(page.locator("[data-theme-choice=dark]")).to_have_attribute("aria-pressed", "true")
    page.locator("[data-theme-choice='']").click()
    assert page.evaluate(paper) == light
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(paper) == dark
