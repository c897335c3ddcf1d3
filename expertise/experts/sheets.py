"""The sheet of an expert: who they are, what they answer about, where, how much."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from access.geography import commune_called, commune_key, communes_called
from access.models import Commune, Territory
from core import addresses, text
from core.refusals import Refused
from directory.actions import telephone
from directory.entries import one_line
from expertise.experts.models import LONGEST_SPECIALITY, Competence, Expert
from expertise.programmes.models import ProgrammeInstitution, Subject, SubjectTheme

LONGEST_ABOUT = 5_000
MOST_SUBJECTS, MOST_TERRITORIES, MOST_COMMUNES = 50, 60, 100
MOST_QUOTA = 500
MOST_STAFF = 1_000_000
_OF_DEPARTEMENT = re.compile(r"(.+?)\s*\((\w{2,3})\)")
_WITH_POSTCODE = re.compile(r"(.+?)\s+([0-9]{5})|([0-9]{5})\s+(.+)")
_CODE = re.compile(r"[0-9][0-9AB][0-9]{3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What was typed of an expert."""

    is_team: bool = False
    name: str = ""
    """Of a team; a person has a first and a last name."""
    first_name: str = ""
    last_name: str = ""
    job: str = ""
    email: str = ""
    phone: str = ""
    about: str = ""
    subjects: Mapping[int, str] = field(default_factory=dict)
    """Subject → what of it."""
    territories: Collection[int] = ()
    communes: Sequence[str] = ()
    """As they are written: "Nantes (44)", "44000 Nantes", "44109"."""
    least_staff: int | None = None
    most_staff: int | None = None
    quota: int | None = None


def write(session: Session, expert: Expert, said: Sheet, programme_ids: Collection[int]) -> None:
    """Put on a sheet what was typed. Subjects of other programmes than these stay as they are.

    Raises Refused: "name-empty", "name-too-long", "email-unknown", "phone-unknown",
    "body-too-long", "subject-missing", "unknown-subject", "too-many-subjects",
    "unknown-territory", "too-many-territories", "unknown-commune", "too-many-communes",
    "staff-backwards", "quota-unknown".
    """
    expert.name = _name(said, is_team=expert.is_team)
    expert.job = one_line(said.job, "name-too-long")
    expert.email, expert.phone = addresses.mail(said.email), telephone(said.phone)
    say(expert, about=said.about, quota=said.quota)
    least, most = said.least_staff, said.most_staff
    if not 0 <= (least or 0) <= (MOST_STAFF if most is None else most) <= MOST_STAFF:
        raise Refused("staff-backwards")
    expert.least_staff, expert.most_staff = least, most
    _answer_about(session, expert, said.subjects, programme_ids)
    expert.territories = territories(session, said.territories)
    expert.communes = communes(session, said.communes)


def say(expert: Expert, *, about: str, quota: int | None) -> None:
    """What they know, in their own words, and how much they take."""
    about = text.plain(about).strip()
    if len(about) > LONGEST_ABOUT:
        raise Refused("body-too-long", longest=LONGEST_ABOUT)
    if quota is not None and not 0 < quota <= MOST_QUOTA:
        raise Refused("quota-unknown", most=MOST_QUOTA)
    expert.about, expert.quota = about, quota


def speciality(words: str) -> str:
    """What of a subject, on one line."""
    return one_line(words, "body-too-long", LONGEST_SPECIALITY)


def _name(said: Sheet, *, is_team: bool) -> str:
    if is_team:
        name = one_line(said.name, "name-too-long")
    else:
        first = one_line(said.first_name, "name-too-long")
        last = one_line(said.last_name, "name-too-long")
        name = one_line(f"{first} {last}" if first and last else "", "name-too-long")
    if not name:
        raise Refused("name-empty")
    return name


def _answer_about(
    session: Session,
    expert: Expert,
    wanted: Mapping[int, str],
    programme_ids: Collection[int],
) -> None:
    if len(wanted) > MOST_SUBJECTS:
        raise Refused("too-many-subjects", most=MOST_SUBJECTS)
    ours = set(
        session.scalars(
            select(Subject.id)
            .join(Subject.theme)
            .join(
                ProgrammeInstitution,
                ProgrammeInstitution.programme_id == SubjectTheme.programme_id,
            )
            .where(
                ProgrammeInstitution.institution_id == expert.institution_id,
                SubjectTheme.programme_id.in_(programme_ids),
                ~Subject.retired,
            )
        )
    )
    if wanted.keys() - ours:
        raise Refused("unknown-subject")
    kept = [one for one in expert.subjects if one.subject_id not in ours]
    before = {one.subject_id: one for one in expert.subjects}
    for subject_id, words in wanted.items():
        one = before.get(subject_id) or Competence(subject_id=subject_id)
        one.words = speciality(words)
        kept.append(one)
    if not kept:
        raise Refused("subject-missing")
    expert.subjects = kept


def territories(session: Session, ids: Collection[int]) -> list[Territory]:
    """These territories. Raises Refused: "unknown-territory", "too-many-territories"."""
    wanted = set(ids)
    if len(wanted) > MOST_TERRITORIES:
        raise Refused("too-many-territories", most=MOST_TERRITORIES)
    found = session.scalars(select(Territory).where(Territory.id.in_(wanted))).all()
    if len(found) != len(wanted):
        raise Refused("unknown-territory")
    return list(found)


def communes(session: Session, lines: Sequence[str]) -> list[Commune]:
    """The communes that are written, each once.

    A postcode alone is all its communes. Raises Refused: "unknown-commune", "too-many-communes".
    """
    found: dict[str, Commune] = {}
    written = [one for line in lines if (one := " ".join(text.plain(line).split()))]
    if len(written) > MOST_COMMUNES:
        raise Refused("too-many-communes", most=MOST_COMMUNES)
    for line in written:
        these = _called(session, line)
        if not these:
            raise Refused("unknown-commune", commune=line)
        found |= {one.code: one for one in these}
    if len(found) > MOST_COMMUNES:
        raise Refused("too-many-communes", most=MOST_COMMUNES)
    return list(found.values())


def _called(session: Session, line: str) -> Sequence[Commune]:
    if _CODE.fullmatch(line.upper()):
        return session.scalars(communes_called(line)).all()
    if told := _OF_DEPARTEMENT.fullmatch(line):
        exact = Commune.folded_name == commune_key(told.group(1))
        within = Commune.code.startswith(told.group(2).upper(), autoescape=True)
        return session.scalars(select(Commune).where(exact, within)).all()
    told = _WITH_POSTCODE.fullmatch(line)
    town, postcode = (
        (told.group(1) or told.group(4), told.group(2) or told.group(3)) if told else (line, "")
    )
    one = commune_called(session, town, postcode)
    return [one] if one else []
