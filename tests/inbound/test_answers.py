"""Answering by mail: who may, what is published, what is given back and why."""

from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from access.models import MemberNetwork
from accounts import administration
from accounts.models import Member
from core import clock
from forum.models import Attachment, Post, State, Topic
from inbound.actions import receive
from inbound.models import Outcome, Received
from notifications import answering
from tests.inbound.letters import answer_address, answers, comes_in, letter
from tests.world import BOTH, World


@pytest.fixture
def asker(world: World) -> Member:
    return world.member("Alice", email="alice@example.org")


@pytest.fixture
def topic(world: World, asker: Member) -> Topic:
    return world.topic(asker)


def given_back(world: World, member: Member) -> list[str]:
    """The mails that give back what could not be published."""
    return [mail.text for mail in world.mails(member) if mail.kind == "answer_refused"]


@BOTH
def test_an_answer_by_mail_is_an_answer(world: World, topic: Topic) -> None:
    helper, follower = world.member("Basile"), world.member("Chloé")
    world.reply(topic, follower, "Bonne question.")
    world.work()
    received = comes_in(world, letter(answer_address(world, helper, topic)))
    assert (received.outcome, received.member_id) == (Outcome.PUBLISHED, helper.id)
    assert answers(world, topic) == ["Bonne question.", "Bonjour, c’est l’ETTI qui signe."]
    assert any("qui signe" in mail.text for mail in world.mails(follower)), "those who follow know"
    kept = world.all(select(func.count()).where(Received.raw.is_not(None)))
    assert kept == [0], "its words are in the forum alone"


def test_the_mail_that_tells_of_a_topic_says_where_to_answer(world: World, topic: Topic) -> None:
    asker = world.one(select(Member).where(Member.id == topic.author_id))
    assert asker is not None
    world.reply(topic, world.member("Basile"))
    world.work()
    (mail,) = world.mails(asker)
    assert mail.headers["Reply-To"] == answer_address(world, asker, topic)
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert len(mail.headers["Reply-To"].partition("@")[0]) <= 64
    comes_in(world, letter(mail.headers["Reply-To"].upper(), "Merci à vous."))
    assert answers(world, topic)[-1] == "Merci à vous.", "whatever the case of its letters"


@BOTH
def test_the_same_mail_twice_makes_one_answer(world: World, topic: Topic, asker: Member) -> None:
    mail = letter(answer_address(world, asker, topic))
    for route in ("mx1", "mx1", "mx2"):
        raw = f"Received: from {route}.example.org\r\n".encode() + bytes(mail)
        comes_in(world, raw)
    assert len(answers(world, topic)) == 1
    assert len(world.all(select(Received))) == 2, "the same bytes come in once"


