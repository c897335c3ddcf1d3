"""What a member is told, in words: the same on the page of notifications and in the mails."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from agenda.models import Event
from agenda.polls.models import Poll
from blueprints._times import in_words, long_day
from blueprints._topics import ROOMS, post_address, topic_address
from blueprints._visits import FROM_MAIL
from core.text import excerpt
from forum.models import Section, State
from notifications.models import Frequency, Kind, Notification

ICONS = {
    Kind.ANSWER: "reply",
    Kind.MENTION: "mention",
    Kind.USEFUL: "done",
    Kind.PROPOSED: "help",
    Kind.NEW_TOPIC: "forum",
    Kind.NEW_ARTICLE: "news",
    Kind.NEW_DOCUMENT: "resources",
    Kind.NEW_EVENT: "agenda",
    Kind.DOCUMENT: "file",
    Kind.DATE: "agenda",
    Kind.POLL: "agenda",
    Kind.POLL_ANSWER: "agenda",
    Kind.LETTER: "mail",
    Kind.MODERATION: "shield",
}

KINDS = {
    Kind.ANSWER: _l("An answer or a comment on what you follow"),
    Kind.MENTION: _l("Somebody mentions you with @"),
    Kind.USEFUL: _l("Your answer is chosen as the useful one"),
    Kind.PROPOSED: _l("A question without an answer, on which you can help"),
    Kind.NEW_TOPIC: _l("A new topic that is open to you"),
    Kind.NEW_ARTICLE: _l("News that is open to you"),
    Kind.NEW_DOCUMENT: _l("A new document that is open to you"),
    Kind.NEW_EVENT: _l("A new date, or a poll of dates, that is open to you"),
    Kind.DOCUMENT: _l("A new version of a document that you have, one of yours to review"),
    Kind.DATE: _l("A reminder of the dates that you come to"),
    Kind.POLL: _l("What becomes of the polls of dates that concern you"),
    Kind.POLL_ANSWER: _l("Answers to your polls of dates"),
    Kind.LETTER: _l("The weekly letter"),
    Kind.MODERATION: _l("Moderation"),
}

FREQUENCIES = {
    Frequency.IMMEDIATELY: _l("As it happens"),
    Frequency.DAILY: _l("Once a day, in the morning"),
    Frequency.WEEKLY: _l("Once a week, in the letter"),
    Frequency.NEVER: _l("Never"),
}

OF_DATES: dict[Frequency, Any] = {
    Frequency.IMMEDIATELY: _l("Two days before, and that morning"),
    Frequency.NEVER: _l("Never"),
}
"""A reminder does not wait for a digest."""

OF_ANSWERS: dict[Frequency, Any] = {
    frequency: FREQUENCIES[frequency]
    for frequency in (Frequency.DAILY, Frequency.WEEKLY, Frequency.NEVER)
}
"""Answers to a poll are gathered: never one mail each."""

OFFERED: dict[Kind, dict[Frequency, Any]] = {Kind.DATE: OF_DATES, Kind.POLL_ANSWER: OF_ANSWERS}
"""For kinds that are not told at every pace."""

_HAPPENED = {
    Kind.ANSWER: _l("%(name)s answered"),
    Kind.MENTION: _l("%(name)s mentions you"),
    Kind.USEFUL: _l("Your answer was chosen as the useful one"),
    Kind.PROPOSED: _l("Nobody has answered %(name)s yet. You can help with: %(skill)s"),
    Kind.NEW_TOPIC: _l("%(name)s opened a topic"),
    Kind.NEW_ARTICLE: _l("%(name)s published news"),
    Kind.NEW_DOCUMENT: _l("%(name)s deposited a document"),
    Kind.NEW_EVENT: _l("%(name)s announced a date"),
}

_PRECISELY = {
    "renewed": _l("%(name)s put a new version online"),
    "replaced": _l("Another document takes the place of this one"),
    "review": _l("Is your document still true? Review it, or say until when it is"),
    "poll": _l("%(name)s looks for a date: say which slots suit you"),
    "poll-slots": _l("New slots are proposed in a poll that you answered"),
    "poll-reminder": _l("Your answer is awaited: say which slots suit you"),
    "poll-replied": _l("Your poll has new answers, the last one by %(name)s"),
    "poll-closed": _l("This poll is closed, and no date is announced to you"),
    "poll-dated": _l("The date is chosen: the poll that you answered is closed"),
    "poll-opened": _l("You said that this slot suits you: you can register"),
    "held": _l("A first message by %(name)s awaits your approval"),
    "reported": _l("%(name)s reported a message"),
    "hide": _l("Your message was hidden"),
    "restore": _l("Your message can be read again"),
    "approve": _l("Your message is published"),
    "move": _l("Your topic is now under the theme “%(theme)s”"),
    "lock": _l("Your topic is closed to new answers"),
    "merge": _l("Your topic was merged with this one"),
    "report-hide": _l("The message that you reported was hidden"),
    "report-keep": _l("The message that you reported was read and stays"),
}

FOR_MODERATORS = frozenset({"held", "reported"})
REPORT_ENDS = frozenset({"report-hide", "report-keep"})

_SUBJECTS = {
    Kind.ANSWER: _l("Answer: %(title)s"),
    Kind.MENTION: _l("You are mentioned: %(title)s"),
    Kind.USEFUL: _l("Useful answer: %(title)s"),
    Kind.PROPOSED: _l("Can you answer? %(title)s"),
    Kind.NEW_TOPIC: _l("New topic: %(title)s"),
    Kind.NEW_ARTICLE: _l("News: %(title)s"),
    Kind.NEW_DOCUMENT: _l("New document: %(title)s"),
    Kind.NEW_EVENT: _l("New date: %(title)s"),
}

_PRECISE_SUBJECTS = {
    "renewed": _l("New version: %(title)s"),
    "replaced": _l("Out of date: %(title)s"),
    "review": _l("To review: %(title)s"),
    "poll": _l("Poll of dates: %(title)s"),
    "poll-slots": _l("New slots: %(title)s"),
    "poll-reminder": _l("Your answer is awaited: %(title)s"),
    "poll-replied": _l("Answers: %(title)s"),
    "poll-closed": _l("Poll closed: %(title)s"),
    "poll-dated": _l("The date is chosen: %(title)s"),
    "poll-opened": _l("Register: %(title)s"),
    "held": _l("To approve: %(title)s"),
    "reported": _l("Report: %(title)s"),
    "hide": _l("Message hidden: %(title)s"),
    "restore": _l("Message shown again: %(title)s"),
    "approve": _l("Message published: %(title)s"),
    "move": _l("Topic moved: %(title)s"),
    "lock": _l("Topic closed: %(title)s"),
    "merge": _l("Topics merged: %(title)s"),
    "report-hide": _l("Your report: %(title)s"),
    "report-keep": _l("Your report: %(title)s"),
}


def sentence(told: Notification) -> str:
    """What happened: "Amina Diallo a répondu"."""
    words = _PRECISELY[told.what] if told.what else _HAPPENED[told.kind]
    if is_comment(told):
        words = _l("%(name)s commented")
    return str(words) % {
        "name": told.actor.name if told.actor else _("A former member"),
        "theme": shelf(told),
        "skill": told.reason,
    }


def is_comment(told: Notification) -> bool:
    """An answer to an article is a comment."""
    news = told.post is not None and told.post.topic.section is Section.NEWS
    return news and told.kind is Kind.ANSWER


def shelf(told: Notification) -> str:
    """What it is filed under: the theme of a topic, the kind of what it is otherwise."""
    if told.post is not None:
        return told.post.topic.theme.name
    if told.event is not None:
        return told.event.kind.name
    if told.poll is not None:
        return _("Poll of dates")
    assert told.document is not None  # noqa: S101 - the database sees to it
    return told.document.kind.name


def subject(told: Notification) -> str:
    """What a mail about this alone is called."""
    words = _PRECISE_SUBJECTS[told.what] if told.what else _SUBJECTS[told.kind]
    if is_comment(told):
        words = _l("Comment: %(title)s")
    return str(words) % {"title": title(told)}


def _is_gone(told: Notification) -> bool:
    """Somebody reported words that are now hidden from them too, or whose topic is."""
    if told.post is None:
        return False
    states = {told.post.state, told.post.topic.state}
    return told.what in REPORT_ENDS and states != {State.VISIBLE}


def title(told: Notification) -> str:
    """The topic's or the document's; not that of a hidden topic to the one who reported it."""
    if told.document is not None:
        return told.document.title
    if told.event is not None:
        return told.event.title
    if told.poll is not None:
        return told.poll.title
    assert told.post is not None  # noqa: S101 - the database sees to it
    if _is_gone(told) and told.post.topic.state is not State.VISIBLE:
        return _("a topic that was hidden")
    return told.post.topic.title


def quotation(told: Notification, length: int) -> str | None:
    """What is quoted: the first words of the post unless they are hidden, the note of a version."""
    if told.event is not None:
        return _when(told.event)
    if told.poll is not None:
        return _until(told.poll)
    if told.post is None:
        return told.reason
    return None if _is_gone(told) else excerpt(told.post.html, length)


def _when(event: Event) -> str:
    """When it takes place, for the first time when it comes back."""
    return in_words(event, event)[0]


def _until(poll: Poll) -> str | None:
    """Until when it is answered."""
    if poll.until is None or poll.closed_at is not None:
        return None
    return _("To be answered by %(day)s", day=long_day(poll.until))


def reason(told: Notification) -> str | None:
    """Why something was decided about a post."""
    return None if told.post is None or told.kind is Kind.PROPOSED else told.reason


def address(told: Notification, *, in_mail: bool = False) -> str:
    """Where one lands: the post itself, or the place where the moderators decide."""
    origin = FROM_MAIL if in_mail else {}
    if told.what in FOR_MODERATORS:
        waits = "attente" if told.what == "held" else None
        return url_for("moderation.queue", voir=waits, _external=in_mail)
    if told.document_id is not None:
        return url_for(
            "resources.document", document_id=told.document_id, _external=in_mail, **origin
        )
    if told.event_id is not None:
        return url_for("agenda.event", event_id=told.event_id, _external=in_mail, **origin)
    if told.poll_id is not None:
        return url_for("polls.poll", poll_id=told.poll_id, _external=in_mail, **origin)
    assert told.post is not None  # noqa: S101 - the database sees to it
    topic = told.post.topic
    if told.kind is Kind.PROPOSED:
        return url_for(
            "forum.topic", topic_id=topic.id, _anchor="repondre", _external=in_mail, **origin
        )
    if not _is_gone(told):
        return post_address(topic, told.post.number, in_mail=in_mail)
    if topic.state is State.VISIBLE:
        return topic_address(topic, _external=in_mail, **origin)
    return url_for(ROOMS[topic.section], _external=in_mail)


@dataclass(frozen=True, slots=True)
class Notice:
    """The arguments of components/notification.html."""

    text: str
    href: str
    when: datetime
    icon_name: str
    unread: bool
    detail: str


def notices(all_told: Iterable[Notification]) -> list[Notice]:
    """Ready to show, in the same order; the answers in one topic are told in one line."""
    gathered: dict[tuple[object, ...], list[Notification]] = {}
    for told in all_told:
        answer = told.kind is Kind.ANSWER
        topic_id = told.post.topic_id if answer and told.post else None
        key = (topic_id, told.seen_at is None) if topic_id else (told.id,)
        gathered.setdefault(key, []).append(told)
    return [_notice(same) for same in gathered.values()]


def _notice(same: list[Notification]) -> Notice:
    """One line for what is told together, newest first; it leads to the oldest."""
    newest, oldest = same[0], same[-1]
    return Notice(
        text=sentence(newest)
        if len(same) == 1
        else ngettext(
            "%(num)s answer, the last by %(name)s",
            "%(num)s answers, the last by %(name)s",
            len(same),
            name=newest.actor.name if newest.actor else _("A former member"),
        ),
        href=address(oldest),
        when=newest.created_at,
        icon_name=ICONS[newest.kind],
        unread=newest.seen_at is None,
        detail=_detail(newest),
    )


def _detail(told: Notification) -> str:
    if told.reason and told.post is None:
        return f"{title(told)}. {told.reason}"
    if reason(told):
        return _("%(title)s. Reason: %(reason)s", title=title(told), reason=reason(told))
    return title(told)
