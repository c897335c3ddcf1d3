"""Who acts for a company: asked for, named by the team or by a colleague, let go."""

from dataclasses import dataclass

from sqlalchemy import delete, exists, false, func, select
from sqlalchemy.orm import Session

from accounts import outside
from accounts.facts import Joined
from accounts.models import Member, RequestState
from core import addresses, clock, text
from core.facts import record
from core.refusals import Refused
from directory.actions import telephone
from directory.entries import one_line
from expertise.companies import leaving, sheets
from expertise.companies.facts import (
    AccountAsked,
    AccountDeclined,
    RepresentativeAwaited,
    RepresentativeLeft,
    RepresentativeNamed,
)
from expertise.companies.models import (
    LONGEST_WORD,
    Company,
    CompanyRequest,
    ExpectedRepresentative,
    Representative,
)
from expertise.companies.policy import needs_representative
from expertise.desk import Desk
from expertise.programmes.models import Programme

MOST_PEOPLE = 20
"""Who may act for one company, those who are expected included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks for an account, for which company, as it was typed."""

    siret: str
    name: str
    postcode: str
    town: str
    staff: int | None = None
    first_name: str
    last_name: str
    email: str
    phone: str
    words: str = ""


def ask_account(
    session: Session, programme: Programme, said: Asker, *, language: str
) -> CompanyRequest:
    """Ask the team of a programme for an account. Sent twice, it is one request.

    Raises Refused: "programme-closed", "siret-missing", "siret-unknown", "company-empty",
    "name-too-long", "postcode-unknown", "unknown-commune", "staff-unknown", "name-empty",
    "phone-missing", "phone-unknown", "email-unknown", "body-too-long".
    """
    session.execute(select(Programme.id).where(Programme.id == programme.id).with_for_update())
    if not programme.is_open:
        raise Refused("programme-closed")
    postcode, commune = sheets.placed(session, said.postcode, said.town)
    phone = telephone(said.phone)
    if phone is None:
        raise Refused("phone-missing")
    asked = CompanyRequest(
        programme=programme,
        siret=sheets.numbered(said.siret),
        name=sheets.named(said.name),
        postcode=postcode,
        town=commune.name,
        commune_code=commune.code,
        staff=sheets.counted(said.staff),
        phone=phone,
        language=language,
        asked_at=clock.now(),
        words=_word(said.words),
    )
    asked.email, asked.first_name, asked.last_name = _person(
        said.email, said.first_name, said.last_name
    )
    with session.no_autoflush:
        waiting = session.scalar(
            select(CompanyRequest).where(
                CompanyRequest.programme_id == programme.id,
                CompanyRequest.siret == asked.siret,
                CompanyRequest.email == asked.email,
                CompanyRequest.state == RequestState.WAITING,
            )
        )
    if waiting is not None:
        return waiting
    session.add(asked)
    record(session, AccountAsked(asked))
    return asked


def _word(typed: str) -> str:
    words = text.plain(typed).strip()
    if len(words) > LONGEST_WORD:
        raise Refused("body-too-long", longest=LONGEST_WORD)
    return words


def _person(email: str, first_name: str, last_name: str) -> tuple[str, str, str]:
    first, last = one_line(first_name, "name-too-long"), one_line(last_name, "name-too-long")
    if not (first and last):
        raise Refused("name-empty")
    return addresses.mail(email).lower(), first, last


def accept(
    session: Session, desk: Desk, asked: CompanyRequest, words: str, *, by: Member
) -> Company:
    """The company has an account; who asked acts for it, now or once they have one too.

    Raises Refused: "not-of-the-team", "request-decided", "body-too-long", "former-address",
    "member-unknown", "too-many-people", "company-known" when somebody acts for it already.
    """
    _decide(session, desk, asked, RequestState.ACCEPTED, words, by=by)
    company = session.scalar(select(Company).where(Company.siret == asked.siret).with_for_update())
    acts = exists().where(Representative.company_id == company.id) if company else false()
    if session.scalar(select(acts)):
        raise Refused("company-known")  # its own people invite: its needs are theirs
    if company is None:
        company = Company(
            siret=asked.siret,
            name=asked.name,
            about="",
            postcode=asked.postcode,
            town=asked.town,
            commune_code=asked.commune_code,
            staff=asked.staff,
            phone=asked.phone,
            created_at=clock.now(),
        )
        session.add(company)
        session.flush()
    _name(session, company, asked.email, asked.first_name, asked.last_name, asked.answer, by=by)
    return company


def decline(session: Session, desk: Desk, asked: CompanyRequest, words: str, *, by: Member) -> None:
    """No, and why.

    Raises Refused: "not-of-the-team", "request-decided", "message-needed", "body-too-long".
    """
    _decide(session, desk, asked, RequestState.DECLINED, words, by=by)
    if not asked.answer:
        raise Refused("message-needed")
    record(session, AccountDeclined(asked))


def _decide(
    session: Session,
    desk: Desk,
    asked: CompanyRequest,
    state: RequestState,
    words: str,
    *,
    by: Member,
) -> None:
    if not desk.runs(asked.programme_id):
        raise Refused("not-of-the-team")
    session.refresh(asked, ["state"], with_for_update=True)
    if asked.state is not RequestState.WAITING:
        raise Refused("request-decided")
    asked.answer = _word(words)
    asked.state, asked.decided_at, asked.decided_by_id = state, clock.now(), by.id


