"""What each room brings: what is found there, how long it keeps it, what it gives and erases."""

from flask import Flask

import accounts.departures
import accounts.leaving
import accounts.personal
import accounts.visits
import agenda.attending.personal
import agenda.ics.personal
import agenda.indexed
import agenda.papers.personal
import agenda.personal
import agenda.polls.personal
import agenda.rides.personal
import circulars.personal
import directory.indexed
import directory.personal
import expertise.keeping.rules
import expertise.personal
import files.personal
import forum.indexed
import forum.personal
import house.personal
import inbound.personal
import news.indexed
import news.personal
import notifications.letter.personal
import notifications.personal
import notifications.public_letter.personal
import resources.indexed
import resources.openings
import resources.personal
import rooms.indexed
import rooms.personal
import search.engines
import search.personal
import search.writing
from core import outbox_keeping, retention
from core.settings import Settings

THEIR_DATA = (
    accounts.personal.its_data_of,
    directory.personal.its_data_of,
    files.personal.its_data_of,
    forum.personal.its_data_of,
    news.personal.its_data_of,
    resources.personal.its_data_of,
    agenda.personal.its_data_of,
    agenda.ics.personal.its_data_of,
    agenda.attending.personal.its_data_of,
    agenda.rides.personal.its_data_of,
    circulars.personal.its_data_of,
    rooms.personal.its_data_of,
    agenda.papers.personal.its_data_of,
    agenda.polls.personal.its_data_of,
    expertise.personal.its_data_of,
    notifications.personal.its_data_of,
    notifications.letter.personal.its_data_of,
    notifications.public_letter.personal.its_data_of,
    inbound.personal.its_data_of,
    house.personal.its_data_of,
)
"""What each room gives of a member's own data."""
THEIR_FILES = (
    files.personal.files_of,
    forum.personal.files_of,
    resources.personal.files_of,
    expertise.personal.files_of,
)
"""And of their files, to be taken one by one."""


def index(settings: Settings) -> search.writing.Index:
    """The search's index, of all that is found."""
    return search.writing.Index(
        search.engines.engine(settings),
        [
            forum.indexed.topics,
            news.indexed.articles,
            resources.indexed.documents,
            agenda.indexed.events,
            rooms.indexed.source(agenda.indexed.standing),
            directory.indexed.organisations,
            directory.indexed.schemes,
            directory.indexed.members,
        ],
    )


def keeping(app: Flask) -> retention.Keeping:
    """How long things are kept: the rules of all the rooms, in the order of their page."""
    return retention.Keeping(
        (
            *accounts.leaving.RULES,
            *accounts.visits.RULES,
            *resources.openings.RULES,
            *directory.personal.RULES,
            *notifications.personal.RULES,
            *notifications.letter.personal.RULES,
            *notifications.public_letter.personal.RULES,
            *outbox_keeping.RULES,
            *agenda.ics.personal.RULES,
            *agenda.polls.personal.RULES,
            *agenda.rides.personal.RULES,
            *rooms.personal.RULES,
            *inbound.personal.RULES,
            *circulars.personal.RULES,
            *expertise.keeping.rules.RULES,
            *search.personal.RULES,
            *files.personal.Erasing(app.extensions["maillage.storage"]).rules,
        )
    )


def departing() -> accounts.departures.Departing:
    """What an account that closed is emptied of, from the top of the house down.

    What refers goes before what is referred to; the index is built anew when all is gone.
    """
    return accounts.departures.Departing(
        {
            "notifications": notifications.personal.erase,
            "public-letter": notifications.public_letter.personal.erase,
            "polls": agenda.polls.personal.erase,
            "names-in-polls": agenda.polls.personal.unname,
            "names-in-poll-answers": agenda.polls.personal.unname_replies,
            "events": agenda.personal.erase,
            "names-in-events": agenda.personal.unname,
            "names-in-dates": agenda.personal.unname_dates,
            "room-notes": rooms.personal.erase,
            "names-in-room-notes": rooms.personal.unname,
            "names-in-rooms": rooms.personal.unname_rooms,
            "names-in-minutes": agenda.papers.personal.unname,
            "documents": resources.personal.erase,
            "names-in-documents": resources.personal.unname,
            "messages": forum.personal.erase,
            "names-in-messages": forum.personal.unname,
            "names-in-former-messages": forum.personal.unname_revisions,
            "names-in-mails": accounts.departures.forget_in_mails,
            "index": search.personal.forget,
        }
    )
