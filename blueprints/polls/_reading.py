"""Polls as their page shows them."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from babel.dates import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from agenda.models import Occurrence
from agenda.polls import queries
from agenda.polls.models import Poll, Slot, Suits
from agenda.polls.queries import Answered, Tally
from agenda.recurrence import wall
from blueprints._languages import spoken
from blueprints._times import HERE, ZONES, Span, hours_here, long_day
from blueprints.agenda import _finding
from core import clock

SUITS = {
    Suits.YES: _l("Yes"),
    Suits.IF_NEEDED: _l("If need be"),
    Suits.NO: _l("No"),
}


def span(poll: Poll, slot: Slot) -> Span:
    """When a slot is, on the clock of its poll."""
    return Span(wall(slot.starts_at, poll.zone), wall(slot.ends_at, poll.zone), poll.all_day)


def when(poll: Poll, slot: Slot) -> str:
    """ "Mardi 2 mars 2027, de 9 h à 11 h"."""
    said = span(poll, slot)
    day = long_day(said.starts.date())
    words = day if poll.all_day else f"{day}, {said.hours()}"
    return words[:1].upper() + words[1:]


def in_short(poll: Poll, slot: Slot) -> tuple[str, str]:
    """ "mar. 2 mars", "de 9 h à 11 h": the head of a column."""
    said = span(poll, slot)
    pattern = "EEE d MMM" if spoken() == "fr" else "EEE, MMM d"
    day = format_date(said.starts.date(), pattern, locale=spoken())
    return day, "" if poll.all_day else said.hours()


def tally_words(tally: Tally) -> str:
    """ "7 oui, 2 si besoin"."""
    said = []
    if tally.yes or not tally.if_needed:
        said.append(ngettext("%(num)s yes", "%(num)s yes", tally.yes))
    if tally.if_needed:
        said.append(ngettext("%(num)s if need be", "%(num)s if need be", tally.if_needed))
    return ", ".join(said)


def clock_words(poll: Poll) -> str:
    """Whose clock the hours are read on, when it is not that of Paris."""
    if poll.zone == HERE or poll.all_day:
        return ""
    place = ZONES.get(poll.zone, poll.zone.rpartition("/")[2].replace("_", " "))
    return _("The hours are those of this clock: %(place)s.", place=place)


def slot_lines(
    poll: Poll,
    slots: Sequence[Slot],
    tallies: Mapping[int, Tally],
    mine: Answered | None,
    conflicts: Mapping[int, list[Occurrence]],
) -> list[dict[str, Any]]:
    """What is said of each slot."""
    coming = [one for one in slots if one.starts_at > clock.now()]
    best = queries.best(coming if poll.closed_at is None else slots, tallies)
    return [
        {
            "id": one.id,
            "when": when(poll, one),
            "short": in_short(poll, one),
            "tally": tally_words(tallies.get(one.id, Tally())),
            "best": one.id in best and not one.chosen,
            "chosen": one.chosen,
            "over": one.starts_at <= clock.now(),
            "mine": mine.suits[one.id].value if mine and one.id in mine.suits else "",
            "new": mine is not None and one.id not in mine.suits,
            "conflicts": [_conflict(other) for other in conflicts.get(one.id, ())],
        }
        for one in slots
    ]


def _conflict(other: Occurrence) -> dict[str, str]:
    return {
        "title": other.title or other.event.title,
        "hours": hours_here(other, other.event),
        "href": _finding.address_of_date(other.event, other),
    }


def grid(slots: Sequence[Slot], shown: Sequence[Answered], member_id: int) -> list[dict[str, Any]]:
    """The rows of people × slots."""
    return [
        {
            "name": one.reply.member.name,
            "me": one.reply.member_id == member_id,
            "words": one.reply.words,
            "suits": [one.suits[slot.id].value if slot.id in one.suits else "" for slot in slots],
        }
        for one in shown
    ]


def until_words(poll: Poll) -> str:
    """Until when one answers."""
    if poll.until is None:
        return ""
    if poll.until < clock.today():
        return _("Answers ended on %(day)s", day=long_day(poll.until))
    if poll.until == clock.today():
        return _("Last day to answer: today")
    if poll.until == clock.today() + timedelta(days=1):
        return _("Last day to answer: tomorrow")
    return _("To be answered by %(day)s", day=long_day(poll.until))
