"""What a company corrected of its need, in words."""

from collections.abc import Iterable, Sequence
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from blueprints._times import long_day
from directory.questions import NO, YES
from expertise.needs.models import Need

CORRECTED = {
    "title": _l("Your need in one line"),
    "subjects": _l("What it is about"),
    "description": _l("Description of your need"),
    "context": _l("Context and stakes"),
    "starts_on": _l("Wished start"),
    "ends_on": _l("At the latest"),
    "contact": _l("Contact"),
    "phone": _l("Telephone"),
    "email": _l("E-mail address"),
    "files": _l("Files"),
    "hidden_from": _l("Must not see it"),
    "hidden_words": _l("Others who must not see it"),
}
"""What a correction is about; anything else is a question, in its own words."""
DAYS = frozenset({"starts_on", "ends_on"})


def changes_in_words(changes: Iterable[Sequence[str]]) -> list[tuple[str, str, str]]:
    """(what was corrected, as it was, as it is): what was empty says so."""
    return [
        (str(CORRECTED.get(name, name)), _value(name, before), _value(name, after))
        for name, before, after in changes
    ]


OF_THE_TEAM = frozenset({"hidden_from", "hidden_words", "contact", "phone", "email"})
"""What those who answer read no correction of: whom it is hidden from, whom to call."""


def changes_for_others(changes: Iterable[Sequence[str]]) -> list[tuple[str, str, str]]:
    """The same for those who answer."""
    return changes_in_words(one for one in changes if one[0] not in OF_THE_TEAM)


def title_of(need: Need) -> str:
    """Its title for those who answer; while its team reads it again, its number."""
    if need.is_unread:
        return _("Need no. %(number)s, being read again", number=need.number)
    return need.title


def _value(name: str, words: str) -> str:
    if not words:
        return _("nothing")
    if name in DAYS:
        return long_day(date.fromisoformat(words))
    return {YES: _("Yes"), NO: _("No")}.get(words, words) if name not in CORRECTED else words
