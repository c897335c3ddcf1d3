"""Giving files and links: what is guessed, what is refused, and that nothing typed is lost."""

import io
import re

import pytest
from sqlalchemy import func, select

from files.models import StoredFile, Upload
from resources import guess
from resources.models import NOTE_LENGTH, Document, Version
from tests.world import BOTH, World


def files(*named: tuple[bytes, str]) -> list[tuple[io.BytesIO, str]]:
    return [(io.BytesIO(content), name) for content, name in named]


@BOTH
def test_three_clicks_deposit_two_files(world: World) -> None:
    member = world.member()
    answer = world.client(member).post(
        "/ressources/deposer",
        data={
            "files": files((b"Ordre du jour", "CR_reunion.txt"), (b"a;b", "grille-de-suivi.csv")),
            "reach": "everyone",
        },
    )
    assert answer.location == "/ressources?voir=les-miens"
    shown = world.client(member).get(answer.location).get_data(as_text=True)
    assert "CR reunion" in shown
    assert "Grille de suivi" in shown
    kinds = select(Document.title, Document.kind_id).order_by(Document.title)
    with world.session() as session:
        assert dict(session.execute(kinds).all()) == {
            "CR reunion": world.kind("compte-rendu"),
            "Grille de suivi": world.kind("outil"),
        }


def test_the_same_form_sent_twice_deposits_once(world: World) -> None:
    member = world.member()
    upload = world.upload(member)
    form = {"uploads": upload, f"title-{upload}": "Mon guide", "reach": "everyone"}
    client = world.client(member)
    first, again = (client.post("/ressources/deposer", data=form) for _ in range(2))
    assert first.location == again.location == "/ressources/1"
    assert world.one(select(func.count()).select_from(Document)) == 1
    assert world.one(select(Document.title)) == "Mon guide"


def test_two_members_who_send_the_same_file_keep_it_once(world: World) -> None:
    for name in ("Alice", "Zoé"):
        world.document(world.member(name), content=b"Le meme contenu.")
    assert world.one(select(func.count()).select_from(StoredFile)) == 1
    assert world.one(select(func.count()).select_from(Document)) == 2


def test_nobody_deposits_the_file_of_another(world: World) -> None:
    upload = world.upload(world.member("Alice"))
    answer = world.client(world.member("Zoé")).post(
        "/ressources/deposer", data={"uploads": upload, "reach": "everyone"}
    )
    assert answer.status_code == 422
    assert world.one(select(func.count()).select_from(Document)) == 0


def test_what_was_sent_and_typed_is_kept_when_the_rest_is_refused(world: World) -> None:
    member = world.member()
    client = world.client(member)
    answer = client.post(
        "/ressources/deposer",
        data={"files": files((b"Bonjour", "note.txt")), "reach": "chosen", "words": "Pour lundi."},
    )
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Pour lundi." in page
    found = re.search(r'name="uploads" value="(\w+)"', page)
    assert found is not None
    again = client.post(
        "/ressources/deposer",
        data={"uploads": found.group(1), f"title-{found.group(1)}": " ", "reach": "everyone"},
    )
    assert again.status_code == 422
    assert found.group(1) in again.get_data(as_text=True)
    done = client.post("/ressources/deposer", data={"uploads": found.group(1), "reach": "everyone"})
    assert done.location == "/ressources/1"


def test_a_form_sent_again_with_its_files_is_one_deposit(world: World) -> None:
    client = world.client(world.member())
    page = client.get("/ressources/deposer").get_data(as_text=True)
    found = re.search(r'name="submission" type="hidden" value="([-\w]+)"', page)
    assert found is not None, page
    for _ in range(2):
        sent = {"files": files((b"Un", "un.txt"), (b"Deux", "deux.txt")), "reach": "everyone"}
        client.post("/ressources/deposer", data={**sent, "submission": found.group(1)})
    assert world.all(select(Document.title).order_by(Document.title)) == ["Deux", "Un"]
    sent = {"files": files((b"Un", "un.txt")), "reach": "everyone", "submission": "another"}
    client.post("/ressources/deposer", data=sent)
    assert world.one(select(func.count()).select_from(Document)) == 3


def test_a_file_can_be_left_out_when_the_form_comes_back(world: World) -> None:
    member = world.member()
    wanted, other = world.upload(member, "oui.txt", b"Oui"), world.upload(member, "non.txt", b"Non")
    form = {"uploads": [wanted, other], "left_out": other, "reach": "everyone"}
    answer = world.client(member).post("/ressources/deposer", data=form)
    assert answer.location == "/ressources/1"
    assert world.all(select(Version.name)) == ["oui.txt"]


