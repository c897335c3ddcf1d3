"""The letters of a week: written by the worker in batches, read again before each one leaves.

A batch is read and worded in a transaction that only reads, so that nobody waits to write
meanwhile; then its letters, its mails and how far it went are written in one short transaction.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, and_, exists, or_, select, update
from sqlalchemy.orm import Session

from access import places, rule
from access.audiences import networks_of
from access.models import Network
from access.viewers import Viewer
from accounts.models import Member as Account
from accounts.queries import by_email
from core import clock, outbox
from core.db import insert_into
from core.jobs import Handler, enqueue
from core.outbox import Mail
from core.settings import Settings
from notifications import queries, unsubscribe
from notifications.letter import reading
from notifications.letter.cards import Key, Pool, What, pool
from notifications.letter.composing import Week, compose
from notifications.letter.models import Edition, Letter, LetterRun, LetterSettings
from notifications.letter.parts import BY_HEAD, Content, Word, by_weight, keys, packed, unpacked
from notifications.letter.reading import Reader
from notifications.letter.rhythm import Rhythm, due
from notifications.models import DEFAULTS, Frequency, Kind, Notification, Preference

BEGIN = "letter.begin"
WRITE = "letter.write"
LETTER = "letter"
"""The kind of the mails that carry them."""

AT_ONCE = 50
"""Members looked at in one batch."""
FRESH = timedelta(minutes=1)
"""How long what one reach is shown is taken for true: each letter is read again as it leaves."""
POOLS = 64
"""Reaches that are remembered at once."""
LONGEST = timedelta(days=28)
"""What is older than that is no news, whenever the last letter left."""


Reach = tuple[tuple[int, ...], datetime, tuple[Key, ...]]
"""Audiences, since when, what editors put forward."""


@dataclass(frozen=True, slots=True)
class Written:
    """A letter in words, before it is a row."""

    reader: Reader
    parts: dict[str, Any]
    words: outbox.Words
    headers: dict[str, str]


class Letters:
    """The handlers, which need a few settings and remember what each reach is shown."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._pools: dict[Reach, tuple[datetime, Pool]] = {}

    @property
    def handlers(self) -> dict[str, Handler]:
        """Kind of job → what does it."""
        return {BEGIN: self.begin, WRITE: self.write}

    def begin(self, session: Session, _payload: dict[str, Any]) -> None:
        """Begin the letters of the networks whose hour has come."""
        chosen = {one.network_id: one for one in session.scalars(select(LetterSettings))}
        for network in session.scalars(places.networks()).all():
            one = chosen.get(network.id)
            found = due(clock.now(), Rhythm(one.weekday, one.hour) if one else Rhythm())
            if found:
                begin(session, network.id, *found)

    def write(self, session: Session, payload: dict[str, Any]) -> None:
        """Write the letters of some members, and have the next ones written."""
        with _only_reading(session):
            run = session.get(LetterRun, (payload["network_id"], payload["week"]))
            if run is None or run.done_at is not None:
                return
            after, week = run.after, Week(run.since, clock.now())
            readers, last = reading.next_members(
                session, run.network_id, after, week.present, AT_ONCE
            )
            letters = self._compose(session, run, week, readers)
        done = {"done_at": week.present} if last is None else {"after": last}
        moved = session.execute(
            update(LetterRun)
            .where(
                LetterRun.network_id == payload["network_id"],
                LetterRun.week == payload["week"],
                LetterRun.after == after,
                LetterRun.done_at.is_(None),
            )
            .values(**done)
            .execution_options(synchronize_session=False)
        )
        if cast("CursorResult[Any]", moved).rowcount != 1:
            return  # another worker did this batch
        _keep(session, payload["network_id"], payload["week"], letters)
        _close(session, [one.viewer.member_id for one in readers], week.present)
        if last is not None:
            enqueue(session, WRITE, payload, key=f"{WRITE}:{run.network_id}:{run.week}")

    def _compose(
        self, session: Session, run: LetterRun, week: Week, readers: Sequence[Reader]
    ) -> list[Written]:
        ids = [one.viewer.member_id for one in readers]
        there = reading.written(session, ids, run.week)
        editions = reading.editions(session, run.week)
        forward = tuple(picks_of(list(editions.values())))
        pools = {
            one.viewer.audiences: self._pool(session, one.viewer, week, forward) for one in readers
        }
        known = reading.members(session, ids, pools.values())
        networks = reading.networks_of(session, ids)
        awaited = reading.whom_something_awaits(session, ids)
        found = []
        for one in readers:
            member = known[one.viewer.member_id]
            if member.id in there or member.paces[Kind.LETTER] is Frequency.NEVER:
                continue
            mine = [editions[n.id] for n in networks[member.id] if n.id in editions]
            told: Sequence[Notification] = ()
            if member.id in awaited:
                told = session.scalars(queries.to_letter(one.viewer, week.since)).all()
            content = compose(
                pools[one.viewer.audiences],
                member,
                week,
                words=said(networks[member.id], mine),
                picks=picks_of(mine),
                told=by_weight(told),
            )
            if not content.is_empty:
                found.append(self._written(one, run.week, content, networks[member.id], mine))
        return found

    def _pool(self, session: Session, viewer: Viewer, week: Week, also: tuple[Key, ...]) -> Pool:
        """What this reach is shown: read once for all who see as much."""
        key = (viewer.audiences, week.since, also)
        known = self._pools.get(key)
        if known and week.present - known[0] < FRESH:
            return known[1]
        found = pool(session, viewer, week.since, week.present, also=also)
        if len(self._pools) >= POOLS:
            self._pools.pop(next(iter(self._pools)))
        self._pools[key] = week.present, found
        return found

    def _written(
        self,
        reader: Reader,
        week: str,
        content: Content,
        networks: Sequence[Network],
        editions: Sequence[Edition],
    ) -> Written:
        stop = self._stop(reader.viewer.member_id)
        values = {
            "content": content,
            "week": week,
            "networks": networks,
            "unsubscribe": stop,
        }
        return Written(
            reader,
            packed([one.id for one in editions if one.body][:BY_HEAD], content),
            outbox.worded(LETTER, reader.language, values),
            _headers(stop),
        )

    def _stop(self, member_id: int) -> str:
        proof = unsubscribe.token(self.settings, member_id, [Kind.LETTER])
        return f"{self.settings.base_url}/desabonnement/{proof}"

    def may_leave(self, session: Session, mail: Mail) -> bool:
        """Whether a letter still holds only what its reader may see, and they still want it.

        One that says too much is not sent: another one leaves, with what is open.
        """
        if mail.kind != LETTER:
            return True
        letter = session.scalar(select(Letter).where(Letter.mail_id == mail.id))
        member = by_email(session, mail.to_address)
        if letter is None or member is None or letter.member_id != member.id:
            return False
        chosen = queries.preferences(session, member.id)
        if member.is_suspended(clock.now()) or chosen[Kind.LETTER] is Frequency.NEVER:
            return False
        viewer = rule.viewer(session, member.id, member.role)
        content = unpacked(session, viewer, letter.parts)
        if still_whole(letter.parts, content):
            return True
        self._write_again(session, letter, member, viewer, content)
        return False

    def _write_again(
        self, session: Session, letter: Letter, member: Account, viewer: Viewer, content: Content
    ) -> None:
        """The letter holds no more than what is open; it leaves if something is."""
        letter.parts = packed(_said_again(letter.parts, content), content)
        letter.mail_id = None
        if content.is_empty:
            return
        reader = Reader(member.email, member.name, member.language, viewer)
        networks = session.scalars(networks_of(member.id)).all()
        one = self._written(reader, letter.week, content, networks, ())
        outbox.put_all(session, [mail := _mail(one)])
        letter.mail_id = mail.id


