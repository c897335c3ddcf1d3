"""Mail that waits to leave: written with the change that causes it, sent by the worker."""

import logging
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.headerregistry import (
    Address,
    BaseHeader,
    HeaderRegistry,
    UnstructuredHeader,
)
from email.message import EmailMessage
from email.policy import EmailPolicy, Policy
from email.utils import format_datetime, parseaddr
from typing import Any

from sqlalchemy import JSON, Index, String, Text, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import bounces, clock, jobs, rates
from core.db import Base, code, label, long_text, pk
from core.mail_ways import server_words, transport
from core.paces import Rate, rate_of
from core.refusals import Refused
from core.settings import Settings
from core.storage import Storage

log = logging.getLogger("maillage.outbox")

SEND = "outbox.send"


class Mail(Base):
    """One message to one person, kept as the journal of what was sent."""

    __tablename__ = "mail"
    __table_args__ = (
        Index("ix_mail_sent", "sent_at"),
        # Few mails have not left: finding them does not read all those that have.
        Index(
            "ix_mail_not_sent",
            "id",
            sqlite_where=text("sent_at IS NULL"),
            postgresql_where=text("sent_at IS NULL"),
        ),
    )
    id: Mapped[pk]
    kind: Mapped[code]
    to_address: Mapped[str] = mapped_column(String(254), index=True)
    to_name: Mapped[label]
    subject: Mapped[str] = mapped_column(String(300))
    text: Mapped[long_text]
    html: Mapped[long_text]
    headers: Mapped[dict[str, str]] = mapped_column(JSON)
    logo: Mapped[str | None] = mapped_column(String(64))
    """The storage's name of the PNG that the HTML shows as `cid:logo`."""
    calendar: Mapped[str | None] = mapped_column(Text)
    """What a calendar program reads in it: a VCALENDAR with its METHOD (RFC 6047)."""
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    confidential: Mapped[bool]
    """It carries a link that opens an account: its words are erased once it has left."""
    asked: Mapped[bool] = mapped_column(default=False)
    """Its reader waits for it: it leaves before the others, and even to an address on hold."""
    created_at: Mapped[datetime]
    turn_at: Mapped[datetime | None]
    """When the pace of its provider lets it leave."""
    sent_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(String(500))
    attempts: Mapped[int] = mapped_column(default=0)
    """How many times it was handed over in vain."""
    tried_at: Mapped[datetime | None]
    """The last of those times."""
    subject_audience_id: Mapped[int | None]
    """The reach of the content that the subject names; None when it names none."""

    @property
    def forgotten(self) -> bool:
        """Whether its words are erased: it cannot leave again."""
        return self.confidential and (self.sent_at is not None or self.failed_at is not None)


@dataclass(frozen=True, slots=True)
class Words:
    """What a mail says, ready to leave."""

    subject: str
    text: str
    html: str
    logo: str | None = None
    """The storage's name of the PNG that the HTML shows as `cid:logo`."""


Renderer = Callable[[str, str, Mapping[str, Any]], Words]
"""(template, language, values) → words. Given by wiring.py: templates live with the pages."""

_renderer: list[Renderer] = []


def render_with(renderer: Renderer) -> None:
    """Say who turns a template's name into words."""
    _renderer[:] = [renderer]


def post(
    session: Session,
    template: str,
    *,
    to_address: str,
    to_name: str,
    language: str,
    values: Mapping[str, Any],
    headers: Mapping[str, str] | None = None,
    confidential: bool = False,
    asked: bool = False,
    subject_audience_id: int | None = None,
    calendar: str | None = None,
) -> Mail:
    """Write a mail into this transaction; the worker sends it after the commit.

    `asked`: its reader waits for it; `subject_audience_id`: the reach of the content that its
    subject names; `calendar`: a VCALENDAR with its METHOD, for the calendar program of its reader.
    """
    return put(
        session,
        template,
        worded(template, language, values),
        to_address=to_address,
        to_name=to_name,
        headers=headers,
        confidential=confidential,
        asked=asked,
        subject_audience_id=subject_audience_id,
        calendar=calendar,
    )


def worded(template: str, language: str, values: Mapping[str, Any]) -> Words:
    """What a mail says, before it is a row: for those who word many at once."""
    return _renderer[0](template, language, values)


