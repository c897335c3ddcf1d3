"""A told story with known counts gives exactly these figures."""

import re
from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, func, select

from accounts.models import Visit
from core import clock
from core.db import db
from figures import counting, jobs, openings
from figures.models import DocumentDay, Tally
from resources.models import Opening
from search.actions import note_in_vain
from tests.figures.story import DAY, Days, crowd, days, visit
from tests.http.sample import invite
from tests.world import BOTH, PASSWORD, World


@pytest.fixture
def told(world: World, monkeypatch: pytest.MonkeyPatch) -> Days:
    return days(world, monkeypatch)


@BOTH
def test_a_week_is_counted_exactly(world: World, told: Days) -> None:
    coorace, fnars = world.network("coorace"), world.network("fnars")
    loire, region = world.territory("departement:44"), world.territory("region:52")
    told.at(0)
    nantes = crowd(world, 6, "coorace", "departement:44", "aci")
    anjou = crowd(world, 5, "fnars", "departement:49")
    told.at(1)
    visit(world, *nantes[:5], anjou[0])
    visit(world, nantes[0])  # twice in a day is one visit
    topic = world.topic(nantes[0])
    told.at(1, 13.5)
    world.reply(topic, nantes[0], "Je précise.")  # one's own words are no answer
    world.reply(topic, nantes[1])
    world.topic(anjou[1], "Personne ne répond")
    document = world.document(anjou[0])
    for recurs in ("", "RRULE:FREQ=WEEKLY"):  # one that comes back counts once
        world.event(anjou[2], "Réunion", recurrence=recurs)
    told.at(2)
    visit(world, nantes[0])
    for member in (nantes[0], nantes[1], nantes[1], anjou[0]):  # the owner does not count
        assert world.client(member).post(f"/ressources/{document.id}/vu").status_code == 302
    late = world.topic(nantes[2], "Une autre question")
    told.at(4, 11)
    world.reply(late, anjou[1], "Deux jours et une heure plus tard.")
    invite(world, world.administrator(), "invitee@example.org")
    world.work()  # what is searched is read
    world.client(nantes[3]).post("/recherche/en-vain?q=hippothérapie")
    told.at(5, 2)
    told.count()
    words = {"topics": 2, "answers": 2, "answered_in_time": 1, "answered_late": 1}
    first = {"delay_minutes": 210, "first_4_hours": 1}
    assert told.counted(0) == {"members": 11, "charter": 11, "joined": 11}
    assert told.counted(1) == {
        "members": 11, "charter": 11, "active_week": 6, "active_month": 6, "visits": 6,
        "documents": 1, "events": 2, **words, **first,
    }  # fmt: skip
    assert told.counted(1, network=coorace) == {
        "members": 6, "charter": 6, "active_week": 5, "active_month": 5, "visits": 5,
        "topics": 1, "answers": 2, "answered_in_time": 1, **first,
    }  # fmt: skip
    assert told.counted(1, network=fnars) == {
        "members": 5, "charter": 5, "active_week": 1, "active_month": 1, "visits": 1,
        "topics": 1, "answered_late": 1, "documents": 1, "events": 2,
    }  # fmt: skip
    kind = world.organisation().kind_id
    same = told.counted(1, network=coorace)
    for names in ({"territory": loire}, {"kind": kind}, {"territory": loire, "kind": kind}):
        assert told.counted(1, **names) == same
    assert told.counted(1, territory=region) == told.counted(1)
    assert told.counted(2) == {
        "members": 11, "charter": 11, "active_week": 6, "active_month": 6, "visits": 3,
        "topics": 1, "answered_late": 1, "openings": 2,
    }  # fmt: skip
    fourth = told.counted(4)
    assert fourth["delay_minutes"] == 49 * 60
    assert fourth["first_week"] == fourth["sought_in_vain"] == fourth["invited"] == 1
    assert told.counted(4, network=coorace)["invited"] == 1
    assert "invited" not in told.counted(4, network=fnars)
    assert "sought_in_vain" not in told.counted(4, network=coorace)
    told.at(40, 2)
    told.count()
    assert told.counted(8)["active_week"] == 3  # seen on the second day
    assert "active_week" not in told.counted(9)
    assert told.counted(30)["active_month"] == 6
    assert told.counted(31)["active_month"] == 3
    assert "active_month" not in told.counted(32)
    assert world.one(select(func.max(DocumentDay.total))) == 2


