"""What members fill in: an answer, a question, a report."""

from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from blueprints._conversation import ReplyForm
from blueprints._forms import Form, one_line, options, several_lines
from forum import actions
from forum.models import ReportReason

Page = str | tuple[str, int] | Response


REASONS = [
    (ReportReason.PERSONAL.value, _l("It lets someone who is accompanied be recognised")),
    (ReportReason.DISRESPECT.value, _l("It is disrespectful")),
    (ReportReason.WRONG.value, _l("It is wrong or dangerous to follow")),
    (ReportReason.OFF_TOPIC.value, _l("It has nothing to do here")),
    (ReportReason.OTHER.value, _l("Another reason")),
]


def _chosen(value: str | int | None) -> int | None:
    """What a list of choices sends; its first line, "Choose", is nothing."""
    return int(value) if value else None


class TopicForm(ReplyForm):
    """A question."""

    title = StringField(
        _l("Your question in one line"),
        validators=[
            DataRequired(_l("Give your topic a title.")),
            Length(
                max=actions.LONGEST_TITLE,
                message=_l("This title is too long: %(max)d characters at most."),
            ),
        ],
        filters=[one_line],
    )
    theme = SelectField(
        _l("Theme"), coerce=_chosen, validators=[InputRequired(_l("Choose a theme."))]
    )
    body = TextAreaField(
        _l("The situation, what you have tried, what you are looking for"),
        validators=ReplyForm.body.kwargs["validators"],
        filters=[several_lines],
    )


class ReportForm(Form):
    """A report."""

    reason = RadioField(
        _l("What is wrong with this message?"),
        choices=options(REASONS),
        validators=[InputRequired(_l("Choose a reason."))],
    )
    words = TextAreaField(
        _l("What the moderators should know"),
        validators=[
            Optional(),
            Length(max=1000, message=_l("This text is too long: %(max)d characters at most.")),
        ],
        filters=[several_lines],
    )