def begin(session: Session, network_id: int, week: str, moment: datetime) -> None:
    """The row of a run: there is one for each network and week, whoever begins it."""
    before = session.scalar(
        select(LetterRun.moment)
        .where(LetterRun.network_id == network_id, LetterRun.week < week)
        .order_by(LetterRun.week.desc())
        .limit(1)
    )
    since = max(before or moment - timedelta(days=7), moment - LONGEST)
    values = {"network_id": network_id, "week": week, "since": since, "moment": moment}
    added = session.scalar(
        insert_into(session, LetterRun)
        .values(**values, after=0)
        .on_conflict_do_nothing()
        .returning(LetterRun.network_id)
    )
    if added is not None:
        payload = {"network_id": network_id, "week": week}
        enqueue(session, WRITE, payload, key=f"{WRITE}:{network_id}:{week}")


@contextmanager
def _only_reading(session: Session) -> Iterator[None]:
    """Read without holding back those who write."""
    session.rollback()
    before = session.info.get("read_only", False)
    session.info["read_only"] = True
    try:
        yield
    finally:
        session.expunge_all()
        session.rollback()
        session.info["read_only"] = before


def _keep(session: Session, network_id: int, week: str, written: Sequence[Written]) -> None:
    mails = [_mail(one) for one in written]
    outbox.put_all(session, mails)
    session.add_all(
        Letter(
            member_id=one.reader.viewer.member_id,
            network_id=network_id,
            week=week,
            created_at=clock.now(),
            parts=one.parts,
            mail_id=mail.id,
        )
        for one, mail in zip(written, mails, strict=True)
    )


def _mail(one: Written) -> Mail:
    return outbox.to_send(LETTER, one.words, one.reader.email, one.reader.name, one.headers)


def _headers(stop: str) -> dict[str, str]:
    return {
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _close(session: Session, member_ids: Sequence[int], present: datetime) -> None:
    """What waited to come once a week has had its letter, or is not wanted by mail."""
    weekly = [kind for kind, pace in DEFAULTS.items() if pace is Frequency.WEEKLY]
    mine: ColumnElement[bool] = and_(
        Preference.member_id == Notification.member_id, Preference.kind == Notification.kind
    )
    session.execute(
        update(Notification)
        .where(
            Notification.member_id.in_(member_ids),
            Notification.mailed_at.is_(None),
            Notification.created_at <= present,
            or_(
                and_(Notification.kind.in_(weekly), ~exists().where(mine)),
                exists().where(mine, Preference.frequency == Frequency.WEEKLY),
            ),
        )
        .values(mailed_at=present)
        .execution_options(synchronize_session=False)
    )


def said(networks: Sequence[Network], editions: Sequence[Edition]) -> list[Word]:
    """The words of a member's networks, the first one's first."""
    names = {one.id: one.name for one in networks}
    found = [Word(names[one.network_id], one.body, one.html) for one in editions if one.body]
    return found[:BY_HEAD]


def picks_of(editions: Sequence[Edition]) -> list[Key]:
    """What the editors of these networks put forward, in turn."""
    return [(What(what), int(number)) for one in editions for what, number in one.picks]


def still_whole(parts: Mapping[str, Any], content: Content) -> bool:
    """Whether all that a letter holds can still be read."""
    return (
        {part: [card.key for card in found] for part, found in content.parts.items() if found}
        == keys(parts)
        and {one.id for ones in content.told for one in ones} == set(parts["told"])
        and len(content.words) == len(parts["words"])
    )


def _said_again(parts: Mapping[str, Any], content: Content) -> list[int]:
    """The editors' words that can still be read: all of them, or none when any was taken back."""
    return parts["words"] if len(content.words) == len(parts["words"]) else []
