"""The mails to those who answer: at once, or once a week; what the house does each hour."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Select, select, true
from sqlalchemy.orm import Session, contains_eager

from accounts.models import Member
from core import clock, outbox
from core.jobs import enqueue
from core.settings import Settings
from expertise import rule
from expertise.experts.models import DeskSeat, Expert, InstitutionAddress
from expertise.needs.facts import NeedMoved
from expertise.needs.jobs import tell_team
from expertise.needs.life import Act as NeedAct
from expertise.needs.life import State as NeedState
from expertise.needs.models import Need
from expertise.positions import closing, links, settling
from expertise.positions.facts import Deserted, Noted, PositionMoved
from expertise.positions.life import Act, State
from expertise.positions.models import By, Position
from expertise.positions.queries import AT_IT
from expertise.programmes.models import Institution, Programme, Sending

ONE, WEEK = "position", "needs_of_week"
"""The kinds of these mails."""
HOURLY, WEEKLY = "expertise.settle", "expertise.send_week"
"""The kinds of this work."""
MONDAY, EIGHT = 0, 8
TOLD_BY_HOUSE = frozenset({Act.REMIND, Act.PROMOTE, Act.EXPIRE})
TOLD_OF_NEED = frozenset({NeedAct.ADD, NeedAct.EDIT, NeedAct.REWRITE})
TOLD_BY_COMPANY = frozenset({Act.AGREE, Act.PART})

Recipient = tuple[str, str, str]
"""Address, name, language."""


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
        elif (
            (fact.by is By.HOUSE and act in TOLD_BY_HOUSE)
            or (fact.by is By.COMPANY and act in TOLD_BY_COMPANY)
            or act is Act.REMOVE
        ):
            self._write(session, position, act.value, fact.words)

    def on_need_moved(self, session: Session, fact: NeedMoved) -> None:
        """Those who are at a need hear that its company adds something, or that it is closed."""
        need = fact.need
        over = need.state is NeedState.CLOSED and fact.act in {NeedAct.WITHDRAW, NeedAct.NO_TAKER}
        if not over and fact.act not in TOLD_OF_NEED:
            return
        told = (*AT_IT, State.QUEUED) if over else AT_IT
        for position in session.scalars(
            select(Position).where(Position.need_id == need.id, Position.state.in_(told))
        ):
            self._write(session, position, f"need_{fact.act.value}", fact.words)

    def on_noted(self, session: Session, fact: Noted) -> None:
        """Those who are at a need read what another tells them."""
        note = fact.note
        for position in session.scalars(
            select(Position)
            .join(Position.need)
            .where(
                Position.need_id == note.need_id,
                Position.state.in_(AT_IT),
                Position.institution_id != note.institution_id if note.institution_id else true(),
                rule.open_to(),
            )
            .options(contains_eager(Position.need).joinedload(Need.programme))
        ):
            self._write(session, position, "note", note.words)

    def on_deserted(self, session: Session, fact: Deserted) -> None:
        """The team finds somebody, or answers the company."""
        tell_team(session, fact.need, NeedAct.NO_TAKER, "")

    def _write(self, session: Session, position: Position, what: str, words: str) -> None:
        """One mail for each of those who are asked; its words go once it has left.

        What is shut to an institution is not told to it either.
        """
        session.flush()
        shut = select(Position.id).join(Position.need).where(Position.id == position.id)
        if session.scalar(shut.where(rule.open_to())) is None:
            return
        for address, name, language in recipients(session, position):
            outbox.post(
                session,
                ONE,
                to_address=address,
                to_name=name,
                language=language,
                values={
                    "need": position.need,
                    "position": position,
                    "what": what,
                    "words": words,
                    "token": links.token(self.settings, position, address),
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
            letters: dict[Recipient, list[Position]] = defaultdict(list)
            for position in session.scalars(_untold(programme)).all():
                position.told_at = clock.now()
                for whom in recipients(session, position):
                    letters[whom].append(position)
            for (address, name, language), sent in letters.items():
                outbox.post(
                    session,
                    WEEK,
                    to_address=address,
                    to_name=name,
                    language=language,
                    values={
                        "programme": programme,
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


def recipients(session: Session, position: Position) -> list[Recipient]:
    """Where a need goes: to its expert, or to the managers and the list of the institution."""
    if position.expert_id is not None:
        expert = session.get_one(Expert, position.expert_id)
        gone = expert.left_at is not None or expert.approved_at is None
        return [] if gone else [(expert.email, expert.name, "fr")]
    found = {
        row[0]: (row[0], f"{row[1]} {row[2]}", row[3])
        for row in session.execute(
            select(DeskSeat.email, Member.first_name, Member.last_name, Member.language)
            .join(Member, Member.id == DeskSeat.member_id)
            .where(
                DeskSeat.institution_id == position.institution_id,
                DeskSeat.expert_id.is_(None),
                Member.suspended_at.is_(None),
            )
            .order_by(DeskSeat.id)
        )
    }
    for address in session.scalars(
        select(InstitutionAddress.email)
        .where(
            InstitutionAddress.programme_id == position.need.programme_id,
            InstitutionAddress.institution_id == position.institution_id,
        )
        .order_by(InstitutionAddress.email)
    ):
        house = session.get_one(Institution, position.institution_id)
        found.setdefault(address, (address, house.name, "fr"))
    return list(found.values())


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
