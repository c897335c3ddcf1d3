"""Circulars by mail: whose drafts they become, once, and what is refused."""

import io
from datetime import timedelta
from email.message import EmailMessage
from random import Random
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import func, select, update

from access.viewers import Role
from accounts import administration
from accounts.models import AuditEntry, Member
from circulars import actions, personal, queries
from circulars.models import Draft, Piece, Sort
from core import clock, jobs
from core.extraction.kinds import PDF
from core.refusals import Refused
from files.models import StoredFile, Upload
from inbound.actions import receive
from inbound.models import Outcome, Received
from tests.circulars.letters import TITLE, circular, circular_address, comes_in, renew
from tests.world import BOTH, World

ICS = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//x//
BEGIN:VEVENT
UID:un@example.org
SUMMARY:Journée des CIP
DTSTART;TZID=Europe/Paris:20260312T093000
DTEND;TZID=Europe/Paris:20260312T120000
LOCATION:Nantes
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")


def drafts(world: World) -> list[Draft]:
    return world.all(select(Draft).order_by(Draft.id))


def told(world: World, member: Member) -> list[str]:
    """The mails that answer circulars."""
    kinds = {"draft_ready", "circular_refused"}
    return [mail.kind for mail in world.mails(member) if mail.kind in kinds]


@BOTH
def test_a_circular_becomes_a_draft_and_nothing_else(world: World) -> None:
    staff = world.moderator()
    received = comes_in(world, circular(circular_address(world), staff, "Un mot.\n\nLe 12 mars."))
    assert (received.outcome, received.member_id) == (Outcome.DRAFT, staff.id)
    (draft,) = drafts(world)
    assert (draft.member_id, draft.title) == (staff.id, TITLE)
    assert world.client(staff).get("/actualites").get_data(as_text=True).count(TITLE) == 0
    assert told(world, staff) == ["draft_ready"]
    assert world.all(select(func.count()).where(Received.raw.is_not(None))) == [0]


@BOTH
def test_the_same_circular_twice_makes_one_draft_and_it_is_told(world: World) -> None:
    staff, to = world.moderator(), circular_address(world)
    for number, route in (("<1@x>", b"mx1"), ("<1@x>", b"mx2"), ("<2@x>", b"mx1")):
        mail = circular(to, staff, "Nous nous retrouvons le 12 mars.", Number=number)
        received = comes_in(world, b"Received: from " + route + b"\r\n" + bytes(mail))
    assert len(drafts(world)) == 1
    assert received.why == "come-before"
    subjects = [mail.subject for mail in world.mails(staff) if mail.kind == "draft_ready"]
    assert len(subjects) == 3
    assert subjects[0].startswith(("Brouillon prêt", "Draft ready"))
    assert all("réunion" in subject.lower() for subject in subjects)
    assert len(set(subjects)) == 2


@BOTH
@pytest.mark.parametrize("what", ["file", "calendar"])
def test_the_same_words_with_another_file_are_another_circular(world: World, what: str) -> None:
    staff, to = world.moderator(), circular_address(world)
    given = {
        "file": [("Lettre.txt", f"Numéro {number}.".encode()) for number in (1, 2, 2)],
        "calendar": [
            ("date.ics", ICS.replace("20260312", day).encode())
            for day in ("20260312", "20260412", "20260412")
        ],
    }
    for number, file in enumerate(given[what]):
        words = "La lettre du mois est jointe."
        mail = circular(to, staff, words, Number=f"<{number}@x>", Subject="La lettre")
        received = comes_in(world, with_files(mail, file))
    assert len(drafts(world)) == 2
    assert received.why == "come-before"


def test_what_was_published_is_not_proposed_again(world: World) -> None:
    staff, to = world.moderator(), circular_address(world)
    comes_in(world, circular(to, staff, "Un mot."))

    def publish(session: Any, viewer: Any) -> None:
        (draft,) = session.scalars(queries.drafts(viewer)).unique()
        actions.publish(session, draft.pieces)

    world.act_as(staff, publish)
    comes_in(world, circular(to, staff, "Un mot.", Number="<2@x>"))
    assert len(drafts(world)) == 1
    assert world.act_as(staff, lambda s, v: s.scalars(queries.drafts(v)).all()) == []


def test_what_was_discarded_may_come_again(world: World) -> None:
    staff, to = world.moderator(), circular_address(world)
    for number in ("<1@x>", "<2@x>"):
        comes_in(world, circular(to, staff, "Un mot.", Number=number))
        (draft,) = drafts(world)
        assert world.client(staff).post(f"/brouillons/{draft.id}/supprimer").status_code == 302
    assert drafts(world) == []
    assert world.all(select(Piece)) == []


def test_what_was_put_aside_whole_may_come_again(world: World) -> None:
    staff, to = world.moderator(), circular_address(world)
    comes_in(world, circular(to, staff, "Un mot, le 12 mars."))
    for piece in world.all(select(Piece)):
        address = f"/brouillons/morceaux/{piece.id}/laisser"
        assert world.client(staff).post(address).status_code == 302
    assert drafts(world) == []
    again = comes_in(world, circular(to, staff, "Un mot, le 12 mars.", Number="<2@x>"))
    assert (again.outcome, again.why) == (Outcome.DRAFT, "")


