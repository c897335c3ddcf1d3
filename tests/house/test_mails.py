"""The journal of mails: what left, what waits, what was refused, and trying again."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from access.viewers import Role
from accounts import actions as accounts
from accounts.models import Member, Purpose
from blueprints.administration.mails import DOUBTS, KINDS, WHY
from core import jobs, mail_ways
from core.outbox import Mail
from core.refusals import Refused
from core.settings import Settings
from house import mails
from house.mails import Doubt, Why
from tests.house.people import WHO, acts, somebody, status, text
from tests.services import ROOT
from tests.smtp import Mailbox, serving
from tests.world import BOTH, World


@pytest.fixture
def mailbox(world: World) -> Iterator[Mailbox]:
    with serving(world) as box:
        yield box


def written(world: World, by: Member, address: str = "rita@example.org") -> Mail:
    """A test mail on its way."""
    return world.act_as(
        by,
        lambda s, viewer: mails.send_test(s, viewer, by=s.get_one(Member, by.id), address=address),
    )


def again(world: World, mail: Mail) -> Mail:
    return next(one for one in world.mails() if one.id == mail.id)


@WHO
def test_only_administrators_read_the_journal(world: World, role: Role, status_: int) -> None:
    who = somebody(world, role)
    mail = written(world, world.administrator())
    for path in ("", f"/{mail.id}", "/essai"):
        assert status(world, who, f"/administration/courriels{path}") == status_
    client = world.client(who)
    expected = 200 if status_ == 200 else 403
    assert client.post("/administration/courriels/exporter.csv").status_code == expected
    assert client.post(f"/administration/courriels/{mail.id}/renvoyer").status_code == (
        302 if status_ == 200 else 403
    )


@BOTH
def test_each_state_is_a_filter(world: World, mailbox: Mailbox) -> None:
    administrator = world.administrator()
    sent = written(world, administrator, "partie@example.org")
    world.work()
    mailbox.to_recipient = lambda _times: "550 5.1.1 no such user"
    refused = written(world, administrator, "inconnue@example.org")
    world.work()
    waiting = written(world, administrator, "attend@example.org")
    for state, mine in (("partis", sent), ("refuses", refused), ("attente", waiting)):
        page = text(world, administrator, f"/administration/courriels?etat={state}")
        shown = {one.to_address for one in (sent, refused, waiting) if one.to_address in page}
        assert shown == {mine.to_address}
    everything = text(world, administrator, "/administration/courriels")
    assert all(one.to_address in everything for one in (sent, refused, waiting))
    assert waiting.to_address in text(world, administrator, "/administration/courriels?q=attend")
    assert waiting.to_address not in text(world, administrator, "/administration/courriels?q=autre")
    sort = "/administration/courriels?sorte="
    assert waiting.to_address in text(world, administrator, sort + "test")
    assert waiting.to_address not in text(world, administrator, sort + "invitation")


def test_a_refused_mail_says_why_and_is_sent_again(world: World, mailbox: Mailbox) -> None:
    administrator = world.administrator()
    mailbox.to_recipient = lambda _times: "550 5.1.1 <b>no such user</b>"
    mail = written(world, administrator)
    world.work()
    page = text(world, administrator, f"/administration/courriels/{mail.id}")
    assert "&lt;b&gt;no such user&lt;/b&gt;" in page
    mailbox.to_recipient = lambda _times: "250 OK"
    world.client(administrator).post(f"/administration/courriels/{mail.id}/renvoyer")
    world.work()
    assert again(world, mail).sent_at is not None
    assert len(mailbox.received) == 1
    assert acts(world, administrator, "mail-sent-again") == [("rita@example.org", {})]


def test_a_mail_that_was_put_off_leaves_at_once_when_asked(world: World, mailbox: Mailbox) -> None:
    administrator = world.administrator()
    mailbox.to_data = lambda times: "451 4.3.0 later" if times == 1 else "250 OK"
    mail = written(world, administrator)
    world.work()
    tried = again(world, mail)
    assert (tried.attempts, tried.sent_at, tried.failed_at) == (1, None, None)
    assert tried.last_error == "SMTPDataError: 451 4.3.0 later"
    assert world.work() == 0
    world.client(administrator).post(f"/administration/courriels/{mail.id}/renvoyer")
    world.work()
    assert again(world, mail).sent_at is not None
    assert world.work() == 0


def test_a_mail_tried_too_often_is_given_up(world: World, mailbox: Mailbox) -> None:
    mailbox.to_data = lambda _times: "451 4.3.0 later"
    mail = written(world, world.administrator())

    def tried_before(session: object) -> None:
        session.get_one(Mail, mail.id).attempts = jobs.MOST_ATTEMPTS - 1  # type: ignore[attr-defined]

    world.act(tried_before)
    world.work()
    assert again(world, mail).failed_at is not None
    assert world.work() == 0


def test_what_left_does_not_leave_twice(world: World, mailbox: Mailbox) -> None:
    administrator = world.administrator()
    mail = written(world, administrator)
    world.work()
    with pytest.raises(Refused, match="mail-sent"):
        world.act_as(
            administrator,
            lambda s, v: mails.send_again(s, v, mail.id, by=s.get_one(Member, administrator.id)),
        )


def test_the_journal_never_shows_a_link_that_opens_an_account(
    world: World, mailbox: Mailbox
) -> None:
    administrator, member = world.administrator(), world.member("Alice")
    mailbox.to_recipient = lambda _times: "451 later"
    world.act(lambda s: accounts.ask_link(s, member.email, Purpose.SIGN_IN))
    world.work()
    (mail,) = world.mails(member)
    token = re.search(r"/connexion/lien/([\w-]+)", mail.text)
    assert token is not None
    client = world.client(administrator)
    pages = [
        client.get("/administration/courriels"),
        client.get(f"/administration/courriels/{mail.id}"),
        client.post("/administration/courriels/exporter.csv"),
    ]
    assert all(member.email in page.get_data(as_text=True) for page in pages)
    assert all(token[1] not in page.get_data(as_text=True) for page in pages)
    mailbox.to_recipient = lambda _times: "550 no"
    world.client(administrator).post(f"/administration/courriels/{mail.id}/renvoyer")
    world.work()
    assert again(world, mail).failed_at is not None
    with pytest.raises(Refused, match="mail-forgotten"):
        world.act_as(
            administrator,
            lambda s, v: mails.send_again(s, v, mail.id, by=s.get_one(Member, administrator.id)),
        )


@pytest.mark.parametrize(("networks", "sees"), [(("coorace",), True), (("fnars",), False)])
@BOTH
def test_a_subject_is_shown_to_those_who_see_what_it_names(
    world: World, networks: tuple[str, ...], sees: bool
) -> None:
    asker = world.member("Alice", networks=["coorace"])
    topic = world.topic(asker, "Un titre réservé", networks=["coorace"])
    world.reply(topic, world.member("Bruno"))
    world.work()
    (mail,) = world.mails(asker)
    assert "Un titre réservé" in mail.subject
    who = world.member("Rachel", role=Role.ADMINISTRATOR, networks=networks)
    client = world.client(who)
    ways = [
        client.get("/administration/courriels"),
        client.get(f"/administration/courriels/{mail.id}"),
        client.post("/administration/courriels/exporter.csv"),
    ]
    assert [("Un titre réservé" in way.get_data(as_text=True)) for way in ways] == [sees] * 3
    by_subject = client.get("/administration/courriels?q=réservé").get_data(as_text=True)
    assert (asker.email in by_subject) is sees
    assert asker.email in ways[0].get_data(as_text=True)


def test_an_export_is_inert_and_leaves_a_line_in_the_trail(world: World) -> None:
    administrator = world.administrator()
    written(world, administrator, "=cmd@example.org")
    answer = world.client(administrator).post("/administration/courriels/exporter.csv?q=cmd")
    assert "'=cmd@example.org" in answer.get_data(as_text=True)
    assert acts(world, administrator, "exported") == [("mails", {"lines": 1, "narrowed": "q: cmd"})]
    assert (
        world.client(administrator).get("/administration/courriels/exporter.csv").status_code == 405
    )


def test_a_test_goes_to_oneself_unless_told_otherwise(world: World, mailbox: Mailbox) -> None:
    administrator = world.administrator()
    client = world.client(administrator)
    assert f'value="{administrator.email}"' in client.get("/administration/courriels/essai").text
    assert client.post("/administration/courriels/essai", data={"email": "x"}).status_code == 422
    answer = client.post("/administration/courriels/essai", data={"email": administrator.email})
    world.work()
    (received,) = mailbox.received
    assert received["To"] == administrator.email
    assert client.get(answer.location).status_code == 200
    assert acts(world, administrator, "mail-tested") == [(administrator.email, {})]


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        ("550 5.1.1 no such user", Why.NO_SUCH_ADDRESS),
        ("550 5.7.1 Message rejected as spam", Why.TAKEN_FOR_SPAM),
        ("552 5.2.2 Mailbox full", Why.MAILBOX_FULL),
        ("SMTPAuthenticationError: 535 5.7.8 bad credentials", Why.SIGN_IN_REFUSED),
        ("SMTPSenderRefused: 553 5.1.8 sender rejected", Why.SENDER_REFUSED),
        ("ConnectionRefusedError: [Errno 111] Connection refused", Why.UNREACHABLE),
        ("gaierror: [Errno -2] Name or service not known", Why.UNREACHABLE),
        ("TimeoutError: timed out", Why.UNREACHABLE),
        ("SSLCertVerificationError: certificate verify failed", Why.CERTIFICATE),
        ("552 5.3.4 message too large", Why.TOO_LARGE),
        ("SMTPDataError: 451 4.3.0 later", Why.LATER),
        ("OSError: [Errno 28] No space left on device", Why.DISK),
        ("ValueError: quelque chose", Why.OTHER),
    ],
)
def test_an_error_is_told_in_words(error: str, meaning: Why) -> None:
    assert mails.why(error) is meaning


def test_all_is_named() -> None:
    assert KINDS.keys() == {path.name for path in (ROOT / "templates" / "mail").iterdir()}
    assert WHY.keys() == set(Why)
    assert DOUBTS.keys() == set(Doubt)


BASE = Settings(secret_key="s" * 32, base_url="https://maillage.example.org")


@pytest.mark.parametrize(
    ("url", "sender", "found"),
    [
        ("smtps://m:secret@smtp.example.org", "M <m@example.org>", []),
        ("file:var/mail", "M <m@example.org>", [Doubt.FOLDER]),
        ("smtps://smtp.example.org", "M <m@localhost>", [Doubt.SENDER_LOCAL]),
        ("smtps://smtp.example.org", "M <m@other.example>", [Doubt.SENDER_ELSEWHERE]),
        ("smtp://m:secret@smtp.example.org", "M <m@example.org>", [Doubt.IN_CLEAR]),
        ("smtp://m:secret@localhost", "M <m@example.org>", []),
    ],
)
def test_settings_tell_what_to_look_at_first(url: str, sender: str, found: list[Doubt]) -> None:
    assert mails.doubts(replace(BASE, mail_url=url, mail_from=sender)) == found


def test_no_password_is_shown(world: World, tmp_path: Path) -> None:
    kept = replace(BASE, mail_url="smtps://m:secret@smtp.example.org", var=tmp_path)
    assert mail_ways.place(kept) == "smtp.example.org"
