"""What administrators do to run the house, and what the others find at the same doors."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from accounts.models import Closing, Member
from core.outbox import Mail
from directory.imports.models import Import, State
from directory.models import Organisation, Scheme
from forum.models import Topic
from house import mails
from tests.browser.served import BOTH_WAYS, House, Visit, path, press, send, until
from tests.http.sample import send_table
from tests.smtp import Mailbox, serving

REFUSED = "550 5.1.1 no such user here"
REASON = "Une personne accompagnée y est nommée."


@pytest.fixture
def mailbox(house: House) -> Iterator[Mailbox]:
    """A mail server to which this house writes."""
    with serving(house.world) as box:
        yield box


def status(page: Page, address: str) -> int:
    """What a page answers."""
    answer = page.goto(address)
    assert answer is not None
    return answer.status


# --- the contents ------------------------------------------------------------------------------


@BOTH_WAYS
@pytest.mark.parametrize("which", ["sujets", "documents"])
def test_a_content_is_deleted_then_restored(
    house: House, visit: Visit, scripts: bool, which: str
) -> None:
    world = house.world
    author = world.member("Odile")
    made = world.topic(author) if which == "sujets" else world.document(author)
    room = "/forum" if which == "sujets" else "/ressources"
    own = f"/forum/sujets/{made.id}" if which == "sujets" else f"/ressources/{made.id}"
    reader, page = visit(world.member("Lise")), visit(world.administrator())
    page.goto("/administration")
    page.locator("main a[href='/administration/contenus']").click()
    page.locator("main [name=q]").fill("pmsmp")
    page.locator("main [name=q]").press("Enter")
    page.locator(f"main a[href='/administration/contenus/{which}/{made.id}']").click()
    expect(page.locator("h1")).to_have_text(made.title)

    reason = page.locator("[name=reason]")
    page.locator("details.fold").filter(has=reason).locator("summary").click()
    send(page, "reason")
    expect(reason).to_have_attribute("aria-invalid", "true")
    reason.fill(REASON)
    send(page, "reason")
    expect(page.locator("main .notice")).to_contain_text(REASON)
    assert status(reader, own) == 404
    writer = visit(author)
    assert status(writer, own) == 200
    expect(writer.locator("form[action$='/retire'], form[action*='/reponses']")).to_have_count(0)
    reader.goto(room)
    expect(reader.locator(f"main a[href^='{own}']")).to_have_count(0)

    page.goto("/administration/contenus?etat=supprimes")
    page.locator("main li.row a", has_text=made.title).click()
    reason.fill("Le nom a été ôté.")
    send(page, "reason")
    expect(page.locator(".flash")).to_contain_text("de nouveau en ligne")
    assert status(reader, own) == 200
    reader.goto(room)
    expect(reader.locator(f"main a[href^='{own}']").first).to_contain_text(made.title)
    page.goto("/administration/journal")
    for words in (REASON, "Le nom a été ôté."):
        expect(page.locator("main")).to_contain_text(words)


# --- the mails ---------------------------------------------------------------------------------


@BOTH_WAYS
def test_a_mail_that_was_refused_is_understood_and_sent_again(
    house: House, visit: Visit, scripts: bool, mailbox: Mailbox
) -> None:
    mailbox.to_recipient = lambda times: REFUSED if times == 1 else "250 OK"
    page = visit(house.world.administrator())
    page.goto("/administration")
    page.locator("main a[href='/administration/courriels']").click()
    page.locator("main a[href='/administration/courriels/essai']").click()
    address = page.locator("[name=email]")
    address.fill("personne")
    send(page, "email")
    expect(address).to_have_attribute("aria-invalid", "true")
    address.fill("rita@example.org")
    send(page, "email")
    expect(page).to_have_url(re.compile(r"/administration/courriels/\d+$"))
    own = path(page)

    again = page.locator(f"form[action='{own}/renvoyer']")
    until(lambda: page.reload() and again.count(), bool)
    expect(page.locator("main blockquote")).to_contain_text(REFUSED)
    expect(page.locator("main")).to_contain_text("Cette adresse n’existe pas")
    page.goto("/administration/courriels?etat=refuses")
    expect(page.locator("main li.row")).to_contain_text("rita@example.org")
    page.locator("main li.row a").click()
    press(page, "/renvoyer")
    expect(page).to_have_url(re.compile(f"{own}$"))
    until(lambda: len(mailbox.received), bool)
    until(lambda: page.reload() and again.count(), lambda forms: forms == 0)
    expect(page.locator("main blockquote")).to_have_count(0)
    (received,) = mailbox.received
    assert received["To"] == "rita@example.org"
    page.goto("/administration/courriels?etat=partis&q=rita")
    expect(page.locator("main li.row")).to_have_count(1)
    page.goto("/administration/journal")
    assert page.locator("main", has_text="rita@example.org").count() == 1


# --- the same doors, for the others ------------------------------------------------------------


def doors(house: House, administrator: Member) -> tuple[list[str], list[str]]:
    """The pages that only administrators open, and the addresses where only they act."""
    world = house.world
    organisation, scheme = world.organisation(), world.scheme()
    topic = world.topic(administrator)
    table = send_table(world, administrator, "Nom;Type\nLes Vergers;ACI\n")
    until(lambda: world.all(select(Import.state)), lambda states: states == [State.READ])
    mail = world.act_as(
        administrator,
        lambda session, viewer: mails.send_test(
            session, viewer, by=session.get_one(Member, administrator.id), address="a@example.org"
        ),
    )
    pages = [
        "/annuaire/imports",
        "/annuaire/imports/nouveau/organisations",
        f"/annuaire/imports/{table.id}",
        "/annuaire/structures/nouvelle",
        f"/annuaire/structures/{organisation.id}/modifier",
        "/annuaire/dispositifs/nouveau",
        f"/annuaire/dispositifs/{scheme.id}/modifier",
        "/administration/contenus",
        f"/administration/contenus/sujets/{topic.id}",
        "/administration/courriels",
        "/administration/courriels/essai",
        f"/administration/courriels/{mail.id}",
    ]
    acts = [
        f"/annuaire/imports/{table.id}/confirmer",
        f"/annuaire/imports/{table.id}/abandonner",
        f"/annuaire/structures/{organisation.id}/retirer",
        f"/annuaire/dispositifs/{scheme.id}/retirer",
        f"/administration/contenus/sujets/{topic.id}/supprimer",
        f"/administration/courriels/{mail.id}/renvoyer",
        "/administration/courriels/essai",
    ]
    return pages, acts


def send_from(page: Page, address: str, values: dict[str, str]) -> tuple[int, str]:
    """What a form of ours would be answered there: the status, and where it leads."""
    token = page.locator("meta[name=csrf-token]").get_attribute("content")
    answer = page.request.post(address, form={"csrf_token": token or "", **values}, max_redirects=0)
    return answer.status, answer.headers.get("location", "")


def test_others_find_these_doors_closed(house: House, visit: Visit) -> None:
    world = house.world
    administrator, member = world.administrator(), world.member()
    pages, acts = doors(house, administrator)
    before = kept(house)
    values = {"reason": REASON, "email": "b@example.org"}
    runs = visit(administrator)
    assert [address for address in pages if status(runs, address) != 200] == []
    for closed in (visit(member), visit(world.moderator())):
        for address in pages:
            assert status(closed, address) in {403, 404}, address
            expect(closed.locator("h1")).to_be_visible()
        closed.goto("/")
        for address in acts:
            assert send_from(closed, address, values)[0] in {403, 404}, address
    nobody = visit()
    for address in (*pages, "/compte/mes-donnees"):
        nobody.goto(address)
        expect(nobody).to_have_url(re.compile("/connexion"))
    own = [f"/compte/mes-donnees/{one}" for one in ("telecharger", "fermer", "rester")]
    for address in (*acts, *own):
        answered, where = send_from(nobody, address, values)
        assert answered == 302, address
        assert where.startswith("/connexion"), address
    assert kept(house) == before


def kept(house: House) -> list[object]:
    """What those acts would change."""
    world = house.world
    return [
        *world.all(select(Organisation.withdrawn_at)),
        *world.all(select(Scheme.withdrawn_at)),
        *world.all(select(Topic.state)),
        *world.all(select(Import.state)),
        *world.all(select(Mail.to_address)),
        *world.all(select(Closing.member_id)),
    ]
