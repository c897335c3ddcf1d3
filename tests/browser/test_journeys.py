"""What people come to do, from the first mail to the last thank you, with scripts and without."""

import re
import time

import pyotp
import pytest
from playwright.sync_api import Page, expect

from access.viewers import Role
from accounts.models import Member
from notifications import actions as notifications
from notifications.models import Frequency, Kind
from tests.browser.conftest import Visit
from tests.browser.served import House
from tests.world import PASSWORD

BOTH_WAYS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
REASON = "Une personne accompagnée peut être reconnue."


def send(page: Page, field: str) -> None:
    """Send the form that holds this field, by its main button."""
    form = page.locator(f"main form:has([name='{field}'])").first
    form.locator("button:not([type=button]):not([formaction])").first.click()


def press(page: Page, action: str) -> None:
    """Press the button that posts to this address."""
    page.locator(f"form[action$='{action}'] button").first.click()


def path(page: Page) -> str:
    """Where the page is, anchor included."""
    return re.sub(r"^https?://[^/]+", "", page.url)


def told_at_once(house: House, member: Member, kind: Kind) -> None:
    """A member who wants this kind of mail as it happens."""
    wanted = {kind: Frequency.IMMEDIATELY}
    house.world.act(lambda session: notifications.choose(session, member.id, wanted))


# --- invited, asks, is answered ----------------------------------------------------------------


def invite(house: House, page: Page, email: str) -> str:
    """An administrator invites; gives the link that arrives."""
    world = house.world
    page.goto("/administration/invitations/nouvelle")
    page.locator("[name=email]").fill(email)
    page.locator("[name=first_name]").fill("Nadia")
    page.locator("[name=last_name]").fill("Benali")
    page.locator("[name=word]").fill("Bienvenue parmi nous, Nadia.")
    for slug in ("coorace", "fnars"):
        page.locator(f"[name=networks][value='{world.network(slug)}']").check()
    place = page.locator(f"[name=territories][value='{world.territory('departement:44')}']")
    page.locator("details[data-level]").filter(has=place).locator("summary").click()
    place.check()
    send(page, "email")
    expect(page).to_have_url(re.compile("/administration/invitations$"))
    expect(page.locator("main")).to_contain_text(email)
    letter = house.letter(email)
    assert "Bienvenue parmi nous, Nadia." in letter.text
    return letter.link("/invitation/")


def join(page: Page, link: str) -> None:
    """From the mail to the home page, by way of the charter."""
    page.goto(link)
    expect(page.locator("[name=first_name]")).to_have_value("Nadia")
    page.locator("[name=password]").fill("court")
    send(page, "password")
    expect(page.locator("[name=password]")).to_have_attribute("aria-invalid", "true")
    page.locator("[name=password]").fill(PASSWORD)
    send(page, "password")
    expect(page).to_have_url(re.compile("/charte$"))
    for closed in ("/", "/forum", "/forum/nouveau", "/recherche?q=pmsmp", "/compte"):
        page.goto(closed)
        assert path(page).startswith("/charte"), closed
    page.goto("/charte")
    send(page, "accept")
    expect(page.locator("[name=accept]")).to_have_attribute("aria-invalid", "true")
    page.locator("[name=accept]").check()
    send(page, "accept")
    expect(page).to_have_url(re.compile("/$"))
    expect(page.locator("h1")).to_contain_text("Nadia")


