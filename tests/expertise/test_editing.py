"""A company corrects its need: what changed is said, and read again when it matters."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core import clock
from core.refusals import Refused
from directory.questions import QuestionKind
from expertise.needs import changes, links, queries
from expertise.needs.life import Act, State
from expertise.needs.models import By, Need, NeedAnswer, Step
from expertise.programmes.models import Review
from tests.expertise.desks import (
    again,
    need,
    programme,
    question,
    subject,
)
from tests.expertise.moving import decide, edit, follow
from tests.expertise.seated import committee, put
from tests.world import World

TYPED: dict[str, object] = {
    "title": "Vendre en Allemagne",
    "description": "Deux salons au printemps, aucun distributeur.",
    "context": "",
    "first_name": "Inès",
    "last_name": "Essai",
    "phone": "02 40 00 00 00",
    "email": "ines@essai.example",
    "starts_on": "",
    "ends_on": "",
}


def there(world: World, one: Need) -> str:
    """The page of its correction, by its personal link."""
    token = links.token(world.app.extensions["maillage.settings"], one)
    return f"/expertise/suivi/{token}/modifier"


def correct(world: World, one: Need, **typed: object) -> int:
    """The company corrects its need; the status of the answer."""
    subjects = typed.pop("subjects", [about.id for about in one.subjects])
    form = TYPED | {"subjects": subjects} | typed
    return world.client().post(there(world, one), data=form).status_code


def last_step(world: World) -> Step:
    return world.all(select(Step).order_by(Step.id))[-1]


STARTS = (clock.today() + timedelta(days=20)).isoformat()
CASES = [
    ("title", "Vendre en Autriche", Act.REWRITE),
    ("description", "Trois salons.", Act.REWRITE),
    ("context", "Des fours.", Act.EDIT),
    ("phone", "02 40 11 11 11", Act.EDIT),
    ("first_name", "Anne", Act.EDIT),
    ("email", "anne@essai.example", Act.EDIT),
    ("starts_on", STARTS, Act.EDIT),
]


@pytest.mark.parametrize(("field", "typed", "act"), CASES)
@pytest.mark.parametrize("state", [State.ASKED, State.INCOMPLETE, State.OPEN])
def test_what_matters_is_read_again(
    world: World, field: str, typed: str, act: Act, state: State
) -> None:
    team = world.member("Thomas")
    one = need(world, programme(world, team=(team,)))
    before = {State.INCOMPLETE: Act.ASK_MORE, State.OPEN: Act.VALIDATE}.get(state)
    if before:
        decide(world, team, one, before)
    assert correct(world, one, **{field: typed}) == 302
    then = State.ASKED if act is Act.REWRITE else state
    assert again(world, one).state is then
    step = last_step(world)
    assert (step.act, step.by) == (act, By.COMPANY)
    assert len(step.changes or []) == 1
    mail = next(mail for mail in reversed(world.mails()) if mail.to_address == "essai@example.org")
    assert "L’entreprise" in mail.text
    shown = "devient"
    assert shown in mail.text


def test_old_and_new_words_are_read_by_both(world: World) -> None:
    team = world.member("Thomas")
    one = need(world, programme(world, team=(team,)))
    decide(world, team, one, Act.VALIDATE)
    correct(world, one, title="Vendre en Autriche", starts_on=STARTS)
    pages = (
        world.client(team).get(f"/expertise/besoins/{one.id}").text,
        world.client().get(there(world, one).removesuffix("/modifier")).text,
    )
    whose = ("L’entreprise modifie son besoin", "Vous avez corrigé votre besoin")
    for page, words in zip(pages, whose, strict=True):
        assert words in page
        for words in ("Vendre en Allemagne", "Vendre en Autriche", "rien"):
            assert words in page
    assert [one[0] for one in last_step(world).changes or []] == ["title", "starts_on"]


def test_nothing_changed_tells_nobody(world: World) -> None:
    one = need(world, programme(world))
    steps, mails = len(world.all(select(Step))), len(world.mails())
    assert correct(world, one) == 302
    assert (len(world.all(select(Step))), len(world.mails())) == (steps, mails)


@pytest.mark.parametrize("state", [State.SELECTION, State.CLOSED])
def test_a_need_before_the_committee_or_closed_is_not_corrected(world: World, state: State) -> None:
    team = world.member("Thomas")
    made = programme(world, team=(team,), review=Review.COMMITTEE)
    one = need(world, made)
    if state is State.SELECTION:
        committee(world, made, world.member("Anne"), quorum=1)
        put(world, team, one)
    else:
        follow(world, one, Act.WITHDRAW, "")
    page = there(world, one)
    assert "/modifier" not in world.client().get(page.removesuffix("/modifier")).text
    assert world.client().get(page).status_code == 302
    assert correct(world, one, title="Autre chose") == 302
    assert again(world, one).title == "Vendre en Allemagne"

    with pytest.raises(Refused, match="need-elsewhere"):
        edit(world, one, title="Autre chose")


def test_where_nobody_reads_needs_they_stay_open(world: World) -> None:
    one = need(world, programme(world, review=Review.NONE))
    assert again(world, one).state is State.OPEN
    correct(world, one, title="Vendre en Autriche")
    assert again(world, one).state is State.OPEN
    assert last_step(world).act is Act.EDIT


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("title", "", "Remplissez ce champ"),
        ("description", "", "Remplissez ce champ"),
        ("phone", "12", "téléphone"),
        ("email", "ines", "Cette adresse n’est pas complète"),
        ("starts_on", "2020-01-01", "Ce jour est passé"),
        ("subjects", [], "Choisissez"),
        ("subjects", [10_000], "Choisissez"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_changes(
    world: World, field: str, typed: object, said: str
) -> None:
    one = need(world, programme(world, off_list=False, several_subjects=True))
    form = TYPED | {"subjects": [one.subjects[0].id], "context": "Un mot."} | {field: typed}
    page = world.client().post(there(world, one), data=form)
    assert page.status_code == 422
    assert said in page.text
    assert "Un mot." in page.text
    assert not again(world, one).context
    assert last_step(world).act is Act.ASK


def test_a_subject_that_asks_a_question_shows_it_before_it_is_taken(world: World) -> None:
    team = world.member("Thomas")
    made = programme(world, team=(team,))
    one, other = need(world, made), subject(world, made, "strategie")
    asked = question(world, other, "Combien ?", QuestionKind.CHOICE, choices="Un\nDeux")
    decide(world, team, one, Act.VALIDATE)
    form = TYPED | {"subjects": other.id}
    page = world.client().post(there(world, one), data=form)
    assert page.status_code == 422
    assert "Combien ?" in page.text
    assert again(world, one).state is State.OPEN
    answer = {f"question_{asked.id}": "Deux"}
    assert world.client().post(there(world, one), data=form | answer).status_code == 302
    assert again(world, one).state is State.ASKED
    assert world.all(select(NeedAnswer.words)) == ["Deux"]
    assert last_step(world).changes == [
        ["subjects", "Marketing", "Strategie"],
        ["Combien ?", "", "Deux"],
    ]
    correct(world, one, subjects=subject(world, made).id)
    assert not world.all(select(NeedAnswer))


def test_a_subject_of_another_programme_or_retired_is_not_taken(world: World) -> None:
    made, other = programme(world), programme(world, "autre")
    one, theirs = need(world, made), subject(world, other)
    assert correct(world, one, subjects=theirs.id) == 422
    retired = subject(world, made, "strategie")
    with world.session() as session:
        session.merge(retired).retired = True
    assert correct(world, one, subjects=retired.id) == 422
    with world.session() as session:
        session.merge(subject(world, made)).retired = True
    assert correct(world, one, phone="02 40 11 11 11") == 302, "what it was about stays"
    assert world.client().post(there(world, one), data={"subjects": "x"}).status_code == 404


def test_a_new_address_has_the_link_too(world: World) -> None:
    one = need(world, programme(world))
    correct(world, one, email="anne@essai.example")
    mail = world.mails()[-1]
    if mail.to_address != "anne@essai.example":
        mail = world.mails()[-2]
    assert mail.to_address == "anne@essai.example"
    assert "/expertise/suivi/" in mail.text


def test_a_new_address_ends_the_link_of_the_former_one(world: World) -> None:
    one = need(world, programme(world))
    former = there(world, one)
    client = world.client()
    typed = TYPED | {"subjects": [about.id for about in one.subjects]}
    said = client.post(former, data=typed | {"email": "anne@essai.example"})
    assert client.get(said.location).status_code == 200, "who corrected it goes on"
    assert client.get(former).status_code == 404
    assert client.get(former.removesuffix("/modifier")).status_code == 404
    kept = there(world, again(world, one))
    assert said.location == kept.removesuffix("/modifier")
    client.post(kept, data=typed | {"email": "anne@essai.example", "phone": "02 40 11 11 11"})
    assert client.get(kept).status_code == 200, "the rest leaves it"


def test_a_first_day_that_is_past_meanwhile_may_stay(world: World) -> None:
    one = need(world, programme(world))
    with world.session() as session:
        session.get_one(Need, one.id).starts_on = clock.today() - timedelta(days=3)
    past = (clock.today() - timedelta(days=3)).isoformat()
    assert correct(world, one, starts_on=past, phone="02 40 11 11 11") == 302
    assert again(world, one).phone == "02 40 11 11 11"


def test_opening_the_form_changes_nothing(world: World) -> None:
    one = need(world, programme(world))
    page = world.client().get(there(world, one))
    assert "Vendre en Allemagne" in page.text
    assert len(world.all(select(Step))) == 1
    assert (
        world.client().get(there(world, one).replace("/modifier", "x/modifier")).status_code == 404
    )


def test_a_long_text_is_shown_around_what_changed() -> None:
    words = [f"mot{number}" for number in range(60)]
    after = [*words[:30], "ICI", *words[31:]]
    [(name, old, new)] = changes.between({"a": " ".join(words)}, {"a": " ".join(after)})
    assert name == "a"
    assert old == "… " + " ".join(words[24:37]) + " …"
    assert new == "… " + " ".join(after[24:37]) + " …"
    grown = " ".join([*words, "FIN"])
    [(_name, old, new)] = changes.between({"a": " ".join(words)}, {"a": grown})
    assert old == "… " + " ".join(words[-6:])
    assert new.endswith("mot59 FIN")
    assert changes.between({"a": "x", "b": "y"}, {"a": "x", "b": ""}) == [("b", "y", "")]


def test_answers_are_corrected(world: World) -> None:
    made = programme(world)
    asked = question(world, subject(world, made), "Export ?", QuestionKind.YES_NO)
    one = need(world, made, answers={asked.id: "yes"})
    field = f"question_{asked.id}"
    assert correct(world, one, **{field: "no"}) == 302
    assert world.all(queries.answers(one))[0].words == "no"
    page = world.client().get(there(world, one).removesuffix("/modifier")).text
    assert "Oui</del>" in page
    assert "Non</ins>" in page
