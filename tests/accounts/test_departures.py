"""What becomes of the words of somebody who leaves, batch by batch, whatever dies meanwhile."""

from unittest.mock import patch

import pytest
from sqlalchemy import case, delete, func, select, update
from sqlalchemy.orm import Session

import forum.personal
from accounts import leaving
from accounts.models import AuditEntry, Closing, Member
from core import clock
from core.jobs import Handler, Job
from core.text import handles
from forum.models import Post, State, Topic
from resources.models import Document
from tests.accounts.known_by import HANDLE, WORD
from tests.accounts.leaver import closed, leaver
from tests.accounts.test_leaving import asks, later, nights, now_of
from tests.world import BOTH, World


def state(world: World, topic: Topic) -> Topic:
    found = world.one(select(Topic).where(Topic.id == topic.id))
    assert found is not None
    return found


@BOTH
def test_words_that_stay_have_no_name(world: World) -> None:
    found = leaver(world)
    closed(found, erases=False)
    nights(world, 15)
    page = world.client(found.colleague).get(f"/forum/sujets/{found.others.id}").text
    assert "Ancien membre" in page
    assert f"Je réponds {WORD} ensuite." in page
    assert f'href="/annuaire/membres/{found.member.id}"' not in page
    assert f"@ancien-membre-{found.member.id}" in page
    shelf = world.client(found.colleague).get(f"/ressources/{found.document.id}").text
    assert "Ancien membre" in shelf
    assert WORD in shelf
    bodies = world.all(select(Post.body))
    assert not any(HANDLE in handles(body) for body in bodies)
    assert world.sought(found.colleague, WORD)


@BOTH
def test_words_that_go_leave_the_answers_of_others(world: World) -> None:
    found = leaver(world)
    closed(found, erases=True)
    nights(world, 15)
    answered = world.client(found.colleague).get(f"/forum/sujets/{found.answered.id}").text
    assert "Message effacé." in answered
    assert "merci de votre question" in answered
    assert WORD not in answered
    assert state(world, found.alone).state is State.HIDDEN
    other = state(world, found.others)
    assert (other.answers, other.useful_id, other.last_author_id) == (
        1,
        None,
        found.administrator.id,
    )
    assert "Une réponse qui reste" in world.client(found.colleague).get(
        f"/forum/sujets/{found.others.id}"
    ).text  # fmt: skip
    assert world.one(select(Document).where(Document.id == found.document.id)) is None
    assert world.client(found.colleague).get(f"/ressources/{found.document.id}").status_code == 404
    assert world.sought(found.colleague, WORD) == ()


def departing(world: World) -> Handler:
    """The worker's own way of closing accounts."""
    handler: Handler = world.app.extensions["maillage.plan"].handlers[leaving.LEAVE]
    return handler


def test_done_again_it_changes_nothing(world: World) -> None:
    """A worker killed after the commit, before its row was removed, does it again."""
    found = leaver(world)
    closed(found, erases=True)
    nights(world, 15)
    before = now_of(world, found.member)
    with later(16):
        world.act(lambda s: departing(world)(s, {"member_id": found.member.id}))
    after = now_of(world, found.member)
    assert (after.left_at, after.epoch, after.email) == (before.left_at, before.epoch, before.email)
    acts = world.all(select(AuditEntry.act))
    assert acts.count("member-left") == 1


class Killed(BaseException):
    """What a handler dies of when the machine stops."""


def test_killed_while_it_closes_the_account_is_open(world: World) -> None:
    """The room that fails takes back what the others did: one transaction."""
    found = leaver(world)
    closed(found, erases=True)
    with (
        later(15),
        patch("files.personal.enqueue", side_effect=Killed),
        pytest.raises(Killed),
    ):
        world.act(lambda s: departing(world)(s, {"member_id": found.member.id}))
    assert now_of(world, found.member).handle == HANDLE
    assert state(world, found.alone).state is State.VISIBLE
    nights(world, 15)
    assert now_of(world, found.member).left_at is not None
    assert state(world, found.alone).state is State.HIDDEN


