"""The letters of before: each is read again through the rule, and keeps no title."""

import re

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from access.models import MemberNetwork, Network
from accounts.models import Member
from notifications.letter.actions import say
from notifications.letter.models import Edition, Letter
from tests.letters.weekly import letter, only_written
from tests.notifications.mailing import letters_begin, letters_leave
from tests.world import BOTH, World


@BOTH
def test_an_archived_letter_is_read_again_through_the_rule(world: World) -> None:
    author, reader, other = (
        world.member("Odile", networks=("coorace", "fnars")),
        world.member("Bo", networks=("coorace", "fnars")),
        world.member("Autre"),
    )
    world.topic(author, "Réservé à la FNARS", networks=["fnars"])
    world.topic(author, "Pour tous")
    week = letters_leave(world)
    path = f"/lettres/{week}"
    page = world.client(reader).get(path).get_data(as_text=True)
    assert "Réservé à la FNARS" in page
    assert "Pour tous" in page
    world.act(lambda s: leave(s, reader, world.network("fnars")))
    page = world.client(reader).get(path).get_data(as_text=True)
    assert "Réservé à la FNARS" not in page
    assert "Pour tous" in page
    assert "Réservé à la FNARS" not in world.client(other).get(path).get_data(as_text=True)
    assert world.client(reader).get("/lettres").get_data(as_text=True).count(path) == 1
    assert world.client(reader).get("/lettres/2020-W01").status_code == 404
    assert world.client(reader).get("/lettres/demain").status_code == 404


def test_a_word_is_read_again_by_those_who_still_are_of_its_network(world: World) -> None:
    editor = world.moderator("Mo", networks=("coorace",))
    reader, stays = world.member("Bo", networks=("coorace", "fnars")), world.member("Amina")
    network_id = world.network("coorace")
    world.act_as(
        editor, lambda s, v: say(s, v, s.get_one(Network, network_id), "Bonne rentrée à tous.")
    )
    week = letters_leave(world, world.all(select(Edition.week))[0])
    world.act(lambda s: leave(s, reader, network_id))
    for member, reads in ((reader, False), (stays, True)):
        page = world.client(member).get(f"/lettres/{week}").get_data(as_text=True)
        assert ("Bonne rentrée" in page) is reads


def test_what_is_closed_since_is_counted_no_more(world: World) -> None:
    networks = ("coorace", "fnars")
    author, reader = (world.member(name, networks=networks) for name in ("Odile", "Bo"))
    for number in range(8):
        world.topic(author, f"Réservé {number}", networks=["fnars"])
    world.topic(author, "Pour tous")
    world.work()
    week = letters_begin(world)
    only_written(world)
    first = letter(world, reader)
    assert first is not None
    assert re.search(r"(et 4 autres|and 4 more)", first.text)
    world.act(lambda s: leave(s, reader, world.network("fnars")))
    world.work()
    last = letter(world, reader)
    assert last is not None
    page = world.client(reader).get(f"/lettres/{week}").get_data(as_text=True)
    for said in (last.text, page):
        assert "Pour tous" in said
        assert not re.search(r"(et \d+ autre|and \d+ more)", said)
    assert "5" not in last.subject
    assert "1 question" in last.subject


def leave(session: Session, member: Member, network_id: int) -> None:
    session.execute(
        delete(MemberNetwork).where(
            MemberNetwork.member_id == member.id, MemberNetwork.network_id == network_id
        )
    )


def test_a_letter_keeps_numbers_and_no_title(world: World) -> None:
    author, reader = world.member("Odile"), world.member("Rémi")
    topic = world.topic(author, "Un titre à ne pas garder")
    letters_leave(world)
    (kept,) = world.all(select(Letter).where(Letter.member_id == reader.id))
    assert kept.parts["parts"]["questions"] == [["topic", topic.id]]
    assert topic.title not in str(kept.parts)
