"""The expertise desk, from the public page to the survey, by everybody who acts there."""

import re

from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from accounts.models import Member
from core import clock
from core.jobs import Job
from expertise.needs.life import Ending
from expertise.needs.models import Need
from expertise.programmes.models import Programme, Review, Way
from expertise.surveys.jobs import ASK
from expertise.surveys.models import Kind, Survey
from tests.browser.served import BOTH_WAYS, House, Visit, send, until
from tests.browser.signing import COMPANY, agree, fill, words_of
from tests.expertise import billing, desks, seated
from tests.world import PASSWORD

NEED: dict[str, str] = {
    "title": "Vendre en Allemagne",
    "description": "Deux salons au printemps, aucun distributeur.",
    "siret": "999 000 102 00015",
    "company": "Fours Essai",
    "postcode": "44000",
    "town": "Nantes",
    "first_name": "Inès",
    "last_name": "Essai",
    "phone": "02 40 00 00 00",
    "email": COMPANY,
}


def act(page: Page, word: str) -> None:
    """Press the button of a decision or of an answer; where scripts run, some ask first."""
    button = page.locator(f"main button[name=act][value={word}]")
    asks = button.get_attribute("data-confirm")
    button.click()
    sure = page.locator("[data-confirm-dialog] [data-answer]")
    if asks and sure.is_visible():
        sure.click()


