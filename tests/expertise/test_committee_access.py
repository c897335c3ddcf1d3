"""Who reads what of a committee: a table, through pages, votes, minutes, files, mails, search."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.models import Member
from core import clock
from expertise import rule
from expertise.committees.models import Committee, CommitteeCase, CommitteeSeat, Minutes, Vote
from expertise.desk import desk_of
from expertise.experts.models import ConductAcceptance
from expertise.needs.models import Need
from expertise.programmes.models import Programme, Review
from tests.expertise import desks, moving, seated
from tests.expertise.desks import at_the_desk, institution, manager, need, programme, subject
from tests.expertise.seated import SIRET, case, committee, put, seat, selecting, vote
from tests.world import World

TITLE = "Un secret de fabrique"
WHO = {
    # who: (sheet before the committee, may vote, minutes)
    "member": (True, True, True),
    "chair": (True, True, True),
    "another committee": (False, False, False),
    "removed": (False, False, False),
    "not bound": (False, False, False),
    "hidden from their institution": (False, False, True),
    "named by the company": (False, False, True),
    "shut by the team": (False, False, True),
    "team": (True, False, True),
    "another team": (False, False, False),
    "expert": (False, False, False),
    "company": (False, False, False),
    "administrator": (False, False, False),
    "outsider": (False, False, False),
}


class Told:
    """A programme with two committees, one need that is voted on, one that was decided."""

    def __init__(self, world: World) -> None:
        self.world = world
        outside: tuple[str, ...] = ()
        self.people: dict[str, Member] = {
            name: world.member(f"Personne{number}", networks=outside)
            for number, name in enumerate(WHO)
            if name != "administrator"
        }
        people = self.people
        people["administrator"] = world.administrator()
        made = selecting(world, people["team"])
        programme(world, "autre", team=(people["another team"],))
        house = institution(world, made, "Groupe Caché")
        manager(world, house, people["hidden from their institution"])
        manager(world, institution(world, made, "Groupe Autre"), people["expert"])
        self.one = committee(world, made, people["member"], chairs=(people["chair"],), quorum=1)
        seat(world, self.one, people["hidden from their institution"], institution_id=house.id)
        seat(world, self.one, people["named by the company"], house="Maison d’Été")
        shut = seat(world, self.one, people["shut by the team"])
        seat(world, self.one, people["removed"], left_at=clock.now())
        seat(world, self.one, people["not bound"])
        with world.session() as session:
            session.delete(session.get_one(ConductAcceptance, people["not bound"].id))
        committee(
            world, made, people["another committee"], name="Paris", territories=("departement:75",)
        )
        account = desks.company(world, people["company"], siret=SIRET)
        more = {
            "siret": SIRET,
            "title": TITLE,
            "hidden_from": [house.id],
            "hidden_words": "la maison d'ete, et nos voisins",
        }
        done, runs = (desks.asked_from(world, made, account, **more) for _one in range(2))
        for one in (done, runs):
            moving.settle_names(world, people["team"], one)
        over = put(world, people["team"], done, shut_to=(shut,))
        vote(world, people["member"], over, Vote.UNFAVOURABLE, "Trop cher pour nous.")
        seated.end(world, over)
        self.on = put(world, people["team"], runs, shut_to=(shut,))
        self.minutes = seated.published(world, people["chair"], self.one)


@pytest.fixture
def told(world: World) -> Told:
    return Told(world)


@pytest.mark.parametrize(("who", "sees"), WHO.items())
def test_who_reads_what_of_a_committee(told: Told, who: str, sees: tuple[bool, bool, bool]) -> None:
    world, someone = told.world, told.people[who]
    reads, votes, minutes = sees
    client = world.client(someone)
    sheet = client.get(f"/expertise/comites/besoins/{told.on.id}", follow_redirects=True)
    assert (sheet.status_code == 200 and TITLE in sheet.text) is reads
    assert "Groupe Caché" not in sheet.text
    assert "Ne doivent pas le voir" not in sheet.text
    cast = client.post(f"/expertise/comites/besoins/{told.on.id}/vote", data={"vote": "favourable"})
    assert (cast.status_code == 302) is votes
    file = client.get(f"/expertise/comites/releves/{told.minutes.id}/releve.pdf")
    assert (file.status_code == 200) is minutes
    read = client.get(f"/expertise/comites/releves/{told.minutes.id}")
    assert (read.status_code == 200) is minutes
    assert (TITLE in read.text) is (reads and minutes), "what is hidden is left out of minutes"
    mails = [mail for mail in world.mails(someone) if mail.kind == "committee"]
    asked = [mail for mail in mails if TITLE in mail.text]
    assert bool(asked) is (votes or who == "not bound")
    assert not world.sought(someone, "fabrique")
    listed = client.get("/expertise/comites")
    assert (TITLE in listed.text) is (votes and False), "they have just voted"
    if votes:
        assert TITLE in client.get("/expertise/comites?onglet=votes").text
        assert TITLE in client.get("/expertise/comites?onglet=archives").text
    needed = client.get(f"/expertise/besoins/{told.on.need_id}")
    assert (needed.status_code in {200, 302}) is (reads or who == "company")


def test_a_suspended_member_sees_nothing_and_is_told_nothing(told: Told) -> None:
    world, someone = told.world, told.people["member"]
    client = world.client(someone)
    before = len(world.mails(someone))
    with world.session() as session:
        session.get_one(Member, someone.id).suspended_at = clock.now()
    assert client.get(f"/expertise/comites/besoins/{told.on.id}").status_code == 302
    made = world.one(select(Programme).where(Programme.slug == "essai"))
    assert made is not None
    put(world, told.people["team"], need(world, made, siret=SIRET))
    assert len(world.mails(someone)) == before


def test_votes_are_read_once_one_has_voted(told: Told) -> None:
    world, chair, other = told.world, told.people["chair"], told.people["member"]
    there = f"/expertise/comites/besoins/{told.on.id}"
    vote(world, other, told.on, Vote.UNFAVOURABLE, "Un dossier incomplet.")
    assert "Un dossier incomplet" not in world.client(chair).get(there).text
    assert "Un dossier incomplet" not in world.client(told.people["team"]).get(there).text
    vote(world, chair, told.on, Vote.FAVOURABLE)
    assert "Un dossier incomplet" in world.client(chair).get(there).text


def test_who_joins_later_reads_the_archive_but_what_the_company_hid(told: Told) -> None:
    world, team = told.world, told.people["team"]
    client = world.client(team)
    for first, house in (("Nora", ""), ("Zoé", "Maison d’été")):
        someone = world.member(first, networks=())
        there = f"/expertise/equipe/essai/comites/{told.one.id}/membres"
        said = {"first_name": first, "last_name": "Neuve", "email": someone.email, "house": house}
        assert client.post(there, data=said).status_code == 302
        with world.session() as session:
            session.merge(
                ConductAcceptance(member_id=someone.id, version=1, accepted_at=clock.now())
            )
        page = world.client(someone).get("/expertise/comites?onglet=archives")
        assert (TITLE in page.text) is (first == "Nora")


def test_the_hiding_of_a_need_is_looked_for_in_that_need(world: World) -> None:
    """What a company hides from an institution shuts no other need to it."""
    team, chief = world.member("Thomas"), world.member("Rémi", networks=())
    made = programme(world, team=(team,))
    house = institution(world, made)
    manager(world, house, chief)
    hidden, open_one = need(world, made, hidden_from=[house.id]), need(world, made)
    for one in (hidden, open_one):
        desks.position(world, one, house)
    desk = at_the_desk(world, chief)
    assert world.all(select(Need.id).where(rule.seen(desk))) == [open_one.id]


# --- the team ----------------------------------------------------------------------------------


def test_the_team_makes_a_committee_and_says_who_sits(world: World) -> None:
    team = world.member("Thomas")
    selecting(world, team)
    client = world.client(team)
    said = {"name": "Comité de Nantes", "quorum": "2", "vote_days": "7", "communes": "44000 Nantes"}
    assert client.post("/expertise/equipe/essai/comites/nouveau", data=said).status_code == 302
    assert client.post("/expertise/equipe/essai/comites/nouveau", data=said).status_code == 422
    one = desks.the(world, select(Committee))
    there = f"/expertise/equipe/essai/comites/{one.id}"
    for number in range(3):
        who = {"first_name": "Anne", "last_name": f"N{number}", "email": f"a{number}@ville.example"}
        who |= {"chairs": "y", "house": "Ville"}
        added = client.post(f"{there}/membres", data=who)
        assert added.status_code == (302 if number < 2 else 422), "two chairs at most"
    assert (
        client.post(f"{there}/membres", data=who | {"email": "a0@ville.example"}).status_code == 422
    )
    assert {mail.to_address for mail in world.mails() if mail.kind == "invitation"} == {
        *("a0@ville.example", "a1@ville.example")
    }
    [first, second] = world.all(select(CommitteeSeat).order_by(CommitteeSeat.id))
    client.post(
        f"/expertise/equipe/essai/comites/{one.id}/membres/{first.id}/presidence",
        data={"preside": "0"},
    )
    client.post(f"/expertise/equipe/essai/comites/{one.id}/membres/{second.id}/retirer")
    assert not world.act(lambda s: s.get_one(CommitteeSeat, first.id)).is_chair
    assert world.act(lambda s: s.get_one(CommitteeSeat, second.id)).left_at is not None
    changed = client.post(f"{there}/modifier", data=said | {"quorum": "0"})
    assert changed.status_code == 422
    assert client.post(f"{there}/modifier", data=said | {"quorum": "3"}).status_code == 302
    page = client.get(there).text
    assert "3 votants font le quorum" in page
    assert "Nantes" in page
    for stranger in (world.member("Autre"), world.administrator()):
        other = world.client(stranger)
        assert other.get(there).status_code == 404
        assert other.post(f"{there}/membres", data=who).status_code == 404


def test_who_is_invited_finds_their_seat(world: World) -> None:
    team = world.member("Thomas")
    made = selecting(world, team)
    one = committee(world, made)
    world.client(team).post(
        f"/expertise/equipe/essai/comites/{one.id}/membres",
        data={"first_name": "Anne", "last_name": "Ville", "email": "anne@ville.example"},
    )
    [mail] = world.mails()
    token = mail.text.split("/invitation/")[1].split()[0].rstrip(").")
    visitor = world.client()
    visitor.post(
        f"/invitation/{token}",
        data={
            "first_name": "Anne",
            "last_name": "Ville",
            "password": "un mot de passe bien long",
            "language": "fr",
        },
    )
    someone = world.one(select(Member).where(Member.email == "anne@ville.example"))
    assert someone is not None
    assert world.act(lambda s: desk_of(s, someone.id)).committees == {one.id}
    page = world.client(someone).get("/expertise/comites")
    assert "/expertise/conduite" in page.location, "the rules of conduct first"


def test_the_team_puts_a_need_before_the_committee_and_shuts_it_to_somebody(world: World) -> None:
    team, anne, bruno = world.member("Thomas"), world.member("Anne"), world.member("Bruno")
    made = selecting(world, team)
    of = committee(world, made, anne, quorum=1)
    second = seat(world, of, bruno)
    one = need(world, made, hidden_words="Maison Cachée")
    client = world.client(team)
    there = f"/expertise/besoins/{one.id}/comite"
    assert "Maison Cachée" in client.get(there).text
    assert world.client(anne).get(there).status_code == 404
    assert client.post(there, data={"shut_to": [second.id]}).status_code == 422
    moving.settle_names(world, team, one)
    assert client.post(there, data={"shut_to": [second.id]}).status_code == 302
    on = seated.case_of(world, one)
    assert world.client(anne).get(f"/expertise/comites/besoins/{on.id}").status_code == 200
    assert world.client(bruno).get(f"/expertise/comites/besoins/{on.id}").status_code == 404
    assert "a retenu" not in client.get(f"/expertise/besoins/{one.id}").text


# --- minutes -----------------------------------------------------------------------------------


def test_days_of_minutes_that_are_wrong_come_back_with_why(told: Told) -> None:
    client = told.world.client(told.people["chair"])
    first, last = clock.today(), clock.today() - timedelta(days=3)
    days = {"first_day": first.isoformat(), "last_day": last.isoformat()}
    page = client.post(f"/expertise/comites/{told.one.id}/releves", data=days)
    assert page.status_code == 422
    assert all(f'value="{day}"' in page.text for day in days.values())
    assert "Le dernier jour précède le premier" in page.text
    again = told.world.client(told.people["team"]).post(
        f"/expertise/equipe/essai/comites/{told.one.id}/releves", data=days
    )
    assert again.status_code == 422
    assert "Le dernier jour précède le premier" in again.text


def test_who_chairs_two_committees_has_a_form_for_each(told: Told) -> None:
    chair = told.people["chair"]
    made = told.world.act(lambda s: s.get_one(Programme, told.one.programme_id))
    committee(told.world, made, name="Vendée", chairs=(chair,), quorum=1)
    page = told.world.client(chair).get("/expertise/comites?onglet=releves").text
    ids = re.findall(r'id="(first_day[^"]*)"', page)
    assert len(ids) == len(set(ids)) == 2


def test_the_chair_words_and_publishes_minutes_which_then_stay(told: Told) -> None:
    world, chair = told.world, told.people["chair"]
    vote(world, told.people["member"], told.on, Vote.FAVOURABLE)
    seated.end(world, told.on)
    client, member = world.client(chair), world.client(told.people["member"])
    today = clock.today().isoformat()
    days = {"first_day": today, "last_day": today}
    begun = client.post(f"/expertise/comites/{told.one.id}/releves", data=days)
    there = begun.location
    second = client.post(f"/expertise/comites/{told.one.id}/releves", data=days)
    assert second.status_code == 422
    assert "publiez-le" in second.text
    assert member.post(f"/expertise/comites/{told.one.id}/releves", data=days).status_code == 404
    assert member.get(there).status_code == 404, "a draft is for who chairs"
    number = int(there.rpartition("/")[2])
    worded = client.post(
        f"/expertise/comites/releves/{number}/mots", data={"words": "Séance du matin."}
    )
    assert worded.status_code == 302
    assert member.post(f"/expertise/comites/releves/{number}/publier").status_code == 404
    page = client.get(there).text
    assert TITLE in page
    long = client.post(f"{there}/publier", data={"words": "mot " * 2_600})
    assert long.status_code == 422
    assert "mot mot" in long.text, "what was typed comes back"
    client.post(f"{there}/publier", data={"words": "Séance du matin, et du soir."})
    read = member.get(there).text
    assert "Relevé de décisions nº 2" in read.replace("\u00a0", " ")
    assert "Séance du matin, et du soir." in read
    assert told.people["member"].name in read
    for act in ("mots", "publier", "abandonner"):
        again = client.post(f"{there}/{act}", data={"words": "Autre chose."})
        assert again.status_code == (302 if act == "abandonner" else 422)
        assert ("Autre chose." in again.text) == (act != "abandonner")
    assert "Autre chose" not in member.get(there).text
    assert case(world, told.on).minutes_id is not None
    told_of = [m for m in world.mails(told.people["member"]) if "nº 2" in m.text]
    assert len(told_of) == 1
    assert TITLE not in told_of[0].text


def test_the_team_drafts_and_drops_but_does_not_publish(told: Told) -> None:
    world, client = told.world, told.world.client(told.people["team"])
    today = clock.today().isoformat()
    begun = client.post(
        f"/expertise/equipe/essai/comites/{told.one.id}/releves",
        data={"first_day": today, "last_day": today},
    )
    there = begun.location
    client.post(f"{there}/publier")
    assert len(world.all(select(Minutes).where(Minutes.published_at.is_not(None)))) == 1
    number = int(there.rpartition("/")[2])
    dropped = client.post(f"/expertise/comites/releves/{number}/abandonner")
    assert dropped.status_code == 302
    assert client.get(there).status_code == 404


def test_the_case_that_minutes_tell_is_told_once(told: Told) -> None:
    world = told.world
    with pytest.raises(Exception, match="minutes-empty"):
        seated.published(world, told.people["chair"], told.one)
    assert world.one(select(CommitteeCase.minutes_id).where(CommitteeCase.id != told.on.id))


def test_subjects_stay_known(world: World) -> None:
    """The sheet before a committee shows what it is about."""
    team, anne = world.member("Thomas"), world.member("Anne")
    made = selecting(world, team)
    committee(world, made, anne, quorum=1)
    on = put(world, team, need(world, made))
    page = world.client(anne).get(f"/expertise/comites/besoins/{on.id}").text
    assert subject(world, made).name in page
    assert "ines@essai.example" not in page, "whom to call is not for the committee"


def test_an_institution_that_was_ticked_does_not_read_from_a_seat_that_bears_its_name(
    world: World,
) -> None:
    team, sits = world.member("Thomas"), world.member("Sylvie", networks=())
    made = desks.programme(world, review=Review.COMMITTEE, team=(team,))
    house = desks.institution(world, made, "Groupe Caché")
    of = seated.committee(world, made, world.member("Claire"), world.member("Denis"), quorum=1)
    seated.seat(world, of, sits, house="Groupe caché")
    put = seated.put(world, team, desks.need(world, made, hidden_from=[house.id]))
    assert world.client(sits).get(f"/expertise/comites/besoins/{put.id}").status_code == 404
    assert sits.email not in {mail.to_address for mail in world.mails()}


def test_who_acts_for_the_company_reads_no_vote_and_words_nothing(world: World) -> None:
    team, chair, other = world.member("Thomas"), world.member("Claire"), world.member("Denis")
    made = desks.programme(world, review=Review.COMMITTEE, team=(team,))
    mine = desks.company(world, chair)
    seated.committee(world, made, other, world.member("Eve"), quorum=1, chairs=(chair,))
    put = seated.put(world, team, desks.asked_from(world, made, mine))
    seated.vote(world, other, put, Vote.UNFAVOURABLE, "Entreprise mal gérée.")
    client, there = world.client(chair), f"/expertise/comites/besoins/{put.id}"
    assert "mal gérée" not in client.get(there).text
    client.post(f"{there}/vote", data={"vote": "aside", "words": ""})
    assert "mal gérée" not in client.get(there).text
    said = client.post(f"{there}/motif", data={"if_selected": "Bravo.", "if_refused": ""})
    assert said.status_code == 422
