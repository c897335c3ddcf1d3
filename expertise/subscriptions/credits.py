"""Credits: each is used once, for its own service.

The credit of the expert service is kept for a need as soon as it is asked, and used when the need
is validated. It is given back when the need is refused, guided to others, closed with no taker, or
withdrawn before an expert was introduced. Any other credit is used when its service is asked for,
and is not given back.
"""

from sqlalchemy import CursorResult, or_, select, update
from sqlalchemy.orm import Session

from accounts.models import Member
from core import clock, text
from core.facts import record
from core.refusals import Refused
from expertise.desk import Desk
from expertise.needs.facts import NeedMoved
from expertise.needs.life import Act
from expertise.needs.life import State as NeedState
from expertise.needs.models import Need, Step
from expertise.programmes.models import Asking, Programme
from expertise.subscriptions import policy
from expertise.subscriptions.facts import ServiceAsked
from expertise.subscriptions.models import LONGEST_WORDS, Credit, Service, ServiceKind

GIVES_BACK = frozenset({Act.REFUSE, Act.ORIENT, Act.NO_TAKER})
TAKES_AGAIN = frozenset({Act.VALIDATE, Act.CONTEST, Act.REOPEN})


def keep_for(session: Session, programme: Programme, need: Need) -> None:
    """Keep the company's credit for the need that it asks: the one call of asking.

    Raises Refused as policy.may_ask says, where subscribed companies ask.
    """
    if programme.asking is Asking.ANYONE:
        return
    answer = policy.may_ask(session, programme, need.company_id)
    if not answer.may:
        raise Refused(answer.why)
    if not _take(session, need) and _sells_experts(session, programme):
        raise Refused("credit-held")


def on_moved(session: Session, fact: NeedMoved) -> None:
    """A need that moves uses its credit, or gives it back."""
    need = fact.need
    if need.company_id is None:
        return
    if fact.act in GIVES_BACK or (fact.act is Act.WITHDRAW and not _introduced(session, need)):
        session.execute(
            update(Credit).where(Credit.need_id == need.id).values(need_id=None, used_at=None)
        )
    elif fact.act in TAKES_AGAIN:
        _take(session, need)


def _sells_experts(session: Session, programme: Programme) -> bool:
    sold = select(Service.id).where(
        Service.programme_id == programme.id, Service.kind == ServiceKind.EXPERT
    )
    return session.scalar(sold) is not None


def _take(session: Session, need: Need) -> bool:
    """Keep a credit for a need, the one it has or a free one; use it once the need is validated.

    A need that comes back when no credit is left goes on all the same: its team decided so.
    """
    used_at = need.opened_at if need.state is NeedState.OPEN else None
    mine = select(Credit.id).where(Credit.need_id == need.id)
    wanted = session.scalar(mine)
    if wanted is None and need.company_id is not None:
        free = policy.expert_credits(clock.today(), need.programme_id, need.company_id)
        found = session.scalars(
            free.where(Credit.need_id.is_(None), Credit.used_at.is_(None)).limit(1)
        ).one_or_none()
        wanted = found.id if found else None
    if wanted is None:
        return False
    done: CursorResult[object] = session.execute(  # type: ignore[assignment] # of an UPDATE
        update(Credit)
        .where(
            Credit.id == wanted,
            Credit.used_at.is_(None),
            or_(Credit.need_id.is_(None), Credit.need_id == need.id),
        )
        .values(need_id=need.id, used_at=used_at)
    )
    return done.rowcount == 1


def _introduced(session: Session, need: Need) -> bool:
    """Whether the company was told who would call it: the service was begun."""
    called = select(Step.id).where(Step.need_id == need.id, Step.act == Act.CALL).limit(1)
    return session.scalar(called) is not None


def use(session: Session, desk: Desk, credit: Credit, complement: str, *, by: Member) -> None:
    """A company uses a credit: the provider is told, and calls it.

    Raises Refused: "not-of-the-company", "credit-of-needs", "credit-used", "credit-held",
    "subscription-over", "body-too-long".
    """
    if credit.subscription.company_id not in desk.companies:
        raise Refused("not-of-the-company")
    if credit.service.kind is not ServiceKind.PROVIDED:
        raise Refused("credit-of-needs")
    complement = text.plain(complement).strip()
    if len(complement) > LONGEST_WORDS:
        raise Refused("body-too-long", longest=LONGEST_WORDS)
    session.refresh(credit.subscription, ["state"], with_for_update=True)
    session.refresh(credit, ["used_at", "need_id"], with_for_update=True)
    if why := policy.why_not_use(credit, clock.today()):
        raise Refused(why)
    credit.used_at, credit.complement = clock.now(), complement
    record(session, ServiceAsked(credit, by))