def invite(
    session: Session,
    desk: Desk,
    company: Company,
    *,
    email: str,
    first_name: str,
    last_name: str,
    by: Member,
) -> None:
    """Invite a colleague to act for the company too.

    Nobody acts for one without having accepted: it does not learn whether the address has an
    account, nor of whom.

    Raises Refused: "not-of-the-company", "name-empty", "email-unknown", "nothing-to-do",
    "too-many-people", "former-address", "member-unknown".
    """
    needs_representative(desk, company)
    session.refresh(company, with_for_update=True)
    address, first, last = _person(email, first_name, last_name)
    someone = _welcome(session, company, address, first, last, "", by=by)
    if someone and session.get(Representative, (company.id, someone.id)):
        raise Refused("nothing-to-do")
    if _expect(session, company, address, first, last) and someone:
        record(session, RepresentativeAwaited(company, someone, by))


def _name(
    session: Session,
    company: Company,
    email: str,
    first_name: str,
    last_name: str,
    words: str,
    *,
    by: Member,
) -> None:
    """Make who asked act for a company, whose row is held, now or once they have an account."""
    someone = _welcome(session, company, email, first_name, last_name, words, by=by)
    if someone is None:
        _expect(session, company, email, first_name, last_name)
    elif session.get(Representative, (company.id, someone.id)) is None:
        _needs_room(session, company)
        _begin(session, company, someone, by, words)


def _welcome(
    session: Session,
    company: Company,
    email: str,
    first_name: str,
    last_name: str,
    words: str,
    *,
    by: Member,
) -> Member | None:
    return outside.welcome(
        session,
        by=by,
        email=email,
        first_name=first_name,
        last_name=last_name,
        employer=company.name,
        word=words,
    )


def _expect(
    session: Session, company: Company, email: str, first_name: str, last_name: str
) -> bool:
    """Whether they were not expected yet."""
    company.archived_at = None
    if session.get(ExpectedRepresentative, (company.id, email)) is not None:
        return False
    _needs_room(session, company)
    expected = ExpectedRepresentative(company_id=company.id, email=email, since=clock.now())
    expected.first_name, expected.last_name = first_name, last_name
    session.add(expected)
    return True


def _needs_room(session: Session, company: Company) -> None:
    tables = (Representative, ExpectedRepresentative)
    counts = (select(func.count()).where(one.company_id == company.id) for one in tables)
    if sum(session.scalar(one) or 0 for one in counts) >= MOST_PEOPLE:
        raise Refused("too-many-people", most=MOST_PEOPLE)


def _begin(
    session: Session, company: Company, someone: Member, by: Member | None, words: str
) -> None:
    company.archived_at = None
    session.merge(Representative(company_id=company.id, member_id=someone.id))
    about = f"{company.name}, {someone.name}"
    record(session, RepresentativeNamed(by, about, {}, company, someone, words))


def on_joined(session: Session, fact: Joined) -> None:
    """Who was expected has an account now, and acts for their company."""
    if fact.member is None:
        return
    mine = ExpectedRepresentative.email == fact.member.email
    for company in session.scalars(
        select(Company)
        .join(ExpectedRepresentative, ExpectedRepresentative.company_id == Company.id)
        .where(mine)
        .order_by(Company.id)
    ).all():
        _begin(session, company, fact.member, fact.member, "")
    session.execute(delete(ExpectedRepresentative).where(mine))


def answer_invitation(session: Session, company: Company, *, member: Member, accepts: bool) -> None:
    """Somebody who was invited acts for the company, or does not wish to.

    Raises Refused("nothing-to-do") when they are invited no more.
    """
    session.refresh(company, with_for_update=True)
    expected = session.get(ExpectedRepresentative, (company.id, member.email))
    if expected is None:
        raise Refused("nothing-to-do")
    session.delete(expected)
    if accepts:
        _begin(session, company, member, member, "")
    else:
        leaving.archive_if_left(session, company)


def expect_no_more(session: Session, desk: Desk, company: Company, email: str) -> None:
    """Take an invitation back.

    Raises Refused("not-of-the-company"), Refused("nothing-to-do").
    """
    needs_representative(desk, company)
    expected = session.get(ExpectedRepresentative, (company.id, email.strip().lower()))
    if expected is None:
        raise Refused("nothing-to-do")
    session.delete(expected)
    leaving.archive_if_left(session, company)


def part(
    session: Session,
    desk: Desk,
    company: Company,
    member_id: int,
    *,
    by: Member,
    even_last: bool = False,
) -> None:
    """Somebody acts for the company no more: a colleague, or oneself.

    Raises Refused: "not-of-the-company", "nothing-to-do", "last-representative" unless it was
    said that nobody would be left.
    """
    needs_representative(desk, company)
    session.refresh(company, with_for_update=True)
    place = session.get(Representative, (company.id, member_id))
    if place is None:
        raise Refused("nothing-to-do")
    others = session.scalar(
        select(func.count()).where(
            Representative.company_id == company.id, Representative.member_id != member_id
        )
    )
    if not others and not even_last:
        raise Refused("last-representative")
    someone = session.get_one(Member, member_id)
    session.delete(place)
    about = f"{company.name}, {someone.name}"
    record(session, RepresentativeLeft(by, about, {}, company, someone))
    leaving.archive_if_left(session, company)
