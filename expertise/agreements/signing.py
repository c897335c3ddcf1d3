"""Signing: a typed name and a code that was mailed, or a scan brought back; the certificate."""

import hashlib
import hmac
import io
import ipaddress
import secrets
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core import clock, outbox
from core.extraction import kinds
from core.extraction.kinds import mime_by_signature
from core.refusals import Refused
from core.settings import Settings
from core.storage import Storage
from core.text import folded
from directory.entries import one_line
from expertise.agreements import life, paper, policy, queries
from expertise.agreements.life import Act
from expertise.agreements.models import Agreement, By, Party, Signature, SigningCode, Way
from expertise.agreements.preparing import hold, needs_act, said, step
from expertise.desk import Desk
from files import actions as files
from files.actions import clean_name
from files.policy import MEGABYTE, check_name

CODE = "agreement_code"
"""The kind of the mail."""
SALT = "agreement-code"
DIGITS = 6
LASTS = timedelta(minutes=15)
MOST_TRIES = 5
MOST_CODES = 5
"""In COUNTED: more would be a nuisance to a signatory."""
COUNTED = timedelta(hours=1)
SCAN_BYTES = 10 * MEGABYTE
SCANS = frozenset({kinds.PDF, "image/png", "image/jpeg"})
IPV4_KEPT, IPV6_KEPT = 24, 48
"""Bits of an address that the certificate shows."""


def send_code(session: Session, settings: Settings, agreement: Agreement, party: Party) -> None:
    """Mail a code to the signatory of a party; the former one is over.

    Raises Refused: "agreement-elsewhere", "agreement-signed-already", "code-too-many".
    """
    hold(session, agreement)
    _may_sign(session, agreement, party)
    present = clock.now()
    kept = session.get(SigningCode, (agreement.id, party), populate_existing=True)
    if kept is None:
        kept = SigningCode(agreement_id=agreement.id, party=party, sent=0, counted_since=present)
        session.add(kept)
    if present - kept.counted_since > COUNTED:
        kept.sent, kept.counted_since = 0, present
    if kept.sent >= MOST_CODES:
        raise Refused("code-too-many", most=MOST_CODES)
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    kept.version, kept.sent_at, kept.tries = agreement.version, present, 0
    kept.sent += 1
    kept.code_hash = _hash(settings, agreement, party, code)
    name, _title, address = agreement.signatory(party)
    outbox.post(
        session,
        CODE,
        to_address=address,
        to_name=name,
        language="fr",
        values={"need": agreement.position.need, "agreement": agreement, "code": code},
        confidential=True,
        asked=True,
    )


def waits_for_code(session: Session, agreement: Agreement, party: Party) -> bool:
    """Whether a code was sent, and is still good."""
    kept = session.get(SigningCode, (agreement.id, party))
    return kept is not None and _is_good(kept, agreement, clock.now())


def sign(
    session: Session,
    settings: Settings,
    storage: Storage,
    agreement: Agreement,
    party: Party,
    *,
    name: str,
    code: str,
    from_address: str = "",
) -> Refused | None:
    """Sign for a party; None when it is done.

    A wrong code is counted: why not is given back rather than raised, so that what was counted is
    committed. Raises Refused: "agreement-elsewhere", "agreement-signed-already",
    "name-not-signatory", "code-over", "name-too-long".
    """
    hold(session, agreement)
    _may_sign(session, agreement, party)
    signatory, title, address = agreement.signatory(party)
    name = one_line(name, "name-too-long")
    if not _same_person(name, signatory):
        raise Refused("name-not-signatory", name=signatory)
    kept = session.get(SigningCode, (agreement.id, party), populate_existing=True)
    if kept is None or not _is_good(kept, agreement, clock.now()):
        raise Refused("code-over")
    typed = "".join(one for one in code if not one.isspace())
    if not hmac.compare_digest(kept.code_hash, _hash(settings, agreement, party, typed)):
        kept.tries += 1
        left = MOST_TRIES - kept.tries
        return Refused("code-wrong", left=left) if left else Refused("code-over")
    session.delete(kept)
    _forget_scan(session, agreement, party)
    session.add(
        Signature(
            agreement_id=agreement.id,
            version=agreement.version,
            party=party,
            name=name,
            title=title,
            email=address,
            at=clock.now(),
            sha256=agreement.sha256 or "",
            way=Way.ONLINE,
            from_address=masked(from_address),
            confirmed_at=clock.now(),
            confirmed_by=By(party.value),
        )
    )
    session.flush()
    step(session, agreement, Act.SIGN, By(party.value), name, party=party)
    _complete(session, storage, agreement)
    return None


