"""Questions as the fields of a form, and what was answered."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, RadioField
from wtforms.validators import Optional

from blueprints._forms import Form, line, options, required, words
from directory.questions import LONGEST_ANSWER, NO, YES, Asked, QuestionKind

KINDS = {
    QuestionKind.TEXT: _l("A few words"),
    QuestionKind.CHOICE: _l("One of several choices"),
    QuestionKind.YES_NO: _l("Yes or no"),
}


def name_of(question: Asked) -> str:
    """The field of a question."""
    return f"question_{question.id}"


def fields_of(asked: Sequence[Asked]) -> dict[str, Any]:
    """What a form is made of, to ask these."""
    return {name_of(one): _field_of(one) for one in asked}


def _field_of(question: Asked) -> Any:
    if question.kind is QuestionKind.TEXT:
        return line(question.words, length=LONGEST_ANSWER, needed=question.required)
    pairs = [(one, one) for one in question.choices.splitlines()]
    if question.kind is QuestionKind.YES_NO:
        pairs = [(YES, _("Yes")), (NO, _("No"))]
    checks = [required()] if question.required else [Optional()]
    return RadioField(question.words, checks, choices=options(pairs))


def answered(form: Form, asked: Sequence[Asked]) -> dict[int, str]:
    """Question → what was typed or chosen."""
    fields: list[tuple[int, Field]] = [(one.id, form[name_of(one)]) for one in asked]
    return {number: words(field) for number, field in fields}


def in_words(question: Asked, answer: str) -> str:
    """An answer as it is read."""
    if question.kind is QuestionKind.YES_NO:
        return {YES: _("Yes"), NO: _("No")}.get(answer, answer)
    return answer
