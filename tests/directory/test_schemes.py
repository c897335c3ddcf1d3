"""Schemes: who finds them, where and when they are offered, who tends them."""

import csv
import io
import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import delete, func, select
from werkzeug.test import TestResponse

from access.models import MemberNetwork
from accounts.models import AuditEntry, Member
from core import clock
from core.refusals import Refused
from directory import tending_schemes
from directory.models import Placed, Scheme
from tests.world import BOTH, World

NANTES, LAVAL = "44109", "53130"


def listed(world: World, member: Member, **asked: str) -> list[str]:
    page = world.client(member).get("/annuaire/dispositifs", query_string=asked)
    assert page.status_code == 200
    return re.findall(
        r'class="row-title"><a href="/annuaire/dispositifs/\d+">([^<]+)</a>',
        page.get_data(as_text=True),
    )


@BOTH
def test_words_theme_territory_and_place_narrow_the_list(world: World) -> None:
    reader = world.member()
    theme = world.theme("logement")
    world.scheme("Aide au permis", for_whom="Jeunes de moins de 26 ans", commune_code=NANTES)
    world.scheme("Bail glissant", theme_id=theme, territories=["departement:53"])
    world.scheme("Coup de pouce", run_by="Mission locale", commune_code=LAVAL)
    every = ["Aide au permis", "Bail glissant", "Coup de pouce"]
    assert listed(world, reader) == every
    assert listed(world, reader, q="JEUNES permis") == every[:1]
    assert listed(world, reader, q="mission") == every[2:]
    assert listed(world, reader, theme="logement") == every[1:2]
    there, elsewhere = world.territory("departement:53"), world.territory("departement:44")
    assert listed(world, reader, territoire=str(there)) == every
    assert listed(world, reader, territoire=str(elsewhere)) == [every[0], every[2]]
    assert listed(world, reader, territoire=str(world.territory("region:52"))) == every
    assert listed(world, reader, pres="nantes", km="10") == every[:1]


@BOTH
def test_what_has_ended_stands_apart(world: World) -> None:
    reader, today = world.member(), clock.today()
    day = timedelta(days=1)
    world.scheme("Hier", starts_on=today - 9 * day, ends_on=today - day)
    world.scheme("Jusqu’à ce soir", ends_on=today)
    world.scheme("Sans fin")
    assert listed(world, reader) == ["Jusqu’à ce soir", "Sans fin"]
    assert listed(world, reader, etat="termines") == ["Hier"]


@BOTH
def test_a_scheme_for_one_network_does_not_exist_for_another(world: World) -> None:
    house = world.organisation("Maison discrète", for_networks=["fnars"])
    closed = world.scheme("Réservé", for_networks=["fnars"])
    opened = world.scheme("Ouvert", organisation_id=house.id)
    inside, outside = world.member(networks=["fnars"]), world.member()
    nobody = world.member("Olga", networks=[])
    for member, sees, sees_house in ((inside, True, True), (outside, False, False)):
        client = world.client(member)
        assert ("Réservé" in listed(world, member)) is sees
        assert (client.get(f"/annuaire/dispositifs/{closed.id}").status_code == 200) is sees
        printed = client.get("/annuaire/dispositifs/imprimer").get_data(as_text=True)
        assert ("Réservé" in printed) is sees
        for address in ("/annuaire/dispositifs", f"/annuaire/dispositifs/{opened.id}"):
            text = client.get(address).get_data(as_text=True)
            assert ("Maison discrète" in text) is sees_house
        proposed = client.get("/annuaire/structures/noms?run_by=maison").get_data(as_text=True)
        assert ("discrète" in proposed) is sees_house
    assert world.client(nobody).get("/annuaire/dispositifs").status_code == 404


def add(world: World, by: Member, **typed: object) -> TestResponse:
    data = {"name": "Permis pour l’emploi", "reach": "everyone"} | typed
    return world.client(by).post("/annuaire/dispositifs/nouveau", data=data)


def only(world: World) -> Scheme:
    found = world.one(select(Scheme))
    assert found is not None
    return found


