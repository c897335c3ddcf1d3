"""What is not mailed: read, hidden or dealt with meanwhile, or no longer for this reader."""

from collections.abc import Callable

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from access.models import MemberNetwork
from access.viewers import Viewer
from accounts.models import Member
from core import clock
from forum import actions as forum
from forum import moderation, queries
from forum.models import Post, ReportReason
from notifications import actions, jobs
from notifications.models import Frequency, Kind
from tests.notifications.mailing import choose, gather, hide, speaks_english
from tests.smtp import serving
from tests.world import BOTH, World


def test_what_was_read_is_not_mailed(world: World) -> None:
    asker, helper = world.member(), world.member()
    choose(world, asker, Kind.ANSWER, Frequency.DAILY)
    topic = world.topic(asker)
    answer = world.reply(topic, helper)
    world.work()
    world.act_as(asker, lambda s, v: actions.see_topic(s, v, topic.id, answer.id))
    gather(world, jobs.DAILY)
    assert world.mails(asker) == []


def test_losing_access_before_the_mail_leaves_means_no_mail(world: World) -> None:
    asker, helper = world.member(), world.member()
    choose(world, asker, Kind.ANSWER, Frequency.DAILY)
    world.reply(world.topic(asker), helper)
    world.work()
    world.act(lambda s: s.execute(delete(MemberNetwork).where(MemberNetwork.member_id == asker.id)))
    gather(world, jobs.DAILY)
    assert world.mails(asker) == []


def test_words_hidden_before_the_mail_leaves_are_not_mailed(world: World) -> None:
    asker, helper, moderator = world.member(), world.member(), world.moderator()
    choose(world, asker, Kind.ANSWER, Frequency.DAILY)
    answer = world.reply(world.topic(asker), helper, "Madame Dupont habite 3 rue des Lilas.")
    world.work()
    hide(world, moderator, answer)
    gather(world, jobs.DAILY)
    assert not any("Lilas" in mail.text for mail in world.mails(asker))


def test_the_one_who_reported_hears_the_end_without_the_hidden_words(world: World) -> None:
    author, reporter, moderator = world.member(), world.member(), world.moderator()
    speaks_english(world, author, reporter)
    topic = world.topic(author, "Madame Dupont et son logement", "3 rue des Lilas.")
    question = world.all(select(Post).where(Post.topic_id == topic.id))[0]

    def report(session: Session, viewer: Viewer) -> None:
        found = session.scalars(queries.post(viewer, question.id)).one()
        forum.report(session, found, by=viewer, reason=ReportReason.PERSONAL, words="")

    world.act_as(reporter, report)
    world.work()
    hide(world, moderator, question)
    world.work()
    (to_reporter,) = world.mails(reporter)
    assert to_reporter.subject == "Your report: a topic that was hidden"
    for words in (to_reporter.text, to_reporter.html, to_reporter.subject):
        assert "Dupont" not in words
        assert "Lilas" not in words
    assert "Une personne est reconnaissable." in to_reporter.text
    (to_author,) = world.mails(author)
    assert to_author.subject == "Message hidden: Madame Dupont et son logement"
    assert "Une personne est reconnaissable." in to_author.text


def test_the_one_who_reported_hears_no_word_of_a_topic_hidden_since(world: World) -> None:
    author, reporter, moderator = world.member(), world.member(), world.moderator()
    speaks_english(world, reporter)
    topic = world.topic(author, "Madame Dupont et son logement", "3 rue des Lilas.")
    reply = world.reply(topic, world.member(), "Elle habite Rezé.")
    question = world.all(select(Post).where(Post.topic_id == topic.id, Post.number == 0))[0]

    def decide(session: Session, viewer: Viewer) -> None:
        found = session.scalars(queries.post(viewer, reply.id)).one()
        moderation.keep(session, found, by=viewer, reason="Rien qui identifie.")

    def report(session: Session, viewer: Viewer) -> None:
        found = session.scalars(queries.post(viewer, reply.id)).one()
        forum.report(session, found, by=viewer, reason=ReportReason.PERSONAL, words="")

    world.act_as(reporter, report)
    world.act_as(moderator, decide)
    hide(world, moderator, question)
    world.work()
    (mail,) = world.mails(reporter)
    page = world.client(reporter).get("/notifications").text
    for words in (mail.subject, mail.text, mail.html, page):
        assert "Dupont" not in words
        assert "Rezé" not in words
    assert mail.subject == "Your report: a topic that was hidden"
    assert f"/forum/sujets/{topic.id}" not in page


