"""What waited for a member, gathered by topic and document as one mail tells it."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from blueprints import _notices
from notifications.models import POLL_CLOSED, POLL_OPENED, POLL_REPLIED, Kind, Notification

MOST_ENTRIES = 5
"""How many posts of a topic a mail quotes; it says how many more there are."""
LONG, SHORT = 600, 200
"""Characters quoted of each post: in a mail about one topic, about several."""

WEIGHT = (
    Kind.MODERATION,
    Kind.MENTION,
    Kind.PROPOSED,
    Kind.USEFUL,
    Kind.ANSWER,
    Kind.DOCUMENT,
    Kind.POLL,
    Kind.POLL_ANSWER,
    Kind.NEW_ARTICLE,
    Kind.NEW_TOPIC,
    Kind.NEW_DOCUMENT,
    Kind.NEW_EVENT,
)
"""What gives its subject to a mail about one topic or document, heaviest first."""

NOT_ASKED = (POLL_REPLIED, POLL_CLOSED)
"""What a mail tells of a poll without asking for an answer."""

_WHY = {
    Kind.ANSWER: _l("You receive this message because you follow this topic."),
    Kind.MENTION: _l("You receive this message because somebody mentioned you with @."),
    Kind.USEFUL: _l("You receive this message because you answered in this topic."),
    Kind.PROPOSED: _l(
        "You receive this message because you said that you can help on this subject and nobody "
        "has answered for two working days. You are asked once a week at most."
    ),
    Kind.NEW_TOPIC: _l("You receive this message because new topics are open to you on Maillage."),
    Kind.NEW_ARTICLE: _l("You receive this message because news is open to you on Maillage."),
    Kind.NEW_DOCUMENT: _l(
        "You receive this message because new documents are open to you on Maillage."
    ),
    Kind.NEW_EVENT: _l("You receive this message because new dates are open to you on Maillage."),
    Kind.DOCUMENT: _l("You receive this message because you have or gave this document."),
    Kind.POLL: _l("You receive this message because this poll of dates asks for your answer."),
    Kind.POLL_ANSWER: _l("You receive this message because you proposed this poll of dates."),
}


@dataclass(frozen=True, slots=True)
class Link:
    """The one button of a mail."""

    href: str
    label: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing told about a topic."""

    sentence: str
    excerpt: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Heading:
    """A topic or a document, and what is told about it."""

    title: str
    theme: str
    link: Link
    entries: list[Entry]
    more: int
    """How many more posts than the entries show."""


@dataclass(frozen=True, slots=True)
class Digest:
    """A mail's worth of notifications."""

    subject: str
    preheader: str
    why: str
    action: Link | None
    """The button, when there is one topic or document."""
    headings: list[Heading]


def digest(subjects: Sequence[list[Notification]]) -> Digest:
    """Gather what waits, by topic or document; there is some, and something about each."""
    told = [one for ones in subjects for one in ones]
    alone = len(subjects) == 1
    headings = [_heading(ones, LONG if alone else SHORT) for ones in subjects]
    first = headings[0].entries[0]
    return Digest(
        subject=_subject(told, alone=alone),
        preheader=f"{first.sentence}: {first.excerpt}" if first.excerpt else first.sentence,
        why=_why(told),
        action=headings[0].link if alone else None,
        headings=headings,
    )


def _heaviest(told: Sequence[Notification]) -> Notification:
    return min(told, key=lambda one: WEIGHT.index(one.kind))


def _heading(told: list[Notification], length: int) -> Heading:
    # One lands on the first of what is new, and reads on from there.
    first = _heaviest(told) if told[0].kind is Kind.MODERATION else told[0]
    return Heading(
        title=_notices.title(first),
        theme=_notices.shelf(first),
        link=Link(_notices.address(first, in_mail=True), _label(first)),
        entries=[_entry(one, length) for one in told[:MOST_ENTRIES]],
        more=max(len(told) - MOST_ENTRIES, 0),
    )


def _label(told: Notification) -> str:
    if told.what in _notices.FOR_MODERATORS:
        return _("Open the moderation")
    if told.document_id is not None:
        return _("See the document")
    if told.what == POLL_OPENED:
        return _("See the date and register")
    if told.event_id is not None:
        return _("See the date")
    if told.poll_id is not None:
        return _("See the poll") if told.what in NOT_ASKED else _("Answer the poll")
    if told.kind is Kind.MODERATION or told.kind is Kind.USEFUL:
        return _("See it in the topic")
    if told.kind is Kind.PROPOSED:
        return _("Answer this question")
    return _("Read and answer")


def _entry(told: Notification, length: int) -> Entry:
    return Entry(
        sentence=_notices.sentence(told),
        excerpt=_notices.quotation(told, length),
        reason=_notices.reason(told),
    )


def _subject(told: Sequence[Notification], *, alone: bool) -> str:
    kinds, number = {one.kind for one in told}, len(told)
    if number == 1 or (alone and kinds != {Kind.ANSWER}):
        return _notices.subject(_heaviest(told))
    if alone:
        return ngettext(
            "%(num)s answer: %(title)s",
            "%(num)s answers: %(title)s",
            number,
            title=_notices.title(told[0]),
        )
    if kinds == {Kind.ANSWER}:
        return ngettext("%(num)s new answer on Maillage", "%(num)s new answers on Maillage", number)
    if kinds == {Kind.NEW_DOCUMENT}:
        return ngettext(
            "%(num)s new document on Maillage", "%(num)s new documents on Maillage", number
        )
    if kinds == {Kind.NEW_EVENT}:
        return ngettext("%(num)s new date on Maillage", "%(num)s new dates on Maillage", number)
    if kinds == {Kind.NEW_TOPIC}:
        return ngettext("%(num)s new topic on Maillage", "%(num)s new topics on Maillage", number)
    if kinds == {Kind.NEW_ARTICLE}:
        return ngettext(
            "%(num)s piece of news on Maillage", "%(num)s pieces of news on Maillage", number
        )
    return ngettext("%(num)s thing new on Maillage", "%(num)s things new on Maillage", number)


def _why(told: Sequence[Notification]) -> str:
    kinds = {one.kind for one in told}
    if len(kinds) > 1:
        return _("You receive this message because these are the mails you chose to receive.")
    (kind,) = kinds
    if kind is not Kind.MODERATION:
        return str(_WHY[kind])
    if all(one.what in _notices.FOR_MODERATORS for one in told):
        return _("You receive this message because you are a moderator on Maillage.")
    return _("You receive this message because it is about what you wrote or reported.")
