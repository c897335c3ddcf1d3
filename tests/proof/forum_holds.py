"""What must hold of the forum and of the mails after a siege."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import Member
from core.jobs import Job
from core.outbox import Mail
from files.models import StoredFile
from forum.models import Attachment, Post, Topic
from notifications.models import Kind, Notification
from tests.proof.contents import WORD
from tests.proof.mailbox import Mailbox
from tests.proof.members import Writer

MORE = re.compile(r"^and (\d+) more message", re.MULTILINE)


@dataclass(frozen=True)
class Forum:
    """Who wrote, who listened from the beginning, and what the mailbox received."""

    writers: list[Writer]
    listeners: list[int]
    topics: list[int]
    """Those that the listeners follow."""
    mailbox: Mailbox

    def verify(self, session: Session) -> str:
        """Raise when anything was lost or done twice; an account of what was seen."""
        self._posts_are_there_once(session)
        self._files_are_attached_once(session)
        told = self._everyone_was_told(session)
        self._all_has_left(session)
        posts = session.scalar(select(func.count()).select_from(Post))
        ids = Counter(str(mail["Message-ID"]) for mail in self.mailbox.received)
        return (
            f"{posts} posts, {sum(len(one.acknowledged) for one in self.writers)} acknowledged "
            f"over HTTP, {sum(len(one.attached) for one in self.writers)} with a file; "
            f"{told} notifications checked, {len(ids)} mails, "
            f"{len(self.mailbox.received) - len(ids)} received twice"
        )

    def _posts_are_there_once(self, session: Session) -> None:
        there = Counter(
            session.scalars(select(Post.submission).where(Post.submission.is_not(None)))
        )
        acknowledged = {one for writer in self.writers for one in writer.acknowledged}
        sent = {one for writer in self.writers for one in writer.sent}
        assert acknowledged - there.keys() == set()
        assert there.keys() - sent == set()
        assert [one for one, times in there.items() if times > 1] == []
        words = Counter(
            match for body in session.scalars(select(Post.body)) for match in WORD.findall(body)
        )
        assert [one for one, times in words.items() if times > 1] == []
        mixed = [
            post_id
            for post_id, body, html in session.execute(select(Post.id, Post.body, Post.html))
            if WORD.findall(body) != WORD.findall(html)
        ]
        assert mixed == [], f"shown with the words of another: {mixed}"
        counted = select(func.count()).where(Post.topic_id == Topic.id, Post.number > 0)
        wrong = select(Topic.id).where(Topic.answers != counted.scalar_subquery())
        assert session.scalars(wrong).all() == []

    def _files_are_attached_once(self, session: Session) -> None:
        there = session.execute(
            select(Post.submission, StoredFile.sha256, Attachment.name)
            .join(Attachment, Attachment.post_id == Post.id)
            .join(StoredFile, StoredFile.id == Attachment.file_id)
        )
        sent = Counter(
            (submission, content.sha256, content.name)
            for writer in self.writers
            for submission, content in writer.attached.items()
        )
        assert Counter(map(tuple, there)) == sent
        miscounted = select(Post.id).where(
            Post.files
            != select(func.count()).where(Attachment.post_id == Post.id).scalar_subquery()
        )
        assert session.scalars(miscounted).all() == []

    def _expected(self, session: Session) -> dict[int, set[int]]:
        """For each member, the replies of which they were surely to be told.

        A writer who answers again has read what stood there: they may be told of it or not.
        """
        listening = {topic: set(self.listeners) for topic in self.topics}
        replies: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
        for topic_id, number, post_id, author_id in session.execute(
            select(Post.topic_id, Post.number, Post.id, Post.author_id).order_by(Post.number)
        ):
            replies[topic_id].append((number, post_id, author_id))
        expected: dict[int, set[int]] = defaultdict(set)
        for topic_id, thread in replies.items():
            last_by = {author_id: post_id for _number, post_id, author_id in thread}
            following: set[int] = set()
            for number, post_id, author_id in thread:
                if number:
                    for member_id in following | listening.get(topic_id, set()):
                        if last_by.get(member_id, 0) < post_id:
                            expected[member_id].add(post_id)
                following.add(author_id)
        return expected

    def _everyone_was_told(self, session: Session) -> int:
        word_of = {
            post_id: found.group()
            for post_id, body in session.execute(select(Post.id, Post.body))
            if (found := WORD.search(body))
        }
        address = {member.id: member.email for member in session.scalars(select(Member))}
        mails = {str(mail["Message-ID"]): mail for mail in self.mailbox.received}
        words: dict[str, set[str]] = defaultdict(set)
        uncounted: Counter[str] = Counter()
        for mail in mails.values():
            part = mail.get_body(("plain",))
            assert part is not None
            said = part.get_content()
            reader = mail["To"].addresses[0].addr_spec
            found_here = set(WORD.findall(said))
            assert not words[reader] & found_here, f"{reader} was told twice"
            words[reader] |= found_here
            uncounted[reader] += sum(map(int, MORE.findall(said)))
        expected = self._expected(session)
        for member_id, posts in expected.items():
            told = set(
                session.scalars(
                    select(Notification.post_id).where(
                        Notification.member_id == member_id, Notification.kind == Kind.ANSWER
                    )
                )
            )
            assert posts - told == set(), f"{member_id} was not told"
            unmailed = {post for post in posts if word_of[post] not in words[address[member_id]]}
            # A mail quotes five answers of a topic, and says how many more there are.
            assert len(unmailed) <= uncounted[address[member_id]], f"{member_id}: {unmailed}"
        return sum(map(len, expected.values()))

    def _all_has_left(self, session: Session) -> None:
        assert session.scalars(select(Mail.id).where(Mail.sent_at.is_(None))).all() == []
        assert session.scalars(select(Job.id).where(Job.failed_at.is_not(None))).all() == []
        unmailed = select(func.count()).where(
            Notification.kind == Kind.ANSWER, Notification.mailed_at.is_(None)
        )
        assert session.scalar(unmailed) == 0
        received = Counter(str(mail["Message-ID"]) for mail in self.mailbox.received)
        rows = session.scalars(select(Mail.message_id)).all()
        assert {one.strip("<>").partition("@")[0] for one in received} == set(rows)
        # A mail seen twice is the same mail, with the same identity and the same words.
        letters: dict[str, set[str]] = defaultdict(set)
        for mail in self.mailbox.received:
            part = mail.get_body(("plain",))
            letters[str(mail["Message-ID"])].add(part.get_content() if part else "")
        assert [one for one, texts in letters.items() if len(texts) > 1] == []
