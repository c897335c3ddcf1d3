"""What editors decide: the day of the letter, their word, what they put forward."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from access.models import Network
from access.viewers import Viewer
from accounts.facts import HouseChanged
from accounts.models import Member
from core import clock
from core.db import insert_into
from core.facts import record
from core.refusals import Refused
from core.text import clean
from notifications.letter.cards import Key, cards
from notifications.letter.composing import MOST
from notifications.letter.models import Edition, LetterRun, LetterSettings
from notifications.letter.parts import Part
from notifications.letter.policy import needs_editor
from notifications.letter.rhythm import Rhythm, coming

LONGEST_WORD = 1500
"""Characters: a word, not a magazine."""


def rhythm_of(session: Session, network_id: int) -> Rhythm:
    """When the letter of a network leaves."""
    chosen = session.get(LetterSettings, network_id)
    return Rhythm(chosen.weekday, chosen.hour) if chosen else Rhythm()


def next_of(rhythm: Rhythm, begun: str | None) -> tuple[str, datetime]:
    """The next letter of a network, and when it leaves; `begun`: the last week that has begun."""
    week, moment = coming(clock.now(), rhythm)
    if begun is not None and week <= begun:  # it was put off after it had left
        week, moment = coming(moment, rhythm)
    return week, moment


def next_week(session: Session, network_id: int) -> str:
    """The week of the next letter: the one that editors still write in."""
    begun = select(func.max(LetterRun.week)).where(LetterRun.network_id == network_id)
    return next_of(rhythm_of(session, network_id), session.scalar(begun))[0]


def set_rhythm(
    session: Session, viewer: Viewer, network: Network, *, by: Member, rhythm: Rhythm
) -> None:
    """The letter leaves at another moment. Raises Refused("not-editor", "moment-unknown")."""
    needs_editor(session, viewer, network)
    if not (0 <= rhythm.weekday <= 6 and 0 <= rhythm.hour <= 23):
        raise Refused("moment-unknown")
    if rhythm_of(session, network.id) == rhythm:
        return
    session.merge(LetterSettings(network_id=network.id, weekday=rhythm.weekday, hour=rhythm.hour))
    record(session, HouseChanged(by, network.name, {"letter": "changed"}))


def say(session: Session, viewer: Viewer, network: Network, body: str) -> None:
    """The editors' word for the next letter; "" for none. Raises Refused("not-editor")."""
    needs_editor(session, viewer, network)
    edition = _edition(session, network.id)
    edition.body, edition.html = body, clean(body) if body else ""
    edition.changed_at = clock.now()


def put_forward(session: Session, viewer: Viewer, network: Network, key: Key) -> None:
    """Put a content at the top of the next letter, for those who may see it.

    Raises Refused: "not-editor", "content-unseen", "picks-full".
    """
    needs_editor(session, viewer, network)
    if key not in cards(session, viewer, [key]):
        raise Refused("content-unseen")
    edition = _edition(session, network.id)
    listed = [key[0].value, key[1]]
    if listed in edition.picks:
        return
    if len(edition.picks) >= MOST[Part.PICKS]:
        raise Refused("picks-full", most=MOST[Part.PICKS])
    edition.picks, edition.changed_at = [*edition.picks, listed], clock.now()


def take_back(session: Session, viewer: Viewer, network: Network, key: Key) -> None:
    """No longer put a content forward, seen or not. Raises Refused("not-editor")."""
    needs_editor(session, viewer, network)
    edition = _edition(session, network.id)
    listed = [key[0].value, key[1]]
    edition.picks = [one for one in edition.picks if one != listed]
    edition.changed_at = clock.now()


def edition_of(session: Session, network_id: int) -> Edition | None:
    """What the editors of a network have prepared for its next letter."""
    week = next_week(session, network_id)
    return session.scalar(
        select(Edition).where(Edition.network_id == network_id, Edition.week == week)
    )


def _edition(session: Session, network_id: int) -> Edition:
    """What they prepare, held until the end of the transaction: several may write in it."""
    week = next_week(session, network_id)
    values = {"network_id": network_id, "week": week, "body": "", "html": "", "picks": []}
    session.execute(
        insert_into(session, Edition)
        .values(**values, changed_at=clock.now())
        .on_conflict_do_nothing()
    )
    mine = select(Edition).where(Edition.network_id == network_id, Edition.week == week)
    return session.scalars(mine.with_for_update().execution_options(populate_existing=True)).one()
