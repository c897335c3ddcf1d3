"""Members' words in a mail are text: never HTML, never a header."""

import html
from email import policy
from email.parser import BytesParser

from core import clock, outbox
from core.outbox import Mail
from tests.world import World


def test_the_text_of_a_mail_is_not_html(world: World) -> None:
    administrator = world.administrator()
    world.ask_access(
        first_name="L'Éa",
        last_name="D'Ax <b>",
        employer="L'Atelier & fils",
        job="CIP d'à côté",
        reason="C'est l'amie d'une amie.",
    )
    world.work()
    (mail,) = world.mails(administrator)
    assert "L'Éa D'Ax <b>" in mail.subject
    for words in ("L'Éa D'Ax <b>", "L'Atelier & fils", "CIP d'à côté", "C'est l'amie d'une amie."):
        assert words in mail.text
        assert words in html.unescape(mail.html)
    assert "<b>" not in mail.html
    assert "&amp;amp;" not in mail.html
    assert "&amp;#39;" not in mail.html


def test_members_words_are_text_and_never_make_a_header(world: World) -> None:
    asker = world.member()
    topic = world.topic(asker, 'Urgent\r\nBcc: a@b.fr <script>alert("x")</script>')
    world.reply(topic, world.member(), '<img src=x onerror=alert(1)>\n\n**gras** & "guillemets"')
    world.work()
    (mail,) = world.mails(asker)
    assert "\n" not in mail.subject
    assert "<script" not in mail.html
    assert "<img" not in mail.html
    assert "&lt;script&gt;" in mail.html
    raw = bytes(outbox.message(mail, world.app.extensions["maillage.settings"]))
    parsed = BytesParser(policy=policy.default).parsebytes(raw)
    assert parsed["Bcc"] is None
    assert parsed["Subject"] == mail.subject


def test_a_name_cannot_make_a_header_either(world: World) -> None:
    mail = Mail(
        to_address="a@example.org",
        to_name='Éva\n Bcc: x@y.fr, "N"',
        subject="Sujet",
        text="a",
        html="<p>a</p>",
        headers={},
        message_id="1",
        created_at=clock.now(),
        confidential=False,
        kind="test",
    )
    mail.to_name = outbox._one_line(mail.to_name)
    parsed = BytesParser(policy=policy.default).parsebytes(
        bytes(outbox.message(mail, world.app.extensions["maillage.settings"]))
    )
    assert parsed["Bcc"] is None
    assert [address.addr_spec for address in parsed["To"].addresses] == ["a@example.org"]
