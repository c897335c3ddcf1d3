"""The address to which a network's circulars are forwarded: signed, and renewed when it leaked."""

import base64
import hmac
import struct
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from access.models import Network
from access.viewers import Viewer
from accounts.facts import HouseChanged
from accounts.models import Member
from accounts.policy import needs_administrator
from circulars.models import CircularAddress
from core import clock
from core.facts import record
from core.refusals import Refused
from core.settings import TOKEN, Settings

_HELD = struct.Struct(">IH")
_PROOF = 10
"""Bytes."""
_MOST = 2**16 - 1


def _proof(settings: Settings, held: bytes) -> bytes:
    key = f"circulars:{settings.secret_key}".encode()
    return hmac.digest(key, held, "sha256")[:_PROOF]


def _numbers(session: Session, network_ids: Iterable[int]) -> dict[int, int]:
    """How many times the address of each was renewed."""
    ids = list(network_ids)
    kept = select(CircularAddress).where(CircularAddress.network_id.in_(ids))
    return dict.fromkeys(ids, 0) | {one.network_id: one.number for one in session.scalars(kept)}


def addresses(session: Session, settings: Settings, network_ids: Iterable[int]) -> dict[int, str]:
    """Where the circulars of these networks are forwarded; nothing where no mail comes in."""
    if settings.mail_circulars is None:
        return {}
    found = {}
    for network_id, number in _numbers(session, network_ids).items():
        held = _HELD.pack(network_id, number)
        token = base64.b32encode(held + _proof(settings, held)).decode().rstrip("=").lower()
        found[network_id] = settings.mail_circulars.replace(TOKEN, token)
    return found


def read(session: Session, settings: Settings, token: str) -> tuple[int, bool]:
    """The network that an address is of, and whether it was renewed since.

    Raises Refused("address-forged") for a token that is not ours.
    """
    try:
        given = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
    except ValueError as error:
        raise Refused("address-forged") from error
    held, proof = given[: _HELD.size], given[_HELD.size :]
    if len(held) != _HELD.size or not hmac.compare_digest(proof, _proof(settings, held)):
        raise Refused("address-forged")
    network_id, number = _HELD.unpack(held)
    if session.get(Network, network_id) is None:
        raise Refused("address-forged")
    return network_id, _numbers(session, [network_id])[network_id] != number


def renew(session: Session, viewer: Viewer, network: Network, *, by: Member) -> None:
    """Give a network another address: the one before makes no draft any longer."""
    needs_administrator(viewer)
    kept = session.get(CircularAddress, network.id, with_for_update=True)
    if kept is None:
        kept = CircularAddress(network_id=network.id, number=0)
        session.add(kept)
    kept.number, kept.renewed_at = (kept.number + 1) % _MOST, clock.now()
    record(session, HouseChanged(by, network.name, {"network": "circular-address"}))
