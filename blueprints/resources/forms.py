"""The forms of the library."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional, ValidationError

from blueprints._forms import (
    Form,
    at_most,
    line,
    one_line,
    options,
    required,
    several_lines,
    submission_field,
)
from blueprints._refusals import explain
from blueprints.resources.listing import folder_choices
from core import addresses
from core.db import db
from core.refusals import Refused
from directory.lists import offered
from directory.models import Listed, Theme
from files.models import Upload
from resources import actions, guess
from resources.actions import Description
from resources.models import FAVOURITE_LENGTH, NOTE_LENGTH, Document, DocumentKind

FIELDS = {
    "title-empty": "title",
    "title-too-long": "title",
    "body-too-long": "words",
    "unknown-kind": "kind",
    "unknown-theme": "theme",
    "unknown-folder": "folder",
    "review-past": "review_on",
    "link-unknown": "link",
}
"""Refusal → the field that is told."""


def _chosen(value: str | int | None) -> int | None:
    return int(value) if value else None


def _listed(kind: type[Listed], none: str, also: Listed | None = None) -> list[Any]:
    """What is offered, and what the document is filed under though it is offered no longer."""
    entries = list(db.session.scalars(offered(kind)))
    if also is not None and also not in entries:
        entries.append(also)
    return options([("", none), *((entry.id, entry.name) for entry in entries)])


class SharedForm(Form):
    """What is said once for all the files of a deposit."""

    theme = SelectField(_l("Theme"), coerce=_chosen)
    folder = SelectField(_l("Folder"), coerce=_chosen)
    words = TextAreaField(
        _l("Description"),
        validators=[at_most(actions.LONGEST_DESCRIPTION)],
        filters=[several_lines],
    )
    submission = submission_field()

    def offer(self, document: Document | None = None) -> None:
        """Fill the lists."""
        theme = document.theme if document else None
        self.theme.choices = _listed(Theme, _("None"), theme)
        self.folder.choices = options([("", _("None")), *folder_choices()])


class DescriptionForm(SharedForm):
    """What is said of one document."""

    title = line(_l("Title"), length=actions.LONGEST_TITLE, needed=True)
    kind = SelectField(_l("Kind of document"), [required()], coerce=_chosen)
    review_on = DateField(
        _l("To be reviewed on"),
        [Optional()],
        description=_l("You will be reminded that day to see whether it is still true."),
    )

    def offer(self, document: Document | None = None) -> None:
        """Fill the lists."""
        super().offer(document)
        self.kind.choices = _listed(DocumentKind, _("Choose"), document.kind if document else None)

    def description(self) -> Description:
        """What was typed."""
        return Description(
            title=self.title.data or "",
            kind_id=self.kind.data,
            theme_id=self.theme.data,
            folder_id=self.folder.data,
            words=self.words.data or "",
            review_on=self.review_on.data,
        )


class LinkForm(DescriptionForm):
    """An address to give."""

    link = StringField(
        _l("Address of the page"), [required(), at_most(addresses.LONGEST_LINK)], [one_line]
    )

    def validate_link(self, field: StringField) -> None:
        """Say it with the other errors."""
        try:
            field.data = addresses.link(field.data or "")
        except Refused as refused:
            raise ValidationError(explain(refused)) from refused


class VersionForm(Form):
    """A newer file."""

    note = line(_l("What changed"), length=NOTE_LENGTH)


class LabelForm(Form):
    """What a favourite is kept for."""

    label = line(_l("Label"), length=FAVOURITE_LENGTH)


def kinds_by_slug() -> dict[str, DocumentKind]:
    """The kinds that are offered."""
    return {kind.slug: kind for kind in db.session.scalars(offered(DocumentKind))}


def guessed_kind(name: str, kinds: dict[str, DocumentKind]) -> int | None:
    """The kind that a file's name lets expect, or the catch-all one, or the first."""
    kind = kinds.get(guess.kind(name)) or kinds.get(guess.OTHERWISE)
    return kind.id if kind else next((one.id for one in kinds.values()), None)


def rows_of(
    uploads: Sequence[Upload], typed: Any, kinds: dict[str, DocumentKind]
) -> list[dict[str, Any]]:
    """Each file that arrived, with its title and kind: as typed, else as guessed."""
    return [
        {
            "id": upload.id,
            "name": upload.name,
            "size": upload.size,
            "title": typed.get(f"title-{upload.id}", guess.title(upload.name)),
            "kind_id": typed.get(
                f"kind-{upload.id}", guessed_kind(upload.name, kinds), type=_chosen
            ),
        }
        for upload in uploads
    ]
