"""The pages of the figures: who opens them, what they say, what leaves as a file."""

import csv
import io
import re
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy import update
from sqlalchemy.orm import Session, joinedload

from access.viewers import Role, Viewer
from accounts.models import Member
from core import clock
from core.refusals import Refused
from figures import moderation, queries
from figures.circles import HOUSE
from figures.periods import Stretch, named
from forum import moderation as deciding
from forum.models import Post
from resources.models import Opening
from tests.figures.story import Days, crowd, days, page, visit
from tests.http.sample import report
from tests.world import BOTH, World

ADMINISTRATORS = (
    "/administration/chiffres",
    "/administration/chiffres/bilan",
    "/administration/chiffres/exporter.csv",
    "/administration/chiffres/exporter.xlsx",
)
MODERATORS = (
    "/moderation/chiffres",
    "/moderation/chiffres/exporter.csv",
    "/moderation/chiffres/exporter.xlsx",
)


@pytest.fixture
def told(world: World, monkeypatch: pytest.MonkeyPatch) -> Days:
    return days(world, monkeypatch)


@pytest.mark.parametrize(
    ("role", "of_use", "of_moderation"),
    [(Role.USER, 403, 403), (Role.MODERATOR, 403, 200), (Role.ADMINISTRATOR, 200, 200)],
)
def test_who_reads_the_figures(world: World, role: Role, of_use: int, of_moderation: int) -> None:
    client = world.client(world.member("Rita", role=role))
    for address in ADMINISTRATORS:
        assert client.get(address).status_code == of_use, address
    for address in MODERATORS:
        assert client.get(address).status_code == of_moderation, address


@pytest.mark.parametrize("role", [Role.USER, Role.MODERATOR])
def test_the_reads_themselves_refuse(world: World, role: Role) -> None:
    viewer = world.viewer(world.member("Rita", role=role))
    period = named(Stretch.WEEK, clock.today())
    with world.session() as session:
        for read in (
            lambda: queries.group(viewer, HOUSE),
            lambda: queries.figures(session, viewer, 1, period),
            lambda: queries.choices(session, viewer, HOUSE),
            lambda: queries.compared(session, viewer, HOUSE, 0, period),
            lambda: queries.names(session, viewer, HOUSE),
            lambda: queries.most_opened(session, viewer, period),
        ):
            with pytest.raises(Refused, match="not-administrator"):
                read()
        if role is Role.USER:
            with pytest.raises(Refused, match="not-moderator"):
                moderation.figures(session, viewer, period)


def stats(shown: str) -> dict[str, str]:
    """The large numbers of a page by their label."""
    difference = r"(?: <dd class=.meta.>[^<]*</dd>)?"
    found = re.findall(rf"<dt>([^<]*)</dt>{difference} <dd class=.stat-value.[^>]*>([^<]*)<", shown)
    return dict(found)


def lived(world: World, told: Days) -> Member:
    """Twelve members of COORACE, six of Réseau 44, three of FNARS; an administrator of all."""
    told.at(0)
    administrator = world.administrator()
    here = crowd(world, 12, "coorace", "departement:44", "aci")
    crowd(world, 3, "fnars", "departement:49")
    crowd(world, 6, "reseau-44", "departement:44")
    told.at(5)
    visit(world, *here[:8])
    told.at(6)
    visit(world, *here[:2])
    topic = world.topic(here[0])
    told.at(6, 12)
    world.reply(topic, here[1])
    told.at(7, 2)
    told.count()
    return administrator


@BOTH
def test_the_page_says_what_was_counted(world: World, told: Days) -> None:
    client = world.client(lived(world, told))
    shown = page(client, "/administration/chiffres?periode=7j")
    figures = stats(shown)
    assert figures["Membres"] == "22"
    assert figures["Actifs sur 7 jours"] == "8"
    assert figures["Visites"] == "10"
    assert (figures["Sujets"], figures["Réponses"]) == ("1", "1")
    assert figures["Questions avec une réponse sous 48 h"] == "100 %"
    assert figures["Délai moyen avant la première réponse"] == "2 h"
    assert '<th scope="row">COORACE</th>' in shown
    assert '<th scope="row">FNARS</th>' not in shown
    assert '<th scope="row">Réseau 44</th>' not in shown, "it would give the three of FNARS"
    assert page(client, "/administration/chiffres/bilan?periode=7j").count("<table") == 4


