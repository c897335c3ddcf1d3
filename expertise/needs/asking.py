"""Asking: what a company says, checked against what its programme takes."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from access.geography import within
from access.models import Commune
from core import addresses, clock, text
from core.facts import record
from core.refusals import Refused
from directory.actions import telephone
from directory.entries import one_line
from directory.questions import read_answers
from expertise.companies import policy
from expertise.companies.models import Company
from expertise.companies.sheets import MOST_STAFF, named, numbered, placed
from expertise.desk import Desk
from expertise.files import actions as files
from expertise.needs import hiding, ways
from expertise.needs.facts import NeedAsked
from expertise.needs.life import Act, State
from expertise.needs.models import (
    LONGEST_TITLE,
    LONGEST_WORDS,
    By,
    Hiding,
    Need,
    NeedAnswer,
    Step,
)
from expertise.programmes import queries
from expertise.programmes.models import Programme, Review, Subject, SubjectQuestion, SubjectTheme
from expertise.programmes.sectors import sector_of
from expertise.subscriptions import credits
from files.actions import Arrived

MOST_SUBJECTS = 5
FURTHEST = timedelta(days=366 * 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """The need itself, and whom to call, as they were typed: what one may correct afterwards."""

    title: str
    description: str
    context: str = ""
    subjects: Collection[int] = ()
    """None of them: "my need is not in the list"."""
    answers: Mapping[int, str]
    """SubjectQuestion → words."""
    first_name: str
    last_name: str
    phone: str
    email: str
    starts_on: date | None = None
    ends_on: date | None = None
    hidden_from: Collection[int] = ()
    hidden_words: str = ""
    """Names that are in no list; once asked, they add to those that were typed."""
    shown_to: Collection[int] = ()
    """Those from which it is no longer hidden, once it was asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said(Described):
    """What a company says, as it was typed."""

    siret: str
    company: str
    postcode: str
    town: str
    staff: int | None = None
    sector: str | None = None
    """The letter of its section."""
    grows: bool = False
    reorganises: bool = False


def ask(
    session: Session,
    programme: Programme,
    said: Said,
    *,
    language: str,
    submission: str | None = None,
    company: Company | None = None,
    desk: Desk | None = None,
    partner_id: int | None = None,
    sent: Sequence[Arrived] = (),
) -> Need:
    """A company asks for help. The same form sent twice is one need.

    `company`: from its account, by who acts for it at this desk; its SIRET is the account's.
    `partner_id`: the partner in whose page, or by whose program, it asks. `sent`: its files.

    Raises Refused: "too-many-files-of-need", "not-of-the-company", "account-needed", what the
    policy of subscriptions answers, "programme-closed", "title-empty", "title-too-long",
    "description-empty", "body-too-long", "subject-missing", "unknown-subject",
    "too-many-subjects", "siret-missing",
    "siret-unknown", "company-empty", "unknown-commune", "postcode-unknown", "not-our-territory",
    "staff-missing", "staff-out-of-range", "sector-missing", "sector-unknown",
    "sector-out-of-range", "phase-missing", "name-empty", "phone-missing",
    "phone-unknown", "email-unknown", "ends-before-it-starts", "starts-in-the-past",
    "starts-too-far", "unknown-institution", and what read_answers raises.
    """
    # One at a time: the numbers of a programme follow each other.
    session.execute(select(Programme.id).where(Programme.id == programme.id).with_for_update())
    if submission and (same := _already_sent(session, programme, submission)):
        if same.partner_id == partner_id:
            return same
        submission = None  # what others wrote there says nothing of theirs
    if not programme.is_open:
        raise Refused("programme-closed")
    if company is not None and (desk is None or not policy.acts_for(desk, company)):
        raise Refused("not-of-the-company")
    if (why := policy.may_ask(session, programme, company)) is not None:
        raise why
    subjects = offered_subjects(session, programme, said.subjects)
    last = select(func.max(Need.number)).where(Need.programme_id == programme.id)
    need = Need(
        programme=programme,
        number=(session.scalar(last) or 0) + 1,
        state=State.ASKED,
        off_list=not subjects,
        subjects=subjects,
        language=language,
        asked_at=clock.now(),
        submission=submission,
        company_id=company.id if company else None,
        partner_id=partner_id,
    )
    describe(need, said)
    schedule(need, said)
    _name_company(session, programme, need, said, company)
    name_contact(need, said)
    answers = read_answers(
        [question for subject in subjects for question in subject.questions], said.answers
    )
    hidden = _hidden(session, programme, said)
    hidden |= hiding.typed(session, need, said.hidden_words)
    session.add(need)
    session.flush()
    session.add_all(
        NeedAnswer(need_id=need.id, question_id=number, words=words)
        for number, words in answers.items()
    )
    session.add_all(Hiding(need_id=need.id, institution_id=one) for one in hidden)
    asked = Step(need_id=need.id, act=Act.ASK, by=By.COMPANY, words="", at=need.asked_at)
    asked.member_id = desk.member_id if company and desk else None
    session.add(asked)
    if programme.review is Review.NONE and subjects and not need.names_wait:
        need.way = ways.way_of(session, need)
        need.state, need.opened_at = State.OPEN, need.asked_at
    credits.keep_for(session, programme, need)
    names = files.add(session, need, sent, member_id=asked.member_id)
    record(session, NeedAsked(need, tuple(names)))
    return need