# --- who may ------------------------------------------------------------------------------------


@BOTH
@pytest.mark.parametrize(
    ("role", "networks", "outcome", "why"),
    [
        (Role.MODERATOR, ("coorace",), Outcome.DRAFT, ""),
        (Role.ADMINISTRATOR, ("coorace", "fnars"), Outcome.DRAFT, ""),
        (Role.USER, ("coorace",), Outcome.REFUSED, "network-not-served"),
        (Role.MODERATOR, ("fnars",), Outcome.REFUSED, "network-not-served"),
        (Role.ADMINISTRATOR, ("fnars",), Outcome.REFUSED, "network-not-served"),
        (Role.MODERATOR, (), Outcome.REFUSED, "network-not-served"),
    ],
)
def test_only_those_who_moderate_a_network_publish_for_it_by_mail(
    world: World, role: Role, networks: tuple[str, ...], outcome: Outcome, why: str
) -> None:
    who = world.member("Adèle", role=role, networks=networks)
    received = comes_in(world, circular(circular_address(world, "coorace"), who))
    assert (received.outcome, received.why) == (outcome, why)
    assert len(drafts(world)) == (outcome is Outcome.DRAFT)
    assert told(world, who) == ["draft_ready" if outcome is Outcome.DRAFT else "circular_refused"]
    shown = world.client(who).get("/brouillons").get_data(as_text=True)
    assert (circular_address(world, "coorace") in shown) is (outcome is Outcome.DRAFT)


def test_a_stranger_is_not_answered(world: World) -> None:
    staff, to = world.moderator(), circular_address(world)
    received = comes_in(world, circular(to, staff, From="Inconnu <inconnu@example.net>"))
    assert (received.outcome, received.why) == (Outcome.IGNORED, "sender-unknown")
    assert drafts(world) == []
    assert world.mails() == []


def test_one_who_is_suspended_or_has_no_charter_makes_no_draft(world: World) -> None:
    staff, to = world.moderator(), circular_address(world)
    newcomer = world.member("Nadia", role=Role.MODERATOR, charter=False)
    assert comes_in(world, circular(to, newcomer, Number="<n@x>")).why == "charter-first"
    by = world.administrator()
    world.act(
        lambda s: administration.suspend(
            s, s.get_one(Member, staff.id), by=s.get_one(Member, by.id), reason="Non.", until=None
        )
    )
    assert comes_in(world, circular(to, staff)).why == "account-suspended"
    assert drafts(world) == []


def test_a_forged_address_is_nobody_s(world: World) -> None:
    staff, to = world.moderator(), circular_address(world)
    token = to.partition("+")[2].partition("@")[0]
    for place in range(0, len(token), 5):
        other = "a" if token[place] != "a" else "b"
        forged = to.replace(token, token[:place] + other + token[place + 1 :])
        received = comes_in(world, circular(forged, staff, Number=f"<{place}@x>"))
        assert (received.outcome, received.why) == (Outcome.IGNORED, "address-forged")
    assert drafts(world) == []
    assert len(to.partition("@")[0]) <= 64


