"""What the team of a programme tends: its words, its subjects, the institutions that take part."""

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from core import clock, text
from core.refusals import Refused
from core.text import folded
from directory.entries import one_line
from directory.questions import QuestionKind
from expertise.desk import Desk
from expertise.programmes.models import (
    HELP_LENGTH,
    Institution,
    InstitutionKind,
    Programme,
    ProgrammeInstitution,
    ProgrammeWords,
    PublicPage,
    Subject,
    SubjectQuestion,
    SubjectTheme,
    Way,
)

LONGEST_PAGE = 20_000
MOST_CHOICES = 20
MOST_QUESTIONS = 10


def needs_team(desk: Desk, programme: Programme) -> None:
    """Raise Refused("not-of-the-team") for anybody else."""
    if not desk.runs(programme.id):
        raise Refused("not-of-the-team")


def write(session: Session, desk: Desk, programme: Programme, page: PublicPage, body: str) -> None:
    """Say what a public page says; without words, it is not shown.

    Raises Refused: "not-of-the-team", "body-too-long".
    """
    needs_team(desk, programme)
    body = text.plain(body).strip()
    if len(body) > LONGEST_PAGE:
        raise Refused("body-too-long", longest=LONGEST_PAGE)
    session.merge(
        ProgrammeWords(
            programme_id=programme.id,
            page=page,
            body=body,
            html=text.clean(body),
            changed_at=clock.now(),
        )
    )


def add_theme(session: Session, desk: Desk, programme: Programme, name: str) -> SubjectTheme:
    """A theme, at the end. Raises Refused: "not-of-the-team", "name-empty", "name-taken"."""
    needs_team(desk, programme)
    name, slug = _named(name)
    mine = SubjectTheme.programme_id == programme.id
    if session.scalar(select(SubjectTheme.id).where(mine, SubjectTheme.slug == slug)):
        raise Refused("name-taken")
    last = session.scalar(select(func.max(SubjectTheme.position)).where(mine))
    theme = SubjectTheme(
        programme_id=programme.id, slug=slug, name=name, position=0 if last is None else last + 1
    )
    session.add(theme)
    return theme


def say_theme(
    session: Session,
    desk: Desk,
    programme: Programme,
    theme: SubjectTheme,
    *,
    name: str,
    words: str,
    place: int,
) -> None:
    """Another name, another help, another place among the themes, from 1; its address stays.

    Raises Refused: "not-of-the-team", "unknown-theme", "name-empty", "name-taken", "body-too-long".
    """
    needs_team(desk, programme)
    if theme.programme_id != programme.id:
        raise Refused("unknown-theme")
    said, slug = _named(name)
    mine = SubjectTheme.programme_id == programme.id
    alike = or_(SubjectTheme.slug == slug, func.lower(SubjectTheme.name) == said.lower())
    if session.scalar(select(SubjectTheme.id).where(mine, alike, SubjectTheme.id != theme.id)):
        raise Refused("name-taken")
    theme.name, theme.help = said, one_line(words, "body-too-long", HELP_LENGTH)
    in_order = select(SubjectTheme).where(mine, SubjectTheme.id != theme.id)
    others = list(session.scalars(in_order.order_by(SubjectTheme.position, SubjectTheme.id)))
    others.insert(max(place, 1) - 1, theme)
    for position, one in enumerate(others):
        one.position = position


def add_subject(
    session: Session,
    desk: Desk,
    programme: Programme,
    theme_id: int,
    name: str,
    words: str,
    way: Way | None = None,
) -> Subject:
    """A subject, at the end of its theme; its address is its own in the whole programme.

    `way`: how one answers; None: as the programme says.

    Raises Refused: "not-of-the-team", "unknown-theme", "name-empty", "name-taken",
    "body-too-long".
    """
    needs_team(desk, programme)
    theme = session.get(SubjectTheme, theme_id)
    if theme is None or theme.programme_id != programme.id:
        raise Refused("unknown-theme")
    name, slug = _named(name)
    _free(session, programme, slug)
    last = session.scalar(select(func.max(Subject.position)).where(Subject.theme_id == theme_id))
    subject = Subject(
        theme_id=theme_id, slug=slug, name=name, position=0 if last is None else last + 1
    )
    subject.help, subject.way = one_line(words, "body-too-long", HELP_LENGTH), way
    session.add(subject)
    return subject


