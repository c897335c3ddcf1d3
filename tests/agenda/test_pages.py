"""The agenda in a browser: its words, its forms, who may do what."""

import re
from datetime import date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from accounts.models import AuditEntry, Member
from agenda.models import Event, EventKind, Occurrence
from core import clock
from notifications.models import Kind, Notification
from tests.world import World

FIRST = datetime(2027, 3, 2, 9, 30)  # noqa: DTZ001 - on the clock of its zone
MONTHLY = "RRULE:FREQ=MONTHLY;BYDAY=1TU;UNTIL=20270630T235959"
WHEN = {"starts_on": "2027-03-02", "starts_at": "09:30", "ends_at": "11:30"}


@pytest.fixture
def alice(world: World) -> Member:
    return world.member("Alice")


def page(client: FlaskClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return words(answer.get_data(as_text=True))


def words(html: str) -> str:
    """What is read of a page, without its marks nor its scripts."""
    html = re.sub(r"<script.*?</script>|<head>.*?</head>", "", html, flags=re.DOTALL)
    text = unescape(re.sub(r"<[^>]+>", " ", html)).replace("\u00a0", " ")
    return " ".join(text.split())


def announced(world: World, **typed: Any) -> dict[str, Any]:
    kind = world.one(select(EventKind.id).where(EventKind.slug == "reunion"))
    return {"title": "Réunion des CIP", "kind": kind, **WHEN, **typed}


def dates_of(world: World, event_id: int) -> list[int]:
    found = select(Occurrence.id).where(Occurrence.event_id == event_id)
    return world.all(found.order_by(Occurrence.starts_at))


def test_a_date_is_announced_by_its_form(world: World, alice: Member) -> None:
    client = world.client(alice)
    typed = announced(world, town="Nantes", postcode="44000", place="Salle 3", body="**Venez**")
    answer = client.post("/agenda/nouveau", data=typed)
    made = world.one(select(Event))
    assert made is not None
    assert answer.location == f"/agenda/{made.id}"
    shown = page(client, answer.location)
    assert "le mardi 2 mars 2027, de 9 h 30 à 11 h 30" in shown
    assert "Salle 3 44000 Nantes" in shown
    assert (made.html.strip(), made.latitude is not None) == ("<p><strong>Venez</strong></p>", True)
    assert "Réunion des CIP" in page(client, "/agenda")


def test_a_rhythm_is_said_and_announced(world: World, alice: Member) -> None:
    client = world.client(alice)
    typed = announced(world, every="MONTHLY", monthly="weekday", until="2027-06-30")
    preview = client.post("/agenda/dates", data=typed, headers={"HX-Request": "true"})
    said = words(preview.get_data(as_text=True))
    assert "Le premier mardi de chaque mois, jusqu’au 30 juin 2027" in said
    assert "4 dates : mardi 2 mars 2027" in said
    client.post("/agenda/nouveau", data=typed)
    made = world.one(select(Event))
    assert made is not None
    assert made.recurrence == MONTHLY
    (first, *_others) = dates_of(world, made.id)
    shown = page(client, f"/agenda/{made.id}/dates/{first}")
    assert "le premier mardi de chaque mois, jusqu’au 30 juin 2027" in shown
    assert "mardi 1er juin 2027, de 9 h 30 à 11 h 30" in shown


SAID = [
    ({}, "le mardi 2 mars 2027, de 9 h 30 à 11 h 30"),
    ({"ends_at": ""}, "le mardi 2 mars 2027, à 9 h 30"),
    ({"all_day": "y"}, "le mardi 2 mars 2027, toute la journée"),
    (
        {"all_day": "y", "ends_on": "2027-03-04"},
        "du mardi 2 mars au jeudi 4 mars 2027 inclus",
    ),
    (
        {"ends_on": "2027-03-03", "ends_at": "17:00"},
        "du mardi 2 mars 2027 à 9 h 30 au mercredi 3 mars 2027 à 17 h",
    ),
    ({"zone": "Indian/Reunion"}, "de 9 h 30 à 11 h 30 (heure : La Réunion)"),
    ({"zone": "Indian/Reunion"}, "à Paris : le mardi 2 mars 2027, de 6 h 30 à 8 h 30"),
    ({"every": "WEEKLY", "weekdays": ["1", "3"]}, "chaque mardi et jeudi"),
    (
        {"every": "WEEKLY", "interval": "2", "times_in_all": "5"},
        "toutes les 2 semaines, le mardi, 5 fois en tout",
    ),
    ({"every": "WEEKLY", "weekdays": list("01234")}, "chaque jour du lundi au vendredi"),
    ({"every": "DAILY", "but": "4/3/2027"}, "chaque jour, sauf le 4 mars 2027"),
    ({"every": "MONTHLY", "monthly": "last"}, "le dernier mardi de chaque mois"),
    ({"every": "MONTHLY", "monthly": "day"}, "le 2 de chaque mois"),
    ({"every": "YEARLY"}, "le 2 mars, chaque année"),
]


@pytest.mark.parametrize(("typed", "said"), SAID)
def test_when_in_words(world: World, alice: Member, typed: dict[str, Any], said: str) -> None:
    client = world.client(alice)
    answer = client.post("/agenda/nouveau", data=announced(world, **typed))
    assert said in page(client, answer.location)


REFUSED = [
    ({"title": ""}, "title"),
    ({"starts_at": ""}, "starts_at"),
    ({"ends_at": "08:00"}, "ends_at"),
    ({"ends_on": "2027-03-03", "ends_at": ""}, "ends_at"),
    ({"ends_on": "2027-03-01"}, "ends_at"),
    ({"every": "DAILY", "until": "2027-03-01"}, "until"),
    ({"every": "DAILY", "until": "2027-04-01", "times_in_all": "3"}, "times_in_all"),
    ({"every": "DAILY", "but": "demain"}, "but"),
    ({"zone": "Mars/Olympus"}, "zone"),
    ({"run_by": "Personne"}, "run_by"),
    ({"link": "ici"}, "link"),
    ({"postcode": "44"}, "postcode"),
]


@pytest.mark.parametrize(("typed", "field"), REFUSED)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(
    world: World, alice: Member, typed: dict[str, Any], field: str
) -> None:
    sent = announced(world, **{"body": "Le programme", "town": "Nantes", **typed})
    answer = world.client(alice).post("/agenda/nouveau", data=sent)
    shown = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in shown
    assert "Le programme" in shown
    assert 'value="Nantes"' in shown
    assert world.one(select(Event)) is None


def test_an_event_is_edited_with_all_its_dates(world: World, alice: Member) -> None:
    client, made = world.client(alice), world.event(alice, starts=FIRST, recurrence=MONTHLY)
    form = client.get(f"/agenda/{made.id}/modifier").get_data(as_text=True)
    assert 'value="2027-03-02"' in form
    typed = announced(world, title="Point", every="MONTHLY", monthly="weekday", times_in_all="2")
    typed |= {"until": ""}
    client.post(f"/agenda/{made.id}/modifier", data=typed)
    assert len(dates_of(world, made.id)) == 2
    assert "Point" in page(client, f"/agenda/{made.id}")


def test_a_rule_that_the_form_cannot_say_stays(world: World, alice: Member) -> None:
    rule = "RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE;BYSETPOS=-1;COUNT=3"
    client, made = world.client(alice), world.event(alice, starts=FIRST, recurrence=rule)
    assert "à plusieurs dates, listées ci-dessous" in page(client, f"/agenda/{made.id}")
    typed = announced(world, title="Point", every="KEPT")
    client.post(f"/agenda/{made.id}/modifier", data=typed)
    again = world.one(select(Event))
    assert again is not None
    assert (again.title, again.recurrence) == ("Point", rule)


def test_one_date_is_changed_then_as_the_others_again(world: World, alice: Member) -> None:
    client, made = world.client(alice), world.event(alice, starts=FIRST, recurrence=MONTHLY)
    second = dates_of(world, made.id)[1]
    here = f"/agenda/{made.id}/dates/{second}"
    moved = {"starts_on": "2027-04-08", "starts_at": "14:00", "ends_at": "15:00", "place": "Rezé"}
    client.post(f"{here}/modifier", data=moved)
    shown = page(client, here)
    assert "le jeudi 8 avril 2027, de 14 h à 15 h" in shown
    assert "Rezé" in shown
    assert "elle diffère des autres" in shown
    client.post(f"{here}/comme-la-serie")
    assert "le mardi 6 avril 2027, de 9 h 30 à 11 h 30" in page(client, here)


def test_those_that_follow_are_changed(world: World, alice: Member) -> None:
    client, made = world.client(alice), world.event(alice, starts=FIRST, recurrence=MONTHLY)
    second = dates_of(world, made.id)[1]
    here = f"/agenda/{made.id}/dates/{second}/suivantes"
    form = client.get(here).get_data(as_text=True)
    assert 'value="2027-04-06"' in form
    typed = announced(world, title="Le soir", starts_on="2027-04-06", starts_at="18:00")
    typed |= {"ends_at": "19:00", "every": "MONTHLY", "monthly": "weekday", "until": "2027-06-30"}
    answer = client.post(here, data=typed)
    assert answer.location != f"/agenda/{made.id}"
    assert "Le soir" in page(client, answer.location)
    assert len(dates_of(world, made.id)) == 1


@pytest.mark.parametrize(("scope", "cancelled"), [("une", 1), ("suivantes", 3), ("toutes", 4)])
def test_a_date_those_that_follow_or_all_are_cancelled(
    world: World, alice: Member, scope: str, cancelled: int
) -> None:
    client, made = world.client(alice), world.event(alice, starts=FIRST, recurrence=MONTHLY)
    second = dates_of(world, made.id)[1]
    path = f"/agenda/{made.id}/annuler?date={second}"
    answer = client.post(path, data={"scope": scope, "reason": "Plus de salle"})
    assert "Annulé : Plus de salle" in page(client, answer.location)
    months = [client.get(f"/agenda/mois/2027-0{one}").get_data(as_text=True) for one in (3, 4, 5)]
    june = client.get("/agenda/mois/2027-06?voir=les-miennes").get_data(as_text=True)
    assert sum("data-cancelled" in one for one in [*months, june]) == cancelled


def test_what_was_cancelled_is_given_back(world: World, alice: Member) -> None:
    client, made = world.client(alice), world.event(alice, starts=FIRST)
    client.post(f"/agenda/{made.id}/annuler", data={"reason": ""})
    assert "cela n’aura pas lieu" in page(client, f"/agenda/{made.id}")
    client.post(f"/agenda/{made.id}/retablir")
    assert "cela n’aura pas lieu" not in page(client, f"/agenda/{made.id}")


def test_what_is_withdrawn_exists_for_its_owner_alone(world: World, alice: Member) -> None:
    made, bruno = world.event(alice, starts=FIRST), world.member("Bruno")
    client = world.client(alice)
    client.post(f"/agenda/{made.id}/retirer")
    page(world.client(bruno), f"/agenda/{made.id}", 404)
    page(world.client(bruno), f"/agenda/{made.id}/retire", 404)
    assert client.get(f"/agenda/{made.id}").location == f"/agenda/{made.id}/retire"
    client.post(f"/agenda/{made.id}/retire")
    page(world.client(bruno), f"/agenda/{made.id}")
    acts = world.all(select(AuditEntry.act).where(AuditEntry.about == made.title))
    assert acts == ["event-withdrawn", "event-withdrawn"]


FORMS = (
    "/agenda/{event}/modifier",
    "/agenda/{event}/annuler",
    "/agenda/{event}/dates/{date}/modifier",
    "/agenda/{event}/dates/{date}/suivantes",
)
ACTS = ("/agenda/{event}/retirer", "/agenda/{event}/retablir")


@pytest.mark.parametrize(
    ("who", "networks", "status"),
    [("colleague", ("coorace",), 403), ("elsewhere", ("fnars",), 404)],
)
def test_who_did_not_announce_it_cannot_tend_it(
    world: World, alice: Member, who: str, networks: tuple[str, ...], status: int
) -> None:
    made = world.event(alice, starts=FIRST, recurrence=MONTHLY, networks=["coorace"])
    ids = {"event": made.id, "date": dates_of(world, made.id)[1]}
    client = world.client(world.member(who.title(), networks=networks))
    for path in FORMS:
        page(client, path.format(**ids), status)
    for path in (*FORMS, *ACTS, "/agenda/{event}/dates/{date}/comme-la-serie"):
        assert client.post(path.format(**ids)).status_code == status, path
    seen = client.post(f"/agenda/{made.id}/vu").status_code
    assert seen == (404 if status == 404 else 302)


def test_a_date_of_another_event_is_not_a_date_of_this_one(world: World, alice: Member) -> None:
    one, other = (world.event(alice, starts=FIRST, recurrence=MONTHLY) for _each in range(2))
    page(world.client(alice), f"/agenda/{one.id}/dates/{dates_of(world, other.id)[0]}", 404)


def test_the_month_is_a_table_whose_dates_are_links(world: World, alice: Member) -> None:
    world.event(alice, "Salon", FIRST.replace(hour=0, minute=0), datetime(2027, 3, 4), all_day=True)  # noqa: DTZ001
    for hour in range(5):
        world.event(alice, f"Réunion {hour}", FIRST.replace(hour=10 + hour))
    client = world.client(alice)
    shown = page(client, "/agenda/mois/2027-03")
    assert "Semaine 9" in shown
    assert "et 3 autres (mardi 2 mars)" in shown
    assert "Suite : Salon" in shown
    html = client.get("/agenda/mois/2027-03").get_data(as_text=True)
    assert html.count('scope="col"') == 8
    assert html.count('scope="row"') == 5
    assert "/agenda?jour=2027-03-02" in html
    day = page(client, "/agenda?jour=2027-03-02")
    assert all(f"Réunion {hour}" in day for hour in range(5))
    for wrong in ("2027-13", "2027", "12027-03", "1900-01", "rien"):
        page(client, f"/agenda/mois/{wrong}", 404)


def test_how_many_will_see_it_is_said_as_one_ticks(world: World, alice: Member) -> None:
    typed = {"reach": "chosen", "networks": [world.network("coorace")]}
    answer = world.client(alice).post("/agenda/portee", data=typed)
    assert "1 membre pourra le lire" in words(answer.get_data(as_text=True))


def test_this_month_needs_no_name(world: World, alice: Member) -> None:
    shown = world.client(alice).get("/agenda/mois").get_data(as_text=True)
    assert 'aria-current="date"' in shown


def test_administrators_find_delete_and_restore_dates(world: World, alice: Member) -> None:
    made, client = world.event(alice, "Réunion", FIRST), world.client(world.administrator())
    here = f"/administration/contenus/dates/{made.id}"
    assert "Réunion" in page(client, "/administration/contenus?sorte=dates")
    client.post(f"{here}/supprimer", data={"reason": "Doublon"})
    page(world.client(alice), f"/agenda/{made.id}", 302)
    assert "Doublon" in page(client, here)
    client.post(f"{here}/restaurer", data={"reason": "Erreur"})
    page(world.client(alice), f"/agenda/{made.id}")


def test_a_new_date_is_told_to_those_who_see_it(world: World, alice: Member) -> None:
    bruno = world.member("Bruno")
    world.member("Lise", networks=("fnars",))
    made = world.event(alice, starts=FIRST, networks=["coorace"])
    past = clock.now().replace(tzinfo=None) - timedelta(days=9)
    world.event(alice, "Passée", past, networks=["coorace"])
    world.work()
    told = world.all(select(Notification).where(Notification.kind == Kind.NEW_EVENT))
    assert [(one.member_id, one.event_id) for one in told] == [(bruno.id, made.id)]
    client = world.client(bruno)
    client.post(f"/agenda/{made.id}/vu")
    (seen,) = world.all(select(Notification).where(Notification.kind == Kind.NEW_EVENT))
    assert seen.seen_at is not None


def test_an_event_is_found_by_its_words(world: World, alice: Member) -> None:
    made = world.event(alice, "Réunion", FIRST, words="L’hippothérapie en question")
    world.work()
    assert "Réunion" in page(world.client(alice), "/recherche?q=hippothérapie&type=event")
    world.client(alice).post(f"/agenda/{made.id}/retirer")
    world.work()
    assert "Réunion" not in page(world.client(alice), "/recherche?q=hippothérapie&type=event")


def test_a_series_that_is_over_says_so(world: World, alice: Member) -> None:
    start = datetime.combine(date(2026, 1, 5), FIRST.time())
    made = world.event(alice, starts=start, recurrence="RRULE:FREQ=WEEKLY;COUNT=2")
    assert "C’est passé" in page(world.client(alice), f"/agenda/{made.id}")
    assert "C’est passé" in page(
        world.client(alice), f"/agenda/{made.id}/dates/{dates_of(world, made.id)[0]}"
    )


@pytest.mark.parametrize("when", ["", "?voir=passees", "?voir=les-miennes", "?pres=Nantes&km=5"])
def test_the_printed_page_has_the_same_dates(world: World, alice: Member, when: str) -> None:
    world.event(alice, "Un point", FIRST, town="Nantes", postcode="44000")
    world.event(alice, "Un bilan", FIRST - timedelta(days=400))
    client = world.client(alice)
    for title in ("Un point", "Un bilan"):
        listed = title in page(client, f"/agenda{when}")
        assert (title in page(client, f"/agenda/imprimer{when}")) is listed
