"""The forms by which administrators tend the directory."""

from collections.abc import Sequence
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import NumberRange, Optional

from accounts.models import EMAIL_LENGTH
from blueprints._access import SAFE, viewer
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
from core import addresses
from core.db import db
from directory import organisations, schemes, tending_schemes
from directory.entries import LONGEST_DESCRIPTION
from directory.lists import offered
from directory.models import Organisation, Scheme, Theme
from directory.tending import MOST_PLACES, Description
from directory.tending_schemes import LONGEST_FOR_WHOM

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
    "unknown-theme": "theme",
    "unknown-territory": "offered_on",
    "too-many-territories": "offered_on",
    "dates-crossed": "ends_on",
    "words-too-long": "for_whom",
}
"""Refusal → the field that is told."""


def chosen(value: str | int | None) -> int | None:
    """What a list says: an id, or nothing."""
    return int(value) if value else None


def _tick(field: SelectMultipleField, rows: Sequence[tuple[int, str, bool]]) -> None:
    """Boxes for these rows; ticked as they say, unless something was just sent."""
    field.choices = options([(one, name) for one, name, _ticked in rows])
    if request.method in SAFE:
        field.data = [one for one, _name, ticked in rows if ticked]


class EntryForm(Form):
    """What organisations and schemes have alike."""

    name = line(_l("Name"), needed=True)
    address = line(_l("Number and street"))
    postcode = line(_l("Postcode"), length=10)
    town = line(_l("Town"), description=_l("It gives the place on the map."))
    phone = line(_l("Telephone"), length=40)
    email = line(_l("E-mail address"), length=EMAIL_LENGTH)
    website = line(_l("Web site"), length=addresses.LONGEST_LINK)
    description = TextAreaField(_l("Description"), [at_most(LONGEST_DESCRIPTION)], [several_lines])
    source = line(
        _l("Source"), description=_l("Where these facts come from, and of when, if need be.")
    )

    def shared(self, entry: Organisation | Scheme | None) -> dict[str, Any]:
        """What was typed there; what a form does not show stays as it was."""
        typed = (
            *("name", "address", "postcode", "town", "phone", "email", "website"),
            *("description", "source"),
        )
        kept = {"reference": entry.reference if entry else None}
        return kept | {name: words(self[name]) for name in typed}


class OrganisationForm(EntryForm):
    """What is known of an organisation."""

    kind = SelectField(_l("Kind of organisation"), [required()], coerce=chosen)
    siret = line(
        _l("SIRET"),
        length=40,
        description=_l("Fourteen digits. Its sum is checked."),
    )
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

    def offer(self, organisation: Organisation | None = None) -> None:
        """Fill the lists."""
        known = organisations.choices(db.session(), organisation)
        kinds = [(one, name) for one, name, _its in known.kinds]
        self.kind.choices = options([("", _("Choose")), *kinds])
        _tick(self.activities, known.activities)
        _tick(self.member_of, known.networks)

    def said(self, organisation: Organisation | None = None) -> Description:
        """What was typed."""
        return Description(
            **self.shared(organisation),
            kind_id=self.kind.data,
            siret=words(self.siret),
            opening_hours=words(self.opening_hours),
            places=self.places.data,
            networks=self.member_of.data or (),
            activities=self.activities.data or (),
        )


class SchemeForm(EntryForm):
    """What is known of a scheme."""

    theme = SelectField(_l("Theme"), coerce=chosen)
    run_by = line(
        _l("Run by"),
        description=_l(
            "Start typing: an organisation of the directory is proposed, or write another."
        ),
    )
    for_whom = line(_l("For whom"), length=LONGEST_FOR_WHOM)
    conditions = TextAreaField(
        _l("Conditions of entry"), [at_most(LONGEST_DESCRIPTION)], [several_lines]
    )
    contact = line(_l("Whom to ask for"))
    starts_on = DateField(_l("From"), [Optional()])
    ends_on = DateField(_l("Until"), [Optional()])
    offered_on = boxes(_l("Offered on"), coerce=int)

    def offer(self, scheme: Scheme | None = None) -> None:
        """Fill the lists."""
        themes = list(db.session.scalars(offered(Theme)))
        if scheme is not None and scheme.theme is not None and scheme.theme not in themes:
            themes.append(scheme.theme)
        self.theme.choices = options([("", _("None")), *((one.id, one.name) for one in themes)])
        rows = db.session.execute(schemes.territories_for(viewer(), scheme)).all()
        _tick(self.offered_on, [(one.id, one.label, there) for one, there in rows])

    def said(self, scheme: Scheme | None = None) -> tending_schemes.Description:
        """What was typed."""
        return tending_schemes.Description(
            **self.shared(scheme),
            theme_id=self.theme.data,
            run_by=words(self.run_by),
            for_whom=words(self.for_whom),
            conditions=words(self.conditions),
            contact=words(self.contact),
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            offered_on=self.offered_on.data or (),
        )
