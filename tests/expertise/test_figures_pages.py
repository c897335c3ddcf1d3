"""Who reads which figures; what the pages, the report and the first page of a programme say."""

import io
from datetime import date
from typing import Any

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import select

from accounts.models import Member
from core import clock
from expertise.desk import desk_of
from expertise.figures import queries
from expertise.figures.measures import Measure
from expertise.figures.models import Side
from expertise.needs.models import Hiding
from expertise.positions.life import Act as PositionAct
from expertise.positions.life import State
from expertise.programmes.models import Institution, Programme
from tests.expertise import desks
from tests.expertise.counted import Cases
from tests.world import World

YEAR = clock.today().year - 1
"""It is over."""
DAYS = [date(YEAR, month, 10) for month in range(1, 13)]
PAGE = "/expertise/equipe/essai/chiffres"
WHO: dict[str, tuple[bool, bool, bool]] = {
    "team": (True, False, True),
    "another team": (False, False, False),
    "administrator": (True, False, False),
    "manager": (False, True, True),
    "manager without the rules": (False, False, False),
    "another manager": (False, False, False),
    "expert": (False, False, False),
    "company": (False, False, False),
    "member": (False, False, False),
    "moderator": (False, False, False),
    "outsider": (False, False, False),
}
"""Who → reads the programme's, the institution's, estimates its tax."""


def people(world: World) -> tuple[dict[str, Member], Institution]:
    named = {
        one: world.member(one.capitalize(), networks=[]) for one in WHO if " " in one or one in OUT
    }
    found = named | {
        "team": world.member("Thomas"),
        "member": world.member("Membre"),
        "moderator": world.moderator(),
        "administrator": world.administrator(),
    }
    made = desks.programme(world, team=(found["team"],))
    other = desks.programme(world, "autre", team=(found["another team"],))
    house = desks.institution(world, made)
    desks.manager(world, house, found["manager"])
    desks.manager(world, desks.institution(world, other, "Groupe Autre"), found["another manager"])
    desks.expert(world, house, found["expert"])
    desks.company(world, found["company"])
    with world.session() as session:
        session.add(desks._seat(house, found["manager without the rules"]))
    return found, house


OUT = frozenset({"manager", "expert", "company", "outsider"})


@pytest.mark.parametrize("who", WHO)
def test_who_reads_which_figures(world: World, who: str) -> None:
    found, house = people(world)
    told = Cases(world, programme_called(world), house)
    told.helped(DAYS[0])
    told.count()
    client = world.client(found[who])
    own = f"/expertise/institutions/{house.id}/chiffres"
    doors = {
        PAGE: WHO[who][0],
        f"{PAGE}/bilan.pdf": WHO[who][0],
        f"{PAGE}/bilan.xlsx": WHO[who][0],
        f"{PAGE}/bilan.csv": WHO[who][0],
        own: WHO[who][1],
        f"{own}/bilan.csv?dispositif=essai": WHO[who][1],
        f"/expertise/institutions/{house.id}/mecenat": WHO[who][2],
    }
    for address, opens in doors.items():
        assert client.get(address).status_code == (200 if opens else 404), address
    typed = {"year": str(YEAR), "daily_cost": "300", "turnover": "1000000"}
    answer = client.post(f"/expertise/institutions/{house.id}/mecenat", data=typed)
    assert answer.status_code == (200 if WHO[who][2] else 404)
    desk = world.act(lambda session: desk_of(session, found[who].id))
    listed = world.act(lambda session: queries.programmes(session, desk))
    assert ("essai" in {one.slug for one, _counted in listed}) is WHO[who][0]
    assert bool(world.all(queries.institution(desk, house.id))) is WHO[who][1]
    assert bool(world.all(queries.donor(desk, house.id))) is WHO[who][2]


def programme_called(world: World, slug: str = "essai") -> Programme:
    return desks.the(world, select(Programme).where(Programme.slug == slug))


def a_programme(world: World) -> tuple[Cases, Member, Member]:
    """A programme, its institution, who runs the one, who manages the other."""
    boss, chief = world.member("Thomas"), world.member("Rémi", networks=[])
    made = desks.programme(world, team=(boss,))
    house = desks.institution(world, made)
    desks.manager(world, house, chief)
    return Cases(world, made, house), boss, chief


def cells(world: World, who: Member, address: str) -> dict[str, Any]:
    """The lines of a report: figure → number, or words."""
    answer = world.client(who).get(address)
    assert answer.status_code == 200
    book = load_workbook(io.BytesIO(answer.data))
    return {str(row[0].value): row[1].value for row in book.worksheets[0].iter_rows(min_row=2)}


