"""What those who answer a need tell each other (seeds/003, 4.3): its company never reads it."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from core import clock, text
from core.facts import record
from core.refusals import Refused
from expertise.desk import Desk
from expertise.files import actions as files
from expertise.needs.models import Need
from expertise.positions import policy
from expertise.positions.facts import Noted
from expertise.positions.models import LONGEST_NOTE, Note, NoteKind, Position
from files.actions import Arrived


def note(
    session: Session,
    desk: Desk,
    need: Need,
    position: Position | None,
    *,
    kind: NoteKind,
    words: str,
    day: date | None = None,
    sent: Sequence[Arrived] = (),
) -> Note:
    """Tell the others something; `position`: as whom, None for the team; `sent`: files with it.

    Raises Refused: "not-asked", "not-of-the-team", "words-missing", "body-too-long",
    "appointment-day-missing", "too-many-files-of-need".
    """
    if position is None and not desk.runs(need.programme_id):
        raise Refused("not-of-the-team")
    if position is not None and not policy.answers_for(desk, position):
        raise Refused("not-asked")
    words = text.plain(words).strip() or ", ".join(one.name for one in sent)
    if not words:
        raise Refused("words-missing")
    if len(words) > LONGEST_NOTE:
        raise Refused("body-too-long", longest=LONGEST_NOTE)
    if kind is NoteKind.APPOINTMENT and day is None:
        raise Refused("appointment-day-missing")
    said = Note(
        need_id=need.id,
        institution_id=position.institution_id if position else None,
        member_id=desk.member_id,
        kind=kind,
        words=words,
        day=day if kind is NoteKind.APPOINTMENT else None,
        at=clock.now(),
    )
    session.add(said)
    session.flush()
    files.add_to_note(session, said, sent)
    record(session, Noted(said))
    return said
