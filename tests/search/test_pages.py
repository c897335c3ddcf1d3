"""The page of results, the titles proposed, and what administrators learn from both."""

from sqlalchemy import select

from forum.models import Attachment
from search.models import Acronym, SearchedInVain
from tests.world import BOTH, World


@BOTH
def test_one_field_finds_a_topic_and_what_is_inside_a_file(world: World) -> None:
    alice = world.member("Alice")
    topic = world.topic(alice, "Covoiturage en zone rurale", "Qui a essayé ?")
    world.reply(topic, alice, "Une navette le lundi.")
    document = world.document(alice, "Guide", b"La navette du lundi dessert le chantier.")
    world.work()
    client = world.client(alice)
    page = client.get("/recherche?q=navettes").get_data(as_text=True)
    assert "<mark>navette</mark>" in page
    assert f'href="/ressources/{document.id}"' in page
    assert f'href="/forum/sujets/{topic.id}#reponse-1"' in page
    assert "réponse 1" in page
    assert "2 résultats" in page
    only = client.get("/recherche?q=navettes&type=document").get_data(as_text=True)
    assert f"/ressources/{document.id}" in only
    assert f"/forum/sujets/{topic.id}#" not in only


def test_a_page_of_a_file_is_one_click_away(world: World) -> None:
    alice = world.member("Alice")
    document = world.document(alice, "Rapport", b"Sommaire\fLe tutorat en entreprise")
    world.work()
    page = world.client(alice).get("/recherche?q=tutorat").get_data(as_text=True)
    assert f"/ressources/{document.id}/texte#page-2" in page
    text = world.client(alice).get(f"/ressources/{document.id}/texte")
    assert text.location == f"/ressources/{document.id}/texte/1"


def test_words_of_an_attached_file_lead_to_its_message(world: World) -> None:
    alice = world.member("Alice")
    topic = world.topic(alice)
    upload = world.upload(alice, "courrier.txt", b"Le recours gracieux.")
    form = {"body": "Voici le courrier.", "uploads": upload}
    world.client(alice).post(f"/forum/sujets/{topic.id}/reponses", data=form)
    (hit,) = world.sought(alice, "recours gracieux")
    assert (hit.kind, hit.id, hit.page) == ("topic", topic.id, 2)


def test_the_words_of_a_file_taken_off_are_no_longer_found(world: World) -> None:
    alice = world.member("Alice")
    topic = world.topic(alice)
    upload = world.upload(alice, "erreur.txt", b"Le zygomorphisme.")
    form = {"body": "Voici.", "uploads": upload}
    client = world.client(alice)
    client.post(f"/forum/sujets/{topic.id}/reponses", data=form)
    assert len(world.sought(alice, "zygomorphisme")) == 1
    attachment = world.one(select(Attachment))
    assert attachment is not None
    off = {"body": "Voici.", "detached": attachment.id}
    client.post(f"/forum/messages/{attachment.post_id}/modifier", data=off)
    assert world.sought(alice, "zygomorphisme") == ()


@BOTH
def test_what_one_may_not_see_leaves_no_trace(world: World) -> None:
    alice = world.member("Alice", networks=["coorace"])
    world.document(alice, "Barème des navettes", b"Le tarif confidentiel.", networks=["coorace"])
    world.topic(alice, "Navettes", "Confidentiel.", networks=["coorace"])
    world.work()
    stranger = world.client(world.member("Élie", networks=["fnars"]))
    for words in ("navettes", "confidentiel", "navetes", "barème", "tarif"):
        page = stranger.get("/recherche", query_string={"q": words}).get_data(as_text=True)
        assert "Rien pour" in page, words
        assert "Navettes" not in page
        assert "Vouliez-vous dire" not in page
        assert stranger.get("/recherche/titres", query_string={"q": words}).json == []


def test_a_document_withdrawn_or_renewed_is_found_as_it_is_now(world: World) -> None:
    alice = world.member("Alice")
    document = world.document(alice, "Guide", b"Ancienne allocation")
    assert [hit.id for hit in world.sought(alice, "allocation")] == [document.id]
    upload = world.upload(alice, "b.txt", b"Nouvelle indemnite")
    here = f"/ressources/{document.id}"
    world.client(alice).post(f"{here}/nouvelle-version", data={"uploads": upload})
    assert world.sought(alice, "allocation") == ()
    assert [hit.id for hit in world.sought(alice, "indemnité")] == [document.id]
    world.client(alice).post(f"{here}/retirer")
    assert world.sought(alice, "indemnité") == ()