def test_a_hidden_need_is_in_no_figure_of_the_institution(world: World) -> None:
    """Whatever the house recorded of it: page, table and rows are the same to the letter."""
    told, _boss, chief = a_programme(world)
    assert told.house
    for day in DAYS[:5]:
        told.helped(day, half_days=4, jobs=(1, 1), satisfaction=5)
    told.count()
    address = f"/expertise/institutions/{told.house.id}/chiffres"
    before = told.year(YEAR, Side.INSTITUTION, told.house.id)
    page = world.client(chief).get(f"{address}?periode={YEAR}").text
    table = world.client(chief).get(f"{address}/bilan.csv?dispositif=essai&periode={YEAR}").data
    hidden = told.helped(DAYS[6], half_days=8, jobs=(50, 60), satisfaction=1)
    told.position(
        told.asked(DAYS[7]),
        (PositionAct.SEND, DAYS[7]),
        (PositionAct.EXPIRE, DAYS[8]),
        state=State.REMOVED,
    )
    with world.session() as session:
        session.add(Hiding(need_id=hidden.id, institution_id=told.house.id))
    told.count()
    assert told.year(YEAR, Side.INSTITUTION, told.house.id) == before
    assert masked_proofs(world.client(chief).get(f"{address}?periode={YEAR}").text) == (
        masked_proofs(page)
    )
    again = world.client(chief).get(f"{address}/bilan.csv?dispositif=essai&periode={YEAR}")
    assert again.data == table
    assert told.year(YEAR)[Measure.HELPED] == (6, 0)


def masked_proofs(page: str) -> str:
    """A page without what differs at each request."""
    return "\n".join(
        line for line in page.split("\n") if "nonce" not in line and "csrf" not in line
    )


def test_what_tells_of_fewer_than_five_companies_is_not_said(world: World) -> None:
    told, boss, _chief = a_programme(world)
    for day in DAYS[:4]:
        told.helped(day, half_days=4, jobs=(2, 3), satisfaction=5)
    told.helped(DAYS[5], company=10_000 + 1)  # of a company that is counted once more
    report = f"{PAGE}/bilan.xlsx?periode={YEAR}"
    told.count()
    said = cells(world, boss, report)
    assert said["Emplois créés"] == said["Jours contractualisés"] == "non montré"
    assert said["Satisfaction des entreprises"] == "non montré"
    told.helped(DAYS[6], half_days=4, jobs=(2, 3), satisfaction=3)
    told.count()
    said = cells(world, boss, report)
    assert said["Emplois créés"] == 10
    assert said["Jours contractualisés"] == 10
    assert said["Satisfaction des entreprises"] == 4.6


def test_an_institution_reads_its_own_and_not_what_companies_said_before_five(
    world: World,
) -> None:
    told, _boss, chief = a_programme(world)
    assert told.house
    for day in DAYS[:4]:
        told.helped(day, half_days=4, jobs=(2, 3), satisfaction=5)
    told.asked(DAYS[0])
    told.count()
    own = f"/expertise/institutions/{told.house.id}/chiffres/bilan.xlsx?dispositif=essai"
    said = cells(world, chief, f"{own}&periode={YEAR}")
    assert said["Besoins aidés"] == 4
    assert said["Jours contractualisés"] == 8
    assert said["Emplois créés"] == said["Satisfaction des entreprises"] == "non montré"
    assert "Besoins déposés" not in said
    told.helped(DAYS[5], jobs=(2, 3), satisfaction=3)
    told.count()
    assert cells(world, chief, f"{own}&periode={YEAR}")["Emplois créés"] == 10
    assert cells(world, chief, f"{own}&periode={YEAR}-T1")["Emplois créés"] == "non montré"


def test_parts_are_read_one_at_a_time_for_a_year(world: World) -> None:
    told, boss, _chief = a_programme(world)
    marketing, strategie = (desks.subject(world, told.programme, one) for one in SUBJECTS)
    for number, day in enumerate(DAYS):
        told.asked(day, marketing if number < 7 else strategie)
    told.asked(DAYS[0])
    told.count()
    client = world.client(boss)
    page = client.get(f"{PAGE}?periode={YEAR}").text
    assert "Marketing" in page
    filtered = f"{PAGE}/bilan.xlsx?periode={YEAR}"
    assert cells(world, boss, filtered)["Besoins déposés"] == 13
    assert cells(world, boss, f"{filtered}&sujet={marketing.id}")["Besoins déposés"] == 7
    # One in no list: so another part is not said either, else it would be found.
    assert cells(world, boss, f"{filtered}&sujet=0")["Besoins déposés"] == "non montré"
    assert cells(world, boss, f"{filtered}&sujet={strategie.id}")["Besoins déposés"] == "non montré"
    both = f"{filtered}&sujet={marketing.id}&territoire={world.territory('region:52')}"
    assert cells(world, boss, both)["Besoins déposés"] == 7
    quarter = f"{PAGE}/bilan.xlsx?periode={YEAR}-T1&sujet={marketing.id}"
    assert cells(world, boss, quarter)["Besoins déposés"] == 7
    assert client.get(f"{PAGE}?sujet=99999").status_code == 404
    for side in ("territoire", "institution", "sujet", "rien"):
        assert client.get(f"{PAGE}?periode={YEAR}&comparer={side}").status_code == 200


