"""Finding: close questions while a title is typed."""

from accounts.models import Member
from forum import listing, moderation
from forum.models import Topic
from tests.forum.topics import hide, posts_of
from tests.world import BOTH, World


def similar(world: World, member: Member, title: str) -> list[str]:
    viewer = world.viewer(member)
    return [one.title for one in world.act(lambda s: listing.similar_topics(s, viewer, title))]


@BOTH
def test_a_close_question_is_found_while_the_title_is_typed(world: World) -> None:
    asker = world.member()
    world.topic(asker, "PMSMP en ETTI : la convention")
    world.topic(asker, "Rythme des suivis en ETTI")
    world.topic(asker, "Une aide au permis pour les moins de 26 ans")
    world.work()
    found = similar(world, world.member("Bruno"), "qui signe une pmsmp dans une etti")
    assert found == ["PMSMP en ETTI : la convention", "Rythme des suivis en ETTI"]
    page = world.client(asker).get("/forum/semblables?title=qui+signe+une+pmsmp")
    assert "PMSMP en ETTI" in page.get_data(as_text=True)
    assert world.client(asker).get("/forum/semblables?title=").get_data(as_text=True).strip() == ""


@BOTH
def test_a_close_question_that_one_does_not_see_is_not_found(world: World) -> None:
    asker, moderator = world.member(), world.moderator()
    topics = [world.topic(asker, f"PMSMP numéro {one}", networks=["coorace"]) for one in range(4)]
    world.work()
    stranger = world.member("Bruno", networks=("fnars",))
    assert similar(world, stranger, "pmsmp") == []
    assert len(similar(world, asker, "pmsmp")) == 4
    hide(world, moderator, posts_of(world, topics[0])[0].id)
    world.act_as(
        moderator,
        lambda s, v: moderation.merge(
            s, s.get_one(Topic, topics[1].id), s.get_one(Topic, topics[2].id), by=v, reason="Oui."
        ),
    )
    world.work()
    assert similar(world, asker, "pmsmp") == ["PMSMP numéro 3", "PMSMP numéro 2"]
