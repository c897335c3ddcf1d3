"""What keeps those who were named from answering: no account, rules to accept, a suspension."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from accounts import queries as accounts
from accounts.models import Member
from core import clock
from expertise.desk import CONDUCT
from expertise.experts.models import ConductAcceptance, DeskSeat

_SEAT, _OTHER = aliased(DeskSeat), aliased(DeskSeat)
"""The places of somebody whom the query around reads, whatever it reads of places itself."""


class Bar(StrEnum):
    """Why nobody there can read a need."""

    NO_ACCOUNT = "no_account"
    """Their place was offered, and nobody took it."""
    RULES = "rules"
    """They have not accepted the rules of conduct (seeds/003 §6)."""
    SUSPENDED = "suspended"
    """An administrator closed their account."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a place: whether the account is there, open, bound."""

    has_account: bool
    is_active: bool
    is_bound: bool


def bar(holders: Iterable[Holder]) -> Bar | None:
    """What keeps all of them from answering; None when one of them can. Without anybody: that."""
    found = list(holders)
    open_ones = [one for one in found if one.has_account and one.is_active]
    if any(one.is_bound for one in open_ones):
        return None
    if open_ones:
        return Bar.RULES
    if found and all(one.has_account for one in found):
        return Bar.SUSPENDED
    return Bar.NO_ACCOUNT


def bars(
    session: Session, *, experts: Collection[int] = (), institutions: Collection[int] = ()
) -> tuple[dict[int, Bar | None], dict[int, Bar | None]]:
    """The same of several: of experts, of the managers of institutions. One query."""
    if not (experts or institutions):
        return {}, {}
    of_expert: dict[int, list[Holder]] = defaultdict(list)
    of_house: dict[int, list[Holder]] = defaultdict(list)
    rows = session.execute(
        select(
            DeskSeat.expert_id,
            DeskSeat.institution_id,
            DeskSeat.member_id.is_not(None),
            accounts.active(clock.now()),
            is_bound(),
        )
        .outerjoin(Member, Member.id == DeskSeat.member_id)
        .where(
            or_(
                DeskSeat.expert_id.in_(experts),
                and_(DeskSeat.expert_id.is_(None), DeskSeat.institution_id.in_(institutions)),
            )
        )
    )
    for expert_id, institution_id, *said in rows:
        holder = Holder(*map(bool, said))
        (of_house[institution_id] if expert_id is None else of_expert[expert_id]).append(holder)
    return (
        {one: bar(of_expert[one]) for one in experts},
        {one: bar(of_house[one]) for one in institutions},
    )


def is_bound() -> ColumnElement[bool]:
    """Whether who holds a seat accepted the rules in force. Seats must be in the query around."""
    return (
        exists()
        .where(
            ConductAcceptance.member_id == DeskSeat.member_id,
            ConductAcceptance.version == CONDUCT,
        )
        .correlate(DeskSeat)
    )


def is_shut_out(expert_id: ColumnElement[int] | InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Whether everybody of the expert of that column is suspended, and nobody is expected."""
    may_come = (
        select(_OTHER.id)
        .outerjoin(Member, Member.id == _OTHER.member_id)
        .where(
            _OTHER.expert_id == expert_id,
            or_(_OTHER.member_id.is_(None), accounts.active(clock.now())),
        )
    )
    return and_(exists().where(_SEAT.expert_id == expert_id), ~may_come.exists())
