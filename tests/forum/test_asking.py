"""Asking and answering: what a question opens, what it lacks, when it takes no answer."""

import pytest
from sqlalchemy import select, update

from core.refusals import Refused
from directory.models import Theme
from forum import actions
from forum.models import Topic
from tests.forum.topics import edit, fresh, posts_of
from tests.world import BOTH, World


@BOTH
def test_a_question_opens_a_topic_and_answers_follow_in_order(world: World) -> None:
    asker, helper = world.member("Anne"), world.member("Bruno")
    topic = world.topic(asker, "  Qui signe\n la PMSMP ?  ", "**Bonjour**, qui signe ?")
    world.reply(topic, helper, "L’agence.")
    world.reply(topic, asker, "Merci.")
    topic = fresh(world, topic)
    assert topic.title == "Qui signe la PMSMP ?"
    assert topic.excerpt == "Bonjour, qui signe ?"
    assert (topic.answers, topic.last_number, topic.last_author_id) == (2, 2, asker.id)
    posts = posts_of(world, topic)
    assert [(post.number, post.author_id) for post in posts] == [
        (0, asker.id),
        (1, helper.id),
        (2, asker.id),
    ]
    assert topic.last_post_id == posts[-1].id
    assert posts[0].html == "<p><strong>Bonjour</strong>, qui signe ?</p>\n"


@pytest.mark.parametrize(
    ("title", "body", "theme", "code"),
    [
        (" \n\u202e ", "Texte", None, "title-empty"),
        ("t" * 151, "Texte", None, "title-too-long"),
        ("Titre", " \n ", None, "body-empty"),
        ("Titre", "t" * 20_001, None, "body-too-long"),
        ("Titre", "Texte", 999, "unknown-theme"),
    ],
)
def test_a_question_says_what_it_lacks(
    world: World, title: str, body: str, theme: int | None, code: str
) -> None:
    theme_id = theme or world.theme()
    with pytest.raises(Refused, match=code):
        world.act_as(
            world.member(),
            lambda s, viewer: actions.ask(
                s,
                author=viewer,
                theme_id=theme_id,
                title=title,
                body=body,
                networks=[],
                territories=[],
            ),
        )
    assert world.all(select(Topic)) == []


def test_a_retired_theme_takes_no_new_topic(world: World) -> None:
    member = world.member()
    old = world.topic(member, theme="droit")
    world.act(lambda s: s.execute(update(Theme).where(Theme.slug == "droit").values(retired=True)))
    with pytest.raises(Refused, match="unknown-theme"):
        world.topic(member, theme="droit")
    edit(world, member, old, 0, "Autres mots", "Autre titre", world.theme("droit"))
    assert fresh(world, old).title == "Autre titre"


def test_a_closed_topic_takes_no_answer(world: World) -> None:
    topic, helper = world.topic(world.member()), world.member("Bruno")
    world.act(lambda s: s.execute(update(Topic).values(locked=True)))
    with pytest.raises(Refused, match="topic-closed"):
        world.reply(topic, helper)
    data = {"body": "Ce que j’ai écrit"}
    answer = world.client(helper).post(f"/forum/sujets/{topic.id}/reponses", data=data)
    assert answer.status_code == 422
