"""A company asks: what its programme takes, and what it refuses in words."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from core import clock
from core.refusals import Refused
from directory.questions import QuestionKind
from expertise.needs.life import Act, State
from expertise.needs.models import By, Hiding, Need, NeedAnswer, Step
from expertise.programmes.models import Review
from tests.expertise.desks import (
    SIRET,
    again,
    institution,
    need,
    programme,
    question,
    subject,
)
from tests.expertise.filing import ASK, TYPED
from tests.world import BOTH, World, open_world


def test_a_need_waits_for_the_team_and_both_are_told(world: World) -> None:
    made = programme(world)
    one = need(world, made)
    assert (one.state, one.number, one.ending) == (State.ASKED, 1, None)
    assert (one.town, one.commune_code) == ("Nantes", "44109")
    [step] = world.all(select(Step))
    assert (step.act, step.by, step.member_id) == (Act.ASK, By.COMPANY, None)
    to_company, to_team = world.mails()
    assert to_company.to_address == "ines@essai.example"
    assert "/expertise/suivi/" in to_company.text
    assert to_company.confidential
    assert to_team.to_address == "essai@example.org"
    assert f"/expertise/besoins/{one.id}" in to_team.text
    assert "suivi" not in to_team.text


def test_needs_are_numbered_in_their_programme(world: World) -> None:
    made, other = programme(world), programme(world, "autre")
    assert [need(world, made).number, need(world, made).number] == [1, 2]
    assert need(world, other).number == 1


def test_the_same_form_sent_twice_is_one_need(world: World) -> None:
    made = programme(world)
    first = need(world, made, submission="un")
    assert need(world, made, submission="un").id == first.id
    assert len(world.mails()) == 2
    assert need(world, made, submission="deux").id != first.id


def test_a_programme_without_review_tells_of_a_need_at_once(world: World) -> None:
    made = programme(world, review=Review.NONE)
    one = need(world, made)
    assert one.state is State.OPEN
    assert one.opened_at == one.asked_at


def test_what_is_in_no_list_is_read_by_the_team_first(world: World) -> None:
    made = programme(world, review=Review.NONE)
    one = need(world, made, subjects=[])
    assert one.off_list
    assert one.state is State.ASKED


def test_those_whom_the_company_hides_from_are_kept(world: World) -> None:
    made = programme(world)
    group = institution(world, made)
    one = need(world, made, hidden_from=[group.id], hidden_words="Et la maison d’en face")
    assert world.all(select(Hiding.institution_id).where(Hiding.need_id == one.id)) == [group.id]
    assert again(world, one).hidden_words == "Et la maison d’en face"


def test_questions_of_the_subject_are_answered(world: World) -> None:
    made = programme(world)
    about = subject(world, made)
    asked = question(world, about, "Combien ?", QuestionKind.CHOICE, choices="Un\nDeux")
    with pytest.raises(Refused, match="answer-needed"):
        need(world, made)
    with pytest.raises(Refused, match="answer-unknown"):
        need(world, made, answers={asked.id: "Trois"})
    one = need(world, made, answers={asked.id: "Deux"})
    assert world.all(select(NeedAnswer.words).where(NeedAnswer.need_id == one.id)) == ["Deux"]


def test_all_that_is_wrong_is_told_at_once(world: World) -> None:
    made = programme(world, least_staff=5, asks_phase=True)
    subject(world, made)
    wrong = {
        "title": "",
        "siret": "99900010200016",
        "town": "Nulle-Part",
        "phone": "12",
        "email": "ines",
        "starts_on": (clock.today() - timedelta(days=1)).isoformat(),
    }
    page = world.client().post(ASK, data=TYPED | wrong)
    assert page.status_code == 422
    for name in (*wrong, "staff", "grows"):
        assert f'href="#{name}"' in page.text, name
    assert page.text.count('href="#title"') == 1
    assert not world.all(select(Need))


def test_who_asked_reads_that_it_is_sent(world: World) -> None:
    made = programme(world)
    subject(world, made)
    client = world.client()
    there = client.post(ASK, data=TYPED).location
    page = client.get(there).text.replace("\u00a0", " ")
    assert "Votre besoin est transmis" in page
    assert "sous le nº 1" in page
    assert "à ines@essai.example" in page
    assert "Vous avez déposé ce besoin" in page
    assert "Votre besoin est transmis" not in client.get(there).text, "said once"


def test_withdrawing_is_asked_then_confirmed_by_mail(world: World) -> None:
    one = need(world, programme(world))
    client = world.client()
    there = world.mails()[0].text.partition("/expertise/suivi/")[2].split()[0]
    page = client.get(f"/expertise/suivi/{there}").text
    folded = page.rpartition('<details class="fold">')[2].partition("</details>")[0]
    assert "Oui, le retirer" in folded
    client.post(f"/expertise/suivi/{there}/retirer")
    assert again(world, one).state is State.CLOSED
    told = {mail.to_address: mail.text for mail in world.mails()[2:]}
    assert told.keys() == {"ines@essai.example", "essai@example.org"}
    assert "Ce n’était pas voulu" in told["ines@essai.example"]
    assert "essai@example.org" in told["ines@essai.example"]


TODAY = clock.today()
CASES: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({}, {"title": "  "}, "title-empty"),
    ({}, {"title": "t" * 151}, "title-too-long"),
    ({}, {"description": " "}, "description-empty"),
    ({}, {"context": "c" * 5001}, "body-too-long"),
    ({}, {"subjects": [10_000]}, "unknown-subject"),
    ({}, {"siret": ""}, "siret-missing"),
    ({}, {"siret": "99900010200016"}, "siret-unknown"),
    ({}, {"company": ""}, "company-empty"),
    ({}, {"town": "Nulle-Part"}, "unknown-commune"),
    ({}, {"postcode": "4400"}, "postcode-unknown"),
    ({"territories": ("departement:72",)}, {}, "not-our-territory"),
    ({"least_staff": 5}, {}, "staff-missing"),
    ({"least_staff": 5}, {"staff": 4}, "staff-out-of-range"),
    ({"most_staff": 249}, {"staff": 250}, "staff-out-of-range"),
    ({"asks_phase": True}, {}, "phase-missing"),
    ({}, {"last_name": ""}, "name-empty"),
    ({}, {"phone": ""}, "phone-missing"),
    ({}, {"phone": "12"}, "phone-unknown"),
    ({}, {"email": "ines"}, "email-unknown"),
    ({}, {"starts_on": TODAY - timedelta(days=1)}, "starts-in-the-past"),
    ({}, {"starts_on": TODAY + timedelta(days=800)}, "starts-too-far"),
    (
        {},
        {"starts_on": TODAY + timedelta(days=9), "ends_on": TODAY + timedelta(days=8)},
        "ends-before-it-starts",
    ),
    ({}, {"ends_on": TODAY - timedelta(days=1)}, "ends-before-it-starts"),
    ({}, {"hidden_from": [10_000]}, "unknown-institution"),
    ({}, {"hidden_words": "h" * 501}, "body-too-long"),
    ({"is_open": False}, {}, "programme-closed"),
]


@pytest.mark.parametrize(
    ("choices", "typed", "code"), CASES, ids=[f"{code}-{n}" for n, (_, _, code) in enumerate(CASES)]
)
def test_what_cannot_be_asked_is_refused_and_leaves_nothing(
    world: World, choices: dict[str, Any], typed: dict[str, Any], code: str
) -> None:
    made = programme(world, **choices)
    with pytest.raises(Refused) as refused:
        need(world, made, **typed)
    assert refused.value.code == code
    assert not world.all(select(Need))
    assert not world.mails()


def test_a_subject_of_another_programme_or_retired_is_not_offered(world: World) -> None:
    made, other = programme(world), programme(world, "autre")
    theirs, mine = subject(world, other), subject(world, made)
    with pytest.raises(Refused, match="unknown-subject"):
        need(world, made, subjects=[theirs.id])
    with world.session() as session:
        session.merge(mine).retired = True
    with pytest.raises(Refused, match="unknown-subject"):
        need(world, made, subjects=[mine.id])


@pytest.mark.parametrize(("several", "fits"), [(True, True), (False, False)])
def test_several_subjects_where_the_programme_says_so(
    world: World, several: bool, fits: bool
) -> None:
    made = programme(world, several_subjects=several)
    both = [subject(world, made).id, subject(world, made, "strategie").id]
    if fits:
        assert {one.id for one in need(world, made, subjects=both).subjects} == set(both)
    else:
        with pytest.raises(Refused, match="too-many-subjects"):
            need(world, made, subjects=both)


@BOTH
def test_eight_companies_at_once_have_eight_numbers(world: World, engine: str) -> None:
    made = programme(world)
    about = [subject(world, made).id]

    def one(place: int) -> int:
        with world.app.app_context():
            return need(world, made, subjects=about, title=f"Besoin {place}").number

    with ThreadPoolExecutor(8) as pool:
        numbers = sorted(pool.map(one, range(8)))
    assert numbers == list(range(1, 9))
    assert world.one(select(func.count()).select_from(Need)) == 8


def test_what_the_desk_refuses_is_said_beside_the_questions_of_the_subject(world: World) -> None:
    made = programme(world)
    asked = question(world, subject(world, made), "Combien ?")
    typed = {
        "title": "Vendre", "description": "Deux salons.", "siret": SIRET, "company": "Fours",
        "postcode": "44000", "town": "Nantes", "first_name": "Inès", "last_name": "Essai",
        "phone": "12", "email": "ines@essai.example", f"question_{asked.id}": "Douze",
    }  # fmt: skip
    page = world.client().post("/expertise/essai/demander/besoin?sujet=marketing", data=typed)
    assert page.status_code == 422
    assert "numéro de téléphone" in page.text
    assert "Combien ?" in page.text


def test_only_needs_that_are_kept_are_counted(tmp_path: Path, database_url: str) -> None:
    world = open_world(tmp_path, database_url, limits=True)
    with world.app.app_context():
        subject(world, programme(world))
        client = world.client()
        for wrong in ("12", "02 40 00"):  # more often than needs are taken
            for _time in range(4):
                assert client.post(ASK, data=TYPED | {"phone": wrong}).status_code == 422
        codes = [client.post(ASK, data=TYPED).status_code for _time in range(6)]
        late = client.post(ASK, data=TYPED)
        assert [*codes, late.status_code] == [302] * 6 + [429]
        assert "Attendez une heure" in late.text
        assert "Deux salons au printemps." in late.text
        assert len(world.all(select(Need))) == 6
