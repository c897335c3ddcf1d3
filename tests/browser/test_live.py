"""What is new arrives in a page that is open, and takes nothing from who reads or writes."""

import pytest
from playwright.sync_api import Page, expect

from forum.models import Topic
from tests.browser.served import BOTH_WAYS, House, Visit, press, send, until

LINE = "Bonjour, voici ce que nous faisons chez nous, pas à pas.\n\n"


def connected(house: House, number: int = 1) -> None:
    """Wait until so many pages listen."""
    hall = house.world.app.extensions["maillage.live"].hall
    until(
        lambda: len(hall.seats(lambda seat: seat.topic_id or seat.lists)),
        lambda found: found == number,
    )


def open_topic(house: House, page: Page, topic: Topic, *, number: int = 1) -> None:
    page.goto(f"/forum/sujets/{topic.id}")
    connected(house, number)


def test_an_answer_appears_on_the_page_of_the_other(house: House, visit: Visit) -> None:
    world = house.world
    alice, bruno = world.member(), world.member("Bruno")
    topic = world.topic(alice)
    hers, his = visit(alice), visit(bruno)
    open_topic(house, hers, topic)
    open_topic(house, his, topic, number=2)
    his.locator("textarea[name=body]").press_sequentially("Oui")
    expect(hers.locator("[data-live-writing]")).to_have_text("Quelqu’un répond…")
    send(his, "body")
    expect(his.locator("#reponse-1")).to_contain_text("Oui")
    expect(hers.locator("#reponse-1")).to_contain_text("Oui")
    expect(hers.locator("#reponses")).to_have_text("1 réponse")
    expect(hers.locator("[data-live-none]")).to_have_count(0)
    expect(hers.locator("p.hidden-word[role=status]")).to_have_text("1 nouvelle réponse")
    expect(hers.locator("[data-live-writing]")).not_to_contain_text("répond")
    expect(hers.locator("[data-bell] .hidden-word")).to_contain_text("1")
    # Read where it appeared: its bell falls, and it is not new at the next visit.
    expect(hers.locator("[data-bell] .count")).to_have_count(0)
    press(hers, "/merci")
    expect(hers.locator("#reponse-1 .thanks-names")).to_contain_text("1 merci")


def test_a_comment_appears_on_the_page_of_an_article(house: House, visit: Visit) -> None:
    world = house.world
    alice, bruno = world.member(), world.member("Bruno")
    article = world.article(alice)
    hers, his = visit(alice), visit(bruno)
    for number, page in enumerate((hers, his), start=1):
        page.goto(f"/actualites/{article.topic_id}")
        connected(house, number)
    his.locator("textarea[name=body]").press_sequentially("Oui")
    expect(hers.locator("[data-live-writing]")).to_have_text("Quelqu’un répond…")
    send(his, "body")
    expect(hers.locator("#reponse-1")).to_contain_text("Oui")
    expect(hers.locator("#reponses")).to_have_text("1 commentaire")
    expect(hers.locator("p.hidden-word[role=status]")).to_have_text("1 nouveau commentaire")


@pytest.mark.parametrize("path", ["/agenda", "/agenda/{event}", "/actualites"])
def test_the_bell_rings_on_the_pages_of_dates_and_news(
    house: House, visit: Visit, path: str
) -> None:
    world = house.world
    alice, bruno = world.member(), world.member("Bruno")
    topic, event = world.topic(alice), world.event(bruno)
    world.work()
    page = visit(alice)
    page.goto(path.format(event=event.id))
    hall = house.world.app.extensions["maillage.live"].hall
    until(lambda: len(hall.seats(lambda seat: bool(seat.sid))), lambda found: found == 1)
    world.reply(topic, bruno)
    world.work()
    expect(page.locator("[data-bell] .hidden-word")).to_contain_text("1")


