"""What the directory leaves to the worker: entries of the search that say a word that changed."""

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.indexing import Changed
from core.jobs import Handler, enqueue
from directory.models import (
    MemberSkill,
    Organisation,
    OrganisationActivity,
    OrganisationNetwork,
    Profile,
    Side,
)

READ_AGAIN = "directory.read_again"
BACK = "directory.back"
"""A suspension ends on the day that was said."""
EMPLOYER, NETWORK = "employer", "network"
SLICE = 500

SAYING: dict[str, tuple[str, Any, Any]] = {
    "skill": ("member", MemberSkill.member_id, MemberSkill.skill_id),
    EMPLOYER: ("member", Profile.member_id, Profile.organisation_id),
    "activity": (
        "organisation",
        OrganisationActivity.organisation_id,
        OrganisationActivity.activity_id,
    ),
    "organisation_kind": ("organisation", Organisation.id, Organisation.kind_id),
    NETWORK: (
        "organisation",
        OrganisationNetwork.organisation_id,
        OrganisationNetwork.network_id,
    ),
}
"""What changed → whose entries say it, and the columns that tell which."""


def read_again(session: Session, what: str, changed_id: int, after: int = 0) -> None:
    """Have the entries that say this read again, a slice at a time."""
    payload = {"what": what, "id": changed_id, "after": after}
    enqueue(session, READ_AGAIN, payload, key=f"{READ_AGAIN}:{what}:{changed_id}:{after}")


def _saying(what: str, changed_id: int, after: int) -> Select[int]:
    _kind, entry_id, filed = SAYING[what]
    found = select(entry_id).where(filed == changed_id, entry_id > after)
    if what == "skill":
        found = found.where(MemberSkill.side == Side.OFFERS)
    return found.order_by(entry_id).limit(SLICE)


class ReadingAgain:
    """The handlers, which know whom to tell."""

    def __init__(self, changed: Changed) -> None:
        self.changed = changed

    @property
    def handlers(self) -> dict[str, Handler]:
        """The work by its kind."""
        return {READ_AGAIN: self.slice, BACK: self.back}

    def slice(self, session: Session, payload: dict[str, Any]) -> None:
        """Some of those who say what changed, then the next ones."""
        what, changed_id = payload["what"], payload["id"]
        ids = session.scalars(_saying(what, changed_id, payload["after"])).all()
        for entry_id in ids:
            self.changed(session, SAYING[what][0], entry_id)
        if len(ids) == SLICE:
            read_again(session, what, changed_id, ids[-1])

    def back(self, session: Session, payload: dict[str, Any]) -> None:
        """A member can come in again, unless it was decided otherwise since."""
        self.changed(session, "member", payload["member_id"])
