"""How the rooms of the desk meet: who is told of what happens there, who does which work."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import expertise.agreements.jobs
import expertise.committees.closing
import expertise.committees.jobs
import expertise.committees.keeping
import expertise.companies.jobs
import expertise.experts.jobs
import expertise.figures.jobs
import expertise.incidents.jobs
import expertise.keeping.jobs
import expertise.matching.jobs
import expertise.matching.keeping
import expertise.needs.contacts
import expertise.needs.jobs
import expertise.positions.closing
import expertise.positions.jobs
import expertise.positions.sending
import expertise.positions.settling
import expertise.positions.shutting
import expertise.quality.jobs
import expertise.recap.jobs
import expertise.subscriptions.credits
import expertise.subscriptions.ending
import expertise.subscriptions.invoices.keeping
import expertise.subscriptions.jobs
import expertise.surveys.jobs
from core.facts import Fact
from core.jobs import Handler, NextTime
from core.settings import Settings
from expertise.agreements.facts import AgreementMoved, DayPlanned
from expertise.committees.facts import (
    CaseClosed,
    CaseProlonged,
    CasePut,
    MinutesPublished,
    Seated,
)
from expertise.companies.facts import (
    AccountAsked,
    AccountDeclined,
    CompanyLeft,
    RepresentativeAwaited,
    RepresentativeLeft,
    RepresentativeNamed,
)
from expertise.experts.facts import PeopleChanged
from expertise.incidents.facts import IncidentTold
from expertise.keeping.facts import NeedsLapsing
from expertise.needs.facts import NeedAsked, NeedHidden, NeedMoved
from expertise.positions.facts import Deserted, Noted, PositionMoved
from expertise.quality.facts import QualityCrossed
from expertise.subscriptions.facts import (
    MoneyAstray,
    OrderCancelled,
    ServiceAsked,
    SubscriptionCredited,
    SubscriptionEnding,
    SubscriptionOrdered,
    SubscriptionPaid,
)
from expertise.surveys.facts import Disappointed


@dataclass(frozen=True, slots=True)
class Wired:
    """What the desk brings to the house's wiring."""

    subscribers: Mapping[type[Fact], Sequence[Any]]
    handlers: Mapping[str, Handler]
    periodic: Mapping[str, NextTime]


def wired(settings: Settings) -> Wired:
    """The desk's own; what it hears of accounts stands in wiring.py."""
    recap = expertise.recap.jobs.Recap(settings)
    needs = expertise.needs.jobs.Teller(settings)
    answers = expertise.positions.jobs.Teller(settings)
    surveys = expertise.surveys.jobs.Asker(settings)
    agreements = expertise.agreements.jobs.Teller(settings)
    companies = expertise.companies.jobs
    billing = expertise.subscriptions.jobs
    committees = expertise.committees.jobs
    return Wired(
        subscribers={
            NeedAsked: [needs.on_asked, expertise.positions.sending.on_asked],
            NeedHidden: [expertise.positions.shutting.on_hidden],
            NeedMoved: [
                needs.on_moved,
                expertise.positions.sending.on_moved,
                expertise.subscriptions.credits.on_moved,
                answers.on_need_moved,
                surveys.on_need_moved,
                agreements.on_need_moved,
                expertise.committees.closing.on_need_moved,
            ],
            PositionMoved: [
                expertise.positions.closing.on_moved,
                answers.on_moved,
                expertise.positions.settling.on_moved,
                expertise.matching.keeping.on_moved,
                agreements.on_position_moved,
            ],
            Noted: [answers.on_noted],
            Deserted: [answers.on_deserted],
            Seated: [committees.on_seated],
            CasePut: [committees.on_put],
            CaseProlonged: [committees.on_prolonged],
            CaseClosed: [committees.on_closed],
            MinutesPublished: [committees.on_published],
            AccountAsked: [companies.on_asked],
            AccountDeclined: [companies.on_declined],
            RepresentativeAwaited: [companies.on_awaited],
            RepresentativeNamed: [companies.on_named],
            CompanyLeft: [expertise.keeping.jobs.on_company_left],
            RepresentativeLeft: [companies.on_left, expertise.needs.contacts.on_left],
            PeopleChanged: [expertise.experts.jobs.on_people_changed],
            IncidentTold: [expertise.incidents.jobs.on_told],
            SubscriptionOrdered: [billing.on_ordered],
            SubscriptionPaid: [billing.on_paid],
            OrderCancelled: [billing.on_cancelled],
            SubscriptionCredited: [billing.on_credited],
            SubscriptionEnding: [billing.on_ending],
            MoneyAstray: [billing.on_astray],
            ServiceAsked: [billing.on_service_asked],
            AgreementMoved: [agreements.on_moved],
            DayPlanned: [agreements.on_day],
            NeedsLapsing: [expertise.keeping.jobs.on_lapsing],
            QualityCrossed: [expertise.quality.jobs.on_crossed],
            Disappointed: [surveys.on_disappointed],
        },
        handlers={
            **answers.handlers,
            expertise.matching.jobs.REBUILD: expertise.matching.jobs.rebuild,
            **surveys.handlers,
            **expertise.figures.jobs.handlers,
            committees.HOURLY: committees.work,
            **recap.handlers,
            expertise.subscriptions.ending.LOOK: expertise.subscriptions.ending.look,
            expertise.quality.jobs.WATCH: expertise.quality.jobs.watch,
        },
        periodic={
            **expertise.positions.jobs.periodic,
            **expertise.matching.jobs.periodic,
            **expertise.figures.jobs.periodic,
            **committees.periodic,
            **expertise.recap.jobs.periodic,
            **expertise.subscriptions.ending.periodic,
            **expertise.quality.jobs.periodic,
        },
    )