@BOTH
def test_mails_are_counted_when_they_leave_and_when_their_link_is_followed(
    world: World, told: Days
) -> None:
    told.at(0)
    asker, *others = crowd(world, 6, "coorace", "departement:44")
    topic = world.topic(asker)
    world.work()
    told.at(1)
    world.reply(topic, others[0])
    world.work()
    (mail,) = [mail for mail in world.mails(asker) if mail.kind == "notifications"]
    link = re.search(r"http://localhost(/forum/sujets/\d+)\?par=mail#reponse-1", mail.text)
    assert link is not None
    reader = world.client(asker)
    opened = reader.get(link[1] + "?par=mail").get_data(as_text=True)
    assert world.all(select(Visit.member_id)) == [], "a GET never writes"
    seen = re.search(r'data-seen-url="([^"]+)"', opened)
    assert seen is not None
    assert "par=mail" in seen[1]
    for _twice in range(2):
        reader.post(seen[1].replace("&amp;", "&"))
    world.client(others[0]).post(f"/forum/sujets/{topic.id}/lu/1")
    told.at(2, 2)
    told.count()
    counted = told.counted(1)
    assert (counted["mails"], counted["visits"], counted["mail_visits"]) == (1, 2, 1)


def test_coming_in_is_a_visit(world: World, told: Days) -> None:
    told.at(0)
    member = world.member("Alice", password=PASSWORD)
    client = world.client()
    client.post("/connexion", data={"email": member.email, "password": PASSWORD})
    (here,) = world.all(select(Visit))
    assert (here.member_id, here.day, here.by_mail) == (member.id, told[0], False)


def test_a_download_opens_a_document(world: World, told: Days) -> None:
    told.at(0)
    document = world.document(world.member("Auteure"))
    reader = world.member("Lectrice")
    world.client(reader).post(f"/ressources/{document.id}/telecharger/1")
    assert world.all(select(Opening.member_id)) == [reader.id]


@BOTH
def test_counting_again_or_after_a_kill_comes_to_the_same(world: World, told: Days) -> None:
    told.at(0)
    members = crowd(world, 6, "coorace", "departement:44", "aci")
    told.at(1)
    visit(world, *members)
    world.topic(members[0])
    told.at(4, 2)
    with world.session() as session:  # all was written but the commit
        jobs.count(session, {})
        session.rollback()
    assert told.everything() == []
    told.count()
    once = told.everything()
    assert once
    told.count()
    assert told.everything() == once
    told.count({"from": told[0].isoformat()})
    assert told.everything() == once


@BOTH
def test_days_that_were_missed_are_counted(world: World, told: Days) -> None:
    told.at(0)
    members = crowd(world, 5, "coorace", "departement:44")
    told.at(1, 2)
    told.count()
    for day in (3, 50, 70):
        told.at(day)
        visit(world, *members)
    told.at(75, 2)
    told.count()
    assert [told.counted(day).get("visits") for day in (2, 3, 50, 70, 74)] == [None, 5, 5, 5, None]
    assert told.counted(75) == {}, "the day is not over"
    with world.session() as session:
        assert jobs.counted_to(session) == told[74]
    assert {row[1] for row in told.everything()} == {told[day] for day in range(75)}


def test_a_day_is_counted_again_while_it_may_change(world: World, told: Days) -> None:
    told.at(0)
    members = crowd(world, 5, "coorace", "departement:44")
    told.at(1, 23)
    topic = world.topic(members[0])
    told.at(2, 2)
    told.count()
    assert told.counted(1)["topics"] == 1
    assert "answered_late" not in told.counted(1), "it has two days"
    told.at(3, 20)
    world.reply(topic, members[1])
    told.at(4, 2)
    told.count()
    assert told.counted(1)["answered_in_time"] == 1


