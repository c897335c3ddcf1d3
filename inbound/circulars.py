"""A circular that comes in: read, then kept as a draft of its sender, who is told by mail."""

import io
import re
import tempfile
from dataclasses import dataclass
from email.message import Message

from sqlalchemy.orm import Session

from accounts import queries as accounts
from accounts.models import Member
from agenda.ics import confined, limits
from agenda.ics.values import Read
from circulars import actions, addresses
from circulars.actions import Circular, Kept
from core import clock, outbox
from core.refusals import Refused
from core.settings import Settings
from core.storage import Storage
from files.policy import limits as file_limits
from inbound import forwarded, reading
from inbound.models import Outcome, Received
from news import pictures

READY = "draft_ready"
"""The kind of the mail that says that a draft waits."""
REFUSED = "circular_refused"
MOST_CALENDARS = 5
LOGO = 12_000
"""Bytes: a picture lighter than that is one of a signature."""
LARGE = 40_000
"""Bytes: of several pictures, the first that is so heavy illustrates the circular."""
_NUMBER = re.compile(r"<[!-;=?-~]{1,200}>")


@dataclass(frozen=True, slots=True)
class Desk:
    """Makes drafts of circulars."""

    settings: Settings
    storage: Storage

    def deal(self, session: Session, received: Received, mail: Message, token: str) -> None:
        """Deal with a mail sent to the address that a token names.

        The token says for which network, the sender's address says whose draft it is: what was
        borrowed makes a draft that its author alone sees, and of which they are told.
        """
        received.outcome = Outcome.IGNORED
        if reading.is_automatic(mail, but_lists=True):
            received.why = "automatic"
            return
        try:
            network_id, renewed = addresses.read(session, self.settings, token)
        except Refused as refused:
            received.why = refused.code
            return
        member = accounts.by_email(session, reading.address(mail))
        if member is None or member.left_at is not None:
            # Nobody is answered: this address may be anybody's.
            received.why = "sender-unknown"
            return
        self._of_member(session, received, mail, member, network_id, renewed=renewed)

    def _of_member(
        self,
        session: Session,
        received: Received,
        mail: Message,
        member: Member,
        network_id: int,
        *,
        renewed: bool,
    ) -> None:
        try:
            if renewed:
                raise Refused("address-renewed")
            kept = self._keep(session, received, mail, member, network_id)
        except Refused as refused:
            received.outcome, received.why = Outcome.REFUSED, refused.code
            self._tell(session, REFUSED, member, mail, refused=refused)
        else:
            received.outcome, received.why = Outcome.DRAFT, "come-before" if kept.again else ""
            self._tell(session, READY, member, mail, kept=kept)

    def _keep(
        self,
        session: Session,
        received: Received,
        mail: Message,
        member: Member,
        network_id: int,
    ) -> Kept:
        """The draft. Raises Refused as circulars.actions.keep, and for whom nothing is open."""
        known = accounts.signed_in(session, member.id)
        if known is None or member.is_suspended(clock.now()):
            raise Refused("account-suspended")
        if not known.charter_accepted:
            raise Refused("charter-first")
        if not actions.may_send(session, known.viewer, network_id):
            raise Refused("network-not-served")
        if received.size > reading.LARGEST:
            raise Refused("mail-too-large", most=reading.LARGEST // 1000**2)
        circular = _circular(received, mail)
        with session.begin_nested():
            return actions.keep(
                session,
                self.storage,
                file_limits(self.settings),
                circular,
                author=known.viewer,
                network_id=network_id,
            )

    def _tell(
        self, session: Session, kind: str, member: Member, mail: Message, **values: object
    ) -> None:
        number = reading.header(mail, "Message-ID")
        outbox.post(
            session,
            kind,
            to_address=member.email,
            to_name=member.name,
            language=member.language,
            values={
                "member": member,
                "about": forwarded.subject(reading.header(mail, "Subject"))[:150],
                **values,
            },
            headers={"In-Reply-To": number} if _NUMBER.fullmatch(number) else {},
        )


def _circular(received: Received, mail: Message) -> Circular:
    """What it says, in plain values. Calendars are read by a child. Raises reading.Unreadable."""
    said = forwarded.read(mail)
    files = [
        (piece.name, piece.content)
        for piece in reading.files(mail)
        if piece.content and not reading.is_calendar(piece.name) and not _is_logo(piece)
    ]
    found = [_calendar(one) for one in reading.calendars(mail)[:MOST_CALENDARS]]
    return Circular(
        number=reading.header(mail, "Message-ID") or received.digest,
        title=said.title,
        body=said.body,
        note=said.note,
        calendars=[one for one in found if not one.refused],
        files=files,
        picture=_picture(mail),
        doubtful=reading.may_be_borrowed(mail),
        left_out=[
            {"name": ".ics", "code": "calendar-damaged", "values": {}}
            for one in found
            if one.refused
        ],
    )


def _picture(mail: Message) -> bytes | None:
    """What illustrates it, drawn again: the only picture that is no logo, else the first large."""
    shown = [one for one in reading.shown_pictures(mail) if len(one) >= LOGO]
    large = shown if len(shown) == 1 else [one for one in shown if len(one) >= LARGE]
    if not large:
        return None
    try:
        return pictures.drawn(io.BytesIO(large[0]))
    except Refused:  # it calls itself a picture and is none: the circular does without
        return None


def _is_logo(piece: reading.Piece) -> bool:
    return len(piece.content) < LOGO and actions.is_picture(piece.name)


def _calendar(content: bytes) -> Read:
    if len(content) > limits.BYTES:
        return Read(refused="calendar-too-large")
    with tempfile.TemporaryFile() as real:  # a child reads no file that is only in memory
        real.write(content)
        real.seek(0)
        return confined.read(real)
