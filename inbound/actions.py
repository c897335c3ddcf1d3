"""A mail that comes in: kept first, then dealt with once, by the worker."""

import hashlib
import io
import re
from dataclasses import dataclass
from datetime import timedelta
from email.message import Message
from email.utils import parseaddr
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, undefer

from accounts import queries as accounts
from accounts.models import Member
from core import bounces, clock, outbox
from core.db import insert_into
from core.jobs import enqueue
from core.outbox import Mail
from core.refusals import Refused
from core.settings import TOKEN, Settings
from core.storage import Storage
from files import actions as files
from files.models import Upload
from files.policy import limits
from forum import actions as forum
from forum import queries
from inbound import dates, reading, reports, words
from inbound.circulars import Desk
from inbound.models import Outcome, Received
from notifications import answering

WORK = "inbound.work"
REFUSED = "answer_refused"
"""The kind of the mail that gives back what could not be published."""
MOST_AN_HOUR = 30
"""Answers of one member: beyond, two machines are talking to each other."""
GIVEN_BACK = 20_000
"""Characters of what they wrote, given back."""
TOO_LARGE, UNREADABLE = "mail-too-large", "mail-unreadable"
_ANYBODYS = {"address-forged", "automatic"}
"""Of a circular: nothing says that its sender has anything to do with us."""


def receive(session: Session, raw: bytes, recipient: str = "", *, whole: bool = True) -> bool:
    """Keep a mail that comes in; whether it is new. The worker deals with it after the commit.

    `whole`: not only its beginning. The same bytes come in once, whoever brings them.
    """
    size = len(raw)
    if not whole or size > reading.LARGEST:
        raw, size = raw[: reading.HEADERS_KEPT], max(size, reading.LARGEST + 1)
    added = session.execute(
        insert_into(session, Received)
        .values(
            digest=hashlib.sha256(raw).hexdigest(),
            recipient=recipient.strip().lower()[:254],
            received_at=clock.now(),
            size=size,
            raw=raw,
            from_address="",
            outcome=Outcome.WAITING,
            why="",
        )
        .on_conflict_do_nothing()
        .returning(Received.id)
    ).scalar_one_or_none()
    if added is not None:
        enqueue(session, WORK, {"received_id": added})
    return added is not None


