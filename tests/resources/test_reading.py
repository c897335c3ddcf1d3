"""The worker reads what is deposited; what defeats it is kept, says why, and stops nothing."""

from datetime import timedelta
from pathlib import Path
from typing import BinaryIO
from unittest.mock import patch

import pytest
from sqlalchemy import select

import files.jobs
from core import clock
from core.extraction import Extracted, extract
from files.models import StoredFile
from resources import jobs
from resources.models import Document
from tests.services import ROOT, leave_out
from tests.world import BOTH, World

HOSTILE = ROOT.parent / "shared/data/docs/hostile"


@BOTH
def test_the_text_alone_is_a_light_page(world: World) -> None:
    owner = world.member()
    document = world.document(owner, content="Le suivi du salarié.\n\nLa sortie.".encode())
    client = world.client(owner)
    here = f"/ressources/{document.id}"
    assert "en cours de lecture" in client.get(here).get_data(as_text=True)
    assert client.get(f"{here}/texte/1").status_code == 404
    world.work()
    assert f"{here}/texte/1" in client.get(here).get_data(as_text=True)
    page = client.get(f"{here}/texte/1").get_data(as_text=True)
    assert "<p>Le suivi du salarié.</p><p>La sortie.</p>" in page


def test_a_file_that_cannot_be_read_is_kept_and_says_why(world: World) -> None:
    owner = world.member()
    broken = world.document(owner, "Abîmé", b"%PDF-1.7 rien", name="abime.pdf")
    sound = world.document(owner, "Sain")
    world.work()
    client = world.client(owner)
    assert "il est abîmé" in client.get(f"/ressources/{broken.id}").get_data(as_text=True)
    assert client.get(f"/ressources/{broken.id}/fichiers/1/x").get_data() == b"%PDF-1.7 rien"
    assert client.get(f"/ressources/{sound.id}/texte/1").status_code == 200


def test_a_kill_during_the_reading_leaves_no_copy_of_the_file(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = world.app.extensions["maillage.settings"].var / "reading"
    seen: list[list[Path]] = []

    def look(file: BinaryIO) -> Extracted:
        seen.append(list(folder.iterdir()))
        return extract(file)

    monkeypatch.setattr(files.jobs, "extract", look)
    document = world.document(world.member())
    world.work()
    assert seen == [[]], "what has a name outlives a worker that is killed"
    assert world.one(select(StoredFile.words)), document.title


@pytest.mark.data
@pytest.mark.timeout(300)
def test_no_hostile_file_stops_the_queue(world: World) -> None:
    if not HOSTILE.exists():
        leave_out("the shared data is absent")
    owner = world.member()
    hostile = [path for path in sorted(HOSTILE.iterdir()) if path.suffix != ".json"]
    for path in hostile:
        world.upload(owner, path.name + ".bin", path.read_bytes() or b" ")
    world.upload(owner, "apres.txt", b"Celui qui vient apres.")
    world.work()
    assert world.all(select(StoredFile.id).where(StoredFile.read_at.is_(None))) == []


def test_the_owner_is_reminded_once_of_each_review(world: World) -> None:
    owner, reader = world.member("Odile"), world.member("Lise")
    document = world.document(owner)
    client = world.client(owner)
    first, second = (clock.today() + timedelta(days=days) for days in (30, 60))
    form = {"title": "Guide", "kind": world.kind()}
    client.post(f"/ressources/{document.id}/modifier", data={**form, "review_on": first})
    world.work()
    for days in (0, 29, 30, 31):
        with patch.object(clock, "now", return_value=clock.now() + timedelta(days=days)):
            world.act(lambda s: jobs.review(s, {}))
            world.work()
        reminded = world.one(select(Document.reminded_on))
        assert reminded == (first if days >= 30 else None)
    told = [one.what for one in world.told(owner)]
    assert told == ["review"]
    assert [one.what for one in world.told(reader)] == [""], "the new document alone"
    page = client.get("/notifications").get_data(as_text=True)
    assert "Votre document est-il toujours à jour" in page
    client.post(f"/ressources/{document.id}/modifier", data={**form, "review_on": second})
    with patch.object(clock, "now", return_value=clock.now() + timedelta(days=60)):
        world.act(lambda s: jobs.review(s, {}))
        world.work()
    assert world.told(owner)[0].seen_at is None
    assert world.one(select(Document.reminded_on)) == second
    assert client.post(f"/ressources/{document.id}/vu").status_code == 302
    assert world.told(owner)[0].seen_at is not None


def test_a_review_is_for_a_day_to_come(world: World) -> None:
    owner = world.member()
    document = world.document(owner)
    form = {"title": "Guide", "kind": world.kind()}
    here, client = f"/ressources/{document.id}/modifier", world.client(owner)
    late = client.post(here, data={**form, "review_on": clock.today()})
    assert late.status_code == 422
    assert "Choisissez un jour à venir" in late.get_data(as_text=True)
    soon = {**form, "review_on": clock.today() + timedelta(days=1)}
    assert client.post(here, data=soon).status_code == 302
    with patch.object(clock, "now", return_value=clock.now() + timedelta(days=9)):
        kept = client.post(here, data={**soon, "title": "Guide, relu"})
    assert kept.status_code == 302, "what was chosen may stay"
