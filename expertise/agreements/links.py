"""The link of a signatory: it opens one agreement, for one party, and nothing else."""

from dataclasses import dataclass

from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import Select
from sqlalchemy.orm import Session

from accounts.queries import by_email
from core import clock
from core.refusals import Refused
from core.settings import Settings
from expertise import rule
from expertise.agreements import queries
from expertise.agreements.life import State
from expertise.agreements.models import Agreement, Party
from expertise.positions.life import State as PositionState
from expertise.positions.models import Position

SALT, LASTS = "agreement-sign", 60 * 24 * 3600
"""Of the link of a mail; seconds."""
SHORT_SALT, SHORT_LASTS = "agreement-sign-now", 2 * 3600
"""Of the link of a page, for who may read it now."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link says."""

    agreement_id: int
    epoch: int
    need_epoch: int
    """Of the company: its tracking links were ended, this one with them."""
    party: Party
    address: str
    """Of the signatory: the link ends when somebody else signs for the party."""


def token(
    settings: Settings,
    agreement: Agreement,
    party: Party,
    *,
    need_epoch: int | None = None,
    by_mail: bool = True,
) -> str:
    """The proof that its reader reads for a party; the code that signs goes to its signatory.

    `need_epoch`: of its need, when it is not loaded. `by_mail`: for the mail of the signatory;
    else for a page, and soon over.
    """
    signer = URLSafeTimedSerializer(settings.secret_key, salt=SALT if by_mail else SHORT_SALT)
    _name, _title, address = agreement.signatory(party)
    epoch = agreement.position.need.link_epoch if need_epoch is None else need_epoch
    return str(signer.dumps([agreement.id, agreement.link_epoch, epoch, party.value, address]))


def opened(settings: Settings, given: str) -> Opened:
    """Read a link. Raises Refused("link-over") for one that is not ours, or too old."""
    for salt, lasts in ((SALT, LASTS), (SHORT_SALT, SHORT_LASTS)):
        signer = URLSafeTimedSerializer(settings.secret_key, salt=salt)
        try:
            agreement_id, epoch, need_epoch, party, address = signer.loads(given, max_age=lasts)
            return Opened(agreement_id, epoch, need_epoch, Party(party), address)
        except (BadData, ValueError, TypeError):
            continue
    raise Refused("link-over")


def read(session: Session, link: Opened) -> Agreement | None:
    """The agreement that it opens: as the rule of the desk would, for the party that signs."""
    found = session.scalar(_found(link))
    if found is None or found.signatory(link.party)[2] != link.address:
        return None
    someone = by_email(session, link.address)
    if someone is not None and someone.is_suspended(clock.now()):
        return None
    if link.party is Party.COMPANY and found.position.need.link_epoch != link.need_epoch:
        return None
    return found if link.party in found.parties else None


def _found(link: Opened) -> Select[Agreement]:
    found = queries.whole().where(
        Agreement.id == link.agreement_id,
        Agreement.link_epoch == link.epoch,
        Agreement.version > 0,
        (Position.state != PositionState.REMOVED) | (Agreement.state == State.SIGNED),
    )
    return found if link.party is Party.COMPANY else found.where(rule.open_to())
