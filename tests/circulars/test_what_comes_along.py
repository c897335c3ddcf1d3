"""Circulars by mail: the files, the dates and the pictures that come with their words."""

import io
from email.message import EmailMessage
from random import Random

import pytest
from PIL import Image
from sqlalchemy import select

from accounts.models import Member
from circulars import queries
from circulars.models import Piece, Sort
from core.extraction.kinds import PDF
from files.models import StoredFile, Upload
from inbound.models import Outcome
from tests.circulars.drafted import ICS, drafts, with_files
from tests.circulars.letters import circular, circular_address, comes_in
from tests.world import BOTH, World


@BOTH
def test_files_wait_for_the_library_by_its_rules(world: World) -> None:
    staff = world.moderator()
    sent = with_files(
        circular(circular_address(world), staff, "Voir les fichiers."),
        ("Ordre du jour.txt", b"Le tour de table."),
        ("affiche.exe", b"MZ"),
        ("logo.png", b"\x89PNG\r\n"),
        ("programme.pdf", b"%PDF-1.4 rien"),
    )
    comes_in(world, sent)
    names = world.all(
        select(Upload.name).join(Piece, Piece.upload_id == Upload.id).order_by(Piece.id)
    )
    assert names == ["Ordre du jour.txt", "programme.pdf"]
    (draft,) = drafts(world)
    assert [one["code"] for one in draft.left_out] == ["file-dangerous"]
    world.work()
    read = world.all(select(StoredFile).order_by(StoredFile.id))
    assert [(one.mime, one.read_at is not None) for one in read] == [
        ("text/plain", True),
        (PDF, True),
    ]
    (mail,) = world.mails(staff)
    assert "affiche.exe" in mail.text


def test_a_calendar_becomes_a_proposed_date(world: World) -> None:
    staff = world.moderator()
    mail = circular(circular_address(world), staff, "Réunion le 20 mars 2026.")
    mail.add_attachment(ICS.encode(), "application", "octet-stream", filename="invitation.ics")
    comes_in(world, mail)
    (date,) = world.all(select(Piece).where(Piece.sort == Sort.EVENT))
    said = {name: date.said[name] for name in ("title", "starts_on", "starts_at", "ends_at")}
    assert said == {
        "title": "Journée des CIP",
        "starts_on": "2026-03-12",
        "starts_at": "09:30",
        "ends_at": "12:00",
    }
    assert world.all(select(Piece).where(Piece.sort == Sort.DOCUMENT)) == []


def test_a_calendar_that_is_broken_is_left_out_and_said(world: World) -> None:
    staff = world.moderator()
    mail = circular(circular_address(world), staff, "Réunion le 20 mars 2026.")
    mail.add_attachment(b"BEGIN:VCALENDAR\r\nX", "text", "calendar", filename="a.ics")
    assert comes_in(world, mail).outcome is Outcome.DRAFT
    (date,) = world.all(select(Piece).where(Piece.sort == Sort.EVENT))
    assert date.said["starts_on"] == "2026-03-20"


@pytest.mark.parametrize(
    ("title", "words", "kind"),
    [
        ("Portes ouvertes aux Jardins", "", "portes-ouvertes"),
        ("Appel à projets FSE", "", "appel-a-projets"),
        ("L’atelier recrute", "", "offre-d-emploi"),
        ("Samedi", "Portes ouvertes de l’atelier", "portes-ouvertes"),
        ("Des nouvelles", "Bonjour à toutes et à tous", None),
    ],
)
def test_the_kind_is_guessed_or_left_to_choose(
    world: World, title: str, words: str, kind: str | None
) -> None:
    staff = world.moderator()
    comes_in(world, circular(circular_address(world), staff, f"{words}.", Subject=f"TR : {title}"))
    (article,) = world.all(select(Piece).where(Piece.sort == Sort.ARTICLE))
    assert (article.said["title"], article.said["kind"]) == (title, kind)


def illustrated(to: str, sender: Member, *pictures: bytes) -> EmailMessage:
    """A circular whose HTML shows pictures."""
    mail = circular(to, sender, "Une journée.")
    shown = "".join(f'<img src="cid:{number}@x" alt="">' for number in range(len(pictures)))
    mail.add_alternative(f"<p>Une journée.</p>{shown}", subtype="html")
    html = mail.get_payload()[1]  # type: ignore[index]
    for number, content in enumerate(pictures):
        html.add_related(content, "image", "png", cid=f"<{number}@x>", filename="p.png")  # type: ignore[union-attr]
    return mail


def png(width: int, height: int, seed: int = 1) -> bytes:
    """A picture that weighs as much as a photograph of its size."""
    drawn = io.BytesIO()
    Image.frombytes("RGB", (width, height), Random(seed).randbytes(width * height * 3)).save(
        drawn, "PNG"
    )
    return drawn.getvalue()


LOGO, MIDDLE, LARGE = png(20, 20), png(90, 90), png(400, 200)
SHOWN = {
    "one": ((LOGO, MIDDLE), (90, 90)),
    "the first large": ((MIDDLE, LARGE, MIDDLE), (400, 200)),
    "logos": ((LOGO, LOGO), None),
    "several small": ((MIDDLE, png(90, 90, 2)), None),
    "no picture": ((b"\x89PNG\r\n\x1a\n" + b"x" * 50_000,), None),
}


@BOTH
@pytest.mark.parametrize("which", SHOWN)
def test_the_picture_of_a_circular_becomes_that_of_its_article(world: World, which: str) -> None:
    pictures, size = SHOWN[which]
    staff = world.moderator()
    comes_in(world, illustrated(circular_address(world), staff, *pictures))
    (article,) = world.all(select(Piece).where(Piece.sort == Sort.ARTICLE))
    (draft,) = drafts(world)
    assert (article.file_id is None, draft.left_out) == (size is None, [])
    assert world.act_as(staff, lambda s, v: s.execute(queries.files_of(v, draft.id)).all()) == []
    page = world.client(staff).get(
        f"/actualites/publier?brouillon={article.id}&genre=vie-du-reseau"
    )
    assert ('name="picture_kept"' in page.text) is (size is not None)
    if article.file_id is not None:
        file = world.act(lambda s: s.get_one(StoredFile, article.file_id))
        kept = world.app.extensions["maillage.storage"].get(file.sha256)
        assert Image.open(io.BytesIO(kept)).size == size
        assert Image.open(io.BytesIO(kept)).format == "WEBP"