@BOTH
def test_an_administrator_adds_corrects_withdraws_and_gives_back(world: World) -> None:
    administrator, member = world.administrator(), world.member()
    house = world.organisation("Les Jardins", town="Nantes")
    answer = add(
        world,
        administrator,
        run_by="les jardins (Nantes)",
        for_whom="Salariés en parcours",
        conditions="Être inscrit.\nHabiter le département.",
        starts_on="2026-01-01",
        offered_on=[world.territory("departement:44")],
        postcode="44000",
        town="Nantes",
        phone="0240020304",
    )
    assert answer.status_code == 302
    one = only(world)
    assert (one.organisation_id, one.run_by) == (house.id, "")
    assert (one.placed, one.phone) == (Placed.COMMUNE, "02 40 02 03 04")
    page = f"/annuaire/dispositifs/{one.id}"
    client, reader = world.client(administrator), world.client(member)
    text = reader.get(page).get_data(as_text=True)
    for words in ("Les Jardins", "Salariés en parcours", "Loire-Atlantique", "Habiter le"):
        assert words in text, words
    assert one.name in reader.get(f"/annuaire/structures/{house.id}").get_data(as_text=True)
    typed = {"name": "Autrement", "reach": "everyone", "run_by": "Une autre maison"}
    assert "les jardins (nantes)" in client.get(f"{page}/modifier").get_data(True).lower()
    assert client.post(f"{page}/modifier", data=typed).status_code == 302
    assert (only(world).organisation_id, only(world).run_by) == (None, "Une autre maison")
    assert client.post(f"{page}/retirer").status_code == 302
    assert reader.get(page).status_code == 404
    assert listed(world, member, etat="retirees") == []
    assert listed(world, administrator, etat="retirees") == ["Autrement"]
    assert client.post(f"{page}/rendre").status_code == 302
    assert reader.get(page).status_code == 200
    acts = world.all(select(AuditEntry.details).order_by(AuditEntry.id))
    assert [one["scheme"] for one in acts] == ["added", "changed", "withdrawn", "given back"]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": ""}, "name"),
        ({"starts_on": "2026-02-01", "ends_on": "2026-01-01"}, "ends_on"),
        ({"starts_on": "demain"}, "starts_on"),
        ({"phone": "douze"}, "phone"),
        ({"website": "javascript:alert(1)"}, "website"),
        ({"offered_on": "999999"}, "offered_on"),
        ({"for_whom": "x" * 501}, "for_whom"),
        ({"conditions": "x" * 6000}, "conditions"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    world: World, typed: dict[str, str], field: str
) -> None:
    answer = add(world, world.administrator(), **{"contact": "Mot gardé", **typed})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert f'href="#{field}"' in page
    assert "Mot gardé" in page
    assert world.one(select(func.count()).select_from(Scheme)) == 0


@BOTH
def test_nobody_but_administrators_tends_schemes(world: World) -> None:
    one = world.scheme()
    for who in (world.member(), world.moderator()):
        client = world.client(who)
        assert client.get("/annuaire/dispositifs/nouveau").status_code in {302, 403}
        for path in ("modifier", "retirer", "rendre"):
            answer = client.post(f"/annuaire/dispositifs/{one.id}/{path}", data={"name": "Autre"})
            assert answer.status_code in {302, 403, 404}, path
        assert client.post("/annuaire/dispositifs/exporter.csv").status_code in {302, 403}
    assert (only(world).name, only(world).withdrawn_at) == (one.name, None)
    member = world.member()
    with pytest.raises(Refused, match="not-administrator"):
        world.act_as(
            member,
            lambda s, v: tending_schemes.show(s, v, s.merge(one), False, by=s.merge(member)),
        )


@BOTH
def test_schemes_leave_as_a_table(world: World) -> None:
    world.scheme("=1+1", territories=["departement:44"], run_by="Mission locale")
    answer = world.client(world.administrator()).post("/annuaire/dispositifs/exporter.csv")
    table = csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";")
    (line,) = table
    assert line["Nom"] == "'=1+1"
    assert (line["Porté par"], line["Territoires"]) == ("Mission locale", "Loire-Atlantique")


def test_what_leaves_is_what_the_page_shows(world: World) -> None:
    """Each link of the page that takes the list away takes the selection and no more."""
    world.scheme("Bail glissant", theme_id=world.theme("logement"))
    world.scheme("Aide au permis", theme_id=world.theme("formation"))
    client = world.client(world.administrator())
    page = client.get("/annuaire/dispositifs?theme=logement&q=a").get_data(as_text=True)
    (printed,) = set(re.findall(r'href="(/annuaire/dispositifs/imprimer[^"]*)"', page))
    (exported,) = set(re.findall(r'action="(/annuaire/dispositifs/exporter.csv[^"]*)"', page))
    for answer in (client.get(unescape(printed)), client.post(unescape(exported))):
        said = answer.get_data(as_text=True)
        assert "Bail glissant" in said
        assert "Aide au permis" not in said


@BOTH
def test_correcting_keeps_a_house_that_one_does_not_see(world: World) -> None:
    house = world.organisation("Maison discrète", for_networks=["fnars"])
    one = world.scheme(organisation_id=house.id)
    local = world.administrator()
    leave = delete(MemberNetwork).where(
        MemberNetwork.member_id == local.id, MemberNetwork.network_id == world.network("fnars")
    )
    world.act(lambda s: s.execute(leave))
    client = world.client(local)
    page = client.get(f"/annuaire/dispositifs/{one.id}/modifier").get_data(as_text=True)
    assert "Maison discrète" not in page
    typed = {"name": "Autrement", "reach": "everyone", "run_by": ""}
    assert client.post(f"/annuaire/dispositifs/{one.id}/modifier", data=typed).status_code == 302
    assert (only(world).name, only(world).organisation_id) == ("Autrement", house.id)
