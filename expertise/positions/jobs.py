"""The mails to those who answer: at once, or once a week; what the house does each hour."""

from collections import defaultdict
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, contains_eager

from accounts.models import Member
from core import clock, outbox
from core.jobs import enqueue
from core.settings import Settings
from expertise import rule
from expertise.experts.models import DeskSeat
from expertise.needs.facts import NeedMoved
from expertise.needs.jobs import tell_company, tell_team
from expertise.needs.life import Act as NeedAct
from expertise.needs.life import State as NeedState
from expertise.needs.models import By as NeedBy
from expertise.needs.models import Need
from expertise.positions import closing, links, settling
from expertise.positions.facts import Deserted, Noted, PositionMoved
from expertise.positions.life import Act, State
from expertise.positions.models import By, Position
from expertise.positions.queries import AT_IT
from expertise.positions.whom import Asked, asked
from expertise.programmes.models import Programme, Sending

ONE, WEEK = "position", "needs_of_week"
"""The kinds of these mails."""
NOTE = "note"
"""What the mail says: another tells something."""
HOURLY, WEEKLY = "expertise.settle", "expertise.send_week"
"""The kinds of this work."""
MONDAY, EIGHT = 0, 8
TOLD_BY_HOUSE = frozenset({Act.REMIND, Act.PROMOTE, Act.EXPIRE, Act.ENGAGE})
TOLD_OF_NEED = frozenset({NeedAct.ADD, NeedAct.EDIT, NeedAct.REWRITE})
ENDS_IT = frozenset({NeedAct.WITHDRAW, NeedAct.NO_TAKER, NeedAct.REFUSE, NeedAct.ORIENT})
FOR_THE_COMPANY = frozenset({NeedAct.VALIDATE, NeedAct.REFUSE, NeedAct.ORIENT})
"""What the team says then is for the company alone."""
TOLD_BY_COMPANY = frozenset({Act.AGREE, Act.PART})


