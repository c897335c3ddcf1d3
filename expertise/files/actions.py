"""Files go with a need or with a word of the thread, are taken back, are let go."""

from collections.abc import Collection, Sequence

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from core import clock
from core.facts import record
from core.refusals import Refused
from expertise.files import policy
from expertise.files.models import NeedFile
from expertise.needs import life
from expertise.needs.facts import NeedMoved
from expertise.needs.life import Act, State
from expertise.needs.models import By, Need, Step
from expertise.positions.models import Note
from expertise.programmes.models import Review
from files.actions import Arrived


def add(
    session: Session, need: Need, sent: Sequence[Arrived], *, member_id: int | None = None
) -> list[str]:
    """The company sends files with its need; their names. One that is there already stays one.

    Raises Refused("too-many-files-of-need").
    """
    held = set(
        session.scalars(
            select(NeedFile.file_id).where(NeedFile.need_id == need.id, NeedFile.note_id.is_(None))
        )
    )
    new = {one.file.id: one for one in sent if one.file.id not in held}
    _check_number(len(held) + len(new))
    session.add_all(
        NeedFile(
            need_id=need.id,
            file_id=one.file.id,
            name=one.name,
            member_id=member_id,
            # What is added once it is validated is read at once, as words that are added.
            reviewed=need.state is State.OPEN,
            sent_at=clock.now(),
        )
        for one in new.values()
    )
    return [one.name for one in new.values()]


def add_to_note(session: Session, note: Note, sent: Sequence[Arrived]) -> None:
    """Those who answer send files to each other. Raises Refused("too-many-files-of-need")."""
    new = {one.file.id: one for one in sent}
    _check_number(len(new))
    session.add_all(
        NeedFile(
            need_id=note.need_id,
            note_id=note.id,
            file_id=one.file.id,
            name=one.name,
            member_id=note.member_id,
            reviewed=True,
            sent_at=note.at,
        )
        for one in new.values()
    )


def _check_number(number: int) -> None:
    if number > policy.MOST_FILES:
        raise Refused("too-many-files-of-need", most=policy.MOST_FILES)


def take_back(session: Session, need: Need, one: NeedFile, *, member_id: int | None = None) -> None:
    """The company takes a file of its need back: its link, or its account, was the proof.

    Before it was validated nobody but the team had it; after, the need is read again, as when
    another thing that matters is corrected. Raises Refused: "need-elsewhere", "not-of-the-need".
    """
    session.refresh(need, ["state", "ending"], with_for_update=True)
    if one.need_id != need.id or one.note_id is not None:
        raise Refused("not-of-the-need")
    if not policy.may_take_back(need):
        raise Refused("need-elsewhere")
    unread = not one.reviewed or need.programme.review is Review.NONE
    act = Act.EDIT if unread else Act.REWRITE
    need.state = life.after(need.state, act)
    step = Step(need_id=need.id, act=act, by=By.COMPANY, member_id=member_id, words="")
    step.at, step.changes = clock.now(), [["files", one.name, ""]]
    session.add(step)
    session.delete(one)
    record(session, NeedMoved(need, act, By.COMPANY, "", (("files", one.name, ""),)))


def validate(session: Session, need: Need) -> None:
    """Its need was read with its files: those who answer see them from now on."""
    session.execute(
        update(NeedFile)
        .where(NeedFile.need_id == need.id)
        .values(reviewed=True)
        .execution_options(synchronize_session=False)
    )


def let_go(session: Session, need_ids: Collection[int]) -> int:
    """Forget the files of needs that are erased, the thread's with them; how many there were.

    Contents to which nothing else refers are erased by the nights that follow (files.personal).
    """
    theirs = NeedFile.need_id.in_(need_ids)
    number = session.scalar(select(func.count()).select_from(NeedFile).where(theirs)) or 0
    session.execute(delete(NeedFile).where(theirs).execution_options(synchronize_session=False))
    return number