def test_nothing_is_mailed_before_a_charter_was_accepted(world: World) -> None:
    newcomer = world.member("Nina", charter=False)
    topic = world.topic(world.member(), "Bonjour", f"@{newcomer.handle} peux-tu m’aider ?")
    world.work()
    assert world.mails(newcomer) == []
    world.client(newcomer).post("/charte", data={"accept": "y"})
    world.reply(topic, world.member(), f"@{newcomer.handle} ?")
    world.work()
    (mail,) = world.mails(newcomer)
    assert "peux-tu" in mail.text, "what waited comes with the rest"


def test_a_report_dealt_with_meanwhile_is_not_mailed_to_moderators(world: World) -> None:
    first, second = world.moderator("Ada"), world.moderator("Basile")
    reporter = world.member()
    post = world.reply(world.topic(world.member()), world.member())

    def report(session: Session, viewer: Viewer) -> None:
        found = session.scalars(queries.post(viewer, post.id)).one()
        forum.report(session, found, by=viewer, reason=ReportReason.WRONG, words="")

    world.act_as(reporter, report)
    hide(world, first, post)
    world.work()
    assert world.mails(second) == []
    assert [told for told in world.told(second) if told.what] == []


def _leaves(world: World, reader: Member) -> None:
    world.act(
        lambda s: s.execute(delete(MemberNetwork).where(MemberNetwork.member_id == reader.id))
    )


def _is_suspended(world: World, reader: Member) -> None:
    present = clock.now()
    world.act(
        lambda s: s.execute(
            update(Member).where(Member.id == reader.id).values(suspended_at=present)
        )
    )


@BOTH
@pytest.mark.parametrize(
    ("happens", "arrives"), [(None, True), (_leaves, False), (_is_suspended, False)]
)
def test_a_mail_that_waited_for_the_server_is_read_again_before_it_leaves(
    world: World, happens: Callable[[World, Member], None] | None, arrives: bool
) -> None:
    reader, administrator = world.member("Alice"), world.administrator()
    with serving(world) as box:
        box.to_recipient = lambda _times: "450 plus tard"
        world.reply(world.topic(reader), world.member(), "Un mot pour les lecteurs.")
        world.work()
        (mail,) = world.mails(reader)
        assert (mail.sent_at, mail.attempts) == (None, 1)
        if happens:
            happens(world, reader)
        box.to_recipient = lambda _times: "250 OK"
        world.client(administrator).post(f"/administration/courriels/{mail.id}/renvoyer")
        world.work()
        assert bool(box.received) is arrives
        assert [one.id for one in world.mails(reader)] == ([mail.id] if arrives else [])


@BOTH
def test_of_a_mail_that_waited_what_is_still_open_is_told_by_another(world: World) -> None:
    reader, moderator = world.member("Alice"), world.moderator()
    topic = world.topic(reader)
    with serving(world) as box:
        box.to_recipient = lambda _times: "450 plus tard"
        world.reply(topic, world.member(), "Voici le numéro du service.")
        hidden = world.reply(topic, world.member(), "Madame Dupont habite 3 rue des Lilas.")
        world.work()
        (mail,) = world.mails(reader)
        assert "Lilas" in mail.text
        hide(world, moderator, hidden)
        box.to_recipient = lambda _times: "250 OK"
        world.client(world.administrator()).post(f"/administration/courriels/{mail.id}/renvoyer")
        world.work()
        told = [one.text for one in world.mails(reader)]
    assert len(told) == 1
    assert "Voici le numéro du service." in told[0]
    assert "Lilas" not in told[0]
