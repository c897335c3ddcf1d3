"""The journal of mails: what left, what waits, what was refused and why.

What a mail says is never read here: it may hold a link that opens an account, or words meant for
its reader alone. A subject that names a content is shown to those who may see that content.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session, defer

from access.viewers import Viewer
from accounts.models import Member
from accounts.policy import needs_administrator
from core import mail_ways, outbox
from core.bounces import ON_HOLD
from core.facts import record
from core.outbox import Mail
from core.settings import Settings
from house.facts import MailSentAgain, MailTested

PER_PAGE = 50
TEST = "test"
"""The kind of a mail that only shows that mail arrives."""
T = TypeVar("T")


class MailState(StrEnum):
    """Where a mail stands."""

    SENT = "sent"
    WAITING = "waiting"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address of the journal says."""

    words: str = ""
    state: MailState | None = None
    kind: str = ""


def state(mail: Mail) -> MailState:
    """Where this mail stands."""
    if mail.sent_at is not None:
        return MailState.SENT
    return MailState.WAITING if mail.failed_at is None else MailState.FAILED


def _subject_open(viewer: Viewer) -> ColumnElement[bool]:
    reach = Mail.subject_audience_id
    return or_(reach.is_(None), reach.in_(viewer.audiences))


def subject(viewer: Viewer, mail: Mail) -> str | None:
    """Its subject; None when it names a content that the viewer may not see."""
    reach = mail.subject_audience_id
    return mail.subject if reach is None or reach in viewer.audiences else None


def _mails(viewer: Viewer) -> Select[Mail]:
    needs_administrator(viewer)
    unread = [defer(column, raiseload=True) for column in (Mail.html, Mail.text)]
    return select(Mail).options(*unread)


_IN_STATE: dict[MailState, ColumnElement[bool]] = {
    MailState.SENT: Mail.sent_at.is_not(None),
    MailState.WAITING: and_(Mail.sent_at.is_(None), Mail.failed_at.is_(None)),
    MailState.FAILED: and_(Mail.sent_at.is_(None), Mail.failed_at.is_not(None)),
}


def found(viewer: Viewer, filters: Filters) -> Select[Mail]:
    """The mails that these filters keep, newest first."""
    kept = _mails(viewer).order_by(Mail.id.desc())
    for word in filters.words.split()[:5]:
        kept = kept.where(
            or_(
                Mail.to_address.icontains(word, autoescape=True),
                and_(Mail.subject.icontains(word, autoescape=True), _subject_open(viewer)),
            )
        )
    if filters.state is not None:
        kept = kept.where(_IN_STATE[filters.state])
    if filters.kind:
        kept = kept.where(Mail.kind == filters.kind)
    return kept


def journal(viewer: Viewer, filters: Filters, before: int | None = None) -> Select[Mail]:
    """A page of them."""
    page = found(viewer, filters).limit(PER_PAGE + 1)
    return page.where(Mail.id < before) if before else page


def mail(viewer: Viewer, mail_id: int) -> Select[Mail]:
    """One mail, without its words."""
    return _mails(viewer).where(Mail.id == mail_id)


def send_again(session: Session, viewer: Viewer, mail_id: int, *, by: Member) -> Mail:
    """Try again now a mail that has not left. Raises as core.outbox.send_again."""
    needs_administrator(viewer)
    one = session.get_one(Mail, mail_id)
    outbox.send_again(session, one)
    record(session, MailSentAgain(by, one.to_address))
    return one


def send_test(session: Session, viewer: Viewer, *, by: Member, address: str) -> Mail:
    """Write to an address, to see whether mail arrives."""
    needs_administrator(viewer)
    written = outbox.post(
        session,
        TEST,
        to_address=address.strip().lower(),
        to_name="",
        language=by.language,
        values={"by": by},
        asked=True,
    )
    record(session, MailTested(by, written.to_address))
    return written


# --- why a mail did not leave ------------------------------------------------------------------


class Why(StrEnum):
    """What an error means for who reads it."""

    ON_HOLD = "on-hold"
    NO_SUCH_ADDRESS = "no-such-address"
    MAILBOX_FULL = "mailbox-full"
    TAKEN_FOR_SPAM = "taken-for-spam"
    SENDER_REFUSED = "sender-refused"
    TOO_LARGE = "too-large"
    SIGN_IN_REFUSED = "sign-in-refused"
    CERTIFICATE = "certificate"
    UNREACHABLE = "unreachable"
    DISK = "disk"
    LATER = "later"
    OTHER = "other"


_SIGNS: tuple[tuple[Why, str], ...] = (
    (Why.ON_HOLD, rf"^{ON_HOLD}$"),
    (Why.SIGN_IN_REFUSED, r"SMTPAuthenticationError|\b(?:530|535)\b|\b5\.7\.[089]\b"),
    (Why.SENDER_REFUSED, r"SMTPSenderRefused|\b5\.1\.[78]\b|sender (?:address )?rejected"),
    (Why.TOO_LARGE, r"\b5\.3\.4\b|too (?:large|big)"),
    (Why.MAILBOX_FULL, r"\b[45]\.2\.2\b|\b(?:452|552)\b|mailbox (?:is )?full|over ?quota"),
    (Why.TAKEN_FOR_SPAM, r"\b5\.7\.\d+\b|\b554\b|spam|blocked|blacklist|SPF|DKIM|DMARC"),
    (Why.NO_SUCH_ADDRESS, r"\b5\.1\.[0-36]\b|\b55[013]\b|no such user|user unknown|unknown user"),
    (Why.CERTIFICATE, r"SSL|certificate"),
    (
        Why.UNREACHABLE,
        r"ConnectionRefused|ConnectionReset|gaierror|Timeout|timed out|ServerDisconnected"
        r"|Network is unreachable|No route to host|SMTPConnectError",
    ),
    (Why.DISK, r"No space left|Permission denied|Read-only file system"),
    (Why.LATER, r"\b4\d\d\b"),
)
"""Most telling first: RFC 3463 codes, SMTP replies, then what Python and servers say."""


def why(error: str) -> Why:
    """What this error means."""
    for meaning, sign in _SIGNS:
        if re.search(sign, error, re.IGNORECASE):
            return meaning
    return Why.OTHER


# --- what can be known from inside ----------------------------------------------------------------


class Doubt(StrEnum):
    """What in the settings keeps mails from arriving."""

    FOLDER = "folder"
    """Mails are written to a folder: none leaves."""
    SENDER_LOCAL = "sender-local"
    """The sender's address is that of no domain."""
    SENDER_ELSEWHERE = "sender-elsewhere"
    """The sender's domain is not that of the site."""
    IN_CLEAR = "in-clear"
    """A password travels to another machine in clear, should it not offer STARTTLS."""


def doubts(settings: Settings) -> list[Doubt]:
    """What to look at first when mail does not arrive."""
    found = [Doubt.FOLDER] if not mail_ways.leaves(settings) else []
    domain, site = mail_ways.sender_domain(settings), settings.mail_domain
    if "." not in domain:
        found.append(Doubt.SENDER_LOCAL)
    elif not f".{site}".endswith(f".{domain}"):
        found.append(Doubt.SENDER_ELSEWHERE)
    if mail_ways.password_in_clear(settings):
        found.append(Doubt.IN_CLEAR)
    return found