def ask(page: Page, programme: str, *hidden: int) -> None:
    """A visitor asks, from the first page of a programme."""
    page.goto(f"/expertise/{programme}")
    page.locator(f"main a[href$='/{programme}/demander']").first.click()
    page.get_by_role("link", name="Marketing").click()
    fill(page, NEED | {"postcode": "4400"})
    for number in hidden:
        page.locator(f"[name=hidden_from][value='{number}']").check()
    send(page, "title")
    expect(page.locator("[name=postcode]")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[name=title]")).to_have_value(NEED["title"])
    fill(page, {"postcode": NEED["postcode"]})
    send(page, "title")
    expect(page).to_have_url(re.compile("/expertise/suivi/"))
    expect(page.locator("h1")).to_have_text(NEED["title"])


def validate(page: Page, programme: str) -> None:
    """The team reads what waits for it, and validates."""
    page.goto("/expertise")
    page.locator(f"main a[href='/expertise/equipe/{programme}']").click()
    page.get_by_role("link", name=NEED["title"], exact=True).click()
    act(page, "validate")
    expect(page.locator(".topic-meta")).to_contain_text("Validé")


def survey_now(house: House) -> None:
    """The next morning comes; three and six months later do not yet."""
    closing = (Job.kind == ASK) & Job.key.contains(f":{Kind.CLOSING.value}:")
    due = update(Job).where(closing).values(run_at=clock.now())
    house.world.act(lambda session: session.execute(due))


def answer_survey(house: House, page: Page, email: str, *, words: str = "") -> None:
    """Whoever is asked says what they think, by the link of the mail."""
    letter = until(
        lambda: next((one for one in house.letters(email) if "/enquete/" in one.text), None),
        lambda one: one is not None,
    )
    assert letter is not None
    page.goto(letter.link("/expertise/enquete/"))
    page.locator("[name=satisfaction][value='5']").check()
    if words:
        fill(page, {"words": words})
    send(page, "satisfaction")
    expect(page.locator("main")).to_contain_text("Merci")


def help_given(
    house: House, visit: Visit, chief: Member, company: Page, followed: str, scripts: bool
) -> None:
    """Who reserved names an expert, both agree and sign, a day is done, both sides say of it."""
    page = visit(chief)
    page.goto("/expertise/recus?onglet=en-cours")
    page.get_by_role("link", name=NEED["title"], exact=True).click()
    expect(page.locator("main")).to_contain_text(NEED["phone"])
    with page.expect_download() as saved:
        page.locator("a[href$='/fiche.pdf']").click()
    assert NEED["title"] in words_of(saved.value.path())
    page.locator("main a[href$='/confirmer']").click()
    fill(page, {"name": "Ana Experte", "job": "Export", "phone": "01 99 00 00 00"})
    send(page, "name")
    company.goto(followed)
    expect(company.locator("#call + p")).to_contain_text("Ana Experte")
    company.get_by_role("button", name="Oui, c’est la bonne personne").click()
    page.reload()
    act(page, "agree")
    agree(house, visit, page, scripts)
    page.goto("/expertise/recus?onglet=en-cours")
    page.get_by_role("link", name=NEED["title"], exact=True).click()
    page.locator("main a[href$='/cloturer']").click()
    page.locator("[name=outcome][value=support]").check()
    send(page, "outcome")
    assert the_need(house).ending is Ending.HELPED
    survey_now(house)
    for email in (COMPANY, chief.email):
        answer_survey(house, visit(), email)
    assert len(house.world.all(select(Survey.id).where(Survey.satisfaction == 5))) == 2


def the_need(house: House) -> Need:
    found = house.world.one(select(Need))
    assert found is not None
    return found


class Several:
    """A programme where several take charge, three institutions, one of which must not know."""

    def __init__(self, house: House) -> None:
        world = house.world
        self.team: Member = world.member("Thomas")
        self.made: Programme = desks.programme(
            world, "conseils", team=(self.team,), way=Way.COOPERATIVE
        )
        about = (desks.subject(world, self.made),)
        self.people: dict[str, Member] = {}
        self.hidden = 0
        for house_name, name in (("Chambre A", "Ana"), ("Agence B", "Bob"), ("Banque C", "Carl")):
            of = desks.institution(world, self.made, house_name)
            self.people[name] = world.member(name, networks=())
            desks.expert(world, of, self.people[name], subjects=about)
            self.hidden = of.id


@BOTH_WAYS
def test_several_take_charge_of_a_need(house: House, visit: Visit, scripts: bool) -> None:
    """seeds/003: from the page of the programme to the survey."""
    there = Several(house)
    ana, bob, carl = there.people.values()
    company = visit()
    ask(company, "conseils", there.hidden)
    expect(company.locator("main")).to_contain_text("Banque C")
    tracking = house.letter(COMPANY).link("/expertise/suivi/")
    company.goto(tracking)
    fill(company, {"words": "Nous parlons allemand."})
    send(company, "words")
    validate(visit(there.team), "conseils")

    by_link = visit()
    by_link.goto(house.letter(ana.email).link("/expertise/r/"))
    expect(by_link.locator("main")).to_contain_text("Nous parlons allemand.")
    expect(by_link.locator("main")).not_to_contain_text("Banque C")
    act(by_link, "take")
    expect(by_link.locator(".topic-meta")).to_contain_text("Pris en charge")
    other = visit()
    other.goto(house.letter(bob.email).link("/expertise/r/"))
    act(other, "take")
    expect(other.locator(".topic-meta")).to_contain_text("Pris en charge")

    mine = visit(ana)
    mine.goto("/expertise/recus?onglet=en-cours")
    mine.get_by_role("link", name=NEED["title"], exact=True).click()
    sheet = mine.url
    fill(mine, {"note": "Je rappelle lundi pour les salons."})
    send(mine, "note")
    expect(mine.locator("main")).to_contain_text("Je rappelle lundi pour les salons.")
    assert "Je rappelle lundi" in house.letters(bob.email, 2)[-1].text
    theirs = visit(bob)
    theirs.goto("/expertise/recus?onglet=en-cours")
    theirs.get_by_role("link", name=NEED["title"], exact=True).click()
    expect(theirs.locator("main")).to_contain_text("Je rappelle lundi pour les salons.")
    company.goto(tracking)
    expect(company.locator("main")).not_to_contain_text("Je rappelle lundi")

    nobody = visit(carl)
    nobody.goto("/expertise/recus")
    expect(nobody.locator("main")).not_to_contain_text(NEED["title"])
    assert nobody.goto(sheet).status == 404  # type: ignore[union-attr]
    assert [one for one in house.letters(carl.email, 0) if NEED["title"] in one.text] == []

    mine.locator("main a[href$='/cloturer']").click()
    mine.locator("[name=outcome][value=one_off]").check()
    send(mine, "outcome")
    theirs.locator("main a[href$='/cloturer']").click()
    theirs.locator("[name=outcome][value=advice]").check()
    send(theirs, "outcome")
    assert the_need(house).ending is Ending.HELPED
    survey_now(house)
    answer_survey(house, company, COMPANY, words="Très utile.")
    answer_survey(house, visit(), ana.email)
    team = visit(there.team)
    team.goto("/expertise/equipe/conseils/enquetes")
    expect(team.locator("main")).to_contain_text("Très utile.")
    assert house.world.one(select(Survey.satisfaction).where(Survey.words != "")) == 5


# --- seeds/000: an account, a year, a reservation ------------------------------------------------


def open_account(house: House, page: Page, team: Page) -> None:
    """The company asks for an account, the team accepts, the mail opens it."""
    page.goto("/expertise/pacte/besoin-d-un-expert")
    page.locator("main a[href$='/pacte/invitation']").first.click()
    fill(page, {name: word for name, word in NEED.items() if name not in {"title", "description"}})
    fill(page, {"staff": "12"})
    send(page, "siret")
    expect(page).to_have_url(re.compile("/invitation/envoyee$"))
    team.goto("/expertise/equipe/pacte/acces")
    team.get_by_role("link", name="Fours Essai").click()
    team.locator("button[name=reponse][value=accepter]").click()
    expect(team).to_have_url(re.compile("/equipe/pacte/acces$"))
    page.goto(house.letters(COMPANY, 2)[-1].link("/invitation/"))
    page.locator("[name=password]").fill(PASSWORD)
    send(page, "password")
    page.goto("/expertise")
    page.get_by_role("link", name="Fours Essai").click()


def subscribe(house: House, page: Page, team: Page) -> None:
    """A year is ordered, paid by transfer, invoiced."""
    page.get_by_role("link", name="Abonnement et crédits").click()
    page.locator("[name=paid_by][value=transfer]").check()
    send(page, "paid_by")
    expect(page.locator("main")).to_contain_text("FR76 3000 6000 0112 3456 7890 189")
    team.goto("/expertise/equipe/pacte/abonnements")
    team.get_by_role("link", name="Fours Essai").click()
    fill(team, {"paid_on": clock.today().isoformat(), "reference": "VIR 1"})
    send(team, "paid_on")
    page.get_by_role("link", name="Abonnement et crédits").click()
    with page.expect_download() as saved:
        page.locator("a[href*='/expertise/factures/']").first.click()
    assert "420,00" in words_of(saved.value.path())


class Reserved:
    """A programme of subscribed companies, two institutions and their managers."""

    def __init__(self, house: House) -> None:
        world = house.world
        self.team: Member = world.member("Thomas")
        self.made: Programme = billing.sells(world, "pacte", team=(self.team,))
        self.first, self.second = (
            world.member("Rémi", networks=()),
            world.member("Sara", networks=()),
        )
        for name, chief in (("Groupe A", self.first), ("Groupe B", self.second)):
            desks.manager(world, desks.institution(world, self.made, name), chief)


@BOTH_WAYS
def test_one_institution_at_a_time_reserves_a_need(
    house: House, visit: Visit, scripts: bool
) -> None:
    """seeds/000: from the request for an account to the survey."""
    there = Reserved(house)
    company, team = visit(), visit(there.team)
    company.goto("/expertise/pacte/demander")
    expect(company.locator("main")).not_to_contain_text("Marketing")
    open_account(house, company, team)
    subscribe(house, company, team)
    company.get_by_role("link", name="Demander un expert").click()
    company.get_by_role("link", name="Marketing").click()
    fill(company, {name: NEED[name] for name in ("title", "description", "phone")})
    send(company, "title")
    expect(company).to_have_url(re.compile(r"/expertise/entreprises/1/besoins/\d+$"))
    mine = company.url
    validate(team, "pacte")

    first, second = visit(), visit(there.second)
    first.goto(house.letter(there.first.email).link("/expertise/r/"))
    expect(first.locator("main")).not_to_contain_text(NEED["phone"])
    act(first, "reserve")
    expect(first.locator(".topic-meta")).to_contain_text("Réservé")
    second.goto("/expertise/recus")
    expect(second.locator("main")).not_to_contain_text("Groupe A")
    second.get_by_role("link", name=NEED["title"], exact=True).click()
    expect(second.locator("main button[name=act][value=reserve]")).to_have_count(0)
    act(second, "queue")
    expect(second.locator("main")).not_to_contain_text(NEED["phone"])

    help_given(house, visit, there.first, company, mine, scripts)
    second.goto("/expertise/recus?onglet=archives")
    expect(second.locator("main")).to_contain_text(NEED["title"])


# --- seeds/001: the committee of the territory ---------------------------------------------------


@BOTH_WAYS
def test_a_committee_selects_a_need(house: House, visit: Visit, scripts: bool) -> None:
    """seeds/001: from the page of the programme, through its committee, to the survey."""
    world = house.world
    team, chief = world.member("Thomas"), world.member("Rémi", networks=())
    claire, denis = world.member("Claire", networks=()), world.member("Denis", networks=())
    made = desks.programme(world, "alize", team=(team,), review=Review.COMMITTEE, asks_phase=True)
    desks.manager(world, desks.institution(world, made, "Usine voisine"), chief)
    seated.committee(world, made, denis, quorum=2, chairs=(claire,))
    company = visit()
    company.goto("/expertise/alize")
    company.locator("main a[href$='/alize/demander']").first.click()
    company.get_by_role("link", name="Marketing").click()
    fill(company, NEED)
    send(company, "title")
    expect(company.locator("main")).to_contain_text("se développe")
    company.locator("[name=grows]").check()
    send(company, "title")
    expect(company).to_have_url(re.compile("/expertise/suivi/"))
    followed = company.url

    page = visit(team)
    page.goto("/expertise/equipe/alize")
    page.get_by_role("link", name=NEED["title"], exact=True).click()
    page.locator("main a[href$='/comite']").click()
    page.locator("main form[method=post] button:not([type=button])").first.click()
    expect(page.locator("main")).to_contain_text("Comité de Loire-Atlantique")
    for member, vote in ((claire, "favourable"), (denis, "unfavourable")):
        voter = visit(member)
        link = house.letter(member.email).link("/expertise/comites/")
        voter.goto(link)
        voter.locator(f"[name=vote][value={vote}]").check()
        send(voter, "vote")
        if vote == "unfavourable":
            expect(voter.locator("[name=words]").first).to_have_attribute("aria-invalid", "true")
            voter.locator("[name=vote][value=favourable]").check()
            send(voter, "vote")
        expect(voter.locator("main")).to_contain_text("Favorable")
    letter = house.letters(COMPANY, 3)[-1]
    assert "Claire" not in letter.text
    assert "retenu" in letter.text
    received = visit(chief)
    received.goto(house.letter(chief.email).link("/expertise/r/"))
    expect(received.locator("main")).not_to_contain_text("Claire")
    act(received, "reserve")
    expect(received.locator(".topic-meta")).to_contain_text("Réservé")
    help_given(house, visit, chief, company, followed, scripts)
