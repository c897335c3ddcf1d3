"""The kinds of news, and what each asks. What all lists share is done by directory.lists."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from access.viewers import Viewer
from accounts.facts import HouseChanged
from accounts.models import Member
from accounts.policy import needs_administrator
from core.facts import record
from news.models import ArticleKind


@dataclass(frozen=True, slots=True)
class Needs:
    """What a kind asks of those who publish."""

    dated: bool = False
    hires: bool = False
    closes: bool = False


def needs_of(kind: ArticleKind) -> Needs:
    """What a kind asks."""
    return Needs(kind.dated, kind.hires, kind.closes)


def set_needs(
    session: Session, viewer: Viewer, kind: ArticleKind, *, by: Member, needs: Needs
) -> None:
    """Ask something else of what is published from now on; articles that are there stay."""
    needs_administrator(viewer)
    if needs_of(kind) == needs:
        return
    kind.dated, kind.hires, kind.closes = needs.dated, needs.hires, needs.closes
    record(session, HouseChanged(by, kind.name, {kind.listed: "needs"}))
