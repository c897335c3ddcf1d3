"""What editors decide of the public letter, and what those who read it ask."""

from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from access.models import Network
from access.viewers import Viewer
from accounts.facts import HouseChanged
from accounts.models import Member
from core import addresses, clock
from core.facts import record
from core.jobs import enqueue
from core.refusals import Refused
from core.text import clean
from notifications.letter.cards import Key, cards
from notifications.letter.policy import needs_editor
from notifications.public_letter.models import (
    Consent,
    PublicItem,
    PublicLetter,
    PublicSettings,
    Subscriber,
)
from notifications.public_letter.queries import last_sent, this_month

SUBSCRIBE = "public_letter.subscribe"
SEND = "public_letter.send"
MOST_ITEMS = 12


def open_letter(
    session: Session, viewer: Viewer, network: Network, *, by: Member, is_open: bool, words: str
) -> None:
    """Open or close the public letter of a network. Raises Refused("not-editor")."""
    needs_editor(session, viewer, network)
    session.merge(PublicSettings(network_id=network.id, is_open=is_open, words=words))
    state = "opened" if is_open else "closed"
    record(session, HouseChanged(by, network.name, {"public-letter": state}))


def begin(
    session: Session, viewer: Viewer, network: Network, *, title: str, body: str
) -> PublicLetter:
    """Begin a letter. Raises Refused("not-editor")."""
    needs_editor(session, viewer, network)
    letter = PublicLetter(
        network_id=network.id, title=title, body=body, html=clean(body), created_at=clock.now()
    )
    session.add(letter)
    session.flush()
    return letter


def write(session: Session, viewer: Viewer, letter: PublicLetter, *, title: str, body: str) -> None:
    """Say it otherwise. Raises Refused("not-editor", "letter-sent")."""
    _needs_unsent(session, viewer, letter)
    letter.title, letter.body, letter.html = title, body, clean(body)


@dataclass(frozen=True, slots=True)
class Said:
    """What is written of a content for everybody."""

    title: str
    words: str
    link: str = ""


def add_item(
    session: Session, viewer: Viewer, letter: PublicLetter, said: Said, key: Key | None
) -> None:
    """Tell of something in words written for it; `key`: the content that it comes from.

    Raises Refused: "not-editor", "letter-sent", "content-unseen", "items-full", "link-unknown".
    """
    _needs_unsent(session, viewer, letter)
    if key is not None and key not in cards(session, viewer, [key]):
        raise Refused("content-unseen")
    there, last = session.execute(
        select(func.count(), func.max(PublicItem.position)).where(PublicItem.letter_id == letter.id)
    ).one()
    if there >= MOST_ITEMS:
        raise Refused("items-full", most=MOST_ITEMS)
    session.add(
        PublicItem(
            letter_id=letter.id,
            position=(last or 0) + 1,
            title=said.title,
            words=said.words,
            link=addresses.link(said.link) if said.link else None,
            what=key[0] if key else None,
            content_id=key[1] if key else None,
        )
    )


def take_item(session: Session, viewer: Viewer, letter: PublicLetter, item_id: int) -> None:
    """No longer tell of it. Raises Refused("not-editor", "letter-sent")."""
    _needs_unsent(session, viewer, letter)
    session.execute(
        delete(PublicItem).where(PublicItem.id == item_id, PublicItem.letter_id == letter.id)
    )


def send(
    session: Session, viewer: Viewer, letter: PublicLetter, *, by: Member, again: bool = False
) -> None:
    """Send it to those who subscribe, and put it on the public page. It changes no more.

    They were promised one a month: `again` says that a second one is wanted.
    Raises Refused: "not-editor", "letter-sent", "letter-closed", "letter-empty",
    "letter-this-month".
    """
    _needs_unsent(session, viewer, letter)
    chosen = session.get(PublicSettings, letter.network_id, with_for_update=True)
    if chosen is None or not chosen.is_open:
        raise Refused("letter-closed")
    if not (letter.body or letter.items):
        raise Refused("letter-empty")
    if not again and this_month(last_sent(session, letter.network_id)):
        raise Refused("letter-this-month")
    letter.sent_at = clock.now()
    enqueue(session, SEND, {"letter_id": letter.id}, key=f"{SEND}:{letter.id}")
    name = session.get_one(Network, letter.network_id).name
    record(session, HouseChanged(by, name, {"public-letter": "sent"}))


def _needs_unsent(session: Session, viewer: Viewer, letter: PublicLetter) -> None:
    needs_editor(session, viewer, session.get_one(Network, letter.network_id))
    if letter.sent_at is not None:
        raise Refused("letter-sent")


# --- those who read it -----------------------------------------------------------------------


def ask(session: Session, network: Network, *, email: str, language: str) -> None:
    """Somebody asks for the letter: the worker writes to the address, whatever it is there.

    The page does the same in all cases, so that nobody learns whether an address subscribes.
    """
    payload = {"network_id": network.id, "email": email.strip().lower(), "language": language}
    enqueue(session, SUBSCRIBE, payload)


def confirm(session: Session, subscriber: Subscriber) -> None:
    """They agree: when and how is kept as long as they subscribe.

    Raises Refused("link-over") after they stopped: they ask again.
    """
    if subscriber.ended_at is not None:
        raise Refused("link-over")
    if subscriber.confirmed_at is None:
        subscriber.confirmed_at, subscriber.consent = clock.now(), Consent.MAIL


def stop(session: Session, subscriber: Subscriber) -> None:
    """They no longer want it: nothing leaves any more, and the address is erased later."""
    if subscriber.ended_at is None:
        subscriber.ended_at = clock.now()
