"""The services of a programme, as its team tends them."""

from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from core import addresses, text
from core.refusals import Refused
from directory.entries import one_line
from expertise.desk import Desk
from expertise.programmes.models import Programme
from expertise.programmes.tending import needs_team
from expertise.subscriptions.models import LONGEST_WORDS, Service, ServiceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidOfService:
    """A service, as it was typed."""

    kind: ServiceKind
    name: str
    provider: str
    provider_email: str
    description: str
    link: str


def offered(programme_id: int) -> Select[Service]:
    """What everybody reads, in order."""
    return everything(programme_id).where(~Service.retired)


def relayed(programme_id: int) -> Select[Service]:
    """The schemes of others that a programme relays, in order."""
    return offered(programme_id).where(Service.kind == ServiceKind.RELAYED)


def everything(programme_id: int) -> Select[Service]:
    """The same with what is no longer offered, for the team."""
    return (
        select(Service)
        .where(Service.programme_id == programme_id)
        .order_by(Service.position, Service.id)
    )


def add(session: Session, desk: Desk, programme: Programme, said: SaidOfService) -> Service:
    """A service, at the end. The years that were paid before do not include it.

    Raises Refused: "not-of-the-team", "name-empty", "name-too-long", "name-taken",
    "provider-missing", "email-unknown", "link-missing", "link-unknown", "body-too-long",
    "experts-once".
    """
    needs_team(desk, programme)
    last = session.scalar(
        select(func.max(Service.position)).where(Service.programme_id == programme.id)
    )
    made = Service(programme_id=programme.id, position=0 if last is None else last + 1)
    _describe(session, made, said)
    session.add(made)
    return made


def correct(
    session: Session, desk: Desk, programme: Programme, service: Service, said: SaidOfService
) -> None:
    """Say it otherwise; its kind stays, since credits are for it. Raises as add, "kind-stays"."""
    needs_team(desk, programme)
    if said.kind is not service.kind:
        raise Refused("kind-stays")
    _describe(session, service, said)


def offer(desk: Desk, programme: Programme, service: Service, *, offered: bool) -> None:
    """No longer offer it, or again: the credits that were bought stay good."""
    needs_team(desk, programme)
    service.retired = not offered


def _describe(session: Session, one: Service, said: SaidOfService) -> None:
    one.kind = said.kind
    one.name = one_line(said.name, "name-too-long")
    if not one.name:
        raise Refused("name-empty")
    with session.no_autoflush:
        others = select(Service).where(Service.programme_id == one.programme_id)
        for other in session.scalars(others):
            if other is one:
                continue
            if other.name.lower() == one.name.lower():
                raise Refused("name-taken")
            if said.kind is ServiceKind.EXPERT and other.kind is ServiceKind.EXPERT:
                raise Refused("experts-once")
    one.provider = one_line(said.provider, "name-too-long")
    one.provider_email = addresses.mail(said.provider_email) if said.provider_email.strip() else ""
    if said.kind is ServiceKind.PROVIDED and not (one.provider and one.provider_email):
        raise Refused("provider-missing")
    one.link = addresses.link(said.link.strip()) if said.link.strip() else ""
    if said.kind is ServiceKind.RELAYED and not one.link:
        raise Refused("link-missing")
    one.description = text.plain(said.description).strip()
    if len(one.description) > LONGEST_WORDS:
        raise Refused("body-too-long", longest=LONGEST_WORDS)
    one.html = text.clean(one.description)
