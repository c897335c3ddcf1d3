"""Secret addresses at which telephones read the agenda."""

# ruff: noqa: DTZ001 - what a clock shows has no zone

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from access.models import MemberNetwork
from accounts.administration import publish_charter
from accounts.credentials import token_hash
from accounts.models import Member
from agenda.ics import feeds
from agenda.ics.feeds import Filter
from agenda.ics.models import CalendarFeed
from agenda.ics.reading import read
from agenda.ics.values import Entry
from agenda.models import Event, EventKind, Occurrence
from core import clock
from core.refusals import Refused
from directory.models import Profile
from tests.world import BOTH, World

SOON = (clock.now() + timedelta(days=20)).replace(tzinfo=None, microsecond=0)


def subscribe(world: World, member: Member, **wanted: Any) -> str:
    """The secret of a new address."""

    def make(session: Session, viewer: Any) -> str:
        return feeds.make(session, viewer, "Maillage", Filter(**wanted))[1]

    return world.act_as(member, make)


def fetched(world: World, token: str, **headers: str) -> Any:
    return world.client().get(f"/agenda/flux/{token}.ics", headers=headers)


def shown(world: World, token: str) -> list[Entry]:
    """What a program reads there."""
    answer = fetched(world, token)
    assert answer.status_code == 200, answer.status
    assert answer.mimetype == "text/calendar"
    return list(read(answer.data).entries)


def titles(world: World, token: str) -> set[str]:
    return {entry.title for entry in shown(world, token)}


WHO: dict[str, tuple[tuple[str, ...], str, bool]] = {
    "of the network": (("coorace",), "departement:44", True),
    "of another network": (("fnars",), "departement:44", False),
    "of another territory": (("coorace",), "departement:85", False),
    "of no network": ((), "departement:44", False),
}


@BOTH
@pytest.mark.parametrize("who", WHO)
def test_a_calendar_gives_what_its_member_sees(world: World, who: str) -> None:
    networks, territory, sees = WHO[who]
    alice = world.member("Alice")
    lise = world.member("Lise", networks=("coorace",), territories=[territory])
    token = subscribe(world, lise)
    in_networks = [world.network(slug) for slug in networks]
    with world.session() as session:  # where she works now, not where she subscribed
        session.execute(delete(MemberNetwork).where(MemberNetwork.member_id == lise.id))
        session.add_all(MemberNetwork(member_id=lise.id, network_id=one) for one in in_networks)
    made = world.event(alice, "Réunion", SOON, networks=["coorace"], territories=["departement:44"])
    world.event(alice, "Pour tous", SOON)
    everyone = {"Pour tous"} if networks else set()
    assert titles(world, token) == ({"Réunion"} if sees else set()) | everyone
    answer = world.client(lise).get(f"/agenda/{made.id}.ics")
    assert answer.status_code == (200 if sees else 404)


def no_longer(member: Member) -> dict[str, Callable[[Session], Any]]:
    def change(**values: Any) -> Callable[[Session], Any]:
        return lambda s: s.execute(update(Member).where(Member.id == member.id).values(**values))

    return {
        "is suspended": change(suspended_at=clock.now()),
        "has left": change(left_at=clock.now()),
        "has a new charter to accept": lambda s: publish_charter(
            s, by=None, body="# Autre charte", changes="Tout"
        ),
        "took its address back": lambda s: s.execute(delete(CalendarFeed)),
    }


@pytest.mark.parametrize("why", no_longer(Member(id=0)))
def test_an_address_leads_nowhere_when_its_member(world: World, why: str) -> None:
    alice = world.member("Alice")
    token = subscribe(world, alice)
    assert fetched(world, token).status_code == 200
    world.act(no_longer(alice)[why])
    assert fetched(world, token).status_code == 404


def test_a_suspension_that_is_over_opens_it_again(world: World) -> None:
    alice = world.member("Alice")
    token = subscribe(world, alice)
    over = {"suspended_at": clock.now(), "suspended_until": clock.now() - timedelta(hours=1)}
    world.act(lambda s: s.execute(update(Member).where(Member.id == alice.id).values(**over)))
    assert fetched(world, token).status_code == 200


def test_the_secret_is_kept_nowhere(world: World) -> None:
    token = subscribe(world, world.member("Alice"))
    (feed,) = world.all(select(CalendarFeed))
    assert feed.token_hash == token_hash(token)
    assert token not in repr(vars(feed))
    assert len(token) >= 43  # 256 bits
    assert fetched(world, "a" * 43).status_code == 404


