"""What is filled in about committees."""

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    TextAreaField,
)
from wtforms.validators import InputRequired, NumberRange, Optional

from blueprints._forms import (
    Form,
    at_most,
    boxes,
    chosen,
    line,
    options,
    required,
    several_lines,
    words,
)
from blueprints.administration._places import sent
from blueprints.expertise.people_forms import PersonForm
from expertise.committees.actions import MOST_DAYS, MOST_SEATS, Said
from expertise.committees.minutes import LONGEST_WORDS
from expertise.committees.models import LONGEST_REASON, Vote
from expertise.needs.models import LONGEST_STEP

FIELDS = {
    "name-empty": "name",
    "name-taken": "name",
    "quorum-out-of-range": "quorum",
    "vote-days-out-of-range": "vote_days",
    "unknown-commune": "communes",
    "too-many-communes": "communes",
}
SEAT_FIELDS = {
    "email-unknown": "email",
    "already-at-the-desk": "email",
    "former-address": "email",
    "member-unknown": "email",
    "unknown-institution": "institution",
    "too-many-chairs": "chairs",
}
PERIOD_FIELDS = {
    "period-backwards": "last_day",
    "period-too-long": "first_day",
    "period-in-the-future": "last_day",
}
"""Refusal → the field that it is about."""
VOTES = {
    Vote.FAVOURABLE: _l("Favourable"),
    Vote.UNFAVOURABLE: _l("Unfavourable"),
    Vote.ABSTENTION: _l("I abstain"),
    Vote.ASIDE: _l("I step aside: I have a tie to this company"),
}


class CommitteeForm(Form):
    """A committee: its name, how it votes, where it selects."""

    name = line(_l("Name of the committee"), needed=True)
    quorum = IntegerField(
        _l("Quorum"),
        [InputRequired(_l("Fill in this field.")), NumberRange(1, MOST_SEATS)],
        description=_l("How many must vote. Who steps aside is not counted."),
    )
    vote_days = IntegerField(
        _l("Working days to vote"),
        [InputRequired(_l("Fill in this field.")), NumberRange(1, MOST_DAYS)],
        description=_l("Too few by then: the vote is prolonged by as much, once."),
    )
    communes = TextAreaField(
        _l("Communes"),
        [at_most(5_000)],
        [several_lines],
        description=_l("One a line, beside the territories: “Ancenis (44)” or a postcode."),
    )
    retired = BooleanField(
        _l("No longer takes needs"),
        description=_l("What it decided stays, and its members still read it."),
    )

    def said(self) -> Said:
        """What was typed."""
        return Said(
            name=words(self.name),
            quorum=self.quorum.data or 0,
            vote_days=self.vote_days.data or 0,
            territories=sent("territories"),
            communes=words(self.communes).splitlines(),
            retired=bool(self.retired.data),
        )


class SeatForm(PersonForm):
    """Somebody who sits."""

    house = line(
        _l("Sits for"), description=_l("The chamber, the town, the company that sends them.")
    )
    institution = SelectField(
        _l("An institution of the programme?"),
        coerce=lambda typed: int(typed) if typed else None,
        validate_choice=False,  # the domain says which
        description=_l("What companies hide from it is hidden from them."),
    )
    chairs = BooleanField(_l("Chairs the committee"))


class PutForm(Form):
    """A need is put before a committee."""

    words = TextAreaField(
        _l("A word to the company"),
        [at_most(LONGEST_STEP)],
        [several_lines],
        description=_l("Optional: it is told that the committee looks at its need."),
    )
    shut_to = boxes(_l("Who must not see this need"), coerce=int)


class VoteForm(Form):
    """What somebody says of a need."""

    vote = RadioField(_l("Your vote"), [chosen()], choices=options(VOTES.items()))
    words = TextAreaField(
        _l("Your reason"),
        [at_most(LONGEST_REASON)],
        [several_lines],
        description=_l("Needed against. The committee reads it, the company does not."),
    )


class ReasonForm(Form):
    """What the company will read."""

    if_selected = TextAreaField(
        _l("If the need is selected"), [at_most(LONGEST_REASON)], [several_lines]
    )
    if_refused = TextAreaField(_l("If it is not"), [at_most(LONGEST_REASON)], [several_lines])


class PeriodForm(Form):
    """The days that minutes tell of."""

    first_day = DateField(_l("First day"), [required()])
    last_day = DateField(_l("Last day"), [required()])


class MinutesForm(Form):
    """What the chair adds to minutes."""

    words = TextAreaField(
        _l("What you add"),
        [Optional(), at_most(LONGEST_WORDS)],
        [several_lines],
        description=_l("Who came, what was said: it stands above the decisions."),
    )