def test_a_new_version_that_is_refused_need_not_be_sent_again(world: World) -> None:
    owner = world.member()
    document = world.document(owner)
    here, client = f"/ressources/{document.id}/nouvelle-version", world.client(owner)
    sent = {"files": files((b"La suite", "suite.txt")), "note": "x" * (NOTE_LENGTH + 1)}
    page = client.post(here, data=sent).get_data(as_text=True)
    found = re.search(r'name="uploads" value="(\w+)"', page)
    assert found is not None
    assert client.post(here, data={"uploads": found.group(1)}).status_code == 302
    assert world.all(select(Version.number).order_by(Version.number)) == [1, 2]


@pytest.mark.parametrize(
    ("content", "name", "why"),
    [
        (b"", "vide.txt", "Ce fichier est vide"),
        (b"MZ\x90\0", "facture.pdf", "est un programme"),
        (b"\x7fELF\x02", "notice", "est un programme"),
        (b"#!/bin/sh\nrm -rf /", "notes.txt", "est un programme"),
        (b"MZ %PDF-1.4 ", "facture.pdf", "est un programme"),
        (b"Bonjour", "facture.pdf.exe", "est un programme"),
        (b"Bonjour", "x" * 240 + ".vbs" + " " * 11 + "longtail", "est un programme"),
        (b"Bonjour", "lisez-moi.LNK", "est un programme"),
    ],
)
def test_what_is_refused_says_why(world: World, content: bytes, name: str, why: str) -> None:
    answer = world.client(world.member()).post(
        "/ressources/deposer", data={"files": files((content, name)), "reach": "everyone"}
    )
    assert answer.status_code == 422
    assert why in answer.get_data(as_text=True)
    assert world.one(select(func.count()).select_from(StoredFile)) == 0
    assert world.one(select(func.count()).select_from(Upload)) == 0


def test_nothing_to_deposit_is_said(world: World) -> None:
    answer = world.client(world.member()).post("/ressources/deposer", data={"reach": "everyone"})
    assert answer.status_code == 422
    assert "Choisissez au moins un fichier" in answer.get_data(as_text=True)


def test_the_picker_counts_who_will_see_it(world: World) -> None:
    member = world.member()
    answer = world.client(member).post("/ressources/deposer/portee", data={"reach": "everyone"})
    assert answer.get_data(as_text=True) == "1 membre pourra le lire"


def test_a_link_is_a_document_without_a_file(world: World) -> None:
    member = world.member()
    client = world.client(member)
    form = {
        "link": "https://www.legifrance.gouv.fr/codes/id/LEGIARTI1",
        "title": "Le code du travail",
        "kind": world.kind("autre"),
        "reach": "everyone",
        "submission": "3f2c",
    }
    first = client.post("/ressources/deposer/lien", data=form)
    again = client.post("/ressources/deposer/lien", data=form)
    assert first.location == again.location == "/ressources/1"
    page = client.get("/ressources/1").get_data(as_text=True)
    assert f'href="{form["link"]}"' in page
    assert client.get("/ressources/1/nouvelle-version").status_code == 404
    moved = client.post("/ressources/1/modifier", data={**form, "link": "https://exemple.fr/la"})
    assert moved.status_code == 302
    assert world.one(select(Document.link)) == "https://exemple.fr/la"


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "https://", "ftp://exemple.fr/x", "exemple", "https://a b.fr"],
)
def test_an_address_that_leads_nowhere_is_refused(world: World, link: str) -> None:
    form = {"link": link, "title": "Page", "kind": world.kind("autre"), "reach": "everyone"}
    answer = world.client(world.member()).post("/ressources/deposer/lien", data=form)
    assert answer.status_code == 422
    assert "Copiez l’adresse entière" in answer.get_data(as_text=True)


def test_an_address_may_be_typed_without_its_beginning(world: World) -> None:
    form = {"title": "Page", "kind": world.kind("autre"), "reach": "everyone"}
    client = world.client(world.member())
    client.post("/ressources/deposer/lien", data={**form, "link": "www.exemple.fr/aides?a=1"})
    assert world.one(select(Document.link)) == "https://www.exemple.fr/aides?a=1"
    wrong = client.post("/ressources/deposer/lien", data={"link": "ici", "reach": "chosen"})
    page = wrong.get_data(as_text=True)
    for each in ("Copiez l’adresse entière", "Remplissez ce champ", "Cochez au moins un réseau"):
        assert each in page, "all that is wrong is said at once"


