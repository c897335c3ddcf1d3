"""How the rooms meet: who is told of which fact, and who does which work."""

from flask import Flask

import accounts.jobs
import agenda.attending.feed
import agenda.attending.organising
import agenda.attending.personal
import agenda.attending.queries
import agenda.ics.feeds
import agenda.ics.personal
import agenda.indexed
import agenda.jobs
import agenda.needs
import agenda.papers.queries
import agenda.personal
import agenda.polls.personal
import agenda.rides.personal
import agenda.rides.queries
import circulars.personal
import directory.actions
import directory.imports.jobs
import directory.indexed
import directory.jobs
import directory.personal
import directory.subjects
import expertise.committees.seats
import expertise.companies.actions
import expertise.experts.seats
import expertise.personal
import expertise.wired
import figures.heard
import figures.jobs
import files.actions
import files.jobs
import files.personal
import forum.indexed
import forum.jobs
import forum.personal
import house.jobs
import house.personal
import inbound.actions
import inbound.mailbox
import inbound.personal
import map.jobs as map_jobs
import news.actions
import news.indexed
import news.personal
import notifications.asking
import notifications.dates
import notifications.heard
import notifications.jobs
import notifications.letter.jobs
import notifications.letter.personal
import notifications.letter.rhythm
import notifications.personal
import notifications.polls
import notifications.public_letter.jobs
import notifications.rides
import resources.indexed
import resources.jobs
import resources.personal
import rooms.indexed
import rooms.jobs
import rooms.personal
import search.jobs
from accounts import audit
from accounts.facts import (
    AccessAsked,
    AccessDeclined,
    ClosingAsked,
    ClosingReminded,
    Invited,
    Joined,
    MemberChanged,
    MemberLeft,
    NetworkChanged,
    Reinstated,
    Sensitive,
    Suspended,
)
from agenda.attending.facts import (
    Declined,
    Opened,
    PlaceFound,
    PlaceTaken,
    Registered,
    Written,
)
from agenda.facts import (
    Announced,
    Cancelled,
    Divided,
    EventWithdrawn,
    OccurrenceRearranged,
    Rearranged,
)
from agenda.papers.facts import MinutesWritten
from agenda.polls.facts import Closed, Proposed, Reminded, Replied, SlotAdded
from agenda.rides.facts import Decided
from blueprints import (
    _mail,
    live,
    meetings,
)
from core import facts, jobs, outbox, retention
from core.settings import Settings
from directory.facts import Named, OrganisationDescribed, ProfileChanged, SchemeDescribed
from files.facts import FileRead
from forum.facts import Answered, Held, Moderated, Published, Reported, Reworded, Unanswered
from gathering import departing
from house.facts import Merged
from notifications.facts import Seen, Told
from resources.facts import Deposited, Described, Renewed, Replaced, ReviewDue, Withdrawn
from rooms.facts import Excluded, MeetingEnded, MeetingMoved, Noted, RoomChanged
from search.facts import SoughtInVain


