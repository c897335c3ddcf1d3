"""What waits for an address: as the rule and the links of the desk would open it, no more."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select, union
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload

from accounts.models import Member
from core import clock, working_days
from expertise import rule
from expertise.agreements import queries as agreements
from expertise.agreements.models import Agreement
from expertise.agreements.unfinished import to_sign, unfinished
from expertise.experts.models import DeskSeat, Expert, InstitutionAddress
from expertise.needs.life import State as NeedState
from expertise.needs.models import Need
from expertise.positions import links
from expertise.positions.life import State
from expertise.positions.models import Note, NoteKind, Position
from expertise.positions.queries import AT_IT
from expertise.programmes.models import Institution, Programme
from expertise.recap.models import RecapStop
from expertise.surveys.links import LASTS
from expertise.surveys.models import Survey

SOON = timedelta(days=8)
"""What runs out, or takes place, before the next mail."""
MOST = 20
"""Lines of each kind: the rest is on the page."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What one address is told of."""

    to_answer: Sequence[Position] = ()
    running_out: Sequence[Position] = ()
    appointments: Sequence[Note] = ()
    surveys: Sequence[Survey] = ()
    to_conclude: Sequence[Position] = ()
    """What they took up, and have said nothing of for longer than one is expected to."""
    to_sign: Sequence[Agreement] = ()
    away: Sequence[tuple[str, int]] = field(default=())
    """Who is away and delegates to them, and how many needs wait there: not which."""

    def __bool__(self) -> bool:
        """Whether there is anything to say."""
        return any(
            (
                self.to_answer,
                self.running_out,
                self.appointments,
                self.surveys,
                self.to_conclude,
                self.to_sign,
                self.away,
            )
        )


def _is_away(day: date) -> ColumnElement[bool]:
    return and_(
        Expert.absent_from <= day, or_(Expert.absent_until.is_(None), Expert.absent_until >= day)
    )


def _is_there(day: date) -> ColumnElement[bool]:
    """Whether a position is not that of an expert who is away."""
    away = exists().where(Expert.id == Position.expert_id, _is_away(day))
    return or_(Position.expert_id.is_(None), ~away)


def _runs_out(present: datetime) -> ColumnElement[bool]:
    return and_(Position.state == State.RESERVED, Position.due_at <= present + SOON)


def _unanswered(present: datetime) -> ColumnElement[bool]:
    """A survey that its side may still answer."""
    since = present - timedelta(seconds=LASTS)
    return and_(Survey.answered_at.is_(None), Survey.sent_at > since)


def _meets(day: date) -> ColumnElement[bool]:
    return and_(
        Note.kind == NoteKind.APPOINTMENT,
        Note.day >= day,
        Note.day < day + SOON,
        Note.need_id == Position.need_id,
        Note.institution_id == Position.institution_id,
    )


def _to_conclude(session: Session, present: datetime, day: date) -> ColumnElement[bool]:
    """What was begun for longer than the delay of its programme. One query reads the delays."""
    delays = session.scalars(select(Programme.position_days).distinct()).all()
    return or_(
        false(),
        *(
            and_(
                Need.programme_id.in_(select(Programme.id).where(Programme.position_days == days)),
                unfinished(working_days.before(present, days), day),
            )
            for days in delays
        ),
    )


def addresses(present: datetime) -> Select[str]:
    """To whom something might have to be said: each is looked at on its own then. One query."""
    day = present.astimezone(clock.PARIS).date()
    stands = or_(
        Position.state == State.WAITING,
        _runs_out(present),
        and_(Position.state.in_(AT_IT), exists().where(_meets(day))),
        unfinished(present, day),
        exists().where(Agreement.position_id == Position.id, to_sign()),
    )
    told = or_(
        and_(Need.state == NeedState.OPEN, stands),
        Position.id.in_(
            select(Survey.position_id).where(Survey.position_id.is_not(None), _unanswered(present))
        ),
    )
    whole = Position.expert_id.is_(None)
    owner = aliased(Expert)
    of = select(Position.id).join(Position.need).where(told)
    found = union(
        of.join(Expert, Expert.id == Position.expert_id).with_only_columns(
            func.lower(Expert.email).label("address")
        ),
        of.join(owner, owner.id == Position.expert_id)
        .join(Expert, Expert.id == owner.delegate_id)
        .with_only_columns(func.lower(Expert.email)),
        of.join(
            DeskSeat,
            and_(DeskSeat.institution_id == Position.institution_id, DeskSeat.expert_id.is_(None)),
        )
        .where(whole)
        .with_only_columns(DeskSeat.email),
        of.join(
            InstitutionAddress,
            and_(
                InstitutionAddress.institution_id == Position.institution_id,
                InstitutionAddress.programme_id == Need.programme_id,
            ),
        )
        .where(whole)
        .with_only_columns(func.lower(InstitutionAddress.email)),
    ).subquery()
    stopped = exists().where(RecapStop.email == found.c.address)
    return select(found.c.address).where(found.c.address != "", ~stopped).order_by(found.c.address)


