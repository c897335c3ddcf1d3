"""Who is looking: a plain value, the same for a page, a mail, a search or a count."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a member may do beyond taking part (seeds/004)."""

    USER = "user"
    MODERATOR = "moderator"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Viewer:
    """A member and the ids of the audiences open to them at this instant."""

    member_id: int
    role: Role
    audiences: tuple[int, ...]

    @property
    def moderates(self) -> bool:
        """Moderators and administrators moderate what they can see."""
        return self.role in {Role.MODERATOR, Role.ADMINISTRATOR}

    @property
    def administers(self) -> bool:
        """Administrators run the house."""
        return self.role is Role.ADMINISTRATOR
