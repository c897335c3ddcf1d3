"""A document as a table: who sees it, in the list, on its page, its text, its file, in a zip."""

import io
import zipfile
from collections.abc import Callable, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from access.viewers import Role, Viewer
from accounts import administration
from accounts.models import Member
from core import clock
from resources import actions, queries
from resources.models import Document, Favourite
from resources.queries import Filters
from tests.world import BOTH, World

PEOPLE = {
    "same network and territory": (("coorace",), ("departement:44",), True),
    "same network, a zone within": (("coorace",), ("zone_emploi:5216",), True),
    "same network, the region around": (("coorace",), ("region:52",), True),
    "same network, elsewhere": (("coorace",), ("departement:72",), False),
    "another network, same territory": (("fnars",), ("departement:44",), False),
    "two networks": (("fnars", "coorace"), ("departement:44",), True),
}


def shows(world: World, member: Member, document: Document) -> dict[str, bool]:
    """Whether each way to a document leads to it."""
    client = world.client(member)
    here = f"/ressources/{document.id}"
    lists = ("/ressources", "/ressources?tri=titre", "/ressources?type=outil&theme=formation")
    listed = {path: document.title in client.get(path).get_data(as_text=True) for path in lists}
    opened = {
        path: client.get(path).status_code == 200
        for path in (here, f"{here}/fichiers/1/guide.txt", f"{here}/texte/1")
    }
    acts = {
        path: client.post(path, data={"label": "À lire"}).status_code in {302, 303}
        for path in (f"{here}/favori", f"{here}/telecharger/1", f"{here}/vu")
    }
    zipped = client.post("/ressources/zip", data={"documents": document.id})
    kept = document.title in client.get("/ressources/favoris").get_data(as_text=True)
    return listed | opened | acts | {"zip": zipped.mimetype == "application/zip", "kept": kept}


@BOTH
@pytest.mark.parametrize("who", PEOPLE)
def test_what_one_way_shows_all_show(world: World, who: str) -> None:
    networks, territories, sees = PEOPLE[who]
    owner = world.member("Odile", networks=["coorace"], territories=["region:52"])
    document = world.document(owner, networks=["coorace"], territories=["departement:44"])
    world.work()
    member = world.member("Lise", networks=networks, territories=territories)
    assert set(shows(world, member, document).values()) == {sees}


FILTERS = Filters(kind="compte-rendu")
READS: dict[str, Callable[[Session, Viewer, Document, Document], Sequence[object]]] = {
    "among": lambda s, v, one, _: s.scalars(
        queries.among(v, select(Document.id).where(Document.id == one.id))
    ).all(),
    "candidates": lambda s, v, one, other: s.scalars(
        queries.candidates(v, one.title, other.id)
    ).all(),
    "document": lambda s, v, one, _: s.scalars(queries.document(v, one.id)).all(),
    "favourites": lambda s, v, *_: list(queries.favourites(s, v)),
    "latest_documents": lambda s, v, *_: queries.latest_documents(
        s, v, Filters(kind="compte-rendu")
    ),
    "newest_versions": lambda s, v, one, _: s.scalars(queries.newest_versions(v, [one.id])).all(),
    "opened": lambda s, v, one, _: list(filter(None, [queries.opened(s, v, one.id)])),
    "related": lambda s, v, _, other: queries.related(s, v, other),
    "replaced": lambda s, v, _, other: s.scalars(queries.replaced(v, other.id)).all(),
    "version": lambda s, v, one, _: s.scalars(queries.version(v, one.id, 1)).all(),
    "versions": lambda s, v, one, _: s.scalars(queries.versions(v, one.id)).all(),
    "withdrawn": lambda s, v, one, _: s.scalars(queries.withdrawn(v, one.id)).all(),
}
"""What each read gives of a document, beside another that everyone sees."""
NOT_OF_DOCUMENTS = {"favourite_labels", "holders", "seen"}


@pytest.mark.parametrize("name", READS)
def test_each_read_starts_from_what_the_viewer_sees(world: World, name: str) -> None:
    owner, stranger = world.moderator(), world.moderator("Zoé", networks=["fnars"])
    closed = world.document(owner, "Modèle gardé", networks=["coorace"], kind="compte-rendu")
    other = world.document(owner, "Guide ouvert")
    with world.session() as session:
        for member in (owner, stranger):
            kept = {"member_id": member.id, "document_id": closed.id, "label": ""}
            session.execute(insert(Favourite).values(kept_at=clock.now(), **kept))
        closed = session.get_one(Document, closed.id)
        closed.replaced_by_id = other.id if name == "replaced" else None
        closed.withdrawn_at = clock.now() if name == "withdrawn" else None
    given = {}
    for member in (owner, stranger):
        with world.session() as session:
            given[member.id] = READS[name](session, world.viewer(member), closed, other)
    assert len(given[owner.id]) == 1
    assert len(given[stranger.id]) == 0


def test_no_read_is_forgotten() -> None:
    reads = {
        name
        for name, one in vars(queries).items()
        if callable(one)
        and getattr(one, "__module__", "") == queries.__name__
        and name[0] != "_"
        and name.islower()
    }
    assert reads == READS.keys() | NOT_OF_DOCUMENTS


