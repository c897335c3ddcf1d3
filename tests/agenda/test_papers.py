"""Documents that go with a date, and its minutes."""

# ruff: noqa: DTZ001 - what a clock shows has no zone

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from access.viewers import Viewer
from accounts.departures import Departure
from accounts.models import Member
from agenda import changes, needs
from agenda.models import Event, Occurrence
from agenda.papers import personal
from agenda.papers.models import Minutes, Paper
from tests.agenda.attending import at, comes, declines, first_date, opened, told
from tests.world import BOTH, World

pytestmark = pytest.mark.usefixtures("long_before")
NINE = datetime(2027, 3, 22, 9)
AFTER = datetime(2027, 3, 23, 9, tzinfo=UTC)


def joined(world: World, owner: Member, date: int, document_id: int) -> int:
    """The organiser chooses a document on the page."""
    page = f"/agenda/dates/{date}/documents"
    return world.client(owner).post(page, data={"document": document_id}).status_code


def write(world: World, who: Member, date: int, words: str = "Nous avons **décidé**.") -> int:
    page = f"/agenda/dates/{date}/compte-rendu"
    return world.client(who).post(page, data={"body": words}).status_code


@BOTH
def test_each_sees_of_the_documents_of_a_date_those_that_the_library_opens(world: World) -> None:
    olga = world.member("Olga", networks=("coorace", "fnars"))
    lise, paul = world.member("Lise"), world.member("Paul", networks=("fnars",))
    made = world.event(olga, "Réunion", NINE)
    date = first_date(world, made)
    whole, narrow = (
        world.document(olga, "Ordre du jour"),
        world.document(olga, "Budget", networks=["coorace"]),
    )
    assert joined(world, olga, date, whole.id) == joined(world, olga, date, narrow.id) == 302
    assert joined(world, olga, date, whole.id) == 422
    page = f"/agenda/{made.id}"
    shown = {one.id: world.client(one).get(page).text for one in (lise, paul)}
    assert "Ordre du jour" in shown[lise.id]
    assert "Ordre du jour" in shown[paul.id]
    assert ("Budget" in shown[lise.id], "Budget" in shown[paul.id]) == (True, False)
    world.client(olga).post(f"/agenda/dates/{date}/documents/{whole.id}/retirer")
    assert world.all(select(Paper.document_id)) == [narrow.id]


@pytest.mark.parametrize("who", ["another", "a moderator", "of another network"])
def test_only_who_organises_joins_documents_and_writes_minutes(world: World, who: str) -> None:
    olga = world.member("Olga")
    people = {
        "another": world.member("Lise"),
        "a moderator": world.moderator(),
        "of another network": world.member("Paul", networks=("fnars",)),
    }
    date = first_date(world, world.event(olga, "Réunion", NINE, networks=["coorace"]))
    theirs = world.document(people[who], "Le leur")
    may = who == "a moderator"
    assert joined(world, people[who], date, theirs.id) == (302 if may else 404)
    with at(AFTER):
        assert write(world, people[who], date) == (302 if may else 404)


def test_a_document_that_one_does_not_see_is_not_joined_by_its_number(world: World) -> None:
    olga, paul = world.member("Olga"), world.member("Paul", networks=("fnars",))
    date = first_date(world, world.event(olga, "Réunion", NINE))
    hidden = world.document(paul, "Caché", networks=["fnars"])
    assert joined(world, olga, date, hidden.id) == 422
    assert world.all(select(Paper)) == []


@BOTH
def test_those_who_came_are_told_of_the_minutes_once(world: World) -> None:
    olga, lise = world.member("Olga"), world.member("Lise")
    anne, marc = world.member("Anne"), world.member("Marc")
    made = opened(world, olga, world.event(olga, "Réunion", NINE))
    date = first_date(world, made)
    came = comes(world, lise, date)
    for one in (anne, marc):
        comes(world, one, date)
    declines(world, marc, date)
    assert write(world, olga, date) == 422  # it has not begun
    world.work()
    with at(AFTER):
        client = world.client(olga)
        client.post(f"/agenda/dates/{date}/presences", data={"came": [came.id]})
        assert write(world, olga, date) == 302
        assert write(world, olga, date, "Nous avons décidé, <script>autrement</script>.") == 302
        world.work()
        subjects = [[mail.subject for mail in told(world, one)] for one in (lise, anne, marc)]
        assert subjects == [["Compte rendu : Réunion"], [], []]
        page = world.client(anne).get(f"/agenda/{made.id}").text
    assert "Nous avons décidé" in page
    assert "<script>autrement" not in page


@BOTH
def test_a_date_with_minutes_does_not_go_with_a_rule_that_changes(world: World) -> None:
    olga = world.member("Olga")
    world.event(olga, "Point", NINE, recurrence="RRULE:FREQ=WEEKLY;COUNT=3")
    dates = world.all(select(Occurrence).order_by(Occurrence.starts_at))
    with at(AFTER):
        assert write(world, olga, dates[0].id) == 302
    assert world.act(lambda s: needs.needed(s, s.scalars(select(Occurrence)).all())) == {
        dates[0].id
    }


def test_minutes_go_with_an_event_that_is_erased_and_not_with_one_that_is_withdrawn(
    world: World,
) -> None:
    olga, lise = world.member("Olga"), world.member("Lise")
    made = world.event(olga, "Réunion", NINE)
    date = first_date(world, made)
    with at(AFTER):
        write(world, olga, date)

    def withdraw(session: Session, viewer: Viewer) -> None:
        event, by = session.get_one(Event, made.id), session.get_one(Member, olga.id)
        changes.withdraw(session, event, by=by, viewer=viewer)

    world.act_as(olga, withdraw)
    assert world.client(lise).get(f"/agenda/{made.id}").status_code == 404
    assert len(world.all(select(Minutes))) == 1
    world.act(lambda s: s.delete(s.get_one(Event, made.id)))
    assert world.all(select(Minutes)) == []


@BOTH
def test_minutes_no_longer_call_who_left(world: World) -> None:
    olga, lise = world.member("Olga"), world.member("Lise")
    date = first_date(world, world.event(olga, "Réunion", NINE))
    with at(AFTER):
        write(world, olga, date, f"Merci à @{lise.handle}.")
    departure = Departure(lise.id, False, lise.name, lise.email, lise.handle, "ancien-membre-9")
    assert world.act(lambda s: personal.unname(s, departure, 0)) is None
    kept = world.one(select(Minutes.words))
    assert kept == "Merci à @ancien-membre-9."
    assert lise.handle not in str(world.one(select(Minutes.html)))
