"""Preparing an agreement: filled in from the case, corrected, proposed to those who sign."""

from dataclasses import dataclass, fields
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import addresses, clock, text
from core.facts import record
from core.refusals import Refused
from core.storage import Storage
from directory import tending
from directory.entries import one_line
from expertise.agreements import life, paper, policy, queries
from expertise.agreements.facts import AgreementMoved
from expertise.agreements.life import Act, State
from expertise.agreements.models import (
    FEWEST,
    LONGEST_MISSION,
    LONGEST_WORDS,
    MOST,
    Agreement,
    AgreementStep,
    Aim,
    By,
    DayState,
    Kind,
    Party,
    Refund,
    Signature,
)
from expertise.desk import Desk
from expertise.needs import actions as needs
from expertise.positions.models import Position
from expertise.programmes.models import Programme
from files import actions as files

USUAL_HALF_DAYS = 6
"""Three days (seeds/001)."""
USUAL_WEEKS = 8
_LONG = frozenset({"mission", "refund_words"})
_COLUMNS = [column.key for column in Agreement.__mapper__.column_attrs]
"""All that another may have changed meanwhile."""
_ADDRESSES = frozenset({"company_email", "institution_email", "employee_email"})
_MAY_BE_EMPTY = frozenset({"institution_siret", "hours", "refund_words", "probation"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What an agreement says, as it was typed: names of the columns."""

    kind: Kind
    company: str
    company_siret: str
    company_address: str
    company_signatory: str
    company_title: str
    company_email: str
    institution: str
    institution_siret: str = ""
    institution_address: str
    institution_signatory: str
    institution_title: str
    institution_email: str
    employee: str
    employee_job: str
    employee_email: str
    mission: str
    place: str
    hours: str = ""
    starts_on: date
    ends_on: date
    half_days: int
    refund: Refund | None = None
    aim: Aim | None = None
    refund_words: str = ""
    probation: str = ""


NAMES = tuple(one.name for one in fields(Said))


def filled_in(position: Position) -> dict[str, object]:
    """What is known already of a case: the first words of the form."""
    need, expert = position.need, position.expert
    own = expert if expert is not None and not expert.is_team and not position.named else None
    starts_on = max(filter(None, (need.starts_on, clock.today() + timedelta(days=7))))
    return {
        "kind": Kind.LOAN if need.programme.lends else Kind.CONTRIBUTION,
        "company": need.company,
        "company_siret": need.siret,
        "company_address": f"{need.postcode} {need.town}",
        "company_signatory": need.contact,
        "company_email": need.email,
        "institution": position.institution.name,
        "employee": position.named or (own.name if own else ""),
        "employee_job": position.named_job or (own.job if own else ""),
        "employee_email": position.named_email or (own.email if own else ""),
        "mission": f"{need.title}\n\n{need.description}"[:LONGEST_MISSION],
        "place": f"{need.postcode} {need.town}",
        "starts_on": starts_on,
        "ends_on": max(filter(None, (need.ends_on, starts_on + timedelta(weeks=USUAL_WEEKS)))),
        "half_days": USUAL_HALF_DAYS,
    }


def as_it_is(agreement: Agreement) -> dict[str, object]:
    """What it says now, for the form that corrects it."""
    return {name: getattr(agreement, name) for name in NAMES}


def hold(session: Session, agreement: Agreement) -> None:
    """Hold its need, then read where all stands: who comes second finds what the first did."""
    position = agreement.position
    needs.hold(session, position.need)
    session.refresh(position, ["state"])
    session.refresh(agreement, _COLUMNS)


def prepare(session: Session, desk: Desk, position: Position, said: Said) -> Agreement:
    """Begin the agreement of a position, or begin again one that was over.

    Raises Refused: "not-asked", "agreement-not-yet" while both have not agreed,
    "agreement-elsewhere" when there is one, and what `edit` raises.
    """
    by = _writer(desk, position)
    needs.hold(session, position.need)
    session.refresh(position, ["state"])
    if not policy.is_engaged(position):
        raise Refused("agreement-not-yet")
    _may_be(said.kind, position.need.programme)
    kept = _checked(said)
    found = session.scalar(queries.of_position(position))
    if found is not None:
        found.position = position
        found.state = life.after(found.state, Act.PREPARE)
        found.link_epoch += 1
        _write(found, kept)
        for day in session.scalars(queries.days(found)).all():
            session.delete(day)
    else:
        found = Agreement(
            position=position,
            programme_id=position.need.programme_id,
            state=State.DRAFT,
            version=0,
            link_epoch=0,
            created_at=clock.now(),
            **kept,
        )
        session.add(found)
    session.flush()
    step(session, found, Act.PREPARE, by)
    return found


def edit(session: Session, desk: Desk, agreement: Agreement, said: Said) -> tuple[Party, ...]:
    """Change what it says; whose signature counts no more because of it.

    Raises Refused: "not-asked", "agreement-elsewhere", "agreement-no-loan" where its programme
    makes none, "agreement-field-missing" (field),
    "name-too-long", "body-too-long", "email-unknown" (field), "siret-unknown" (field),
    "agreement-same-address", "agreement-dates", "agreement-half-days", "agreement-days-outside",
    "agreement-too-many-days".
    """
    by = _writer(desk, agreement.position)
    hold(session, agreement)
    needs_act(agreement, Act.EDIT)
    if said.kind is not agreement.kind:
        _may_be(said.kind, agreement.position.need.programme)
    kept = _checked(said)
    ledger = session.scalars(queries.days(agreement)).all()
    if any(not said.starts_on <= one.day <= said.ends_on for one in ledger):
        raise Refused("agreement-days-outside")
    if queries.half_days(ledger, DayState.PLANNED) > said.half_days:
        raise Refused("agreement-too-many-days")
    void = _signed_by(session, agreement)
    _write(agreement, kept)
    agreement.state = life.after(agreement.state, Act.EDIT)
    step(session, agreement, Act.EDIT, by, void=void)
    return void


def _signed_by(session: Session, agreement: Agreement) -> tuple[Party, ...]:
    if agreement.state is not State.PROPOSED:
        return ()
    found = select(Signature.party).where(
        Signature.agreement_id == agreement.id, Signature.version == agreement.version
    )
    return tuple(session.scalars(found))


def propose(session: Session, storage: Storage, desk: Desk, agreement: Agreement) -> None:
    """Make the file that is signed, and ask for the signatures.

    Raises Refused: "not-asked", "agreement-elsewhere", "agreement-no-day".
    """
    by = _writer(desk, agreement.position)
    hold(session, agreement)
    needs_act(agreement, Act.PROPOSE)
    ledger = session.scalars(queries.days(agreement)).all()
    if not ledger:
        raise Refused("agreement-no-day")
    agreement.version += 1
    agreement.proposed_at = clock.now()
    agreement.file = files.keep_made(session, storage, paper.pdf(agreement, ledger))
    agreement.sha256 = agreement.file.sha256
    agreement.state = life.after(agreement.state, Act.PROPOSE)
    step(session, agreement, Act.PROPOSE, by)


def ask_correction(session: Session, agreement: Agreement, by: By, words: str) -> None:
    """A party asks for something else, and says what; nobody signs meanwhile.

    Raises Refused: "agreement-elsewhere", "words-missing", "body-too-long".
    """
    words = said(words)
    hold(session, agreement)
    needs_act(agreement, Act.ASK_CORRECTION)
    void = _signed_by(session, agreement)
    agreement.state = life.after(agreement.state, Act.ASK_CORRECTION)
    step(session, agreement, Act.ASK_CORRECTION, by, words, void=void)


def give_up(session: Session, agreement: Agreement) -> None:
    """The case went another way: nothing can be signed any more. Its position is held already."""
    if not life.may(agreement.state, Act.VOID):
        return
    void = _signed_by(session, agreement)
    agreement.state = life.after(agreement.state, Act.VOID)
    agreement.link_epoch += 1
    step(session, agreement, Act.VOID, By.HOUSE, void=void)


def said(words: str) -> str:
    """Words that are needed. Raises Refused: "words-missing", "body-too-long"."""
    words = text.plain(words).strip()
    if not words:
        raise Refused("words-missing")
    if len(words) > LONGEST_WORDS:
        raise Refused("body-too-long", longest=LONGEST_WORDS)
    return words


def needs_act(agreement: Agreement, act: Act) -> None:
    """Raise Refused("agreement-elsewhere") when this cannot happen now."""
    if not policy.may(agreement, act):
        raise Refused("agreement-elsewhere")


def step(
    session: Session,
    agreement: Agreement,
    act: Act,
    by: By,
    words: str = "",
    *,
    party: Party | None = None,
    void: tuple[Party, ...] = (),
) -> None:
    """Write down what happened, and tell it."""
    session.add(
        AgreementStep(agreement_id=agreement.id, act=act, by=by, words=words, at=clock.now())
    )
    record(session, AgreementMoved(agreement, act, by, words, party, void))


def _writer(desk: Desk, position: Position) -> By:
    by = policy.by_of(desk, position)
    if by not in {By.INSTITUTION, By.TEAM}:
        raise Refused("not-asked")
    return by


def _write(agreement: Agreement, kept: dict[str, object]) -> None:
    for name, value in kept.items():
        setattr(agreement, name, value)


def _may_be(kind: Kind, programme: Programme) -> None:
    if kind is Kind.LOAN and not programme.lends:
        raise Refused("agreement-no-loan")


def _checked(said: Said) -> dict[str, object]:
    kept = {name: _field(name, getattr(said, name)) for name in NAMES}
    loan = said.kind is Kind.LOAN
    if not loan:
        kept |= {"refund": None, "refund_words": "", "probation": ""}
    elif said.refund is None:
        raise Refused("agreement-field-missing", field="refund")
    if kept["refund"] is not Refund.LESS:
        kept["aim"] = None
    elif empty := next((name for name in ("aim", "refund_words") if not kept[name]), None):
        raise Refused("agreement-field-missing", field=empty)
    signatories = ("company_email", "institution_email", *(("employee_email",) if loan else ()))
    if len({str(kept[name]).lower() for name in signatories}) < len(signatories):
        raise Refused("agreement-same-address")
    if said.ends_on < said.starts_on:
        raise Refused("agreement-dates")
    if not FEWEST <= said.half_days <= MOST:
        raise Refused("agreement-half-days")
    return kept


def _field(name: str, typed: object) -> object:
    if not isinstance(typed, str) or name in {"kind", "refund", "aim"}:
        return typed
    value = text.plain(typed).strip() if name in _LONG else one_line(typed, "name-too-long")
    if not value and name not in _MAY_BE_EMPTY:
        raise Refused("agreement-field-missing", field=name)
    if name in _LONG and len(value) > LONGEST_MISSION:
        raise Refused("body-too-long", longest=LONGEST_MISSION)
    if name in _ADDRESSES:
        return _address(name, value)
    if name.endswith("_siret"):
        return _siret(name, value)
    return value


def _address(name: str, typed: str) -> str:
    try:
        return addresses.mail(typed)
    except Refused as refused:
        raise Refused(refused.code, **refused.values | {"field": name}) from refused


def _siret(name: str, typed: str) -> str:
    if not typed:
        return ""
    try:
        return tending.siret(typed) or ""
    except Refused as refused:
        raise Refused(refused.code, **refused.values | {"field": name}) from refused
