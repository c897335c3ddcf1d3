"""Circulars by mail: whose drafts they become, once, and how long these are kept."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from circulars import actions, personal, queries
from circulars.models import Piece, Sort
from core import clock, jobs
from inbound.actions import receive
from inbound.models import Outcome, Received
from tests.circulars.drafted import ICS, drafts, told, with_files
from tests.circulars.letters import TITLE, circular, circular_address, comes_in
from tests.world import BOTH, World


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