def ask(house: House, page: Page, scripts: bool) -> None:
    """Ask, looking first at what is alike, at who will read it and at how it will look."""
    page.locator("main a[href='/forum/nouveau']").first.click()
    title, body = page.locator("[name=title]"), page.locator("textarea[name=body]")
    count, networks = page.locator("#picker-count"), page.locator("[name=networks]")
    title.press_sequentially("PMSMP en ETTI : qui signe la convention ?")
    page.locator("[name=theme]").select_option(str(house.world.theme("formation")))
    body.fill("Le **conseiller** ou l’agence ?")
    everyone = count.inner_text()
    page.locator("[name=reach][value=chosen]").check()
    networks.and_(page.locator(f"[value='{house.world.network('fnars')}']")).check()
    if scripts:
        expect(page.locator("#similar a")).to_contain_text("PMSMP")
        expect(count).not_to_have_text(everyone)
        page.locator("[data-preview]").click()
        expect(page.locator(".editor-preview strong")).to_have_text("conseiller")
        page.locator("[data-preview]").click()
        expect(body).to_be_visible()
    else:
        with page.expect_popup() as opened:
            page.locator("[data-preview]").click()
        expect(opened.value.locator(".prose strong")).to_have_text("conseiller")
        expect(opened.value.locator("main")).not_to_contain_text(everyone)
        opened.value.close()
    send(page, "title")
    expect(page).to_have_url(re.compile(r"/forum/sujets/\d+$"))
    expect(page.locator("h1")).to_have_text("PMSMP en ETTI : qui signe la convention ?")
    expect(page.locator(".audience")).to_contain_text("FNARS")


def answer_from_the_mail(house: House, page: Page, colleague: Member) -> None:
    """A colleague follows the mail's link, signs in on the way, and answers where it lands."""
    link = house.letter(colleague.email).link("/forum/sujets/")
    page.goto(link)
    expect(page).to_have_url(re.compile("/connexion"))
    house.sign_in(page, colleague)
    expect(page).to_have_url(link)
    page.locator("textarea[name=body]").fill("L’agence, avec l’accord du salarié.")
    send(page, "body")
    expect(page).to_have_url(re.compile("#reponse-2$"))
    expect(page.locator("#reponse-2")).to_be_in_viewport()


@BOTH_WAYS
def test_invited_then_asks_then_is_answered(house: House, visit: Visit, scripts: bool) -> None:
    world = house.world
    administrator = world.administrator()
    colleague = world.member("Bruno", networks=("fnars",), password=PASSWORD)
    passer_by = world.member("Carole", networks=("fnars",))
    outsider = world.member("Denis", networks=("reseau-44",))
    told_at_once(house, colleague, Kind.NEW_TOPIC)
    world.topic(colleague, "PMSMP en ETTI : combien de temps ?")

    page = visit()
    join(page, invite(house, visit(administrator), "nadia@example.org"))
    ask(house, page, scripts)
    address = path(page)
    expect(page.locator("[data-kind=answer]")).to_have_count(0)

    other = visit(outsider)
    opened = other.goto(address)
    assert opened is not None
    assert opened.status == 404

    first = visit(passer_by)
    first.goto(address)
    first.locator("textarea[name=body]").fill("Je me pose la même question.")
    send(first, "body")
    expect(first).to_have_url(re.compile("#reponse-1$"))
    answer_from_the_mail(house, visit(), colleague)

    page.goto("/forum")
    row = page.locator("li.row").filter(has=page.locator(f"a[href^='{address}']"))
    expect(row).to_have_attribute("data-unread", "")
    bell = page.locator("a[href='/notifications']")
    expect(bell.locator(".count")).to_have_text("2")
    bell.click()
    if scripts:
        with page.expect_response(re.compile(r"/lu/\d+$")):
            page.locator(f"main a[href='{address}#reponse-2']").click()
            expect(page.locator("#reponse-2")).to_be_in_viewport()
    else:
        page.locator(f"main a[href='{address}#reponse-2']").click()
        expect(page.locator("#reponse-2")).to_be_in_viewport()
        press(page, re.search(r"/lu/\d+", page.content())[0])  # type: ignore[index]
        expect(page).to_have_url(re.compile("/forum$"))

    page.goto("/forum")
    expect(row).to_be_visible()
    expect(row).not_to_have_attribute("data-unread", "")
    expect(bell.locator(".count")).to_have_count(0)

    page.goto(address)
    useful = page.locator("#reponse-2")
    useful.locator("form[action$='/reponse-utile'] button").click()
    expect(page.locator(".post[data-useful]").first).to_have_id("copie-2")
    expect(page.locator("article.post").nth(1)).to_have_id("copie-2")
    thanks = useful.locator("form[action$='/merci'] button")
    thanks.click()
    expect(thanks).to_have_attribute("aria-pressed", "true")
    expect(useful.locator(".thanks-names")).to_contain_text("Nadia")


