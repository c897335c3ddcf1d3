"""What accounts hold about a member: given to them, let go with them, and for how long."""

from sqlalchemy import String, cast, delete, or_, select, update
from sqlalchemy.orm import Session

from access.models import MemberNetwork, MemberTerritory, Network, Territory
from accounts.models import (
    Acceptance,
    AccessRequest,
    AuditEntry,
    Closing,
    FormerAddress,
    Invitation,
    Member,
    OneTimeLink,
    RecoveryCode,
    RequestState,
    Visit,
)
from core import outbox
from core.portable import Held, rows_of
from core.retention import deleting

SECRET = ("password_hash", "totp_secret", "totp_last_step", "epoch", "name_key")


def its_data_of(session: Session, member_id: int) -> Held:
    """The account, how it came to be, its places, and what the house noted of its use."""
    member = session.get_one(Member, member_id)
    tables = {
        "member": rows_of(session, Member, Member.id == member_id, without=SECRET),
        "visit": rows_of(session, Visit, Visit.member_id == member_id),
        "former_address": rows_of(session, FormerAddress, FormerAddress.member_id == member_id),
        "closing": rows_of(session, Closing, Closing.member_id == member_id, without=("progress",)),
        "invitation": rows_of(
            session,
            Invitation,
            or_(
                Invitation.email == member.email,
                Invitation.member_id == member_id,
                Invitation.invited_by_id == member_id,
            ),
            without=("token_hash",),
        ),
        "access_request": rows_of(
            session,
            AccessRequest,
            or_(AccessRequest.email == member.email, AccessRequest.decided_by_id == member_id),
        ),
        "charter_acceptance": rows_of(session, Acceptance, Acceptance.member_id == member_id),
        "one_time_link": rows_of(
            session, OneTimeLink, OneTimeLink.member_id == member_id, without=("token_hash",)
        ),
        "recovery_code": rows_of(
            session, RecoveryCode, RecoveryCode.member_id == member_id, without=("code_hash",)
        ),
        "audit_entry": rows_of(
            session,
            AuditEntry,
            or_(AuditEntry.actor_id == member_id, AuditEntry.about == member.email),
        ),
        "mail": rows_of(
            session,
            outbox.Mail,
            outbox.Mail.to_address == member.email,
            without=("html", "headers", "logo", "message_id", "confidential"),
        ),
        **_places(session, member_id),
    }
    return Held(tables)


def _places(session: Session, member_id: int) -> dict[str, list[dict[str, object]]]:
    networks = session.scalars(
        select(Network.name)
        .join(MemberNetwork, MemberNetwork.network_id == Network.id)
        .where(MemberNetwork.member_id == member_id)
        .order_by(Network.name)
    )
    territories = session.scalars(
        select(Territory)
        .join(MemberTerritory, MemberTerritory.territory_id == Territory.id)
        .where(MemberTerritory.member_id == member_id)
        .order_by(Territory.name, Territory.id)
    )
    return {
        "member_network": [{"name": name} for name in networks],
        "member_territory": [{"name": territory.label} for territory in territories],
    }


def forget(session: Session, member: Member) -> None:
    """Let go of all but the acceptance of the charter and the audit trail, which ends by itself."""
    for gone in (
        delete(OneTimeLink).where(OneTimeLink.member_id == member.id),
        delete(RecoveryCode).where(RecoveryCode.member_id == member.id),
        delete(Visit).where(Visit.member_id == member.id),
        delete(AccessRequest).where(AccessRequest.email == member.email),
        delete(Invitation).where(
            or_(Invitation.email == member.email, Invitation.member_id == member.id)
        ),
    ):
        session.execute(gone.execution_options(synchronize_session=False))
    # The number of the account that became one with theirs stays: nobody gets it again.
    session.execute(
        update(FormerAddress)
        .where(FormerAddress.member_id == member.id)
        .values(email=cast(FormerAddress.former_id, String).concat("@invalid"))
        .execution_options(synchronize_session=False)
    )


RULES = (
    deleting(
        "invitations",
        180,
        Invitation,
        lambda limit: or_(
            Invitation.accepted_at < limit,
            Invitation.revoked_at < limit,
            Invitation.expires_at < limit,
        ),
    ),
    deleting(
        "access-requests",
        180,
        AccessRequest,
        lambda limit: (
            (AccessRequest.state != RequestState.WAITING) & (AccessRequest.decided_at < limit)
        ),
    ),
    deleting("one-time-links", 30, OneTimeLink, lambda limit: OneTimeLink.expires_at < limit),
    # The charter says one year.
    deleting("audit-trail", 365, AuditEntry, lambda limit: AuditEntry.at < limit),
)