@BOTH
def test_killed_at_each_step_it_goes_on_and_each_topic_is_whole(world: World) -> None:
    """A worker that dies in every batch, once it has done its work, ends at the same place."""
    found = leaver(world)
    world.topic(found.member, f"Encore le {WORD}", f"Et le {WORD} ?")
    closed(found, erases=True)
    member_id = found.member.id

    def step(*, dies: bool) -> None:
        with world.session() as session:
            departing(world)(session, {"member_id": member_id})
            session.flush()
            if dies:
                raise Killed

    with later(15), patch.object(forum.personal, "TOPICS_AT_ONCE", 1):
        runs = 0
        while world.one(select(Closing).where(Closing.member_id == member_id)) is not None:
            with pytest.raises(Killed):
                step(dies=True)
            step(dies=False)
            assert not half_erased(world, member_id)
            runs += 1
        assert runs > len(("closing", "three topics", "and the other steps"))
    nights(world, 16)
    assert not any(WORD in words for words in world.all(select(Post.body)))
    assert world.all(select(Closing)) == []
    assert world.sought(found.colleague, WORD) == ()


def half_erased(world: World, member_id: int) -> list[int]:
    """Topics in which some of their messages are erased, and some are not."""
    rows = world.all(
        select(Post.topic_id)
        .where(Post.author_id == member_id)
        .group_by(Post.topic_id)
        .having(func.count(Post.body.distinct()) > 1, func.sum(erased) > 0)
    )
    return list(rows)


erased = case((Post.body == forum.personal.ERASED, 1), else_=0)


def test_what_they_wrote_cannot_be_kept_once_the_account_is_closed(world: World) -> None:
    """Between two batches there is no way back: nothing would be whole."""
    found = leaver(world)
    closed(found, erases=True)
    with later(15):
        world.act(lambda s: departing(world)(s, {"member_id": found.member.id}))
        world.act(lambda s: leaving.stay(s, s.get_one(Member, found.member.id), by=None))
    assert world.one(select(Closing)) is not None
    shelf = world.client(found.colleague).get(f"/ressources/{found.document.id}")
    assert shelf.status_code == 404
    topic = world.client(found.colleague).get(f"/forum/sujets/{found.others.id}").text
    assert "Ancien membre" in topic


def test_the_night_takes_up_an_emptying_that_was_given_up(world: World) -> None:
    found = leaver(world)
    closed(found, erases=True)
    with later(15):
        world.act(lambda s: departing(world)(s, {"member_id": found.member.id}))
        world.act(lambda s: s.execute(delete(Job).where(Job.kind == leaving.LEAVE)))
    nights(world, 16)
    assert world.all(select(Closing)) == []
    assert not any(WORD in words for words in world.all(select(Post.body)))


def between_batches(world: World) -> bool:
    """Whether some of the messages are gone, and some are still to go."""
    closing = world.one(select(Closing))
    assert closing is not None, "it was emptied without any pause"
    progress = closing.progress or {}
    return progress.get("step") == "messages" and progress["after"] > 0


def test_a_long_erasure_lets_others_write_between_two_batches(world: World) -> None:
    found = leaver(world)
    closed(found, erases=True)
    with later(15), patch.object(forum.personal, "TOPICS_AT_ONCE", 1):
        while not between_batches(world):
            world.act(lambda s: s.execute(delete(Job).where(Job.kind == leaving.LEAVE)))
            world.act(lambda s: departing(world)(s, {"member_id": found.member.id}))
        waiting = world.one(select(Job).where(Job.kind == leaving.LEAVE))
        assert waiting is not None
        assert waiting.run_at > clock.now()


def test_no_mail_that_waits_names_them(world: World) -> None:
    found = leaver(world)
    closed(found, erases=False)
    nights(world, 15)
    waiting = [mail for mail in world.mails() if mail.message_id.startswith("waiting-")]
    assert [mail.text for mail in waiting] == [
        f"Ancien membre et @ancien-membre-{found.member.id} : {WORD}"
    ]
    assert waiting[0].to_address == found.colleague.email


def test_a_name_inside_another_is_not_that_name(world: World) -> None:
    world.administrator()
    anne, anneke = world.member("Anne"), world.member("Anneke")

    def call(session: Session) -> None:
        session.execute(update(Member).where(Member.id == anne.id).values(handle="anne.bis"))
        session.execute(update(Member).where(Member.id == anneke.id).values(handle="anne.bis2"))

    world.act(call)
    topic = world.topic(anneke, "Un appel", "Voici @anne.bis et @anne.bis2.")
    asks(world, anne)
    nights(world, 15)
    body = world.one(select(Post.body).where(Post.topic_id == topic.id))
    assert body == f"Voici @ancien-membre-{anne.id} et @anne.bis2."
