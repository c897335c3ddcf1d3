"""Events of the agenda as calendars say them."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from agenda import recurrence
from agenda.ics.values import Entry
from agenda.models import Event, Occurrence

Titled = Callable[[str], str]


def location(event: Event) -> str:
    """ "Salle des fêtes, 3 rue du Port, 44000 Nantes"."""
    town = " ".join(filter(None, (event.postcode, event.town)))
    return ", ".join(filter(None, (event.place, event.address, town)))


def own_words(description: str, event: Event) -> str:
    """What a calendar says of one date and not of all, in a line."""
    words, all_say = (" ".join(one.split()) for one in (description, event.description))
    return words.removesuffix(all_say).strip() if all_say else words


def entries(
    event: Event,
    dates: Iterable[Occurrence] = (),
    *,
    organizer: str = "",
    mail: str = "",
    page: str = "",
    called_off: Titled | None = None,
) -> list[Entry]:
    """An event, then each of its dates that was changed or cancelled alone.

    `organizer`: who invites; `mail`: where they may be written to. `page`: the address where all
    is said of it. `called_off`: how the title of what is cancelled is said, for programs that show
    it as any other.
    """
    whole = _whole(event, organizer, mail)
    changed = [one for one in dates if one.changed or one.cancelled_at]
    if event.recurrence:
        found = [whole, *(_alone(whole, event, one) for one in changed)]
    else:  # its only date is the event
        only = [one for one in changed if one.recurrence_at == event.starts_at]
        found = [replace(_alone(whole, event, one), recurrence_at=None) for one in only] or [whole]
    return [_for_reading(one, page, called_off) for one in found]


def _whole(event: Event, organizer: str, mail: str) -> Entry:
    return Entry(
        uid=event.uid,
        sequence=event.sequence,
        title=event.title,
        description=event.description,
        starts=recurrence.wall(event.starts_at, event.zone),
        ends=recurrence.wall(event.ends_at, event.zone),
        all_day=event.all_day,
        zone=event.zone,
        recurrence=event.recurrence,
        place=location(event),
        link=event.link or "",
        latitude=event.latitude,
        longitude=event.longitude,
        organizer=organizer,
        organizer_mail=mail,
        categories=(event.kind.name,),
        cancelled=event.cancelled_at is not None,
        stamp=event.changed_at,
    )


def _alone(whole: Entry, event: Event, date: Occurrence) -> Entry:
    said = [one for one in (date.words, event.description) if one]
    return replace(
        whole,
        recurrence_at=recurrence.wall(date.recurrence_at, event.zone),
        recurrence="",
        title=date.title or whole.title,
        description="\n\n".join(said),
        starts=recurrence.wall(date.starts_at, event.zone),
        ends=recurrence.wall(date.ends_at, event.zone),
        place=date.place or whole.place,
        link=date.link or whole.link,
        latitude=None if date.place else whole.latitude,
        longitude=None if date.place else whole.longitude,
        cancelled=whole.cancelled or date.cancelled_at is not None,
    )


def _for_reading(entry: Entry, page: str, called_off: Titled | None) -> Entry:
    if page:
        words = "\n\n".join(filter(None, (entry.description, page)))
        entry = replace(entry, description=words, link=entry.link or page)
    if called_off and entry.cancelled:
        entry = replace(entry, title=called_off(entry.title))
    return entry
