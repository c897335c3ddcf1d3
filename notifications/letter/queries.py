"""Reads of the letters: those of the viewer, and what editors prepare one from."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, exists, func, select
from sqlalchemy.orm import Session

from access import rule
from access.models import MemberNetwork, Network
from access.viewers import Role, Viewer
from accounts.models import Member as Account
from accounts.queries import active
from core import clock
from core.text import folded
from notifications.letter.actions import next_of
from notifications.letter.cards import Key, pool
from notifications.letter.composing import Member, Week, compose
from notifications.letter.jobs import picks_of, said
from notifications.letter.models import Edition, Letter, LetterRun, LetterSettings
from notifications.letter.parts import Content
from notifications.letter.policy import edited_by
from notifications.letter.rhythm import Rhythm, week_of
from notifications.models import DEFAULTS

MOST = 60
FOUND = 12


def letters(viewer: Viewer) -> Select[Letter]:
    """One's own, the last one first."""
    mine = select(Letter).where(Letter.member_id == viewer.member_id)
    return mine.order_by(Letter.week.desc()).limit(MOST)


def letter(viewer: Viewer, week: str) -> Select[Letter]:
    """One's own of a week."""
    return select(Letter).where(Letter.member_id == viewer.member_id, Letter.week == week)


@dataclass(frozen=True, slots=True)
class Preparing:
    """The next letter of a network, as its editors prepare it."""

    network: Network
    rhythm: Rhythm
    week: str
    leaves_at: datetime
    edition: Edition | None

    @property
    def picks(self) -> list[Key]:
        """What they put forward."""
        return picks_of([self.edition]) if self.edition else []


def network(viewer: Viewer, network_id: int) -> Select[Network]:
    """A network whose letter the viewer edits."""
    return edited_by(viewer).where(Network.id == network_id)


def preparing(session: Session, viewer: Viewer, network_id: int) -> Preparing | None:
    """The next letter of a network whose letter the viewer edits. One query."""
    today = clock.today()
    weeks = [week_of(today + timedelta(days=days)) for days in (0, 7, 14)]
    last = (
        select(func.max(LetterRun.week))
        .where(LetterRun.network_id == Network.id)
        .correlate(Network)
        .scalar_subquery()
    )
    rows = session.execute(
        network(viewer, network_id)
        .outerjoin(LetterSettings, LetterSettings.network_id == Network.id)
        .outerjoin(Edition, and_(Edition.network_id == Network.id, Edition.week.in_(weeks)))
        .add_columns(LetterSettings.weekday, LetterSettings.hour, last, Edition)
    ).all()
    if not rows:
        return None
    one, weekday, hour, begun, _edition = rows[0]
    rhythm = Rhythm() if weekday is None else Rhythm(weekday, hour)
    week, moment = next_of(rhythm, begun)
    prepared = {row[4].week: row[4] for row in rows if row[4]}
    return Preparing(one, rhythm, week, moment, prepared.get(week))


def readers(viewer: Viewer, network: Network, words: str) -> Select[Account]:
    """Members of a network, by name, whose letter is to be looked at."""
    belongs = exists().where(
        MemberNetwork.network_id == network.id, MemberNetwork.member_id == Account.id
    )
    start = folded(words).split()[:4]
    return (
        select(Account)
        .where(
            edited_by(viewer).where(Network.id == network.id).exists(),
            belongs,
            active(clock.now()),
            Account.left_at.is_(None),
            *(Account.handle.contains(one, autoescape=True) for one in start),
        )
        .order_by(Account.name_key, Account.id)
        .limit(FOUND)
    )


def reader(
    session: Session, viewer: Viewer, network: Network, member_id: int
) -> tuple[Account, Viewer] | None:
    """A member of a network, and somebody who sees what both they and the viewer see."""
    row = session.execute(
        readers(viewer, network, "")
        .where(Account.id == member_id)
        .add_columns(rule.audience_list(Account.id))
    ).one_or_none()
    if row is None:
        return None
    one, listed = row
    theirs = rule.viewer_of(one.id, one.role, listed).audiences
    return one, Viewer(one.id, Role.USER, tuple(a for a in theirs if a in viewer.audiences))


def preview(session: Session, both: Viewer, one: Preparing) -> Content:
    """The letter that a member of this network would get, as far as an editor may know it.

    As if they had read nothing and chosen nothing: what somebody reads is theirs, and so is what
    awaits them. `both` sees what both see.
    """
    present = clock.now()
    since = present - timedelta(days=7)
    return compose(
        pool(session, both, since, present, also=one.picks, of_member=both.member_id),
        Member(both.member_id, DEFAULTS),
        Week(since, present),
        words=said([one.network], [one.edition] if one.edition else []),
        picks=one.picks,
    )
