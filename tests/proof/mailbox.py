"""What a real SMTP server received."""

from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import cast

from aiosmtpd.smtp import SMTP, Envelope, Session


class Mailbox:
    """Keeps every mail that comes."""

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _exchange: Session, envelope: Envelope
    ) -> str:
        """Keep it."""
        parsed = BytesParser(policy=default).parsebytes(cast("bytes", envelope.content))
        self.received.append(parsed)
        return "250 OK"
