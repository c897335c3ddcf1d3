"""What is filled in about those who answer."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    Field,
    IntegerField,
    SelectField,
    TelField,
    TextAreaField,
)
from wtforms.validators import NumberRange, Optional

from blueprints._forms import Form, address, at_most, line, one_line, options, several_lines, words
from blueprints.administration._places import sent
from blueprints.directory._finding import label_of
from directory.models import PHONE_LENGTH
from expertise.experts.actions import LONGEST_WORD
from expertise.experts.models import LONGEST_SPECIALITY, Expert
from expertise.experts.sheets import LONGEST_ABOUT, MOST_QUOTA, MOST_STAFF, Sheet
from expertise.programmes.models import SubjectTheme

FIELDS = {
    "email-unknown": "email",
    "already-at-the-desk": "email",
    "former-address": "email",
    "member-unknown": "email",
    "phone-unknown": "phone",
    "staff-backwards": "most_staff",
    "quota-unknown": "quota",
    "unknown-commune": "communes",
    "too-many-communes": "communes",
    "absence-past": "first",
    "absence-backwards": "last",
    "delegate-unknown": "delegate",
}
"""Refusal → the field that it is about."""


class PersonForm(Form):
    """Somebody, at their work address."""

    first_name = line(_l("First name"), needed=True)
    last_name = line(_l("Last name"), needed=True)
    email = address(_l("Work address"), description=_l("Never a personal one."))


class AddressesForm(Form):
    """Where needs are sent."""

    addresses = TextAreaField(
        _l("Addresses to which needs are sent"),
        [at_most(20_000)],
        [several_lines],
        description=_l("One a line: those who read the needs first, in the institution."),
    )


class WordForm(Form):
    """Why somebody is not let in."""

    words = TextAreaField(_l("Why"), [at_most(LONGEST_WORD)], [several_lines])


class OwnForm(Form):
    """What an expert says of themself; with a line for each of their subjects."""

    about = TextAreaField(
        _l("What you know, in your words"),
        [at_most(LONGEST_ABOUT)],
        [several_lines],
        description=_l("Your trade, what you have done, for which kind of companies."),
    )
    phone = TelField(_l("Telephone"), [at_most(PHONE_LENGTH)], filters=[one_line])
    quota = IntegerField(
        _l("Most needs in thirty days"),
        [Optional(), NumberRange(1, MOST_QUOTA)],
        description=_l("Optional: beyond, needs go to others."),
    )


class ExpertForm(OwnForm):
    """The sheet of an expert; its subjects are added to it."""

    about = TextAreaField(
        _l("What they know, in their words"),
        [at_most(LONGEST_ABOUT)],
        [several_lines],
        description=_l("Their trade, what they have done, for which kind of companies."),
    )
    first_name = line(_l("First name"), needed=True)
    last_name = line(_l("Last name"), needed=True)
    name = line(_l("Name of the team"), needed=True)
    job = line(_l("Job"))
    email = address(_l("Work address"), description=_l("Needs are sent there."))
    communes = TextAreaField(
        _l("Communes"),
        [at_most(5_000)],
        [several_lines],
        description=_l("One a line, beside the territories: “Ancenis (44)” or a postcode."),
    )
    least_staff = IntegerField(
        _l("Companies of at least"), [Optional(), NumberRange(0, MOST_STAFF)]
    )
    most_staff = IntegerField(_l("and of at most"), [Optional(), NumberRange(0, MOST_STAFF)])

    def sheet(self, themes: Sequence[SubjectTheme], *, is_team: bool) -> Sheet:
        """What was typed."""
        return Sheet(
            is_team=is_team,
            name=words(self.name) if is_team else "",
            first_name="" if is_team else words(self.first_name),
            last_name="" if is_team else words(self.last_name),
            job=words(self.job),
            email=words(self.email),
            phone=words(self.phone),
            about=words(self.about),
            subjects={
                one.id: words(self[_words_of(one.id)])
                for theme in themes
                for one in theme.subjects
                if self[_box_of(one.id)].data
            },
            territories=sent("territories"),
            communes=words(self.communes).splitlines(),
            least_staff=self.least_staff.data,
            most_staff=self.most_staff.data,
            quota=self.quota.data,
        )

    def listed(self, themes: Iterable[SubjectTheme]) -> list[dict[str, Any]]:
        """The subjects as the page draws them: a box, and what of it."""
        return [
            {
                "name": theme.name,
                "subjects": [(self[_box_of(s.id)], self[_words_of(s.id)]) for s in theme.subjects],
            }
            for theme in themes
            if theme.subjects
        ]


class AbsenceForm(Form):
    """When one is away, who stands in."""

    first = DateField(_l("From"), [Optional()], description=_l("Left empty: from today."))
    last = DateField(
        _l("Last day"), [Optional()], description=_l("Left empty: until you come back and say so.")
    )
    delegate = SelectField(
        _l("Who receives the needs meanwhile"),
        coerce=lambda typed: int(typed) if typed else None,
        validate_choice=False,  # the domain says who may be chosen
    )


def _box_of(subject_id: int) -> str:
    return f"subject_{subject_id}"


def _words_of(subject_id: int) -> str:
    return f"words_{subject_id}"


def expert_form(
    themes: Sequence[SubjectTheme], *, is_team: bool, known: Expert | None
) -> ExpertForm:
    """The form of a sheet, with a box and a line for each subject that may be chosen."""
    fields: dict[str, Field] = {}
    for theme in themes:
        for one in theme.subjects:
            fields[_box_of(one.id)] = BooleanField(one.name)
            fields[_words_of(one.id)] = line(
                _("What of it: %(subject)s", subject=one.name), length=LONGEST_SPECIALITY
            )
    made = type("ExpertForm", (ExpertForm,), fields)
    form: ExpertForm = made(data=_known(known) if known else {})
    if is_team:
        del form.first_name, form.last_name
    else:
        del form.name
    return form


def _known(expert: Expert) -> dict[str, Any]:
    known: dict[str, Any] = {
        name: getattr(expert, name)
        for name in ("name", "job", "email", "phone", "about", "least_staff", "most_staff", "quota")
    }
    known["communes"] = "\n".join(label_of(one) for one in expert.communes)
    if not expert.is_team and expert.seats:
        [seat] = expert.seats
        known |= {"first_name": seat.first_name, "last_name": seat.last_name}
    for one in expert.subjects:
        known[_box_of(one.subject_id)] = True
        known[_words_of(one.subject_id)] = one.words
    return known


def own_form(expert: Expert) -> tuple[OwnForm, list[Field]]:
    """The form of their own words, and its lines about their subjects."""
    fields = {
        _words_of(one.subject_id): line(
            _("What of it: %(subject)s", subject=one.subject.name), length=LONGEST_SPECIALITY
        )
        for one in expert.subjects
    }
    known = {"about": expert.about, "phone": expert.phone, "quota": expert.quota}
    known |= {_words_of(one.subject_id): one.words for one in expert.subjects}
    form: OwnForm = type("OwnForm", (OwnForm,), fields)(data=known)
    return form, [form[name] for name in fields]


def specialities(form: OwnForm, expert: Expert) -> dict[int, str]:
    """Subject → what of it, as it was typed."""
    return {one.subject_id: words(form[_words_of(one.subject_id)]) for one in expert.subjects}


def offer_delegates(form: AbsenceForm, others: Sequence[Expert]) -> None:
    """Those who may stand in."""
    form.delegate.choices = options(
        [("", _("Nobody: needs wait, or go to others")), *((one.id, one.name) for one in others)]
    )