FILTERS: dict[str, Callable[[World], dict[str, Any]]] = {
    "a network": lambda world: {"network_id": world.network("coorace")},
    "a territory": lambda world: {"territory_id": world.territory("departement:44")},
    "a kind": lambda world: {
        "kind_id": world.one(select(EventKind.id).where(EventKind.slug == "formation"))
    },
    "a theme": lambda world: {"theme_id": world.theme("droit")},
    "mine": lambda _world: {"scope": "announced"},
}


@BOTH
@pytest.mark.parametrize("what", FILTERS)
def test_a_calendar_may_keep_only(world: World, what: str) -> None:
    alice = world.member("Alice", networks=("coorace", "fnars"))
    bruno = world.member("Bruno", networks=("coorace", "fnars"))
    every = world.theme("droit")
    world.event(bruno, "a network", SOON, networks=["coorace"])
    world.event(bruno, "a territory", SOON, territories=["departement:44"])
    world.event(bruno, "a kind", SOON, kind="formation")
    world.event(bruno, "a theme", SOON, theme_id=every)
    world.event(alice, "mine", SOON, networks=["fnars"])
    token = subscribe(world, alice, **FILTERS[what](world))
    assert titles(world, token) == {what}
    assert len(titles(world, subscribe(world, alice))) == 5


def test_a_member_filters_by_what_is_theirs(world: World) -> None:
    alice = world.member("Alice")
    for wanted, refusal in (
        ({"network_id": world.network("fnars")}, "audience-not-yours"),
        ({"territory_id": world.territory("departement:85")}, "audience-not-yours"),
        ({"kind_id": 999}, "unknown-kind"),
        ({"theme_id": 999}, "unknown-theme"),
        ({"scope": "rien"}, "unknown-kind"),
    ):
        with pytest.raises(Refused, match=refusal):
            subscribe(world, alice, **wanted)
    for _one in range(feeds.MOST):
        subscribe(world, alice)
    with pytest.raises(Refused, match="too-many-feeds"):
        subscribe(world, alice)


def test_what_is_over_for_ninety_days_has_gone(world: World) -> None:
    alice = world.member("Alice")
    token = subscribe(world, alice)
    present = clock.now().replace(tzinfo=None, microsecond=0)
    world.event(alice, "Hier", present - timedelta(days=1))
    world.event(alice, "Cet été", present - timedelta(days=100))
    weekly = "RRULE:FREQ=WEEKLY"
    world.event(alice, "Depuis toujours", present - timedelta(days=400), recurrence=weekly)
    assert titles(world, token) == {"Hier", "Depuis toujours"}


def test_it_never_gives_too_many(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "MOST_EVENTS", 2)
    alice = world.member("Alice")
    for number in range(3):
        world.event(alice, f"Date {number}", SOON + timedelta(days=number))
    world.event(alice, "Série", SOON, recurrence="RRULE:FREQ=DAILY;COUNT=2")
    assert titles(world, subscribe(world, alice)) == {"Série", "Date 2"}


def test_what_is_withdrawn_leaves_and_what_is_cancelled_says_so(world: World) -> None:
    alice = world.member("Alice")
    token = subscribe(world, alice)
    gone, called_off = world.event(alice, "Retirée", SOON), world.event(alice, "Réunion", SOON)
    present = clock.now()
    with world.session() as session:
        session.get_one(Event, gone.id).withdrawn_at = present
        session.get_one(Event, called_off.id).cancelled_at = present
    (entry,) = shown(world, token)
    assert entry.cancelled
    assert entry.title.endswith(": Réunion")  # for programs that show it as any other


def test_the_organiser_is_written_to_only_when_they_wish(world: World) -> None:
    alice = world.member("Alice")
    token = subscribe(world, alice)
    world.event(alice, "Réunion", SOON)
    (entry,) = shown(world, token)
    assert (entry.organizer, entry.organizer_mail) == (alice.name, alice.email)
    hidden = update(Profile).where(Profile.member_id == alice.id).values(email_shown=False)
    world.act(lambda s: s.execute(hidden))
    (entry,) = shown(world, token)
    assert (entry.organizer, entry.organizer_mail) == (alice.name, "")
    assert alice.email.encode() not in fetched(world, token).data


def test_an_organisation_that_the_member_does_not_see_is_not_named(world: World) -> None:
    alice, lise = world.member("Alice"), world.member("Lise", networks=("fnars",))
    house = world.organisation("Les Jardins", for_networks=["coorace"])
    world.event(alice, "Réunion", SOON, organisation_id=house.id)
    assert shown(world, subscribe(world, alice))[0].organizer == "Les Jardins"
    assert shown(world, subscribe(world, lise))[0].organizer == alice.name