def faults(
    session: Session, programme: Programme, said: Said, account: Company | None = None
) -> list[Refused]:
    """All that `ask` would refuse of what was typed, so that a form tells it at once.

    `account`: the company in whose name one asks, already known.
    """
    need = Need()
    checks: list[Callable[[], object]] = [
        partial(describe, need, said),
        partial(schedule, need, said),
        partial(_locate, session, programme, said),
        partial(_staff, programme, said),
        partial(_sector, programme, said),
        partial(_check_phase, programme, said),
        partial(telephone, said.phone),
        partial(addresses.mail, said.email),
    ]
    if account is None:
        checks += [partial(numbered, said.siret), partial(named, said.company)]
    found = []
    for check in checks:
        try:
            check()
        except Refused as refused:
            found.append(refused)
    return found


def _already_sent(session: Session, programme: Programme, submission: str) -> Need | None:
    return session.scalar(
        select(Need).where(Need.programme_id == programme.id, Need.submission == submission)
    )


def offered_subjects(session: Session, programme: Programme, ids: Collection[int]) -> list[Subject]:
    """What a need is about, with the questions of each; nothing is "not in the list".

    Raises Refused: "subject-missing", "too-many-subjects", "unknown-subject".
    """
    wanted = set(ids)
    if not wanted:
        if not programme.off_list:
            raise Refused("subject-missing")
        return []
    most = MOST_SUBJECTS if programme.several_subjects else 1
    if len(wanted) > most:
        raise Refused("too-many-subjects", most=most)
    found = session.scalars(
        select(Subject)
        .join(Subject.theme)
        .where(SubjectTheme.programme_id == programme.id, Subject.id.in_(wanted), ~Subject.retired)
        .options(selectinload(Subject.questions.and_(~SubjectQuestion.retired)))
        .order_by(Subject.position)
    ).all()
    if len(found) != len(wanted):
        raise Refused("unknown-subject")
    return list(found)


def describe(need: Need, said: Described) -> None:
    """Raises Refused: "title-empty", "title-too-long", "description-empty", "body-too-long"."""
    need.title = " ".join(text.plain(said.title).split())
    need.context = text.plain(said.context).strip()
    need.description = text.plain(said.description).strip()
    if not need.title:
        raise Refused("title-empty")
    if len(need.title) > LONGEST_TITLE:
        raise Refused("title-too-long", longest=LONGEST_TITLE)
    if not need.description:
        raise Refused("description-empty")
    if max(len(need.description), len(need.context)) > LONGEST_WORDS:
        raise Refused("body-too-long", longest=LONGEST_WORDS)


def schedule(need: Need, said: Described) -> None:
    """A day that stands may be past meanwhile.

    Raises Refused: "starts-in-the-past", "starts-too-far", "ends-before-it-starts".
    """
    if (said.starts_on, said.ends_on) == (need.starts_on, need.ends_on):
        return
    today = clock.today()
    first, last = said.starts_on, said.ends_on
    if first and first < today and first != need.starts_on:
        raise Refused("starts-in-the-past")
    if first and first > today + FURTHEST:
        raise Refused("starts-too-far")
    if last and last < (first or today):
        raise Refused("ends-before-it-starts")
    need.starts_on, need.ends_on = first, last


def _name_company(
    session: Session, programme: Programme, need: Need, said: Said, account: Company | None
) -> None:
    need.siret = account.siret if account else numbered(said.siret)
    need.company = named(said.company)
    need.postcode, commune = _locate(session, programme, said)
    need.town, need.commune_code = commune.name, commune.code
    need.staff = _staff(programme, said)
    need.sector = _sector(programme, said)
    _check_phase(programme, said)
    need.grows, need.reorganises = said.grows, said.reorganises


def _locate(session: Session, programme: Programme, said: Said) -> tuple[str, Commune]:
    code, commune = placed(session, said.postcode, said.town)
    served = session.scalars(queries.territories(programme)).all()
    if served and not any(
        session.scalar(within(one.id).where(Commune.code == commune.code)) for one in served
    ):
        raise Refused("not-our-territory", commune=commune.name)
    return code, commune


def _staff(programme: Programme, said: Said) -> int | None:
    least, most = programme.least_staff, programme.most_staff
    if said.staff is None:
        if least is not None or most is not None:
            raise Refused("staff-missing")
        return None
    if said.staff < (least or 0) or said.staff > (most or MOST_STAFF):
        raise Refused("staff-out-of-range", least=least, most=most)
    return said.staff


def _sector(programme: Programme, said: Said) -> str | None:
    letter = sector_of(said.sector)
    if programme.sectors and letter is None:
        raise Refused("sector-missing")
    if letter and programme.sectors and letter not in programme.sectors:
        raise Refused("sector-out-of-range")
    return letter


def _check_phase(programme: Programme, said: Said) -> None:
    if programme.asks_phase and not (said.grows or said.reorganises):
        raise Refused("phase-missing")


def name_contact(need: Need, said: Described) -> None:
    """Raises Refused: "name-empty", "phone-missing", "phone-unknown", "email-unknown"."""
    need.first_name = one_line(said.first_name, "name-too-long")
    need.last_name = one_line(said.last_name, "name-too-long")
    if not (need.first_name and need.last_name):
        raise Refused("name-empty")
    phone = telephone(said.phone)
    if phone is None:
        raise Refused("phone-missing")
    need.phone, need.email = phone, addresses.mail(said.email)


def _hidden(session: Session, programme: Programme, said: Said) -> set[int]:
    wanted = set(said.hidden_from)
    known = (
        {one.id for one in session.scalars(queries.institutions(programme))} if wanted else set()
    )
    if wanted - known:
        raise Refused("unknown-institution")
    return wanted
