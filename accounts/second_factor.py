"""Writes about the second factor: the codes of an application, and those that replace it once."""

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from access.viewers import Role
from accounts import credentials
from accounts.facts import SecondFactorChanged, SignInFailed
from accounts.models import Member, RecoveryCode
from core import clock
from core.facts import record
from core.refusals import Refused


def check(session: Session, member: Member, typed: str) -> None:
    """Accept a code of the application or a recovery code. Raises Refused("wrong-code")."""
    step = credentials.totp_step(
        member.totp_secret or "", typed, clock.now(), after=member.totp_last_step
    )
    if step is not None and _first_use(session, member, step):
        return
    used = session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.member_id == member.id,
            RecoveryCode.code_hash == credentials.token_hash(typed.strip().lower()),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=clock.now())
        .returning(RecoveryCode.id)
    ).first()
    if used is None:
        record(session, SignInFailed(member, member.email, {"by": "code"}))
        raise Refused("wrong-code")


def _first_use(session: Session, member: Member, step: int) -> bool:
    """Whether this code opens now: of two that arrive together, one does."""
    taken = session.execute(
        update(Member)
        .where(Member.id == member.id, Member.totp_last_step < step)
        .values(totp_last_step=step)
        .returning(Member.id)
    ).first()
    return taken is not None


def begin(member: Member) -> str:
    """Draw a secret for an application to scan; nothing changes until a code confirms it."""
    if member.totp_on:
        raise Refused("second-factor-on")
    member.totp_secret = credentials.new_totp_secret()
    member.totp_last_step = 0
    return member.totp_secret


def confirm(session: Session, member: Member, typed: str) -> list[str]:
    """Turn it on once the application gives the right code; the recovery codes, shown once."""
    if member.totp_on or member.totp_secret is None:
        raise Refused("second-factor-on" if member.totp_on else "second-factor-not-begun")
    step = credentials.totp_step(member.totp_secret, typed, clock.now(), after=0)
    if step is None:
        raise Refused("wrong-code")
    member.totp_last_step = step
    member.totp_on = True
    return renew_recovery_codes(session, member)


def renew_recovery_codes(session: Session, member: Member) -> list[str]:
    """New recovery codes; the old ones no longer work."""
    codes = credentials.new_recovery_codes()
    session.execute(delete(RecoveryCode).where(RecoveryCode.member_id == member.id))
    session.add_all(
        RecoveryCode(member_id=member.id, code_hash=credentials.token_hash(code)) for code in codes
    )
    record(session, SecondFactorChanged(member, member.email, {"on": True}))
    return codes


def drop(session: Session, member: Member, *, by: Member) -> None:
    """Turn the second factor off: by the member, or by an administrator after a lost telephone."""
    if by.id != member.id and by.role is not Role.ADMINISTRATOR:
        raise Refused("not-administrator")
    member.totp_on, member.totp_secret = False, None
    session.execute(delete(RecoveryCode).where(RecoveryCode.member_id == member.id))
    record(session, SecondFactorChanged(by, member.email, {"on": False}))
