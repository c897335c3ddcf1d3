"""Opening a programme, its team, and what the team tends."""

import pytest
from sqlalchemy import select

from accounts.models import AuditEntry, Member
from core.refusals import Refused
from expertise.programmes import tending
from expertise.programmes.models import (
    Programme,
    ProgrammeInstitution,
    ProgrammeTerritory,
    ProgrammeWords,
    PublicPage,
    Sending,
    Subject,
    SubjectQuestion,
    SubjectTheme,
    TeamMember,
    Way,
)
from tests.expertise.desks import at_the_desk, institution, need, programme, question, subject
from tests.world import World

FORM = {
    "name": "Réseau Essai",
    "tagline": "Un expert voisin.",
    "is_open": "y",
    "review": "team",
    "way": "cooperative",
    "sending": "weekly",
    "position_days": "3",
    "reservation_days": "8",
    "extension_days": "0",
    "off_list": "y",
    "places": "44, 72",
    "least_staff": "5",
    "most_staff": "249",
    "email": "equipe@essai.example",
    "phone": "",
    "address": "",
    "colour": "#1d4f91",
    "accent": "#c2410c",
}


def opened(world: World) -> Programme:
    """The only programme there is."""
    found = world.one(select(Programme))
    assert found is not None
    return found


def test_an_administrator_opens_a_programme_and_names_its_team(world: World) -> None:
    administrator, someone = world.administrator(), world.member("Thomas")
    client = world.client(administrator)
    answer = client.post("/administration/dispositifs/nouveau", data=FORM)
    made = opened(world)
    assert answer.location == f"/administration/dispositifs/{made.id}"
    assert (made.slug, made.least_staff, made.most_staff) == ("reseau-essai", 5, 249)
    assert len(world.all(select(ProgrammeTerritory))) == 2
    team = f"/administration/dispositifs/{made.id}/equipe"
    client.post(team, data={"team_email": someone.email})
    assert world.all(select(TeamMember.member_id)) == [someone.id]
    assert world.client(someone).get("/expertise/equipe/reseau-essai").status_code == 200
    unknown = client.post(team, data={"team_email": "inconnue@example.org"}, follow_redirects=True)
    assert "Personne n’a de compte" in unknown.text
    client.post(f"/administration/dispositifs/{made.id}/equipe/{someone.id}/retirer")
    assert world.client(someone).get("/expertise/equipe/reseau-essai").status_code == 404
    acts = [entry.details for entry in world.all(select(AuditEntry)) if entry.details]
    assert {"programme": "added"} in acts
    assert {"programme-team": "added"} in acts
    assert {"programme-team": "removed"} in acts


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("name", "", "Remplissez ce champ"),
        ("colour", "#ffff00", "trop claire"),
        ("places", "44, Atlantide", "Atlantide"),
        ("most_staff", "4", "Le maximum est inférieur au minimum"),
        ("email", "equipe", "Cette adresse n’est pas complète"),
        ("phone", "12", "numéro de téléphone"),
        ("position_days", "0", "de 1 à 90 jours ouvrés"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(
    world: World, field: str, typed: str, said: str
) -> None:
    client = world.client(world.administrator())
    page = client.post("/administration/dispositifs/nouveau", data=FORM | {field: typed})
    assert page.status_code == 422
    assert said in page.text
    assert "Un expert voisin." in page.text
    assert not world.all(select(Programme))


def test_a_programme_is_answered_in_another_way(world: World) -> None:
    client = world.client(world.administrator())
    client.post("/administration/dispositifs/nouveau", data=FORM)
    made = opened(world)
    delays = (made.position_days, made.reservation_days, made.extension_days)
    assert (made.way, made.sending, delays) == (Way.COOPERATIVE, Sending.WEEKLY, (3, 8, 0))
    there = f"/administration/dispositifs/{made.id}"
    client.post(there, data=FORM | {"way": "exclusive"})
    assert opened(world).way is Way.EXCLUSIVE


def test_a_programme_decides_otherwise(world: World) -> None:
    client = world.client(world.administrator())
    client.post("/administration/dispositifs/nouveau", data=FORM)
    made = opened(world)
    there = f"/administration/dispositifs/{made.id}"
    assert "44, 72" in client.get(there).text
    client.post(there, data=FORM | {"name": "Autre nom", "places": ""})
    made = opened(world)
    assert (made.name, made.slug) == ("Autre nom", "reseau-essai")
    assert not world.all(select(ProgrammeTerritory))
    client.post("/administration/dispositifs/nouveau", data=FORM)
    taken = client.post(there, data=FORM | {"name": "réseau essai"})
    assert taken.status_code == 422


@pytest.mark.parametrize("name", ["Suivi", "Besoins", "Équipe", "P", "API"])
def test_no_programme_takes_an_address_of_the_desk(world: World, name: str) -> None:
    client = world.client(world.administrator())
    client.post("/administration/dispositifs/nouveau", data=FORM | {"name": name})
    assert opened(world).slug.endswith("-2")


def test_only_administrators_open_programmes(world: World) -> None:
    for who in (world.member(), world.moderator()):
        client = world.client(who)
        assert client.get("/administration/dispositifs").status_code == 403
        assert client.post("/administration/dispositifs/nouveau", data=FORM).status_code == 403
    assert not world.all(select(Programme))


def test_the_team_writes_its_pages(world: World, team: Member) -> None:
    programme(world, team=(team,))
    client, anybody = world.client(team), world.client()
    there = "/expertise/equipe/essai/pages/tarifs"
    client.post(there, data={"body": "# Nos tarifs\n\n<script>x</script>\n\n**350 €**"})
    page = anybody.get("/expertise/essai/tarifs").text
    assert "<strong>350 €</strong>" in page.replace("\u00a0", " ")
    assert "<script>x" not in page
    client.post(there, data={"body": ""})
    assert "Tarifs" not in anybody.get("/expertise/essai").text
    assert client.get("/expertise/equipe/essai/pages/inconnue").status_code == 404
    assert (
        world.one(select(ProgrammeWords.html).where(ProgrammeWords.page == PublicPage.PRICES)) == ""
    )


def test_the_team_tends_its_subjects(world: World, team: Member) -> None:
    made = programme(world, team=(team,))
    client, there = world.client(team), "/expertise/equipe/essai"
    client.post(f"{there}/themes", data={"theme": "Organiser"})
    theme = max(one.theme_id for one in world.all(select(Subject))) + 1
    client.post(f"{there}/themes/{theme}/sujets", data={"name": "Qualité", "help": "HQSE"})
    added = subject(world, made, "qualite")
    assert added.position == 0
    again = client.post(f"{there}/themes/{theme}/sujets", data={"name": "Marketing"})
    assert again.status_code == 422, "its address is its own in the programme"
    client.post(f"{there}/sujets/{added.id}", data={"name": "Qualité et sécurité", "help": ""})
    assert subject(world, made, "qualite").name == "Qualité et sécurité"
    client.post(f"{there}/sujets/{added.id}/proposer", data={"propose": "0"})
    assert "Qualité" not in world.client().get("/expertise/essai/demander").text
    client.post(f"{there}/sujets/{added.id}/proposer", data={"propose": "1"})
    assert "Qualité" in world.client().get("/expertise/essai/demander").text


def test_the_team_asks_questions(world: World, team: Member) -> None:
    made = programme(world, team=(team,))
    about, client = subject(world, made), world.client(team)
    there = f"/expertise/equipe/essai/sujets/{about.id}/questions"
    few = client.post(there, data={"words": "Combien ?", "kind": "choice", "choices": "Un"})
    assert few.status_code == 422
    client.post(there, data={"words": "Combien ?", "kind": "choice", "choices": "Un\nDeux"})
    asked = world.one(select(SubjectQuestion))
    assert asked is not None
    form = f"/expertise/essai/demander/besoin?sujet={about.slug}"
    assert "Combien ?" in world.client().get(form).text
    client.post(f"{there}/{asked.id}/retirer")
    assert "Combien ?" not in world.client().get(form).text


def test_institutions_come_and_go(world: World, team: Member) -> None:
    made = programme(world, team=(team,))
    other = programme(world, "autre")
    known = institution(world, other, "Verrerie Essai")
    client, there = world.client(team), "/expertise/equipe/essai/institutions"
    mine = ProgrammeInstitution.programme_id == made.id
    typed = {"institution": "verrerie essai", "kind": "local"}
    refused = client.post(there, data=typed, follow_redirects=True)
    assert "participe déjà à un autre dispositif" in refused.text
    assert not world.all(select(ProgrammeInstitution).where(mine)), "its needs are not ours"
    with world.session() as session:
        session.add(TeamMember(programme_id=other.id, member_id=team.id))
    client.post(there, data=typed)
    assert world.all(select(ProgrammeInstitution.institution_id).where(mine)) == [known.id]
    twice = client.post(there, data={"institution": "Verrerie Essai", "kind": "local"})
    assert twice.status_code == 302
    client.post(f"{there}/{known.id}/retirer")
    assert not world.all(select(ProgrammeInstitution).where(mine))


def test_nobody_else_tends_a_programme(world: World) -> None:
    made = programme(world)
    about = subject(world, made)
    asked = question(world, about, "Combien ?")
    need(world, made, answers={asked.id: "Trois"})
    one = institution(world, made)
    paths = [
        "/expertise/equipe/essai/themes",
        f"/expertise/equipe/essai/themes/{about.theme_id}/sujets",
        f"/expertise/equipe/essai/sujets/{about.id}",
        f"/expertise/equipe/essai/sujets/{about.id}/proposer",
        f"/expertise/equipe/essai/sujets/{about.id}/questions",
        f"/expertise/equipe/essai/sujets/{about.id}/questions/{asked.id}/retirer",
        "/expertise/equipe/essai/institutions",
        f"/expertise/equipe/essai/institutions/{one.id}/retirer",
        "/expertise/equipe/essai/pages/accueil",
    ]
    for who in (world.member(), world.moderator(), world.administrator()):
        client = world.client(who)
        assert client.get("/expertise/equipe/essai/reglages").status_code == 404
        for path in paths:
            assert client.post(path).status_code == 404, path
    stranger = at_the_desk(world, world.member())
    with pytest.raises(Refused, match="not-of-the-team"):
        world.act(lambda s: tending.add_theme(s, stranger, made, "Un thème"))


def test_what_belongs_to_another_programme_is_not_tended(world: World, team: Member) -> None:
    programme(world, team=(team,))
    other = programme(world, "autre")
    theirs = subject(world, other)
    asked = question(world, theirs, "Combien ?")
    client, there = world.client(team), "/expertise/equipe/essai"
    assert client.get(f"{there}/sujets/{theirs.id}").status_code == 404
    page = client.post(f"{there}/themes/{theirs.theme_id}/sujets", data={"name": "Qualité"})
    assert page.status_code == 422
    mine = subject(world, programme_of(world, "essai"))
    path = f"{there}/sujets/{mine.id}/questions/{asked.id}/retirer"
    assert client.post(path).status_code == 404


def programme_of(world: World, slug: str) -> Programme:
    """A programme, by its address."""
    found = world.one(select(Programme).where(Programme.slug == slug))
    assert found is not None
    return found


def test_the_team_names_a_theme_helps_to_choose_in_it_and_moves_it(world: World) -> None:
    team = world.member("Thomas")
    made, other = programme(world, team=(team,)), programme(world, "autre")
    client, there = world.client(team), "/expertise/equipe/essai"
    client.post(f"{there}/themes", data={"theme": "Organiser"})
    mine = SubjectTheme.programme_id == made.id
    first, second = world.all(select(SubjectTheme).where(mine).order_by(SubjectTheme.position))
    said = {"theme": "Vendre", "help": "Vos clients, vos marchés.", "place": "2"}
    assert client.get(f"{there}/themes/{first.id}").status_code == 200
    assert client.post(f"{there}/themes/{first.id}", data=said).status_code == 302
    names = select(SubjectTheme.name).where(mine).order_by(SubjectTheme.position)
    assert world.all(names) == ["Organiser", "Vendre"]
    assert "Vos clients, vos marchés." in client.get(f"{there}/reglages").text
    taken = client.post(f"{there}/themes/{second.id}", data=said | {"place": "1"})
    assert taken.status_code == 422
    theirs = world.all(select(SubjectTheme.id).where(SubjectTheme.programme_id == other.id))[0]
    assert client.get(f"{there}/themes/{theirs}").status_code == 404
    stranger = world.client(world.member("Autre"))
    assert stranger.post(f"{there}/themes/{first.id}", data=said).status_code == 404


@pytest.mark.parametrize("several", [True, False])
def test_the_help_of_a_theme_shows_where_subjects_are_chosen(world: World, several: bool) -> None:
    made = programme(world, several_subjects=several)
    with world.session() as session:
        mine = SubjectTheme.programme_id == made.id
        session.scalars(select(SubjectTheme).where(mine)).one().help = "Vos marchés."
    assert "Vos marchés." in world.client().get("/expertise/essai/demander").text