def test_what_is_said_of_a_document_can_be_said_otherwise(world: World) -> None:
    owner = world.member()
    document = world.document(owner)
    client = world.client(owner)
    answer = client.post(
        f"/ressources/{document.id}/modifier",
        data={
            "title": "Guide 2027",
            "kind": world.kind("compte-rendu"),
            "words": "Pour **préparer** l’entretien.",
            "review_on": "2099-03-01",
        },
    )
    assert answer.status_code == 302
    page = client.get(f"/ressources/{document.id}").get_data(as_text=True)
    assert "<strong>préparer</strong>" in page
    assert "1er\u00a0mars\u00a02099" in page
    wrong = client.post(f"/ressources/{document.id}/modifier", data={"title": ""})
    assert wrong.status_code == 422
    assert world.one(select(Document.title)) == "Guide 2027"


@BOTH
def test_a_new_version_is_shown_and_the_old_one_kept(world: World) -> None:
    owner = world.member()
    document = world.document(owner, content=b"Tarifs de 2026")
    here = f"/ressources/{document.id}"
    client = world.client(owner)
    form = {"files": files((b"Tarifs de 2027", "tarifs.txt")), "note": "Les tarifs de 2027"}
    assert client.post(f"{here}/nouvelle-version", data=form).status_code == 302
    same = {"files": files((b"Tarifs de 2027", "tarifs.txt"))}
    assert client.post(f"{here}/nouvelle-version", data=same).status_code == 422
    none = client.post(f"{here}/nouvelle-version", data={"note": "Rien"})
    assert none.status_code == 422
    assert client.get(f"{here}/fichiers/1/guide.txt").get_data() == b"Tarifs de 2026"
    assert client.get(f"{here}/fichiers/2/tarifs.txt").get_data() == b"Tarifs de 2027"
    page = client.get(here).get_data(as_text=True)
    assert "Les tarifs de 2027" in page
    assert world.all(select(Version.number).order_by(Version.number)) == [1, 2]


def test_a_version_sent_twice_is_one(world: World) -> None:
    owner = world.member()
    document = world.document(owner)
    upload = world.upload(owner, "suite.txt", b"La suite.")
    here = f"/ressources/{document.id}/nouvelle-version"
    for _ in range(2):
        assert world.client(owner).post(here, data={"uploads": upload}).status_code == 302
    assert world.all(select(Version.number).order_by(Version.number)) == [1, 2]


def test_a_document_says_what_takes_its_place_to_those_who_see_it(world: World) -> None:
    owner = world.member(networks=["coorace", "fnars"])
    old, new = (
        world.document(owner, "Guide 2026"),
        world.document(owner, "Guide 2027", networks=["fnars"]),
    )
    client = world.client(owner)
    found = client.get(f"/ressources/{old.id}/remplacer?q=guidé 2027").get_data(as_text=True)
    assert "Guide 2027" in found
    client.post(f"/ressources/{old.id}/remplacer", data={"par": new.id})
    assert "Guide 2027" in client.get(f"/ressources/{old.id}").get_data(as_text=True)
    stranger = (
        world.client(world.member("Lise")).get(f"/ressources/{old.id}").get_data(as_text=True)
    )
    assert "Ce document est remplacé par un autre." in stranger
    assert "Guide 2027" not in stranger
    round_ = client.post(f"/ressources/{new.id}/remplacer", data={"par": old.id})
    assert round_.location == f"/ressources/{new.id}/remplacer"
    client.post(f"/ressources/{old.id}/remplacer")
    assert "est remplacé" not in client.get(f"/ressources/{old.id}").get_data(as_text=True)


@pytest.mark.parametrize(
    ("name", "title", "kind"),
    [
        ("CR_CA_2026-03-12.docx", "CR CA 2026-03-12", "compte-rendu"),
        ("décret n°2021-1128.pdf", "Décret n°2021-1128", "texte-reglementaire"),
        ("livret-accueil_salarié.odt", "Livret accueil salarié", "livret-d-accueil"),
        ("modele_contrat CDDI.doc", "Modele contrat CDDI", "modele"),
        ("AG 2026.pptx", "AG 2026", "presentation"),
        ("budget.xlsx", "Budget", "outil"),
        ("IMG_2041.jpg", "IMG 2041", "autre"),
        (".txt", ".txt", "autre"),
    ],
)
def test_a_name_lets_a_title_and_a_kind_be_expected(name: str, title: str, kind: str) -> None:
    assert (guess.title(name), guess.kind(name)) == (title, kind)
