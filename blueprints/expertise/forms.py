"""What companies and teams fill in at the desk."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    SelectField,
    SelectMultipleField,
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
from blueprints._refusals import explain
from core.db import db
from directory.models import PHONE_LENGTH
from expertise.companies.models import Company
from expertise.companies.sheets import MOST_STAFF
from expertise.needs import asking
from expertise.needs.asking import Described, Said
from expertise.needs.models import (
    LONGEST_HIDDEN,
    LONGEST_STEP,
    LONGEST_TITLE,
    LONGEST_WORDS,
)
from expertise.programmes.models import Institution, Programme, Subject, SubjectQuestion
from expertise.programmes.sectors import SECTORS
from expertise.subscriptions.models import Service

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
    "staff-unknown": "staff",
    "staff-out-of-range": "staff",
    "sector-missing": "sector",
    "sector-unknown": "sector",
    "sector-out-of-range": "sector",
    "phase-missing": "grows",
    "phone-missing": "phone",
    "phone-unknown": "phone",
    "email-unknown": "email",
    "starts-in-the-past": "starts_on",
    "starts-too-far": "starts_on",
    "ends-before-it-starts": "ends_on",
    "unknown-institution": "hidden_from",
    "subject-missing": "subjects",
    "too-many-subjects": "subjects",
    "unknown-subject": "subjects",
}
"""Refusal → the field that it is about."""


class NeedFields(Form):
    """The need itself."""

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


class SiretField(Form):
    """What a company is known by."""

    siret = line(
        _l("SIRET number"),
        length=20,
        needed=True,
        description=_l("The 14 digits of your establishment. They stand on your invoices."),
    )


class CompanyFields(Form):
    """The company that has it."""

    company = line(_l("Name of the company"), needed=True)
    postcode = line(_l("Postcode"), length=10, needed=True)
    town = line(_l("Town"), needed=True)
    staff = IntegerField(_l("Number of employees"), [Optional(), NumberRange(0, MOST_STAFF)])


class SectorField(Form):
    """In which sector it works."""

    sector = SelectField(
        _l("Sector"),
        choices=options([("", _l("Choose")), *SECTORS.items()]),
        validate_choice=False,
        default="",
        description=_l("The section of its APE code in the NAF."),
    )


class PhaseFields(Form):
    """What it goes through."""

    grows = BooleanField(_l("The company grows"))
    reorganises = BooleanField(_l("The company reorganises"))


class PersonFields(Form):
    """Whom to call."""

    first_name = line(_l("First name"), needed=True)
    last_name = line(_l("Last name"), needed=True)
    phone = TelField(_l("Telephone"), [required(), at_most(PHONE_LENGTH)], filters=[one_line])
    email = address(_l("E-mail address"))


class AskForm(NeedFields, SiretField, CompanyFields, SectorField, PhaseFields, PersonFields):
    """A need, the company that has it, whom to call."""

    submission = submission_field()
    hidden_from = boxes(_l("Who must not see this need"), coerce=int)
    hidden_words = line(
        _l("Others who must not see it"),
        length=LONGEST_HIDDEN,
        description=_l("Optional: names that are not in the list."),
    )

    def offer(
        self,
        programme: Programme,
        institutions: Sequence[Institution],
        company: Company | None = None,
    ) -> None:
        """Keep what this programme asks; the number and the name of an account are its own."""
        if company is not None:
            del self.siret, self.company
        self.hidden_from.choices = options((one.id, one.name) for one in institutions)
        if not institutions:
            del self.hidden_from, self.hidden_words
        limited = programme.least_staff is not None or programme.most_staff is not None
        if limited:
            self.staff.flags.required = True
        else:
            del self.staff
        if programme.sectors:
            self.sector.flags.required = True
        if not programme.asks_phase:
            del self.grows, self.reorganises

    def said(self, subjects: Sequence[Subject], company: Company | None = None) -> Said:
        """What was typed; `company`: the account that asks."""
        hidden = self.hidden_from.data or [] if "hidden_from" in self else []
        staff = self.staff.data if "staff" in self else None
        phase = "grows" in self
        return Said(
            **described(self, subjects),
            siret=company.siret if company else words(self.siret),
            company=company.name if company else words(self.company),
            postcode=words(self.postcode),
            town=words(self.town),
            staff=staff,
            sector=self.sector.data,
            grows=phase and self.grows.data,
            reorganises=phase and self.reorganises.data,
            hidden_from=hidden,
            hidden_words=words(self.hidden_words) if "hidden_words" in self else "",
        )

    def is_sound(
        self, programme: Programme, subjects: Sequence[Subject], company: Company | None = None
    ) -> bool:
        """Whether it was sent and may be taken; all that is wrong is told beside its field."""
        if not self.is_submitted():
            return False
        sound = self.validate()
        said = self.said(subjects, company)
        for refused in asking.faults(db.session(), programme, said, company):
            name = FIELDS.get(refused.code, "")
            if name in self and not self[name].errors:
                self[name].errors = [explain(refused)]
                sound = False
        return sound


class EditForm(NeedFields, PersonFields):
    """A need that is corrected; edit_form adds what it is about."""

    hidden_from = boxes(_l("Who else must not see this need"), coerce=int)
    hidden_words = line(
        _l("Others who must not see it"),
        length=LONGEST_HIDDEN,
        description=_l("Optional: names that are not in the list."),
    )

    shown_to = boxes(_l("Who may see it again"), coerce=int)

    def offer(self, others: Sequence[Institution], hidden: Sequence[Institution]) -> None:
        """Those of the programme that see it, and those from which it is hidden."""
        self.hidden_from.choices = options((one.id, one.name) for one in others)
        self.shown_to.choices = options((one.id, one.name) for one in hidden)

    def said(self, subjects: Sequence[Subject]) -> Described:
        """What was typed."""
        return Described(
            **described(self, subjects),
            hidden_from=self.hidden_from.data or [],
            hidden_words=words(self.hidden_words),
            shown_to=self.shown_to.data or [],
        )


def described(form: Form, subjects: Sequence[Subject]) -> dict[str, Any]:
    """What was typed of the need itself, and of whom to call."""
    typed = ("title", "context", "description", "first_name", "last_name", "phone", "email")
    return {name: words(form[name]) for name in typed} | {
        "subjects": [one.id for one in subjects],
        "answers": answered(form, asked_of(subjects)),
        "starts_on": form["starts_on"].data,
        "ends_on": form["ends_on"].data,
    }


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


OFF_LIST = 0
"""No subject: what is in no list."""


def edit_form(
    programme: Programme,
    offered: Sequence[Subject],
    subjects: Sequence[Subject],
    known: dict[str, Any],
) -> EditForm:
    """The form that corrects a need about these subjects, with their questions."""
    pairs = [(one.id, one.name) for one in {one.id: one for one in (*offered, *subjects)}.values()]
    if programme.several_subjects:
        about: Any = boxes(_l("What it is about"), coerce=int)
    else:
        pairs = [*([(OFF_LIST, _l("Not in the list"))] if programme.off_list else []), *pairs]
        choices = options(pairs)
        about = SelectField(_l("What it is about"), coerce=int, choices=choices)
    made = type("EditForm", (EditForm,), fields_of(asked_of(subjects)) | {"subjects": about})
    ids = [one.id for one in subjects]
    known["subjects"] = ids if programme.several_subjects else (ids or [OFF_LIST])[0]
    form: EditForm = made(data=known)
    if isinstance(form["subjects"], SelectMultipleField):
        form["subjects"].choices = options(pairs)
    return form


class ClassForm(Form):
    """What a need is about, as its team says it."""

    subjects = boxes(_l("What it is about"), coerce=int)


class HideForm(Form):
    """Whom a need is hidden from, as its team understands it."""

    hidden_from = boxes(_l("These institutions must not see it"), coerce=int)
    nobody = BooleanField(_l("No institution of the programme is concerned"))


class WordsForm(Form):
    """What is said with a decision, or added by the company."""

    words = TextAreaField(_l("Your message"), [at_most(LONGEST_STEP)], [several_lines])


class DecisionForm(WordsForm):
    """A decision of the team; to guide to others, a scheme that the programme relays."""

    service = SelectField(_l("Guide to"), coerce=int, validate_choice=False, default=0)

    def offer(self, relayed: Sequence[Service]) -> None:
        """Those that it relays; without any, nothing is asked."""
        self.service.choices = options(
            [(0, _l("No scheme of the list")), *((one.id, one.name) for one in relayed)]
        )
        if not relayed:
            del self.service

    @property
    def service_id(self) -> int | None:
        """The one that was chosen."""
        return (self.service.data or None) if "service" in self else None
