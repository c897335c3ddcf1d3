"""Export then erasure leave no trace outside the audit trail and the backups."""

import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from email import policy
from email.parser import BytesParser
from pathlib import Path
from unittest.mock import patch

import pytest
from sqlalchemy import JSON, Column, String, Table, Text, cast, func, select

from accounts.models import Member
from blueprints._export import COLUMNS, TABLES
from core import clock
from core.db import Base
from core.portable import everything
from core.text import folded
from forum import moderation
from forum import queries as forum_queries
from notifications.actions import see_topic
from tests.accounts.known_by import ABOUT_THEM, EMAIL, FILE, FIRST, HANDLE, WORD
from tests.accounts.leaver import Leaver, closed, leaver
from tests.http.sample import report
from tests.world import BOTH, PASSWORD, World

NOT_GIVEN = {
    "organisation": "its e-mail address is that of an organisation, not of a person",
    "scheme": "as organisation",
    "programme": "its e-mail address is that of a team",
    "need": "asked for a company, without an account: its personal link gives it",
    "programme_seller": "its e-mail address is that of who sells",
    "service": "its e-mail address is that of a provider",
    "company": "its telephone is that of a company; who acts for it is given",
    "position": "who an institution named to call a company; what members answered is given",
    "agreement": "a contract of two houses; who signs it has the file, by the link of their mail",
    "agreement_signature": "as agreement: the proof of who signed stays as long as the contract",
    "institution_address": "the addresses of an institution, as its team gave them",
    "competence": "a list of subjects; what they say of it is in the sheet of the expert",
    "charter": "who published a version of the charter is in the audit trail",
    "skill_content": "computed from the topics and the documents, which are given",
    "topic.last_author_id": "repeats who wrote the last post",
}
"""Tables that refer to a member or hold an address, and are not in the export: why."""

IN_JSON_ONLY = {
    "active", "asked", "attempts", "calendar", "camera", "hand_at", "light", "lost_at", "guests",
    "line", "microphone", "outside", "screen", "waits", "changed", "choice", "commune_code", "cut",
    "details", "ended", "files", "helped", "first_day", "last_day", "last_error", "last_number",
    "latitude",
    "left_at", "left_out", "locked", "longitude", "merged_into_id", "outcomes", "parts", "pinned",
    "placed", "received", "recurrence", "recurrence_at", "reminded_on", "reviewed", "said",
    "scope", "section",
    "sequence", "shown_at", "submission", "through", "tried_at", "turn_at", "uid",
    "valid_until", "week", "zone",
}  # fmt: skip
"""Columns that the page does not show: how the program works, not who one is."""

KEPT = {
    "audit_entry.actor_id": "the audit trail keeps who did what, one year",
    "charter.published_by_id": "the house published it",
    "charter_acceptance.member_id": "how many accepted each version; no name is left there",
    "access_request.decided_by_id": "somebody else's request; no name is left there",
    "invitation.invited_by_id": "somebody else's invitation; no name is left there",
    "former_address.member_id": "the number of a former account, so that nobody gets it again",
    "topic.author_id": "the question keeps its place, under “ancien membre”",
    "topic.last_author_id": "as topic.author_id",
    "post.author_id": "the message keeps its place, under “ancien membre”",
    "post_revision.replaced_by_id": "former words of messages that stay",
    "report.reporter_id": "what moderators were asked; without its words when they go",
    "report.closed_by_id": "as decision.moderator_id",
    "decision.moderator_id": "the register of moderation; no name is left there",
    "thank.member_id": "a thank stays with the message that it thanks",
    "document.owner_id": "the document stays, under “ancien membre”",
    "document_version.deposited_by_id": "as document.owner_id",
    "room.owner_id": "the room stays, under “ancien membre”",
    "room_note.member_id": "the note stays with the meeting, under “ancien membre”",
    "date_poll.owner_id": "as event.owner_id",
    "need_file.member_id": "as need_step.member_id",
    "need_note.member_id": "as need_step.member_id",
    "expert.proposed_by_id": "as invitation.invited_by_id",
    "incident.member_id": "what was told to a team stays, under “ancien membre”",
    "position_step.member_id": "as need_step.member_id",
    "company_request.decided_by_id": "somebody else’s request; no name is left there",
    "need_step.member_id": "what was decided stays with the need, under “ancien membre”",
    "event.owner_id": "the date stays in the agenda, under “ancien membre”",
    "notification.actor_id": "what others were told of; no name is left there",
}
"""Columns that still refer to somebody who left with their words kept: why."""
GONE_WITH_THE_WORDS = {
    "post_revision.replaced_by_id",
    "thank.member_id",
    "document.owner_id",
    "document_version.deposited_by_id",
    "event.owner_id",
    "room.owner_id",
    "room_note.member_id",
}
"""Of these, those that no longer do when the words go too."""


