"""What each mail program forwards is read alike: title, words, date, place."""

import pytest
from sqlalchemy import select

from circulars.models import Draft, Piece, Sort
from inbound.models import Outcome
from tests.circulars.letters import PROGRAMS, TITLE, circular_address, comes_in
from tests.world import World


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_circular_is_read_as_it_was_first_written(world: World, program: str) -> None:
    staff = world.moderator()
    received = comes_in(world, PROGRAMS[program](circular_address(world), staff.email))
    assert (received.outcome, received.why) == (Outcome.DRAFT, "")
    (draft,) = world.all(select(Draft))
    assert (draft.title, draft.member_id) == (TITLE, staff.id)
    article, date = world.all(select(Piece).order_by(Piece.id))
    body = article.said["body"]
    assert body.startswith("Nous nous retrouvons le"), body
    assert "- Actualité des PMSMP\n- Tour de table" in body
    assert "https://coorace.example/cip" in body
    for word in ("info@coorace.example", staff.email, "Objet", "sinscrire", "iPhone", "Bonjour"):
        assert word not in body
    assert article.sort is Sort.ARTICLE
    assert article.said["kind"] is None or article.said["kind"] == "vie-du-reseau"
    assert (date.said["starts_on"], date.said["starts_at"], date.said["ends_at"]) == (
        "2026-03-12",
        "09:30",
        "12:00",
    )
    assert date.said["place"] == "Maison des associations, Nantes"


def test_what_was_written_above_is_kept_apart(world: World) -> None:
    staff = world.moderator()
    comes_in(world, PROGRAMS["outlook"](circular_address(world), staff.email))
    (draft,) = world.all(select(Draft))
    assert draft.note == "Bonjour, pour publication. Merci !"


def test_two_programs_of_one_circular_make_one_draft(world: World) -> None:
    staff, to = world.moderator(), circular_address(world)
    for number, program in enumerate(("outlook", "gmail", "outlook_web", "thunderbird_html")):
        raw = PROGRAMS[program](to, staff.email)
        comes_in(world, raw.replace(b"<orig@example.org>", b"<%d@example.org>" % number))
    assert len(world.all(select(Draft))) == 1
