"""Questions that somebody asks of others with a form: those of a date, those of a subject."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from sqlalchemy.orm import Mapped, mapped_column

from accounts.models import enum_of
from core import text
from core.db import label, long_text, pk
from core.refusals import Refused

LONGEST_ANSWER = 1000
YES, NO = "yes", "no"


class QuestionKind(StrEnum):
    """What an answer looks like."""

    TEXT = "text"
    CHOICE = "choice"
    YES_NO = "yes_no"


class Asked:
    """The columns of a question."""

    id: Mapped[pk]
    kind: Mapped[QuestionKind] = mapped_column(enum_of(QuestionKind))
    words: Mapped[label]
    choices: Mapped[long_text] = mapped_column(default="")
    """One a line."""
    required: Mapped[bool]
    retired: Mapped[bool] = mapped_column(default=False)
    """No longer asked; what was answered stays."""


def read_answers(asked: Iterable[Asked], answers: Mapping[int, str]) -> dict[int, str]:
    """Question → words as they are kept; YES or NO for a question of yes or no.

    Raises Refused("answer-needed"), Refused("answer-unknown"), Refused("answer-too-long").
    """
    said = {}
    for question in asked:
        words = text.plain(answers.get(question.id, "")).strip()
        if not words:
            if question.required:
                raise Refused("answer-needed", question=question.words, question_id=question.id)
            continue
        offered = {
            QuestionKind.CHOICE: question.choices.splitlines(),
            QuestionKind.YES_NO: [YES, NO],
        }
        if question.kind in offered and words not in offered[question.kind]:
            raise Refused("answer-unknown", question=question.words, question_id=question.id)
        if len(words) > LONGEST_ANSWER:
            raise Refused("answer-too-long", longest=LONGEST_ANSWER, question_id=question.id)
        said[question.id] = words
    return said