def waiting(session: Session, address: str, present: datetime) -> Waiting:
    """What waits for an address now. A flat number of queries."""
    day = present.astimezone(clock.PARIS).date()
    mine = and_(links.asked_at(address), rule.open_to(), _is_there(day))
    open_ones = _positions().where(mine, Need.state == NeedState.OPEN)
    return Waiting(
        session.scalars(
            open_ones.where(Position.state == State.WAITING)
            .order_by(Position.sent_at, Position.id)
            .limit(MOST)
        ).all(),
        session.scalars(
            open_ones.where(_runs_out(present)).order_by(Position.due_at, Position.id).limit(MOST)
        ).all(),
        session.scalars(
            select(Note)
            .join(Need, Need.id == Note.need_id)
            .where(
                Need.state == NeedState.OPEN,
                exists()
                .where(Position.need_id == Need.id, Position.state.in_(AT_IT), _meets(day), mine)
                .correlate(Need, Note),
            )
            .order_by(Note.day, Note.id)
            .limit(MOST)
        ).all(),
        session.scalars(
            select(Survey)
            .join(Survey.position)
            .join(Need, Need.id == Position.need_id)
            .where(_unanswered(present), mine)
            .options(contains_eager(Survey.position), joinedload(Survey.need))
            .order_by(Survey.sent_at, Survey.id)
            .limit(MOST)
        ).all(),
        session.scalars(
            open_ones.where(_to_conclude(session, present, day))
            .order_by(Position.sent_at, Position.id)
            .limit(MOST)
        ).all(),
        session.scalars(
            agreements.whole()
            .where(mine, Need.state == NeedState.OPEN, to_sign())
            .order_by(Agreement.proposed_at, Agreement.id)
            .limit(MOST)
        ).all(),
        _delegated(session, address, day),
    )


def _positions() -> Select[Position]:
    of_need = contains_eager(Position.need)
    return select(Position).join(Position.need).options(of_need.joinedload(Need.programme))


def _delegated(session: Session, address: str, day: date) -> list[tuple[str, int]]:
    """Who is away, whose delegate answers at this address: their needs are not the delegate's."""
    delegate = aliased(Expert)
    rows = session.execute(
        select(Expert.name, func.count(Position.id))
        .join(delegate, delegate.id == Expert.delegate_id)
        .join(Position, Position.expert_id == Expert.id)
        .join(Position.need)
        .where(
            func.lower(delegate.email) == address,
            delegate.left_at.is_(None),
            delegate.approved_at.is_not(None),
            ~and_(
                delegate.absent_from.is_not(None),
                delegate.absent_from <= day,
                or_(delegate.absent_until.is_(None), delegate.absent_until >= day),
            ),
            _is_away(day),
            Position.state == State.WAITING,
            Need.state == NeedState.OPEN,
            rule.open_to(),
        )
        .group_by(Expert.id, Expert.name, Expert.folded_name)
        .order_by(Expert.folded_name, Expert.id)
    ).all()
    return [(row[0], row[1]) for row in rows]


def reader(session: Session, address: str) -> tuple[str, str, bool]:
    """How to write to an address: a name, a language, whether mails may go there."""
    someone = session.scalar(select(Member).where(func.lower(Member.email) == address))
    if someone is not None:
        return someone.name, someone.language, not someone.is_suspended(clock.now())
    expert = session.scalar(
        select(Expert.name)
        .where(func.lower(Expert.email) == address, Expert.left_at.is_(None))
        .order_by(Expert.id)
        .limit(1)
    )
    house = session.scalar(
        select(Institution.name)
        .join(InstitutionAddress, InstitutionAddress.institution_id == Institution.id)
        .where(func.lower(InstitutionAddress.email) == address)
        .order_by(Institution.id)
        .limit(1)
    )
    return expert or house or "", "fr", True
