"""Polls of dates in a browser: the rows of the form, the answer, the date that is announced."""

import re
from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from accounts.models import Member
from agenda.models import Event, EventKind
from agenda.polls.models import Poll, Reply
from tests.agenda.polling import again, answers, days, polled, said_by, slots_of
from tests.agenda.test_pages import page, words
from tests.world import World

PATH = "/agenda/sondages"


@pytest.fixture
def olga(world: World) -> Member:
    return world.member("Olga")


def form(rows: list[tuple[str, str, str]], **more: str) -> dict[str, object]:
    """What the form sends."""
    names = ("day", "starts", "ends")
    columns = {name: [row[at] for row in rows] for at, name in enumerate(names)}
    return {"title": "Réunion", "length": "90", "zone": "Europe/Paris", **columns, **more}


def hours(world: World, poll: Poll) -> list[tuple[str, str]]:
    """When its slots start and end, in UTC."""
    return [(f"{one.starts_at:%d %H:%M}", f"{one.ends_at:%H:%M}") for one in slots_of(world, poll)]


def the_poll(world: World) -> Poll:
    (found,) = world.all(select(Poll))
    return found


def test_a_slot_without_hours_has_those_of_the_row_above(world: World, olga: Member) -> None:
    rows = [
        ("2027-03-22", "09:30", ""),
        ("2027-03-23", "", ""),
        ("", "", ""),
        ("2027-03-24", "14:00", "17:00"),
        ("2027-03-25", "", ""),
        ("2027-03-26", "22:30", "00:00"),
    ]
    answer = world.client(olga).post("/agenda/sondages/nouveau", data=form(rows))
    assert answer.location == f"{PATH}/{the_poll(world).id}"
    assert hours(world, the_poll(world)) == [
        ("22 08:30", "10:00"),
        ("23 08:30", "10:00"),
        ("24 13:00", "16:00"),
        ("25 13:00", "16:00"),
        ("26 21:30", "23:00"),
    ]


def test_whole_days_need_no_hours(world: World, olga: Member) -> None:
    rows = [("2027-03-22", "", ""), ("2027-03-23", "", "")]
    world.client(olga).post("/agenda/sondages/nouveau", data=form(rows, length="day"))
    poll = the_poll(world)
    assert poll.all_day
    assert hours(world, poll) == [("21 23:00", "23:00"), ("22 23:00", "23:00")]
    shown = page(world.client(olga), f"{PATH}/{poll.id}")
    assert "Lundi 22 mars 2027" in shown


def test_more_rows_are_given_and_nothing_that_was_typed_is_lost(world: World, olga: Member) -> None:
    rows = [(f"2027-03-2{day}", "09:00" if day == 2 else "", "") for day in range(2, 6)]
    html = world.client(olga).post("/agenda/sondages/nouveau", data=form(rows, more="1"))
    said = html.get_data(as_text=True)
    assert html.status_code == 200
    assert said.count('name="day"') == 8
    assert said.count('value="09:00"') == 4
    assert 'value="Réunion"' in said
    assert world.all(select(Poll)) == []


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("2027-03-22", "09:00", "")], "Proposez au moins 2 créneaux."),
        ([("2027-03-22", "", ""), ("2027-03-23", "", "")], "heure"),
        ([("hier", "09:00", ""), ("2027-03-23", "", "")], "Choisissez un jour"),
        ([("2027-03-22", "09:00", "08:00"), ("2027-03-23", "", "")], "La fin précède le début"),
    ],
)
def test_rows_that_make_no_slots_are_shown_again_with_why(
    world: World, olga: Member, rows: list[tuple[str, str, str]], said: str
) -> None:
    answer = world.client(olga).post("/agenda/sondages/nouveau", data=form(rows))
    assert answer.status_code == 422
    assert said in words(answer.get_data(as_text=True))
    assert world.all(select(Poll)) == []


