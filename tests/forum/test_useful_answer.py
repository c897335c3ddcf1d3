"""The useful answer: who chooses it, what can be one, where it stands."""

import pytest
from sqlalchemy.orm import Session

from access.viewers import Role, Viewer
from core.refusals import Refused
from forum import actions, moderation
from forum.models import Post, Topic
from tests.forum.moderating import decide
from tests.forum.topics import fresh, hide, posts_of, the_post
from tests.world import BOTH, World


@BOTH
def test_the_asker_chooses_the_answer_and_may_change_their_mind(world: World) -> None:
    asker, helper = world.member(), world.member("Bruno")
    topic = world.topic(asker)
    one, two = world.reply(topic, helper, "Première"), world.reply(topic, helper, "Deuxième")
    client = world.client(asker)
    for post, useful in ((one, one.id), (two, two.id), (two, None), (one, one.id)):
        assert client.post(f"/forum/messages/{post.id}/reponse-utile").status_code == 302
        assert fresh(world, topic).useful_id == useful
    hide(world, world.moderator(), one.id)
    assert fresh(world, topic).useful_id is None


@BOTH
def test_the_chosen_answer_is_lifted_to_the_top(world: World) -> None:
    asker, helper = world.member(), world.member("Bruno")
    topic = world.topic(asker)
    for number in range(35):
        last = world.reply(topic, helper, f"Réponse {number}")
    world.client(asker).post(f"/forum/messages/{last.id}/reponse-utile")
    page = world.client(asker).get(f"/forum/sujets/{topic.id}").get_data(as_text=True)
    assert page.index('id="copie-35"') < page.index('id="reponse-1"')
    assert 'id="reponse-35"' not in page  # it stands on the next page
    later = world.client(asker).get(f"/forum/sujets/{topic.id}?apres=30").get_data(as_text=True)
    assert 'id="reponse-35"' in later


@BOTH
@pytest.mark.parametrize(
    ("who", "code"),
    [("asker", 302), ("moderator", 302), ("helper", 403), ("administrator elsewhere", 404)],
)
def test_who_may_choose_the_answer(world: World, who: str, code: int) -> None:
    people = {
        "asker": world.member(),
        "helper": world.member("Bruno"),
        "moderator": world.moderator(),
        "administrator elsewhere": world.member(
            "Léo", networks=("fnars",), role=Role.ADMINISTRATOR
        ),
    }
    topic = world.topic(people["asker"], networks=["coorace"])
    reply = world.reply(topic, people["helper"])
    answer = world.client(people[who]).post(f"/forum/messages/{reply.id}/reponse-utile")
    assert answer.status_code == code
    assert fresh(world, topic).useful_id == (reply.id if code == 302 else None)


@BOTH
def test_what_cannot_be_an_answer(world: World) -> None:
    asker, moderator = world.member(), world.moderator()
    topic, other = world.topic(asker, "Un"), world.topic(asker, "Deux")
    hidden = world.reply(topic, asker, "Masquée")
    hide(world, moderator, hidden.id)
    elsewhere = world.reply(other, asker, "Ailleurs")
    question = posts_of(world, topic)[0]
    viewer = world.viewer(moderator)
    for post_id in (question.id, hidden.id, elsewhere.id):
        with world.session() as session:
            asked, post = session.get_one(Topic, topic.id), the_post(session, post_id)
            with pytest.raises(Refused, match="no-answer"):
                actions.choose_answer(session, asked, post, by=viewer)
    assert fresh(world, topic).useful_id is None


def test_hiding_the_useful_answer_leaves_the_question_open(world: World) -> None:
    asker, author, moderator = world.member(), world.member(), world.moderator()
    topic = world.topic(asker)
    post = world.reply(topic, author)

    def choose(session: Session, viewer: Viewer) -> None:
        actions.choose_answer(
            session, session.get_one(Topic, topic.id), session.get_one(Post, post.id), by=viewer
        )

    world.act_as(asker, choose)
    decide(world, moderator, post, moderation.hide, reason="Un nom.")
    assert fresh(world, topic).useful_id is None
