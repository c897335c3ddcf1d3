"""What happens to accounts, and the kind of fact that the audit trail keeps."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

from access.models import Network
from accounts.models import AccessRequest, Closing, Invitation, Member
from core.facts import Fact


@dataclass(frozen=True, slots=True)
class Sensitive(Fact):
    """An act that the audit trail keeps: who did it, about whom or what."""

    act: ClassVar[str]
    actor: Member | None
    about: str
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def reach(self) -> int | None:
        """The audience of the content that `about` names; None when it names none."""
        return None


@dataclass(frozen=True, slots=True)
class SignedIn(Sensitive):
    """A member came in."""

    act: ClassVar[str] = "signed-in"


@dataclass(frozen=True, slots=True)
class SignInFailed(Sensitive):
    """A password or a code was wrong; no actor when the address has no account."""

    act: ClassVar[str] = "sign-in-failed"


@dataclass(frozen=True, slots=True)
class SignedOutEverywhere(Sensitive):
    """Every open session of a member was ended."""

    act: ClassVar[str] = "signed-out-everywhere"


@dataclass(frozen=True, slots=True)
class PasswordChanged(Sensitive):
    """A member chose a new password."""

    act: ClassVar[str] = "password-changed"


@dataclass(frozen=True, slots=True)
class SecondFactorChanged(Sensitive):
    """The second factor was set up, removed, or its recovery codes renewed."""

    act: ClassVar[str] = "second-factor-changed"


@dataclass(frozen=True, slots=True)
class Invited(Sensitive):
    """An invitation was written; the token exists only here and in the mail."""

    act: ClassVar[str] = "invited"
    invitation: Invitation | None = None
    token: str = ""


@dataclass(frozen=True, slots=True)
class InvitationRevoked(Sensitive):
    """An invitation can no longer be accepted."""

    act: ClassVar[str] = "invitation-revoked"


@dataclass(frozen=True, slots=True)
class Joined(Sensitive):
    """An invitation was accepted: there is a new member."""

    act: ClassVar[str] = "joined"
    member: Member | None = None
    job: str = ""
    employer: str = ""


@dataclass(frozen=True, slots=True)
class AccessAsked(Fact):
    """Somebody asks for an account."""

    request: AccessRequest


@dataclass(frozen=True, slots=True)
class AccessDeclined(Sensitive):
    """A request for access was declined."""

    act: ClassVar[str] = "access-declined"
    request: AccessRequest | None = None


@dataclass(frozen=True, slots=True)
class MemberChanged(Sensitive):
    """Role, networks or territories of a member were changed."""

    act: ClassVar[str] = "member-changed"
    member: Member | None = None


@dataclass(frozen=True, slots=True)
class Suspended(Sensitive):
    """An account was closed for a time."""

    act: ClassVar[str] = "suspended"
    member: Member | None = None


@dataclass(frozen=True, slots=True)
class Reinstated(Sensitive):
    """A suspension was lifted."""

    act: ClassVar[str] = "reinstated"
    member: Member | None = None


@dataclass(frozen=True, slots=True)
class CharterPublished(Sensitive):
    """A new version of the charter is in force."""

    act: ClassVar[str] = "charter-published"


@dataclass(frozen=True, slots=True)
class CharterAccepted(Sensitive):
    """A member accepted the charter in force."""

    act: ClassVar[str] = "charter-accepted"


@dataclass(frozen=True, slots=True)
class HouseChanged(Sensitive):
    """A setting of the house, a network or a theme was changed."""

    act: ClassVar[str] = "house-changed"


@dataclass(frozen=True, slots=True)
class Exported(Sensitive):
    """A list of people or organisations left as a file; `about` says which."""

    act: ClassVar[str] = "exported"


@dataclass(frozen=True, slots=True)
class DataTaken(Sensitive):
    """A member took all that concerns them."""

    act: ClassVar[str] = "data-taken"


@dataclass(frozen=True, slots=True)
class ClosingAsked(Sensitive):
    """An account is to be closed: its member asked, or nobody came for two years."""

    act: ClassVar[str] = "closing-asked"
    closing: Closing | None = None
    member: Member | None = None


@dataclass(frozen=True, slots=True)
class ClosingReminded(Fact):
    """An account that nobody used closes in a few days."""

    closing: Closing
    member: Member


@dataclass(frozen=True, slots=True)
class ClosingCancelled(Sensitive):
    """An account stays open after all."""

    act: ClassVar[str] = "closing-cancelled"


@dataclass(frozen=True, slots=True)
class MemberLeft(Sensitive):
    """An account was closed for good: every room lets go at once of what names the member.

    What takes long follows in batches (accounts.departures).
    """

    act: ClassVar[str] = "member-left"
    member_id: int = 0
    erases: bool = False
    """What they wrote and deposited goes too."""


@dataclass(frozen=True, slots=True)
class RetentionAsked(Sensitive):
    """An administrator had a rule of retention carried out without waiting for the night."""

    act: ClassVar[str] = "retention-asked"


@dataclass(frozen=True, slots=True)
class NetworkChanged(HouseChanged):
    """A network has another name or other looks."""

    network: Network | None = None
