"""Who acts during a siege: writers of the forum, depositors of the library."""

import itertools
import re
import threading
import uuid
from dataclasses import dataclass, field

from tests.proof.browsers import Browser
from tests.proof.contents import Content, Drawer, new_word

OPENS_A_TOPIC = 0.08
ATTACHES = 0.12
"""How often a message comes with a file."""
RENEWS, KEEPS = 0.25, 0.2
"""How often a depositor sends a new version, or keeps a document of another at hand."""


@dataclass
class Writer(Browser):
    """Asks and answers, now and then with a file."""

    topics: list[int] = field(default_factory=list)
    theme_id: int = 0
    sent: list[str] = field(default_factory=list)
    """The submissions of the forms sent, answered or not."""
    acknowledged: list[str] = field(default_factory=list)
    attached: dict[str, Content] = field(default_factory=dict)
    """Submission → the file of this message."""

    def act(self) -> None:
        """Ask or answer."""
        if self.draw.random() < OPENS_A_TOPIC:
            self._ask_question()
        else:
            topic_id = self.draw.choice(self.topics)
            self._write(f"/forum/sujets/{topic_id}", f"/forum/sujets/{topic_id}/reponses")

    def _ask_question(self) -> None:
        more = {
            "title": "Qui signe la convention ?",
            "theme": str(self.theme_id),
            "reach": "everyone",
        }
        asked = self._write("/forum/nouveau", "/forum/nouveau", more)
        topic = re.search(r"/forum/sujets/(\d+)", asked)
        assert topic, "a question without an address"
        self.topics.append(int(topic.group(1)))

    def _write(self, form: str, action: str, more: dict[str, str] | None = None) -> str:
        submission = str(uuid.UUID(int=self.draw.getrandbits(128)))
        words = f"mot{submission.replace('-', '')} Le même cas s’est présenté ici."
        values = {"body": words, "submission": submission, **(more or {})}
        page = self.open(form)
        if self.draw.random() < ATTACHES:
            content = Drawer(self.draw).small()
            values["uploads"] = self.send_file(page, content)
            self.attached[submission] = content
        self.sent.append(submission)
        location = self.send(page, action, values)
        assert location.startswith("/forum/sujets/"), location
        self.acknowledged.append(submission)
        return location


_instants = itertools.count(1)


@dataclass
class Given:
    """A document that the house has acknowledged."""

    document_id: int
    title: str
    """A word that stands nowhere else."""
    versions: list[Content]
    renewed_at: list[int]
    """For each version after the first, the instant before which it was not sent."""


@dataclass
class Shelf:
    """The documents that were acknowledged, for all to see."""

    given: dict[int, Given] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def put(self, one: Given) -> None:
        """The house has answered: it is to be found once, under an address of its own."""
        with self.lock:
            assert one.document_id not in self.given, f"given twice: {one.document_id}"
            self.given[one.document_id] = one

    def others(self, mine: dict[int, Given]) -> list[int]:
        """The documents of the others."""
        with self.lock:
            return [document_id for document_id in self.given if document_id not in mine]


@dataclass
class Depositor(Browser):
    """Deposits, renews, and keeps at hand what others deposit."""

    drawer: Drawer = field(kw_only=True)
    shelf: Shelf = field(kw_only=True)
    mine: dict[int, Given] = field(default_factory=dict)
    kept: dict[int, int] = field(default_factory=dict)
    """Document → the instant when it was surely among the favourites."""

    def act(self) -> None:
        """Deposit, most often."""
        drawn = self.draw.random()
        others = [one for one in self.shelf.others(self.mine) if one not in self.kept]
        if self.mine and drawn < RENEWS:
            self._renew(self.draw.choice(list(self.mine.values())))
        elif others and drawn > 1 - KEEPS:
            self._keep(self.draw.choice(others))
        else:
            self._deposit()

    def _deposit(self) -> None:
        content, title = self.drawer.any(), new_word(self.draw)
        page = self.open("/ressources/deposer")
        upload = self.send_file(page, content)
        values = {"uploads": upload, f"title-{upload}": title, "reach": "everyone"}
        document_id = self._address(self.send(page, "/ressources/deposer", values))
        given = Given(document_id, title, [content], [])
        self.mine[document_id] = given
        self.shelf.put(given)

    def _renew(self, given: Given) -> None:
        content, form = self.drawer.new(), f"/ressources/{given.document_id}/nouvelle-version"
        page = self.open(form)
        upload = self.send_file(page, content)
        begun = next(_instants)
        location = self.send(page, form, {"uploads": upload, "note": "Mis à jour."})
        assert self._address(location) == given.document_id
        given.versions.append(content)
        given.renewed_at.append(begun)

    def _keep(self, document_id: int) -> None:
        page = self.open(f"/ressources/{document_id}")
        self.send(page, f"/ressources/{document_id}/favori", {"favori": "oui"})
        self.kept[document_id] = next(_instants)

    def _address(self, location: str) -> int:
        found = re.fullmatch(r"/ressources/(\d+)", location)
        assert found, f"a document without an address: {location}"
        return int(found.group(1))
