"""The drafts on the site: their author's alone, opened in the usual forms, published on a yes."""

import re

import pytest
from sqlalchemy import select

from accounts.models import Member
from agenda.models import Event
from circulars.models import Draft, Piece, Sort
from news.models import Article, ArticleKind
from resources.models import Document, DocumentKind
from tests.circulars.letters import TITLE, circular, circular_address, comes_in
from tests.world import BOTH, World

WORDS = """Nous nous retrouvons jeudi 12 mars 2026 de 9h30 à 12h.

Lieu : Maison des associations
"""


@pytest.fixture
def staff(world: World) -> Member:
    return world.moderator()


@pytest.fixture
def draft(world: World, staff: Member) -> Draft:
    mail = circular(circular_address(world), staff, WORDS, Subject=f"TR: Portes ouvertes, {TITLE}")
    mail.add_attachment(b"Le programme.", "text", "plain", filename="programme.txt")
    comes_in(world, mail)
    (made,) = world.all(select(Draft))
    return made


def piece(world: World, sort: Sort) -> Piece:
    (found,) = world.all(select(Piece).where(Piece.sort == sort))
    return found


@BOTH
def test_drafts_are_seen_by_their_author_alone(world: World, staff: Member, draft: Draft) -> None:
    article, date = piece(world, Sort.ARTICLE), piece(world, Sort.EVENT)
    pages = (
        f"/actualites/publier?brouillon={article.id}&genre=portes-ouvertes",
        f"/agenda/nouveau?brouillon={date.id}",
        f"/ressources/deposer?brouillon={draft.id}",
    )
    for who in (staff, world.moderator(), world.administrator(), world.member("Bruno")):
        client, sees = world.client(who), who.id == staff.id
        assert (draft.title in client.get("/brouillons").get_data(as_text=True)) is sees
        assert [client.get(page).status_code for page in pages] == [200 if sees else 404] * 3
        if not sees:
            for path in (f"{draft.id}/supprimer", f"morceaux/{article.id}/laisser"):
                assert client.post(f"/brouillons/{path}").status_code == 404
    assert world.client().get("/brouillons").status_code == 302


def value(page: str, name: str) -> str:
    found = re.search(rf'<input[^>]* name="{name}"[^>]* value="([^"]*)"', page) or re.search(
        rf'<input[^>]* value="([^"]*)"[^>]* name="{name}"', page
    )
    return found[1] if found else ""


@BOTH
def test_each_part_is_published_by_its_own_form(world: World, staff: Member, draft: Draft) -> None:
    client, network = world.client(staff), world.network("coorace")
    article, date = piece(world, Sort.ARTICLE), piece(world, Sort.EVENT)
    path = f"/actualites/publier?brouillon={article.id}&genre=portes-ouvertes"
    page = client.get(path).get_data(as_text=True)
    assert value(page, "title") == draft.title
    assert (value(page, "starts_on"), value(page, "starts_at")) == ("2026-03-12", "09:30")
    assert "Nous nous retrouvons" in page
    assert re.search(rf'name="networks" value="{network}"[^>]* checked', page)
    assert world.all(select(Article)) == [], "nothing is published without a yes"
    kind = world.one(select(ArticleKind.id).where(ArticleKind.slug == "portes-ouvertes"))
    said = {
        "title": draft.title, "body": "Relu.", "kind": kind, "theme": world.theme(),
        "starts_on": "2026-03-12", "place": "Ici", "reach": "chosen", "networks": network,
        "submission": "abc",
    }  # fmt: skip
    assert client.post(path, data=said).location == "/brouillons"
    assert len(world.all(select(Article))) == 1
    assert client.get(path).status_code == 302, "it was published"
    assert client.post(path, data={**said, "submission": "def"}).location == "/brouillons"
    assert len(world.all(select(Article))) == 1

    path = f"/agenda/nouveau?brouillon={date.id}"
    page = client.get(path).get_data(as_text=True)
    assert (value(page, "starts_on"), value(page, "ends_at")) == ("2026-03-12", "12:00")
    assert value(page, "place") == "Maison des associations"
    reunion = re.search(r'<option value="(\d+)">Réunion', page)
    assert reunion is not None
    said = {
        "title": draft.title, "kind": reunion[1], "starts_on": "2026-03-12",
        "starts_at": "09:30", "reach": "chosen", "networks": network,
    }  # fmt: skip
    assert client.post(path, data=said).location == "/brouillons"
    assert [one.title for one in world.all(select(Event))] == [draft.title]

    path = f"/ressources/deposer?brouillon={draft.id}"
    page = client.get(path).get_data(as_text=True)
    upload = value(page, "uploads")
    sort = world.one(select(DocumentKind.id).where(DocumentKind.slug == "autre"))
    said = {
        "uploads": upload, f"title-{upload}": "Le programme", f"kind-{upload}": sort,
        "reach": "chosen", "networks": network,
    }  # fmt: skip
    answer = client.post(path, data=said)
    (document,) = world.all(select(Document))
    assert answer.location == f"/ressources/{document.id}", "nothing waits any more"
    assert client.get(path).status_code == 302
    assert draft.title not in client.get("/brouillons").get_data(as_text=True).split("</main>")[0]


def test_a_form_that_a_draft_fills_costs_no_more_than_another(
    world: World, staff: Member, draft: Draft
) -> None:
    client, date = world.client(staff), piece(world, Sort.EVENT)
    client.get("/")
    for path in (
        f"/actualites/publier?brouillon={piece(world, Sort.ARTICLE).id}&genre=portes-ouvertes",
        f"/agenda/nouveau?brouillon={date.id}",
        f"/ressources/deposer?brouillon={draft.id}",
        "/brouillons",
    ):
        with world.counted() as statements:
            assert client.get(path).status_code == 200
        assert len(statements) <= 10, (path, statements)


def test_a_part_may_be_put_aside(world: World, staff: Member, draft: Draft) -> None:
    date = piece(world, Sort.EVENT)
    client = world.client(staff)
    assert client.post(f"/brouillons/morceaux/{date.id}/laisser").status_code == 302
    assert client.get(f"/agenda/nouveau?brouillon={date.id}").status_code == 404
    assert world.all(select(Draft.id)) == [draft.id]


def test_a_kind_that_is_to_be_chosen_keeps_the_draft(world: World, staff: Member) -> None:
    comes_in(world, circular(circular_address(world), staff, "Bonjour.", Subject="Des nouvelles"))
    one = piece(world, Sort.ARTICLE)
    client = world.client(staff)
    page = client.get(f"/actualites/publier?brouillon={one.id}").get_data(as_text=True)
    assert f"genre=vie-du-reseau&amp;brouillon={one.id}" in page
    empty = client.post(f"/actualites/publier?brouillon={one.id}", data={"title": ""})
    assert empty.status_code == 422
    assert world.all(select(Piece.done_at)) == [None]


def test_the_page_says_how_when_nothing_waits(world: World, staff: Member) -> None:
    page = world.client(staff).get("/brouillons").get_data(as_text=True)
    assert circular_address(world) in page
    of_member = world.client(world.member("Bruno")).get("/brouillons").get_data(as_text=True)
    assert "circulaires+" not in of_member
    assert 'href="/brouillons"' in page
    assert 'href="/brouillons"' not in of_member