# --- reported, hidden, restored ----------------------------------------------------------------


@BOTH_WAYS
def test_reported_then_hidden_and_the_author_is_told_why(
    house: House, visit: Visit, scripts: bool
) -> None:
    world = house.world
    author, reader, moderator = world.member(), world.member("Rémi"), world.moderator()
    topic = world.topic(world.member("Paule"))
    world.reply(topic, author, "Madame Dupont habite rue des Lilas.")
    address = f"/forum/sujets/{topic.id}"

    reading = visit(reader)
    reading.goto(address)
    reading.locator("#reponse-1 a[href$='/signaler']").click()
    send(reading, "reason")
    expect(reading.locator("main [role=alert]")).to_be_visible()
    reading.locator("[name=reason]").first.check()
    reading.locator("[name=words]").fill("On la reconnaît.")
    send(reading, "reason")
    expect(reading).to_have_url(re.compile("#reponse-1$"))

    deciding = visit(moderator)
    deciding.goto("/")
    deciding.locator(".rail a[href='/moderation']").click()
    expect(deciding.locator("main")).to_contain_text("On la reconnaît.")
    deciding.locator("main a[href*='/masquer']").click()
    send(deciding, "reason")
    expect(deciding.locator("[name=reason]")).to_have_attribute("aria-invalid", "true")
    deciding.locator("[name=reason]").fill(REASON)
    send(deciding, "reason")
    expect(deciding).to_have_url(re.compile("/moderation$"))
    expect(deciding.locator("main")).not_to_contain_text("rue des Lilas")

    letter = house.letter(author.email)
    assert REASON in letter.text
    assert REASON in letter.html
    reading.goto(address)
    expect(reading.locator("main")).not_to_contain_text("Lilas")
    writing = visit(author)
    writing.goto("/")
    bell = writing.locator("a[href='/notifications']")
    expect(bell.locator(".count")).to_have_text("1")
    bell.click()
    writing.locator("main li.row a").first.click()
    expect(writing.locator("#reponse-1")).to_contain_text("Lilas")
    expect(writing.locator("#reponse-1 .notice")).to_contain_text(REASON)

    deciding.goto(address)
    deciding.locator("#reponse-1 summary").click()
    deciding.locator("#reponse-1 a[href*='/retablir']").click()
    deciding.locator("[name=reason]").fill("Le nom a été changé.")
    send(deciding, "reason")
    expect(deciding).to_have_url(re.compile("#reponse-1$"))
    reading.goto(address)
    expect(reading.locator("#reponse-1")).to_contain_text("Lilas")
    assert "Le nom a été changé." in house.letter(author.email, 2).text


# --- coming in ---------------------------------------------------------------------------------


def test_a_forgotten_password_is_chosen_anew(house: House, visit: Visit) -> None:
    member = house.world.member(password=PASSWORD)
    page = visit()
    page.goto("/connexion")
    page.locator("a[href='/mot-de-passe-oublie']").click()
    page.locator("[name=email]").fill(member.email)
    send(page, "email")
    expect(page).to_have_url(re.compile("parti=1"))
    link = house.letter(member.email).link("/mot-de-passe/")
    for _scanner in range(2):
        page.goto(link)
        expect(page.locator("[name=password]")).to_be_visible()
    page.locator("[name=password]").fill("encore un bien long")
    send(page, "password")
    expect(page.locator("h1")).to_contain_text("Alice")
    over = visit().goto(link)
    assert over is not None
    assert over.status == 410
    again = visit()
    house.sign_in(again, member)
    expect(again.locator("main [role=alert]")).to_be_visible()
    house.sign_in(again, member, "encore un bien long")
    expect(again.locator("h1")).to_contain_text("Alice")


