"""What is written for the search: acronyms by administrators, and what was sought in vain."""

import re

from sqlalchemy.orm import Session

from access.viewers import Viewer
from accounts.facts import HouseChanged
from accounts.models import Member
from accounts.policy import needs_administrator
from core import clock
from core.db import insert_into
from core.facts import record
from core.refusals import Refused
from core.text import folded, plain
from search import analysis
from search.facts import SoughtInVain
from search.models import Acronym, SearchedInVain

_ACRONYM = re.compile(r"[^\W_]{2,20}")
MOST_WORDINGS = 9
LONGEST_WORDING = 200
LONGEST_SOUGHT = 100


def set_acronym(
    session: Session,
    viewer: Viewer,
    *,
    by: Member,
    acronym: str,
    meaning: str,
    wordings: str = "",
) -> Acronym:
    """Add an acronym or change what it stands for; `wordings` has one a line.

    It counts from the next search on. Raises Refused("acronym-unknown-form") unless it is one word
    of 2 to 20 letters or digits, Refused("meaning-empty") without words in its meaning,
    Refused("wordings-too-many", most=…) or Refused("wording-too-long", most=…).
    """
    needs_administrator(viewer)
    acronym = plain(acronym).strip().upper()
    if not _ACRONYM.fullmatch(acronym):
        raise Refused("acronym-unknown-form")
    meaning = " ".join(plain(meaning).split())
    if not analysis.terms(meaning):
        raise Refused("meaning-empty")
    lines = [line for one in plain(wordings).splitlines() if (line := " ".join(one.split()))]
    if len(lines) > MOST_WORDINGS:
        raise Refused("wordings-too-many", most=MOST_WORDINGS)
    if max(map(len, [meaning, *lines])) > LONGEST_WORDING:
        raise Refused("wording-too-long", most=LONGEST_WORDING)
    kept = session.get(Acronym, acronym)
    change = "added" if kept is None else "changed"
    if kept is None:
        kept = Acronym(acronym=acronym)
        session.add(kept)
    kept.meaning, kept.wordings = meaning, "\n".join(lines)
    record(session, HouseChanged(by, acronym, {"acronym": change}))
    return kept


def remove_acronym(session: Session, viewer: Viewer, *, by: Member, acronym: str) -> None:
    """Take an acronym off the list. Raises Refused("acronym-unknown")."""
    needs_administrator(viewer)
    kept = session.get(Acronym, acronym.strip().upper())
    if kept is None:
        raise Refused("acronym-unknown")
    session.delete(kept)
    record(session, HouseChanged(by, kept.acronym, {"acronym": "removed"}))


def note_in_vain(session: Session, words: str) -> None:
    """Count a search that found nothing; who asked is not kept. Does nothing without a word.

    Not for a GET, which may not write.
    """
    sought = " ".join(folded(plain(words)).split())[:LONGEST_SOUGHT].strip()
    if not any(map(str.isalnum, sought)):
        return
    noted = insert_into(session, SearchedInVain).values(words=sought, times=1, last_at=clock.now())
    session.execute(
        noted.on_conflict_do_update(
            index_elements=["words"],
            set_={"times": SearchedInVain.times + 1, "last_at": noted.excluded.last_at},
        )
    )
    record(session, SoughtInVain())


def forget_in_vain(session: Session, viewer: Viewer, *, words: str) -> None:
    """Take a search off the list of those that found nothing, once it was answered."""
    needs_administrator(viewer)
    kept = session.get(SearchedInVain, words)
    if kept is not None:
        session.delete(kept)