def test_a_kill_before_the_end_loses_nothing(
    world: World, topic: Topic, asker: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    from forum import actions as forum

    def dies(*_given: Any, **_more: Any) -> Post:
        real(*_given, **_more)
        raise SystemExit

    real = forum.reply
    world.act(lambda s: receive(s, bytes(letter(answer_address(world, asker, topic)))))
    monkeypatch.setattr(forum, "reply", dies)
    with pytest.raises(SystemExit):
        world.work()
    assert answers(world, topic) == []
    monkeypatch.setattr(forum, "reply", real)
    from core import jobs

    world.act(lambda s: s.execute(update(jobs.Job).values(leased_until=None)))
    world.work()
    assert len(answers(world, topic)) == 1


def _suspended(world: World, member: Member, _topic: Topic) -> None:
    world.act(
        lambda s: s.execute(
            update(Member).where(Member.id == member.id).values(suspended_at=clock.now())
        )
    )


def _left_network(world: World, member: Member, _topic: Topic) -> None:
    world.act(
        lambda s: s.execute(delete(MemberNetwork).where(MemberNetwork.member_id == member.id))
    )


def _new_charter(world: World, _member: Member, _topic: Topic) -> None:
    world.act(
        lambda s: administration.publish_charter(s, by=None, body="# Charte 2", changes="Tout.")
    )


def _locked(world: World, _member: Member, topic: Topic) -> None:
    world.act(lambda s: s.execute(update(Topic).where(Topic.id == topic.id).values(locked=True)))


def _hidden(world: World, _member: Member, topic: Topic) -> None:
    world.act(
        lambda s: s.execute(update(Topic).where(Topic.id == topic.id).values(state=State.HIDDEN))
    )


Happens = Callable[[World, Member, Topic], None]


@BOTH
@pytest.mark.parametrize(
    ("happens", "why"),
    [
        (_suspended, "account-suspended"),
        (_left_network, "topic-unseen"),
        (_new_charter, "charter-first"),
        (_locked, "topic-closed"),
        (_hidden, "topic-unseen"),
    ],
)
def test_rights_are_those_of_today(world: World, topic: Topic, happens: Happens, why: str) -> None:
    helper = world.member("Basile")
    to = answer_address(world, helper, topic)
    happens(world, helper, topic)
    for _twice in range(2):
        received = comes_in(world, letter(to, "Voici ma réponse."))
    assert (received.outcome, received.why) == (Outcome.REFUSED, why)
    assert answers(world, topic) == []
    (words,) = given_back(world, helper)
    assert "> Voici ma réponse." in words
    assert topic.title not in words.replace("Re: Réponse : PMSMP en ETTI", "")


def test_one_who_never_saw_the_topic_does_not_reach_it(world: World, asker: Member) -> None:
    topic = world.topic(asker, networks=["coorace"])
    stranger = world.member("Nora", networks=("fnars",))
    received = comes_in(world, letter(answer_address(world, stranger, topic)))
    assert (received.outcome, received.why) == (Outcome.REFUSED, "topic-unseen")
    assert answers(world, topic) == []


def test_an_address_is_good_for_ninety_days(
    world: World, topic: Topic, asker: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    to, present = answer_address(world, asker, topic), clock.now()
    monkeypatch.setattr(clock, "now", lambda: present + timedelta(days=89))
    assert comes_in(world, letter(to, Number="<a@x>")).outcome is Outcome.PUBLISHED
    monkeypatch.setattr(clock, "now", lambda: present + timedelta(days=92))
    late = comes_in(world, letter(to, Number="<b@x>"))
    assert (late.outcome, late.why) == (Outcome.REFUSED, "address-over")
    assert len(given_back(world, asker)) == 1


def test_a_forged_address_is_nobody_s(world: World, topic: Topic, asker: Member) -> None:
    to = answer_address(world, asker, topic)
    token = to.partition("+")[2].partition("@")[0]
    for place in range(0, 32, 3):
        other = "a" if token[place] != "a" else "b"
        forged = token[:place] + other + token[place + 1 :]
        received = comes_in(world, letter(to.replace(token, forged), Number=f"<{place}@x>"))
        assert (received.outcome, received.why) == (Outcome.IGNORED, "address-forged")
    assert answers(world, topic) == []
    assert [mail for mail in world.mails() if mail.kind == "answer_refused"] == []


def test_the_key_of_another_house_signs_nothing_here(world: World, topic: Topic) -> None:
    settings = world.app.extensions["maillage.settings"]
    from dataclasses import replace

    other = replace(settings, secret_key="y" * 40)
    to = answering.address(other, topic.author_id, topic.id)
    assert to is not None
    assert comes_in(world, letter(to)).why == "address-forged"


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated; owner-email=x"},
        {"Precedence": "bulk"},
        {"X_Autoreply": "yes"},
        {"List_Id": "<liste.example.org>"},
        {"Return_Path": "<>"},
        {"From": "MAILER-DAEMON@example.org"},
        {"From": "Maillage <maillage@example.org>"},
        {"Subject": "Réponse automatique : PMSMP en ETTI"},
        {"Subject": "Absence du bureau Re: PMSMP"},
        {"Subject": "Out of Office: PMSMP"},
    ],
)
def test_machines_are_not_answered(
    world: World, topic: Topic, asker: Member, headers: dict[str, str]
) -> None:
    received = comes_in(world, letter(answer_address(world, asker, topic), **headers))
    assert (received.outcome, received.why) == (Outcome.IGNORED, "automatic")
    assert answers(world, topic) == []
    assert given_back(world, asker) == []


