"""Mail over real SMTP: what arrives, what is tried again, what is given up."""

from collections.abc import Iterator
from email.message import EmailMessage
from typing import cast

import pytest
from sqlalchemy import select, update

from access.models import Network
from accounts import actions as accounts
from accounts.models import Purpose
from core import clock, outbox
from core.jobs import Job
from core.outbox import Mail
from tests.smtp import Mailbox, serving
from tests.world import World


@pytest.fixture
def mailbox(world: World) -> Iterator[Mailbox]:
    """A real SMTP server, and the worker sending there."""
    with serving(world) as box:
        yield box


def answered(world: World) -> Mail:
    """An answer has been given: the mail that tells of it, written and tried once."""
    asker = world.member("Éloïse", email="eloise@example.org")
    world.reply(world.topic(asker, "Où trouver un logement à Nantes ?"), world.member(), "Ça va !")
    world.work()
    return world.mails(asker)[0]


def later(world: World) -> Mail:
    """The worker tries again what it has put off."""
    world.act(lambda s: s.execute(update(Job).values(run_at=clock.now())))
    world.work()
    return world.mails()[0]


def jobs_left(world: World) -> list[Job]:
    return world.all(select(Job).where(Job.kind == outbox.SEND))


def test_text_and_html_arrive(world: World, mailbox: Mailbox) -> None:
    mail = answered(world)
    (message,) = mailbox.received
    assert message["Subject"] == mail.subject
    assert "logement à Nantes" in str(message["Subject"])
    assert str(message["To"]) == f"{mail.to_name} <{mail.to_address}>"
    assert message.get_content_type() == "multipart/alternative"
    text, html = message.iter_parts()
    assert cast("EmailMessage", text).get_content().splitlines() == mail.text.splitlines()
    assert "Ça va" in cast("EmailMessage", html).get_content()
    assert message["Auto-Submitted"] == "auto-generated"
    assert world.mails()[0].sent_at is not None
    assert jobs_left(world) == []


def with_logo(world: World, name: str) -> None:
    """The networks have this logo."""
    world.act(lambda session: session.execute(update(Network).values(logo=name)))


def test_the_logo_of_the_network_leaves_with_its_mail(world: World, mailbox: Mailbox) -> None:
    picture = b"\x89PNG a picture"
    with_logo(world, world.app.extensions["maillage.storage"].put(picture))
    mail = answered(world)
    assert 'src="cid:logo"' in mail.html
    _text, related = mailbox.received[0].iter_parts()
    assert related.get_content_type() == "multipart/related"
    html, logo = cast("EmailMessage", related).iter_parts()
    assert html.get_content_type() == "text/html"
    assert logo["Content-ID"] == "<logo>"
    assert logo.get_content_type() == "image/png"
    assert logo.get_content_disposition() == "inline"
    assert cast("EmailMessage", logo).get_content() == picture


def test_a_logo_that_is_lost_keeps_no_mail(
    world: World, mailbox: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    with_logo(world, "0" * 64)
    answered(world)
    assert world.mails()[0].sent_at is not None
    assert len(mailbox.received) == 1
    assert "logo" in caplog.text


@pytest.mark.parametrize("step", ["recipient", "data"])
def test_a_final_refusal_is_not_tried_again(world: World, mailbox: Mailbox, step: str) -> None:
    setattr(mailbox, f"to_{step}", lambda _times: "550 5.1.1 no such user")
    mail = answered(world)
    assert mail.failed_at is not None
    assert mail.last_error == "550 5.1.1 no such user"
    assert mail.sent_at is None
    assert jobs_left(world) == []


@pytest.mark.parametrize("step", ["recipient", "data"])
def test_a_passing_refusal_is_tried_again(world: World, mailbox: Mailbox, step: str) -> None:
    setattr(
        mailbox,
        f"to_{step}",
        lambda times: "451 4.3.0 later" if times == 1 else "250 OK",
    )
    mail = answered(world)
    assert mail.failed_at is None
    assert mail.sent_at is None
    assert later(world).sent_at is not None
    assert jobs_left(world) == []


def test_a_connection_lost_after_the_words_keeps_the_message_id(
    world: World, mailbox: Mailbox
) -> None:
    mailbox.to_data = lambda times: "drop" if times == 1 else "250 OK"
    assert answered(world).sent_at is None
    assert later(world).sent_at is not None
    first, second = mailbox.received
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Date"] == second["Date"]
    assert [part.get_payload() for part in first.walk() if not part.is_multipart()] == [
        part.get_payload() for part in second.walk() if not part.is_multipart()
    ]


def test_a_secret_link_is_erased_once_it_has_left(world: World, mailbox: Mailbox) -> None:
    member = world.member()
    world.act(lambda s: accounts.ask_link(s, member.email, Purpose.SIGN_IN))
    world.work()
    (mail,) = world.mails(member)
    assert (mail.text, mail.html) == ("", "")
    assert "/connexion" in str(mailbox.received[0].get_body(("plain",)))
