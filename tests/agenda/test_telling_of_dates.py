"""Those who come are told of what changes, reminded once, and written to by the organiser."""

# ruff: noqa: DTZ001 - what a clock shows has no zone

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Select, select
from sqlalchemy.orm import Session, contains_eager

from access.models import MemberNetwork
from accounts.models import AuditEntry, Member
from agenda.attending import organising, reminders
from agenda.attending.models import Registration, Reminder
from agenda.attending.reminders import Which
from agenda.facts import Cancelled, OccurrenceRearranged, Rearranged
from agenda.models import Event, Occurrence
from core import clock
from core.facts import record
from core.jobs import enqueue
from core.refusals import Refused
from notifications import actions as notifications
from notifications import dates
from notifications.models import Frequency, Kind
from tests.agenda.attending import LONG_BEFORE, at, comes, first_date, opened, subjects, told
from tests.world import BOTH, World

pytestmark = pytest.mark.usefixtures("long_before")
NINE = datetime(2027, 3, 30, 9)


@pytest.fixture
def olga(world: World) -> Member:
    return world.member("Olga")


def meeting(world: World, owner: Member, **said: object) -> int:
    made = world.event(owner, "Réunion", NINE, **said)  # type: ignore[arg-type]
    return first_date(world, opened(world, owner, made))


def look(world: World) -> None:
    """The worker looks for reminders that are due."""
    world.act(lambda s: enqueue(s, dates.LOOK))
    world.work()


def the_date(session: Session, number: int) -> Occurrence:
    return session.scalars(
        select(Occurrence)
        .join(Occurrence.event)
        .options(contains_eager(Occurrence.event))
        .where(Occurrence.id == number)
    ).one()


# --- what changes --------------------------------------------------------------------------------


@BOTH
def test_those_who_come_are_told_that_a_date_is_moved_and_the_others_are_not(
    world: World, olga: Member
) -> None:
    date = meeting(world, olga)
    lise, other = world.member("Lise"), world.member("Anne")
    comes(world, lise, date)
    world.act(lambda s: record(s, OccurrenceRearranged(the_date(s, date), matters=True)))
    assert [one.endswith(": Réunion") for one in subjects(world, lise)] == [True]
    assert subjects(world, other) == subjects(world, olga) == []
    world.act(lambda s: record(s, OccurrenceRearranged(the_date(s, date), matters=False)))
    assert len(subjects(world, lise)) == 1


@BOTH
def test_those_who_come_to_any_date_are_told_that_the_event_is_cancelled_and_why(
    world: World, olga: Member
) -> None:
    date = meeting(world, olga, recurrence="RRULE:FREQ=WEEKLY;COUNT=3")
    lise = world.member("Lise")
    comes(world, lise, date)

    def cancel(session: Session) -> None:
        event = the_date(session, date).event
        event.cancelled_at, event.cancelled_why = LONG_BEFORE, "La salle est prise."
        record(session, Cancelled(event))

    world.act(cancel)
    assert len(subjects(world, lise)) == 1
    assert "La salle est prise." in told(world, lise)[0].text


@BOTH
def test_nothing_is_told_to_who_no_longer_sees_the_event(world: World, olga: Member) -> None:
    date = meeting(world, olga, networks=["coorace"])
    lise = world.member("Lise")
    comes(world, lise, date)
    world.act(lambda s: s.delete(s.scalars(of(lise)).one()))
    world.act(lambda s: record(s, Rearranged(the_date(s, date).event, matters=True)))
    assert subjects(world, lise) == []


def of(member: Member) -> Select[MemberNetwork]:
    return select(MemberNetwork).where(MemberNetwork.member_id == member.id)


