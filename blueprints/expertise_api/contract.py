"""What programs send and receive, in one place: it is checked by this, and described from it."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from accounts.models import EMAIL_LENGTH
from blueprints._forms import LABEL_LENGTH
from core.text import plain
from directory.models import PHONE_LENGTH
from directory.questions import LONGEST_ANSWER, QuestionKind
from expertise.companies.sheets import MOST_STAFF
from expertise.needs.asking import MOST_SUBJECTS, Said
from expertise.needs.life import Ending, State
from expertise.needs.models import LONGEST_HIDDEN, LONGEST_TITLE, LONGEST_WORDS
from expertise.programmes.models import InstitutionKind

LARGEST = 2**31 - 1
MOST_HIDDEN = 200
MOST_ANSWERS = 50
LARGEST_BODY = 64 * 1024


def N_(words: str) -> str:  # noqa: N802 - as gettext calls it
    """Words that are translated when they are shown."""
    return words


Key = Annotated[int, Field(ge=1, le=LARGEST)]
# fmt: off
Sector = Literal["A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M", "N", "O", "P",
                 "Q", "R", "S", "T", "U"]
# fmt: on
"""The sections of expertise.programmes.sectors."""
Line = Annotated[str, Field(min_length=1, max_length=LABEL_LENGTH)]


class Sent(BaseModel):
    """What a program sends: a field that is not known is refused, and nothing is guessed."""

    model_config = ConfigDict(extra="forbid", strict=True)


class AnswerIn(Sent):
    question: Key = Field(description=N_("Its number, as the programme gives it."))
    words: str = Field(
        max_length=LONGEST_ANSWER,
        description=N_("Words, one of the choices, or “yes” or “no” for a question of yes or no."),
    )


class NeedIn(Sent):
    title: str = Field(
        min_length=1, max_length=LONGEST_TITLE, description=N_("The need in one line.")
    )
    description: str = Field(
        min_length=1,
        max_length=LONGEST_WORDS,
        description=N_("The project, where it stands, and what is expected of the expert."),
    )
    context: str = Field(
        default="", max_length=LONGEST_WORDS, description=N_("What the company does, its stakes.")
    )
    subjects: list[Key] = Field(
        default=[],
        max_length=MOST_SUBJECTS,
        description=N_("Numbers of subjects of the programme; none of them: not in the list."),
    )
    answers: list[AnswerIn] = Field(
        default=[],
        max_length=MOST_ANSWERS,
        description=N_("Answers to the questions of these subjects."),
    )
    siret: str = Field(
        min_length=14, max_length=20, description=N_("The 14 digits of the establishment.")
    )
    company: Line = Field(description=N_("Name of the company."))
    postcode: str = Field(min_length=5, max_length=10, description=N_("Five digits."))
    town: Line = Field(description=N_("Name of the town."))
    staff: int | None = Field(
        default=None,
        ge=0,
        le=MOST_STAFF,
        description=N_("Number of employees; needed where the programme has limits."),
    )
    sector: Sector | None = Field(
        default=None,
        description=N_("Letter of its section of the NAF; needed where the programme has limits."),
    )
    grows: bool = Field(default=False, description=N_("The company grows."))
    reorganises: bool = Field(default=False, description=N_("The company reorganises."))
    first_name: Line = Field(description=N_("First name of the person to call."))
    last_name: Line = Field(description=N_("Last name of the person to call."))
    phone: str = Field(
        min_length=1, max_length=PHONE_LENGTH, description=N_("Number at which they are called.")
    )
    email: str = Field(
        min_length=3,
        max_length=EMAIL_LENGTH,
        description=N_("Address to which the personal link is sent."),
    )
    starts_on: date | None = Field(default=None, description=N_("Wished start."))
    ends_on: date | None = Field(default=None, description=N_("Day after which help is of no use."))
    hidden_from: list[Key] = Field(
        default=[],
        max_length=MOST_HIDDEN,
        description=N_("Numbers of the institutions that must not see this need."),
    )
    hidden_words: str = Field(
        default="",
        max_length=LONGEST_HIDDEN,
        description=N_("Others who must not see it, and are in no list."),
    )
    language: Literal["fr", "en"] = Field(
        default="fr", description=N_("Language of the mails to the company.")
    )

    @field_validator("answers")
    @classmethod
    def _once(cls, answers: list[AnswerIn]) -> list[AnswerIn]:
        if len({one.question for one in answers}) != len(answers):
            raise PydanticCustomError("answered_twice", "a question is answered twice")
        return answers

    def said(self) -> Said:
        """The same for the desk, without the characters that a form would not let in either."""
        same: dict[str, Any] = {
            name: plain(value) if isinstance(value, str) else value
            for name, value in self.model_dump(exclude={"answers", "language"}).items()
        }
        return Said(**same, answers={one.question: one.words for one in self.answers})


class SubjectName(BaseModel):
    id: int
    name: str


class NeedOut(BaseModel):
    number: int = Field(description=N_("Its number in the programme: what people call it by."))
    state: State = Field(description=N_("Where it stands."))
    ending: Ending | None = Field(description=N_("How it ended, once it is closed."))
    words: str = Field(description=N_("The same in words."))
    title: str = Field(description=N_("As it was asked."))
    subjects: list[SubjectName] = Field(
        description=N_("What it is about; the team may have classified it since.")
    )
    asked_at: datetime
    validated_at: datetime | None
    closed_at: datetime | None


class QuestionOut(BaseModel):
    id: int
    words: str
    kind: QuestionKind = Field(
        description=N_("“text”: a few words; “choice”: one of the choices; “yes_no”: yes or no.")
    )
    choices: list[str]
    required: bool


class SubjectOut(BaseModel):
    id: int
    name: str
    help: str
    questions: list[QuestionOut]


class ThemeOut(BaseModel):
    name: str
    subjects: list[SubjectOut]


class InstitutionOut(BaseModel):
    id: int
    name: str
    kind: InstitutionKind


class ProgrammeOut(BaseModel):
    name: str
    tagline: str
    open: bool = Field(description=N_("Whether it takes needs now."))
    several_subjects: bool = Field(description=N_("Whether a need may be about several subjects."))
    off_list: bool = Field(description=N_("Whether a need may be about no subject of the list."))
    least_staff: int | None
    most_staff: int | None
    sectors: list[Sector] = Field(
        description=N_("Sections of the NAF for which it is; none: for all.")
    )
    asks_phase: bool = Field(
        description=N_("Whether the company must say that it grows or reorganises.")
    )
    territories: list[str] = Field(description=N_("Where it works; none: everywhere."))
    themes: list[ThemeOut]
    institutions: list[InstitutionOut] = Field(
        description=N_("Those from which a company may hide its need.")
    )


class WrongOut(BaseModel):
    pointer: str = Field(description=N_("Where the field is in what was sent: “#/siret”."))
    code: str = Field(description=N_("A word for programs, which does not change."))
    detail: str = Field(description=N_("A sentence for people."))


class Problem(BaseModel):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str | None = None
    errors: list[WrongOut] = []


MODELS: tuple[type[BaseModel], ...] = (NeedIn, NeedOut, ProgrammeOut, Problem)


def pointer(place: Iterable[str | int]) -> str:
    """Where a field is, as RFC 6901 writes it in an address: "#/answers/0/words"."""
    parts = (str(one).replace("~", "~0").replace("/", "~1") for one in place)
    return "#" + "".join(f"/{part}" for part in parts)
