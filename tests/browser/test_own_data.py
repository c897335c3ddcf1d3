"""One's own data, by one's own hand: taken, the account closed, kept after all, closed for good."""

import json
import re
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from operator import not_
from zipfile import ZipFile

from playwright.sync_api import Page, expect
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from accounts.leaving import DELAY
from accounts.models import Closing, Member
from core import clock, retention
from core.jobs import Job
from forum.models import Topic
from resources.models import Document
from tests.browser.served import BOTH_WAYS, House, Visit, press, send, until
from tests.world import PASSWORD

FIRST, WORD = "Zéphirine", "xylophage"
DATA = "/compte/mes-donnees"


@dataclass
class Written:
    """What a member wrote, and who answered."""

    member: Member
    colleague: Member
    answered: Topic
    alone: Topic
    others: Topic
    document: Document

    @property
    def secrets(self) -> tuple[str, ...]:
        """Words that nobody else wrote."""
        return FIRST, self.member.last_name, self.member.email, self.member.handle, WORD


def written(house: House) -> Written:
    """A member asks twice, is answered once, answers and deposits."""
    world = house.world
    member, colleague = world.member(FIRST, password=PASSWORD), world.member("Berthe")
    answered = world.topic(member, f"Le {WORD} et la PMSMP", f"Que faire du {WORD} ?")
    world.reply(answered, colleague, "Demandez à la mairie.")
    alone = world.topic(member, f"Encore le {WORD}")
    others = world.topic(colleague, "Qui signe la convention ?")
    world.topic(colleague, "Une autre question", "Les mots d’une autre.")
    world.reply(others, member, f"Le {WORD} la signe.")
    document = world.document(
        member, f"Guide du {WORD}", f"Le {WORD}, page un.".encode(), name="guide.txt"
    )
    return Written(member, colleague, answered, alone, others, document)


def take(page: Page, of: Written) -> None:
    """The archive, once the password is right: one's words, as a page, as data and as files."""
    current = page.locator("[name=take-current]")
    current.fill("pas le bon")
    send(page, "take-current")
    expect(current).to_have_attribute("aria-invalid", "true")
    current.fill(PASSWORD)
    with page.expect_download() as download:
        send(page, "take-current")
    assert re.fullmatch(r"maillage-mes-donnees-[\d-]+\.zip", download.value.suggested_filename)
    with ZipFile(download.value.path()) as archive:
        assert archive.testzip() is None
        read = {name: archive.read(name).decode() for name in archive.namelist()}
    assert json.loads(read["donnees.json"])["member"]
    for name in ("index.html", "donnees.json"):
        for words in (*of.secrets, f"Le {WORD} la signe.", f"Guide du {WORD}"):
            assert words in read[name], (name, words)
        assert "Les mots d’une autre." not in read[name]
    assert read["fichiers/guide.txt"] == f"Le {WORD}, page un."


def close(page: Page) -> None:
    """Have one's account closed, and all erased."""
    page.goto(DATA)
    contents = page.locator("[name=close-contents]")
    page.locator("details.fold").filter(has=contents).locator("summary").click()
    send(page, "close-contents")
    expect(page.locator("main [role=alert]").first).to_be_visible()
    contents.and_(page.locator("[value=erase]")).check()
    page.locator("[name=close-current]").fill(PASSWORD)
    send(page, "close-contents")
    expect(page.locator(f"form[action='{DATA}/rester']")).to_be_visible()


def days_pass(house: House, member: Member) -> None:
    """The day of the closing has come, and a night: the worker does the rest."""
    night = select(Job.id).where(Job.kind == retention.NIGHTLY)
    until(lambda: house.world.all(night), bool)

    def pass_(session: Session) -> None:
        present = clock.now()
        session.execute(update(Closing).values(due_at=present - timedelta(minutes=1)))
        session.execute(update(Job).where(Job.kind == retention.NIGHTLY).values(run_at=present))

    house.world.act(pass_)
    gone = select(Member.left_at).where(Member.id == member.id)
    until(lambda: house.world.one(gone), bool)


@BOTH_WAYS
def test_taken_closed_kept_then_closed_for_good(house: House, visit: Visit, scripts: bool) -> None:
    world = house.world
    administrator = world.administrator()
    of = written(house)
    page = visit(of.member)
    page.goto("/compte")
    page.locator(f"main a[href='{DATA}']").click()
    take(page, of)

    close(page)
    told = house.letters(of.member.email, 2)[1]  # the first was of the answer
    assert told.link(DATA) == house.url + DATA
    press(page, "/rester")
    expect(page.locator(".flash")).to_contain_text("reste ouvert")
    expect(page.locator(f"form[action='{DATA}/rester']")).to_have_count(0)
    assert world.all(select(Closing)) == []

    close(page)
    back = visit()
    house.sign_in(back, of.member)
    expect(back).to_have_url(re.compile(DATA), timeout=15_000)
    (closing,) = world.all(select(Closing))
    assert closing.due_at - closing.asked_at == DELAY
    days_pass(house, of.member)

    for browser in (page, back):
        browser.goto("/forum")
        expect(browser).to_have_url(re.compile("/connexion"))
    house.sign_in(back, of.member)
    expect(back.locator("main [role=alert]")).to_be_visible()
    for one in (of.colleague, administrator):
        nowhere(visit(one), of, one is administrator)


def nowhere(page: Page, of: Written, administers: bool) -> None:
    """What the others see says nothing of them, and what answered them is still read."""
    profile = f"/annuaire/membres/{of.member.id}"
    topic = "/forum/sujets/{}".format
    closed = [profile, f"/ressources/{of.document.id}"]
    closed += [] if administers else [topic(of.alone.id)]  # hidden: only its words are gone
    for address in closed:
        gone = page.goto(address)
        assert gone is not None
        assert gone.status == 404, address
    rooms = ["/", "/forum", topic(of.answered.id), topic(of.others.id), "/ressources", "/annuaire"]
    rooms += ["/notifications", "/carte"]
    if administers:
        house = ("membres", "contenus", "courriels", "stockage", "doublons")
        rooms.append(topic(of.alone.id))
        rooms += [f"/administration/{one}" for one in house]
    for address in rooms:
        page.goto(address)
        expect(page.locator("h1")).to_be_visible()
        said = page.content()
        assert [word for word in of.secrets if word in said] == [], address
    results = page.locator("main li.row")

    def found(address: str) -> int:
        page.goto(address)
        return results.count()

    for sought in (f"/recherche?q={WORD}", f"/recherche?q={FIRST}", f"/annuaire?q={FIRST}"):
        until(partial(found, sought), not_)  # the index follows in its own time
    page.goto(topic(of.answered.id))
    expect(page.locator("#reponse-1")).to_contain_text("Demandez à la mairie.")
