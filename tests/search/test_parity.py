"""What one way shows, all show: list, page, file, thumbnail, text, zip, search on each engine."""

import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Member
from resources.models import Document
from tests.http.sample import picture
from tests.search.conftest import Searched
from tests.world import World

NETWORKS = st.sets(st.sampled_from(["coorace", "fnars", "reseau-44"]))
TERRITORIES = st.sets(
    st.sampled_from(["departement:44", "departement:72", "zone_emploi:5216", "region:52"])
)
REACH = st.tuples(NETWORKS, TERRITORIES)


def shows(searched: Searched, member: Member, text: Document, photo: Document) -> dict[str, bool]:
    """Whether each way leads to a text and to a photograph for the same people."""
    client = searched.world.client(member)
    words, here, there = text.title, f"/ressources/{text.id}", f"/ressources/{photo.id}"
    said = {"documents": [text.id, photo.id]}
    pages = {
        "list": "/ressources?tri=titre",
        "found": f"/recherche?q={words}",
        "by its words": f"/recherche?q=tutorat{words}",
    }
    return {
        **{way: f'href="{here}"' in client.get(path).text for way, path in pages.items()},
        "titles": here in client.get(f"/recherche/titres?q={words}").text,
        "page": client.get(here).status_code == 200,
        "file": client.get(f"{here}/fichiers/1/x").status_code == 200,
        "range": client.get(f"{here}/fichiers/1/x", headers={"Range": "bytes=0-1"}).status_code
        == 206,
        "text": client.get(f"{here}/texte/1").status_code == 200,
        "thumbnail": client.get(f"{there}/vignette").status_code == 200,
        "zip": client.post("/ressources/zip", data=said).mimetype == "application/zip",
    }


def deposit(world: World, owner: Member, word: str, reach: tuple[set[str], set[str]]) -> Document:
    """A text of which one word is nowhere else."""
    networks, territories = sorted(reach[0]), sorted(reach[1])
    body = f"Le tutorat{word} se prépare.".encode()
    return world.document(owner, word, body, networks=networks, territories=territories)


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(reach=REACH, reader=REACH)
def test_what_one_way_shows_all_show(
    searched: Searched, reach: tuple[set[str], set[str]], reader: tuple[set[str], set[str]]
) -> None:
    random.seed()  # Hypothesis fixes it, and Whoosh names its segments with it
    world = searched.world
    owner = world.member(
        "Odile", networks=["coorace", "fnars", "reseau-44"], territories=["region:52"]
    )
    text = deposit(world, owner, f"zephyr{next(world.names)}x", reach)
    photo = world.document(
        owner,
        f"{text.title}photo",
        picture(),
        name="photo.png",
        networks=sorted(reach[0]),
        territories=sorted(reach[1]),
    )
    world.work()
    member = world.member("Lise", networks=sorted(reader[0]), territories=sorted(reader[1]))
    sees = text.audience_id in world.viewer(member).audiences
    shown = shows(searched, member, text, photo)
    assert {way for way, there in shown.items() if there is not sees} == set()


def finds(searched: Searched, member: Member, kind: str, number: int, name: str) -> dict[str, bool]:
    """Whether each way of the directory leads to a person, an organisation or a scheme."""
    client = searched.world.client(member)
    place = {"member": "membres", "organisation": "structures", "scheme": "dispositifs"}[kind]
    here = f"/annuaire/{place}/{number}"
    listed = "/annuaire" if kind == "member" else f"/annuaire/{place}"
    return {
        "list": f'href="{here}"' in client.get(f"{listed}?q={name}").text,
        "found": f'href="{here}"' in client.get(f"/recherche?q={name}").text,
        "narrowed": f'href="{here}"' in client.get(f"/recherche?q={name}&type={kind}").text,
        "titles": here in client.get(f"/recherche/titres?q={name}").text,
        "page": client.get(here).status_code == 200,
    }


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(reach=NETWORKS, reader=REACH, someone=NETWORKS)
def test_what_one_way_of_the_directory_shows_all_show(
    searched: Searched, reach: set[str], reader: tuple[set[str], set[str]], someone: set[str]
) -> None:
    random.seed()  # Hypothesis fixes it, and Whoosh names its segments with it
    world = searched.world
    number = next(world.names)
    house = world.organisation(f"zephyr{number}x", for_networks=sorted(reach))
    scheme = world.scheme(f"alize{number}x", for_networks=sorted(reach))
    colleague = world.member(f"Odile{number}x", networks=sorted(someone))
    form = {"first_name": f"Odile{number}x", "last_name": "Essai", "job": "", "language": "fr"}
    world.client(colleague).post("/compte", data=form)
    world.work()
    member = world.member("Lise", networks=sorted(reader[0]), territories=sorted(reader[1]))
    sees = house.audience_id in world.viewer(member).audiences
    shown = finds(searched, member, "organisation", house.id, house.name)
    assert {way for way, there in shown.items() if there is not sees} == set()
    shown = finds(searched, member, "scheme", scheme.id, scheme.name)
    assert {way for way, there in shown.items() if there is not sees} == set()
    sees = bool(reader[0] and someone)
    shown = finds(searched, member, "member", colleague.id, f"Odile{number}x")
    assert {way for way, there in shown.items() if there is not sees} == set()
