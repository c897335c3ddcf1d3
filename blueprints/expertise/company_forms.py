"""What a company fills in about itself, and its team about who asks."""

from flask_babel import lazy_gettext as _l
from wtforms import TelField, TextAreaField

from blueprints._forms import Form, address, at_most, line, one_line, several_lines, words
from blueprints.expertise.forms import (
    CompanyFields,
    PersonFields,
    PhaseFields,
    SectorField,
    SiretField,
)
from directory.models import PHONE_LENGTH
from expertise.companies.actions import Asker
from expertise.companies.models import LONGEST_WORD
from expertise.companies.sheets import LONGEST_ABOUT, Sheet

SHEET = ("name", "about", "postcode", "town", "staff", "sector", "grows", "reorganises", "phone")
FIELDS = {
    "siret-missing": "siret",
    "siret-unknown": "siret",
    "company-empty": "company",
    "name-too-long": "company",
    "unknown-commune": "town",
    "postcode-unknown": "postcode",
    "staff-unknown": "staff",
    "sector-unknown": "sector",
    "phone-missing": "phone",
    "phone-unknown": "phone",
    "email-unknown": "email",
    "name-empty": "first_name",
}
"""Refusal → the field that it is about."""


class AccountForm(SiretField, CompanyFields, PersonFields):
    """A company asks for an account."""

    email = address(
        _l("Work e-mail address"), description=_l("The invitation is sent there: it is yours.")
    )
    words = TextAreaField(
        _l("A word to the team"),
        [at_most(LONGEST_WORD)],
        [several_lines],
        description=_l("Optional: what brings you, who told you about us."),
    )

    def said(self) -> Asker:
        """What was typed."""
        return Asker(
            siret=words(self.siret),
            name=words(self.company),
            postcode=words(self.postcode),
            town=words(self.town),
            staff=self.staff.data,
            first_name=words(self.first_name),
            last_name=words(self.last_name),
            email=words(self.email),
            phone=words(self.phone),
            words=words(self.words),
        )


class SheetForm(CompanyFields, SectorField, PhaseFields):
    """The sheet of a company; its SIRET is what it is known by, and does not change."""

    siret = None
    about = TextAreaField(
        _l("What the company does"),
        [at_most(LONGEST_ABOUT)],
        [several_lines],
        description=_l("It opens each need that you ask: write it once, and well."),
    )
    phone = TelField(_l("Telephone"), [at_most(PHONE_LENGTH)], filters=[one_line])

    def said(self) -> Sheet:
        """What was typed."""
        return Sheet(
            name=words(self.company),
            about=words(self.about),
            postcode=words(self.postcode),
            town=words(self.town),
            staff=self.staff.data,
            sector=self.sector.data,
            grows=self.grows.data,
            reorganises=self.reorganises.data,
            phone=words(self.phone),
        )


class ColleagueForm(Form):
    """Somebody else acts for the company."""

    first_name = line(_l("First name"), needed=True)
    last_name = line(_l("Last name"), needed=True)
    email = address(_l("Work e-mail address"))


class AnswerForm(Form):
    """What the team answers to who asks for an account."""

    answer = TextAreaField(
        _l("Your message"),
        [at_most(LONGEST_WORD)],
        [several_lines],
        description=_l("The person reads it. Needed to decline."),
    )
