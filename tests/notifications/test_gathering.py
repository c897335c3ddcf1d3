"""How news gather into mails, and when these leave."""

from datetime import datetime

import pytest

from notifications import jobs
from notifications.models import Frequency, Kind
from tests.notifications.mailing import choose, gather, letters_leave, speaks_english
from tests.world import BOTH, World


@BOTH
def test_two_answers_make_one_mail_that_lands_on_the_first(world: World) -> None:
    asker, helper = world.member(), world.member("Bruno")
    speaks_english(world, asker)
    topic = world.topic(asker, "Qui signe ?")
    world.reply(topic, helper, "L’agence signe.")
    world.reply(topic, helper, "Et voici <b>le modèle</b>.")
    world.work()
    (mail,) = world.mails(asker)
    assert mail.subject == "2 answers: Qui signe ?"
    address = f"http://localhost/forum/sujets/{topic.id}?par=mail#reponse-1"
    for words in (mail.text, mail.html):
        assert address in words
        assert "http://localhost/compte/notifications" in words
        assert f"{helper.name} answered" in words
        assert "You receive this message because you follow this topic." in words
        assert "L’agence signe." in words
    assert "reponse-2" not in mail.html, "one link"


def test_one_mail_for_several_topics_has_one_link_for_each(world: World) -> None:
    asker, helper = world.member(), world.member()
    speaks_english(world, asker)
    topics = [world.topic(asker, f"Sujet {number}") for number in range(3)]
    for topic in topics:
        world.reply(topic, helper)
    world.work()
    (mail,) = world.mails(asker)
    assert mail.subject == "3 new answers on Maillage"
    for topic in topics:
        assert f"/forum/sujets/{topic.id}?par=mail#reponse-1" in mail.text
        assert f"/forum/sujets/{topic.id}?par=mail#reponse-1" in mail.html
    assert "References" not in mail.headers


def test_what_one_mail_does_not_hold_leaves_with_the_next(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notifications.queries.PER_MAIL", 3)
    asker, helper = world.member(), world.member()
    topic = world.topic(asker)
    for number in range(7):
        world.reply(topic, helper, f"mot{number}")
    world.work()
    said = " ".join(mail.text for mail in world.mails(asker))
    assert [number for number in range(7) if f"mot{number}" not in said] == []
    assert len(world.mails(asker)) == 3


@pytest.mark.parametrize(
    ("frequency", "leaves_with"),
    [
        (Frequency.IMMEDIATELY, "at once"),
        (Frequency.DAILY, jobs.DAILY),
        (Frequency.WEEKLY, "letter"),
        (Frequency.NEVER, None),
    ],
)
def test_a_mail_leaves_at_its_frequency(
    world: World, frequency: Frequency, leaves_with: str | None
) -> None:
    asker, helper = world.member(), world.member()
    choose(world, asker, Kind.ANSWER, frequency)
    world.reply(world.topic(asker), helper)
    world.work()
    left = {"at once": len(world.mails(asker))}
    for turn, leave in (
        (jobs.DAILY, lambda: gather(world, jobs.DAILY)),
        ("letter", lambda: letters_leave(world)),
    ):
        leave()
        left[turn] = len(world.mails(asker)) - sum(left.values())
    assert [turn for turn, number in left.items() if number] == (
        [leaves_with] if leaves_with else []
    )


@pytest.mark.parametrize(
    ("present", "morning"),
    [
        ("2026-03-28T12:00+00:00", "2026-03-29T05:30+00:00"),
        ("2026-03-30T05:29+00:00", "2026-03-30T05:30+00:00"),
        ("2026-03-30T05:30+00:00", "2026-03-31T05:30+00:00"),
        ("2026-10-25T00:00+00:00", "2026-10-25T06:30+00:00"),
    ],
)
def test_mornings_are_french_whatever_the_season(present: str, morning: str) -> None:
    assert jobs.next_morning(datetime.fromisoformat(present)) == datetime.fromisoformat(morning)
