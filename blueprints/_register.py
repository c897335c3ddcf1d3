"""The register of what is done with members' data, in plain words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from blueprints._languages import ngettext
from core import mail_ways
from core.settings import Settings


def period(days: int) -> str:
    """ "2 ans", "6 mois", "14 jours"."""
    if days % 365 == 0:
        return ngettext("%(num)s year", "%(num)s years", days // 365)
    if days % 30 == 0 and days > 30:
        return ngettext("%(num)s month", "%(num)s months", days // 30)
    return ngettext("%(num)s day", "%(num)s days", days)


@dataclass(frozen=True, slots=True)
class Processing:
    """One line of the register; each is a sentence or two for people."""

    purpose: Any
    data: Any
    origin: Any
    seen_by: Any
    kept: Any
    """%(period)s is what the rule below says."""
    rule: str | None = None


PROCESSINGS = (
    Processing(
        _l("Open an account and keep it safe"),
        _l(
            "E-mail address, first and last name, role, networks and territories; password and "
            "second factor, which nobody can read."
        ),
        _l("You, and the person who invited you."),
        _l("Administrators. Nobody sees the password."),
        _l("Until the account is closed: at your request, or after two years without a visit."),
    ),
    Processing(
        _l("Let colleagues find you"),
        _l(
            "Job, employer, telephone and e-mail if you show them, what you can help with, "
            "languages."
        ),
        _l("You."),
        _l("The members of the networks."),
        _l("Until you change it, or the account is closed."),
    ),
    Processing(
        _l("Exchange and share"),
        _l("Your topics, answers, documents, attached files, thanks and reports."),
        _l("You."),
        _l("Those whom you address; moderators among them."),
        _l(
            "As long as they are of use. When the account is closed they stay without your name, "
            "or are erased, as you choose."
        ),
    ),
    Processing(
        _l("Show what is new to you"),
        _l("Last visit, how far you read, topics followed, favourites, documents taken."),
        _l("Your use of the pages."),
        _l("You. Administrators see the day of your last visit."),
        _l("Until the account is closed."),
    ),
    Processing(
        _l("Count what is used, so that the networks can tell their boards"),
        _l("The days when you were here, the documents that you opened."),
        _l("Your use of the pages; no cookie, no other company."),
        _l("Nobody: administrators see numbers, and none for fewer than five people."),
        _l("%(period)s; the numbers stay, without names."),
        "visits",
    ),
    Processing(
        _l("Tell you of what happens"),
        _l("Notifications, and the pace that you chose."),
        _l("What others write or decide."),
        _l("You."),
        _l("%(period)s after you saw them."),
        "notifications",
    ),
    Processing(
        _l("Go to a date together"),
        _l("Rides offered and looked for: commune, hour, words; who has a place with whom."),
        _l("You."),
        _l(
            "Those who come to the date and its organiser. Telephones, if shown: between a "
            "driver and those who have a place."
        ),
        _l("%(period)s after the date."),
        "rides",
    ),
    Processing(
        _l("Send mails"),
        _l("The journal of mails: address, subject, words, whether it left."),
        _l("Maillage."),
        _l("Administrators, but for the words, which nobody reads."),
        _l("%(period)s."),
        "mails",
    ),
    Processing(
        _l("Bring in members and organisations from a table"),
        _l("The lines of the table: name, address, job, employer, telephone."),
        _l("The administrator who sends the table."),
        _l("Administrators."),
        _l("%(period)s; what was brought in stays as the rest of the account."),
        "imports",
    ),
    Processing(
        _l("Invite, and answer requests for access"),
        _l("Name, address, job, employer, and the words of the invitation or of the request."),
        _l("The person who invites or who asks."),
        _l("Administrators."),
        _l("%(period)s after the end of the invitation or the answer."),
        "invitations",
    ),
    Processing(
        _l("Keep the house safe and the charter respected"),
        _l(
            "The audit trail: sign-ins, changes of rights, moderation, closed accounts; the "
            "charter that you accepted."
        ),
        _l("Maillage, at each sensitive act."),
        _l("Administrators."),
        _l("%(period)s for the trail."),
        "audit-trail",
    ),
    Processing(
        _l("Bring the needs of companies to who answers them"),
        _l(
            "Contact of the company, what it asks and what was answered; name, work address and "
            "specialities of experts."
        ),
        _l("Companies, institutions and their experts."),
        _l("The team of the programme, and those to whom a need is sent."),
        _l("%(period)s after the last thing that happened; then figures alone, without any name."),
        "needs",
    ),
    Processing(
        _l("Improve the search"),
        _l("The words of searches that found nothing, without who typed them."),
        _l("Your searches."),
        _l("Administrators."),
        _l("%(period)s after the last time."),
        "searches-in-vain",
    ),
)


def outside(settings: Settings) -> Sequence[Any]:
    """What leaves for somebody else's machine, as this house is set up: one sentence each."""
    found = []
    if mail_ways.leaves(settings):
        found.append(_("Mails go through the mail server of the house, then to your mailbox."))
    if settings.tiles_url:
        host = urlsplit(settings.tiles_url).hostname
        found.append(
            _("The map asks %(host)s for its pictures: it sees your network address.", host=host)
        )
    if settings.geocoder_url:
        host = urlsplit(settings.geocoder_url).hostname
        found.append(
            _(
                "The addresses of organisations and schemes are asked of %(host)s; no member’s is.",
                host=host,
            )
        )
    return found