def test_a_withdrawn_document_is_nowhere(world: World) -> None:
    owner, reader = world.member("Odile"), world.member("Lise")
    document = world.document(owner)
    world.work()
    assert world.client(owner).post(f"/ressources/{document.id}/retirer").status_code == 302
    for member in (owner, reader, world.administrator()):
        assert set(shows(world, member, document).values()) == {False}
    assert world.client(reader).get(f"/ressources/{document.id}/retire").status_code == 404
    assert world.client(reader).post(f"/ressources/{document.id}/retire").status_code == 404
    assert world.client(owner).get(f"/ressources/{document.id}/retire").status_code == 200
    assert world.client(owner).post(f"/ressources/{document.id}/retire").status_code == 302
    assert set(shows(world, reader, document).values()) == {True}


def test_only_its_owner_and_the_moderators_tend_it(world: World) -> None:
    owner, reader, moderator = world.member("Odile"), world.member("Lise"), world.moderator()
    document = world.document(owner)
    other = world.document(owner, "Guide 2027")
    here = f"/ressources/{document.id}"
    for member, may in ((reader, False), (owner, True), (moderator, True)):
        client = world.client(member)
        for page in ("modifier", "nouvelle-version", "remplacer"):
            assert client.get(f"{here}/{page}").status_code == (200 if may else 403), page
        for act in ("modifier", "nouvelle-version"):
            assert client.post(f"{here}/{act}", data={"title": ""}).status_code == (
                422 if may else 403
            ), act
        answer = client.post(f"{here}/remplacer", data={"par": other.id})
        assert answer.status_code == (302 if may else 403)
    assert world.client(reader).post(f"{here}/retirer").status_code == 403
    hidden = world.document(world.member("Élie", networks=["fnars"]), networks=["fnars"])
    stranger = world.moderator(networks=["coorace"])
    assert world.client(stranger).post(f"/ressources/{hidden.id}/retirer").status_code == 404


REACHES = st.tuples(
    st.sets(st.sampled_from(["coorace", "fnars"])),
    st.sets(st.sampled_from(["departement:44", "departement:72", "zone_emploi:5216"])),
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(reach=REACHES, reader=REACHES)
def test_the_rule_holds_for_any_audience(
    world: World, reach: tuple[set[str], set[str]], reader: tuple[set[str], set[str]]
) -> None:
    owner = world.member("Odile", networks=["coorace", "fnars"], territories=["region:52"])
    title = f"Guide n°{next(world.names):05}"
    document = world.document(owner, title, networks=sorted(reach[0]), territories=sorted(reach[1]))
    member = world.member("Lise", networks=sorted(reader[0]), territories=sorted(reader[1]))
    viewer = world.viewer(member)
    sees = document.audience_id in viewer.audiences
    world.work()
    assert set(shows(world, member, document).values()) == {sees}
    found = world.act(lambda s: queries.latest_documents(s, viewer))
    assert (document.id in {row[0].id for row in found}) is sees


def test_a_zip_holds_only_what_is_seen_under_names_of_its_own(world: World) -> None:
    owner = world.member("Odile", networks=["coorace", "fnars"])
    open_ = world.document(owner, "Un", b"un", networks=["coorace"])
    same_name = world.document(owner, "Deux", b"deux", networks=["coorace"])
    closed = world.document(owner, "Trois", b"trois", networks=["fnars"])
    link = world.document(owner, "Lien", link="https://travail-emploi.gouv.fr/page")
    ids = [open_.id, same_name.id, closed.id, link.id, 99]
    client = world.client(world.member("Lise", networks=["coorace"]))
    answer = client.post("/ressources/zip", data={"documents": ids})
    with zipfile.ZipFile(io.BytesIO(answer.get_data())) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    assert held == {"guide.txt": b"deux", "guide (2).txt": b"un"}
    counted = world.act(lambda s: [s.get_one(Document, one).downloads for one in ids[:4]])
    assert counted == [1, 1, 0, 0]
    nothing = client.post(
        "/ressources/zip", data={"documents": [closed.id], "suite": "/ressources"}
    )
    assert nothing.location == "/ressources"


def test_favourites_stand_under_their_labels_those_without_one_last(world: World) -> None:
    reader = world.member()
    bare, sorted_ = world.document(reader, "Sans rien"), world.document(reader, "Zones rurales")
    world.act_as(reader, lambda s, viewer: actions.favour(s, viewer, bare.id))
    world.act_as(reader, lambda s, viewer: actions.favour(s, viewer, sorted_.id, "Mobilité"))
    page = world.client(reader).get("/ressources/favoris").get_data(as_text=True)
    order = [page.index(words) for words in ("Mobilité", "Zones rurales", "Sans rien")]
    assert order == sorted(order)


def test_a_member_who_leaves_a_network_loses_its_documents_at_once(world: World) -> None:
    owner = world.member("Odile")
    document = world.document(owner, networks=["coorace"])
    reader = world.member("Lise")
    world.act_as(reader, lambda s, viewer: actions.favour(s, viewer, document.id, "À lire"))
    client = world.client(reader)
    assert document.title in client.get("/ressources/favoris").get_data(as_text=True)

    administrator = world.administrator()
    fnars, loire = world.network("fnars"), world.territory("departement:44")
    world.act(
        lambda s: administration.place(
            s,
            s.get_one(Member, reader.id),
            by=s.get_one(Member, administrator.id),
            role=Role.USER,
            networks=[fnars],
            territories=[loire],
        )
    )
    assert set(shows(world, reader, document).values()) == {False}
    assert "À lire" not in client.get("/ressources/favoris").get_data(as_text=True)