def say_subject(
    session: Session,
    desk: Desk,
    programme: Programme,
    subject: Subject,
    name: str,
    words: str,
    way: Way | None,
) -> None:
    """Another name, another help, another way; its address stays, and needs that were validated
    are answered as they were sent. Raises as add_subject.
    """
    needs_team(desk, programme)
    subject.name, slug = _named(name)
    if slug != subject.slug:
        _free(session, programme, slug, but=subject)
    subject.help, subject.way = one_line(words, "body-too-long", HELP_LENGTH), way


def offer_subject(desk: Desk, programme: Programme, subject: Subject, *, offered: bool) -> None:
    """No longer offer a subject, or offer it again: the needs about it stay."""
    needs_team(desk, programme)
    subject.retired = not offered


def _named(typed: str) -> tuple[str, str]:
    name = one_line(typed, "name-too-long")
    slug = text.slug(name)[:60]
    if not slug:
        raise Refused("name-empty")
    return name, slug


def _free(session: Session, programme: Programme, slug: str, but: Subject | None = None) -> None:
    found = session.scalar(
        select(Subject.id)
        .join(Subject.theme)
        .where(SubjectTheme.programme_id == programme.id, Subject.slug == slug)
    )
    if found is not None and (but is None or found != but.id):
        raise Refused("name-taken")


def ask_about(
    session: Session,
    desk: Desk,
    programme: Programme,
    subject: Subject,
    *,
    kind: QuestionKind,
    words: str,
    choices: str,
    required: bool,
) -> SubjectQuestion:
    """A question to companies, about one subject.

    Raises Refused: "not-of-the-team", "name-empty", "choices-few", "too-many-questions".
    """
    needs_team(desk, programme)
    words = one_line(words, "name-too-long")
    if not words:
        raise Refused("name-empty")
    offered = [line for one in text.plain(choices).splitlines() if (line := " ".join(one.split()))]
    if kind is QuestionKind.CHOICE and not 2 <= len(offered) <= MOST_CHOICES:
        raise Refused("choices-few", most=MOST_CHOICES)
    asked = session.scalar(
        select(func.count()).where(
            SubjectQuestion.subject_id == subject.id, ~SubjectQuestion.retired
        )
    )
    if (asked or 0) >= MOST_QUESTIONS:
        raise Refused("too-many-questions", most=MOST_QUESTIONS)
    question = SubjectQuestion(
        subject_id=subject.id,
        kind=kind,
        words=words,
        choices="\n".join(offered) if kind is QuestionKind.CHOICE else "",
        required=required,
        position=asked or 0,
    )
    session.add(question)
    return question


def ask_no_more(desk: Desk, programme: Programme, question: SubjectQuestion) -> None:
    """What was answered stays. Raises Refused("not-of-the-team")."""
    needs_team(desk, programme)
    question.retired = True


def welcome(
    session: Session, desk: Desk, programme: Programme, name: str, kind: InstitutionKind
) -> Institution:
    """An institution takes part; one that takes part elsewhere is known by its name.

    Who welcomes that one names its managers from then on: a team of its programmes must be theirs.

    Raises Refused: "not-of-the-team", "name-empty", "nothing-to-do" when it does already,
    "institution-elsewhere".
    """
    needs_team(desk, programme)
    name = one_line(name, "name-too-long")
    if not name:
        raise Refused("name-empty")
    same = Institution.folded_name == folded(name)
    institution = session.scalar(select(Institution).where(same))
    if institution is None:
        institution = Institution(name=name, kind=kind)
        session.add(institution)
        session.flush()
    if session.get(ProgrammeInstitution, (programme.id, institution.id)):
        raise Refused("nothing-to-do")
    elsewhere = set(
        session.scalars(
            select(ProgrammeInstitution.programme_id).where(
                ProgrammeInstitution.institution_id == institution.id
            )
        )
    )
    if elsewhere and not elsewhere & desk.teams:
        raise Refused("institution-elsewhere", name=institution.name)
    session.add(
        ProgrammeInstitution(
            programme_id=programme.id, institution_id=institution.id, since=clock.today()
        )
    )
    return institution


def take_leave(session: Session, desk: Desk, programme: Programme, institution_id: int) -> None:
    """An institution takes part no more. Raises Refused: "not-of-the-team", "nothing-to-do"."""
    needs_team(desk, programme)
    place = session.get(ProgrammeInstitution, (programme.id, institution_id))
    if place is None:
        raise Refused("nothing-to-do")
    session.delete(place)