def test_a_group_that_is_too_small_shows_nothing(world: World, told: Days) -> None:
    client = world.client(lived(world, told))
    fnars = world.network("fnars")
    for address in (
        f"/administration/chiffres?reseau={world.network('reseau-44')}",
        f"/administration/chiffres?reseau={fnars}",
        f"/administration/chiffres/bilan?reseau={fnars}",
        "/administration/chiffres?reseau=9999",
    ):
        assert "stat-value" not in page(client, address)
    assert f"reseau={fnars}" not in page(client, "/administration/chiffres"), "it is not proposed"
    file = client.get(f"/administration/chiffres/exporter.csv?reseau={fnars}")
    assert len(file.get_data(as_text=True).splitlines()) == 1


def test_few_people_are_said_so(world: World, told: Days) -> None:
    client = world.client(lived(world, told))
    period = f"du={told[6]}&au={told[6]}"
    shown = page(client, f"/administration/chiffres?{period}")
    assert "moins de 5" in shown
    assert stats(shown)["Visites"] == "moins de 5"
    rows = exported(client.get(f"/administration/chiffres/exporter.csv?{period}").data)
    assert rows["Visites"][0] == "moins de 5"
    assert rows["Membres"][0] == "22"
    whole = exported(client.get("/administration/chiffres/exporter.csv?periode=7j").data)["Visites"]
    assert whole[0] == "10"
    assert whole[-2:] == ["non montré", "moins de 5"], "the 8 of the day before would give the 2"


def exported(content: bytes) -> dict[str, list[str]]:
    """The lines of a CSV by their first cell."""
    lines = csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";")
    return {line[0]: line[1:] for line in lines}


def test_what_leaves_is_inert_and_made_of_numbers(world: World, told: Days) -> None:
    client = world.client(lived(world, told))
    answer = client.get("/administration/chiffres/exporter.xlsx?periode=7j")
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type in {"s", "n"} for cell in cells), "no formula"
    charter = [row for row in sheet.iter_rows() if row[0].value == "Ont accepté la charte"]
    assert charter[0][1].value == 22
    by_name = {row[0].value: row[1].value for row in sheet.iter_rows()}
    assert by_name["Visites"] == 10
    content = client.get("/moderation/chiffres/exporter.csv").data
    assert exported(content)["Signalements"] == ["0", "0"]


@pytest.mark.parametrize(
    "asked",
    [
        "periode=siecle",
        "du=hier&au=demain",
        "du=0001-01-01&au=9999-12-31",
        "du=2026-02-30",
        "reseau=x&territoire=-1&type=99999999999",
        "comparer=rien",
        "comparer=territoire&reseau=1&territoire=1&type=1",
    ],
)
def test_what_is_typed_never_breaks_the_page(world: World, told: Days, asked: str) -> None:
    client = world.client(lived(world, told))
    for address in (*ADMINISTRATORS, *MODERATORS):
        assert client.get(f"{address}?{asked}").status_code == 200, address


@BOTH
@pytest.mark.parametrize("likely", [1, 100])
def test_documents_opened_most_are_those_that_one_sees(
    world: World, told: Days, monkeypatch: pytest.MonkeyPatch, likely: int
) -> None:
    monkeypatch.setattr(queries, "LIKELY", likely)  # the first may all be opened by too few
    told.at(0)
    administrator = world.member("Adèle", networks=("coorace",), role=Role.ADMINISTRATOR)
    members = crowd(world, 6, "coorace", "departement:44")
    owner = world.member("Auteur", networks=("fnars",))
    known, secret, quiet = (
        world.document(members[0], "Le guide connu"),
        world.document(owner, "Le guide des autres", networks=["fnars"]),
        world.document(owner, "Le guide de quatre"),
    )
    told.at(1)
    readers = [(document, one) for document in (known, secret) for one in members[1:]]
    readers += [(quiet, one) for one in members[:4]]
    world.act(
        lambda session: session.add_all(
            Opening(member_id=one.id, document_id=document.id, day=told[1] + timedelta(days=more))
            for document, one in readers
            for more in range(2)
        )
    )
    told.at(4, 2)
    told.count()
    told.at(75, 2)
    told.count()
    # All the days, then those around a single one of them.
    for first, last, times in ((0, 6, 10), (-40, 74, 10), (2, 74, 5), (-40, 1, 5)):
        days_asked = f"du={told[first]}&au={told[last]}"
        shown = page(world.client(administrator), f"/administration/chiffres?{days_asked}")
        assert re.search(rf"Le guide connu</a></th> <td[^>]*>{times}</td>", shown)
        assert "Le guide des autres" not in shown, "the rule"
        assert "Le guide de quatre" not in shown, "eight openings by four people"


