"""`maillage agenda import`: the dates of another calendar."""

import json
from pathlib import Path

import pytest

from tests.agenda.ics.calendars import CANCELLED, MOVED, WEEKLY, calendar, event
from tests.installation import Installation


def written(folder: Path, content: bytes) -> str:
    path = folder / "dates.ics"
    path.write_bytes(content)
    return str(path)


def test_a_dry_run_says_what_is_read_and_needs_no_database(bare: Installation) -> None:
    file = written(bare.folder, calendar(WEEKLY, MOVED, CANCELLED))
    done = bare.run("agenda", "import", file, "--dry-run")
    said = json.loads(done.out)
    assert done.status == 0
    assert said["counts"] == {"calendars": 1, "events": 3, "occurrences": 6, "problems": 0}
    assert said["window"] == ["2027-03-01", "2029-02-28"]
    assert [one["starts"] for one in said["occurrences"]][:2] == [
        "2027-03-01T09:30:00",
        "2027-03-09T14:00:00",
    ]
    assert not (bare.folder / "maillage.db").exists()


@pytest.mark.parametrize(
    ("content", "status", "words"),
    [
        (b"", 3, "Ce fichier est vide."),
        (b"Bonjour", 3, "Ce fichier n’est pas un agenda"),
        (b"BEGIN:VCALENDAR\n" * 5000, 3, "imbriqués"),
        (calendar(event("DTSTART:demain")), 1, ""),
    ],
)
def test_what_cannot_be_read_ends_with_a_clear_error(
    bare: Installation, content: bytes, status: int, words: str
) -> None:
    done = bare.run("agenda", "import", written(bare.folder, content), "--dry-run")
    assert done.status == status
    assert words in done.err
    said = json.loads(done.out)
    if status == 1:
        assert said["problems"][0]["words"] == "DTSTART n’est pas une date : « demain »."


def test_events_are_announced_once(demonstration: Installation) -> None:
    file = written(demonstration.folder, calendar(WEEKLY))
    command = ["agenda", "import", file, "--as", "membre@maillage.example", "--kind", "reunion"]
    for fate in ("new", "same"):
        done = demonstration.run(*command)
        assert done.status == 0, done
        assert [one["fate"] for one in json.loads(done.out)["outcomes"]] == [fate]


def test_it_is_done_in_the_name_of_a_member(demonstration: Installation) -> None:
    file = written(demonstration.folder, calendar(WEEKLY))
    assert demonstration.run("agenda", "import", file).status == 2
    nobody = demonstration.run("agenda", "import", file, "--as", "rien@example.org")
    assert (nobody.status, nobody.err) == (1, "rien@example.org n’est pas membre.\n")
    kind = ["--as", "membre@maillage.example", "--kind", "fete"]
    assert "Types : assemblee-generale" in demonstration.run("agenda", "import", file, *kind).err
