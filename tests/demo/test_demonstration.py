"""The demonstration keeps the rules that it shows."""

import csv
import gzip
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from access import rule
from access.models import MemberNetwork, Network
from accounts.credentials import password_matches
from accounts.models import Acceptance, AccessRequest, Invitation, Member
from circulars.models import Sort
from circulars.queries import drafts
from core import clock
from core.jobs import Job
from core.outbox import Mail
from demo import ACCOUNTS, COMMITTEE, COMPANY, DATA, DESK_ACCOUNTS, DOMAIN, PASSWORD
from directory.models import Theme
from directory.subjects import READ_ALL
from expertise.committees.models import CommitteeCase, Outcome
from expertise.companies import queries as companies
from expertise.desk import desk_of
from expertise.experts.models import Expert
from expertise.figures.jobs import COUNT as COUNT_THE_DESK
from expertise.programmes.models import Asking, Programme
from expertise.rule import answers_for
from figures.jobs import COUNT
from files.actions import READ
from forum import listing, moderation_queries, queries
from forum.models import Following, Post, Reading, Section, Thank, Topic
from notifications.queries import unseen
from search.jobs import CHANGED
from tests.installation import ROOT, Installation

RESERVED = re.compile(r"(01 99 00|02 61 91|03 53 01|04 65 71|05 36 49|06 39 98) \d\d \d\d")
"""Numbers that ARCEP keeps for fiction."""


@pytest.fixture(scope="module")
def session(_demonstration: Installation) -> Iterator[Session]:
    with _demonstration.opened() as opened:
        yield opened