def test_a_link_signs_in_once_and_only_when_the_button_is_pressed(
    house: House, visit: Visit
) -> None:
    member = house.world.member()
    page = visit()
    page.goto("/connexion/lien")
    page.locator("[name=email]").fill(member.email)
    send(page, "email")
    link = house.letter(member.email).link("/connexion/lien/")
    scanner = visit()
    for _look in range(3):
        scanner.goto(link)
    scanner.goto("/forum")
    expect(scanner).to_have_url(re.compile("/connexion"))
    page.goto(link)
    send(page, "remember")
    expect(page.locator("h1")).to_contain_text("Alice")
    scanner.goto(link)
    expect(scanner.locator("[name=remember]")).to_have_count(0)


def test_signing_out_everywhere_ends_the_other_browser(house: House, visit: Visit) -> None:
    member = house.world.member(password=PASSWORD)
    here, there = visit(), visit()
    for page in (here, there):
        house.sign_in(page, member)
        expect(page.locator("h1")).to_contain_text("Alice")
    here.goto("/compte/securite")
    press(here, "/compte/deconnexion-partout")
    expect(here).to_have_url(re.compile("/connexion"))
    there.goto("/forum")
    expect(there).to_have_url(re.compile("/connexion"))


def test_suspended_while_signed_in(house: House, visit: Visit) -> None:
    member = house.world.member(password=PASSWORD)
    reading, deciding = visit(), visit(house.world.administrator())
    house.sign_in(reading, member)
    reading.goto("/forum")
    expect(reading.locator("[data-signed-in]")).to_be_visible()
    deciding.goto(f"/administration/membres/{member.id}")
    deciding.locator("details").filter(has=deciding.locator("[name=reason]")).locator(
        "summary"
    ).click()
    deciding.locator("[name=reason]").fill("Propos déplacés.")
    send(deciding, "reason")
    expect(deciding.locator(f"form[action$='/membres/{member.id}/retablir']")).to_be_visible()
    reading.goto("/forum")
    expect(reading).to_have_url(re.compile("/connexion"))
    house.sign_in(reading, member)
    expect(reading.locator("main [role=alert]")).to_be_visible()
    assert "Propos déplacés." in house.letter(member.email).text
    press(deciding, "/retablir")
    expect(deciding.locator("[name=reason]")).to_have_count(1)
    house.sign_in(reading, member)
    expect(reading).to_have_url(re.compile("/forum"))


@BOTH_WAYS
def test_the_second_factor(house: House, visit: Visit, scripts: bool) -> None:
    member = house.world.member(role=Role.MODERATOR, password=PASSWORD)
    page = visit(member)
    page.goto("/compte/securite")
    page.locator("main a[href='/compte/double-authentification']").click()
    page.locator("button[name=begin]").click()
    secret = page.locator("main code").inner_text()
    code = pyotp.TOTP(secret.replace(" ", ""))
    page.locator("[name=code]").fill("000000")
    send(page, "code")
    expect(page.locator("[name=code]")).to_have_attribute("aria-invalid", "true")
    assert page.locator("main code").inner_text() == secret
    page.locator("[name=code]").fill(code.now())
    send(page, "code")
    spare = page.locator("#codes li").all_inner_texts()
    assert len(spare) >= 8

    for typed, comes_in in ((spare[0], True), (spare[0], False), (spare[1], True)):
        other = visit()
        house.sign_in(other, member)
        expect(other).to_have_url(re.compile("/connexion/code"))
        other.goto("/forum")
        expect(other).to_have_url(re.compile("/connexion"))
        other.goto("/connexion/code")
        other.locator("[name=code]").fill(typed)
        send(other, "code")
        if comes_in:
            expect(other.locator("h1")).to_contain_text("Alice")
        else:
            expect(other.locator("[name=code]")).to_have_attribute("aria-invalid", "true")
    # The code that turned it on was used: the next one signs in.
    later = pyotp.TOTP(secret.replace(" ", "")).at(int(time.time()) + 30)
    again = visit()
    house.sign_in(again, member)
    again.locator("[name=code]").fill(later)
    send(again, "code")
    expect(again.locator("h1")).to_contain_text("Alice")


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
    page.context.set_offline(True)
    send(page, "body")
    expect(page.locator("textarea")).to_have_count(0)
    page.context.set_offline(False)
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
