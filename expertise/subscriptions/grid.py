"""The prices of a programme, by headcount, from a day on; who sells. Kept by its team."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload
from stdnum import iban
from stdnum.exceptions import ValidationError

from accounts.models import Member
from core import addresses, clock
from core.facts import record
from core.refusals import Refused
from directory.entries import one_line
from directory.tending import siret
from expertise.desk import Desk
from expertise.programmes.models import Programme
from expertise.programmes.tending import needs_team
from expertise.subscriptions.facts import MoneyHandled
from expertise.subscriptions.invoices.models import Invoice
from expertise.subscriptions.models import PREFIX_LENGTH, PriceGrid, PriceLine, Seller
from expertise.subscriptions.money import MOST_CENTS, MOST_POINTS, in_percent

MOST_LINES = 12


@dataclass(frozen=True, slots=True)
class Band:
    """A line of a grid: companies of so many people, and what a year costs them."""

    least_staff: int
    most_staff: int | None
    """None: and more."""
    net_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidOfSeller:
    """Who sells, as it was typed."""

    prefix: str
    name: str
    form: str
    address: str
    siret: str
    registration: str
    vat_number: str
    vat_words: str
    email: str
    iban: str
    bic: str
    payee: str
    penalty_words: str


def grids(programme_id: int) -> Select[PriceGrid]:
    """All of them, the newest first."""
    return (
        select(PriceGrid)
        .where(PriceGrid.programme_id == programme_id)
        .options(selectinload(PriceGrid.lines))
        .order_by(PriceGrid.starts_on.desc())
    )


def in_force(programme_id: int, day: date) -> Select[PriceGrid]:
    """The one that holds on a day: none before the first."""
    return grids(programme_id).where(PriceGrid.starts_on <= day).limit(1)


def all_in_force(programme_ids: Collection[int], day: date) -> Select[PriceGrid]:
    """The same of several programmes: one of each."""
    other = aliased(PriceGrid)
    latest = (
        select(func.max(other.starts_on))
        .where(other.programme_id == PriceGrid.programme_id, other.starts_on <= day)
        .scalar_subquery()
    )
    return (
        select(PriceGrid)
        .where(PriceGrid.programme_id.in_(programme_ids), PriceGrid.starts_on == latest)
        .options(joinedload(PriceGrid.lines))
    )


def bands(grid: PriceGrid) -> list[Band]:
    """Its lines, each with where it stops."""
    least = [one.least_staff for one in grid.lines]
    ends = [*(one - 1 for one in least[1:]), None]
    return [
        Band(line.least_staff, end, line.net_cents)
        for line, end in zip(grid.lines, ends, strict=True)
    ]


def band_of(grid: PriceGrid, staff: int) -> Band:
    """What a company of this size pays. A grid begins at nobody: each company has its line."""
    return [one for one in bands(grid) if one.least_staff <= staff][-1]


def set_prices(
    session: Session,
    desk: Desk,
    programme: Programme,
    starts_on: date,
    vat_points: int,
    prices: Sequence[tuple[int, int]],
    *,
    by: Member,
) -> PriceGrid:
    """New prices from a day on: (from how many people, cents without VAT).

    What is not in force yet is replaced; what was in force a day stays.

    Raises Refused: "not-of-the-team", "prices-in-the-past", "grid-in-force", "prices-missing",
    "prices-from-nobody", "prices-twice", "price-unknown", "vat-unknown", "vat-words-missing".
    """
    needs_team(desk, programme)
    today = clock.today()
    if starts_on < today:
        raise Refused("prices-in-the-past")
    _check(prices, vat_points)
    there = session.scalar(grids(programme.id).where(PriceGrid.starts_on == starts_on))
    if there is not None and starts_on <= today:
        raise Refused("grid-in-force")
    if there is not None:
        session.delete(there)
        session.flush()
    made = PriceGrid(programme_id=programme.id, starts_on=starts_on, vat_points=vat_points)
    made.lines = [PriceLine(least_staff=least, net_cents=cents) for least, cents in sorted(prices)]
    session.add(made)
    about = f"{programme.name}, {starts_on:%d/%m/%Y}, {in_percent(vat_points)}"
    record(session, MoneyHandled(by, about, {"money": "prices"}))
    return made


def _check(prices: Sequence[tuple[int, int]], vat_points: int) -> None:
    if not prices or len(prices) > MOST_LINES:
        raise Refused("prices-missing", most=MOST_LINES)
    least = [one for one, _cents in prices]
    if len(set(least)) < len(least):
        raise Refused("prices-twice")
    if min(least) != 0:
        raise Refused("prices-from-nobody")
    if any(not 0 < cents <= MOST_CENTS for _least, cents in prices):
        raise Refused("price-unknown")
    if not 0 <= vat_points <= MOST_POINTS:
        raise Refused("vat-unknown")


def seller_of(programme_id: int) -> Select[Seller]:
    """Who sells; none: nothing is sold yet."""
    return select(Seller).where(Seller.programme_id == programme_id)


def name_seller(
    session: Session, desk: Desk, programme: Programme, said: SaidOfSeller, *, by: Member
) -> Seller:
    """Say who sells: the invoices to come say so, those that were issued stay.

    Raises Refused: "not-of-the-team", "prefix-unknown", "prefix-taken", "prefix-stays",
    "name-empty", "name-too-long", "address-empty", "siret-missing", "siret-unknown",
    "email-unknown", "iban-unknown".
    """
    needs_team(desk, programme)
    there = session.scalar(seller_of(programme.id))
    one = there or Seller(programme_id=programme.id)
    one.prefix = _prefix(session, programme, there, said.prefix)
    for name in ("name", "form", "address", "registration", "vat_words", "payee", "penalty_words"):
        setattr(one, name, one_line(getattr(said, name), "name-too-long"))
    if not one.name:
        raise Refused("name-empty")
    if not one.address:
        raise Refused("address-empty")
    number = siret(said.siret)
    if number is None:
        raise Refused("siret-missing")
    one.siret, one.email = number, addresses.mail(said.email)
    one.vat_number = one_line(said.vat_number, "name-too-long", 20).replace(" ", "").upper()
    one.iban, one.bic = _iban(said.iban), one_line(said.bic, "name-too-long", 11).upper()
    session.add(one)
    record(session, MoneyHandled(by, f"{programme.name}, {one.name}", {"money": "seller"}))
    return one


def _prefix(session: Session, programme: Programme, there: Seller | None, typed: str) -> str:
    prefix = typed.strip().upper()
    if not (prefix.isascii() and prefix.isalnum() and len(prefix) <= PREFIX_LENGTH):
        raise Refused("prefix-unknown", longest=PREFIX_LENGTH)
    if there is not None and there.prefix != prefix:
        issued = select(Invoice.id).where(Invoice.programme_id == programme.id).limit(1)
        if session.scalar(issued) is not None:
            raise Refused("prefix-stays", prefix=there.prefix)
    with session.no_autoflush:
        taken = select(Seller.programme_id).where(Seller.prefix == prefix)
        if session.scalar(taken) not in {None, programme.id}:
            raise Refused("prefix-taken")
    return prefix


def _iban(typed: str) -> str:
    """Empty, or a number whose key is right. Raises Refused("iban-unknown")."""
    if not typed.strip():
        return ""
    try:
        return str(iban.validate(typed))
    except ValidationError as error:
        raise Refused("iban-unknown") from error