def of_members() -> Iterator[tuple[Table, Column[object]]]:
    """Every column that refers to a member."""
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column is Member.__table__.c.id:
                yield table, key.parent


def addresses() -> Iterator[Table]:
    """Every table that holds an e-mail address."""
    for table in Base.metadata.sorted_tables:
        if any(word in column.name for column in table.columns for word in ("email", "to_address")):
            yield table


def later(days: float) -> AbstractContextManager[object]:
    return patch.object(clock, "now", return_value=clock.now() + timedelta(days=days))


def pass_days(world: World) -> None:
    """The delay passes, with its nights: accounts, then files, then the former index."""
    keeping = world.app.extensions["maillage.keeping"]
    for days in (15, 17, 19):
        with later(days):
            world.act(lambda session: keeping.tonight(session, {}))
            world.work()


def holding(world: World, word: str, *, but: tuple[str, ...] = ()) -> set[str]:
    """Every column of every table where a word is."""
    found = set()
    with world.session() as session:
        for table in Base.metadata.sorted_tables:
            for column in table.columns:
                if not isinstance(column.type, String | Text | JSON) or table.name in but:
                    continue
                has = func.lower(cast(column, Text)).contains(word.lower())
                if session.scalar(select(func.count()).select_from(table).where(has)):
                    found.add(f"{table.name}.{column.name}")
    return found


def files_holding(folder: Path, words: tuple[str, ...]) -> set[str]:
    """Every file of a folder where one of these words is, as it is or in JSON's way."""
    wanted = {form.encode() for word in words for form in (word, word.lower())}
    return {
        f"{path.relative_to(folder)}: {word.decode()}"
        for path in folder.rglob("*")
        if path.is_file()
        for word in wanted
        if word in path.read_bytes()
    }


def stems(*words: str) -> tuple[str, ...]:
    """Words as the index has them: without accents, without their end."""
    return tuple(folded(word)[:8] for word in words if word.isalpha())


def forget_what_left(folder: Path) -> None:
    """What has left is in people's mailboxes: Maillage has no hold on it."""
    for mail in (folder / "mail").glob("*"):
        mail.unlink()


def mails_in(folder: Path) -> str:
    """The words of the mails that have left since."""
    parser = BytesParser(policy=policy.default)
    said = []
    for path in (folder / "mail").glob("*.eml"):
        mail = parser.parsebytes(path.read_bytes())
        said += [str(mail.items()), *(str(part.get_content()) for part in mail.iter_parts())]
    return "\n".join(said)


@pytest.fixture
def found(world: World) -> Leaver:
    return leaver(world)


# --- the export ------------------------------------------------------------------------------


def test_every_table_about_members_is_given_or_says_why_not(found: Leaver) -> None:
    world = found.world
    givers = world.app.extensions["maillage.their_data"]
    held = world.act(lambda s: everything(s, found.member.id, givers))
    about = {table.name for table, _column in of_members()} | {t.name for t in addresses()}
    assert about - held.tables.keys() - NOT_GIVEN.keys() == set()
    assert {name for name, rows in held.tables.items() if not rows} <= {"closing"}
    assert held.tables.keys() == TABLES.keys()
    columns = {name for rows in held.tables.values() for row in rows for name in row}
    linking = {name for name in columns if name == "id" or name.endswith(("_id", "_ids"))}
    assert columns - COLUMNS.keys() - linking - IN_JSON_ONLY == set()


def test_the_archive_holds_all_they_did(found: Leaver) -> None:
    client = found.world.client(found.member)
    data = {"take-current": PASSWORD}
    answer = client.post("/compte/mes-donnees/telecharger", data=data)
    assert answer.status_code == 200
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    given = json.loads(archive.read("donnees.json"))
    page = archive.read("index.html").decode()
    for word in (*ABOUT_THEM[:4], "+33240987654", "dompteuse", f"Guide du {WORD}", "Le Cirque"):
        assert word in json.dumps(given, ensure_ascii=False) or word == "+33240987654", word
    assert f"Je réponds {WORD} d’abord." in page
    assert f"Je réponds {WORD} ensuite." in page
    contents = {archive.read(name) for name in archive.namelist() if name.startswith("fichiers/")}
    assert {FILE, FILE + b" depose"} <= contents
    assert "argon2" not in json.dumps(given)


