"""The weekly letter in words: the same in the mail, in the archive and in the editors' preview."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from agenda.recurrence import wall
from blueprints import _notices
from blueprints._times import Span
from blueprints._visits import FROM_MAIL
from blueprints._words import day
from notifications.letter.cards import Card, Key, What
from notifications.letter.parts import Content, Part, Word
from notifications.models import Kind, Notification

PAGES = {
    What.TOPIC: ("forum.topic", "topic_id"),
    What.ARTICLE: ("news.article", "topic_id"),
    What.DOCUMENT: ("resources.document", "document_id"),
    What.EVENT: ("agenda.event", "event_id"),
}
"""Where each content is read: its page, and what its number is called there."""
_ROOMS: dict[Part, tuple[str, dict[str, Any]]] = {
    Part.QUESTIONS: ("forum.index", {"voir": "non-lus"}),
    Part.DOCUMENTS: ("resources.index", {"voir": "nouveautes"}),
    Part.DATES: ("agenda.index", {}),
    Part.NEWS: ("news.index", {}),
    Part.VALID: ("news.index", {}),
}


def page_of(key: Key) -> str:
    """Where a content is read, on this site."""
    endpoint, name = PAGES[key[0]]
    return _address(endpoint, {name: key[1]}, in_mail=False)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing of the letter."""

    title: str
    href: str
    words: str
    """What it is, from whom, when."""
    help: str = ""
    """Why it is for this member."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the letter."""

    key: str
    title: str
    lines: Sequence[Line]
    more: str
    """What remains, "" when nothing does."""
    href: str


@dataclass(frozen=True, slots=True)
class Letter:
    """What templates/letters/_letter.html and the mail read."""

    subject: str
    """It names no content: it stands in the journal of mails."""
    preheader: str
    words: Sequence[Word]
    sections: Sequence[Section]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to read."""
        return not (self.words or self.sections)


def letter(content: Content, *, in_mail: bool = False) -> Letter:
    """A letter in the reader's language."""
    sections = [
        _section(content, part, in_mail=in_mail) for part in Part if content.parts.get(part)
    ]
    if content.told:  # after what the editors say, before all that is for everyone
        sections.insert(bool(content.parts.get(Part.PICKS)), _told(content, in_mail=in_mail))
    first = sections[0].lines[0].title if sections else ""
    return Letter(_subject(content), first, content.words, sections)


def _more(number: int) -> str:
    return ngettext("and %(num)s more", "and %(num)s more", number) if number else ""


def _address(endpoint: str, values: dict[str, Any], *, in_mail: bool) -> str:
    return url_for(endpoint, **values, **(FROM_MAIL if in_mail else {}), _external=in_mail)


def _section(content: Content, part: Part, *, in_mail: bool) -> Section:
    titles: dict[Part, Callable[[], str]] = {
        Part.PICKS: lambda: _("Put forward by your network"),
        Part.QUESTIONS: lambda: _("Questions of your colleagues"),
        Part.DOCUMENTS: lambda: _("New documents"),
        Part.DATES: lambda: _("Dates to come"),
        Part.NEWS: lambda: _("News"),
        Part.VALID: lambda: _("Still valid"),
    }
    room = _ROOMS.get(part)
    return Section(
        part.value,
        titles[part](),
        [_line(card, content, in_mail=in_mail) for card in content.parts[part]],
        _more(content.more.get(part, 0)) if room else "",
        _address(*room, in_mail=in_mail) if room else "",
    )


def _line(card: Card, content: Content, *, in_mail: bool) -> Line:
    endpoint, name = PAGES[card.what]
    skill = content.helps.get(card.id) if card.what is What.TOPIC else None
    return Line(
        card.title,
        _address(endpoint, {name: card.id}, in_mail=in_mail),
        words(card),
        _("You can help with: %(skill)s", skill=skill) if skill else "",
    )


def words(card: Card) -> str:
    """What it is, from whom or when: "Formation · Amina Diallo · sans réponse"."""
    if card.starts_at and card.ends_at:
        span = Span(wall(card.starts_at, card.zone), wall(card.ends_at, card.zone), card.all_day)
        said = [card.shelf, span.words(), card.place]
    elif card.what is What.TOPIC:
        answers = (
            ngettext("%(num)s reply", "%(num)s replies", card.answers)
            if card.answers
            else _("no reply yet")
        )
        said = [card.shelf, card.name, answers]
    elif card.until:
        said = [card.shelf, card.place or card.name, _("until %(day)s", day=_last_day(card))]
    else:
        said = [card.shelf, card.place or card.name]
    return " · ".join(one for one in said if one)


def _last_day(card: Card) -> str:
    assert card.until is not None  # noqa: S101 - asked for when there is one
    return day(card.until - timedelta(seconds=1))


def _told(content: Content, *, in_mail: bool) -> Section:
    return Section(
        "told",
        _("What awaits you"),
        [_told_line(ones, in_mail=in_mail) for ones in content.told],
        _more(content.told_more),
        _address("notifications.index", {}, in_mail=in_mail),
    )


def _told_line(ones: Sequence[Notification], *, in_mail: bool) -> Line:
    first, last = ones[0], ones[-1]
    said = _notices.sentence(last)
    if len(ones) > 1 and all(one.kind is Kind.ANSWER for one in ones):
        said = ngettext(
            "%(num)s answer, the last by %(name)s",
            "%(num)s answers, the last by %(name)s",
            len(ones),
            name=last.actor.name if last.actor else _("A former member"),
        )
    return Line(_notices.title(first), _notices.address(first, in_mail=in_mail), said)


def _subject(content: Content) -> str:
    """ "Cette semaine : 2 choses pour vous, 5 questions, 3 documents"."""

    def number(part: Part) -> int:
        return len(content.parts.get(part, ())) + content.more.get(part, 0)

    told, questions = len(content.told) + content.told_more, number(Part.QUESTIONS)
    documents, dates, news = number(Part.DOCUMENTS), number(Part.DATES), number(Part.NEWS)
    said = [
        told and ngettext("%(num)s thing for you", "%(num)s things for you", told),
        questions and ngettext("%(num)s question", "%(num)s questions", questions),
        documents and ngettext("%(num)s document", "%(num)s documents", documents),
        dates and ngettext("%(num)s date", "%(num)s dates", dates),
        news and ngettext("%(num)s piece of news", "%(num)s pieces of news", news),
    ]
    listed = [str(one) for one in said if one][:3]
    if not listed:
        return _("This week in your network")
    return _("This week: %(list)s", list=", ".join(listed))
