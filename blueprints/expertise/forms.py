"""What companies and teams fill in at the desk."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    TelField,
    TextAreaField,
)
from wtforms.validators import NumberRange, Optional

from blueprints._forms import (
    Form,
    address,
    at_most,
    boxes,
    line,
    one_line,
    options,
    required,
    several_lines,
    submission_field,
    words,
)
from blueprints._questions import answered, fields_of
from directory.models import PHONE_LENGTH
from expertise.needs.asking import MOST_STAFF, Said
from expertise.needs.models import (
    LONGEST_HIDDEN,
    LONGEST_STEP,
    LONGEST_TITLE,
    LONGEST_WORDS,
)
from expertise.programmes.models import Institution, Programme, Subject, SubjectQuestion

FIELDS = {
    "title-empty": "title",
    "title-too-long": "title",
    "description-empty": "description",
    "siret-missing": "siret",
    "siret-unknown": "siret",
    "company-empty": "company",
    "unknown-commune": "town",
    "postcode-unknown": "postcode",
    "not-our-territory": "town",
    "staff-missing": "staff",
    "staff-out-of-range": "staff",
    "phase-missing": "grows",
    "phone-missing": "phone",
    "phone-unknown": "phone",
    "email-unknown": "email",
    "starts-in-the-past": "starts_on",
    "starts-too-far": "starts_on",
    "ends-before-it-starts": "ends_on",
    "unknown-institution": "hidden_from",
}
"""Refusal → the field that it is about."""


class AskForm(Form):
    """A need, the company that has it, whom to call."""

    submission = submission_field()
    title = line(
        _l("Your need in one line"),
        length=LONGEST_TITLE,
        needed=True,
        description=_l("For example: “selling in Germany”, “a first hiring”."),
    )
    context = TextAreaField(
        _l("Context and stakes"),
        [at_most(LONGEST_WORDS)],
        [several_lines],
        description=_l("What your company does, and what this help would bring it."),
    )
    description = TextAreaField(
        _l("Description of your need"),
        [required(), at_most(LONGEST_WORDS)],
        [several_lines],
        description=_l("Your project, where it stands, and what you expect of the expert."),
    )
    starts_on = DateField(
        _l("Wished start"), [Optional()], description=_l("Optional: when you wish to begin.")
    )
    ends_on = DateField(
        _l("At the latest"),
        [Optional()],
        description=_l("Optional: after that day, it is of no use."),
    )
    siret = line(
        _l("SIRET number"),
        length=20,
        needed=True,
        description=_l("The 14 digits of your establishment. They stand on your invoices."),
    )
    company = line(_l("Name of the company"), needed=True)
    postcode = line(_l("Postcode"), length=10, needed=True)
    town = line(_l("Town"), needed=True)
    staff = IntegerField(_l("Number of employees"), [Optional(), NumberRange(0, MOST_STAFF)])
    grows = BooleanField(_l("The company grows"))
    reorganises = BooleanField(_l("The company reorganises"))
    first_name = line(_l("First name"), needed=True)
    last_name = line(_l("Last name"), needed=True)
    phone = TelField(_l("Telephone"), [required(), at_most(PHONE_LENGTH)], filters=[one_line])
    email = address(_l("E-mail address"))
    hidden_from = boxes(_l("Who must not see this need"), coerce=int)
    hidden_words = line(
        _l("Others who must not see it"),
        length=LONGEST_HIDDEN,
        description=_l("Optional: names that are not in the list."),
    )

    def offer(self, programme: Programme, institutions: Sequence[Institution]) -> None:
        """Keep what this programme asks."""
        self.hidden_from.choices = options((one.id, one.name) for one in institutions)
        if not institutions:
            del self.hidden_from, self.hidden_words
        limited = programme.least_staff is not None or programme.most_staff is not None
        if limited:
            self.staff.flags.required = True
        else:
            del self.staff
        if not programme.asks_phase:
            del self.grows, self.reorganises

    def said(self, subjects: Sequence[Subject]) -> Said:
        """What was typed."""
        hidden = self.hidden_from.data or [] if "hidden_from" in self else []
        staff = self.staff.data if "staff" in self else None
        phase = "grows" in self
        return Said(
            title=words(self.title),
            context=words(self.context),
            description=words(self.description),
            subjects=[one.id for one in subjects],
            answers=answered(self, asked_of(subjects)),
            siret=words(self.siret),
            company=words(self.company),
            postcode=words(self.postcode),
            town=words(self.town),
            staff=staff,
            grows=phase and self.grows.data,
            reorganises=phase and self.reorganises.data,
            first_name=words(self.first_name),
            last_name=words(self.last_name),
            phone=words(self.phone),
            email=words(self.email),
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            hidden_from=hidden,
            hidden_words=words(self.hidden_words) if "hidden_words" in self else "",
        )


def asked_of(subjects: Sequence[Subject]) -> list[SubjectQuestion]:
    """The questions of these subjects, in order."""
    return [question for one in subjects for question in one.questions]


def ask_form(
    subjects: Sequence[Subject], known: dict[str, Any], meta: dict[str, Any] | None = None
) -> AskForm:
    """The form of a need about these subjects, with their questions; `meta`: its other proof."""
    made = type("AskForm", (AskForm,), fields_of(asked_of(subjects)))
    form: AskForm = made(data=known, meta=meta or {})
    return form


class ClassForm(Form):
    """What a need is about, as its team says it."""

    subjects = boxes(_l("What it is about"), coerce=int)


class WordsForm(Form):
    """What is said with a decision, or added by the company."""

    words = TextAreaField(_l("Your message"), [at_most(LONGEST_STEP)], [several_lines])