def put(
    session: Session,
    kind: str,
    words: Words,
    *,
    to_address: str,
    to_name: str,
    headers: Mapping[str, str] | None = None,
    confidential: bool = False,
    asked: bool = False,
    subject_audience_id: int | None = None,
    calendar: str | None = None,
) -> Mail:
    """Put a mail that is worded into this transaction; as `post` for the rest."""
    mail = to_send(kind, words, to_address, to_name, headers)
    mail.confidential, mail.asked = confidential, asked
    mail.subject_audience_id, mail.calendar = subject_audience_id, calendar
    put_all(session, [mail])
    return mail


def put_all(session: Session, mails: Sequence[Mail]) -> None:
    """Put many mails into this transaction at once; the worker sends them after the commit."""
    session.add_all(mails)
    session.flush()
    jobs.enqueue_all(session, SEND, [{"mail_id": mail.id} for mail in mails])


def to_send(
    kind: str, words: Words, to_address: str, to_name: str, headers: Mapping[str, str] | None
) -> Mail:
    """A mail that is worded, for `put_all`."""
    return Mail(
        kind=kind,
        to_address=to_address,
        to_name=_one_line(to_name),
        subject=_one_line(words.subject)[:300],
        text=words.text,
        html=words.html,
        headers=dict(headers or {}),
        logo=words.logo,
        message_id=str(uuid.uuid4()),
        confidential=False,
        asked=False,
        created_at=clock.now(),
        attempts=0,
    )


def send_again(session: Session, mail: Mail) -> None:
    """Have a mail that has not left tried again now, from its first attempt.

    Raises Refused("mail-sent"), Refused("mail-forgotten") when its words were erased.
    """
    if mail.sent_at is not None:
        raise Refused("mail-sent")
    if mail.forgotten:
        raise Refused("mail-forgotten")
    mail.failed_at, mail.last_error, mail.attempts = None, None, 0
    put_forward = session.scalars(
        update(jobs.Job)
        .where(jobs.Job.kind == SEND, jobs.Job.payload["mail_id"].as_integer() == mail.id)
        .values(run_at=clock.now(), failed_at=None, attempts=0)
        .returning(jobs.Job.id)
        .execution_options(synchronize_session=False)
    ).all()
    if not put_forward:
        jobs.enqueue(session, SEND, {"mail_id": mail.id})
    session.info["wake"] = True


def _one_line(words: str) -> str:
    return re.sub(r"\s+", " ", words).strip()


