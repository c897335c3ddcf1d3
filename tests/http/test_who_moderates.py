"""What moderators find and decide, and who sees what they decided."""

import re
from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from access.viewers import Role, Viewer
from forum import moderation
from forum.models import Post, Topic
from tests.http.sample import report
from tests.http.story import Story, shut, tells
from tests.world import BOTH, World


@BOTH
def test_a_moderator_finds_in_the_queue_only_what_they_see(story: Story) -> None:
    world = story.world
    report(world, story.answer.id, story.people["same network, a zone inside"])
    world.work()
    for name, someone, client in story.clients():
        if someone.role is Role.USER:
            assert client.get("/moderation").status_code in {302, 403, 404}
            continue
        for path in ("/moderation", "/moderation/registre"):
            answer = client.get(path)
            assert answer.status_code == 200
            expected = someone.sees and path == "/moderation"
            assert tells(answer) is expected, (name, path)
        home = client.get("/").get_data(as_text=True)
        counted = bool(
            re.search(r"href=\"/moderation\"(?:(?!</a>).)*class=\"count\"", home, re.DOTALL)
        )
        assert counted is someone.sees, name
        for act in ("masquer", "garder", "retablir", "historique"):
            answer = client.get(f"/moderation/messages/{story.answer.id}/{act}")
            assert answer.status_code == (200 if someone.sees else 404), (name, act)
            assert someone.sees or not tells(answer), (name, act)
        for act in ("fermer", "deplacer", "fusionner"):
            answer = client.get(f"/moderation/sujets/{story.topic.id}/{act}")
            assert answer.status_code == (200 if someone.sees else 404), (name, act)
            assert someone.sees or not tells(answer), (name, act)


def decide(
    world: World,
    topic_id: int,
    act: Callable[[Session, Topic, Viewer], None],
    viewer: Viewer,
) -> None:
    world.act(lambda s: act(s, s.get_one(Topic, topic_id), viewer))


@BOTH
def test_a_decision_is_in_the_register_of_those_who_see_its_topic(story: Story) -> None:
    world = story.world
    moderator = world.viewer(story.people["a moderator who is there"])
    decide(world, story.topic.id, lambda s, t, v: moderation.lock(
        s, t, by=v, locked=True, reason="Fini."), moderator)  # fmt: skip
    for name, someone, client in story.clients():
        if someone.role is not Role.USER:
            assert tells(client.get("/moderation/registre")) is someone.sees, name


@BOTH
def test_what_is_hidden_exists_for_its_author_and_the_moderators(story: Story) -> None:
    world = story.world
    moderator = world.viewer(story.people["a moderator who is there"])

    def hide(session: Session) -> None:
        seen = select(Post).options(joinedload(Post.topic))
        post = session.scalars(seen.where(Post.topic_id == story.topic.id, Post.number == 0)).one()
        moderation.hide(session, post, by=moderator, reason="Un nom y figure.")

    world.act(hide)
    world.work()
    page = f"/forum/sujets/{story.topic.id}"
    for name, someone, client in story.clients():
        exists = someone.sees and someone.role is not Role.USER
        answer = client.get(page)
        if exists:
            assert answer.status_code == 200, name
        else:
            shut(someone, answer, name)
            for path in ("/forum", "/recherche?q=chantier", "/notifications"):
                assert not tells(client.get(path)), (name, path)
    assert world.client(story.author).get(page).status_code == 200


@BOTH
def test_a_merged_topic_leads_to_the_other_for_those_who_see_it(story: Story) -> None:
    """The topic that is kept is narrower: a reader of the duplicate alone gets no further."""
    world = story.world
    wide = world.topic(story.author, "Le même en plus large", "Pareil.", networks=["coorace"])
    moderator = world.viewer(story.people["a moderator who is there"])
    kept_id = story.topic.id
    decide(world, wide.id, lambda s, t, v: moderation.merge(
        s, t, s.get_one(Topic, kept_id), by=v, reason="Doublon."), moderator)  # fmt: skip
    for name, someone, client in story.clients():
        answer = client.get(f"/forum/sujets/{wide.id}")
        if "coorace" in someone.networks and not someone.stopped_at:
            assert answer.status_code == 301, name
            assert not tells(answer), name
        followed = client.get(f"/forum/sujets/{wide.id}", follow_redirects=True)
        assert tells(followed) is someone.sees, name