def test_an_answer_by_the_page(world: World, olga: Member) -> None:
    poll, anne = polled(world, olga), world.member("Anne")
    client, path = world.client(anne), f"{PATH}/{poll.id}"
    slots = [one.id for one in slots_of(world, poll)]
    said = {
        f"slot-{slot}": how for slot, how in zip(slots, ("yes", "if_needed", "no"), strict=True)
    }
    client.post(f"/agenda/sondages/{poll.id}/reponse", data=said | {"words": "Le matin"})
    assert said_by(world, anne, poll) == "osn"
    shown = page(client, path)
    assert "1 oui" in shown
    assert "Le matin" in shown
    long = client.post(f"/agenda/sondages/{poll.id}/reponse", data=said | {"words": "a" * 400})
    assert long.status_code == 422
    assert "a" * 400 in long.get_data(as_text=True)
    assert world.one(select(Reply.words)) == "Le matin"
    assert (
        client.post(f"/agenda/sondages/{poll.id}/reponse", data={"slot-x": "yes"}).status_code
        == 422
    )


def test_what_one_has_already_is_said_beside_the_slot(world: World, olga: Member) -> None:
    poll, anne = polled(world, olga), world.member("Anne")
    world.event(anne, "Comité local", datetime(2027, 3, 23, 10))  # noqa: DTZ001
    assert "Vous avez déjà : Comité local" in page(world.client(anne), f"{PATH}/{poll.id}")
    assert "Vous avez déjà" not in page(world.client(olga), f"{PATH}/{poll.id}")


def test_who_has_not_answered_is_named_to_who_tends_the_poll_alone(
    world: World, olga: Member
) -> None:
    poll, anne = polled(world, olga), world.member("Anne")
    bruno = world.member("Bruno")
    answers(world, anne, poll, "ooo")
    shown = page(world.client(olga), f"{PATH}/{poll.id}")
    assert f"Sans réponse pour l’instant {bruno.name}" in shown
    assert "Sans réponse pour l’instant" not in page(world.client(anne), f"{PATH}/{poll.id}")