class _Unfolded(UnstructuredHeader, BaseHeader):
    """A header in one piece: a long address that were cut or encoded would lead nowhere."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


class _Subject(UnstructuredHeader, BaseHeader):
    """Its words stay apart: `email` loses the space where it cuts between two accents."""

    def fold(self, *, policy: Policy) -> str:
        cut = Header(str(self), header_name=self.name, maxlinelen=policy.max_line_length)
        return f"{self.name}: {cut.encode(linesep=policy.linesep)}{policy.linesep}"


_headers = HeaderRegistry()
_headers.map_to_type("subject", _Subject)
_headers.map_to_type("list-unsubscribe", _Unfolded)
_POLICY = EmailPolicy(header_factory=_headers)


LOGO = "logo"
"""The Content-ID under which the HTML of a mail finds its picture."""


def message(mail: Mail, settings: Settings, logo: bytes | None = None) -> EmailMessage:
    """The mail as it goes over the wire: text first, then HTML with its picture (a PNG)."""
    built = EmailMessage(_POLICY)
    name, sender = parseaddr(settings.mail_from)
    built["From"] = Address(name, addr_spec=sender)
    built["To"] = Address(mail.to_name, addr_spec=mail.to_address)
    built["Subject"] = mail.subject
    built["Date"] = format_datetime(mail.created_at)
    built["Message-ID"] = f"<{mail.message_id}@{settings.mail_domain}>"
    built["Auto-Submitted"] = "auto-generated"
    for header, value in mail.headers.items():
        built[header] = value
    built.set_content(mail.text)
    built.add_alternative(mail.html, subtype="html")
    if mail.calendar is not None:
        _add_calendar(built, mail.calendar)
    if logo is not None:
        with_picture = built.get_body(("html",))
        assert with_picture is not None  # noqa: S101 - added above
        with_picture.add_related(
            logo, "image", "png", cid=f"<{LOGO}>", disposition="inline", filename="logo.png"
        )
    return built


def _add_calendar(built: EmailMessage, calendar: str) -> None:
    """The last alternative, which programs that know calendars prefer (RFC 6047, 2.4).

    Its lines are shorter than a mail's longest, but only base64 leaves them as they are.
    """
    method = re.search(r"^METHOD:(\w+)", calendar, re.MULTILINE)
    built.add_alternative(
        calendar.encode(),
        "text",
        "calendar",
        cte="base64",
        disposition="inline",
        filename="date.ics",
    )
    *_words, part = built.iter_parts()
    for name, value in (("charset", "utf-8"), ("component", "VEVENT")):
        part.set_param(name, value)
    if method:
        part.set_param("method", method[1])


def _picture(files: Storage, mail: Mail) -> bytes | None:
    if mail.logo is None:
        return None
    try:
        return files.get(mail.logo)
    except OSError:  # a mail without its picture still says all that it has to say
        log.exception("the logo of mail %s cannot be read", mail.id)
        return None


Check = Callable[[Session, Mail], bool]
"""Whether a mail may still leave as it was written."""


def all_of(*checks: Check) -> Check:
    """A check that asks others in turn; each says yes to the mails that are none of its own."""
    return lambda session, mail: all(check(session, mail) for check in checks)


def sender(settings: Settings, files: Storage, may_leave: Check | None = None) -> jobs.Handler:
    """The job that sends one mail. The database is free while the other server talks.

    A mail that may no longer leave is forgotten.
    """
    way_out = transport(settings)

    def send(session: Session, payload: dict[str, Any]) -> None:
        mail = session.get(Mail, payload["mail_id"])
        if mail is None or mail.sent_at is not None:
            return
        if not mail.asked and session.scalar(bounces.on_hold(mail.to_address)):
            _give_up(mail, bounces.ON_HOLD)
            return
        if may_leave and not may_leave(session, mail):
            session.delete(mail)
            return
        _wait_for_turn(session, mail, rate_of(settings.mail_rates, mail.to_address))
        session.expunge(mail)
        session.rollback()
        built = message(mail, settings, _picture(files, mail))
        try:
            way_out.send(built, bounces.return_address(settings, mail.id))
        except Exception as error:
            mail = session.get_one(Mail, payload["mail_id"])
            _note_failure(session, mail, error)
            if mail.failed_at is not None:
                return
            session.commit()  # what went wrong is kept, whatever becomes of the job
            raise
        mail = session.get_one(Mail, payload["mail_id"])
        mail.sent_at = clock.now()
        _forget_secrets(mail)

    return send


def _wait_for_turn(session: Session, mail: Mail, rate: Rate | None) -> None:
    """Commit the turn that this mail takes. Raises jobs.Later when it has not come.

    The turn stays with the mail: after a kill it is the same one, and it is asked for once. What
    somebody waits for leaves at once and takes a turn all the same, so that the others slow down.
    """
    if rate is None:
        return
    if mail.turn_at is None:
        turn = rates.turn(session, rate)
        mail.turn_at = clock.now() if mail.asked else turn
        session.commit()
    if mail.turn_at > clock.now():
        raise jobs.Later(mail.turn_at)


def _give_up(mail: Mail, why: str) -> None:
    mail.last_error, mail.failed_at = why, clock.now()
    _forget_secrets(mail)


def _note_failure(session: Session, mail: Mail, error: Exception) -> None:
    """Keep why a mail did not leave; refused for good or tried too often, it is given up."""
    final = isinstance(error, jobs.Permanent)
    mail.attempts, mail.tried_at = mail.attempts + 1, clock.now()
    mail.turn_at = None  # another attempt is another mail for the provider
    said = server_words(error)
    mail.last_error = (said if final else f"{type(error).__name__}: {said}")[:500]
    if final:
        bounces.came_back(session, mail.id, mail.to_address, said, hard=bounces.is_hard(said))
    if final or mail.attempts >= jobs.MOST_ATTEMPTS:
        mail.failed_at = clock.now()
        _forget_secrets(mail)


def _forget_secrets(mail: Mail) -> None:
    if mail.confidential:
        mail.text = mail.html = ""
        mail.calendar = None
