"""What people come to do, from the first mail to the last thank you, with scripts and without."""

import re

from playwright.sync_api import Page, expect

from accounts.models import Member
from notifications import actions as notifications
from notifications.models import Frequency, Kind
from tests.browser.served import BOTH_WAYS, House, Visit, path, press, send, until
from tests.world import PASSWORD

REASON = "Une personne accompagnée peut être reconnue."


def told_at_once(house: House, member: Member, kind: Kind) -> None:
    """A member who wants this kind of mail as it happens."""
    wanted = {kind: Frequency.IMMEDIATELY}
    house.world.act(lambda session: notifications.choose(session, member.id, wanted))


# --- invited, asks, is answered ----------------------------------------------------------------


def invite(house: House, page: Page, email: str, scripts: bool) -> str:
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
    if scripts:
        page.locator("[data-narrow]").fill("loire atl")
    else:
        page.locator("details.fold").filter(has=place).locator("summary").click()
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
    join(page, invite(house, visit(administrator), "nadia@example.org", scripts))
    ask(house, page, scripts)
    address = path(page)
    expect(page.locator("[data-kind=answer]")).to_have_count(0)

    other = visit(outsider)
    opened = other.goto(address)
    assert opened is not None
    assert opened.status == 404

    page.goto("/annuaire")  # on the page of the topic, what comes live is read at once
    first = visit(passer_by)
    first.goto(address)
    first.locator("textarea[name=body]").fill("Je me pose la même question.")
    send(first, "body")
    expect(first).to_have_url(re.compile("#reponse-1$"))
    answer_from_the_mail(house, visit(), colleague)

    row = page.locator("li.row").filter(has=page.locator(f"a[href^='{address}']"))
    bell = page.locator("a[href='/notifications']")

    def rung() -> list[str]:
        page.goto("/forum")
        return bell.locator(".count").all_text_contents()

    until(rung, lambda counts: counts == ["2"])  # the worker tells of both in its own time
    expect(row).to_have_attribute("data-unread", "")
    bell.click()
    if scripts:
        with page.expect_response(re.compile(r"/lu/\d+$")):
            page.locator(f"main a[href='{address}#reponse-1']").click()
            expect(page.locator("#reponse-1")).to_be_in_viewport()
    else:
        page.locator(f"main a[href='{address}#reponse-1']").click()
        expect(page.locator("#reponse-1")).to_be_in_viewport()
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