@BOTH
def test_a_mail_that_waits_does_not_leave_to_who_no_longer_sees_the_event(
    world: World, olga: Member
) -> None:
    date = meeting(world, olga, networks=["coorace"])
    lise = world.member("Lise")
    comes(world, lise, date)
    world.act(lambda s: record(s, Rearranged(the_date(s, date).event, matters=True)))
    teller = dates.DateTeller(world.app.extensions["maillage.settings"])
    world.act(lambda s: teller.tell(s, {"occurrence_id": date, "what": dates.CHANGED, "after": 0}))
    (mail,) = told(world, lise)
    assert world.act(lambda s: dates.may_leave(s, mail))
    world.act(lambda s: s.delete(s.scalars(of(lise)).one()))
    assert not world.act(lambda s: dates.may_leave(s, mail))


# --- reminders -----------------------------------------------------------------------------------

SUMMER_TIME = "the clock goes forward on 28 March 2027, between the first reminder and the date"


@pytest.mark.parametrize(
    ("said", "before", "morning"),
    [
        # 30 March at 9, summer time; two days before is the very day of the change.
        ({}, datetime(2027, 3, 28, 7, tzinfo=UTC), datetime(2027, 3, 30, 5, tzinfo=UTC)),
        (
            {"starts": datetime(2027, 3, 29, 6, 30)},
            datetime(2027, 3, 27, 8, tzinfo=UTC),
            datetime(2027, 3, 29, 3, 30, tzinfo=UTC),
        ),
        (
            {"zone": "Indian/Reunion"},
            datetime(2027, 3, 28, 5, tzinfo=UTC),
            datetime(2027, 3, 30, 3, tzinfo=UTC),
        ),
        (
            {
                "all_day": True,
                "starts": datetime(2027, 3, 30),
                "ends": datetime(2027, 3, 31),
            },
            datetime(2027, 3, 28, 7, tzinfo=UTC),
            datetime(2027, 3, 30, 5, tzinfo=UTC),
        ),
    ],
)
def test_reminders_are_due_by_the_clock_of_the_event(
    world: World,
    olga: Member,
    said: dict[str, object],
    before: datetime,
    morning: datetime,
) -> None:
    made = world.event(olga, "Réunion", **({"starts": NINE} | said))  # type: ignore[arg-type]
    number = first_date(world, made)
    due = world.act(lambda s: reminders.due(the_date(s, number)))
    assert [one.at for one in due] == [before, morning]
    assert due[0].until == morning, SUMMER_TIME


BEFORE = datetime(2027, 3, 28, 7, 5, tzinfo=UTC)
MORNING = datetime(2027, 3, 30, 5, 5, tzinfo=UTC)


@BOTH
def test_each_is_reminded_twice_in_all_however_often_one_looks(world: World, olga: Member) -> None:
    date = meeting(world, olga)
    lise, late = world.member("Lise"), world.member("Anne")
    comes(world, lise, date)
    with at(BEFORE - timedelta(minutes=10)):
        look(world)
    assert subjects(world, lise) == []
    for moment, number in ((BEFORE, 1), (BEFORE + timedelta(hours=3), 1), (MORNING, 2)):
        with at(moment):
            look(world)
            look(world)
            assert len(subjects(world, lise)) == number
        if moment == BEFORE:
            with at(BEFORE + timedelta(hours=1)):
                comes(world, late, date)
    assert len(subjects(world, late)) == 1, "who registers between the two has the second alone"
    with at(datetime(2027, 3, 30, 7, 30, tzinfo=UTC)):
        look(world)
        assert len(subjects(world, lise)) == 2


@BOTH
def test_a_reminder_that_was_killed_half_way_is_given_once(world: World, olga: Member) -> None:
    date = meeting(world, olga)
    lise = world.member("Lise")
    comes(world, lise, date)
    teller = dates.DateTeller(world.app.extensions["maillage.settings"])
    payload = {"occurrence_id": date, "which": Which.BEFORE.value}
    with at(BEFORE):
        with world.session() as session:
            teller.remind(session, payload)
            session.flush()
            session.rollback()  # killed before the commit
        assert told(world, lise) == []
        for _again in range(2):
            world.act(lambda s: teller.remind(s, payload))
        assert len(told(world, lise)) == 1
        assert len(world.all(select(Reminder.which))) == 1