def bring_scan(
    session: Session,
    storage: Storage,
    agreement: Agreement,
    party: Party,
    by: By,
    *,
    name: str,
    content: bytes,
    version: int | None = None,
) -> None:
    """Bring back what a party signed by hand. What the team brings counts at once.

    `version`: the one that was read, when a page says it.

    Raises Refused: "not-asked", "agreement-elsewhere", "agreement-signed-already", "file-empty",
    "file-too-large", "file-dangerous", "scan-unknown" for what is neither a PDF nor a picture.
    """
    if party not in policy.brings(by):
        raise Refused("not-asked")
    _check_scan(name, content)
    hold(session, agreement)
    if version not in {None, agreement.version}:
        raise Refused("agreement-elsewhere")
    _may_sign(session, agreement, party)
    _forget_scan(session, agreement, party)
    signatory, title, address = agreement.signatory(party)
    sure = by is By.TEAM
    session.add(
        Signature(
            agreement_id=agreement.id,
            version=agreement.version,
            party=party,
            name=signatory,
            title=title,
            email=address,
            at=clock.now(),
            sha256=agreement.sha256 or "",
            way=Way.SCAN,
            file=files.keep_made(session, storage, content),
            brought_by=by,
            confirmed_at=clock.now() if sure else None,
            confirmed_by=by if sure else None,
        )
    )
    session.flush()
    step(session, agreement, Act.BRING_SCAN, by, signatory, party=party)
    if sure:
        _complete(session, storage, agreement)


def confirm_scan(
    session: Session, storage: Storage, desk: Desk, agreement: Agreement, scan: Signature
) -> None:
    """Say that a scan is what was signed: it counts.

    Raises Refused: "not-asked", "agreement-elsewhere".
    """
    by = _judge(session, desk, agreement, scan)
    scan.confirmed_at, scan.confirmed_by = clock.now(), by
    session.flush()
    step(session, agreement, Act.SIGN, by, scan.name, party=scan.party)
    _complete(session, storage, agreement)


def refuse_scan(
    session: Session, desk: Desk, agreement: Agreement, scan: Signature, words: str
) -> None:
    """Say that it is not, and why; the party signs again.

    Raises Refused: "not-asked", "agreement-elsewhere", "words-missing", "body-too-long".
    """
    words = said(words)
    by = _judge(session, desk, agreement, scan)
    party = scan.party
    session.delete(scan)
    session.flush()
    step(session, agreement, Act.REFUSE_SCAN, by, words, party=party)


def masked(address: str) -> str:
    """An address of a network without its end: "192.0.2.x"."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    old = found.version == 4
    kept = ipaddress.ip_network(f"{found}/{IPV4_KEPT if old else IPV6_KEPT}", strict=False)
    shown = f"{kept.network_address}"
    return f"{shown.removesuffix('0') if old else shown}x"


def _may_sign(session: Session, agreement: Agreement, party: Party) -> None:
    needs_act(agreement, Act.SIGN)
    if party not in agreement.parties:
        raise Refused("agreement-elsewhere")
    if session.scalar(_of_party(agreement, party).where(Signature.confirmed_at.is_not(None))):
        raise Refused("agreement-signed-already")


def _of_party(agreement: Agreement, party: Party) -> Select[Signature]:
    return queries.signatures(agreement).where(Signature.party == party)


def _forget_scan(session: Session, agreement: Agreement, party: Party) -> None:
    """What was brought before, and nobody confirmed, makes room."""
    for scan in session.scalars(_of_party(agreement, party)).all():
        session.delete(scan)
    session.flush()


def _judge(session: Session, desk: Desk, agreement: Agreement, scan: Signature) -> By:
    by = policy.by_of(desk, agreement.position)
    if by is None or not policy.confirms(by, scan.brought_by):
        raise Refused("not-asked")
    hold(session, agreement)
    needs_act(agreement, Act.SIGN)
    still = select(Signature.id).where(Signature.id == scan.id, Signature.confirmed_at.is_(None))
    if session.scalar(still) is None:
        raise Refused("agreement-elsewhere")
    if scan.version != agreement.version:
        raise Refused("agreement-elsewhere")
    return by


def _complete(session: Session, storage: Storage, agreement: Agreement) -> None:
    """Once all have signed: the file with its certificate, which never changes."""
    signatures = session.scalars(queries.signatures(agreement)).all()
    signed = {one.party for one in signatures if one.confirmed_at is not None}
    if signed != set(agreement.parties):
        return
    content = storage.get(agreement.sha256 or "")
    file = files.keep_made(session, storage, paper.signed(agreement, content, signatures))
    agreement.signed_file, agreement.signed_at = file, clock.now()
    agreement.state = life.after(agreement.state, Act.COMPLETE)
    step(session, agreement, Act.COMPLETE, By.HOUSE)


def _is_good(kept: SigningCode, agreement: Agreement, present: datetime) -> bool:
    return (
        kept.version == agreement.version
        and kept.tries < MOST_TRIES
        and present - kept.sent_at <= LASTS
    )


def _hash(settings: Settings, agreement: Agreement, party: Party, code: str) -> str:
    """Six digits are soon tried: without the house's secret, the hash tells nothing."""
    words = f"{SALT}:{agreement.id}:{agreement.version}:{party.value}:{code}"
    return hmac.new(settings.secret_key.encode(), words.encode(), hashlib.sha256).hexdigest()


def _same_person(typed: str, signatory: str) -> bool:
    """Whether the same words were typed, in any order, with or without accents."""
    return bool(typed) and _words(typed) == _words(signatory)


def _words(name: str) -> list[str]:
    return sorted(folded(name).replace("-", " ").replace("’", "'").split())


def _check_scan(name: str, content: bytes) -> None:
    if not content:
        raise Refused("file-empty")
    if len(content) > SCAN_BYTES:
        raise Refused("file-too-large", most=SCAN_BYTES // MEGABYTE)
    check_name(clean_name(name))
    if mime_by_signature(io.BytesIO(content)) not in SCANS:
        raise Refused("scan-unknown")