def test_titles_are_proposed_as_one_types(world: World) -> None:
    alice = world.member("Alice")
    world.topic(alice, "Permis de conduire : quelles aides ?")
    world.document(alice, "Permis : le guide")
    world.work()
    found = world.client(alice).get("/recherche/titres?q=perm").json
    assert isinstance(found, list)
    assert {one["title"] for one in found} == {
        "Permis de conduire : quelles aides ?",
        "Permis : le guide",
    }
    assert {one["href"] for one in found} == {"/forum/sujets/1", "/ressources/1"}


@BOTH
def test_a_slip_leads_to_what_was_meant(world: World) -> None:
    alice = world.member("Alice")
    world.topic(alice, "Accompagnement en zone rurale")
    world.work()
    client = world.client(alice)
    answer = client.get("/recherche", query_string={"q": "acompagnemnet", "tri": "date"})
    assert answer.location == "/recherche?q=accompagnement&tri=date&pour=acompagnemnet"
    page = client.get(answer.location).get_data(as_text=True)
    assert "Rien ne contient «\u00a0acompagnemnet\u00a0»" in page
    assert "<mark>Accompagnement</mark>" in page
    assert client.post("/recherche/en-vain?q=acompagnemnet").status_code == 302
    assert world.all(select(SearchedInVain.words)) == [], "it is not lacking"


@BOTH
def test_administrators_learn_what_is_sought_in_vain(world: World) -> None:
    alice = world.member("Alice")
    world.topic(alice, "Logement")
    world.work()
    client = world.client(alice)
    page = client.get("/recherche?q=Hippothérapie").get_data(as_text=True)
    assert 'href="/forum/nouveau?titre=Hippoth%C3%A9rapie"' in page
    assert 'data-seen-url="/recherche/en-vain?q=Hippoth%C3%A9rapie"' in page
    for _ in range(2):
        beacon = {"X-Fragment": "1"}
        answer = client.post("/recherche/en-vain?q=Hippothérapie", headers=beacon)
        assert answer.status_code == 204
    assert client.post("/recherche/en-vain?q=logement").status_code == 302
    assert world.all(select(SearchedInVain.words)) == ["hippotherapie"]
    assert world.one(select(SearchedInVain.times)) == 2
    boss = world.client(world.administrator())
    assert "hippotherapie" in boss.get("/administration/recherches").get_data(as_text=True)
    boss.post("/administration/recherches", data={"mots": "hippotherapie"})
    assert world.all(select(SearchedInVain.words)) == []
    assert client.get("/administration/recherches").status_code == 403


def test_acronyms_are_edited_and_count_at_once(world: World) -> None:
    alice, boss = world.member("Alice"), world.client(world.administrator())
    topic = world.topic(alice, "Un point sur les territoires zéro chômeur")
    assert world.sought(alice, "TZC") == ()
    form = {"acronym": "tzc", "meaning": "territoire zéro chômeur"}
    assert boss.post("/administration/sigles", data=form).status_code == 302
    assert [hit.id for hit in world.sought(alice, "TZC")] == [topic.id]
    wrong = boss.post("/administration/sigles", data={"acronym": "a b", "meaning": "x"})
    assert wrong.status_code == 422
    changed = {"acronym": "TZC", "meaning": "tout autre chose", "wordings": ""}
    assert boss.post("/administration/sigles/TZC", data=changed).status_code == 302
    assert world.sought(alice, "TZC") == ()
    among = boss.get("/administration/sigles?q=AUTRE").get_data(as_text=True)
    assert "/administration/sigles/TZC" in among
    among = boss.get("/administration/sigles?q=rien").get_data(as_text=True)
    assert "/administration/sigles/TZC" not in among
    assert boss.post("/administration/sigles/TZC/supprimer").status_code == 302
    assert world.all(select(Acronym.acronym)) == []
    assert boss.get("/administration/sigles/TZC").status_code == 404


def test_an_odd_search_is_answered(world: World) -> None:
    client = world.client(world.member())
    for words in ("", " ", '"', "-", "-a", "le la les", "\x00", "a" * 5000, "<b>", "%", "'", "🙂"):
        answer = client.get("/recherche", query_string={"q": words, "page": "0", "periode": "x"})
        assert answer.status_code == 200, words
        assert client.get("/recherche/titres", query_string={"q": words}).status_code == 200