@dataclass(frozen=True, slots=True)
class Door:
    """Deals with the mails that came in."""

    settings: Settings
    storage: Storage

    def work(self, session: Session, payload: dict[str, Any]) -> None:
        """Deal with one mail: all of it in one transaction, then its words are forgotten."""
        received = session.scalar(
            select(Received)
            .options(undefer(Received.raw))
            .where(Received.id == payload["received_id"])
            .with_for_update()
        )
        if received is None or received.raw is None:
            return
        try:
            mail = reading.parsed(received.raw)
            self._deal(session, received, mail)
        except reading.Unreadable:
            # Nobody is told: mails that are made to be heavy come from no member's program.
            received.outcome, received.why = Outcome.IGNORED, UNREADABLE
        received.raw = None

    def _deal(self, session: Session, received: Received, mail: Message) -> None:
        circular = self._token(received, mail, self.settings.mail_circulars)
        if circular is not None and reading.address(mail) != self._sender:
            self._circular(session, received, mail, circular)
            return
        received.from_address = reading.address(mail)
        if self._is_bounce(session, received, mail):
            received.outcome = Outcome.BOUNCE
            return
        received.outcome = Outcome.IGNORED
        token = self._token(received, mail, self.settings.mail_answers)
        coming = answering.read_date(self.settings, token) if token else None
        if coming is not None:  # programs of calendars say that they are machines, and answer
            self._come(session, received, mail, coming)
            return
        if reading.is_automatic(mail) or received.from_address == self._sender:
            received.why = "automatic"
            return
        if token is None:
            received.why = "address-unknown"
            return
        try:
            answering_ = answering.read(self.settings, token)
        except Refused as refused:
            received.why = refused.code
            return
        self._answer(session, received, mail, answering_)

    def _circular(self, session: Session, received: Received, mail: Message, token: str) -> None:
        """A circular. What takes long is read before anything is written."""
        sender = reading.address(mail)
        member = accounts.by_email(session, sender)
        if member is not None and self._too_many(session, member.id, with_it=1):
            received.outcome, received.why = Outcome.IGNORED, "too-many-mails"
        else:
            Desk(self.settings, self.storage).deal(session, received, mail, token)
        received.from_address = sender
        if member is not None and not member.left_at and received.why not in _ANYBODYS:
            received.member_id = member.id

    @property
    def _sender(self) -> str:
        return parseaddr(self.settings.mail_from)[1].lower()

    def _token(self, received: Received, mail: Message, pattern: str | None) -> str | None:
        """The proof in the address that this mail was sent to."""
        if pattern is None:
            return None
        before, after = pattern.lower().split(TOKEN)
        address = re.compile(re.escape(before) + "([a-z2-7]{16,40})" + re.escape(after))
        names = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")
        given = [
            received.recipient,
            *(one for name in names for one in reading.headers(mail, name)),
        ]
        found = (address.search(one.lower()) for one in given)
        return next((one.group(1) for one in found if one), None)

    # --- mails of ours that come back ---------------------------------------------------------

    def _is_bounce(self, session: Session, received: Received, mail: Message) -> bool:
        report = reports.report(mail, self.settings.mail_domain)
        if report is None:
            return False
        token = self._token(received, mail, self.settings.mail_bounces)
        number = bounces.mail_of(self.settings, token) if token else None
        ours = session.scalar(
            select(Mail).where(
                Mail.id == number if number else Mail.message_id.in_(report.numbers),
            )
        )
        if ours is None:
            received.why = "mail-unknown"
            return True
        hard = report.for_good and bounces.is_hard(report.said)
        bounces.came_back(session, ours.id, ours.to_address, report.said, hard=hard)
        return True

    # --- answers ------------------------------------------------------------------------------

    def _answer(
        self, session: Session, received: Received, mail: Message, to: answering.Answering
    ) -> None:
        member = self._member(session, received, to.member_id)
        if member is None:
            return
        written = ""
        try:
            with session.begin_nested():
                if received.size > reading.LARGEST:
                    raise Refused(TOO_LARGE, most=reading.LARGEST // 1000**2)
                written = words.answer(reading.words(mail))
                self._publish(session, received, mail, to, written)
        except Refused as refused:
            received.outcome, received.why = Outcome.REFUSED, refused.code
            self._give_back(session, member, mail, refused, written)
        else:
            received.outcome, received.why = Outcome.PUBLISHED, ""

    def _come(
        self, session: Session, received: Received, mail: Message, to: answering.Coming
    ) -> None:
        """What somebody's calendar says of an invitation."""
        member = self._member(session, received, to.member_id)
        if member is None:
            return
        try:
            with session.begin_nested():
                dates.answer(session, mail, member, to.event_id)
        except Refused as refused:
            received.outcome, received.why = Outcome.REFUSED, refused.code
            if not reading.is_automatic(mail):
                self._give_back(session, member, mail, refused, of_date=True)
        else:
            received.outcome, received.why = Outcome.PUBLISHED, ""

    def _member(self, session: Session, received: Received, member_id: int) -> Member | None:
        """Whose answer it is; None for one that is not read, and why is kept."""
        member = session.get(Member, member_id)
        if member is None or member.left_at is not None:
            received.why = "account-closed"
            return None
        received.member_id = member.id
        if self._too_many(session, member.id):
            received.why = "too-many-mails"
            return None
        return member

    def _too_many(self, session: Session, member_id: int, *, with_it: int = 0) -> bool:
        recent = select(func.count()).where(
            Received.member_id == member_id,
            Received.received_at > clock.now() - timedelta(hours=1),
        )
        return (session.scalar(recent) or 0) + with_it > MOST_AN_HOUR

    def _publish(
        self,
        session: Session,
        received: Received,
        mail: Message,
        to: answering.Answering,
        written: str,
    ) -> None:
        """The answer as the page gives it, by its rights of today. Raises Refused as it does."""
        known = accounts.signed_in(session, to.member_id)
        if known is None or known.member.is_suspended(clock.now()):
            raise Refused("account-suspended")
        if not known.charter_accepted:
            raise Refused("charter-first")
        topic = session.scalars(queries.topic(known.viewer, to.topic_id)).one_or_none()
        if topic is None:
            raise Refused("topic-unseen")
        if to.over:
            raise Refused("address-over", days=answering.LASTS.days)
        forum.reply(
            session,
            topic,
            author=known.viewer,
            body=written,
            submission=self._submission(received, mail, to),
            uploads=self._uploads(session, mail, to.member_id),
        )

    def _submission(self, received: Received, mail: Message, to: answering.Answering) -> str:
        """The same mail makes one answer, whatever each server wrote above it on its way."""
        number = reading.header(mail, "Message-ID") or received.digest
        return hashlib.sha256(f"{to.topic_id} {number}".encode()).hexdigest()[:36]

    def _uploads(self, session: Session, mail: Message, member_id: int) -> list[Upload]:
        return [
            files.receive(
                session,
                self.storage,
                member_id=member_id,
                name=piece.name,
                file=io.BytesIO(piece.content),
                limits=limits(self.settings),
            )
            for piece in reading.files(mail)
            if piece.content
        ]

    def _give_back(
        self,
        session: Session,
        member: Member,
        mail: Message,
        refused: Refused,
        written: str = "",
        *,
        of_date: bool = False,
    ) -> None:
        """Say why, once, with what they wrote. It goes to the address we know, never to another."""
        number = reading.header(mail, "Message-ID")
        outbox.post(
            session,
            REFUSED,
            to_address=member.email,
            to_name=member.name,
            language=member.language,
            values={
                "member": member,
                "refused": refused,
                "written": written[:GIVEN_BACK],
                "about": reading.header(mail, "Subject")[:150],
                "of_date": of_date,
            },
            headers={"In-Reply-To": number} if re.fullmatch(r"<[!-;=?-~]{1,200}>", number) else {},
        )


def forget_member(session: Session, member_id: int) -> None:
    """Let go of a member: the journal keeps no name nor address of theirs, nor what waits."""
    session.execute(
        update(Received)
        .where(Received.member_id == member_id)
        .values(member_id=None, from_address="", recipient="", raw=None)
        .execution_options(synchronize_session=False)
    )
