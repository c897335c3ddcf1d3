"""What is filled in to publish news."""

from datetime import date, time
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField, TextAreaField, TimeField
from wtforms.validators import InputRequired, Optional, ValidationError

from blueprints._articles import CONTRACTS
from blueprints._conversation import ReplyForm
from blueprints._forms import at_most, line, one_line, options, required, several_lines, words
from blueprints._refusals import explain
from core import addresses
from core.db import db
from core.refusals import Refused
from directory.lists import offered
from directory.models import Listed, Theme
from forum.actions import LONGEST_TITLE
from news.actions import LONGEST_PLACE, Said, has_day
from news.models import Article, ArticleKind, Contract

FIELDS = {
    "title-empty": "title",
    "title-too-long": "title",
    "body-empty": "body",
    "body-too-long": "body",
    "unknown-kind": "kind",
    "unknown-theme": "theme",
    "article-day-needed": "starts_on",
    "article-place-needed": "place",
    "article-too-far": "starts_on",
    "dates-crossed": "ends_on",
    "contract-needed": "contract",
    "deadline-needed": "deadline",
    "address-too-long": "address",
    "link-unknown": "link",
    "picture-words-needed": "picture_words",
}
"""Refusal → the field that is told."""


def _chosen(value: str | int | None) -> int | None:
    """What a list of choices sends; its first line, "Choose", is nothing."""
    return int(value) if value else None


def listed(kind: type[Listed], also: Listed | None = None) -> list[Any]:
    """What is offered, and what the article is filed under though it is offered no longer."""
    entries = list(db.session.scalars(offered(kind)))
    if also is not None and also not in entries:
        entries.append(also)
    return options([("", _("Choose")), *((entry.id, entry.name) for entry in entries)])


class ArticleForm(ReplyForm):
    """A piece of news; what its kind does not ask is not shown, and not read."""

    title = StringField(
        _l("The news in one line"),
        [required(), at_most(LONGEST_TITLE)],
        filters=[one_line],
    )
    kind = SelectField(
        _l("Kind of news"), coerce=_chosen, validators=[InputRequired(_l("Choose a kind."))]
    )
    theme = SelectField(
        _l("Theme"), coerce=_chosen, validators=[InputRequired(_l("Choose a theme."))]
    )
    body = TextAreaField(
        _l("What your colleagues should know"),
        validators=ReplyForm.body.kwargs["validators"],
        filters=[several_lines],
    )
    starts_on = DateField(_l("Day"), [Optional()])
    starts_at = TimeField(_l("Begins at"), [Optional()])
    ends_on = DateField(_l("Last day"), [Optional()])
    ends_at = TimeField(_l("Ends at"), [Optional()])
    place = line(_l("Place"), length=LONGEST_PLACE)
    address = line(_l("Address"), length=LONGEST_PLACE)
    town = line(_l("Town"), length=LONGEST_PLACE)
    contract = SelectField(_l("Contract"), default="")
    deadline = DateField(_l("Answer by"), [Optional()])
    link = StringField(
        _l("Address of a page that says more"), [at_most(addresses.LONGEST_LINK)], [one_line]
    )
    picture_words = line(_l("What the picture shows"))
    expires_on = DateField(_l("Of use until"), [Optional()])

    def offer(self, article: Article | None = None, theme: Theme | None = None) -> None:
        """Fill the lists."""
        self.kind.choices = listed(ArticleKind, article.kind if article else None)
        self.theme.choices = listed(Theme, theme)
        self.contract.choices = options([("", _("Choose")), *_contracts()])

    def ask(self, kind: ArticleKind | None) -> None:
        """Mark what this kind asks; the domain refuses what lacks."""
        for field, asked in (
            (self.starts_on, kind is not None and kind.dated),
            (self.contract, kind is not None and kind.hires),
            (self.deadline, kind is not None and kind.closes),
        ):
            field.flags.required = asked

    def validate_link(self, field: StringField) -> None:
        """Say it with the other errors."""
        if not field.data:
            return
        try:
            field.data = addresses.link(field.data)
        except Refused as refused:
            raise ValidationError(explain(refused)) from refused

    def said(self, kind: ArticleKind | None, picture_id: int | None) -> Said:
        """What was typed, of what this kind asks."""
        meets = kind is not None and has_day(kind)
        return Said(
            title=words(self.title),
            body=words(self.body),
            kind_id=self.kind.data,
            theme_id=self.theme.data,
            starts_on=_day(self.starts_on) if meets else None,
            starts_at=_hour(self.starts_at) if meets else None,
            ends_on=_day(self.ends_on) if meets else None,
            ends_at=_hour(self.ends_at) if meets else None,
            place=words(self.place) if meets else "",
            address=words(self.address) if meets else "",
            town=words(self.town) if meets else "",
            contract=_contract(self.contract.data) if kind and kind.hires else None,
            deadline=_day(self.deadline) if kind and kind.closes else None,
            link=words(self.link),
            picture_id=picture_id,
            picture_words=words(self.picture_words),
            expires_on=_day(self.expires_on),
        )


def _contracts() -> list[tuple[str, str]]:
    return [(one.value, str(said)) for one, said in CONTRACTS.items()]


def _contract(typed: str | None) -> Contract | None:
    return Contract(typed) if typed else None


def _day(field: DateField) -> date | None:
    found: date | None = field.data
    return found


def _hour(field: TimeField) -> time | None:
    found: time | None = field.data
    return found
