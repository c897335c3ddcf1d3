"""What members say of a room."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, TextAreaField

from blueprints._forms import Form, at_most, line, several_lines, words
from rooms.actions import LONGEST_TITLE, Said
from rooms.models import NAME_LENGTH, PHONE_LENGTH, WORDS_LENGTH, Room

FIELDS = {
    "title-empty": "title",
    "title-too-long": "title",
    "words-too-long": "words",
    "phone-too-long": "phone",
}
"""Refusal → the field that is told."""


class RoomForm(Form):
    """A room: its name, what it is for, who waits at its door."""

    title = line(_l("Name of the room"), length=LONGEST_TITLE, needed=True)
    words = TextAreaField(
        _l("What it is for"),
        [at_most(WORDS_LENGTH)],
        filters=[several_lines],
        render_kw={"rows": 3},
    )
    phone = line(
        _l("Telephone number of the meeting"),
        length=PHONE_LENGTH,
        description=_l("For those whose video does not work: your own audio conference, if any."),
    )
    waits = BooleanField(
        _l("Waiting room"),
        description=_l("Members wait until you let them in. Guests always do."),
    )
    guests = BooleanField(
        _l("Guests by link"),
        description=_l(
            "People without an account may ask to come in, with a link that you send them."
        ),
    )

    def said(self) -> Said:
        """What the domain is told."""
        return Said(
            title=words(self.title),
            words=words(self.words),
            phone=words(self.phone),
            waits=bool(self.waits.data),
            guests=bool(self.guests.data),
        )


def known(room: Room) -> dict[str, object]:
    """What the form begins with."""
    return {name: getattr(room, name) for name in ("title", "words", "phone", "waits", "guests")}


class GuestForm(Form):
    """The name of somebody without an account."""

    name = line(_l("Your first and last name"), length=NAME_LENGTH, needed=True)
