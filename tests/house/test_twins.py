"""Two accounts of one person: found, compared, made one; nothing that names them is forgotten."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from access.models import MemberNetwork
from access.viewers import Role
from accounts import actions as accounts
from accounts import administration, leaving
from accounts.models import Closing, FormerAddress, Member, Purpose
from core import clock
from core.db import db
from core.refusals import Refused
from directory.models import Profile
from forum import actions as forum
from forum.models import Following, Post, Thank, Topic
from house import twins
from house.erasing import referring
from house.twins import FORGOTTEN, belongs_to_member
from resources.models import Document
from tests.house.people import WHO, acts, somebody, status, text
from tests.world import BOTH, PASSWORD, World

PATH = "/administration/doublons"


def made_one(world: World, by: Member, kept: Member, gone: Member) -> None:
    """Merge two accounts, as the page does."""
    answer = world.client(by).post(f"/administration/doublons/{kept.id}/{gone.id}")
    assert answer.location == f"/administration/membres/{kept.id}"


def refused(world: World, by: Member, kept: Member, gone: Member) -> str:
    """Why two accounts cannot be merged."""

    def merge(session: Session, viewer: Any) -> None:
        one, other = (session.get_one(Member, each.id) for each in (kept, gone))
        twins.merge(session, viewer, one, other, by=session.get_one(Member, by.id))

    with pytest.raises(Refused) as said:
        world.act_as(by, merge)
    return said.value.code


@WHO
def test_only_administrators_merge_accounts(world: World, role: Role, status_: int) -> None:
    who, kept, gone = somebody(world, role), world.member("Alice"), world.member("Alice")
    here = f"{PATH}/{kept.id}/{gone.id}"
    assert status(world, who, PATH) == status(world, who, here) == status_
    assert world.client(who).post(here).status_code == (302 if status_ == 200 else 403)
    left = world.one(select(func.count()).select_from(Member).where(Member.id == gone.id))
    assert left == (0 if status_ == 200 else 1)


def named(world: World, first: str, last: str, email: str) -> Member:
    """A member of this name."""
    made = world.member(first, email=email)

    def rename(session: Session) -> None:
        session.get_one(Member, made.id).last_name = last

    world.act(rename)
    return made


@BOTH
def test_likely_duplicates_share_a_name_or_a_mailbox(world: World) -> None:
    administrator = world.administrator()
    first = named(world, "Élodie", "Martin", "elodie@un.example")
    second = named(world, "Elodie", "MARTIN", "autre@deux.example")
    third = named(world, "Jean", "Dupont", "jean.dupont@un.example")
    fourth = named(world, "Jean", "Dupont-Durand", "jeandupont@deux.example")
    named(world, "Ida", "Une", "contact@un.example")
    named(world, "Léo", "Deux", "contact@deux.example")
    jumbled = named(world, "Jean", "Dupond", "j-ean.dupont@trois.example")
    world.act(
        lambda s: s.execute(
            update(Member)
            .where(Member.id == second.id)
            .values(last_visit_at=datetime(2026, 1, 1, tzinfo=UTC))
        )
    )
    pairs = world.act_as(administrator, twins.likely)
    found = {(pair.kept.id, pair.gone.id): (pair.same_name, pair.same_mailbox) for pair in pairs}
    assert found[second.id, first.id] == (True, False)
    assert {frozenset(pair) for pair in found} == {
        frozenset({first.id, second.id}),
        *(frozenset({third.id, jumbled.id}) for _ in "1"),
    }
    assert fourth.id not in {one for pair in found for one in pair}
    page = text(world, administrator, PATH)
    assert "autre@deux.example" in page
    assert "contact@" not in page


@BOTH
def test_all_that_was_of_one_account_is_of_the_other(world: World) -> None:
    administrator, other = world.administrator(), world.member("Bruno")
    kept = world.member("Alice", networks=["coorace"], email="alice@un.example")
    gone = world.member("Alice", networks=["fnars"], email="alice@deux.example", password=PASSWORD)
    topic, document = world.topic(gone, "Ma question"), world.document(gone, "Mon guide")
    theirs = world.topic(other, "La sienne")
    mine = world.reply(theirs, kept)
    for one in (kept, gone):
        world.act_as(one, lambda s, v: forum.follow(s, v, theirs.id))
    world.act(lambda s: s.add(Thank(post_id=mine.id, member_id=gone.id, at=datetime.now(UTC))))
    world.act(lambda s: accounts.ask_link(s, gone.email, Purpose.SIGN_IN))
    world.work()
    preview = text(world, administrator, f"{PATH}/{kept.id}/{gone.id}")
    assert all(email in preview for email in (kept.email, gone.email))
    made_one(world, administrator, kept, gone)
    world.work()
    assert world.one(select(Member).where(Member.id == gone.id)) is None
    assert world.one(select(Topic.author_id).where(Topic.id == topic.id)) == kept.id
    assert world.one(select(Document.owner_id).where(Document.id == document.id)) == kept.id
    networks = select(func.count()).select_from(MemberNetwork)
    assert world.one(networks.where(MemberNetwork.member_id == kept.id)) == 2
    assert world.one(select(func.count()).select_from(Thank)) == 0
    followed = select(Following.topic_id).where(Following.member_id == kept.id)
    assert sorted(world.all(followed)) == sorted([topic.id, theirs.id])
    assert world.one(select(Profile.member_id).where(Profile.member_id == kept.id)) == kept.id
    ((about, details),) = acts(world, administrator, "accounts-merged")
    assert about == kept.email
    assert gone.email in details["from"]  # type: ignore[operator]
    told = [mail for mail in world.mails(kept) if mail.kind == "accounts_merged"]
    assert len(told) == 1
    assert gone.email in told[0].text
    assert "Ma question" in text(world, kept, f"/forum/sujets/{topic.id}")
    assert world.sought(kept, "guide")


@BOTH
def test_the_address_that_goes_opens_nothing_and_is_not_invited(world: World) -> None:
    administrator = world.administrator()
    kept, gone = world.member("Alice"), world.member("Alice", password=PASSWORD)
    open_session = world.client(gone)
    assert open_session.get("/forum").status_code == 200
    made_one(world, administrator, kept, gone)
    newcomer = world.member("Nora")
    assert newcomer.id not in {gone.id, kept.id}
    assert open_session.get("/forum").location.startswith("/connexion")
    answer = world.client().post("/connexion", data={"email": gone.email, "password": PASSWORD})
    assert answer.status_code == 422
    former = world.one(select(FormerAddress))
    assert former is not None
    assert (former.email, former.member_id) == (gone.email, kept.id)
    with pytest.raises(Refused, match="former-address"):
        world.act(
            lambda s: administration.invite(
                s,
                by=None,
                email=gone.email.upper(),
                first_name="A",
                last_name="B",
                networks=[],
                territories=[],
            )
        )


def test_some_accounts_cannot_go(world: World) -> None:
    administrator, member = world.administrator(), world.member()
    assert refused(world, administrator, member, administrator) == "not-your-own-account"
    assert refused(world, administrator, member, member) == "same-account"
    assert refused(world, member, member, administrator) == "not-administrator"


@BOTH
def test_the_same_form_sent_from_both_accounts_keeps_both_messages(world: World) -> None:
    administrator, kept, gone = world.administrator(), world.member(), world.member()
    topic = world.topic(administrator)
    posts = [world.reply(topic, one).id for one in (kept, gone)]
    same = update(Post).where(Post.id.in_(posts)).values(submission="la-meme")
    world.act(lambda s: s.execute(same))
    made_one(world, administrator, kept, gone)
    assert world.all(select(Post.author_id).where(Post.id.in_(posts))) == [kept.id, kept.id]


@BOTH
def test_an_account_made_of_three(world: World) -> None:
    administrator = world.administrator()
    first, second, third = (world.member("Alice") for _ in range(3))
    made_one(world, administrator, second, first)
    made_one(world, administrator, third, second)
    owners = world.all(select(FormerAddress.member_id))
    assert owners == [third.id, third.id]


def test_two_addresses_can_be_compared(world: World) -> None:
    administrator, kept, gone = world.administrator(), world.member(), world.member()
    client = world.client(administrator)
    answer = client.get(f"{PATH}?garder={kept.email}&reunir={gone.email}")
    assert answer.location == f"{PATH}/{kept.id}/{gone.id}"
    assert "x@y.fr" in text(world, administrator, f"{PATH}?garder=x@y.fr&reunir={gone.email}")
    assert status(world, administrator, f"{PATH}/{kept.id}/99999") == 404
    assert status(world, administrator, f"{PATH}/{kept.id}/{kept.id}") == 200


# --- every table, those to come too --------------------------------------------------------------


def plausible(column: Any, number: int) -> Any:
    """A value that this column can hold, another for each number."""
    kind = column.type
    if isinstance(kind, sa.Enum):
        return kind.enums[0]
    if isinstance(kind, sa.JSON):
        return "{}"
    if isinstance(kind, sa.Boolean):
        return 0
    if isinstance(kind, sa.Integer | sa.Float | sa.REAL):
        return 800_000 + number
    if isinstance(kind, sa.Date):
        return "2026-01-01"
    if isinstance(kind, sa.String):
        return f"x{number}"
    return "2026-01-01 00:00:00.000000"


def tell_rows(world: World, rows: list[tuple[sa.Table, dict[str, Any]]]) -> None:
    """Write rows without asking whether what else they name is there."""
    raw = db.engine.raw_connection()
    cursor = raw.cursor()
    cursor.execute("PRAGMA foreign_keys = OFF")
    cursor.execute("PRAGMA ignore_check_constraints = ON")
    for table, row in rows:
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join("?" * len(row))
        cursor.execute(f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})', [*row.values()])
    cursor.execute("PRAGMA ignore_check_constraints = OFF")
    cursor.execute("PRAGMA foreign_keys = ON")
    raw.close()


def rows_of(member_id: int, numbers: Iterator[int]) -> list[tuple[sa.Table, Any, dict[str, Any]]]:
    """A row for each column of each table that names a member."""
    table = Member.__table__
    assert isinstance(table, sa.Table)
    found = []
    for other, column in referring(table):
        row = {
            one.name: plausible(one, next(numbers))
            for one in other.columns
            if not one.nullable or one.primary_key
        }
        row[column.name] = member_id
        found.append((other, column, row))
    return found


def bare(world: World, name: str) -> Member:
    """A member of whom nothing else is known."""

    def join(session: Session) -> Member:
        return accounts.new_member(
            session,
            email=f"{name}@example.org",
            first_name="A",
            last_name="B",
            role=Role.USER,
            networks=[],
            territories=[],
        )

    return world.act(join)


def test_no_table_that_names_a_member_is_forgotten(world: World) -> None:
    administrator = world.administrator()
    kept, gone = (bare(world, one) for one in ("kept", "gone"))
    rows = rows_of(gone.id, count(1))
    assert len(rows) > 30
    with world.app.app_context():
        tell_rows(world, [(table, row) for table, _column, row in rows])

    def merge(session: Session, viewer: Any) -> None:
        one, other = (session.get_one(Member, each.id) for each in (kept, gone))
        twins.merge(session, viewer, one, other, by=session.get_one(Member, administrator.id))

    world.act_as(administrator, merge)
    with world.session() as session:
        for table, column, row in rows:
            number = select(func.count()).select_from(table)
            assert session.scalar(number.where(column == gone.id)) == 0, (table.name, column.name)
            key = [one for one in table.primary_key.columns if one is not column]
            mine = number.where(column == kept.id, *(one == row[one.name] for one in key))
            expected = 0 if table.name in FORGOTTEN else 1
            assert session.scalar(mine) == expected, (table.name, column.name)


def test_what_is_a_member_s_own_may_be_kept_once_and_contents_never_go(world: World) -> None:
    table = Member.__table__
    assert isinstance(table, sa.Table)
    for other, column in referring(table):
        for others in twins._uniques(other, column):
            free = [one for one in others if one.nullable]
            assert belongs_to_member(column) or free, (other.name, column.name)


def asks_to_close(world: World, member: Member) -> None:
    """They want this account closed, and all they wrote erased."""
    world.act(lambda s: leaving.ask_to_close(s, s.get_one(Member, member.id), erases=True))


def test_an_account_that_was_to_close_does_not_close_the_one_that_stays(world: World) -> None:
    administrator = world.administrator()
    kept, gone = world.member("Alice"), world.member("Alice")
    asks_to_close(world, gone)
    made_one(world, administrator, kept, gone)
    assert world.all(select(Closing)) == []


def leaves(world: World, member: Member) -> None:
    """The day of the closing has come."""
    asks_to_close(world, member)

    def come(session: Session) -> None:
        session.get_one(Closing, member.id).due_at = datetime(2020, 1, 1, tzinfo=UTC)
        leaving.go_on(session, member.id, at=clock.now())

    world.act(come)


def test_those_who_left_are_nobodys_duplicates(world: World) -> None:
    administrator = world.administrator()
    for name in ("Alice", "Berthe"):
        leaves(world, world.member(name))
    world.work()
    assert len(world.all(select(Member.id).where(Member.left_at.is_not(None)))) == 2
    pairs = world.act_as(administrator, lambda s, viewer: twins.likely(s, viewer))
    assert pairs == []
