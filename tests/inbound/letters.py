"""Mails as people and servers write them."""

from email.message import EmailMessage

from sqlalchemy import select

from accounts.models import Member
from core.outbox import Mail
from forum.models import Post, Topic
from inbound.actions import receive
from inbound.models import Received
from notifications import answering
from tests.world import World

ANSWERS = "reponses+{token}@example.org"
BOUNCES = "rebonds+{token}@example.org"
SUBJECT = "Re: Réponse : PMSMP en ETTI, qui signe ?"


def answer_address(world: World, member: Member, topic: Topic) -> str:
    """Where this member answers in this topic."""
    found = answering.address(world.app.extensions["maillage.settings"], member.id, topic.id)
    assert found is not None
    return found


def letter(
    to: str, words: str = "Bonjour, c’est l’ETTI qui signe.", **headers: str
) -> EmailMessage:
    """An answer as a mail program writes it."""
    written = EmailMessage()
    written["From"] = headers.pop("From", "Alice <alice@example.org>")
    written["To"] = to
    written["Subject"] = headers.pop("Subject", SUBJECT)
    written["Message-ID"] = headers.pop("Number", "<1@mail.example.org>")
    for name, value in headers.items():
        written[name.replace("_", "-")] = value
    written.set_content(words)
    return written


def comes_in(world: World, mail: EmailMessage | bytes, recipient: str = "") -> Received:
    """A mail comes in, and the worker deals with it."""
    raw = mail if isinstance(mail, bytes) else bytes(mail)
    world.act(lambda s: receive(s, raw, recipient))
    world.work()
    return world.all(select(Received).order_by(Received.id))[-1]


def answers(world: World, topic: Topic) -> list[str]:
    """The answers in a topic, in order."""
    posts = select(Post).where(Post.topic_id == topic.id, Post.number > 0).order_by(Post.number)
    return [post.body for post in world.all(posts)]


def report_of(mail: Mail, status: str, said: str, *, to: str, action: str = "failed") -> bytes:
    """What a server says of a mail that it could not deliver (RFC 3464)."""
    return f"""\
From: MAILER-DAEMON@mx.example.net (Mail Delivery System)
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="xyz"

--xyz
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--xyz
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net
Arrival-Date: Mon, 1 Mar 2027 09:00:00 +0100

Final-Recipient: rfc822; {mail.to_address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {said}

--xyz
Content-Type: message/rfc822

Message-ID: <{mail.message_id}@maillage.example.org>
Subject: {mail.subject.encode("ascii", "ignore").decode()}

Words.
--xyz--
""".encode()
