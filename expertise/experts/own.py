"""What an expert says of themself: their words, when they are away, who stands in for them."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from core import clock
from core.refusals import Refused
from directory.actions import telephone
from expertise.desk import Desk
from expertise.experts import queries, sheets
from expertise.experts.models import Expert
from expertise.experts.policy import rights
from expertise.matching import refresh


def speak(
    session: Session,
    desk: Desk,
    expert: Expert,
    *,
    about: str,
    phone: str,
    quota: int | None,
    words: Mapping[int, str],
) -> None:
    """Their own words: what they know, and of each subject of theirs.

    Raises Refused: "not-yours", "phone-unknown", "body-too-long", "quota-unknown".
    """
    if not rights(desk, expert, ()).may_speak:
        raise Refused("not-yours")
    expert.phone = telephone(phone)
    sheets.say(expert, about=about, quota=quota)
    for one in expert.subjects:
        one.words = sheets.speciality(words.get(one.subject_id, one.words))
    refresh(session, expert.id)


def go_away(
    session: Session,
    desk: Desk,
    expert: Expert,
    *,
    first: date | None,
    last: date | None,
    delegate_id: int | None,
) -> None:
    """Away from a day, today unless it is said, to another or until they say otherwise.

    Raises Refused: "not-yours", "absence-past", "absence-backwards", "delegate-unknown".
    """
    if not rights(desk, expert, ()).may_say_absence:
        raise Refused("not-yours")
    today = clock.today()
    # An absence that began stays as it was said.
    begun = expert.absent_from is not None and expert.absent_from < today
    first = first or today
    if first < today and not (begun and first == expert.absent_from):
        raise Refused("absence-past")
    if last is not None and last < max(first, today):
        raise Refused("absence-backwards")
    if delegate_id is not None:
        others = queries.delegates(expert).where(Expert.id == delegate_id)
        if session.scalar(others) is None:
            raise Refused("delegate-unknown")
    expert.absent_from, expert.absent_until, expert.delegate_id = first, last, delegate_id


def come_back(desk: Desk, expert: Expert) -> None:
    """There again, before it was said. Raises Refused: "not-yours", "nothing-to-do"."""
    if not rights(desk, expert, ()).may_say_absence:
        raise Refused("not-yours")
    if expert.absent_from is None:
        raise Refused("nothing-to-do")
    expert.absent_from = expert.absent_until = expert.delegate_id = None