@BOTH
def test_who_wants_no_reminder_has_none_and_is_still_told_of_changes(
    world: World, olga: Member
) -> None:
    date = meeting(world, olga)
    lise = world.member("Lise")
    comes(world, lise, date)
    never = {Kind.DATE: Frequency.NEVER}
    world.act(lambda s: notifications.choose(s, lise.id, never))
    with at(BEFORE):
        look(world)
        assert subjects(world, lise) == []
        world.act(lambda s: record(s, OccurrenceRearranged(the_date(s, date), matters=True)))
        assert len(subjects(world, lise)) == 1


def test_a_reminder_can_be_stopped_in_one_click(world: World, olga: Member) -> None:
    date = meeting(world, olga)
    lise = world.member("Lise")
    comes(world, lise, date)
    with at(BEFORE):
        look(world)
    (mail,) = told(world, lise)
    address = mail.headers["List-Unsubscribe"].strip("<>").removeprefix("http://localhost")
    assert world.client().post(address).status_code == 200
    with at(MORNING):
        look(world)
    assert len(told(world, lise)) == 1


# --- the organiser -------------------------------------------------------------------------------


@BOTH
def test_the_organiser_writes_to_those_who_come_a_few_times_a_day(
    world: World, olga: Member
) -> None:
    date = meeting(world, olga)
    with pytest.raises(Refused, match="nobody-comes"):
        write(world, olga, date)
    lise, other = world.member("Lise"), world.member("Anne")
    comes(world, lise, date)
    for _time in range(organising.MESSAGES_A_DAY):
        write(world, olga, date)
    with pytest.raises(Refused, match="written-enough"):
        write(world, olga, date)
    world.work()
    assert ["Venez avec <vos> papiers." in mail.text for mail in told(world, lise)] == [True] * 3
    assert told(world, other) == []
    with at(LONG_BEFORE + timedelta(days=2)):
        write(world, olga, date)
    with pytest.raises(Refused, match="not-yours"):
        write(world, lise, date)


def write(world: World, by: Member, date: int) -> None:
    world.act_as(
        by, lambda s, viewer: organising.write(s, date, "Venez avec <vos> papiers.", by=viewer)
    )


@BOTH
def test_who_is_taken_off_the_list_reads_why(world: World, olga: Member) -> None:
    date = meeting(world, olga)
    lise = world.member("Lise")
    mine = comes(world, lise, date)
    client = world.client(olga)
    client.post(f"/agenda/dates/{date}/inscrits/{mine.id}/retirer", data={"why": "Deux fois."})
    assert len(subjects(world, lise)) == 1
    assert "Deux fois." in told(world, lise)[0].text


@BOTH
def test_the_organiser_notes_who_came_once_it_has_begun(world: World, olga: Member) -> None:
    date = meeting(world, olga)
    lise, anne = world.member("Lise"), world.member("Anne")
    came = comes(world, lise, date)
    comes(world, anne, date)
    client = world.client(olga)
    page = f"/agenda/dates/{date}/presences"
    client.post(page, data={"came": [came.id]})
    assert world.all(select(Registration.came)) == [None, None]
    with at(clock.now() + timedelta(days=100)):
        client.post(page, data={"came": [came.id]})
    assert world.all(select(Registration.came).order_by(Registration.id)) == [True, False]