def test_too_many_to_name(world: World, olga: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agenda.polls.queries.FEW", 1)
    poll, _anne, bruno = polled(world, olga), world.member("Anne"), world.member("Bruno")
    shown = page(world.client(olga), f"{PATH}/{poll.id}")
    assert "trop de monde" in shown
    assert bruno.name not in shown


def announced(world: World, client: FlaskClient, poll: Poll, which: int) -> str:
    """The form of the date that a slot becomes, sent as it was filled; where it leads."""
    slot = slots_of(world, poll)[which]
    path = f"/agenda/nouveau?sondage={poll.id}&creneau={slot.id}"
    html = client.get(path).get_data(as_text=True)
    names = ("title", "starts_on", "starts_at", "ends_at", "submission", "place")
    filled = {
        name: found[1]
        for name in names
        if (found := re.search(rf'name="{name}"[^>]*value="([^"]*)"', html))
    }
    kind = world.one(select(EventKind.id).where(EventKind.slug == "reunion"))
    answer = client.post(path, data=filled | {"kind": str(kind), "zone": "Europe/Paris"})
    assert answer.status_code in {302, 422}
    return answer.location or words(answer.get_data(as_text=True))


def test_a_slot_fills_the_form_of_the_agenda_and_closes_the_poll(
    world: World, olga: Member
) -> None:
    poll = polled(world, olga, place="Salle 3", words="À préparer")
    where = announced(world, world.client(olga), poll, 1)
    event = world.act(lambda s: s.get_one(Event, again(world, poll).event_id))
    assert where == f"/agenda/{event.id}"
    assert (event.title, event.place) == (poll.title, "Salle 3")
    assert event.starts_at == datetime(2027, 3, 23, 8, tzinfo=UTC)
    shown = page(world.client(olga), f"{PATH}/{poll.id}")
    assert f"La date est choisie : {poll.title}" in shown
    assert "Retenu" in shown
    assert "est clos" in announced(world, world.client(olga), poll, 0)
    assert len(world.all(select(Event.id))) == 1


@pytest.mark.parametrize(("who", "status"), [("Anne", 404), ("Olga", 200)])
def test_only_who_tends_a_poll_makes_a_date_of_it(world: World, who: str, status: int) -> None:
    people = {name: world.member(name) for name in ("Olga", "Anne")}
    poll = polled(world, people["Olga"])
    slot = slots_of(world, poll)[0].id
    client = world.client(people[who])
    path = f"/agenda/nouveau?sondage={poll.id}&creneau={slot}"
    assert client.get(path).status_code == status
    assert client.get(f"/agenda/nouveau?sondage={poll.id}&creneau=99").status_code == 404


def test_slots_are_added_and_taken_off_by_their_page(world: World, olga: Member) -> None:
    poll, client = polled(world, olga), world.client(olga)
    answers(world, olga, poll, "onn")
    path = f"/agenda/sondages/{poll.id}/creneaux"
    rows = [("2027-03-29", "09:00", "11:00")]
    assert client.post(path, data=form(rows)).location == f"{PATH}/{poll.id}"
    assert len(slots_of(world, poll)) == 4
    assert client.post(path, data=form([("x", "", "")])).status_code == 422
    first, second = [one.id for one in slots_of(world, poll)][:2]
    client.post(f"/agenda/sondages/{poll.id}/creneaux/{second}/retirer")
    asked = client.post(f"/agenda/sondages/{poll.id}/creneaux/{first}/retirer")
    assert "Retirer un créneau qui convient ?" in words(asked.get_data(as_text=True))
    assert len(slots_of(world, poll)) == 3
    client.post(f"/agenda/sondages/{poll.id}/creneaux/{first}/retirer", data={"sure": "1"})
    assert len(slots_of(world, poll)) == 2
    assert client.post(f"/agenda/sondages/{poll.id}/creneaux/{second}/retirer").status_code == 404


def test_a_poll_is_corrected_closed_and_opened_again_by_its_page(
    world: World, olga: Member
) -> None:
    poll, client = polled(world, olga, until=date(2027, 3, 1)), world.client(olga)
    world.member("Anne")
    path = f"{PATH}/{poll.id}"
    said = {"title": "Autrement", "length": "60", "until": "2027-03-02"}
    assert client.post(f"/agenda/sondages/{poll.id}/modifier", data=said).location == path
    assert again(world, poll).until == date(2027, 3, 2)
    assert (
        client.post(f"/agenda/sondages/{poll.id}/modifier", data={"title": ""}).status_code == 422
    )
    client.post(f"/agenda/sondages/{poll.id}/clore")
    assert "Ce sondage est clos." in page(client, path)
    assert "Autrement" in page(client, f"{PATH}?liste=clos")
    assert "Autrement" not in page(client, PATH)
    client.post(f"/agenda/sondages/{poll.id}/rouvrir")
    assert "Autrement" in page(client, f"{PATH}?liste=miens")
    client.post(f"/agenda/sondages/{poll.id}/relancer")
    assert "Relance envoyée aujourd’hui." in page(client, path)


def test_the_agenda_counts_the_polls_that_await_an_answer(world: World, olga: Member) -> None:
    anne = world.member("Anne")
    first, _second = polled(world, olga), polled(world, olga, "Autre", days(2))
    assert "Sondages de dates 2" in page(world.client(anne), "/agenda")
    assert "Sondages de dates 2" not in page(world.client(olga), "/agenda")
    answers(world, anne, first, "nnn")
    assert "Sondages de dates 1" in page(world.client(anne), "/agenda")


def test_lists_and_answers_go_on_from_page_to_page(
    world: World, olga: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agenda.polls.queries.PER_PAGE", 1)
    monkeypatch.setattr("agenda.polls.queries.PEOPLE_PER_PAGE", 1)
    first, second = polled(world, olga, "Un"), polled(world, olga, "Deux")
    client = world.client(world.member("Zoé"))
    assert "Deux" in page(client, PATH)
    assert "Un " in page(client, f"{PATH}?avant={second.id}")
    made = [answers(world, world.member(name), first, "ooo") for name in ("Anne", "Bruno")]
    shown = page(client, f"{PATH}/{first.id}")
    assert "Anne" in shown
    assert "Bruno" not in shown
    assert "Bruno" in page(client, f"{PATH}/{first.id}?apres={made[0].id}")
