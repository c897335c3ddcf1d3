"""Agreements in words: where they stand, what happened, who signed."""

from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from blueprints._access import settings
from blueprints._corrections import title_of
from blueprints._times import long_day
from blueprints.expertise._wording import siret_in_words
from core import clock
from core.db import db
from expertise.agreements import links, policy, queries, wording
from expertise.agreements.life import Act, State
from expertise.agreements.models import (
    Agreement,
    AgreementDay,
    AgreementStep,
    Aim,
    By,
    DayState,
    Kind,
    Party,
    Refund,
    Signature,
    Way,
)
from expertise.needs.life import State as NeedState
from expertise.needs.models import Need
from expertise.positions.life import State as PositionState
from expertise.positions.models import Position
from expertise.positions.queries import Meeting, meeting

KINDS = {
    Kind.LOAN: _l("A loan of personnel without profit (art. L. 8241-2 of the Code du travail)"),
    Kind.CONTRIBUTION: _l("A one-off help, without any loan of personnel"),
}
REFUNDS = {
    Refund.FULL: _l("The company refunds wages, social charges and expenses, no more"),
    Refund.LESS: _l("The company refunds less, or nothing (art. L. 8241-3)"),
}
AIMS = {
    Aim.QUALIFICATION: _l("The company improves the skills of its people"),
    Aim.TRANSITION: _l("A career change is made easier"),
    Aim.PARTNERSHIP: _l("A partnership of business or of common interest is made"),
}
STATES = {
    State.DRAFT: _l("Being prepared"),
    State.PROPOSED: _l("Being signed"),
    State.CORRECTION: _l("Correction asked for"),
    State.SIGNED: _l("Signed by all"),
    State.VOID: _l("Agreement given up"),
}
BADGES = {
    State.DRAFT: "draft",
    State.PROPOSED: "held",
    State.CORRECTION: "held",
    State.SIGNED: "answered",
    State.VOID: "other",
}
PLAIN = {
    State.DRAFT: _l("The institution, or the team, is writing it. A mail tells when it is ready."),
    State.PROPOSED: _l("All parties read the same file. It is signed once each of them has."),
    State.CORRECTION: _l("It waits for a new version: nobody signs meanwhile."),
    State.SIGNED: _l("It is signed by all: the file changes no more. The days may still move."),
    State.VOID: _l(
        "The need was withdrawn, closed or changed, or the team took it back: this agreement "
        "cannot be signed any more."
    ),
}
PARTIES = {
    Party.COMPANY: _l("The company"),
    Party.INSTITUTION: _l("The institution"),
    Party.EMPLOYEE: _l("The employee"),
}
BYS = {
    By.COMPANY: _l("The company"),
    By.INSTITUTION: _l("The institution"),
    By.EMPLOYEE: _l("The employee"),
    By.TEAM: _l("The team"),
    By.HOUSE: "",
}
DAY_STATES = {
    DayState.PLANNED: _l("Planned"),
    DayState.DONE: _l("Took place"),
    DayState.CANCELLED: _l("Called off"),
}
DAY_BADGES = {
    DayState.PLANNED: "held",
    DayState.DONE: "answered",
    DayState.CANCELLED: "other",
}
DONE = {
    Act.PREPARE: _l("Prepared"),
    Act.EDIT: _l("Changed: what was signed before counts no more"),
    Act.PROPOSE: _l("Proposed to be signed"),
    Act.ASK_CORRECTION: _l("A correction was asked for"),
    Act.SIGN: _l("Has signed"),
    Act.BRING_SCAN: _l("A copy signed by hand was brought back"),
    Act.REFUSE_SCAN: _l("The copy was not taken"),
    Act.COMPLETE: _l("Signed by all"),
    Act.VOID: _l("Over: the need was withdrawn, closed, changed or taken back"),
    Act.DAY_DONE: _l("A day was done"),
    Act.DAY_CANCELLED: _l("A day was called off"),
    Act.DAY_MOVED: _l("A day was moved"),
    Act.DAY_ADDED: _l("A day was added"),
    Act.DAY_AGAIN: _l("A day is planned again"),
}


def state_of(one: Agreement) -> dict[str, Any]:
    """The badge of an agreement: its kind, its words."""
    return {"kind": BADGES[one.state], "words": STATES[one.state]}


def days_in_words(half_days: int) -> str:
    """ "1,5 jour" as people say it: whole days, and a half."""
    whole, half = divmod(half_days, 2)
    if not whole:
        return _("half a day") if half else _("no day")
    words = _("1 day") if whole == 1 else _("%(days)s days", days=whole)
    return _("%(days)s and a half", days=words) if half else words


def facts_of(one: Agreement) -> list[tuple[str, str]]:
    """What it says, in short: (word, words)."""
    return [
        (_("Company"), _party(one.company, one.company_siret, one.company_address)),
        (_("Institution"), _party(one.institution, one.institution_siret, one.institution_address)),
        (_("Who comes"), f"{one.employee}, {one.employee_job}"),
        (_("Mission"), one.mission),
        (_("Place"), one.place),
        *([(_("Working hours"), one.hours)] if one.hours else []),
        (
            _("How long"),
            _(
                "%(days)s, from %(start)s to %(end)s",
                days=days_in_words(one.half_days),
                start=long_day(one.starts_on),
                end=long_day(one.ends_on),
            ),
        ),
        *([(_("Money"), str(REFUNDS[one.refund]))] if one.refund else []),
        *([(_("What the loan is for"), str(AIMS[one.aim]))] if one.aim else []),
    ]