def read(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((DATA / name).read_text(encoding="utf-8"))
    return rows


def communes() -> dict[str, set[str]]:
    """The communes of each territory, read from the official tables and not from the database."""
    folder = ROOT / "access" / "data"
    with (folder / "departements.csv").open() as file:
        region_of = {row["code"]: row["region"] for row in csv.DictReader(file)}
    found: dict[str, set[str]] = defaultdict(set)
    with gzip.open(folder / "communes.csv.gz", "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found[f"region:{region_of[row['dep']]}"].add(row["code"])
            found[f"departement:{row['dep']}"].add(row["code"])
            found[f"zone_emploi:{row['ze2020']}"].add(row["code"])
    return found


def should_see(member: dict[str, Any], topic: dict[str, Any], within: dict[str, set[str]]) -> bool:
    """The rule in two lines of Python."""
    meets = not topic["networks"] or set(topic["networks"]) & set(member["networks"])
    there: set[str] = set().union(*(within[place] for place in member["territories"]))
    return bool(meets) and (
        not topic["territories"] or any(within[place] & there for place in topic["territories"])
    )


@pytest.fixture(scope="module")
def within() -> dict[str, set[str]]:
    return communes()


@pytest.mark.parametrize("email", ACCOUNTS)
def test_each_account_sees_what_is_meant_for_it(
    session: Session, within: dict[str, set[str]], email: str
) -> None:
    member = session.scalars(select(Member).where(Member.email == email)).one()
    viewer = rule.viewer(session, member.id, member.role)
    of_forum = Topic.section == Section.FORUM
    seen = set(session.scalars(select(Topic.title).where(queries.seen(viewer), of_forum)))
    [described] = [row for row in read("members.json") if row["email"] == email]
    expected = {row["title"] for row in read("topics.json") if should_see(described, row, within)}
    assert seen == expected


def test_the_two_members_do_not_see_the_same(session: Session) -> None:
    titles = []
    for name in ("membre", "voisine"):
        member = session.scalars(
            select(Member).where(Member.email == f"{name}@maillage.example")
        ).one()
        viewer = rule.viewer(session, member.id, member.role)
        titles.append(set(session.scalars(select(Topic.title).where(queries.seen(viewer)))))
    mine, hers = titles
    assert mine - hers
    assert hers - mine
    assert mine & hers


@pytest.mark.parametrize(
    ("what", "pairs"),
    [
        ("writes", select(Post.author_id, Post.topic_id)),
        ("follows", select(Following.member_id, Following.topic_id)),
        ("has read", select(Reading.member_id, Reading.topic_id)),
        ("thanks", select(Thank.member_id, Post.topic_id).join(Post, Post.id == Thank.post_id)),
    ],
)
def test_nobody_touches_what_they_cannot_see(session: Session, what: str, pairs: Any) -> None:
    audience_of = dict(session.execute(select(Topic.id, Topic.audience_id)).all())
    for member_id, topics in by_member(session, pairs).items():
        role = session.get_one(Member, member_id).role
        open_to = set(rule.viewer(session, member_id, role).audiences)
        unseen_topics = {topic for topic in topics if audience_of[topic] not in open_to}
        assert not unseen_topics, f"member {member_id} {what} {unseen_topics}"


def by_member(session: Session, pairs: Any) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for member_id, topic_id in session.execute(pairs):
        found[member_id].add(topic_id)
    assert found
    return found


def test_people_are_invented() -> None:
    for row in read("members.json"):
        assert row["email"].endswith(".example")
        assert row["phone"] is None or RESERVED.fullmatch(row["phone"]), row["phone"]


def test_nobody_is_written_to(session: Session) -> None:
    assert session.scalar(select(func.count()).select_from(Mail)) == 0
    assert set(session.scalars(select(Job.kind))) == {
        READ,
        CHANGED,
        READ_ALL,
        COUNT,
        COUNT_THE_DESK,
    }, "only files to read, words to find, what they speak of and days to count"


def test_topics_count_their_answers(session: Session) -> None:
    for topic in session.scalars(select(Topic)):
        posts = session.scalars(
            select(Post).where(Post.topic_id == topic.id).order_by(Post.number)
        ).all()
        assert [post.number for post in posts] == list(range(len(posts)))
        assert topic.answers == topic.last_number == len(posts) - 1
        last = posts[-1]
        assert (topic.last_post_id, topic.last_author_id) == (last.id, last.author_id)
        assert topic.last_activity_at == last.created_at
        assert topic.useful_id is None or topic.useful_id in {post.id for post in posts[1:]}


def test_the_ids_of_posts_follow_the_days(session: Session) -> None:
    for section in Section:
        ordered = select(Post.created_at).join(Post.topic).order_by(Post.id)
        moments = session.scalars(ordered.where(Topic.section == section)).all()
        assert moments
        assert list(moments) == sorted(moments)


def test_something_is_read_and_something_is_not(session: Session) -> None:
    member = session.scalars(select(Member).where(Member.email == "membre@maillage.example")).one()
    viewer = rule.viewer(session, member.id, member.role)
    unread = listing.latest_topics(session, viewer, listing.Filters(show="unread"), most=100)
    assert 4 <= len(unread) <= len(listing.latest_topics(session, viewer, most=100)) / 2
    assert 1 <= (session.scalar(unseen(viewer)) or 0) <= 9


def test_something_waits_for_those_who_run_the_house(session: Session) -> None:
    moderator = session.scalars(
        select(Member).where(Member.email == "moderation@maillage.example")
    ).one()
    viewer = rule.viewer(session, moderator.id, moderator.role)
    assert session.scalar(moderation_queries.waiting(viewer)) == 2
    assert len(session.scalars(moderation_queries.reports(viewer)).all()) == 2
    assert session.scalar(select(func.count()).select_from(AccessRequest)) == 1
    assert session.scalar(select(func.count()).select_from(Invitation)) == 1
    (draft,) = session.scalars(drafts(viewer)).unique().all()
    assert [one.sort for one in draft.pieces] == [Sort.ARTICLE, Sort.EVENT]
    assert draft.pieces[0].said["deadline"]


@pytest.mark.parametrize("email", ACCOUNTS)
def test_each_account_comes_straight_in(session: Session, email: str) -> None:
    member = session.scalars(select(Member).where(Member.email == email)).one()
    assert password_matches(member.password_hash, PASSWORD)
    assert session.scalar(select(Acceptance.member_id).where(Acceptance.member_id == member.id))


def test_a_company_has_its_account_at_the_desk_and_nothing_else(session: Session) -> None:
    email = COMPANY
    member = session.scalars(select(Member).where(Member.email == email)).one()
    assert password_matches(member.password_hash, PASSWORD)
    desk = desk_of(session, member.id)
    (company,) = session.scalars(companies.companies(desk))
    assert session.scalars(companies.asked_by(desk, company, archived=False)).all()
    viewer = rule.viewer(session, member.id, member.role)
    assert not session.scalars(select(Topic.id).where(queries.seen(viewer))).all()


def test_one_programme_is_for_companies_that_subscribed(session: Session) -> None:
    """The one whose prices the demonstration shows (seeds/000, 3.2)."""
    asking = select(Programme.asking, Programme.slug).order_by(Programme.slug)
    assert session.execute(asking).all() == [
        (Asking.ANYONE, "alize"),
        (Asking.ANYONE, "conseillers-entreprises"),
        (Asking.SUBSCRIBED, "pacte-competences"),
    ]


def test_every_theme_has_its_topics(session: Session) -> None:
    themes = set(session.scalars(select(Theme.id)))
    assert set(session.scalars(select(Topic.theme_id))) == themes


def test_the_networks_have_their_logos(session: Session, _demonstration: Installation) -> None:  # noqa: PT019 - its folder
    for logo in session.scalars(select(Network.logo)):
        assert logo is not None
        assert (_demonstration.folder / "files" / logo[:2] / logo).read_bytes()[1:4] == b"PNG"


@pytest.mark.parametrize("email", [one for one in DESK_ACCOUNTS if one != COMPANY])
def test_each_account_of_the_desk_answers_companies_and_belongs_to_no_network(
    session: Session, email: str
) -> None:
    member = session.scalars(select(Member).where(Member.email == email)).one()
    assert password_matches(member.password_hash or "", PASSWORD)
    desk = desk_of(session, member.id)
    assert desk.is_bound
    assert bool(desk.manages) is (email == f"gestion@{DOMAIN}")
    assert desk.answers is (email != COMMITTEE)
    assert bool(desk.chairs) is (email == COMMITTEE)
    assert not networks_of(session, member)


def networks_of(session: Session, member: Member) -> list[int]:
    """The networks of a member."""
    found = select(MemberNetwork.network_id).where(MemberNetwork.member_id == member.id)
    return list(session.scalars(found))


def test_every_programme_has_experts_and_one_waits(session: Session) -> None:
    for programme in session.scalars(select(Programme)):
        answer = select(func.count(Expert.id)).where(answers_for([programme.id]))
        assert (session.scalar(answer) or 0) >= 3, programme.slug
    waiting = select(func.count(Expert.id)).where(Expert.approved_at.is_(None))
    assert session.scalar(waiting) == 1


def test_a_committee_votes_on_a_need_and_selected_another(session: Session) -> None:
    cases = session.scalars(select(CommitteeCase).order_by(CommitteeCase.id)).all()
    assert {one.outcome for one in cases} == {None, Outcome.SELECTED}
    running = next(one for one in cases if one.outcome is None)
    assert running.due_at > clock.now()
