"""What a company rewrites is read by its team before those who answer read it, and go on."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from accounts.models import Member
from expertise.agreements.models import Party
from expertise.needs.life import Act
from expertise.needs.models import Need
from expertise.positions import links
from expertise.positions.life import Act as PositionAct
from expertise.positions.life import State
from expertise.positions.models import Position
from expertise.programmes.models import Way
from tests.expertise import desks, moving, replying
from tests.expertise.agreeing import Case, proposed
from tests.expertise.surveying import address, an_hour, asked, later, surveys
from tests.world import World

FORMS = ("confirmer", "cloturer", "proposer")
NEW, NUMBER = "Vendre en Autriche", "02 40 99 99 99"


class Held:
    """A need that one institution holds, for which another waits."""

    def __init__(self, world: World, way: Way = Way.EXCLUSIVE) -> None:
        self.world, self.team = world, world.member("Thomas")
        self.made = desks.programme(world, team=(self.team,), way=way)
        about = (desks.subject(world, self.made),)
        self.houses = [desks.institution(world, self.made, name) for name in ("Un", "Deux")]
        self.chiefs: list[Member] = []
        experts = []
        for place, house in enumerate(self.houses):
            chief = world.member(f"Chef{place}", networks=())
            desks.manager(world, house, chief)
            experts.append(desks.expert(world, house, subjects=about, email=f"e{place}@e.example"))
            self.chiefs.append(chief)
        self.need = desks.need(world, self.made)
        moving.decide(world, self.team, self.need, Act.VALIDATE, "")
        to = self.houses if way is Way.EXCLUSIVE else experts
        self.positions = [replying.sent(world, self.need, one) for one in to]
        acts = (PositionAct.RESERVE, PositionAct.QUEUE)
        if way is Way.COOPERATIVE:
            acts = (PositionAct.TAKE, PositionAct.DECLINE)
        for chief, one, act in zip(self.chiefs, self.positions, acts, strict=True):
            replying.answer(world, chief, one, act)

    def rewrite(self, **more: object) -> Need:
        """The company says something else."""
        return moving.edit(self.world, self.need, title=NEW, phone=NUMBER, **more)

    def pages(self, place: int = 0) -> str:
        """Whatever one of the institutions reads of it."""
        one, chief = self.positions[place], self.chiefs[place]
        client = self.world.client(chief)
        there = f"/expertise/positions/{one.id}"
        tabs = ("recus", "en-cours", "archives")
        read = [client.get(f"/expertise/recus?onglet={tab}").text for tab in tabs]
        settings = self.world.app.extensions["maillage.settings"]
        link = f"/expertise/r/{links.token(settings, one, chief.email)}"
        read += [client.get(there).text, self.world.client().get(link).text]
        read += [client.get(f"{there}/{form}").text for form in FORMS]
        file = client.get(f"{there}/fiche.pdf")
        if file.mimetype == "application/pdf":
            read += [page.extract_text() for page in PdfReader(BytesIO(file.data)).pages]
        return "\n".join(read)

    def state(self, place: int = 0) -> State:
        """Where a position stands."""
        return self.world.act(lambda s: s.get_one(Position, self.positions[place].id).state)


@pytest.mark.parametrize("way", Way)
def test_what_is_rewritten_is_not_read_before_its_team_has(world: World, way: Way) -> None:
    held = Held(world, way)
    before = len(world.mails())
    held.rewrite(description="Trois salons.")
    page = held.pages()
    assert NEW not in page
    assert "Trois salons" not in page
    assert "Ce besoin est clos" not in page
    assert "L’entreprise a corrigé son besoin" in page
    theirs = [mail for mail in world.mails()[before:] if mail.to_address != "essai@example.org"]
    assert theirs
    assert not [mail for mail in theirs if NEW in mail.subject + mail.text]
    client = world.client(held.chiefs[0])
    listed = client.get("/expertise/recus?onglet=en-cours").text
    address = f"/expertise/positions/{held.positions[0].id}"
    assert address in listed
    assert address not in client.get("/expertise/recus?onglet=archives").text
    stood = held.state()
    for act in ("decline", "extend", "take", "reserve"):
        client.post(f"{address}/reponse", data={"act": act, "words": "Parce que."})
    assert held.state() is stood, "nothing can be done meanwhile"


def test_what_changed_is_said_once_it_is_read(world: World) -> None:
    held = Held(world)
    held.rewrite(hidden_words="ceux d’en face")
    moving.settle_names(world, held.team, held.need)
    before = len(world.mails())
    moving.decide(world, held.team, held.need, Act.VALIDATE, "Un mot à l’entreprise.")
    page = held.pages()
    for words in (NEW, "Vendre en Allemagne"):
        assert words in page
    assert "ceux d’en face" not in page
    assert "Un mot à l’entreprise" not in page
    assert NUMBER not in held.pages(1), "who only waits reads no number to call"
    for chief in held.chiefs:
        told = [mail for mail in world.mails()[before:] if mail.to_address == chief.email]
        assert len(told) == 1
        assert "vous pouvez continuer" in told[0].text
        assert "Un mot à l’entreprise" not in told[0].text


@pytest.mark.parametrize("act", [Act.REFUSE, Act.ORIENT])
def test_those_who_hold_or_wait_hear_that_it_ends(world: World, act: Act) -> None:
    held = Held(world)
    held.rewrite()
    before = len(world.mails())
    moving.decide(world, held.team, held.need, act, "Un mot à l’entreprise.")
    for chief in held.chiefs:
        told = [mail for mail in world.mails()[before:] if mail.to_address == chief.email]
        assert len(told) == 1
        assert "plus rien à faire" in told[0].text
        assert "Un mot à l’entreprise" not in told[0].text
    assert "Ce besoin est clos" in held.pages()


def test_what_was_withdrawn_unread_stays_unread(world: World) -> None:
    held = Held(world)
    held.rewrite()
    before = len(world.mails())
    moving.follow(world, held.need, Act.ADD, "Plutôt en Suisse.")
    moving.follow(world, held.need, Act.WITHDRAW, "Nous partons en Suisse.")
    page = held.pages()
    assert NEW not in page
    assert "Suisse" not in page
    for chief in held.chiefs:
        told = [mail for mail in world.mails()[before:] if mail.to_address == chief.email]
        assert told
        assert "Suisse" not in "".join(mail.text for mail in told)


def test_a_detail_stops_nothing(world: World) -> None:
    held = Held(world)
    moving.edit(world, held.need, context="Des fours à pain.")
    page = held.pages()
    assert "Des fours à pain." in page
    assert "Vendre en Allemagne" in page
    assert "L’entreprise a corrigé son besoin" not in page


def test_around_an_agreement_only_who_answers_waits_for_the_new_title(world: World) -> None:
    case = proposed(world)
    moving.edit(world, case.need, title=NEW)
    there = f"/expertise/conventions/{case.now().id}"
    readers = {who: world.client(who) for who in (case.chief, case.team)}
    told = {
        "institution": readers[case.chief].get(there),
        "its link": world.client().get(case.link(Party.INSTITUTION)),
        "team": readers[case.team].get(there),
        "company": world.client().get(case.link(Party.COMPANY)),
    }
    assert {one.status_code for one in told.values()} == {200}
    assert {who for who, one in told.items() if NEW in one.text} == {"team", "company"}


def test_a_survey_names_no_title_that_was_never_read(world: World) -> None:
    case = Case(world)
    moving.edit(world, case.need, title=NEW)
    moving.follow(world, case.need, Act.WITHDRAW)
    with later(3):
        an_hour(world)
    told = {mail.to_address: mail.subject + mail.text for mail in asked(world)}
    assert NEW not in told[case.chief.email]
    assert NEW in told[case.need.email]
    of_company, of_house = surveys(world)
    assert NEW not in world.client().get(address(world, of_house, case.chief.email)).text
    assert NEW in world.client().get(address(world, of_company, case.need.email)).text