@BOTH
def test_what_did_not_change_is_not_sent_again(world: World) -> None:
    alice = world.member("Alice")
    token = subscribe(world, alice)
    made = world.event(alice, "Réunion", SOON)
    first = fetched(world, token)
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = fetched(world, token, **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    since = fetched(world, token, **{"If-Modified-Since": first.headers["Last-Modified"]})
    assert since.status_code == 304
    world.act(lambda s: s.execute(update(Event).where(Event.id == made.id).values(title="Autre")))
    changed = fetched(world, token, **{"If-None-Match": first.headers["ETag"]})
    assert (changed.status_code, b"SUMMARY:Autre" in changed.data) == (200, True)


def test_the_last_visit_is_kept_to_the_hour(world: World) -> None:
    token = subscribe(world, world.member("Alice"))
    fetched(world, token)
    (feed,) = world.all(select(CalendarFeed))
    noted = feed.fetched_at
    assert noted is not None
    fetched(world, token)
    assert world.all(select(CalendarFeed))[0].fetched_at == noted
    earlier = update(CalendarFeed).values(fetched_at=noted - timedelta(hours=2))
    world.act(lambda s: s.execute(earlier))
    fetched(world, token)
    later = world.all(select(CalendarFeed))[0].fetched_at
    assert later is not None
    assert later >= noted


@BOTH
def test_a_calendar_costs_the_same_for_two_dates_as_for_twenty(world: World) -> None:
    alice, token = world.member("Alice"), ""
    costs = []
    for many in (2, 20):
        for number in range(many):
            world.event(alice, f"Date {number}", SOON, recurrence="RRULE:FREQ=DAILY;COUNT=3")
        changed = {"changed": True, "place": "Ailleurs"}
        world.act(lambda s: s.execute(update(Occurrence).values(**changed)))  # noqa: B023
        token = token or subscribe(world, alice)
        fetched(world, token)
        with world.counted() as said:
            assert len(read(fetched(world, token).data).entries) >= many
        costs.append(len(said))
    assert costs[0] == costs[1] <= 8


# --- the pages -----------------------------------------------------------------------------------


def sent(client: FlaskClient, path: str, **fields: Any) -> Any:
    return client.post(path, data=fields)


def test_a_member_makes_renames_renews_and_stops_a_calendar(world: World) -> None:
    alice = world.member("Alice")
    client = world.client(alice)
    page = sent(client, "/agenda/flux", name="Mes dates", scope="all").get_data(as_text=True)
    token = page.partition("http://localhost/agenda/flux/")[2].partition(".ics")[0]
    assert fetched(world, token).status_code == 200
    assert f"webcal://localhost/agenda/flux/{token}.ics" in page
    listed = client.get("/agenda/flux").get_data(as_text=True)
    assert "Mes dates" in listed
    assert token not in listed
    (feed,) = world.all(select(CalendarFeed))
    sent(client, f"/agenda/flux/{feed.id}/nom", **{f"f{feed.id}-name": "Mon agenda"})
    assert world.all(select(CalendarFeed))[0].name == "Mon agenda"
    again = sent(client, f"/agenda/flux/{feed.id}/nouvelle-adresse").get_data(as_text=True)
    other = again.partition("http://localhost/agenda/flux/")[2].partition(".ics")[0]
    assert fetched(world, token).status_code == 404
    assert fetched(world, other).status_code == 200
    sent(client, f"/agenda/flux/{feed.id}/retirer")
    assert fetched(world, other).status_code == 404


@pytest.mark.parametrize("way", ["nom", "nouvelle-adresse", "retirer"])
def test_nobody_touches_the_calendars_of_another(world: World, way: str) -> None:
    alice, bruno = world.member("Alice"), world.administrator()
    token = subscribe(world, alice)
    (feed,) = world.all(select(CalendarFeed))
    assert sent(world.client(bruno), f"/agenda/flux/{feed.id}/{way}").status_code == 404
    assert fetched(world, token).status_code == 200


def test_one_event_is_taken_away_as_a_file(world: World) -> None:
    alice = world.member("Alice")
    made = world.event(alice, "Réunion de rentrée : Nantes", datetime(2027, 3, 1, 9, 30))
    answer = world.client(alice).get(f"/agenda/{made.id}.ics")
    assert "reunion-de-rentree-nantes.ics" in answer.headers["Content-Disposition"]
    (entry,) = read(answer.data).entries
    assert (entry.uid, entry.starts) == (made.uid, datetime(2027, 3, 1, 9, 30))
