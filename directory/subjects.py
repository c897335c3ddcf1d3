"""Which skills the contents speak of: their own words, looked for where a content says its subject.

A skill has wordings (administrators tend them); a content speaks of it when one of these stands in
its title, or in how it begins. Worked out by the worker, on the facts that change a content.
"""

import re
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from access.viewers import Viewer
from accounts.facts import HouseChanged
from accounts.models import Member
from accounts.policy import needs_administrator
from core import text
from core.facts import record
from core.indexing import PAGE, Entry, Source
from core.jobs import Handler, enqueue
from core.refusals import Refused
from directory.facts import Named
from directory.models import Skill, SkillContent

READ = "directory.subject"
READ_ALL = "directory.subjects"
LOOK = "directory.subjects_look"
SLICE = 200
BEGINNING = 1_500
"""Characters of a question, or of a file, that say what it is about."""
MOST_WORDINGS = 30
LONGEST_WORDING = 100
_PARTS = re.compile(r",|\bet\b|\bou\b")

Wordings = list[tuple[int, str]]
"""A skill's id, and the stems of one of its wordings between two spaces each."""


def changed(session: Session, kind: str, content_id: int) -> None:
    """Have this content read again, in the transaction of what changed it."""
    enqueue(session, READ, {"kind": kind, "id": content_id}, key=f"{READ}:{kind}:{content_id}")


def named(session: Session, fact: Named) -> None:
    """A skill with a new name may be spoken of elsewhere."""
    if isinstance(fact.entry, Skill):
        read_all(session)


def read_all(session: Session) -> None:
    """Have every content read again, a slice at a time."""
    enqueue(session, READ_ALL, {"kind": "", "after": 0}, key=READ_ALL)


def set_words(session: Session, viewer: Viewer, skill: Skill, *, by: Member, words: str) -> None:
    """Say what people write when they speak of a skill, one wording a line.

    Raises Refused("wordings-too-many", most=…) or Refused("wording-too-long", most=…).
    """
    needs_administrator(viewer)
    lines = [line for one in text.plain(words).splitlines() if (line := " ".join(one.split()))]
    if len(lines) > MOST_WORDINGS:
        raise Refused("wordings-too-many", most=MOST_WORDINGS)
    if any(len(line) > LONGEST_WORDING for line in lines):
        raise Refused("wording-too-long", most=LONGEST_WORDING)
    if "\n".join(lines) == skill.words:
        return
    skill.words = "\n".join(lines)
    record(session, HouseChanged(by, skill.name, {"skill": "changed"}))
    read_all(session)


def _wordings(session: Session) -> Wordings:
    return [
        (skill_id, f" {stems} ")
        for skill_id, name, words in session.execute(select(Skill.id, Skill.name, Skill.words))
        for line in words.splitlines() or _PARTS.split(name)
        if (stems := " ".join(text.stems(line)))
    ]


def _about(entry: Entry, wordings: Wordings) -> set[int]:
    """The skills that an entry speaks of."""
    beginning = entry.body.split(PAGE, 1)[0][:BEGINNING]
    parts = (entry.title, entry.summary[:BEGINNING], beginning)
    said = " ¶ ".join(["", *(" ".join(text.stems(part)) for part in parts), ""])
    return {skill_id for skill_id, wording in wordings if wording in said}


def next_night(present: datetime) -> datetime:
    """The next time that it is seen whether the contents were read at all: 2 o'clock, UTC."""
    night = present.replace(hour=2, minute=0, second=0, microsecond=0)
    return night if night > present else night + timedelta(days=1)


class Subjects:
    """What the worker does, with the rooms whose contents are read."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self.sources = {source.kind: source for source in sources}

    @property
    def handlers(self) -> dict[str, Handler]:
        """The work by its kind."""
        return {READ: self.read, READ_ALL: self.slice, LOOK: self.look}

    def read(self, session: Session, payload: dict[str, Any]) -> None:
        """One content, as it is now."""
        self._file(session, payload["kind"], [payload["id"]])

    def slice(self, session: Session, payload: dict[str, Any]) -> None:
        """Some contents, then the next ones."""
        kinds = list(self.sources)
        kind, after = payload["kind"] or kinds[0], payload["after"]
        ids = self.sources[kind].ids(session, after, SLICE)
        self._file(session, kind, ids)
        if ids:
            following = {"kind": kind, "after": ids[-1]}
        elif kind != kinds[-1]:
            following = {"kind": kinds[kinds.index(kind) + 1], "after": 0}
        else:
            return
        enqueue(session, READ_ALL, following)

    def look(self, session: Session, _payload: dict[str, Any]) -> None:
        """A house that had contents before its skills had words reads them once."""
        if not session.scalar(select(exists().where(SkillContent.skill_id.is_not(None)))):
            read_all(session)

    def _file(self, session: Session, kind: str, ids: Collection[int]) -> None:
        wordings = _wordings(session)
        session.execute(
            delete(SkillContent).where(SkillContent.kind == kind, SkillContent.content_id.in_(ids))
        )
        session.add_all(
            SkillContent(
                kind=kind,
                content_id=entry.id,
                skill_id=skill_id,
                member_id=entry.credit_id,
                audience_id=entry.audience_id,
            )
            for entry in self.sources[kind].read(session, ids)
            for skill_id in sorted(_about(entry, wordings))
        )
        session.flush()
