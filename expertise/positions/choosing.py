"""Whom a need is sent to, as its team and those who answer choose it by hand.

Whoever asks, it is never sent to an institution that the company hides it from: `_reach`.
"""

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload

from core import clock, text
from core.refusals import Refused
from core.text import folded
from expertise.desk import Desk
from expertise.experts import standing
from expertise.experts.models import Expert
from expertise.matching.ranking import open_institutions
from expertise.needs import actions as needs
from expertise.needs.life import State as NeedState
from expertise.needs.models import Need
from expertise.positions import answering, policy
from expertise.positions.life import HELD, Act
from expertise.positions.models import By, Position
from expertise.positions.sending import Whom, position_of, send, tell
from expertise.programmes.models import Institution


def choosable_ids(need: Need) -> Select[int]:
    """The experts whom a need may be sent to by hand, whatever their subjects: who is suspended is
    not one of them.
    """
    return select(Expert.id).where(
        Expert.institution_id.in_(open_institutions(need)),
        Expert.approved_at.is_not(None),
        Expert.left_at.is_(None),
        ~standing.is_shut_out(Expert.id),
    )


def choosable(need: Need, name: str = "") -> Select[Expert]:
    """The same, by name."""
    found = (
        select(Expert)
        .join(Expert.institution)
        .where(Expert.id.in_(choosable_ids(need)))
        .options(joinedload(Expert.institution))
        .order_by(Expert.folded_name, Expert.id)
    )
    if key := folded(name):
        found = found.where(
            or_(
                Expert.folded_name.contains(key, autoescape=True),
                Institution.folded_name.contains(key, autoescape=True),
            )
        )
    return found


def colleagues(position: Position, name: str = "") -> Select[Expert]:
    """Those of its institution whom somebody who was asked may propose, by name.

    Nobody else's: who is missing from such a list would tell whom the company hides its need from.
    """
    found = choosable(position.need, name).where(Expert.institution_id == position.institution_id)
    return found if position.expert_id is None else found.where(Expert.id != position.expert_id)


def send_to(session: Session, desk: Desk, need: Need, whom: Whom) -> Position:
    """The team sends a need to somebody, or sends it again.

    Raises Refused: "not-of-the-team", "need-elsewhere" when it is not open, "expert-out-of-reach",
    "position-elsewhere" when they have it.
    """
    if not desk.runs(need.programme_id):
        raise Refused("not-of-the-team")
    return _send(session, desk, need, whom, By.TEAM)


def take_back(session: Session, desk: Desk, position: Position, words: str) -> None:
    """The team takes a need back from somebody, and says why; who waits for it comes next.

    Raises Refused: "not-of-the-team", "need-elsewhere", "words-missing", "body-too-long",
    "position-elsewhere".
    """
    need = position.need
    if not desk.runs(need.programme_id):
        raise Refused("not-of-the-team")
    words = _said(words)
    answering.hold(session, position)
    _must_be_open(need)
    held = position.state in HELD
    answering.settle(position, Act.REMOVE, clock.now())
    tell(session, position, Act.REMOVE, By.TEAM, words, member_id=desk.member_id)
    session.flush()
    if held:
        answering.promote(session, need)


def redirect(session: Session, desk: Desk, position: Position, whom: Whom, words: str) -> Position:
    """The team takes a need back from somebody and sends it to another, or does neither.

    Raises Refused as `take_back` and `send_to`; the caller rolls back.
    """
    if whom.id == (position.expert_id if isinstance(whom, Expert) else position.institution_id):
        raise Refused("expert-out-of-reach")
    take_back(session, desk, position, words)
    return send_to(session, desk, position.need, whom)


def propose_colleague(
    session: Session, desk: Desk, position: Position, colleague: Expert, words: str
) -> Position:
    """Somebody who was asked proposes a colleague of their institution, who is asked too.

    Raises Refused: "not-asked", "need-elsewhere", "words-missing", "body-too-long",
    "expert-out-of-reach", "position-elsewhere" when the colleague has it, or the team took it back.
    """
    if not policy.answers_for(desk, position):
        raise Refused("not-asked")
    if colleague.institution_id != position.institution_id:
        raise Refused("expert-out-of-reach")
    return _send(session, desk, position.need, colleague, By.EXPERT, _said(words))


def _send(
    session: Session, desk: Desk, need: Need, whom: Whom, by: By, words: str = ""
) -> Position:
    needs.hold(session, need)
    _must_be_open(need)
    if not _reach(session, need, whom):
        raise Refused("expert-out-of-reach")
    known = position_of(session, need, whom)
    if known is not None and by is By.EXPERT:
        raise Refused("position-elsewhere")  # what the team took back, the team gives again
    if known is not None:
        session.refresh(known, ["state"])  # the need is held: who comes second reads the first
        known.need = need  # those who are told read it
    return send(session, need, whom, by=by, member_id=desk.member_id, words=words)


def _must_be_open(need: Need) -> None:
    if need.state is not NeedState.OPEN:
        raise Refused("need-elsewhere")


def _reach(session: Session, need: Need, whom: Whom) -> bool:
    """Whether a need may be sent to somebody. Why not is nobody's business: the hidden and the
    unknown are answered alike.
    """
    if isinstance(whom, Institution):
        wanted = open_institutions(need).where(Institution.id == whom.id)
    else:
        wanted = select(Expert.id).where(Expert.id == whom.id, Expert.id.in_(choosable_ids(need)))
    return session.scalar(wanted) is not None


def _said(words: str) -> str:
    words = text.plain(words).strip()
    if not words:
        raise Refused("words-missing")
    if len(words) > answering.LONGEST_WORDS:
        raise Refused("body-too-long", longest=answering.LONGEST_WORDS)
    return words
