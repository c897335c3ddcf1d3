"""The pages of the moderation: whom they open to, what they show, what they cost."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from access.viewers import Viewer
from forum import actions
from forum.models import Decision, Post, Report, Topic
from tests.forum.moderating import report, waiting
from tests.world import World


def test_a_moderator_who_cannot_see_acts_on_nothing(world: World) -> None:
    author = world.member(networks=("fnars",), territories=("departement:72",))
    topic = world.topic(author, "Réservé au FNARS", networks=("fnars",))
    post = world.reply(topic, author)
    reporter = world.member(networks=("fnars",), territories=("departement:72",))
    report(world, reporter, post)
    outside = world.moderator("Odile", networks=("coorace",))
    browser = world.client(outside)
    for address in (
        f"/moderation/messages/{post.id}/masquer",
        f"/moderation/messages/{post.id}/retablir",
        f"/moderation/messages/{post.id}/garder",
        f"/moderation/messages/{post.id}/historique",
        f"/moderation/sujets/{topic.id}/deplacer",
        f"/moderation/sujets/{topic.id}/fermer",
        f"/moderation/sujets/{topic.id}/fusionner",
    ):
        assert browser.get(address).status_code == 404, address
    for address in (
        f"/moderation/messages/{post.id}/masquer",
        f"/moderation/messages/{post.id}/approuver",
        f"/moderation/sujets/{topic.id}/epingler",
        f"/moderation/sujets/{topic.id}/rouvrir",
    ):
        assert browser.post(address, data={"reason": "Non."}).status_code == 404, address
    assert "FNARS" not in browser.get("/moderation").text.replace("data-network", "")
    assert waiting(world, outside) == 0
    mine = world.topic(outside, "Le mien")
    named = browser.get(f"/moderation/sujets/{mine.id}/fusionner?garder={topic.id}")
    assert named.status_code == 302
    assert waiting(world, world.moderator("Irène")) == 1


def test_members_find_the_moderation_closed(world: World) -> None:
    answer = world.client(world.member()).get("/moderation")
    assert answer.status_code == 403
    assert world.client().get("/moderation").status_code == 302


def test_a_moderator_hides_a_reported_message_from_the_queue(world: World) -> None:
    author, reporter, moderator = world.member(), world.member(), world.moderator()
    topic = world.topic(world.member(), "Un logement <b>vite</b>")
    post = world.reply(topic, author, "Madame Dupont.")
    report(world, reporter, post)
    browser = world.client(moderator)
    queue = browser.get("/moderation").text
    assert "Un nom y est." in queue
    assert "Un logement &lt;b&gt;vite&lt;/b&gt;" in queue
    address = f"/moderation/messages/{post.id}/masquer?suite=/moderation"
    assert address in queue
    assert "Madame Dupont." in browser.get(address).text
    empty = browser.post(address, data={"reason": " "})
    assert empty.status_code == 422
    done = browser.post(address, data={"reason": "Un nom apparaît."})
    assert (done.status_code, done.location) == (302, "/moderation")
    again = browser.post(address, data={"reason": "Deux fois, dit-elle."})
    assert again.status_code == 422
    assert "Deux fois, dit-elle." in again.text
    assert "Un nom apparaît." in browser.get("/moderation/registre").text
    away = browser.post(
        f"/moderation/messages/{post.id}/retablir?suite=//ailleurs.example",
        data={"reason": "Finalement non."},
    )
    assert away.location == f"/forum/sujets/{topic.id}#reponse-1"


def test_the_history_shows_what_changed(world: World) -> None:
    author, moderator = world.member(), world.moderator()
    topic = world.topic(author, "Un titre", "Le mot <script> était là.")
    (question,) = world.all(select(Post).where(Post.topic_id == topic.id))

    def edit(session: Session, viewer: Viewer) -> None:
        actions.edit(
            session,
            session.get_one(Topic, topic.id),
            session.get_one(Post, question.id),
            author=viewer,
            body="Le mot <b> était ici.",
            title="Un autre titre",
        )

    world.act_as(author, edit)
    page = world.client(moderator).get(f"/moderation/messages/{question.id}/historique").text
    assert "&lt;<del>script</del><ins>b</ins>&gt;" in page
    assert "<del>là</del><ins>ici</ins>." in page
    assert "<ins>autre </ins>" in page
    assert (
        world.client(author).get(f"/moderation/messages/{question.id}/historique").status_code
        == 403
    )


@pytest.mark.parametrize("reports", [2, 20])
def test_the_queue_costs_the_same_for_two_reports_as_for_twenty(world: World, reports: int) -> None:
    author, reporter, moderator = world.member(), world.member(), world.moderator()
    topic = world.topic(author)
    for _number in range(reports):
        report(world, reporter, world.reply(topic, author))
    browser = world.client(moderator)
    for address in ("/moderation", "/moderation/registre", "/moderation?voir=attente"):
        with world.counted() as statements:
            assert browser.get(address).status_code == 200
        assert len(statements) <= 10, statements
    assert len(world.all(select(Report))) == reports
    assert world.all(select(Decision)) == []