@BOTH
def test_the_archive_says_nothing_of_what_others_read_follow_or_decide(world: World) -> None:
    """Who was told, who read it when, which moderator decided: no page says it either."""
    moderator, reader = world.moderator(), world.member("Rémi")
    author, reporter = world.member("Alice"), world.member("Rose")
    topic = world.topic(author, "Une question", "Bonjour à tous.")
    answer = world.reply(topic, author, f"Je précise, @{reader.handle}.")
    report(world, answer.id, reporter)
    world.work()
    world.act_as(reader, lambda s, viewer: see_topic(s, viewer, topic.id, answer.id))
    world.act_as(
        moderator,
        lambda s, viewer: moderation.hide(
            s,
            s.scalars(forum_queries.post(viewer, answer.id)).one(),
            by=viewer,
            reason="Une personne est reconnaissable.",
        ),
    )
    world.work()
    givers = world.app.extensions["maillage.their_data"]
    for one in (author, reporter):
        held = world.act(lambda s, one=one: everything(s, one.id, givers))  # type: ignore[misc]
        told = held.tables["notification"]
        assert {row["member_id"] for row in told} == {one.id}
        linked = {
            (table, name)
            for table, rows in held.tables.items()
            for row in rows
            for name, value in row.items()
            if value in {moderator.id, reader.id} and name in member_columns(table)
        }
        assert linked == set()


def member_columns(name: str) -> set[str]:
    """The columns of a table that refer to a member."""
    return {column.name for table, column in of_members() if table.name == name}


# --- the erasure -----------------------------------------------------------------------------


@BOTH
@pytest.mark.parametrize("erases", [False, True])
def test_nothing_refers_to_them_but_what_says_why(found: Leaver, erases: bool) -> None:
    world, member_id = found.world, found.member.id

    def referring() -> set[str]:
        with world.session() as session:
            return {
                f"{table.name}.{column.name}"
                for table, column in of_members()
                if session.scalar(
                    select(func.count()).select_from(table).where(column == member_id)
                )
            }

    before = referring()
    every = {f"{table.name}.{column.name}" for table, column in of_members()}
    closed(found, erases=erases)
    assert every - before - KEPT.keys() <= {"closing.member_id"}, "the story forgets a table"
    pass_days(world)
    allowed = KEPT.keys() - (GONE_WITH_THE_WORDS if erases else set())
    assert referring() - allowed == set()


@BOTH
@pytest.mark.parametrize("erases", [False, True])
def test_no_trace_is_left_outside_the_audit_trail(
    found: Leaver, erases: bool, tmp_path: Path
) -> None:
    world = found.world
    looked_for = (*ABOUT_THEM, WORD) if erases else ABOUT_THEM
    assert all(holding(world, word) for word in looked_for if word != "98 76 54")
    closed(found, erases=erases)
    world.work()
    forget_what_left(tmp_path)
    pass_days(world)
    left = {
        f"{word}: {place}"
        for word in looked_for
        for place in holding(world, word, but=("audit_entry",))
    }
    assert left == set()
    assert files_holding(tmp_path / "index", stems(*looked_for)) == set()
    sent = mails_in(tmp_path).lower()
    assert [word for word in looked_for if word.lower() in sent] == []
    if erases:
        assert files_holding(tmp_path / "files", (WORD,)) == set()


def test_the_traces_are_there_before(found: Leaver, tmp_path: Path) -> None:
    """What the test above looks for can be found: in the index, the storage, the mails."""
    assert files_holding(tmp_path / "files", (WORD,))
    assert found.world.sought(found.colleague, WORD)
    assert files_holding(tmp_path / "index", stems(WORD))
    assert files_holding(tmp_path / "index", stems("quatrebarbes"))
    assert EMAIL in mails_in(tmp_path)
    assert {"post.body", "member.handle", "mail.text"} <= holding(found.world, HANDLE)
    assert {"post.html", "invitation.first_name", "mail.html"} <= holding(found.world, FIRST)
