"""What the forms of every area share: cleaned words, usual checks, a refusal beside its field."""

import uuid
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, Field, HiddenField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # stubs are older
from wtforms.form import BaseForm
from wtforms.i18n import get_translations
from wtforms.validators import DataRequired, Email, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from accounts.models import EMAIL_LENGTH
from blueprints._languages import spoken
from blueprints._refusals import explain
from core.db import db
from core.refusals import Refused
from core.text import plain

LABEL_LENGTH = 200


@cache
def _ready_words(language: str) -> Any:
    return get_translations([language])


class Form(FlaskForm):
    """A form: its proof that it comes from our pages, and the library's words in our language."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc] # stubs say nothing of it
        """Flask-WTF would read the file of these words again for each page."""

        def get_translations(self, _form: BaseForm) -> Any:
            """Those of the language of the page."""
            return _ready_words(spoken())


def one_line(typed: str | None) -> str | None:
    """What was typed in a field of one line, without control characters or spaces to spare."""
    return " ".join(plain(typed).split()) if typed else typed


def several_lines(typed: str | None) -> str | None:
    """What was typed in a large field, without control characters."""
    return plain(typed).strip() if typed else typed


def required() -> DataRequired:
    """The field must be filled in."""
    return DataRequired(_l("Fill in this field."))


def chosen() -> DataRequired:
    """One of the choices must be taken."""
    return DataRequired(_l("Choose one of the answers."))


def boxes(label: Any, *, coerce: Callable[[Any], Any] = str) -> SelectMultipleField:
    """Several of a list, as boxes; the domain says which may be chosen."""
    return SelectMultipleField(
        label,
        coerce=coerce,
        validate_choice=False,
        widget=ListWidget(),
        option_widget=CheckboxInput(),
    )


def submission_field() -> HiddenField:
    """What a form is known by: sent again, it is done once."""
    return HiddenField(
        default=lambda: str(uuid.uuid4()), validators=[Optional(), at_most(36)], filters=[one_line]
    )


def at_most(length: int) -> Length:
    """The column's own length."""
    return Length(max=length, message=_l("%(max)d characters at most."))


def line(
    label: Any, *, length: int = LABEL_LENGTH, needed: bool = False, **more: Any
) -> StringField:
    """A field of one line."""
    validators = [required()] if needed else []
    return StringField(label, [*validators, at_most(length)], filters=[one_line], **more)


def address(label: Any, **more: Any) -> EmailField:
    """An e-mail address that must look like one."""
    return EmailField(
        label,
        [
            required(),
            at_most(EMAIL_LENGTH),
            Email(
                allow_smtputf8=False,  # few mail servers take accents before the @
                message=_l("This address is not complete: it looks like name@example.org."),
            ),
        ],
        filters=[one_line],
        **more,
    )


def options(pairs: Iterable[tuple[object, Any]]) -> list[Any]:
    """What a SelectField offers, from pairs (value, words)."""
    return [SelectChoice(str(value), label) for value, label in pairs]


def words(field: Field) -> str:
    """What was typed in a field, "" when nothing was."""
    return field.data or ""


def show_refusal(form: Form, refused: Refused, fields: Mapping[str, str]) -> list[str]:
    """Undo what was begun and say why, beside the field of `fields[code]`.

    Returns the sentences that belong to no field, for error_summary's `others`.
    """
    db.session.rollback()
    field = fields.get(refused.code)
    if field is None:
        return [explain(refused)]
    form[field].errors = [*form[field].errors, explain(refused)]
    return []
