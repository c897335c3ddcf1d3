"""Reads of the files of needs."""

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload

from expertise import rule
from expertise.desk import Desk
from expertise.files.models import NeedFile
from expertise.needs.models import Need


def file(desk: Desk, number: int) -> Select[NeedFile]:
    """One that somebody may open: 404 for the others."""
    return (
        select(NeedFile)
        .join(NeedFile.need)
        .where(NeedFile.id == number, rule.file_read(desk))
        .options(contains_eager(NeedFile.need), joinedload(NeedFile.file))
    )


def file_of(need: Need, number: int) -> Select[NeedFile]:
    """One of a need that its company found by its personal link: never one of the thread."""
    return of_company(need).where(NeedFile.id == number)


def of_company(need: Need) -> Select[NeedFile]:
    """What came with a need that was found, for its company and its team, in order."""
    return _of(need).where(NeedFile.note_id.is_(None))


def of_those_who_answer(need: Need) -> Select[NeedFile]:
    """The same for those who answer: what was reviewed, and what is in their thread."""
    return _of(need).where(NeedFile.reviewed)


def answered_file(need: Need, number: int) -> Select[NeedFile]:
    """One of a need that was found by the link of a mail: reviewed, and never one of the thread."""
    return of_company(need).where(NeedFile.id == number, NeedFile.reviewed)


def _of(need: Need) -> Select[NeedFile]:
    return (
        select(NeedFile)
        .where(NeedFile.need_id == need.id)
        .options(joinedload(NeedFile.file))
        .order_by(NeedFile.id)
    )
