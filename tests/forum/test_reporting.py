"""Reporting: who may, how it ends, and who is told."""

import pytest
from sqlalchemy import select

from accounts.models import AuditEntry, Member
from core.refusals import Refused
from forum import actions, moderation, moderation_queries
from forum.models import Act, ReportReason
from notifications.models import Kind
from notifications.queries import unseen
from tests.forum.moderating import decide, report, waiting
from tests.forum.topics import fresh, posts_of, the_post
from tests.world import BOTH, World


def test_reporting_needs_somebody_elses_words_and_a_reason(world: World) -> None:
    asker, reader = world.member(), world.member("Chloé")
    topic = world.topic(asker)
    question = posts_of(world, topic)[0].id

    def report(member: Member, reason: ReportReason, words: str = "") -> None:
        world.act_as(
            member,
            lambda s, v: actions.report(s, the_post(s, question), by=v, reason=reason, words=words),
        )

    with pytest.raises(Refused, match="not-reportable"):
        report(asker, ReportReason.WRONG)
    with pytest.raises(Refused, match="reason-needed"):
        report(reader, ReportReason.OTHER, "  ")
    report(reader, ReportReason.OTHER, "Un nom y figure.")
    with pytest.raises(Refused, match="already-reported"):
        report(reader, ReportReason.WRONG)
    again = {"reason": "wrong", "words": "Je le redis"}
    answer = world.client(reader).post(f"/forum/messages/{question}/signaler", data=again)
    assert answer.status_code == 422
    assert "déjà signalé" in answer.get_data(as_text=True)
    assert "Je le redis" in answer.get_data(as_text=True)


@BOTH
def test_a_reported_message_is_hidden_and_everybody_concerned_is_told(world: World) -> None:
    asker, author, reporter, other = (world.member() for _ in range(4))
    moderator = world.moderator()
    topic = world.topic(asker)
    kept = world.reply(topic, asker)
    post = world.reply(topic, author, "Madame Dupont.")
    for who in (reporter, other):
        report(world, who, post)
    world.work()
    assert waiting(world, moderator) == 1, "one message to look at"
    assert [told.what for told in world.told(moderator)] == ["", "reported"]
    assert world.one(unseen(world.viewer(moderator))) == 1
    decide(world, moderator, post, moderation.hide, reason="Un nom apparaît.")
    world.work()
    assert waiting(world, moderator) == 0
    assert world.one(unseen(world.viewer(moderator))) == 0, "the bell forgets what is settled"
    for who, what in ((author, "hide"), (reporter, "report-hide"), (other, "report-hide")):
        (told,) = [one for one in world.told(who) if one.kind is Kind.MODERATION]
        assert (told.what, told.reason) == (what, "Un nom apparaît.")
    after = fresh(world, topic)
    assert (after.answers, after.last_post_id) == (1, kept.id)
    (decision,) = world.all(moderation_queries.register(world.viewer(moderator)))
    assert (decision.act, decision.reason) == (Act.HIDE, "Un nom apparaît.")
    assert "moderated" in world.all(select(AuditEntry.act))


def test_a_report_may_end_with_the_message_kept(world: World) -> None:
    author, reporter, moderator = world.member(), world.member(), world.moderator()
    post = world.reply(world.topic(world.member()), author)
    report(world, reporter, post)
    decide(world, moderator, post, moderation.keep, reason="Rien qui identifie.")
    world.work()
    assert [told.reason for told in world.told(reporter) if told.what] == ["Rien qui identifie."]
    assert [told for told in world.told(author) if told.what] == []
    with pytest.raises(Refused, match="report-closed"):
        decide(world, moderator, post, moderation.keep, reason="Encore.")
    report(world, reporter, post)
    assert waiting(world, moderator) == 1, "it may be reported again"


def test_an_old_reporter_is_not_told_of_a_new_report(world: World) -> None:
    old, new, moderator = world.member(), world.member(), world.moderator()
    post = world.reply(world.topic(world.member()), world.member())
    report(world, old, post)
    decide(world, moderator, post, moderation.keep, reason="Première fois.")
    world.work()
    report(world, new, post)
    decide(world, moderator, post, moderation.hide, reason="Seconde fois.")
    world.work()
    assert [told.reason for told in world.told(old) if told.what] == ["Première fois."]
    assert [told.reason for told in world.told(new) if told.what] == ["Seconde fois."]
