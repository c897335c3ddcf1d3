"""Mails made to harm: none costs much, none breaks the worker, none is believed."""

import io
import resource
import time
import zipfile
from email.message import EmailMessage

import pytest
from sqlalchemy import select

from accounts.models import Member
from core.jobs import Job
from files.models import StoredFile
from forum.models import Post, Topic
from inbound import reading
from inbound.actions import receive
from inbound.models import Outcome, Received
from tests.inbound.letters import answer_address, answers, comes_in, letter
from tests.world import World


@pytest.fixture
def asker(world: World) -> Member:
    return world.member("Alice", email="alice@example.org")


@pytest.fixture
def topic(world: World, asker: Member) -> Topic:
    return world.topic(asker)


def head(to: str, more: str) -> bytes:
    return f"From: a@example.org\r\nTo: {to}\r\nMessage-ID: <h@x>\r\n{more}".encode()


def nested(to: str, deep: int) -> bytes:
    raw = [head(to, 'Content-Type: multipart/mixed; boundary="b0"\r\n\r\n')]
    for number in range(1, deep):
        raw.append(
            f"--b{number - 1}\r\nContent-Type: multipart/mixed; boundary=b{number}\r\n\r\n".encode()
        )
    return b"".join(raw)


def in_mails(to: str, deep: int) -> bytes:
    return head(to, "") + b"Content-Type: message/rfc822\r\n\r\n" * deep + b"Bonjour."


def crowded(to: str) -> bytes:
    part = b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n"
    return head(to, 'Content-Type: multipart/mixed; boundary="b"\r\n\r\n') + part * 100_000


def long_header(to: str) -> bytes:
    return head(to, "Subject: " + "=?utf-8?q?a?= " * 200_000 + "\r\n\r\n") + b"   "


def many_addresses(to: str) -> bytes:
    return b"From: " + b"(" * 300_000 + b"a@b\r\n" + head(to, "\r\n") + b"Bonjour."


def deep_html(to: str) -> bytes:
    return head(to, "Content-Type: text/html\r\n\r\n") + b"<div>" * 45_000 + b"Bonjour."


def huge_html(to: str) -> bytes:
    return head(to, "Content-Type: text/html\r\n\r\n") + b"<b>a" * 5_000_000


@pytest.mark.parametrize(
    "made",
    [
        lambda to: nested(to, 1000),
        lambda to: nested(to, 40),
        lambda to: in_mails(to, 1000),
        crowded,
        long_header,
        many_addresses,
        deep_html,
        huge_html,
        lambda to: head(to, "\r\n") + b"\x00" * 1_000_000,
        lambda to: head(to, "Content-Type: text/plain; charset=x\r\n\r\n") + b"\xff\xfe" * 9,
        lambda to: head(to, 'Content-Type: multipart/report; boundary="b"\r\n\r\n--b\r\n'),
        lambda _to: b"",
        lambda _to: b"\r\n\r\n",
        lambda _to: b"\xff" * 1000,
    ],
)
def test_the_worker_goes_on(world: World, asker: Member, topic: Topic, made: object) -> None:
    raw = made(answer_address(world, asker, topic))  # type: ignore[operator]
    start = time.process_time()
    received = comes_in(world, raw)
    assert received.outcome is not Outcome.WAITING
    assert world.all(select(Job).where(Job.attempts > 0)) == []
    assert time.process_time() - start < 20
    assert comes_in(
        world, letter(answer_address(world, asker, topic), Number="<ok@x>")
    ).outcome is (Outcome.PUBLISHED)


def test_fifty_megabytes_are_not_kept(world: World, asker: Member, topic: Topic) -> None:
    raw = bytes(letter(answer_address(world, asker, topic))) + b"a" * 50_000_000
    assert world.act(lambda s: receive(s, raw))
    (received,) = world.all(select(Received))
    assert received.size > reading.LARGEST
    kept = world.one(select(Received.raw))
    assert kept is not None
    assert len(kept) <= reading.HEADERS_KEPT
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    world.work()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000
    (mail,) = [one for one in world.mails(asker) if one.kind == "answer_refused"]
    assert "40" in mail.text
    assert answers(world, topic) == []


def test_a_zip_is_kept_and_never_opened_to_its_full_size(
    world: World, asker: Member, topic: Topic
) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", b"\0" * 200_000_000)
    mail = letter(answer_address(world, asker, topic))
    mail.add_attachment(bomb.getvalue(), "application", "zip", filename="photos.zip")
    assert comes_in(world, mail).outcome is Outcome.PUBLISHED
    (kept,) = world.all(select(StoredFile))
    assert kept.size < 1_000_000
    assert kept.text_size == 0


@pytest.mark.parametrize(
    ("charset", "content"),
    [
        ("utf-8", "Été à Nantes.".encode()),
        ("iso-8859-1", "Été à Nantes.".encode("latin-1")),
        ("utf-8", "Été à Nantes.".encode("latin-1")),
        ("us-ascii", "Été à Nantes.".encode()),
        ("inconnu-9000", "Été à Nantes.".encode("cp1252")),
        ("windows-1252", "Été à Nantes.".encode("cp1252")),
    ],
)
def test_a_wrong_charset_is_read_all_the_same(
    world: World, asker: Member, topic: Topic, charset: str, content: bytes
) -> None:
    to = answer_address(world, asker, topic)
    comes_in(world, head(to, f"Content-Type: text/plain; charset={charset}\r\n\r\n") + content)
    assert answers(world, topic) == ["Été à Nantes."]


def test_html_that_runs_is_words(world: World, asker: Member, topic: Topic) -> None:
    mail = EmailMessage()
    mail["To"] = answer_address(world, asker, topic)
    mail.set_content("<p>Oui.<img src=x onerror=alert(1)><script>alert(1)</script></p>", "html")
    comes_in(world, mail)
    (post,) = world.all(select(Post).where(Post.number > 0))
    assert (post.body, post.html.strip()) == ("Oui.", "<p>Oui.</p>")


def test_the_picture_of_a_signature_is_no_file(world: World, asker: Member, topic: Topic) -> None:
    mail = letter(answer_address(world, asker, topic))
    mail.add_alternative('<p>Oui.<img src="cid:logo"></p>', "html")
    html = mail.get_body(("html",))
    assert html is not None
    html.add_related(b"\x89PNG", "image", "png", cid="<logo>", filename="logo.png")
    comes_in(world, mail)
    (post,) = world.all(select(Post).where(Post.number > 0))
    assert post.files == 0