def test_visits_are_forgotten_and_their_figures_kept(world: World, told: Days) -> None:
    told.at(0)
    members = crowd(world, 5, "coorace", "departement:44")
    document = world.document(members[0])
    visit(world, *members)
    world.client(members[1]).post(f"/ressources/{document.id}/vu")
    told.at(1, 2)
    told.count()
    keeping = world.app.extensions["maillage.keeping"]

    def night() -> None:
        told.count()
        world.act(lambda session: keeping.tonight(session, {}))
        world.work()

    told.at(750)
    night()
    assert len(world.all(select(Visit.member_id))) == 5
    told.at(752, 2)
    night()
    assert world.all(select(Visit.member_id)) == world.all(select(Opening.member_id)) == []
    assert told.counted(0)["visits"] == 5
    with world.session() as session:
        safe = jobs.rebuild_from(session, told[0])
    assert safe is not None
    assert safe - counting.MONTH >= clock.today() - timedelta(days=761)


@BOTH
def test_openings_of_any_days_are_the_difference_of_two_totals(world: World, told: Days) -> None:
    told.at(0)
    readers = crowd(world, 6, "coorace", "departement:44")
    guide, sheet = world.document(readers[0], "Le guide"), world.document(readers[0], "La fiche")
    happened = {1: [guide] * 3 + [sheet] * 2, 2: [sheet], 9: [guide] * 4, 16: [sheet], 30: [guide]}
    for day, opened in happened.items():
        told.at(day)
        world.act(
            lambda session, day=day, opened=opened: session.add_all(  # type: ignore[misc]
                Opening(member_id=readers[number].id, document_id=one.id, day=told[day])
                for number, one in enumerate(opened)
            )
        )
    told.at(32, 2)
    told.count()

    def between(first: int, last: int) -> dict[int, int]:
        with world.session() as session:
            found = session.execute(openings.openings(told[first], told[last])).all()
            return {row[0]: int(row[1]) for row in found if row[1]}

    def rows() -> list[tuple[date, int, int, int]]:
        with world.session() as session:
            columns = DocumentDay.__table__.columns
            return sorted(tuple(row) for row in session.execute(select(*columns)))

    for first in range(-1, 32):
        for last in range(first, 32):
            wanted = Counter(
                one.id for day, opened in happened.items() if first <= day <= last for one in opened
            )
            assert between(first, last) == wanted, (first, last)
    once = rows()
    told.count({"from": told[0].isoformat()})
    assert rows() == once
    gone = delete(Opening).where(Opening.member_id == readers[0].id, Opening.day == told[1])
    world.act(lambda session: session.execute(gone))
    told.count({"from": told[0].isoformat()})
    assert between(0, 31) == {guide.id: 7, sheet.id: 4}


def test_what_is_sought_in_vain_is_a_number_and_nothing_else(world: World, told: Days) -> None:
    told.at(0)
    for words in ("hippothérapie", "hippothérapie", "sophrologie"):
        world.act(lambda session, words=words: note_in_vain(session, words))  # type: ignore[misc]
    (tally,) = world.all(select(Tally))
    assert (tally.measure, tally.day, tally.times) == ("sought_in_vain", told[0], 3)
    assert {column.name for column in Tally.__table__.columns} == {"measure", "day", "times"}


def test_the_night_comes_once_a_day() -> None:
    first = jobs.next_night(clock.now())
    assert jobs.next_night(first) - first in {DAY, DAY - DAY / 24, DAY + DAY / 24}
    assert first.astimezone(clock.PARIS).hour == 1


def test_reading_does_not_hold_back_those_who_write(
    world: World, told: Days, monkeypatch: pytest.MonkeyPatch
) -> None:
    told.at(0)
    crowd(world, 5, "coorace", "departement:44")
    told.at(1, 2)
    read = counting.counted
    wrote: list[int] = []

    def counted(*args: object) -> object:
        with db.engine.begin() as other:  # a page that writes at the same time
            other.exec_driver_sql("UPDATE member SET language = 'fr'")
            wrote.append(1)
        return read(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(counting, "counted", counted)
    told.count()
    assert wrote == [1]
    assert told.counted(0)["members"] == 5
