"""A real SMTP server that answers as it is told to."""

from asyncio import Transport
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as Exchange

from core import outbox
from notifications.jobs import may_leave
from tests.running import free_port
from tests.world import World

Answer = Callable[[int], str]
"""How many times a message came → the server's answer to it."""


class Mailbox:
    """What a server received; it answers as it is told to."""

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        self.to_recipient: Answer = lambda _times: "250 OK"
        self.to_data: Answer = lambda _times: "250 OK"
        self.recipients = 0
        self.senders: list[str] = []
        """The return address of each mail."""

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Exchange, envelope: Envelope, address: str, _options: object
    ) -> str:
        self.recipients += 1
        answer = self.to_recipient(self.recipients)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, _session: Exchange, envelope: Envelope
    ) -> str:
        message = BytesParser(policy=default).parsebytes(cast("bytes", envelope.content))
        self.received.append(message)
        self.senders.append(envelope.mail_from or "")
        answer = self.to_data(len(self.received))
        if answer == "drop":
            cast("Transport", server.transport).abort()
        return answer


@contextmanager
def serving(world: World, **more: Any) -> Iterator[Mailbox]:
    """The worker of this world sends there; `more` are other settings."""
    box = Mailbox()
    port = free_port()
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    settings = world.app.extensions["maillage.settings"]
    sending = outbox.sender(
        type(settings)(secret_key=settings.secret_key, mail_url=f"smtp://127.0.0.1:{port}", **more),
        world.app.extensions["maillage.storage"],
        may_leave,
    )
    world.app.extensions["maillage.plan"].handlers[outbox.SEND] = sending
    try:
        yield box
    finally:
        server.stop()
