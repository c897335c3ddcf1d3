"""Who is told of what in the library, by the bell and by mail."""

from datetime import timedelta

from accounts.models import Member
from core import clock
from notifications.jobs import Teller
from notifications.models import Frequency, Kind
from resources.models import Document
from tests.world import BOTH, World


def renew(world: World, owner: Member, document: Document, content: bytes = b"Nouveau") -> None:
    """A new version, as the page does."""
    upload = world.upload(owner, "nouveau.txt", content)
    answer = world.client(owner).post(
        f"/ressources/{document.id}/nouvelle-version",
        data={"uploads": upload, "note": "Les tarifs de 2027"},
    )
    assert answer.status_code == 302
    world.work()


def told(world: World, member: Member) -> list[tuple[str, str]]:
    return [(one.kind.value, one.what) for one in world.told(member)]


@BOTH
def test_those_who_keep_or_have_an_old_version_are_told_of_the_new_one(world: World) -> None:
    owner = world.member("Odile")
    keeps, has, neither = (world.member(name) for name in ("Kévin", "Hawa", "Nino"))
    leaves = world.member("Luc")
    document = world.document(owner, networks=["coorace"])
    here = f"/ressources/{document.id}"
    world.client(keeps).post(f"{here}/favori", data={"label": ""})
    world.client(has).post(f"{here}/telecharger/1")
    world.client(leaves).post(f"{here}/favori", data={"label": ""})
    world.client(leaves).post(f"{here}/favori", data={"favori": "non"})
    renew(world, owner, document)
    new = ("new_document", "")
    assert told(world, keeps) == [new, ("document", "renewed")]
    assert told(world, has) == [new, ("document", "renewed")]
    assert told(world, neither) == told(world, leaves) == [new]
    assert told(world, owner) == []
    world.client(has).post(f"{here}/telecharger/2")
    renew(world, owner, document, b"Encore")
    assert len(told(world, has)) == 2, "told again, in the same line"


def test_the_mail_says_what_changed_and_leads_to_the_document(world: World) -> None:
    owner, keeps = world.member("Odile"), world.member("Kévin")
    document = world.document(owner)
    world.client(keeps).post(f"/ressources/{document.id}/favori", data={"label": ""})
    renew(world, owner, document)
    assert world.mails(keeps) == [], "once a day, in the morning"
    teller = Teller(world.app.extensions["maillage.settings"])
    world.act(lambda s: teller.gather(s, Frequency.DAILY))
    world.work()
    (mail,) = world.mails(keeps)
    assert mail.subject == "Nouvelle version : Guide de la PMSMP"
    assert "Les tarifs de 2027" in mail.text
    assert f"/ressources/{document.id}" in mail.text
    assert "vous avez ce document" in mail.text


def test_new_documents_come_on_monday_and_only_those_that_one_sees(world: World) -> None:
    owner = world.member("Odile", networks=["coorace", "fnars"])
    reader = world.member("Lise", networks=["coorace"])
    for title, network in (("Guide un", "coorace"), ("Guide deux", "coorace"), ("Caché", "fnars")):
        world.document(owner, title, title.encode(), networks=[network])
    withdrawn = world.document(owner, "Retiré", b"retire", networks=["coorace"])
    world.work()
    world.client(owner).post(f"/ressources/{withdrawn.id}/retirer")
    teller = Teller(world.app.extensions["maillage.settings"])
    world.act(lambda s: teller.gather(s, Frequency.WEEKLY))
    world.work()
    (mail,) = world.mails(reader)
    assert mail.subject == "2 nouveaux documents sur Maillage"
    assert "Caché" not in mail.text + mail.html
    assert "Retiré" not in mail.text + mail.html


def test_opening_a_document_sees_what_was_told_of_it(world: World) -> None:
    owner, keeps = world.member("Odile"), world.member("Kévin")
    document = world.document(owner)
    here = f"/ressources/{document.id}"
    world.client(keeps).post(f"{here}/favori", data={"label": ""})
    renew(world, owner, document)
    client = world.client(keeps)
    assert f'data-seen-url="{here}/vu"' in client.get(here).get_data(as_text=True)
    assert client.post(f"{here}/vu", headers={"X-Fragment": "1"}).status_code == 204
    assert [one.kind for one in world.told(keeps) if one.seen_at is None] == []
    assert Kind.DOCUMENT in {one.kind for one in world.told(keeps)}


def test_the_home_page_shows_what_was_deposited_since(world: World) -> None:
    owner, reader = world.member("Odile"), world.member("Lise")
    client = world.client(reader)
    yesterday = clock.now() - timedelta(days=1)
    world.act(lambda s: setattr(s.get_one(Member, reader.id), "last_visit_at", yesterday))
    world.document(owner, "Le nouveau guide")
    assert "Le nouveau guide" in client.get("/").get_data(as_text=True)
    assert "Le nouveau guide" in client.get("/ressources?voir=nouveautes").get_data(as_text=True)
    assert "Le nouveau guide" not in world.client(owner).get("/").get_data(as_text=True)
