"""The programmes of the demonstration: three ways to bring a need to the person who answers it."""

import json
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from access import geography
from accounts.models import Member
from core import text
from demo import DATA, DOMAIN
from demo.calendar import Month
from directory.questions import QuestionKind
from expertise.needs.life import Act, Ending, State
from expertise.needs.models import By, Need, NeedAnswer, Step
from expertise.needs.ways import way_of
from expertise.partners.models import Partner
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

RUN_BY = (f"moderation@{DOMAIN}", f"administration@{DOMAIN}")
CHOICES = (
    *("slug", "name", "tagline", "colour", "accent", "several_subjects", "off_list", "phone"),
    *("position_days", "reservation_days", "extension_days", "least_staff", "most_staff"),
    *("asks_phase", "email", "address"),
)
"""What a programme says as it is written in the file."""


def programmes(session: Session, month: Month, members: dict[str, Member]) -> None:
    """What they choose and say, who takes part and runs them, needs that were asked of them."""
    for said in json.loads((DATA / "programmes.json").read_text()):
        programme = _programme(session, said, month)
        subjects = _subjects(session, programme, said)
        session.add_all(
            TeamMember(programme_id=programme.id, member_id=members[email].id) for email in RUN_BY
        )
        _partners(session, programme, said, month)
        for number, need in enumerate(said["needs"], start=1):
            _need(session, programme, subjects, need, month, number)
    session.flush()


def _programme(session: Session, said: dict[str, Any], month: Month) -> Programme:
    programme = Programme(
        **{name: said[name] for name in CHOICES},
        is_open=True,
        asking=Asking(said["asking"]),
        review=Review(said["review"]),
        sending=Sending(said["sending"]),
        way=Way(said["way"]),
    )
    session.add(programme)
    session.flush()
    for page, body in said["pages"].items():
        session.add(
            ProgrammeWords(
                programme_id=programme.id,
                page=PublicPage(page),
                body=body,
                html=text.clean(body),
                changed_at=month.ago(90),
            )
        )
    for reference in said["territories"]:
        territory = geography.by_code(session, reference)
        if territory is not None:
            session.add(ProgrammeTerritory(programme_id=programme.id, territory_id=territory.id))
    for name, kind in said["institutions"]:
        institution = Institution(name=name, kind=InstitutionKind(kind))
        session.add(institution)
        session.flush()
        session.add(
            ProgrammeInstitution(
                programme_id=programme.id,
                institution_id=institution.id,
                since=month.ago(80).date(),
            )
        )
    return programme


def _partners(session: Session, programme: Programme, said: dict[str, Any], month: Month) -> None:
    """The sites through which companies ask too. They have no key: a demonstration gives none."""
    for one in said.get("partners", ()):
        session.add(
            Partner(
                programme_id=programme.id,
                slug=one["slug"],
                name=one["name"],
                origins=one["origins"],
                since=month.ago(one["days"]),
            )
        )
    session.flush()


def _subjects(session: Session, programme: Programme, said: dict[str, Any]) -> dict[str, Subject]:
    found: dict[str, Subject] = {}
    for position, theme in enumerate(said["themes"]):
        group = SubjectTheme(
            programme_id=programme.id,
            **{name: theme[name] for name in ("slug", "name", "help")},
            position=position,
        )
        session.add(group)
        session.flush()
        for place, (name, words) in enumerate(theme["subjects"]):
            slug = text.slug(name)
            found[slug] = Subject(
                theme_id=group.id, slug=slug, name=name, help=words, position=place
            )
            if slug in said.get("ways", {}):
                found[slug].way = Way(said["ways"][slug])
    session.add_all(found.values())
    session.flush()
    for slug, questions in said.get("questions", {}).items():
        for position, (kind, words, choices, required) in enumerate(questions):
            session.add(
                SubjectQuestion(
                    subject_id=found[slug].id,
                    kind=QuestionKind(kind),
                    words=words,
                    choices=choices,
                    required=required,
                    position=position,
                )
            )
    session.flush()
    return found


def _need(
    session: Session,
    programme: Programme,
    subjects: dict[str, Subject],
    said: dict[str, Any],
    month: Month,
    number: int,
) -> None:
    asked_at, state = month.ago(said["days"]), State(said["state"])
    commune = geography.commune_called(session, said["town"], said["postcode"])
    if commune is None:
        raise ValueError(said["town"])
    opened_at = asked_at + timedelta(days=1) if state is State.OPEN else None
    closed = {}
    if state is State.CLOSED:  # demo.surveys tells how
        closed = {"ending": Ending(said["ending"]), "closed_at": asked_at + timedelta(days=21)}
    need = Need(
        programme_id=programme.id,
        number=number,
        state=state,
        off_list=False,
        subjects=[subjects[slug] for slug in said["subjects"]],
        commune_code=commune.code,
        asked_at=asked_at,
        partner_id=session.scalar(select(Partner.id).where(Partner.slug == said.get("partner"))),
        hidden_words="",
        language="fr",
        phone="01 99 00 00 00",
        email=f"entreprise-{programme.id}-{number}@{DOMAIN}",
        grows=said.get("grows", False),
        staff=said.get("staff"),
        **closed,
        **{name: said[name] for name in ("title", "description", "context", "company", "siret")},
        **{name: said[name] for name in ("postcode", "town", "first_name", "last_name")},
    )
    session.add(need)
    session.flush()
    session.add(Step(need_id=need.id, act=Act.ASK, by=By.COMPANY, words="", at=asked_at))
    if opened_at:
        need.way, need.opened_at = way_of(session, need), opened_at
        session.add(Step(need_id=need.id, act=Act.VALIDATE, by=By.TEAM, words="", at=opened_at))
    questions = {
        one.words: one.id
        for one in session.scalars(
            select(SubjectQuestion).where(
                SubjectQuestion.subject_id.in_([one.id for one in need.subjects])
            )
        )
    }
    session.add_all(
        NeedAnswer(need_id=need.id, question_id=questions[words], words=answer)
        for words, answer in said.get("answers", {}).items()
    )
