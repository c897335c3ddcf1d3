"""Programmes, and needs that are asked of them."""

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Select, select

from access.geography import commune_called
from accounts.models import Member
from core import clock
from directory.questions import QuestionKind
from expertise.companies import actions as companies
from expertise.companies.models import Company, CompanyRequest, Representative
from expertise.desk import CONDUCT, Desk, desk_of
from expertise.experts.models import (
    Competence,
    ConductAcceptance,
    DeskSeat,
    Expert,
    ExpertTerritory,
)
from expertise.incidents.models import Incident, IncidentProgramme
from expertise.matching import refresh
from expertise.needs import asking
from expertise.needs.asking import Said
from expertise.needs.models import Need
from expertise.positions.life import State as Stands
from expertise.positions.models import Position
from expertise.programmes.models import (
    Asking,
    Institution,
    InstitutionKind,
    Programme,
    ProgrammeInstitution,
    ProgrammeTerritory,
    ProgrammeWords,
    PublicPage,
    Review,
    Sending,
    Subject,
    SubjectQuestion,
    SubjectTheme,
    TeamMember,
    Way,
)
from tests.world import World

T = TypeVar("T")
SIRET = "99900010200015"
"""Its sum is right, and nobody has it."""
CHOICES: dict[str, Any] = {
    "tagline": "Un expert pour chaque besoin.",
    "colour": "#1d4f91",
    "accent": "#c2410c",
    "is_open": True,
    "asking": Asking.ANYONE,
    "review": Review.TEAM,
    "sending": Sending.AT_ONCE,
    "way": Way.EXCLUSIVE,
    "several_subjects": False,
    "off_list": True,
    "position_days": 5,
    "reservation_days": 10,
    "extension_days": 5,
    "least_staff": None,
    "most_staff": None,
    "asks_phase": False,
    "phone": None,
    "address": "",
}


def programme(
    world: World,
    slug: str = "essai",
    *,
    team: tuple[Member, ...] = (),
    territories: tuple[str, ...] = (),
    subjects: tuple[str, ...] = ("marketing", "strategie"),
    ways: Mapping[str, Way] = {},
    **choices: object,
) -> Programme:
    """A programme with a few subjects, the ways of some, its words, its team."""
    served = [world.territory(one) for one in territories]
    with world.session() as session:
        made = Programme(
            slug=slug,
            name=slug.capitalize(),
            email=f"{slug}@example.org",
            **CHOICES | choices,
        )
        session.add(made)
        session.flush()
        theme = SubjectTheme(programme_id=made.id, slug="tout", name="Tout", position=0)
        session.add(theme)
        session.flush()
        session.add_all(
            Subject(
                theme_id=theme.id,
                slug=one,
                name=one.capitalize(),
                position=place,
                way=ways.get(one),
            )
            for place, one in enumerate(subjects)
        )
        for page in set(PublicPage) - {PublicPage.TERMS}:
            words = f"Les mots de {page.value}."
            session.add(
                ProgrammeWords(
                    programme_id=made.id,
                    page=page,
                    body=words,
                    html=f"<p>{words}</p>",
                    changed_at=clock.now(),
                )
            )
        session.add_all(TeamMember(programme_id=made.id, member_id=one.id) for one in team)
        session.add_all(ProgrammeTerritory(programme_id=made.id, territory_id=t) for t in served)
    return made


def institution(world: World, made: Programme, name: str = "Groupe Essai") -> Institution:
    """An institution that takes part in a programme."""
    with world.session() as session:
        one = Institution(name=name, kind=InstitutionKind.GROUP)
        session.add(one)
        session.flush()
        session.add(
            ProgrammeInstitution(
                programme_id=made.id, institution_id=one.id, since=date(2026, 1, 1)
            )
        )
    return one


def take_part(world: World, made: Programme, of: Institution) -> None:
    """An institution takes part in one more programme."""
    with world.session() as session:
        session.add(
            ProgrammeInstitution(programme_id=made.id, institution_id=of.id, since=date(2026, 1, 1))
        )


def expert(
    world: World,
    of: Institution,
    member: Member | None = None,
    *,
    subjects: tuple[Subject, ...] = (),
    territories: tuple[str, ...] = (),
    **more: Any,
) -> Expert:
    """Somebody who answers in the name of an institution; who has an account answers as them."""
    names = {"name": "Ana Experte", "email": "ana@groupe.example"}
    if member is not None:
        names = {"name": member.name, "email": member.email}
    served = [world.territory(one) for one in territories]
    with world.session() as session:
        made = Expert(
            institution_id=of.id,
            **names
            | {
                "is_team": False,
                "about": "",
                "proposed_at": clock.now(),
                "approved_at": clock.now(),
            }
            | more,
        )
        session.add(made)
        session.flush()
        session.add_all(Competence(expert_id=made.id, subject_id=one.id) for one in subjects)
        session.add_all(ExpertTerritory(expert_id=made.id, territory_id=one) for one in served)
        if member is not None:
            session.add(_seat(of, member, expert_id=made.id))
            session.merge(_bound(member))
        refresh(session, made.id)
    return made


def manager(world: World, of: Institution, member: Member) -> None:
    """A member manages an institution."""
    with world.session() as session:
        session.add(_seat(of, member))
        session.merge(_bound(member))


