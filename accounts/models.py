"""The tables of people and of how they come in."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Enum,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    event,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from access.models import Network
from access.viewers import Role
from core.db import Base, code, label, long_text, pk
from core.text import folded

EMAIL_LENGTH = 254


def enum_of(values: type[StrEnum]) -> Enum:
    """A column type that keeps an enumeration as its words."""
    return Enum(
        values, native_enum=False, values_callable=lambda e: [m.value for m in e], length=20
    )


def name_key(first_name: str, last_name: str) -> str:
    """Where a name stands in the lists."""
    return folded(f"{last_name} {first_name}")


def _first_name_key(context: Any) -> str:
    given = context.get_current_parameters()
    return name_key(given["first_name"], given["last_name"])


class Member(Base):
    """A person with an account."""

    __tablename__ = "member"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_is_lower_case"),
        CheckConstraint("length(first_name) > 0 AND length(last_name) > 0", name="is_named"),
        Index("ix_member_name", "name_key", "id"),
    )
    id: Mapped[pk]
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH), unique=True)
    first_name: Mapped[label]
    last_name: Mapped[label]
    name_key: Mapped[str] = mapped_column(String(401), default=_first_name_key)
    """Last name, first name, in lower case and without accents: the order of lists."""
    handle: Mapped[str] = mapped_column(String(80), unique=True)
    """What follows @ to call this member."""
    role: Mapped[Role] = mapped_column(enum_of(Role), default=Role.USER)
    language: Mapped[str] = mapped_column(String(2), default="fr")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    epoch: Mapped[int] = mapped_column(default=0)
    """Raised to end every open session."""
    totp_secret: Mapped[str | None] = mapped_column(String(64))
    totp_on: Mapped[bool] = mapped_column(default=False)
    totp_last_step: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    last_visit_at: Mapped[datetime | None]
    previous_visit_at: Mapped[datetime | None]
    suspended_at: Mapped[datetime | None]
    suspended_until: Mapped[datetime | None]
    """None while suspended: until somebody lifts it."""
    suspension_reason: Mapped[str | None] = mapped_column(String(500))
    left_at: Mapped[datetime | None]
    """When the account was closed for good and lost its name; it is suspended since, for ever."""

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"

    def is_suspended(self, present: datetime) -> bool:
        """Whether the account is closed at this instant."""
        if self.suspended_at is None:
            return False
        return self.suspended_until is None or self.suspended_until > present


@event.listens_for(Member, "before_update")
def _keep_name_key(_mapper: object, _connection: object, member: Member) -> None:
    """Whoever changes a name changes its place in the lists."""
    member.name_key = name_key(member.first_name, member.last_name)


class Visit(Base):
    """A member was here on a day, as it is in Paris: what activity is counted from."""

    __tablename__ = "visit"
    __table_args__ = (Index("ix_visit_day", "day", "member_id", "by_mail"),)
    member_id: Mapped[int] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[date] = mapped_column(primary_key=True)
    by_mail: Mapped[bool] = mapped_column(default=False)
    """Whether a link of one of our mails led here that day."""


class FormerAddress(Base):
    """The address of an account that became one with another: it opens nothing, invites nobody."""

    __tablename__ = "former_address"
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    """Who answers for it now."""
    former_id: Mapped[int]
    """The number of the account that is no more: nobody gets it again (see accounts.actions)."""
    since: Mapped[datetime]


class Purpose(StrEnum):
    """What a single-use link opens."""

    SIGN_IN = "sign_in"
    PASSWORD = "password"  # noqa: S105 - the name of a purpose


class OneTimeLink(Base):
    """A link sent by mail, good once; only its hash is kept."""

    __tablename__ = "one_time_link"
    id: Mapped[pk]
    purpose: Mapped[Purpose] = mapped_column(enum_of(Purpose))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Invitation(Base):
    """A person asked to join, with the place that waits for them."""

    __tablename__ = "invitation"
    id: Mapped[pk]
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH), index=True)
    first_name: Mapped[label]
    last_name: Mapped[label]
    role: Mapped[Role] = mapped_column(enum_of(Role), default=Role.USER)
    network_ids: Mapped[list[int]] = mapped_column(JSON)
    territory_ids: Mapped[list[int]] = mapped_column(JSON)
    job: Mapped[label]
    employer: Mapped[label]
    word: Mapped[str] = mapped_column(String(1000))
    """A personal word from the one who invites."""
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))

    def is_open(self, present: datetime) -> bool:
        """Whether it can still be accepted."""
        return self.accepted_at is None and self.revoked_at is None and self.expires_at > present


class RequestState(StrEnum):
    """Where a request for access stands."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class AccessRequest(Base):
    """Somebody asks for an account."""

    __tablename__ = "access_request"
    __table_args__ = (Index("ix_access_request_state", "state", "created_at"),)
    id: Mapped[pk]
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH), index=True)
    first_name: Mapped[label]
    last_name: Mapped[label]
    employer: Mapped[label]
    job: Mapped[label]
    network_id: Mapped[int | None] = mapped_column(ForeignKey("network.id"))
    reason: Mapped[str] = mapped_column(String(2000))
    state: Mapped[RequestState] = mapped_column(enum_of(RequestState), default=RequestState.WAITING)
    created_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    answer: Mapped[str | None] = mapped_column(String(2000))
    network: Mapped[Network | None] = relationship(lazy="raise_on_sql")


