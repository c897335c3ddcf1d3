"""Mails of the public letter: the one that asks to confirm, and the letter itself, in batches."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from access.models import Network
from core import clock, outbox
from core.jobs import Handler, enqueue
from core.outbox import Mail, Words
from core.settings import Settings
from notifications.public_letter import links, queries
from notifications.public_letter.actions import SEND, SUBSCRIBE
from notifications.public_letter.models import PublicLetter, PublicSettings, Subscriber

LETTER, CONFIRM = "public_letter", "public_letter_confirm"
"""The kinds of these mails."""
AT_ONCE = 100
REST = timedelta(minutes=15)
"""One address is written to once within it, however often somebody types it."""


class PublicLetters:
    """The handlers, which need a few settings."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @property
    def handlers(self) -> dict[str, Handler]:
        """Kind of job → what does it."""
        return {SUBSCRIBE: self.subscribe, SEND: self.send}

    def subscribe(self, session: Session, payload: dict[str, Any]) -> None:
        """Ask the address whether it agrees; tell it so if it subscribes already."""
        network = session.get(Network, payload["network_id"])
        chosen = session.get(PublicSettings, payload["network_id"])
        if network is None or chosen is None or not chosen.is_open:
            return
        email, present = payload["email"], clock.now()
        known = session.scalar(
            select(Subscriber).where(Subscriber.network_id == network.id, Subscriber.email == email)
        )
        if known is None:
            known = Subscriber(network_id=network.id, email=email, asked_at=present)
            session.add(known)
            session.flush()
        elif known.asked_at > present - REST and known.ended_at is None:
            return
        already = known.confirmed_at is not None and known.ended_at is None
        known.asked_at = present
        if known.ended_at is not None:
            known.confirmed_at = known.consent = known.ended_at = None
        outbox.post(
            session,
            CONFIRM,
            to_address=email,
            to_name="",
            language=payload["language"],
            values={
                "network": network,
                "already": already,
                "token": links.token(self.settings, links.CONFIRM, known.id),
            },
            asked=True,
        )

    def send(self, session: Session, payload: dict[str, Any]) -> None:
        """Write the letter to some of those who subscribe, and have it written to the next ones."""
        letter = _letter(session, payload["letter_id"])
        if letter is None or letter.sent_at is None:
            return
        network = session.get_one(Network, letter.network_id)
        found = session.scalars(
            select(Subscriber)
            .where(
                *queries.subscribers(network.id),
                Subscriber.id > letter.after,
                Subscriber.confirmed_at <= letter.sent_at,
            )
            .order_by(Subscriber.id)
            .limit(AT_ONCE)
        ).all()
        for one in found:
            self._write(session, network, letter, one)
        if found:
            letter.after = found[-1].id
        if len(found) == AT_ONCE:
            enqueue(session, SEND, payload, key=f"{SEND}:{letter.id}")

    def _write(
        self, session: Session, network: Network, letter: PublicLetter, one: Subscriber
    ) -> None:
        stop = self._stop(one)
        mail = outbox.put(
            session,
            LETTER,
            self._words(session, network, letter, one),
            to_address=one.email,
            to_name="",
            headers={
                "List-Unsubscribe": f"<{stop}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            },
        )
        one.letter_id, one.mail_id = letter.id, mail.id

    def _words(
        self, session: Session, network: Network, letter: PublicLetter, one: Subscriber
    ) -> Words:
        """What the letter says at this instant."""
        values = {
            "network": network,
            "letter": letter,
            "items": queries.standing(session, letter.items),
            "unsubscribe": self._stop(one),
        }
        return outbox.worded(LETTER, "fr", values)

    def _stop(self, one: Subscriber) -> str:
        proof = links.token(self.settings, links.STOP, one.id)
        return f"{self.settings.base_url}/lettre-publique/desabonnement/{proof}"

    def may_leave(self, session: Session, mail: Mail) -> bool:
        """Whether its reader still subscribes, and all that it tells of still stands."""
        if mail.kind != LETTER:
            return True
        one = session.scalar(select(Subscriber).where(Subscriber.mail_id == mail.id))
        if one is None or one.confirmed_at is None or one.ended_at is not None:
            return False
        letter = _letter(session, one.letter_id)
        if letter is None:
            return False
        if len(queries.standing(session, letter.items)) == len(letter.items):
            return True
        network = session.get_one(Network, letter.network_id)
        # Its words are compared, not searched: the editor may name the same thing elsewhere.
        if self._words(session, network, letter, one).text == mail.text:
            return True
        self._write(session, network, letter, one)
        return False


def _letter(session: Session, letter_id: int | None) -> PublicLetter | None:
    return session.scalar(
        select(PublicLetter)
        .options(selectinload(PublicLetter.items))
        .where(PublicLetter.id == letter_id)
    )
