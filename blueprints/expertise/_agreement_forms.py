"""The forms of agreements: what it says, a day, a signature, a correction, a copy."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, FileField, RadioField, SelectField, TextAreaField

from blueprints._forms import (
    Form,
    address,
    at_most,
    chosen,
    line,
    options,
    required,
    several_lines,
)
from blueprints.expertise._agreement_words import AIMS, KINDS, REFUNDS, days_in_words
from core.refusals import Refused
from expertise.agreements.models import (
    FEWEST,
    LONGEST_MISSION,
    LONGEST_WORDS,
    MOST,
    Aim,
    Kind,
    Refund,
)
from expertise.agreements.preparing import NAMES, Said
from expertise.programmes.models import Programme

HALVES = {2: _l("A day"), 1: _l("Half a day")}
FIELDS = {
    "agreement-dates": "ends_on",
    "agreement-same-address": "institution_email",
    "agreement-days-outside": "ends_on",
    "agreement-half-days": "half_days",
    "agreement-no-loan": "kind",
    "agreement-too-many-days": "half_days",
}
"""Refusal → the field that it is about; others name their field."""


class AgreementForm(Form):
    """What an agreement says."""

    kind = RadioField(_l("What is agreed"), [chosen()], choices=options(KINDS.items()))
    company = line(_l("Company"), needed=True)
    company_siret = line(_l("SIRET number"), length=20, needed=True)
    company_address = line(_l("Address"), needed=True)
    company_signatory = line(_l("Who signs: first and last name"), needed=True)
    company_title = line(_l("In what capacity"), needed=True, description=_l("Head, director…"))
    company_email = address(
        _l("E-mail address of who signs"), description=_l("The link and the code are sent there.")
    )
    institution = line(_l("Institution"), needed=True)
    institution_siret = line(_l("SIRET number"), length=20)
    institution_address = line(_l("Address"), needed=True)
    institution_signatory = line(_l("Who signs: first and last name"), needed=True)
    institution_title = line(_l("In what capacity"), needed=True)
    institution_email = address(
        _l("E-mail address of who signs"), description=_l("The link and the code are sent there.")
    )
    employee = line(_l("First and last name"), needed=True)
    employee_job = line(_l("Qualification"), needed=True)
    employee_email = address(
        _l("E-mail address"),
        description=_l("For a loan, the employee signs too. The invitations are sent there."),
    )
    mission = TextAreaField(
        _l("Mission"),
        [required(), at_most(LONGEST_MISSION)],
        [several_lines],
        description=_l("What is entrusted, and what the position asks for."),
    )
    place = line(_l("Place"), needed=True)
    hours = line(_l("Working hours"), description=_l("For example: 9 am to 5 pm."))
    half_days = SelectField(_l("How long"))
    starts_on = DateField(_l("First day"), [required()])
    ends_on = DateField(_l("Last day"), [required()])
    refund = RadioField(
        _l("What the company refunds"), choices=options(REFUNDS.items()), validate_choice=False
    )
    aim = RadioField(
        _l("What the loan is for"),
        choices=options(AIMS.items()),
        validate_choice=False,
        description=_l("Needed when less is refunded: the law asks for one of these."),
    )
    refund_words = TextAreaField(
        _l("How it is counted"),
        [at_most(LONGEST_MISSION)],
        [several_lines],
        description=_l("Needed when less is refunded. Otherwise, the real cost of the days done."),
    )
    probation = line(
        _l("Trial period"),
        description=_l("Needed when the loan changes an essential part of the contract."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.half_days.choices = options(
            (number, days_in_words(number)) for number in range(FEWEST, MOST + 1)
        )

    def offer(self, programme: Programme, *, lent: bool = False) -> None:
        """The models of its programme; `lent`: it is a loan already."""
        if not (programme.lends or lent):
            self.kind.choices = options([(Kind.CONTRIBUTION, KINDS[Kind.CONTRIBUTION])])

    def said(self) -> Said:
        """What was typed; the form was validated."""
        texts = {name: self[name].data or "" for name in NAMES if name not in _OTHERS}
        starts_on, ends_on = self.starts_on.data, self.ends_on.data
        if starts_on is None or ends_on is None:
            raise Refused("agreement-dates")
        return Said(
            **texts,
            kind=Kind(self.kind.data),
            refund=Refund(self.refund.data) if self.refund.data in set(Refund) else None,
            aim=Aim(self.aim.data) if self.aim.data in set(Aim) else None,
            half_days=int(self.half_days.data),
            starts_on=starts_on,
            ends_on=ends_on,
        )

    @staticmethod
    def field_of(refused: Refused) -> dict[str, str]:
        """Which field a refusal is about."""
        named = refused.values.get("field")
        return {**FIELDS, refused.code: str(named)} if named else FIELDS


_OTHERS = frozenset({"kind", "refund", "aim", "half_days", "starts_on", "ends_on"})


class DayForm(Form):
    """A day to plan."""

    day = DateField(_l("Day"), [required()])
    half_days = SelectField(_l("How long"), choices=options(HALVES.items()), default="2")


class CorrectionForm(Form):
    """What one asks to correct."""

    words = TextAreaField(
        _l("What should be corrected"),
        [required(), at_most(LONGEST_WORDS)],
        [several_lines],
        description=_l("All parties and the team read it."),
    )


class SignForm(Form):
    """A name and a code."""

    name = line(
        _l("Your first and last name"),
        needed=True,
        description=_l("Typed, it stands for your signature."),
    )
    code = line(
        _l("Code received by mail"),
        length=20,
        needed=True,
        description=_l("Six digits, good for fifteen minutes."),
    )


class ScanForm(Form):
    """A copy that was signed by hand."""

    scan = FileField(_l("The signed copy"), description=_l("A PDF, a JPG or a PNG, 10 MB at most."))
