"""The forms by which administrators tend the directory."""

from collections.abc import Sequence

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import NumberRange, Optional

from accounts.models import EMAIL_LENGTH
from blueprints._access import SAFE
from blueprints._forms import (
    Form,
    at_most,
    boxes,
    line,
    options,
    required,
    several_lines,
    words,
)
from blueprints._picker import Reached
from core import addresses
from core.db import db
from directory import organisations
from directory.models import Organisation
from directory.tending import LONGEST_DESCRIPTION, MOST_PLACES, Description, Reach

FIELDS = {
    "name-empty": "name",
    "name-too-long": "name",
    "unknown-kind": "kind",
    "siret-unknown": "siret",
    "organisation-known": "name",
    "address-too-long": "address",
    "postcode-unknown": "postcode",
    "unknown-commune": "town",
    "phone-unknown": "phone",
    "email-unknown": "email",
    "link-unknown": "website",
    "hours-too-long": "opening_hours",
    "places-unknown": "places",
    "body-too-long": "description",
    "source-too-long": "source",
    "unknown-network": "member_of",
    "unknown-activity": "activities",
}
"""Refusal → the field that is told."""


def chosen(value: str | int | None) -> int | None:
    """What a list says: an id, or nothing."""
    return int(value) if value else None


def reach_of(reached: Reached) -> Reach:
    """The boxes of the picker, as the domain takes them."""
    return Reach(reached.networks, reached.territories)


def _tick(field: SelectMultipleField, rows: Sequence[tuple[int, str, bool]]) -> None:
    """Boxes for these rows; ticked as they say, unless something was just sent."""
    field.choices = options([(one, name) for one, name, _ticked in rows])
    if request.method in SAFE:
        field.data = [one for one, _name, ticked in rows if ticked]


class OrganisationForm(Form):
    """What is known of an organisation."""

    name = line(_l("Name"), needed=True)
    kind = SelectField(_l("Kind of organisation"), [required()], coerce=chosen)
    siret = line(
        _l("SIRET"),
        length=40,
        description=_l("Fourteen digits. Its sum is checked."),
    )
    address = line(_l("Number and street"))
    postcode = line(_l("Postcode"), length=10)
    town = line(_l("Town"), description=_l("It places the organisation on the map."))
    phone = line(_l("Telephone"), length=40)
    email = line(_l("E-mail address"), length=EMAIL_LENGTH)
    website = line(_l("Web site"), length=addresses.LONGEST_LINK)
    opening_hours = line(_l("Opening hours"))
    places = IntegerField(
        _l("Places offered"),
        [
            Optional(),
            NumberRange(0, MOST_PLACES, _l("Write a number between %(min)s and %(max)s.")),
        ],
    )
    member_of = boxes(_l("Networks it belongs to"), coerce=int)
    activities = boxes(_l("Activities"), coerce=int)
    description = TextAreaField(_l("Description"), [at_most(LONGEST_DESCRIPTION)], [several_lines])
    source = line(
        _l("Source"), description=_l("Where these facts come from, and of when, if need be.")
    )

    def offer(self, organisation: Organisation | None = None) -> None:
        """Fill the lists."""
        known = organisations.choices(db.session(), organisation)
        kinds = [(one, name) for one, name, _its in known.kinds]
        self.kind.choices = options([("", _("Choose")), *kinds])
        _tick(self.activities, known.activities)
        _tick(self.member_of, known.networks)

    def said(self, organisation: Organisation | None = None) -> Description:
        """What was typed; what a form does not show stays as it was."""
        return Description(
            name=words(self.name),
            kind_id=self.kind.data,
            siret=words(self.siret),
            address=words(self.address),
            postcode=words(self.postcode),
            town=words(self.town),
            phone=words(self.phone),
            email=words(self.email),
            website=words(self.website),
            opening_hours=words(self.opening_hours),
            places=self.places.data,
            description=words(self.description),
            source=words(self.source),
            reference=organisation.reference if organisation else None,
            networks=self.member_of.data or (),
            activities=self.activities.data or (),
        )
