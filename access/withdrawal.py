"""Taking a content away from everyone, and giving it back: one rule for all that is deposited."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, true
from sqlalchemy.orm import Mapped, mapped_column

from access.models import Restricted
from access.viewers import Viewer
from core import clock
from core.refusals import Refused


class Withdrawable(Restricted):
    """A content that its owner or a moderator may withdraw.

    Its owner gives back what they withdrew themselves; what a moderator withdrew, a moderator.
    """

    if TYPE_CHECKING:
        owner_id: Mapped[int]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_moderator: Mapped[bool] = mapped_column(default=False)

    def may_be_tended_by(self, viewer: Viewer) -> bool:
        """Whether they change it, withdraw it: its owner, or a moderator."""
        return self.owner_id == viewer.member_id or viewer.moderates

    def take_away(self, viewer: Viewer) -> None:
        """Nobody sees it any more. Raises Refused("not-yours")."""
        if not self.may_be_tended_by(viewer):
            raise Refused("not-yours")
        if self.withdrawn_at is None:
            self.withdrawn_at = clock.now()
            self.withdrawn_by_moderator = self.owner_id != viewer.member_id

    def may_be_brought_back_by(self, viewer: Viewer) -> bool:
        """Whether they undo it: what a moderator withdrew, only a moderator."""
        return viewer.moderates or (
            self.owner_id == viewer.member_id and not self.withdrawn_by_moderator
        )

    def bring_back(self, viewer: Viewer) -> None:
        """Undo it. Raises Refused("not-yours"), Refused("withdrawn-by-moderator")."""
        if not self.may_be_tended_by(viewer):
            raise Refused("not-yours")
        if not self.may_be_brought_back_by(viewer):
            raise Refused("withdrawn-by-moderator")
        self.withdrawn_at, self.withdrawn_by_moderator = None, False

    @classmethod
    def withdrawn_for(cls, viewer: Viewer) -> ColumnElement[bool]:
        """The withdrawn rows that this viewer still finds: their own; all those that they see."""
        mine = true() if viewer.moderates else cls.owner_id == viewer.member_id
        return and_(cls.visible_to(viewer), cls.withdrawn_at.is_not(None), mine)