@BOTH
def test_a_departement_is_not_what_the_others_leave_of_its_region(world: World, told: Days) -> None:
    told.at(0)
    administrator = world.member(
        "Adèle",
        networks=("coorace",),
        territories=("departement:49",),
        role=Role.ADMINISTRATOR,
    )
    nantes = crowd(world, 12, "coorace", "departement:44")
    anjou = crowd(world, 12, "coorace", "departement:49")
    rennes = crowd(world, 12, "coorace", "departement:35")
    told.at(1)
    visit(world, *nantes[:3], *anjou[:10], *rennes[:8])
    told.at(2, 2)
    told.count()
    client = world.client(administrator)
    shown = page(client, "/administration/chiffres?periode=7j&comparer=territoire")
    rows = re.findall(r'<th scope="row">([^<]+)</th>((?: <td[^>]*>[^<]*</td>){7})', shown)
    visits = {name: re.findall(r">([^<]*)</td>", cells)[2] for name, cells in rows}
    assert visits["Loire-Atlantique"] == "moins de 5"
    assert "non montré" in {visits["Pays de la Loire"], visits["Maine-et-Loire"]}, visits


@BOTH
def test_the_figures_of_moderation_are_those_of_what_one_sees(world: World, told: Days) -> None:
    told.at(0)
    author, reporter = world.member("Auteur"), world.member("Rapporteuse")
    moderator = world.moderator()
    elsewhere = world.moderator("Ailleurs", networks=("fnars",))
    topic = world.topic(author, networks=["coorace"])
    first, second = world.reply(topic, author, "Un"), world.reply(topic, author, "Deux")
    told.at(1, 8)
    report(world, first.id, reporter)
    report(world, second.id, reporter)
    told.at(1, 11)

    def hide(session: Session, viewer: Viewer) -> None:
        post = session.get_one(Post, first.id, options=[joinedload(Post.topic)])
        deciding.hide(session, post, by=viewer, reason="Un nom.")

    world.act_as(moderator, hide)
    told.at(3)
    period = named(Stretch.WEEK, told[2])
    with world.session() as session:
        now, before = moderation.figures(session, viewer_of(world, moderator), period)
    assert (now.reported, now.closed, now.open, now.delay) == (2, 1, 1, timedelta(hours=3))
    assert {act.value: number for act, number in now.decisions.items()} == {"hide": 1}
    assert (before.reported, before.open, before.delay) == (0, 0, None)
    with world.session() as session:
        nothing, _before = moderation.figures(session, viewer_of(world, elsewhere), period)
    assert (nothing.reported, nothing.decisions) == (0, {})
    shown = page(world.client(moderator), "/moderation/chiffres?periode=7j")
    assert stats(shown)["Délai avant la décision, pour la moitié d’entre eux"] == "3 h"


def viewer_of(world: World, member: Member) -> Viewer:
    return world.viewer(member)


@BOTH
def test_a_page_costs_the_same_for_three_days_as_for_two_hundred(world: World, told: Days) -> None:
    administrator = lived(world, told)
    client = world.client(administrator)

    def cost(address: str) -> int:
        client.get(address)
        with world.counted() as statements:
            assert client.get(address).status_code == 200
        return len(statements)

    few = [cost(f"{address}?periode=annee") for address in ADMINISTRATORS]
    told.at(200)
    for number in range(20):
        world.topic(administrator, f"Sujet {number}")
    crowd(world, 30, "fnars", "departement:49", "ei")
    world.act(lambda session: session.execute(update(Member).values(language="fr")))
    told.at(220, 2)
    told.count()
    many = [cost(f"{address}?periode=annee") for address in ADMINISTRATORS]
    assert few == many
    assert max(many) <= 10


def test_all_but_a_few_is_not_said_either(world: World, told: Days) -> None:
    told.at(0)
    administrator = world.administrator()
    crowd(world, 12, "coorace", "departement:44")
    for number in range(2):
        world.member(f"Tardif{number}", charter=False)
    told.at(1, 2)
    told.count()
    client = world.client(administrator)
    assert stats(page(client, "/administration/chiffres"))["Ont accepté la charte"] == "11 ou plus"
    rows = exported(client.get("/administration/chiffres/exporter.csv?periode=7j").data)
    assert set(rows["Ont accepté la charte"]) == {"11 ou plus", ""}