def _party(name: str, siret: str, address: str) -> str:
    number = f"SIRET\u00a0{siret_in_words(siret)}" if siret else ""
    return ", ".join(filter(None, (name, number, address)))


def signature_line(one: Agreement, party: Party, signed: Sequence[Signature]) -> dict[str, Any]:
    """A party: who signs, whether they did, how."""
    name, title, address = one.signatory(party)
    found = next((each for each in signed if each.party is party), None)
    return {
        "party": party,
        "words": PARTIES[party],
        "name": ", ".join(filter(None, (name, title))),
        "address": address,
        "signature": found,
        "counts": found is not None and found.confirmed_at is not None,
        "by_hand": found is not None and found.way is Way.SCAN,
    }


def step_line(step: AgreementStep) -> dict[str, Any]:
    """What happened: for _sheet.html."""
    return {"done": DONE[step.act], "who": BYS[step.by], "when": step.at, "words": step.words}


def contents(one: Agreement, *, answers: bool, readable: bool = True) -> dict[str, Any]:
    """What every reader of an agreement reads: arguments of expertise/_agreement.html.

    `answers`: whether it is for those who answer the need; `readable`: whether its words are for
    this reader now; else where it stands alone.
    """
    session = db.session()
    ledger = list(session.scalars(queries.days(one)))
    signed = list(session.scalars(queries.signatures(one)))
    return {
        "one": one,
        "need": one.position.need,
        "title": title_of(one.position.need) if answers else one.position.need.title,
        "readable": readable,
        "state": state_of(one),
        "plain_words": PLAIN[one.state],
        "kind": KINDS[one.kind],
        "facts": facts_of(one),
        "parts": wording.parts(one, ledger) if readable else [],
        "to_check": wording.TO_CHECK,
        "model": wording.MODEL,
        "ledger": [day_line(each) for each in ledger],
        "totals": totals(one, ledger),
        "parties": [signature_line(one, party, signed) for party in one.parties],
        "steps": [step_line(each) for each in session.scalars(queries.steps(one))],
    }


def day_line(day: AgreementDay) -> dict[str, Any]:
    """A day of the ledger."""
    return {
        "day": day,
        "has_come": day.day <= clock.today(),
        "when": long_day(day.day),
        "how_long": _("Half a day") if day.half_days == 1 else _("A day"),
        "state": {"kind": DAY_BADGES[day.state], "words": DAY_STATES[day.state]},
    }


def totals(one: Agreement, ledger: Sequence[AgreementDay]) -> dict[str, str]:
    """What is agreed, planned, done, still without a day."""
    left = queries.left_to_plan(one, ledger)
    return {
        "agreed": days_in_words(one.half_days),
        "planned": days_in_words(queries.half_days(ledger, DayState.PLANNED)),
        "done": days_in_words(queries.half_days(ledger, DayState.DONE)),
        "left": days_in_words(left) if left else "",
    }


HAS_ONE = frozenset({PositionState.ENGAGED, PositionState.DONE})
"""Where a position that is seen may have an agreement."""


def link_of(position: Position) -> dict[str, Any] | None:
    """The agreement of a position for who writes it, or where it is prepared; None before."""
    if position.state not in HAS_ONE:
        return None
    found = db.session.scalars(queries.of_position(position)).one_or_none()
    return _to_read_or_prepare(position, found, open_=policy.is_engaged(position))


def links_of_need(need: Need) -> list[dict[str, Any]]:
    """Those of a need for its team, and where one is prepared once both have agreed."""
    if need.opened_at is None:
        return []
    found = (
        _to_read_or_prepare(
            position,
            one,
            open_=need.state is NeedState.OPEN and position.state is PositionState.ENGAGED,
        )
        for position, one in db.session.execute(queries.agreed_on(need))
    )
    return [one for one in found if one is not None]


def _to_read_or_prepare(
    position: Position, one: Agreement | None, *, open_: bool
) -> dict[str, Any] | None:
    if one is not None:
        return link(one, url_for("expertise.agreement", agreement_id=one.id))
    if not open_:
        return None
    there = url_for("expertise.prepare_agreement", position_id=position.id)
    return {"href": there, "kind": "", "state": None}


def met(need: Need, *, signed_in: bool) -> tuple[Meeting | None, list[dict[str, Any]]]:
    """Who calls the company of a need, and what it reads of their agreement.

    Without an account, it reads it by a link that is soon over.
    """
    if need.opened_at is None:
        return None, []
    call, shown = None, []
    for position, one in db.session.execute(queries.agreed_on(need)):
        call = call or meeting(position, need)
        if one is not None and one.version > 0:
            shown.append(link(one, _for_company(need, one, signed_in=signed_in)))
    return call, shown


def _for_company(need: Need, one: Agreement, *, signed_in: bool) -> str:
    if signed_in:
        return url_for("expertise.agreement", agreement_id=one.id)
    token = links.token(settings(), one, Party.COMPANY, need_epoch=need.link_epoch, by_mail=False)
    return url_for("expertise.read_agreement", token=token)


def link(one: Agreement, there: str) -> dict[str, Any]:
    """The line of an agreement on another page."""
    return {"href": there, "state": state_of(one), "kind": wording.SHORT[one.kind]}
