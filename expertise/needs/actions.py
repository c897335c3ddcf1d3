"""What is decided of a need once it was asked: by its team, by its company."""

from collections.abc import Collection, Sequence

from sqlalchemy.orm import Session

from core import clock, text
from core.facts import record
from core.refusals import Refused
from expertise.desk import Desk
from expertise.files import actions as files
from expertise.needs import hiding, life, policy, ways
from expertise.needs.asking import offered_subjects
from expertise.needs.facts import NeedMoved
from expertise.needs.life import Act, State
from expertise.needs.models import LONGEST_STEP, By, Need, Step
from expertise.subscriptions import services
from expertise.subscriptions.models import Service
from files.actions import Arrived

NEEDS_WORDS = frozenset({Act.ASK_MORE, Act.ORIENT, Act.REFUSE, Act.NO_TAKER, Act.ADD, Act.CONTEST})
"""What cannot be done without saying why, or what."""
READS = frozenset({Act.VALIDATE, Act.ORIENT, Act.REFUSE})
"""What says that its team, or a committee, has read it."""


def decide(
    session: Session,
    desk: Desk,
    need: Need,
    act: Act,
    words: str,
    *,
    service_id: int | None = None,
) -> None:
    """The team decides; the company reads the words. Outside the committee, it says why.

    `service_id`: the scheme that the programme relays and to which it guides; the company reads
    its name, its words and its link too, for an ORIENT.

    Raises Refused: "not-of-the-team", "need-elsewhere" when this cannot be done any more,
    "words-missing", "outside-without-reason", "body-too-long", "subject-missing" to validate what
    is about no subject, "names-unsettled" what names somebody that nobody has recognised,
    "unknown-service".
    """
    if not policy.may_review(desk, need):
        raise Refused("not-of-the-team")
    hold(session, need)
    if not policy.team_may(need, act):
        raise Refused("need-elsewhere")
    if act is Act.VALIDATE and not need.subjects:
        raise Refused("subject-missing")
    if act is Act.VALIDATE and need.names_wait:
        raise Refused("names-unsettled")
    if act is Act.ORIENT and service_id is not None:
        words = "\n\n".join(filter(None, (words.strip(), _relayed(session, need, service_id))))
    outside = policy.is_outside(need, act)
    if outside and not words.strip():
        raise Refused("outside-without-reason")
    move(session, need, act, By.TEAM, words, member_id=desk.member_id, outside=outside)


def _relayed(session: Session, need: Need, service_id: int) -> str:
    """What the company reads of a scheme that its programme relays."""
    wanted = services.relayed(need.programme_id).where(Service.id == service_id)
    if (one := session.scalar(wanted)) is None:
        raise Refused("unknown-service")
    return "\n".join(filter(None, (one.name, text.plain(one.description).strip(), one.link)))


def classify(session: Session, desk: Desk, need: Need, subjects: Collection[int]) -> None:
    """The team says what a need is about, before it is validated; both read that it did.

    Raises Refused: "not-of-the-team", "need-elsewhere", "subject-missing", "too-many-subjects",
    "unknown-subject".
    """
    if not policy.may_review(desk, need):
        raise Refused("not-of-the-team")
    hold(session, need)
    if not policy.may_classify(need):
        raise Refused("need-elsewhere")
    if not subjects:
        raise Refused("subject-missing")
    need.subjects = offered_subjects(session, need.programme, subjects)
    words = ", ".join(one.name for one in need.subjects)
    move(session, need, Act.CLASSIFY, By.TEAM, words, member_id=desk.member_id)


def settle_names(
    session: Session, desk: Desk, need: Need, institution_ids: Collection[int], *, nobody: bool
) -> None:
    """The team says which institutions must not see a need, or that the names are those of none.

    It only adds: what a company hides stays hidden. Raises Refused: "not-of-the-team",
    "need-elsewhere", "names-whom" when it says neither, or both, "nothing-to-do",
    "unknown-institution".
    """
    if not policy.may_review(desk, need):
        raise Refused("not-of-the-team")
    hold(session, need)
    if not policy.may_hide(need):
        raise Refused("need-elsewhere")
    if bool(institution_ids) is nobody:
        raise Refused("names-whom")
    added = hiding.add(session, need, institution_ids)
    if not need.names_wait and not added:
        raise Refused("nothing-to-do")
    need.names_settled = True
    words = ", ".join(one.name for one in added)
    act = Act.SETTLE if nobody else Act.HIDE
    move(session, need, act, By.TEAM, words, member_id=desk.member_id)


def follow(
    session: Session,
    need: Need,
    act: Act,
    words: str,
    *,
    member_id: int | None = None,
    sent: Sequence[Arrived] = (),
) -> None:
    """The company adds something, contests or withdraws: its link, or its account, was the proof.

    `sent`: the files that it adds, with words or without.

    Raises Refused: "need-elsewhere", "words-missing", "body-too-long", "too-many-files-of-need".
    """
    hold(session, need)
    if not policy.company_may(need, act):
        raise Refused("need-elsewhere")
    names: tuple[str, ...] = ()
    if sent and act is Act.ADD:
        names = tuple(files.add(session, need, sent, member_id=member_id))
        words = words.strip() or ", ".join(names or [one.name for one in sent])
    move(session, need, act, By.COMPANY, words, member_id=member_id, files_added=names)


def hold(session: Session, need: Need) -> None:
    """Two who decide at the same instant: the second reads what the first did."""
    what = ["state", "ending", "anonymised_at", "hidden_words", "names_settled"]
    session.refresh(need, what, with_for_update=True)


def move(
    session: Session,
    need: Need,
    act: Act,
    by: By,
    words: str,
    *,
    member_id: int | None = None,
    outside: bool = False,
    files_added: tuple[str, ...] = (),
) -> None:
    """What happens to a need that is held, and what was said then. It is told.

    A committee need not say why: nobody may be there to say it when its vote ends.

    Raises Refused: "need-elsewhere", "words-missing", "body-too-long".
    """
    words = text.plain(words).strip()
    if act in NEEDS_WORDS and by is not By.COMMITTEE and not words:
        raise Refused("words-missing")
    if len(words) > LONGEST_STEP:
        raise Refused("body-too-long", longest=LONGEST_STEP)
    present, stands = clock.now(), life.after(need.state, act)
    if act is Act.VALIDATE:
        need.way, need.opened_at = ways.way_of(session, need), present
    need.state = stands
    need.ending = life.ENDS.get(act) if need.state is State.CLOSED else None
    need.closed_at = present if need.state is State.CLOSED else None
    if act in READS:
        need.rewritten_at = None
    if act is Act.VALIDATE:
        files.validate(session, need)
    session.add(
        Step(
            need_id=need.id,
            act=act,
            by=by,
            member_id=member_id,
            words=words,
            outside=outside,
            at=present,
        )
    )
    record(session, NeedMoved(need, act, by, words, files=files_added))