def incident(world: World, made: Programme, by: Member, what: str = "Une fiche égarée.") -> None:
    """The team of a programme was told that something went wrong."""
    with world.session() as session:
        one = Incident(
            member_id=by.id,
            happened=what,
            noticed_on=clock.today(),
            about="La fiche de Fours Essai.",
            at=clock.now(),
        )
        session.add(one)
        session.flush()
        session.add(IncidentProgramme(incident_id=one.id, programme_id=made.id))


def answer_with(world: World, one: Expert, member: Member) -> None:
    """A member answers as an expert that there is already."""
    with world.session() as session:
        of = session.get_one(Institution, one.institution_id)
        session.add(_seat(of, member, expert_id=one.id))
        session.merge(_bound(member))


def expect(world: World, one: Expert) -> None:
    """The place of an expert waits for somebody at their address."""
    with world.session() as session:
        session.add(
            DeskSeat(
                institution_id=one.institution_id,
                expert_id=one.id,
                email=one.email,
                first_name="Ana",
                last_name="Experte",
                since=clock.now(),
            )
        )


def _seat(of: Institution, member: Member, *, expert_id: int | None = None) -> DeskSeat:
    return DeskSeat(
        institution_id=of.id,
        expert_id=expert_id,
        email=member.email,
        first_name=member.first_name,
        last_name=member.last_name,
        member_id=member.id,
        since=clock.now(),
    )


def _bound(member: Member) -> ConductAcceptance:
    return ConductAcceptance(member_id=member.id, version=CONDUCT, accepted_at=clock.now())


def company(world: World, *members: Member, siret: str = SIRET) -> Company:
    """A company, and who acts for it."""
    with world.session() as session:
        commune = commune_called(session, "Nantes", "44000")
        assert commune is not None
        made = Company(
            siret=siret,
            name="Fours Essai",
            about="Des fours.",
            postcode="44000",
            town=commune.name,
            commune_code=commune.code,
            staff=12,
            created_at=clock.now(),
        )
        session.add(made)
        session.flush()
        session.add_all(Representative(company_id=made.id, member_id=one.id) for one in members)
    return made


def position(world: World, of: Need, to: Institution | Expert, **more: Any) -> Position:
    """A need that was sent to an institution, or to an expert."""
    with world.session() as session:
        made = Position(
            need_id=of.id,
            institution_id=to.institution_id if isinstance(to, Expert) else to.id,
            expert_id=to.id if isinstance(to, Expert) else None,
            sent_at=clock.now(),
            **answered(more),
        )
        session.add(made)
    return made


def answered(values: dict[str, Any]) -> dict[str, Any]:
    """The values of a position, with when it was answered where it must have been."""
    if values.get("state", Stands.WAITING) in {Stands.WAITING, Stands.REMOVED}:
        return values
    return {"answered_at": clock.now()} | values


def subject(world: World, made: Programme, slug: str = "marketing") -> Subject:
    """One of its subjects."""
    found = world.one(
        select(Subject)
        .join(Subject.theme)
        .where(SubjectTheme.programme_id == made.id, Subject.slug == slug)
    )
    assert found is not None
    return found


def question(
    world: World, about: Subject, words: str, kind: QuestionKind = QuestionKind.TEXT, **more: Any
) -> SubjectQuestion:
    """Something that is asked about a subject."""
    with world.session() as session:
        made = SubjectQuestion(
            subject_id=about.id,
            **{"kind": kind, "words": words, "required": True, "position": 0} | more,
        )
        session.add(made)
    return made


def said(**more: Any) -> Said:
    """What a company says."""
    words: dict[str, Any] = {
        "title": "Vendre en Allemagne",
        "description": "Deux salons au printemps, aucun distributeur.",
        "answers": {},
        "siret": SIRET,
        "company": "Fours Essai",
        "postcode": "44000",
        "town": "Nantes",
        "first_name": "Inès",
        "last_name": "Essai",
        "phone": "02 40 00 00 00",
        "email": "ines@essai.example",
    }
    return Said(**words | more)


def need(world: World, made: Programme, **more: Any) -> Need:
    """A need that a company asked of a programme."""
    about = more.pop("subjects", None)
    about = [subject(world, made).id] if about is None else about
    submission = more.pop("submission", None)
    with world.session() as session:
        return asking.ask(
            session,
            session.get_one(Programme, made.id),
            said(subjects=about, **more),
            language="fr",
            submission=submission,
        )


def the(world: World, statement: Select[T]) -> T:
    """The only row there is."""
    [found] = world.all(statement)
    return found


def asked_from(world: World, made: Programme, account: Company, **more: Any) -> Need:
    """A need that was asked from the account of a company."""
    one = need(world, made, **more)
    with world.session() as session:
        found = session.get_one(Need, one.id)
        found.company_id = account.id
    return found


def account_asked(world: World, made: Programme, **more: Any) -> CompanyRequest:
    """A company asks for an account."""
    typed: dict[str, Any] = {
        "siret": SIRET,
        "name": "Fours Essai",
        "postcode": "44000",
        "town": "Nantes",
        "first_name": "Inès",
        "last_name": "Essai",
        "email": "ines@essai.example",
        "phone": "02 40 00 00 00",
        "words": "Une voisine nous a parlé de vous.",
    }
    with world.session() as session:
        programme = session.get_one(Programme, made.id)
        said = companies.Asker(**typed | more)
        return companies.ask_account(session, programme, said, language="fr")


def at_the_desk(world: World, member: Member) -> Desk:
    """What a member is at the desk."""
    return world.act(lambda session: desk_of(session, member.id))


def again(world: World, one: Need) -> Need:
    """A need, as it is now."""
    return world.act(lambda session: session.get_one(Need, one.id))
