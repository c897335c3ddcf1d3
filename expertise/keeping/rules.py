"""The rules of the desk, as the house carries them out each night (core.retention)."""

from accounts.models import RequestState
from core.retention import Rule, deleting
from expertise.committees.models import CommitteeSeat
from expertise.companies.models import CompanyRequest, ExpectedRepresentative
from expertise.incidents.models import Incident
from expertise.keeping import needs, people

RULES = (
    Rule(
        "needs-lapsing", needs.DAYS - needs.NOTICE, needs.lapsing, needs.tell, at_once=needs.AT_ONCE
    ),
    Rule("needs", needs.DAYS, needs.due, needs.anonymise, at_once=needs.AT_ONCE),
    Rule("experts", needs.DAYS, people.experts_due, people.forget_experts, at_once=needs.AT_ONCE),
    Rule(
        "companies",
        needs.DAYS,
        people.companies_due,
        people.forget_companies,
        at_once=needs.AT_ONCE,
    ),
    Rule(
        "committee-seats",
        needs.DAYS,
        people.seats_due,
        people.forget_seats,
        at_once=needs.AT_ONCE,
    ),
    Rule(
        "committee-minutes",
        needs.DAYS,
        people.minutes_due,
        people.empty_minutes,
        at_once=needs.AT_ONCE,
    ),
    Rule(
        "words-of-services",
        needs.DAYS,
        people.services_due,
        people.forget_words_of_services,
        at_once=needs.AT_ONCE,
    ),
    deleting(
        "company-requests",
        180,
        CompanyRequest,
        lambda limit: (
            (CompanyRequest.state != RequestState.WAITING) & (CompanyRequest.decided_at < limit)
        ),
    ),
    deleting(
        "company-requests-unread",
        needs.DAYS,
        CompanyRequest,
        lambda limit: CompanyRequest.asked_at < limit,
    ),
    deleting(
        "expected-representatives",
        180,
        ExpectedRepresentative,
        lambda limit: ExpectedRepresentative.since < limit,
    ),
    deleting(
        "committee-invitations",
        180,
        CommitteeSeat,
        lambda limit: (
            CommitteeSeat.member_id.is_(None)
            & CommitteeSeat.left_at.is_(None)
            & (CommitteeSeat.since < limit)
        ),
    ),
    deleting("incidents", 5 * 365, Incident, lambda limit: Incident.at < limit),
)
