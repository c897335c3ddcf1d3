"""The ways out for mail: a folder to try, a server to send."""

import re
import smtplib
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from core import jobs
from core.settings import Settings

SMTP_TIMEOUT_SECONDS = 30


class Transport(Protocol):
    """A way out for mail."""

    def send(self, message: EmailMessage, return_to: str | None = None) -> None:
        """Deliver; raises jobs.Permanent when the address is refused for good.

        `return_to`: where it comes back to; None: to its sender.
        """

    def check(self) -> None:
        """Raise when mail could not leave now."""


@dataclass(frozen=True, slots=True)
class Folder:
    """Mail written to files, one a message, named after its Message-ID."""

    path: Path

    def send(self, message: EmailMessage, return_to: str | None = None) -> None:
        """Write beside, then rename: a file is whole, and a second sending replaces the first."""
        if return_to:
            message["Return-Path"] = f"<{return_to}>"
        self.path.mkdir(parents=True, exist_ok=True)
        name = re.sub(r"[^\w.-]", "_", str(message["Message-ID"]).strip("<>"))
        part = self.path / f".{name}.part"
        part.write_bytes(bytes(message))
        part.replace(self.path / f"{name}.eml")

    def check(self) -> None:
        """The folder can be written to."""
        self.path.mkdir(parents=True, exist_ok=True)
        probe = self.path / ".check"
        probe.touch()
        probe.unlink()


@dataclass(frozen=True, slots=True)
class Smtp:
    """Mail handed to an SMTP server: smtp:// (STARTTLS when offered) or smtps://."""

    url: str

    def _open(self) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        host = parts.hostname or "localhost"
        if parts.scheme == "smtps":
            client: smtplib.SMTP = smtplib.SMTP_SSL(
                host, parts.port or 465, timeout=SMTP_TIMEOUT_SECONDS
            )
        else:
            client = smtplib.SMTP(host, parts.port or 25, timeout=SMTP_TIMEOUT_SECONDS)
            client.ehlo()
            if client.has_extn("starttls"):
                client.starttls()
                client.ehlo()
        if parts.username:
            client.login(unquote(parts.username), unquote(parts.password or ""))
        return client

    def send(self, message: EmailMessage, return_to: str | None = None) -> None:
        """Deliver; a 5xx answer about the recipient or the words is final."""
        with self._open() as client:
            try:
                client.send_message(message, from_addr=return_to)
            except smtplib.SMTPRecipientsRefused as refused:
                codes = [answer[0] for answer in refused.recipients.values()]
                if all(500 <= code < 600 for code in codes):
                    raise jobs.Permanent(server_words(refused)) from refused
                raise
            except smtplib.SMTPDataError as refused:
                if 500 <= refused.smtp_code < 600:
                    raise jobs.Permanent(server_words(refused)) from refused
                raise

    def check(self) -> None:
        """The server answers and lets us in."""
        with self._open() as client:
            client.noop()


def server_words(error: Exception) -> str:
    """What the server answered, as it wrote it: "550 5.1.1 no such user"."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "; ".join(_reply(*answer) for answer in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return _reply(error.smtp_code, error.smtp_error)
    return str(error)


def _reply(code: int, words: bytes | str) -> str:
    said = words if isinstance(words, str) else words.decode(errors="replace")
    return f"{code} {' '.join(said.split())}"


def leaves(settings: Settings) -> bool:
    """Whether mails are handed to a server, rather than written to a folder."""
    return not settings.mail_url.startswith("file:")


def place(settings: Settings) -> str:
    """Where mails go, without any password."""
    return settings.mail_url.rsplit("@", 1)[-1]


def sender_domain(settings: Settings) -> str:
    """The right-hand side of the address that mails come from."""
    return parseaddr(settings.mail_from)[1].rpartition("@")[2].lower()


def password_in_clear(settings: Settings) -> bool:
    """Whether a password would go over the network unprotected if the server does not cipher."""
    parts = urlsplit(settings.mail_url)
    here = parts.hostname in {None, "localhost", "127.0.0.1", "::1"}
    return parts.scheme == "smtp" and bool(parts.password) and not here


def transport(settings: Settings) -> Transport:
    """The way out that MAIL_URL names."""
    if settings.mail_url.startswith("file:"):
        return Folder(settings.under_root(settings.mail_url.removeprefix("file:")))
    return Smtp(settings.mail_url)