SUBJECTS = ("marketing", "strategie")


def test_a_quarter_that_another_gives_away_is_not_said(world: World) -> None:
    told, boss, _chief = a_programme(world)
    for month, number in ((1, 6), (4, 7), (7, 2), (10, 9)):
        for _one in range(number):
            told.asked(date(YEAR, month, 10))
    told.count()
    said = [
        cells(world, boss, f"{PAGE}/bilan.xlsx?periode={YEAR}-T{one}")["Besoins déposés"]
        for one in (1, 2, 3, 4)
    ]
    assert said == ["non montré", 7, "non montré", 9]
    assert cells(world, boss, f"{PAGE}/bilan.xlsx?periode={YEAR}")["Besoins déposés"] == 24


def test_the_report_says_what_the_page_says(world: World) -> None:
    told, boss, _chief = a_programme(world)
    with world.session() as session:
        session.get_one(Institution, told.house.id if told.house else 0).name = "=1+1"
    marketing = desks.subject(world, told.programme)
    for day in DAYS:
        told.helped(day, marketing, half_days=6, jobs=(3, 7), satisfaction=4)
    told.count()
    client = world.client(boss)
    page = client.get(f"{PAGE}?periode={YEAR}").text
    paper = client.get(f"/expertise/equipe/essai/chiffres/bilan.pdf?periode={YEAR}")
    assert paper.mimetype == "application/pdf"
    words = " ".join(one.extract_text() for one in PdfReader(io.BytesIO(paper.data)).pages)
    for expected in (
        "Bilan d’activité",
        "Jours contractualisés",
        "Top 5",
        "Compté par la plateforme",
        "SIRET",
    ):
        assert expected in words
    for number in ("36", "84"):
        assert number in words
        assert number in page
    book = load_workbook(
        io.BytesIO(client.get(f"{PAGE}/bilan.xlsx?periode={YEAR}&comparer=institution").data)
    )
    names = [sheet.title for sheet in book.worksheets]
    assert names == ["Chiffres", "Par sujet", "Par territoire", "Par institution", "Méthode"]
    cell = book["Par institution"]["A2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")
    table = client.get(f"{PAGE}/bilan.csv?periode={YEAR}").data.decode("utf-8-sig")
    assert "Jours contractualisés;36;0;" in table


def test_nothing_is_counted_before_the_first_night(world: World) -> None:
    told, boss, chief = a_programme(world)
    assert told.house
    assert "Rien n’est encore compté" in world.client(boss).get(PAGE).text
    assert world.client(boss).get(f"{PAGE}/bilan.pdf").status_code == 404
    own = f"/expertise/institutions/{told.house.id}/chiffres"
    assert "Rien n’est encore compté" in world.client(chief).get(own).text
    assert world.client(chief).get(f"{own}/bilan.csv?dispositif=essai").status_code == 404


def test_the_first_page_of_a_programme_says_its_key_figures(world: World) -> None:
    told, _boss, _chief = a_programme(world)
    for day in DAYS[:4]:
        told.helped(day, half_days=5, jobs=(12, 3))
    told.count()
    anybody = world.client()
    assert "Chiffres clés" not in anybody.get("/expertise/essai").text
    told.helped(DAYS[4], half_days=6, jobs=(12, 3))
    told.helped(clock.today(), half_days=6)  # today is not counted yet
    told.count()
    page = anybody.get("/expertise/essai").text
    assert "Chiffres clés" in page
    assert ">60<" in page
    assert ">13<" in page
    assert "3 en moyenne" in page


@pytest.mark.parametrize(
    "words", ["", "2011", "3000", "2026-T9", "x", "-T1", "²", "2026-T", "9" * 5_000]
)
def test_an_address_that_says_no_term_shows_this_year(world: World, words: str) -> None:
    told, boss, _chief = a_programme(world)
    told.asked(DAYS[0])
    told.count()
    page = world.client(boss).get(f"{PAGE}?periode={words}")
    assert page.status_code == 200
    assert f"{clock.today().year}, à côté de" in page.text