class WhyClosing(StrEnum):
    """Who wants an account closed."""

    ASKED = "asked"
    """Its member."""
    UNUSED = "unused"
    """The house: nobody came for two years."""


class Closing(Base):
    """An account that closes at `due_at`, unless its member stays."""

    __tablename__ = "closing"
    member_id: Mapped[int] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True
    )
    why: Mapped[WhyClosing] = mapped_column(enum_of(WhyClosing))
    erases: Mapped[bool]
    """What the member wrote and deposited goes too; otherwise it stays without their name."""
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime] = mapped_column(index=True)
    reminded_at: Mapped[datetime | None]
    progress: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """Once the account is closed: what is still needed to empty it, and how far that is."""


class RecoveryCode(Base):
    """A code that stands in once for the second factor."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("member_id", "code_hash"),)
    id: Mapped[pk]
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None]


class Charter(Base):
    """One version of the charter; the highest number is in force."""

    __tablename__ = "charter"
    id: Mapped[pk]
    number: Mapped[int] = mapped_column(unique=True)
    body: Mapped[long_text]
    html: Mapped[long_text]
    changes: Mapped[str] = mapped_column(String(500))
    """What changed since the last one, told to those who accepted that."""
    published_at: Mapped[datetime]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))


class Acceptance(Base):
    """A member accepted a version of the charter."""

    __tablename__ = "charter_acceptance"
    member_id: Mapped[int] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True
    )
    charter_id: Mapped[int] = mapped_column(ForeignKey("charter.id"), primary_key=True)
    accepted_at: Mapped[datetime]


class HouseRules(Base):
    """The choices of the administrators; one row."""

    __tablename__ = "house_rules"
    __table_args__ = (
        CheckConstraint("id = 1", name="there_is_one"),
        CheckConstraint("newcomer_posts BETWEEN 0 AND 20", name="newcomer_posts_are_few"),
    )
    id: Mapped[pk]
    second_factor_for_staff: Mapped[bool] = mapped_column(default=False)
    newcomer_posts: Mapped[int] = mapped_column(default=0)
    """How many first posts of a newcomer are read before they appear; 0: none."""


class AuditEntry(Base):
    """A sensitive act: who, what, when."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_act", "act", "id"),)
    id: Mapped[pk]
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    actor_name: Mapped[label]
    act: Mapped[code]
    about: Mapped[label]
    """On whom or what, in words."""
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
