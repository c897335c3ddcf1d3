"""Merging a duplicate into the topic that stays."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from access.viewers import Viewer
from accounts.models import Member
from core.refusals import Refused
from forum import actions, moderation, queries
from forum.models import Following, State, Topic
from tests.forum.moderating import listed, posts
from tests.forum.topics import fresh
from tests.world import BOTH, World


def merge(world: World, moderator: Member, duplicate: Topic, kept: Topic) -> None:
    def act(session: Session, viewer: Viewer) -> None:
        moderation.merge(
            session,
            session.scalars(queries.topic(viewer, duplicate.id)).one(),
            session.scalars(queries.topic(viewer, kept.id)).one(),
            by=viewer,
            reason="Même question.",
        )

    world.act_as(moderator, act)


@BOTH
def test_a_duplicate_is_merged_at_the_end_of_the_topic_that_stays(world: World) -> None:
    first, second, follower = world.member(), world.member(), world.member()
    moderator = world.moderator()
    kept = world.topic(first, "Qui signe ?", "Question gardée.")
    world.reply(kept, second, "Réponse gardée.")
    duplicate = world.topic(second, "Signature ?", "Question en double.")
    world.reply(duplicate, first, "Réponse en double.")
    world.act_as(follower, lambda s, v: actions.follow(s, v, duplicate.id))
    merge(world, moderator, duplicate, kept)
    world.work()
    assert posts(world, kept) == [
        (0, "Question gardée.", State.VISIBLE),
        (1, "Réponse gardée.", State.VISIBLE),
        (2, "Question en double.", State.VISIBLE),
        (3, "Réponse en double.", State.VISIBLE),
    ]
    after, gone = fresh(world, kept), fresh(world, duplicate)
    assert (after.answers, after.last_number) == (3, 3)
    assert (gone.merged_into_id, gone.answers, gone.locked) == (kept.id, 0, True)
    follows = select(Following.member_id).where(Following.topic_id == kept.id, Following.active)
    assert set(world.all(follows)) == {first.id, second.id, follower.id}
    (told,) = [one for one in world.told(second) if one.what == "merge"]
    assert told.reason == "Même question."
    assert listed(world, first) == [kept.id]
    assert world.reply(kept, first).number == 4
    with pytest.raises(Refused, match="not-mergeable"):
        merge(world, moderator, duplicate, kept)


Reach = dict[str, tuple[str, ...]]
EVERYONE: Reach = {}
ONE_NETWORK: Reach = {"networks": ("coorace",)}
ONE_PLACE: Reach = {"territories": ("departement:44",)}
BOTH_OF_THEM: Reach = {"networks": ("coorace",), "territories": ("departement:44",)}


@pytest.mark.parametrize(
    ("duplicate", "kept", "merged"),
    [
        (EVERYONE, EVERYONE, True),
        (EVERYONE, ONE_NETWORK, True),
        (ONE_NETWORK, EVERYONE, False),
        (ONE_NETWORK, BOTH_OF_THEM, True),
        (BOTH_OF_THEM, ONE_NETWORK, False),
        (ONE_PLACE, ONE_NETWORK, False),
        (ONE_PLACE, BOTH_OF_THEM, True),
    ],
)
def test_a_merge_shows_nobody_what_they_could_not_read(
    world: World, duplicate: Reach, kept: Reach, merged: bool
) -> None:
    author, moderator = world.member(), world.moderator()
    one = world.topic(
        author,
        networks=duplicate.get("networks", ()),
        territories=duplicate.get("territories", ()),
    )
    other = world.topic(
        author, networks=kept.get("networks", ()), territories=kept.get("territories", ())
    )
    if merged:
        merge(world, moderator, one, other)
        assert len(posts(world, other)) == 2
    else:
        with pytest.raises(Refused, match="audience-narrower"):
            merge(world, moderator, one, other)
        assert len(posts(world, other)) == 1


def test_topics_are_merged_by_words_number_or_address(world: World) -> None:
    author, moderator = world.member(), world.moderator()
    kept = world.topic(author, "PMSMP en ETTI")
    duplicate = world.topic(author, "Signature d’une PMSMP")
    world.work()
    browser = world.client(moderator)
    address = f"/moderation/sujets/{duplicate.id}/fusionner"
    assert f"garder={kept.id}" in browser.get(address + "?q=pmsmp").text
    for typed in (f"{kept.id}", f"%23{kept.id}", f"http://localhost/forum/sujets/{kept.id}%23x"):
        assert browser.get(f"{address}?q={typed}").location == f"{address}?garder={kept.id}"
    confirm = f"{address}?garder={kept.id}"
    assert "PMSMP en ETTI" in browser.get(confirm).text
    assert browser.post(confirm, data={"reason": ""}).status_code == 422
    done = browser.post(confirm, data={"reason": "Même question."})
    assert done.location == f"/forum/sujets/{kept.id}"
    assert browser.get(f"/forum/sujets/{duplicate.id}").status_code == 301
    myself = browser.post(
        f"/moderation/sujets/{kept.id}/fusionner?garder={kept.id}", data={"reason": "Ah."}
    )
    assert myself.status_code == 422