def test_who_writes_keeps_the_caret_and_the_place(house: House, visit: Visit) -> None:
    world = house.world
    alice, bruno = world.member(), world.member("Bruno")
    topic = world.topic(alice, body=LINE * 30)
    world.reply(topic, bruno, LINE * 20)
    page = visit(alice)
    open_topic(house, page, topic)
    field = page.locator("textarea[name=body]")
    field.press_sequentially("Merci beaucoup")
    field.press("Home")
    top = field.bounding_box()
    world.reply(topic, bruno, LINE * 10)
    world.reply(topic, bruno, "La deuxième.")
    bar = page.locator(".live-bar")
    expect(bar).to_have_text("2 nouvelles réponses")
    expect(field).to_be_focused()
    assert field.bounding_box() == top
    page.keyboard.type("Grand ")
    expect(field).to_have_value("Grand Merci beaucoup")
    assert page.locator("#reponse-2").count() == 0
    bar.click()
    expect(page.locator("#reponse-2")).to_be_focused()
    expect(page.locator("#reponse-2")).to_be_in_viewport()
    expect(page.locator("#reponse-3")).to_contain_text("La deuxième.")
    expect(field).to_have_value("Grand Merci beaucoup")
    expect(bar).to_have_count(0)


def test_who_reads_is_not_moved(house: House, visit: Visit) -> None:
    world = house.world
    alice, bruno = world.member(), world.member("Bruno")
    topic = world.topic(alice, body=LINE * 60)
    page = visit(alice)
    open_topic(house, page, topic)
    page.mouse.wheel(0, 300)
    until(lambda: page.evaluate("scrollY"), lambda y: y == 300)
    world.reply(topic, bruno)
    expect(page.locator(".live-bar")).to_have_text("1 nouvelle réponse")
    assert page.evaluate("scrollY") == 300
    assert page.locator("#reponse-1").count() == 0


def test_what_was_missed_comes_when_the_line_is_back(house: House, visit: Visit) -> None:
    world = house.world
    alice, bruno = world.member(), world.member("Bruno")
    topic = world.topic(alice)
    page = visit(alice)
    open_topic(house, page, topic)
    page.context.set_offline(True)
    hall = house.world.app.extensions["maillage.live"].hall
    for seat in hall.seats():
        seat.wire.cut()
    until(lambda: hall.open, lambda number: number == 0)
    world.reply(topic, bruno, "Pendant ce temps.")
    page.context.set_offline(False)
    expect(page.locator("#reponse-1")).to_contain_text("Pendant ce temps.", timeout=20_000)


def test_the_home_page_says_that_there_is_something_new(house: House, visit: Visit) -> None:
    world = house.world
    alice, bruno = world.member(), world.member("Bruno")
    page = visit(alice)
    page.goto("/")
    connected(house)
    world.topic(alice, "La mienne")
    far = world.member("Carole", networks=("fnars",))
    world.topic(far, "Ailleurs", networks=["fnars"])
    expect(page.locator(".live-bar")).to_have_count(0)
    world.topic(bruno, "Une question toute neuve")
    page.locator(".live-bar").click()
    expect(page.locator("main")).to_contain_text("Une question toute neuve")


def test_signing_out_closes_the_other_tab(house: House, visit: Visit) -> None:
    world = house.world
    alice, bruno = world.member(), world.member("Bruno")
    topic = world.topic(alice)
    first = visit(alice)
    second = first.context.new_page()
    open_topic(house, first, topic)
    open_topic(house, second, topic, number=2)
    first.locator(".topbar-end details.menu summary").click()
    press(first, "/deconnexion")
    expect(first.locator("[name=password]")).to_be_visible()
    connected(house, 0)
    world.reply(topic, bruno)
    second.wait_for_timeout(5_000)
    connected(house, 0)
    assert second.locator("#reponse-1").count() == 0


@BOTH_WAYS
def test_without_a_script_or_without_sockets_all_is_as_before(
    house: House, visit: Visit, scripts: bool
) -> None:
    world = house.world
    alice, bruno = world.member(), world.member("Bruno")
    topic = world.topic(alice)
    house.world.app.extensions["maillage.live"].hall.most = 0
    page = visit(alice)
    page.goto(f"/forum/sujets/{topic.id}")
    world.reply(topic, bruno, "Voici.")
    page.reload()
    expect(page.locator("#reponse-1")).to_contain_text("Voici.")
    page.locator("textarea[name=body]").fill("Merci.")
    send(page, "body")
    expect(page.locator("#reponse-2")).to_contain_text("Merci.")
    assert page.locator(".live-bar").count() == 0