def wire(app: Flask, settings: Settings) -> jobs.Plan:
    """Who is told of what, and who does the work that is put off."""
    outbox.render_with(_mail.renderer(app))
    teller = notifications.jobs.Teller(settings)
    dates = notifications.dates.DateTeller(settings)
    polls = notifications.polls.PollTeller(teller)
    rides = agenda.rides.personal
    letters = notifications.letter.jobs.Letters(settings)
    at_the_desk = expertise.wired.wired(settings)
    public_letters = notifications.public_letter.jobs.PublicLetters(settings)
    reader = files.jobs.Reader(app.extensions["maillage.storage"], settings.var / "reading")
    importing = directory.imports.jobs.Importing(
        app.extensions["maillage.storage"], settings.var / "reading"
    )
    locator = map_jobs.Locator(settings.geocoder_url)
    door = inbound.actions.Door(settings, app.extensions["maillage.storage"])
    carried = rooms.jobs.Carried(settings)
    mailbox = inbound.mailbox.Reader(settings)
    indexing = search.jobs.Indexing(app.extensions["maillage.search"])
    topic_changed = forum.indexed.Telling(search.jobs.changed)
    room_changed = rooms.indexed.Telling(search.jobs.changed)
    event_changed = agenda.indexed.Telling(search.jobs.changed, room_changed.event)
    article_changed = news.indexed.telling(search.jobs.changed)
    document_changed = resources.indexed.Telling(search.jobs.changed)
    people = directory.indexed.Telling(search.jobs.changed)
    topic_subject = forum.indexed.Telling(directory.subjects.changed)
    document_subject = resources.indexed.Telling(directory.subjects.changed)
    subjects = directory.subjects.Subjects([forum.indexed.topics, resources.indexed.documents])
    agenda.needs.wire(
        [
            agenda.attending.queries.needed,
            agenda.papers.queries.needed,
            agenda.rides.queries.needed,
        ]
    )
    mine = agenda.attending.feed
    agenda.ics.feeds.offer(mine.MINE, mine.scope, mine.dates)
    facts.wire(
        {
            Sensitive: [audit.keep, live.heard.on_sensitive],
            Invited: [accounts.jobs.mail_invitation],
            AccessAsked: [accounts.jobs.mail_request],
            AccessDeclined: [accounts.jobs.mail_declined],
            Suspended: [accounts.jobs.mail_suspended, people.suspended],
            Reinstated: [people.member],
            MemberChanged: [people.member, rides.on_member_changed],
            ClosingAsked: [accounts.jobs.mail_closing],
            ClosingReminded: [accounts.jobs.mail_closing],
            # What takes long follows in batches: departing.
            MemberLeft: [
                house.personal.forget,
                inbound.personal.forget,
                circulars.personal.forget,
                notifications.personal.forget,
                notifications.letter.personal.forget,
                people.left,
                agenda.ics.personal.forget,
                news.personal.forget,
                rides.forget,
                agenda.attending.personal.forget,
                agenda.polls.personal.forget,
                agenda.personal.forget,
                rooms.personal.forget,
                expertise.personal.forget,
                resources.personal.forget,
                forum.personal.forget,
                directory.personal.forget,
                files.personal.forget,
            ],
            Joined: [
                directory.actions.first_profile,
                forum.jobs.start_reading,
                people.member,
                expertise.companies.actions.on_joined,
                expertise.experts.seats.on_joined,
                expertise.committees.seats.on_joined,
            ],
            ProfileChanged: [people.member],
            OrganisationDescribed: [people.organisation, locator.organisation_described],
            SchemeDescribed: [people.scheme, locator.scheme_described],
            Named: [people.renamed, directory.subjects.named],
            NetworkChanged: [people.network],
            Published: [
                news.actions.on_published,
                forum.jobs.to_add,
                topic_changed,
                article_changed,
                topic_subject,
                notifications.heard.on_published,
                live.heard.on_published,
            ],
            Told: [live.heard.on_told],
            Seen: [live.heard.on_seen],
            Reworded: [forum.jobs.to_index, topic_changed, article_changed, topic_subject],
            Held: [notifications.heard.on_held],
            Answered: [topic_subject, notifications.heard.on_answered],
            Unanswered: [topic_subject],
            Reported: [notifications.heard.on_reported],
            Moderated: [
                topic_changed,
                article_changed,
                topic_subject,
                notifications.heard.on_moderated,
                house.jobs.given_back,
            ],
            FileRead: [
                topic_changed.file_read,
                article_changed.file_read,
                document_changed.file_read,
                document_subject.file_read,
            ],
            Deposited: [document_changed, document_subject, notifications.heard.on_deposited],
            Described: [document_changed, document_subject],
            Announced: [event_changed, notifications.heard.on_announced],
            Rearranged: [event_changed, notifications.dates.on_rearranged],
            OccurrenceRearranged: [notifications.dates.on_date_rearranged],
            Divided: [agenda.attending.organising.on_divided],
            Cancelled: [event_changed, notifications.dates.on_cancelled],
            EventWithdrawn: [
                event_changed,
                house.jobs.given_back,
                meetings.heard.on_event_withdrawn,
            ],
            MeetingMoved: [meetings.heard.on_moved],
            Noted: [meetings.heard.on_noted],
            Excluded: [carried.excluded],
            MeetingEnded: [carried.ended, room_changed.meeting],
            RoomChanged: [room_changed.room, meetings.heard.on_room_changed],
            Merged: [house.jobs.mail_merged, house.jobs.Merging(search.jobs.changed)],
            Withdrawn: [document_changed, document_subject, house.jobs.given_back],
            Renewed: [document_changed, document_subject, notifications.heard.on_renewed],
            Replaced: [notifications.heard.on_replaced],
            ReviewDue: [notifications.heard.on_review_due],
            Registered: [notifications.dates.on_registered],
            Declined: [notifications.dates.on_declined, rides.on_place_left],
            Decided: [notifications.rides.on_decided],
            PlaceFound: [notifications.dates.on_place_found],
            PlaceTaken: [notifications.dates.on_place_taken, rides.on_place_left],
            Written: [notifications.dates.on_written],
            MinutesWritten: [event_changed.minutes, notifications.dates.on_minutes],
            Proposed: [notifications.polls.on_proposed],
            Replied: [notifications.polls.on_replied],
            SlotAdded: [notifications.polls.on_slot_added],
            Reminded: [notifications.polls.on_reminded],
            Closed: [notifications.polls.on_closed],
            Opened: [notifications.polls.on_opened],
            **at_the_desk.subscribers,
            SoughtInVain: [figures.heard.on_sought_in_vain],
        }
    )
    return jobs.Plan(
        handlers={
            outbox.SEND: outbox.sender(
                settings,
                app.extensions["maillage.storage"],
                outbox.all_of(
                    notifications.jobs.may_leave, letters.may_leave, public_letters.may_leave
                ),
            ),
            accounts.jobs.SEND_LINK: accounts.jobs.send_link,
            inbound.actions.WORK: door.work,
            inbound.mailbox.POLL: mailbox.poll,
            **departing().handlers,
            forum.jobs.INDEX: forum.jobs.index,
            forum.jobs.ADD_TO_INDEX: forum.jobs.add_to_index,
            resources.jobs.REVIEW: resources.jobs.review,
            **app.extensions["maillage.keeping"].handlers,
            **agenda.jobs.handlers,
            **carried.handlers,
            **directory.jobs.ReadingAgain(search.jobs.changed).handlers,
            **subjects.handlers,
            house.jobs.ERASE: house.jobs.Eraser(search.jobs.changed).erase,
            **reader.handlers,
            **importing.handlers,
            **indexing.handlers,
            **locator.handlers,
            **figures.jobs.handlers,
            **teller.handlers,
            **dates.handlers,
            **polls.handlers,
            **notifications.rides.handlers,
            **at_the_desk.handlers,
            **letters.handlers,
            **public_letters.handlers,
        },
        periodic={
            notifications.jobs.ASK_AROUND: notifications.asking.next_hour,
            notifications.jobs.DAILY: notifications.jobs.next_morning,
            notifications.letter.jobs.BEGIN: notifications.letter.rhythm.next_hour,
            files.jobs.TIDY: files.jobs.next_night,
            retention.NIGHTLY: retention.next_night,
            directory.subjects.LOOK: directory.subjects.next_night,
            resources.jobs.REVIEW: resources.jobs.next_morning,
            house.jobs.ERASE: house.jobs.next_night,
            **agenda.jobs.periodic,
            **at_the_desk.periodic,
            **indexing.periodic,
            **({inbound.mailbox.POLL: inbound.mailbox.next_minute} if settings.imap_url else {}),
            **notifications.dates.periodic,
            **figures.jobs.periodic,
        },
        slow=frozenset(
            {
                files.actions.READ,
                directory.imports.actions.READ,
                directory.imports.actions.WRITE,
                map_jobs.LOCATE,
                inbound.actions.WORK,
                inbound.mailbox.POLL,
                notifications.letter.jobs.WRITE,
            }
        ),
    )
