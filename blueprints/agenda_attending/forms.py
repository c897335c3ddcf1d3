"""What members and organisers fill in about a date."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import BooleanField, IntegerField, SelectField, TextAreaField
from wtforms.validators import NumberRange, Optional

from agenda.attending import organising
from agenda.attending.models import Question, Terms
from agenda.attending.organising import SaidOfTerms
from agenda.models import WHY_LENGTH
from blueprints._forms import Form, at_most, line, options, required, several_lines
from blueprints._questions import KINDS, fields_of, name_of

UNTIL_IT_STARTS = ""
CLOSES_BEFORE = (1, 2, 3, 5, 7, 10, 14, 21, 30)
"""Days before a date."""


def answers_form(asked: Sequence[Question], known: Mapping[int, str]) -> Form:
    """A form of these questions, with what was answered before."""
    made = type("AnswersForm", (Form,), fields_of(asked))
    form: Form = made(data={name_of(one): known.get(one.id) for one in asked})
    return form


def _until(days: int) -> str:
    return ngettext("the evening before", "the evening, %(num)s days before", days)


class TermsForm(Form):
    """How one registers."""

    is_open = BooleanField(_l("Registration is open"), default=True)
    capacity = IntegerField(
        _l("Places at each date"),
        [Optional(), NumberRange(1, organising.MOST_PLACES)],
        description=_l("Left empty: as many as come."),
    )
    waiting_list = BooleanField(_l("A waiting list when it is full"), default=True)
    days_before = SelectField(_l("One registers until"), validate_choice=False)

    def offer(self) -> None:
        """Fill the list."""
        self.days_before.choices = options(
            [(UNTIL_IT_STARTS, _("it starts")), *((one, _until(one)) for one in CLOSES_BEFORE)]
        )

    def said(self) -> SaidOfTerms:
        """What was typed."""
        days = str(self.days_before.data or "")
        return SaidOfTerms(
            is_open=self.is_open.data,
            capacity=self.capacity.data,
            days_before=int(days) if days.isascii() and days.isdecimal() else None,
            waiting_list=self.waiting_list.data,
        )


def known_terms(terms: Terms | None) -> dict[str, Any]:
    """What the fields start with."""
    if terms is None:
        return {}
    names = ("is_open", "capacity", "waiting_list", "days_before")
    return {name: getattr(terms, name) for name in names}


class QuestionForm(Form):
    """A question to those who register."""

    words = line(_l("Question"), length=organising.LONGEST_QUESTION, needed=True)
    kind = SelectField(_l("Kind of answer"), choices=options(KINDS.items()))
    choices = TextAreaField(
        _l("Choices"),
        [at_most(4000)],
        [several_lines],
        description=_l("One a line; only for a question with choices."),
    )
    needed = BooleanField(_l("An answer is required"))


class MessageForm(Form):
    """A message to all those who come."""

    words = TextAreaField(
        _l("Your message"), [required(), at_most(organising.LONGEST_MESSAGE)], [several_lines]
    )


class TakeOffForm(Form):
    """Why somebody is taken off the list."""

    why = line(_l("Why"), length=WHY_LENGTH, description=_l("The person will read it."))