def test_our_own_mails_end_there(world: World, topic: Topic, asker: Member) -> None:
    """What we send back to a mailbox that forwards here starts no dance."""
    from core import outbox

    comes_in(world, letter(answer_address(world, asker, topic), "   "))
    (mail,) = [one for one in world.mails() if one.kind == "answer_refused"]
    built = outbox.message(mail, world.app.extensions["maillage.settings"])
    assert comes_in(world, bytes(built)).outcome is Outcome.IGNORED
    del built["From"]
    built["From"] = asker.email
    assert comes_in(world, bytes(built)).outcome is Outcome.IGNORED


def test_two_machines_that_talk_to_each_other_are_stopped(
    world: World, topic: Topic, asker: Member
) -> None:
    to = answer_address(world, asker, topic)
    for number in range(35):
        mail = bytes(letter(to, "   ", Number=f"<{number}@x>"))
        world.act(lambda s, mail=mail: receive(s, mail))  # type: ignore[misc]
    world.work()
    assert len(given_back(world, asker)) < 31


def test_the_token_counts_and_not_the_sender(world: World, topic: Topic, asker: Member) -> None:
    mail = letter(answer_address(world, asker, topic), From="Une autre <autre@example.net>")
    comes_in(world, mail)
    (post,) = world.all(select(Post).where(Post.topic_id == topic.id, Post.number > 0))
    assert post.author_id == asker.id


def test_the_address_may_be_known_by_the_server_alone(
    world: World, topic: Topic, asker: Member
) -> None:
    mail = letter("undisclosed@example.net")
    assert comes_in(world, mail, answer_address(world, asker, topic)).outcome is Outcome.PUBLISHED


def with_files(mail: EmailMessage, *files: tuple[str, bytes]) -> EmailMessage:
    for name, content in files:
        mail.add_attachment(content, "application", "octet-stream", filename=name)
    return mail


def test_files_go_with_the_answer(world: World, topic: Topic, asker: Member) -> None:
    mail = with_files(
        letter(answer_address(world, asker, topic)),
        ("Convention signée.txt", b"Entre les parties."),
        ("../../etc/passwd", b"Bonjour."),
    )
    assert comes_in(world, mail).outcome is Outcome.PUBLISHED
    names = world.all(select(Attachment.name).order_by(Attachment.id))
    assert names == ["Convention signée.txt", "passwd"]


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ([("virus.exe", b"MZ")], "file-dangerous"),
        ([(f"{number}.txt", b"a%d" % number) for number in range(11)], "too-many-files"),
    ],
)
def test_what_the_page_refuses_is_refused_here(
    world: World, topic: Topic, asker: Member, files: list[tuple[str, bytes]], why: str
) -> None:
    mail = with_files(letter(answer_address(world, asker, topic)), *files)
    received = comes_in(world, mail)
    assert (received.outcome, received.why) == (Outcome.REFUSED, why)
    assert answers(world, topic) == []
    assert world.all(select(Attachment)) == []
    assert len(given_back(world, asker)) == 1


def test_what_is_given_back_is_no_header(world: World, topic: Topic, asker: Member) -> None:
    raw = bytes(letter(answer_address(world, asker, topic), "   "))
    raw = raw.replace(b"Subject: ", b"Subject: =?utf-8?q?a=0D=0ABcc=3A_x=40example=2Eorg?= ", 1)
    comes_in(world, raw)
    (mail,) = [one for one in world.mails() if one.kind == "answer_refused"]
    assert "\n" not in mail.subject
    assert "Bcc" not in mail.headers
