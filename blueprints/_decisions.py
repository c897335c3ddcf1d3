"""The words of moderation, and the forms in which a reason is given."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from blueprints._forms import Form, several_lines
from forum.models import Act, ReportReason

LONGEST_REASON = 500

REASONS = {
    ReportReason.PERSONAL: _l("Someone who is accompanied can be recognised"),
    ReportReason.DISRESPECT: _l("Lack of respect"),
    ReportReason.OFF_TOPIC: _l("Off topic"),
    ReportReason.WRONG: _l("Wrong or dangerous"),
    ReportReason.OTHER: _l("Another reason"),
}

DECISIONS = {
    Act.HIDE: _l("Message hidden"),
    Act.RESTORE: _l("Message shown again"),
    Act.APPROVE: _l("First message approved"),
    Act.KEEP: _l("Reported message kept"),
    Act.MOVE: _l("Topic moved to another theme"),
    Act.LOCK: _l("Topic closed to new answers"),
    Act.UNLOCK: _l("Topic open to answers again"),
    Act.PIN: _l("Topic pinned on top"),
    Act.UNPIN: _l("Topic no longer pinned"),
    Act.MERGE: _l("Topic merged into another"),
}

ICONS = {
    Act.HIDE: "hide",
    Act.RESTORE: "show",
    Act.APPROVE: "check",
    Act.KEEP: "done",
    Act.MOVE: "move",
    Act.LOCK: "lock",
    Act.UNLOCK: "lock",
    Act.PIN: "pin",
    Act.UNPIN: "pin",
    Act.MERGE: "merge",
}


class ReasonForm(Form):
    """Why."""

    reason = TextAreaField(
        _l("Reason"),
        validators=[
            DataRequired(_l("Say why, in a few words.")),
            Length(max=LONGEST_REASON, message=_l("500 characters at most.")),
        ],
        filters=[several_lines],
    )


class MoveForm(Form):
    """Where to, and why."""

    theme = SelectField(_l("Theme"), coerce=int)
    reason = TextAreaField(
        _l("Reason"),
        validators=[
            Optional(),
            Length(max=LONGEST_REASON, message=_l("500 characters at most.")),
        ],
        filters=[several_lines],
    )