def test_forged_circulars_leave_a_member_their_answers_by_mail(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inbound.actions.MOST_AN_HOUR", 2)
    staff, to = world.moderator(), circular_address(world)
    token = to.partition("+")[2].partition("@")[0]
    for number in range(3):
        forged = to.replace(token, "a" * len(token))
        received = comes_in(world, circular(forged, staff, Number=f"<{number}@x>"))
        assert (received.why, received.member_id) == ("address-forged", None)
    assert comes_in(world, circular(to, staff, Number="<true@x>")).outcome is Outcome.DRAFT


@BOTH
def test_an_address_that_was_renewed_makes_no_draft_and_it_is_told(world: World) -> None:
    staff, before, administrator = world.moderator(), circular_address(world), world.administrator()
    others = circular_address(world, "fnars")
    renew(world, administrator)
    received = comes_in(world, circular(before, staff, Number="<1@x>"))
    assert (received.outcome, received.why) == (Outcome.REFUSED, "address-renewed")
    after = circular_address(world)
    assert after != before
    assert comes_in(world, circular(after.upper(), staff, Number="<2@x>")).outcome is Outcome.DRAFT
    assert circular_address(world, "fnars") == others
    assert "house-changed" in world.all(select(AuditEntry.act))


@pytest.mark.parametrize(
    ("role", "status"), [(Role.USER, 403), (Role.MODERATOR, 403), (Role.ADMINISTRATOR, 302)]
)
def test_only_an_administrator_renews_an_address(world: World, role: Role, status: int) -> None:
    who, before = world.member("Adèle", role=role), circular_address(world)
    network_id = world.network("coorace")
    path = f"/administration/reseaux/{network_id}/adresse-des-circulaires"
    assert world.client(who).post(path).status_code == status
    assert (circular_address(world) != before) is (status == 302)
    with pytest.raises(Refused) if status == 403 else pytest.MonkeyPatch.context():
        renew(world, who)


@pytest.mark.parametrize(
    ("headers", "outcome"),
    [
        ({"Auto_Submitted": "auto-replied"}, Outcome.IGNORED),
        ({"Subject": "Absence du bureau : circulaire"}, Outcome.IGNORED),
        ({"Return_Path": "<>"}, Outcome.IGNORED),
        ({"List_Id": "<lettre.coorace.example>", "Precedence": "bulk"}, Outcome.DRAFT),
    ],
)
def test_machines_make_no_draft_but_letters_do(
    world: World, headers: dict[str, str], outcome: Outcome
) -> None:
    staff = world.moderator()
    received = comes_in(world, circular(circular_address(world), staff, **headers))
    assert received.outcome is outcome


def test_what_we_write_starts_no_dance(world: World) -> None:
    staff, to = world.moderator(), circular_address(world)
    mail = circular(to, staff, From="Maillage <maillage@example.org>")
    assert comes_in(world, mail).outcome is Outcome.IGNORED


def test_a_sender_who_may_be_borrowed_is_said_to_be(world: World) -> None:
    staff, to = world.moderator(), circular_address(world)
    verdict = "mx.example.org; dkim=none; spf=fail; dmarc=fail header.from=example.org"
    comes_in(world, circular(to, staff, Authentication_Results=verdict))
    (draft,) = drafts(world)
    assert draft.doubtful
    (mail,) = world.mails(staff)
    page = world.client(staff).get("/brouillons").get_data(as_text=True)
    assert "doute" in mail.text or "doubts" in mail.text
    assert "doute" in page or "doubts" in page


def test_drafts_that_pile_up_are_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    staff, to = world.moderator(), circular_address(world)
    monkeypatch.setattr(actions, "MOST_WAITING", 2)
    for number in range(3):
        mail = circular(to, staff, f"Le mot {number}.", Number=f"<{number}@x>")
        received = comes_in(world, mail)
    assert received.why == "too-many-drafts"
    assert len(drafts(world)) == 2


def test_a_mail_with_nothing_in_it_is_given_back(world: World) -> None:
    staff = world.moderator()
    assert comes_in(world, circular(circular_address(world), staff, "  ")).why == "circular-empty"
    assert told(world, staff) == ["circular_refused"]


# --- what comes with it -------------------------------------------------------------------------


def with_files(mail: EmailMessage, *files: tuple[str, bytes]) -> EmailMessage:
    for name, content in files:
        mail.add_attachment(content, "application", "octet-stream", filename=name)
    return mail


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


# --- a kill, a departure, time ------------------------------------------------------------------


@BOTH
@pytest.mark.parametrize("where", ["files", "told"])
def test_a_kill_in_the_middle_loses_nothing_and_doubles_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    from core import outbox
    from files import actions as files

    staff, to = world.moderator(), circular_address(world)
    place: Any = files if where == "files" else outbox
    name = "receive" if where == "files" else "post"
    real = getattr(place, name)

    def dies(*given: Any, **more: Any) -> Any:
        real(*given, **more)
        raise SystemExit

    mail = with_files(circular(to, staff, "Un mot."), ("a.txt", b"Bonjour."))
    world.act(lambda s: receive(s, bytes(mail)))
    monkeypatch.setattr(place, name, dies)
    with pytest.raises(SystemExit):
        world.work()
    assert drafts(world) == []
    monkeypatch.setattr(place, name, real)
    for _twice in range(2):
        world.act(lambda s: s.execute(update(jobs.Job).values(leased_until=None)))
        world.work()
    assert len(drafts(world)) == 1
    assert len(world.all(select(Piece).where(Piece.sort == Sort.DOCUMENT))) == 1
    assert told(world, staff) == ["draft_ready"]


@BOTH
def test_drafts_are_kept_for_ninety_days(world: World) -> None:
    staff = world.moderator()
    comes_in(world, circular(circular_address(world), staff))
    (rule,) = personal.RULES
    present = clock.now()
    world.act(lambda s: rule.carry_out(s, present + timedelta(days=89)))
    assert len(drafts(world)) == 1
    world.act(lambda s: rule.carry_out(s, present + timedelta(days=91)))
    assert drafts(world) == []
    assert world.all(select(Piece)) == []


def test_a_file_of_a_draft_that_waits_is_not_tidied_away(world: World) -> None:
    from files.personal import Erasing

    staff = world.moderator()
    comes_in(world, with_files(circular(circular_address(world), staff, "Un."), ("a.txt", b"Oui.")))
    later = clock.now() + timedelta(days=30)
    for rule in Erasing(world.app.extensions["maillage.storage"]).rules:
        world.act(lambda s, rule=rule: rule.carry_out(s, later))  # type: ignore[misc]
    (piece,) = world.all(select(Piece).where(Piece.sort == Sort.DOCUMENT))
    assert piece.upload_id is not None
    assert piece.file_id is not None


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
