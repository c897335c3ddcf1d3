"""The page of a member's own data: tables and columns in words, values as people say them."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from blueprints._decisions import DECISIONS
from blueprints._rides import KINDS, SEATS, WAYS
from blueprints._words import instant
from blueprints.administration.members import ROLES
from blueprints.administration.trail import ACTS
from blueprints.agenda_attending.people import STANDINGS
from blueprints.polls._reading import SUITS
from core.portable import Held

TABLES = {
    "member": _l("Your account"),
    "closing": _l("The closing of your account"),
    "former_address": _l("Your former addresses"),
    "visit": _l("The days when you were here"),
    "member_network": _l("Your networks"),
    "member_territory": _l("Your territories"),
    "invitation": _l("Invitations received or sent"),
    "access_request": _l("Requests for access made or answered"),
    "charter_acceptance": _l("Charters accepted"),
    "one_time_link": _l("Links sent to sign in"),
    "recovery_code": _l("Recovery codes"),
    "audit_entry": _l("The audit trail about you"),
    "mail": _l("Mails sent to you"),
    "profile": _l("Your profile"),
    "member_skill": _l("What you help with and look for"),
    "skill_dismissal": _l("Skills that you did not want to be told of"),
    "member_language": _l("Languages you speak"),
    "directory_import": _l("Tables you imported"),
    "directory_import_line": _l("Lines about you in imported tables"),
    "upload": _l("Files you sent"),
    "topic": _l("Topics you opened"),
    "post": _l("Messages you wrote"),
    "post_revision": _l("What your messages said before"),
    "attachment": _l("Files attached to your messages"),
    "following": _l("Topics you follow"),
    "reading": _l("How far you read each topic"),
    "reading_start": _l("What counted as read when you came"),
    "thank": _l("Your thanks"),
    "report": _l("Your reports"),
    "article": _l("What you said of your news"),
    "article_feed": _l("Your secret address for a news program"),
    "decision": _l("Your decisions as a moderator"),
    "deletion": _l("Contents you deleted as an administrator"),
    "document": _l("Documents you deposited"),
    "document_version": _l("Versions of documents"),
    "event": _l("Dates you announced"),
    "occurrence": _l("Each of these dates"),
    "room": _l("Video rooms you opened"),
    "presence": _l("When you were in a video meeting"),
    "room_note": _l("Notes you wrote in video meetings"),
    "programme_team": _l("The expertise programmes you run"),
    "need_step": _l("What you decided of needs"),
    "desk_seat": _l("Your places at the expertise desk"),
    "committee_seat": _l("Your seats in committees"),
    "committee_ballot": _l("What you voted in committees"),
    "expert": _l("How you answer needs"),
    "position_step": _l("What you answered to needs"),
    "need_note": _l("What you told others who answer"),
    "need_file": _l("Files that you sent with needs"),
    "company_request": _l("The company accounts you asked for, or answered for"),
    "expected_representative": _l("The companies that invited you"),
    "incident": _l("Incidents that you told"),
    "survey": _l("What you said once a need was closed"),
    "representative": _l("The companies you act for"),
    "recap_stop": _l("The weekly mail that you do not want"),
    "conduct_acceptance": _l("The rules of conduct of the desk"),
    "favourite": _l("Your favourites"),
    "document_opening": _l("Documents you opened"),
    "download": _l("Documents you took with you"),
    "calendar_feed": _l("The calendars you subscribe to"),
    "calendar_import": _l("Calendar files you sent"),
    "registration": _l("Dates you registered for"),
    "registration_answer": _l("What you answered when you registered"),
    "registration_reminder": _l("Dates you were reminded of"),
    "date_poll": _l("Polls of dates you proposed"),
    "date_poll_slot": _l("The slots of these polls"),
    "date_poll_reply": _l("Polls of dates you answered"),
    "date_poll_choice": _l("Which slots suited you"),
    "event_minutes": _l("Minutes of the dates you announced"),
    "registration_message": _l("What you wrote to those who come to your dates"),
    "ride": _l("Rides you offered or looked for"),
    "ride_seat": _l("Places in the cars of others"),
    "received_mail": _l("Answers and circulars you sent by mail"),
    "circular_draft": _l("Drafts made of your circulars"),
    "circular_piece": _l("Parts of these drafts"),
    "notification": _l("Notifications"),
    "notification_preference": _l("The pace of your mails"),
    "public_subscriber": _l("Public letters that you asked for"),
    "letter": _l("The weekly letters you were sent"),
}
"""How the export names each table."""

COLUMNS = {
    "satisfaction": _l("Satisfaction, from 1 to 5"),
    "easy": _l("Easy"),
    "in_time": _l("The call came in time"),
    "of_expert": _l("For the expert, from 1 to 5"),
    "jobs_created": _l("Jobs created"),
    "jobs_kept": _l("Jobs kept"),
    "tie_lasts": _l("Still in touch"),
    "of_use": _l("Still of use"),
    "testimonial": _l("Testimonial"),
    "signed": _l("Signed"),
    "consented_at": _l("Agreed to be published on"),
    "ending": _l("How it ended"),
    "confirmed_at": _l("Confirmed on"),
    "consent": _l("How you agreed"),
    "contract": _l("Contract"),
    "deadline": _l("Deadline"),
    "expires_on": _l("Shown until"),
    "from_address": _l("From"),
    "outcome": _l("What became of it"),
    "picture_words": _l("What the picture shows"),
    "published_at": _l("Published on"),
    "recipient": _l("To"),
    "starts_on": _l("From the"),
    "ends_on": _l("Until the"),
    "received_at": _l("Received on"),
    "about": _l("On whom or what"),
    "siret": _l("SIRET number"),
    "staff": _l("Number of employees"),
    "sector": _l("Sector"),
    "absent_from": _l("Away from the"),
    "absent_until": _l("Away until the"),
    "approved_at": _l("Approved on"),
    "is_team": _l("A team"),
    "least_staff": _l("Smallest company"),
    "most_staff": _l("Largest company"),
    "proposed_at": _l("Proposed on"),
    "quota": _l("At most, in thirty days"),
    "version": _l("Version"),
    "accepted_at": _l("Accepted on"),
    "act": _l("Act"),
    "actor_name": _l("By"),
    "address": _l("Address"),
    "all_day": _l("All day"),
    "answer": _l("Answer"),
    "answers": _l("Answers"),
    "answered_at": _l("Answered on"),
    "asked_at": _l("Asked on"),
    "at": _l("Day and hour"),
    "body": _l("Words"),
    "by": _l("As"),
    "by_mail": _l("By a link of a mail"),
    "happened": _l("What happened"),
    "noticed_on": _l("When you noticed it"),
    "came": _l("Came"),
    "came_at": _l("Came on"),
    "entered_at": _l("Came in on"),
    "until_at": _l("Until when"),
    "until": _l("Last day to answer"),
    "cancelled_at": _l("Cancelled on"),
    "cancelled_why": _l("Why it was cancelled"),
    "changed_at": _l("Changed on"),
    "changes": _l("What would change"),
    "closed_at": _l("Closed on"),
    "created_at": _l("Made on"),
    "decided_at": _l("Decided on"),
    "day": _l("Day"),
    "days_after": _l("Days after the first one"),
    "deposited_at": _l("Deposited on"),
    "description": _l("Description"),
    "done_at": _l("Ended on"),
    "downloads": _l("Downloads"),
    "doubtful": _l("The sender may be another"),
    "due_at": _l("Due on"),
    "edited_at": _l("Edited on"),
    "email": _l("E-mail address"),
    "email_shown": _l("Address shown"),
    "employer": _l("Employer"),
    "ended_at": _l("Ended on"),
    "ends_at": _l("Until"),
    "erases": _l("Contents erased"),
    "expires_at": _l("Ends on"),
    "failed_at": _l("Failed on"),
    "fate": _l("Fate"),
    "fetched_at": _l("Last read on"),
    "first_name": _l("First name"),
    "frequency": _l("Pace"),
    "handle": _l("Name after @"),
    "hidden_reason": _l("Reason given"),
    "hour": _l("Leaves at"),
    "job": _l("Job"),
    "kept_at": _l("Kept on"),
    "kind": _l("Kind"),
    "label": _l("Label"),
    "language": _l("Language"),
    "last_activity_at": _l("Last activity"),
    "last_name": _l("Last name"),
    "last_visit_at": _l("Last visit"),
    "link": _l("Link"),
    "mailed_at": _l("Mailed on"),
    "name": _l("Name"),
    "note": _l("Note"),
    "number": _l("Number"),
    "organisation": _l("Organisation"),
    "phone": _l("Telephone"),
    "place": _l("Where"),
    "places": _l("Places"),
    "postcode": _l("Postcode"),
    "phone_shown": _l("Telephone shown"),
    "previous_visit_at": _l("Visit before"),
    "purpose": _l("Purpose"),
    "reason": _l("Reason"),
    "reminded_at": _l("Reminded on"),
    "renewed_at": _l("Renewed on"),
    "replaced_at": _l("Replaced on"),
    "review_on": _l("To be reviewed on"),
    "revoked_at": _l("Taken back on"),
    "role": _l("Role"),
    "said_at": _l("Said on"),
    "seen_at": _l("Seen on"),
    "sent_at": _l("Sent on"),
    "side": _l("Side"),
    "sort": _l("Kind"),
    "size": _l("Bytes"),
    "standing": _l("Said"),
    "started_at": _l("Begun on"),
    "starts_at": _l("From"),
    "state": _l("State"),
    "subject": _l("Subject"),
    "suits": _l("Answer"),
    "suspended_at": _l("Suspended on"),
    "suspended_until": _l("Suspended until"),
    "since": _l("Since"),
    "chosen": _l("Chosen"),
    "minutes": _l("Minutes"),
    "suspension_reason": _l("Reason of the suspension"),
    "text": _l("Words"),
    "title": _l("Title"),
    "to_address": _l("To"),
    "to_name": _l("Name"),
    "town": _l("Town"),
    "totp_on": _l("Two-step sign-in"),
    "used_at": _l("Used on"),
    "way": _l("Way"),
    "what": _l("What"),
    "which": _l("Which"),
    "why": _l("Why"),
    "withdrawn_at": _l("Withdrawn on"),
    "withdrawn_by_moderator": _l("Withdrawn by a moderator"),
    "vote": _l("Vote of a member"),
    "cast_at": _l("Voted on"),
    "house": _l("Sits for"),
    "is_chair": _l("Chairs the committee"),
    "word": _l("Personal word"),
    "words": _l("Words"),
    "written_at": _l("Written on"),
}
"""How the page names each column. Numbers that only link rows together stay in the JSON."""

VALUES: dict[str, dict[str, Any]] = {
    "act": {**ACTS, **{act.value: words for act, words in DECISIONS.items()}},
    "role": {role.value: words for role, words in ROLES.items()},
    "kind": {one.value: words for one, words in KINDS.items()},
    "standing": {
        one.value: words for standings in (STANDINGS, SEATS) for one, words in standings.items()
    },
    "way": {one.value: words for one, words in WAYS.items()},
    "which": {"before": _l("two days before"), "morning": _l("that morning")},
    "vote": {
        "favourable": _l("Favourable"),
        "unfavourable": _l("Unfavourable"),
        "abstention": _l("Abstains"),
        "aside": _l("Steps aside"),
    },
    "suits": {one.value: words for one, words in SUITS.items()},
    "side": {"offers": _l("I can help with"), "seeks": _l("I am looking for help with")},
}
"""Values that are words of the code, as people say them."""

Said = list[tuple[str, str]]
"""A row: what, and its value."""


def sections(held: Held) -> list[tuple[str, list[Said]]]:
    """The tables that hold something, in words."""
    said = [
        (str(TABLES[name]), [row for row in map(_said, rows) if row])
        for name, rows in held.tables.items()
    ]
    return [(title, rows) for title, rows in said if rows]


def _said(row: dict[str, Any]) -> Said:
    return [
        (str(COLUMNS[name]), _value(name, value))
        for name, value in row.items()
        if name in COLUMNS and value not in (None, "")
    ]


def _value(name: str, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_value(name, one) for one in value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name == "at" or name.endswith(("_at", "_until")):
        return instant(datetime.fromisoformat(value))
    return str(VALUES.get(name, {}).get(value, value))