WHO = {"the organiser": True, "a moderator": True, "who comes": False, "another member": False}


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("page", ["inscrits.csv", "inscrits.xlsx", "emargement", "message"])
def test_only_who_organises_has_the_lists(world: World, olga: Member, who: str, page: str) -> None:
    people = {
        "the organiser": olga,
        "a moderator": world.moderator(),
        "who comes": world.member("Lise"),
        "another member": world.member("Anne"),
    }
    date = meeting(world, olga)
    comes(world, people["who comes"], date)
    client = world.client(people[who])
    leaves = page.startswith("inscrits.")
    answer = (client.post if leaves else client.get)(f"/agenda/dates/{date}/{page}")
    assert answer.status_code == (200 if WHO[who] else 404)
    kept = world.all(select(AuditEntry.about).where(AuditEntry.act == "exported"))
    assert kept == (["registrations"] if leaves and WHO[who] else [])


@pytest.mark.parametrize(
    ("who", "reads"),
    [("organiser", True), ("comes", True), ("waits", False), ("nobody", False)],
)
def test_names_are_for_those_who_come_and_the_organiser(
    world: World, olga: Member, who: str, reads: bool
) -> None:
    made = opened(world, olga, world.event(olga, starts=NINE), capacity=1)
    date = first_date(world, made)
    people = {name: world.member(name.title()) for name in ("comes", "waits", "nobody")}
    for name in ("comes", "waits"):
        comes(world, people[name], date)
    client = world.client((people | {"organiser": olga})[who])
    assert client.get(f"/agenda/dates/{date}/inscrits").status_code == (200 if reads else 404)
    page = client.get(f"/agenda/dates/{date}/participer").text
    assert people["comes"].name not in page or who == "comes"


def test_a_formula_in_an_answer_does_nothing_in_a_spreadsheet(world: World, olga: Member) -> None:
    date = meeting(world, olga)
    asked = {"words": "Régime ?", "kind": "text"}
    event = world.one(select(Event.id))
    client = world.client(olga)
    assert client.post(f"/agenda/{event}/inscriptions/questions", data=asked).status_code == 302
    lise = world.member("Lise")
    page = f"/agenda/dates/{date}/participer"
    world.client(lise).post(page, data={"question_1": "=1+1"})
    assert "'=1+1" in client.post(f"/agenda/dates/{date}/inscrits.csv").text


@BOTH
def test_my_dates_say_where_one_stands_then_whether_one_came(world: World, olga: Member) -> None:
    made = opened(world, olga, world.event(olga, "Job dating", starts=NINE), capacity=1)
    date = first_date(world, made)
    lise, anne, marc = (world.member(name) for name in ("Lise", "Anne", "Marc"))
    came = comes(world, lise, date)
    for one in (anne, marc):
        comes(world, one, date)

    def page(member: Member, show: str = "") -> str:
        return world.client(member).get(f"/agenda/mes-dates{show}").get_data(as_text=True)

    assert "Je participe" in page(lise)
    assert "au rang 1" in page(anne)
    assert "au rang 2" in page(marc)
    assert "J’organise" in page(olga)
    with at(clock.now() + timedelta(days=400)):
        attend = f"/agenda/dates/{date}/presences"
        world.client(olga).post(attend, data={"came": [came.id]})
        assert "Job dating" not in page(lise)
        assert "J’y étais" in page(lise, "?voir=passees")


def test_a_page_that_is_refused_says_why(world: World, olga: Member) -> None:
    made = opened(world, olga, world.event(olga, "Atelier", starts=NINE), capacity=1)
    date = first_date(world, made)
    client, page = world.client(olga), f"/agenda/dates/{date}"
    assert client.post(f"{page}/message", data={"words": "Bonjour"}).status_code == 422
    comes(world, world.member("Lise"), date)
    opened(world, olga, made, capacity=1, waiting_list=False)
    refused = world.client(world.member("Anne")).post(f"{page}/participer")
    assert refused.status_code == 422
    assert "La dernière place vient d’être prise" in refused.get_data(as_text=True)
    question = {"words": "Laquelle ?", "kind": "choice", "choices": "une"}
    asked = client.post(f"/agenda/{made.id}/inscriptions/questions", data=question)
    assert asked.status_code == 422
    assert "Atelier" in asked.get_data(as_text=True)
