"""Reads of programmes. What is public of them is no secret: no viewer here."""

from collections.abc import Collection

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session, selectinload

from access.models import Territory
from access.viewers import Viewer
from accounts.models import Member
from accounts.policy import needs_administrator
from expertise.desk import Desk
from expertise.programmes.models import (
    Institution,
    Programme,
    ProgrammeInstitution,
    ProgrammeTerritory,
    ProgrammeWords,
    PublicPage,
    Subject,
    SubjectQuestion,
    SubjectTheme,
    TeamMember,
)


def open_programmes() -> Select[Programme]:
    """Those whose public pages stand, by name."""
    return select(Programme).where(Programme.is_open).order_by(Programme.name, Programme.id)


def open_programme(slug: str) -> Select[Programme]:
    """One of them."""
    return open_programmes().where(Programme.slug == slug)


def run_by(desk: Desk) -> Select[Programme]:
    """The programmes that somebody runs, by name."""
    return (
        select(Programme).where(Programme.id.in_(desk.teams)).order_by(Programme.name, Programme.id)
    )


def every(viewer: Viewer) -> Select[Programme]:
    """All of them, by name, for administrators."""
    needs_administrator(viewer)
    return select(Programme).order_by(Programme.name, Programme.id)


def team(programme: Programme) -> Select[Member]:
    """Those who run a programme that was found, by name."""
    return (
        select(Member)
        .join(TeamMember, TeamMember.member_id == Member.id)
        .where(TeamMember.programme_id == programme.id)
        .order_by(Member.name_key, Member.id)
    )


def catalogue(programme: Programme) -> Select[SubjectTheme]:
    """What one may ask about: its themes, with the subjects that are offered."""
    return (
        select(SubjectTheme)
        .where(SubjectTheme.programme_id == programme.id)
        .options(selectinload(SubjectTheme.subjects.and_(~Subject.retired)))
        .order_by(SubjectTheme.position, SubjectTheme.id)
    )


def offered(programme: Programme) -> Select[Subject]:
    """The same without their themes, in order."""
    return (
        select(Subject)
        .join(Subject.theme)
        .where(SubjectTheme.programme_id == programme.id, ~Subject.retired)
        .order_by(SubjectTheme.position, Subject.position, Subject.id)
    )


def catalogue_with_questions(programme: Programme) -> Select[SubjectTheme]:
    """The themes, with the subjects that are offered and what each of these asks."""
    subjects = selectinload(SubjectTheme.subjects.and_(~Subject.retired))
    return (
        select(SubjectTheme)
        .where(SubjectTheme.programme_id == programme.id)
        .options(subjects.selectinload(Subject.questions.and_(~SubjectQuestion.retired)))
        .order_by(SubjectTheme.position, SubjectTheme.id)
    )


def themes(programme: Programme) -> Select[SubjectTheme]:
    """The themes alone, in order."""
    return (
        select(SubjectTheme)
        .where(SubjectTheme.programme_id == programme.id)
        .order_by(SubjectTheme.position, SubjectTheme.id)
    )


def all_subjects(programme: Programme) -> Select[SubjectTheme]:
    """The themes with what is no longer offered too: for its team."""
    return (
        select(SubjectTheme)
        .where(SubjectTheme.programme_id == programme.id)
        .options(selectinload(SubjectTheme.subjects))
        .order_by(SubjectTheme.position, SubjectTheme.id)
    )


def any_subject(programme: Programme, subject_id: int) -> Select[Subject]:
    """A subject of a programme, offered or not, with the questions that it asks."""
    return (
        select(Subject)
        .join(Subject.theme)
        .where(SubjectTheme.programme_id == programme.id, Subject.id == subject_id)
        .options(selectinload(Subject.questions.and_(~SubjectQuestion.retired)))
    )


def chosen(programme: Programme, slugs: Collection[str]) -> Select[Subject]:
    """The subjects that are offered under these words of an address, with their questions."""
    return (
        select(Subject)
        .join(Subject.theme)
        .where(SubjectTheme.programme_id == programme.id, Subject.slug.in_(slugs), ~Subject.retired)
        .options(selectinload(Subject.questions.and_(~SubjectQuestion.retired)))
        .order_by(SubjectTheme.position, Subject.position, Subject.id)
    )


def subjects_of(programme: Programme, ids: Collection[int]) -> Select[Subject]:
    """Subjects of a programme, offered or not, with the questions that they ask, in order."""
    return (
        select(Subject)
        .join(Subject.theme)
        .where(SubjectTheme.programme_id == programme.id, Subject.id.in_(ids))
        .options(selectinload(Subject.questions.and_(~SubjectQuestion.retired)))
        .order_by(SubjectTheme.position, Subject.position, Subject.id)
    )


def pages(session: Session, programme: Programme) -> frozenset[PublicPage]:
    """The public pages that have words."""
    found = select(ProgrammeWords.page).where(
        ProgrammeWords.programme_id == programme.id, ProgrammeWords.html != ""
    )
    return frozenset(session.scalars(found))


def words(programme: Programme, page: PublicPage) -> Select[ProgrammeWords]:
    """What a public page says."""
    return select(ProgrammeWords).where(
        ProgrammeWords.programme_id == programme.id, ProgrammeWords.page == page
    )


def institutions(programme: Programme) -> Select[Institution]:
    """Those whose experts answer, by name."""
    return (
        select(Institution)
        .join(ProgrammeInstitution, ProgrammeInstitution.institution_id == Institution.id)
        .where(
            ProgrammeInstitution.programme_id == programme.id, Institution.suspended_at.is_(None)
        )
        .order_by(Institution.folded_name, Institution.id)
    )


def with_logo(institution_id: int) -> Select[Institution]:
    """An institution whose logo anybody sees: it takes part in a programme that is open."""
    return select(Institution).where(
        Institution.id == institution_id,
        Institution.logo.is_not(None),
        Institution.suspended_at.is_(None),
        exists().where(
            ProgrammeInstitution.institution_id == Institution.id,
            Programme.id == ProgrammeInstitution.programme_id,
            Programme.is_open,
        ),
    )


def territories(programme: Programme) -> Select[Territory]:
    """Where it works; no row means everywhere."""
    return (
        select(Territory)
        .join(ProgrammeTerritory, ProgrammeTerritory.territory_id == Territory.id)
        .where(ProgrammeTerritory.programme_id == programme.id)
        .order_by(Territory.name, Territory.id)
    )
