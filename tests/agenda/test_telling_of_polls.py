"""What is told of polls, to whom, and how often."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from accounts.models import Member
from agenda.polls import actions
from agenda.polls.models import Poll
from core import clock
from core.refusals import Refused
from notifications.actions import choose
from notifications.jobs import DAILY
from notifications.letter.jobs import LETTER
from notifications.models import Frequency, Kind, Notification
from tests.agenda.attending import at, first_date, opened
from tests.agenda.attending import comes as registers
from tests.agenda.polling import answers, days, polled, settles
from tests.notifications.mailing import letters_leave
from tests.world import BOTH, World

MONDAY = datetime(2027, 1, 4, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with at(MONDAY):
        yield


def what(world: World, member: Member) -> list[str]:
    """What they were told, once the worker has done its work."""
    world.work()
    return [one.what for one in world.told(member)]


def wants(world: World, member: Member, kind: Kind, frequency: Frequency) -> None:
    world.act(lambda s: choose(s, member.id, {kind: frequency}))


def reminds(world: World, member: Member, poll: Poll) -> None:
    world.act_as(member, lambda s, v: actions.remind(s, poll.id, by=v))


def subjects(world: World, member: Member) -> list[str]:
    """The mails that they receive, those that gather a conversation included."""
    with at(clock.now() + timedelta(hours=1)):
        world.work()
    return [mail.subject for mail in world.mails(member)]


@BOTH
def test_those_who_see_a_new_poll_are_told_as_of_a_new_date(world: World) -> None:
    olga, anne, zoe = world.member("Olga"), world.member("Anne"), world.member("Zoé")
    wants(world, anne, Kind.NEW_EVENT, Frequency.IMMEDIATELY)
    wants(world, zoe, Kind.NEW_EVENT, Frequency.NEVER)
    polled(world, olga)
    assert what(world, olga) == []
    (told,) = (world.work(), world.told(anne))[1]
    assert (told.kind, told.what) == (Kind.NEW_EVENT, "poll")
    (subject,) = subjects(world, anne)
    assert subject == "Sondage de dates : Réunion des CIP"
    assert subjects(world, zoe) == []


@BOTH
def test_answers_reach_who_asked_gathered_once_a_day(world: World) -> None:
    olga = world.member("Olga")
    poll = polled(world, olga)
    for name in ("Anne", "Bruno", "Chloé"):
        answers(world, world.member(name), poll, "oso")
        world.work()
    answers(world, olga, poll, "ooo")
    assert what(world, olga) == ["poll-replied"]
    assert subjects(world, olga) == []
    teller = world.app.extensions["maillage.plan"].handlers[DAILY]
    world.act(lambda s: teller(s, {}))
    assert len(subjects(world, olga)) == 1
    world.act(lambda s: teller(s, {}))
    assert len(subjects(world, olga)) == 1
    with at(MONDAY + timedelta(days=1)):
        answers(world, world.member("Denis"), poll, "oso")
        world.work()
        world.act(lambda s: teller(s, {}))
        assert len(subjects(world, olga)) == 2


@BOTH
def test_only_those_who_did_not_answer_are_reminded_once_a_day(world: World) -> None:
    olga, anne, bruno = world.member("Olga"), world.member("Anne"), world.member("Bruno")
    poll = polled(world, olga)
    answers(world, anne, poll, "ooo")
    reminds(world, olga, poll)
    assert "poll-reminder" in what(world, bruno)
    assert "poll-reminder" not in what(world, anne) + what(world, olga)
    with pytest.raises(Refused, match="reminded-today"):
        reminds(world, olga, poll)
    (subject,) = subjects(world, bruno)
    assert subject == "Votre réponse est attendue : Réunion des CIP"
    with at(MONDAY + timedelta(days=1)):
        reminds(world, olga, poll)
        assert len(subjects(world, bruno)) == 2


@BOTH
def test_those_who_answered_are_told_of_new_slots(world: World) -> None:
    olga, anne, bruno = world.member("Olga"), world.member("Anne"), world.member("Bruno")
    poll = polled(world, olga)
    answers(world, anne, poll, "ooo")
    world.act_as(olga, lambda s, v: actions.add_slots(s, poll.id, days(4), by=v))
    assert "poll-slots" in what(world, anne)
    assert "poll-slots" not in what(world, bruno)


@BOTH
def test_those_who_answered_are_told_of_the_date_and_nobody_is_asked_any_more(
    world: World,
) -> None:
    olga, anne, bruno = world.member("Olga"), world.member("Anne"), world.member("Bruno")
    poll = polled(world, olga)
    answers(world, anne, poll, "oso")
    world.work()
    event = settles(world, olga, poll, 0)
    world.work()
    told = [one for one in world.told(anne) if one.what == "poll-dated"]
    assert [one.event_id for one in told] == [event.id]
    assert "poll-dated" not in what(world, bruno)
    (asked,) = [one for one in world.told(bruno) if one.what == "poll"]
    assert asked.seen_at is not None
    assert "La date est choisie : Réunion des CIP" in subjects(world, anne)
    (mail,) = world.mails(anne)
    assert f"/agenda/{event.id}" in mail.text


@BOTH
def test_who_does_not_see_the_date_learns_that_the_poll_is_closed_and_no_more(
    world: World,
) -> None:
    olga = world.member("Olga", networks=["coorace", "fnars"])
    anne = world.member("Anne", networks=["fnars"])
    poll = polled(world, olga)
    answers(world, anne, poll, "ooo")
    settles(world, olga, poll, 0, networks=[world.network("coorace")])
    assert "poll-closed" in what(world, anne)
    assert not any(one.event_id for one in world.told(anne))


@BOTH
def test_those_whom_the_slot_suits_are_invited_to_register_and_are_not_registered(
    world: World,
) -> None:
    olga, anne, bruno = world.member("Olga"), world.member("Anne"), world.member("Bruno")
    chloe = world.member("Chloé")
    poll = polled(world, olga)
    for one, said in ((anne, "onn"), (bruno, "snn"), (chloe, "onn")):
        answers(world, one, poll, said)
    event = settles(world, olga, poll, 0)
    world.work()
    opened(world, olga, event, capacity=5)
    registers(world, chloe, first_date(world, event))
    assert "poll-opened" in what(world, anne)
    assert "poll-opened" not in what(world, bruno) + what(world, chloe)
    opened(world, olga, event, capacity=6)
    assert what(world, anne).count("poll-opened") == 1
    page = world.client(anne).get(f"/agenda/{event.id}").get_data(as_text=True)
    assert "Je participe" in page


@BOTH
def test_seeing_the_poll_settles_what_was_told_of_it(world: World) -> None:
    olga, anne = world.member("Olga"), world.member("Anne")
    poll = polled(world, olga)
    world.work()
    world.client(anne).post(f"/agenda/sondages/{poll.id}/vu")
    (told,) = world.all(select(Notification).where(Notification.member_id == anne.id))
    assert told.seen_at is not None


@BOTH
def test_the_weekly_letter_asks_for_an_answer_to_polls_that_are_still_open(world: World) -> None:
    olga, anne = world.member("Olga"), world.member("Anne")
    polled(world, olga, "Quand se voir ?")
    closed = polled(world, olga, "Trop tard ?")
    world.work()
    world.act_as(olga, lambda s, v: actions.close(s, closed.id, by=v))
    letters_leave(world)
    (letter,) = [mail for mail in world.mails(anne) if mail.kind == LETTER]
    assert "Quand se voir ?" in letter.text
    assert "/agenda/sondages/" in letter.text
    assert "Trop tard ?" not in letter.text