class Teller:
    """The subscribers and the workers, which need to sign the links."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @property
    def handlers(self) -> dict[str, Any]:
        """The work that it does."""
        return {HOURLY: self.settle, WEEKLY: self.send_week}

    def on_moved(self, session: Session, fact: PositionMoved) -> None:
        """A need is sent, a turn comes, time ran out, the company answered."""
        position, act = fact.position, fact.act
        if act is Act.SEND and position.need.programme.sending is Sending.AT_ONCE:
            position.told_at = clock.now()
            self._write(session, position, act.value, fact.words)
        elif act is Act.AGREE and position.company_agrees and position.institution_agrees:
            pass  # told once, by what follows: Act.ENGAGE
        elif (
            (fact.by is By.HOUSE and act in TOLD_BY_HOUSE)
            or (fact.by is By.COMPANY and act in TOLD_BY_COMPANY)
            or act is Act.REMOVE
        ):
            self._write(session, position, act.value, fact.words)
        if act is Act.AGREE and fact.by is By.EXPERT and not position.company_agrees:
            self._tell_company(session, position, NeedBy.INSTITUTION)
        elif act is Act.ENGAGE:
            self._tell_company(session, position, NeedBy.HOUSE)

    def _tell_company(self, session: Session, position: Position, by: NeedBy) -> None:
        """It is asked whether this is the right person; by the house: both say so."""
        need = session.get_one(Need, position.need_id)
        session.refresh(position, ["institution", "expert"])
        tell_company(session, self.settings, need, NeedAct.AGREE, position.caller, by)

    def on_need_moved(self, session: Session, fact: NeedMoved) -> None:
        """Those who are at a need hear that its company says more, that it is closed, goes on."""
        need = fact.need
        over = need.state is NeedState.CLOSED and fact.act in ENDS_IT
        goes_on = fact.act is NeedAct.VALIDATE
        if not (over or goes_on or fact.act in TOLD_OF_NEED):
            return
        told = (*AT_IT, State.QUEUED) if over or goes_on else AT_IT
        words = "" if need.is_unread or fact.act in FOR_THE_COMPANY else fact.words
        for position in session.scalars(
            select(Position).where(Position.need_id == need.id, Position.state.in_(told))
        ):
            self._write(session, position, f"need_{fact.act.value}", words)

    def on_noted(self, session: Session, fact: Noted) -> None:
        """Those who are at a need, or have not answered it, read what another tells them.

        Colleagues of the same institution too; neither its author, nor who declined.
        """
        note = fact.note
        seats = session.execute(
            select(DeskSeat.expert_id, DeskSeat.email).where(DeskSeat.member_id == note.member_id)
        ).all()
        own = {row[0] for row in seats if row[0] is not None}
        theirs = {row[1] for row in seats}
        if author := session.get(Member, note.member_id) if note.member_id else None:
            theirs.add(author.email)
        for position in session.scalars(
            select(Position)
            .join(Position.need)
            .where(
                Position.need_id == note.need_id,
                Position.state.in_((*AT_IT, State.WAITING)),
                or_(Position.expert_id.is_(None), Position.expert_id.not_in(own)),
                rule.open_to(),
            )
            .options(contains_eager(Position.need).joinedload(Need.programme))
            .order_by(Position.id)
        ):
            self._write(session, position, NOTE, note.words, besides=theirs)

    def on_deserted(self, session: Session, fact: Deserted) -> None:
        """The team finds somebody, or answers the company."""
        tell_team(session, fact.need, NeedAct.NO_TAKER, "")

    def _write(
        self,
        session: Session,
        position: Position,
        what: str,
        words: str,
        *,
        besides: Collection[str] = (),
    ) -> None:
        """One mail for each of those who are asked; its words go once it has left.

        What is shut to an institution is not told to it either. Whose link does not open yet
        reads that a need waits, and not which; what others tell each other is not for them.
        """
        session.flush()
        shut = select(Position.id).join(Position.need).where(Position.id == position.id)
        if session.scalar(shut.where(rule.open_to())) is None:
            return
        for one in asked(session, position):
            if one.whom.address in besides or (what == NOTE and not one.reads):
                continue
            outbox.post(
                session,
                ONE,
                to_address=one.whom.address,
                to_name=one.whom.name,
                language=one.whom.language,
                values={
                    "need": position.need,
                    "position": position,
                    "what": what,
                    "words": words if one.reads else "",
                    "reads": one.reads,
                    "token": links.token(self.settings, position, one.whom.address),
                },
                confidential=True,
            )

    def settle(self, session: Session, _payload: dict[str, Any]) -> None:
        """Each hour: reservations run out, silence is told."""
        present = clock.now()
        done = [
            settling.expire(session, present),
            settling.let_go(session),
            closing.look(session, present),
            settling.remind(session, present),
            settling.alert(session, present),
        ]
        if settling.AT_ONCE in done:
            enqueue(session, HOURLY, key=f"{HOURLY}+")

    def send_week(self, session: Session, _payload: dict[str, Any]) -> None:
        """Each Monday: to each address, the needs that were validated since (seeds/000 §4.2)."""
        for programme in session.scalars(
            select(Programme).where(Programme.sending == Sending.WEEKLY).order_by(Programme.id)
        ).all():
            letters: dict[Asked, list[Position]] = defaultdict(list)
            for position in session.scalars(_untold(programme)).all():
                position.told_at = clock.now()
                for each in asked(session, position):
                    letters[each].append(position)
            for each, sent in letters.items():
                address = each.whom.address
                outbox.post(
                    session,
                    WEEK,
                    to_address=address,
                    to_name=each.whom.name,
                    language=each.whom.language,
                    values={
                        "programme": programme,
                        "reads": each.reads,
                        "needs": [
                            (one.need, links.token(self.settings, one, address)) for one in sent
                        ],
                    },
                    confidential=True,
                )


def _untold(programme: Programme) -> Select[Position]:
    of_need = contains_eager(Position.need)
    return (
        select(Position)
        .join(Position.need)
        .where(
            Need.programme_id == programme.id,
            Need.state == NeedState.OPEN,
            Position.state == State.WAITING,
            Position.told_at.is_(None),
            rule.open_to(),
        )
        .options(
            of_need.joinedload(Need.programme),
            of_need.selectinload(Need.subjects),
        )
        .order_by(Position.id)
    )


def next_hour(present: datetime) -> datetime:
    """When reservations are looked at: a quarter past each hour."""
    quarter = present.replace(minute=15, second=0, microsecond=0)
    return quarter if quarter > present else quarter + timedelta(hours=1)


def next_monday(present: datetime) -> datetime:
    """When the needs of the week leave: Monday, eight in the morning, in France."""
    local = present.astimezone(clock.PARIS)
    monday = local + timedelta(days=(MONDAY - local.weekday()) % 7)
    monday = monday.replace(hour=EIGHT, minute=0, second=0, microsecond=0)
    if monday <= local:
        monday += timedelta(days=7)
    return monday.astimezone(UTC)


periodic = {HOURLY: next_hour, WEEKLY: next_monday}
