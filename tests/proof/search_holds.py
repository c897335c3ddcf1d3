"""What must be found after a siege, and nothing else."""

from collections import defaultdict
from dataclasses import dataclass
from random import Random

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from access.viewers import Viewer
from core.indexing import Key
from forum.indexed import TOPIC
from forum.models import Post, Topic
from resources.indexed import DOCUMENT
from search.queries import PER_PAGE, Ask, Hit, search
from search.writing import Index
from tests.proof.contents import WORD, Content, new_word
from tests.proof.members import Depositor, Writer

NOTHINGS = 20
"""Words sought that nobody wrote."""


@dataclass(frozen=True)
class Searching:
    """Each word that was written is found where it stands, by a member."""

    index: Index
    viewer: Viewer
    depositors: list[Depositor]
    writers: list[Writer]

    def verify(self, session: Session) -> str:
        """Raise when a word is not found exactly where it stands; an account of what was seen."""
        entries = session.scalar(select(func.count()).select_from(Topic)) or 0
        entries += sum(len(depositor.mine) for depositor in self.depositors)
        assert self.index.engine.count(session) == entries
        posts, files = self._posts(session), self._files(session)
        for word, (topic_id, number) in posts.items():
            hits = self._found(session, word)
            assert [(hit.kind, hit.id) for hit in hits] == [(TOPIC, topic_id)], word
            assert (hits[0].page or 1) == number + 1, f"{word} is shown in another message"
        for word, keys in files.items():
            hits = self._found(session, word)
            assert sorted((hit.kind, hit.id) for hit in hits) == sorted(keys), word
        nothings = self._nothings(files)
        for word in nothings:
            assert self._found(session, word) == [], word
        return (
            f"{len(posts)} words of posts and {len(files)} of files and titles found once each, "
            f"{len(nothings)} words found nowhere"
        )

    def _posts(self, session: Session) -> dict[str, tuple[int, int]]:
        """The word of each post → its topic and its number there."""
        rows = session.execute(select(Post.body, Post.topic_id, Post.number)).all()
        return {
            found.group(): (topic_id, number)
            for body, topic_id, number in rows
            if (found := WORD.search(body))
        }

    def _files(self, session: Session) -> dict[str, set[Key]]:
        """The word of each title and of each file that is shown → the entries that hold it."""
        where: dict[str, set[Key]] = defaultdict(set)
        for depositor in self.depositors:
            for given in depositor.mine.values():
                for word in (given.title, given.versions[-1].word):
                    where[word].add((DOCUMENT, given.document_id))
        topics = dict(session.execute(select(Post.submission, Post.topic_id)).all())
        for writer in self.writers:
            for submission, content in writer.attached.items():
                where[content.word].add((TOPIC, topics[submission]))
        return where

    def _nothings(self, shown: dict[str, set[Key]]) -> list[str]:
        """Words that were never written, and those of versions that are no longer shown."""
        former: list[Content] = [
            content
            for depositor in self.depositors
            for given in depositor.mine.values()
            for content in given.versions[:-1]
        ]
        draw = Random(0)
        nobody = [new_word(draw) for _ in range(NOTHINGS)]
        return nobody + [content.word for content in former if content.word not in shown]

    def _found(self, session: Session, word: str) -> list[Hit]:
        results = search(session, self.index, self.viewer, Ask(word))
        assert results.ready
        hits = list(results.hits)
        for page in range(2, results.pages + 1):
            hits += search(session, self.index, self.viewer, Ask(word, page=page)).hits
        assert results.total == len(hits), f"{word}: {results.total} announced ({PER_PAGE} a page)"
        return hits
