"""The mails of agreements, and what becomes of them when the case goes another way."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import outbox
from core.settings import Settings
from expertise import rule
from expertise.agreements import days, invitations, links, queries
from expertise.agreements.facts import AgreementMoved, DayPlanned
from expertise.agreements.life import Act, State
from expertise.agreements.models import Agreement, DayState, Party
from expertise.agreements.preparing import give_up
from expertise.needs.facts import NeedMoved
from expertise.needs.life import Act as NeedAct
from expertise.needs.life import State as NeedState
from expertise.positions.facts import PositionMoved
from expertise.positions.life import Act as PositionAct
from expertise.positions.models import Position
from expertise.positions.whom import recipients

PARTY, DESK = "agreement", "agreement_desk"
"""The kinds of these mails: to a signatory by its link, to those who sign in."""
TOLD_PARTIES = frozenset({Act.PROPOSE, Act.COMPLETE})
TOLD_HOUSE = frozenset({Act.ASK_CORRECTION, Act.BRING_SCAN})
TOLD_TEAM = frozenset({Act.ASK_CORRECTION, Act.BRING_SCAN, Act.COMPLETE})
ENDS_THE_CASE = frozenset({NeedAct.WITHDRAW, NeedAct.NO_TAKER})


class Teller:
    """The subscribers, which need to sign the links."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def on_moved(self, session: Session, fact: AgreementMoved) -> None:
        """Each reads what is asked of them, and what the others did."""
        one = fact.agreement
        _load(session, one)
        if fact.act in TOLD_PARTIES:
            self._tell(session, one, fact, one.parties)
        elif fact.act is Act.REFUSE_SCAN and fact.party is not None:
            self._tell(session, one, fact, [fact.party])
        elif fact.void:
            self._tell(session, one, fact, fact.void)
        if fact.act in TOLD_HOUSE:
            _tell_house(session, one, fact)
        if fact.act in TOLD_TEAM:
            _tell_team(session, one, fact)
        if fact.act is Act.COMPLETE:
            for day in session.scalars(queries.days(one)).all():
                if day.state is DayState.PLANNED:
                    invitations.invite(session, one, day, cancels=False)

    def on_day(self, session: Session, fact: DayPlanned) -> None:
        """Calendars follow."""
        _load(session, fact.agreement)
        invitations.invite(session, fact.agreement, fact.day, cancels=fact.cancels)

    def on_position_moved(self, session: Session, fact: PositionMoved) -> None:
        """The team took the position back, or it is over: nothing is signed any more."""
        if fact.act in {PositionAct.REMOVE, PositionAct.FINISH, PositionAct.PART}:
            self._end(session, [fact.position.id], off=fact.act is PositionAct.REMOVE)

    def on_need_moved(self, session: Session, fact: NeedMoved) -> None:
        """The need is not open any more: what was not signed waits for nobody."""
        if fact.need.state is not NeedState.OPEN:
            session.flush()
            held = [one.position_id for one in session.scalars(queries.of_need(fact.need))]
            self._end(session, held, off=fact.act in ENDS_THE_CASE)

    def _end(self, session: Session, positions: Iterable[int], *, off: bool) -> None:
        """`off`: what was planned by a signed agreement does not take place either."""
        session.flush()
        for one in session.scalars(queries.whole().where(Agreement.position_id.in_(positions))):
            if one.state is State.SIGNED:
                if off:
                    days.call_off(session, one)
            else:
                give_up(session, one)

    def _tell(
        self, session: Session, one: Agreement, fact: AgreementMoved, parties: Iterable[Party]
    ) -> None:
        """The words of these mails go once they have left: their link signs for its reader."""
        there = _is_open(session, one)
        for party in parties:
            if party is not Party.COMPANY and not there:
                continue
            self._write(session, one, fact, party)

    def _write(self, session: Session, one: Agreement, fact: AgreementMoved, party: Party) -> None:
        """To its signatory; and to the contact of the company, when somebody else signs for it."""
        name, _title, address = one.signatory(party)
        to = {address.lower(): name}
        if party is Party.COMPANY:
            to.setdefault(one.position.need.email.lower(), one.position.need.contact)
        for there, who in to.items():
            outbox.post(
                session,
                PARTY,
                to_address=there,
                to_name=who,
                language="fr",
                values={
                    "need": one.position.need,
                    "agreement": one,
                    "act": fact.act,
                    "words": fact.words,
                    "token": links.token(self.settings, one, party),
                },
                confidential=True,
            )


def _tell_house(session: Session, one: Agreement, fact: AgreementMoved) -> None:
    """Those who answer in the institution: their link asks to sign in."""
    if not _is_open(session, one):
        return
    for address, name, language in recipients(session, one.position):
        outbox.post(
            session,
            DESK,
            to_address=address,
            to_name=name,
            language=language,
            values=_values(one, fact, of_team=False),
        )


def _tell_team(session: Session, one: Agreement, fact: AgreementMoved) -> None:
    programme = one.position.need.programme
    outbox.post(
        session,
        DESK,
        to_address=programme.email,
        to_name=programme.name,
        language="fr",
        values=_values(one, fact, of_team=True),
    )


def _values(one: Agreement, fact: AgreementMoved, *, of_team: bool) -> dict[str, object]:
    return {
        "of_team": of_team,
        "need": one.position.need,
        "agreement": one,
        "act": fact.act,
        "words": fact.words,
    }


def _is_open(session: Session, one: Agreement) -> bool:
    """What is shut to an institution is not told to it either."""
    shut = select(Position.id).join(Position.need).where(Position.id == one.position_id)
    return session.scalar(shut.where(rule.open_to())) is not None


def _load(session: Session, one: Agreement) -> None:
    """What mails say of it, in one go."""
    session.scalars(queries.whole().where(Agreement.id == one.id)).one()
