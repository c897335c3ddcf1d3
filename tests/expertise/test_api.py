"""What the programs of partners call: who may, and what is refused in words."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from accounts.models import Member
from blueprints.expertise_api.description import EXAMPLE
from directory.questions import QuestionKind
from expertise.needs.life import Act
from expertise.needs.models import Hiding, Need, NeedAnswer
from expertise.partners import actions
from expertise.partners.models import Partner
from expertise.programmes.models import Programme
from tests.expertise.calling import NEEDS, bearer, post
from tests.expertise.desks import (
    at_the_desk,
    institution,
    need,
    programme,
    question,
    subject,
)
from tests.expertise.moving import decide
from tests.expertise.partnered import key_of, partner, stop
from tests.world import BOTH, World, open_world


def wrong(answer: TestResponse) -> list[tuple[str, str]]:
    """The fields that are refused, each with its code."""
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert answer.json
    return [(one["pointer"], one["code"]) for one in answer.json["errors"]]


def test_a_program_asks_and_reads_where_its_need_stands(
    world: World, team: Member, made: Programme, one: Partner, key: str
) -> None:
    client, group, about = world.client(), institution(world, made), subject(world, made)
    asked = question(world, about, "Combien ?", QuestionKind.CHOICE, choices="Un\nDeux")
    said = client.get("/api/expertise/v1/programme", headers=bearer(key)).json
    assert said
    assert said["institutions"] == [{"id": group.id, "name": "Groupe Essai", "kind": "group"}]
    assert said["themes"][0]["subjects"][0]["questions"] == [
        {
            "id": asked.id,
            "words": "Combien ?",
            "kind": "choice",
            "choices": ["Un", "Deux"],
            "required": True,
        }
    ]
    answer = post(
        client,
        key,
        subjects=[about.id],
        answers=[{"question": asked.id, "words": "Deux"}],
        hidden_from=[group.id],
        hidden_words="Et la maison d’en face",
        starts_on="2027-01-04",
    )
    assert answer.status_code == 201
    assert answer.headers["Location"] == "/api/expertise/v1/needs/1"
    [kept] = world.all(select(Need))
    assert (kept.partner_id, kept.company, kept.town) == (one.id, "Fours Essai", "Nantes")
    assert world.all(select(Hiding.institution_id)) == [group.id]
    assert world.all(select(NeedAnswer.words)) == ["Deux"]
    assert [mail.to_address for mail in world.mails()] == [
        "ines@essai.example",
        "essai@example.org",
    ]
    decide(world, team, kept, Act.ORIENT, "Voyez la maison voisine, de ma part.")
    read = client.get(answer.headers["Location"], headers=bearer(key))
    assert read.json
    assert (read.json["state"], read.json["ending"]) == ("closed", "oriented")
    assert read.json["words"] == "Orienté ailleurs"
    for personal in ("voisine", "ines@", "Inès", "999000", "suivi", "Groupe", "en face"):
        assert personal not in read.text


def test_the_same_word_is_the_same_need(world: World, key: str) -> None:
    client = world.client()
    first, again = post(client, key), post(client, key, title="Autre chose")
    assert (first.json, first.status_code) == (again.json, again.status_code)
    assert len(world.all(select(Need))) == 1
    post(client, key, "deux")
    assert len(world.all(select(Need))) == 2


def test_a_partner_reads_its_own_needs_alone(
    world: World, team: Member, made: Programme, key: str
) -> None:
    client = world.client()
    theirs = key_of(world, made, partner(world, made, team, name="Autre"), team)
    elsewhere = programme(world, "autre", team=(team,))
    far = key_of(world, elsewhere, partner(world, elsewhere, team, name="Loin"), team)
    on_the_site = need(world, made)
    number = (post(client, key).json or {})["number"]
    assert number == on_the_site.number + 1
    for address, who, code in [
        (f"{NEEDS}/{number}", key, 200),
        (f"{NEEDS}/{number}", theirs, 404),
        (f"{NEEDS}/{number}", far, 404),
        (f"{NEEDS}/{on_the_site.number}", key, 404),
        (f"{NEEDS}/99", key, 404),
    ]:
        answer = client.get(address, headers=bearer(who))
        assert answer.status_code == code, (address, who)
        assert ("Vendre en Allemagne" in answer.text) is (code == 200)
    # The word of another partner leads to no need of theirs.
    assert (post(client, theirs, title="Le mien").json or {})["title"] == "Le mien"


def test_a_key_that_is_not_good_opens_nothing(
    world: World, team: Member, made: Programme, one: Partner, key: str
) -> None:
    client = world.client()
    desk = at_the_desk(world, team)
    for headers in (
        {},
        {"Authorization": key},
        {"Authorization": "Basic eDp5"},
        {"Authorization": "Bearer "},
        bearer(key + "x"),
        bearer(key.removeprefix("maillage_")),
    ):
        for answer in (
            client.get(f"{NEEDS}/1", headers=headers),
            client.get("/api/expertise/v1/programme", headers=headers),
            client.post(NEEDS, headers=headers | {"Idempotency-Key": "un"}, json=EXAMPLE),
        ):
            assert answer.status_code == 401
            assert answer.headers["WWW-Authenticate"] == "Bearer"
            assert answer.content_type == "application/problem+json"
    stop(world, made, one, team)
    assert post(client, key).status_code == 403
    assert client.get("/api/expertise/v1/programme", headers=bearer(key)).status_code == 403
    stop(world, made, one, team, asks=True)
    assert post(client, key).status_code == 201
    with world.session() as session:
        actions.revoke_key(
            session,
            desk,
            session.get_one(Programme, made.id),
            session.get_one(Partner, one.id),
            by=session.get_one(Member, team.id),
        )
    assert post(client, key, "deux").status_code == 401
    assert len(world.all(select(Need))) == 1


def test_a_session_is_no_key(world: World, team: Member, made: Programme, key: str) -> None:
    client = world.client(team)
    assert client.get("/api/expertise/v1/programme").status_code == 401
    assert client.post(NEEDS, json=EXAMPLE).status_code == 401


def test_what_another_programme_has_is_refused(world: World, made: Programme, key: str) -> None:
    other, client = programme(world, "autre"), world.client()
    theirs = subject(world, other)
    group = institution(world, other, "Groupe d’ailleurs")
    asked = question(world, theirs, "Combien ?")
    mine = [subject(world, made).id]
    assert wrong(post(client, key, subjects=[theirs.id])) == [("#/subjects", "unknown-subject")]
    hidden = post(client, key, hidden_from=[group.id])
    assert wrong(hidden) == [("#/hidden_from", "unknown-institution")]
    answers = [{"question": asked.id, "words": "Deux"}]
    strange = post(client, key, subjects=mine, answers=answers)
    assert wrong(strange) == [("#/answers", "unknown-question")]
    assert not world.all(select(Need))


@BOTH
def test_characters_that_no_form_lets_in_are_left_out(world: World, key: str, engine: str) -> None:
    answer = post(
        world.client(),
        key,
        town="Nan\u0000tes",
        company="Fours\u0000",
        email="ines\u0000@essai.example",
    )
    assert answer.status_code == 201
    assert world.all(select(Need.company)) == ["Fours"]


CASES: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    ({"siret": "99900010200016"}, [("#/siret", "siret-unknown")]),
    ({"town": "Nulle-Part"}, [("#/town", "unknown-commune")]),
    ({"phone": "12"}, [("#/phone", "phone-unknown")]),
    ({"email": "ines"}, [("#/email", "email-unknown")]),
    ({"title": " "}, [("#/title", "title-empty")]),
    ({"title": "\u0000"}, [("#/title", "title-empty")]),
    ({"starts_on": "2020-01-01"}, [("#/starts_on", "starts-in-the-past")]),
    ({"starts_on": "demain"}, [("#/starts_on", "date_parsing")]),
    ({"title": 12, "grows": "yes"}, [("#/title", "string_type"), ("#/grows", "bool_type")]),
    ({"subjects": [0]}, [("#/subjects/0", "greater_than_equal")]),
    ({"subjects": [2**31]}, [("#/subjects/0", "less_than_equal")]),
    ({"subjects": ["1"]}, [("#/subjects/0", "int_type")]),
    ({"title": "t" * 151}, [("#/title", "string_too_long")]),
    ({"state": "open"}, [("#/state", "extra_forbidden")]),
    ({"partner_id": 2}, [("#/partner_id", "extra_forbidden")]),
    ({"a/b~": 1}, [("#/a~1b~0", "extra_forbidden")]),
    (
        {"answers": [{"question": 1, "words": "a"}, {"question": 1, "words": "b"}]},
        [("#/answers", "answered_twice")],
    ),
]


@pytest.mark.parametrize(("sent", "refused"), CASES, ids=[next(iter(one)) for one, _ in CASES])
def test_each_field_that_is_refused_is_named(
    world: World, key: str, sent: dict[str, Any], refused: list[tuple[str, str]]
) -> None:
    answer = post(world.client(), key, **sent)
    assert wrong(answer) == refused
    assert all(one["detail"] for one in (answer.json or {})["errors"])
    assert not world.all(select(Need))


STRANGE: list[tuple[bytes, str, int]] = [
    (b"", "application/json", 400),
    (b"{", "application/json", 400),
    (b"\xff\xfe", "application/json", 400),
    (b"NaN", "application/json", 422),
    (b"[" * 20_000, "application/json", 400),
    (b'{"title": "\\ud800"}', "application/json", 400),
    (b"[]", "application/json", 422),
    (b"null", "application/json", 422),
    (b'"x"', "application/json", 422),
    (b"1e999", "application/json", 422),
    (b'{"staff": ' + b"9" * 4_000 + b"}", "application/json", 422),
    (b"title=x", "application/x-www-form-urlencoded", 415),
    (json.dumps(EXAMPLE).encode(), "text/plain", 415),
    (b"a" * (64 * 1024 + 1), "application/json", 413),
    (b"a" * (2 * 1024 * 1024), "application/json", 413),
    (b"a" * (3 * 1024 * 1024), "application/json", 413),
]


@pytest.mark.parametrize(
    ("body", "kind", "code"), STRANGE, ids=[f"{code}-{n}" for n, (_, _, code) in enumerate(STRANGE)]
)
def test_a_strange_body_is_refused(
    world: World, key: str, body: bytes, kind: str, code: int
) -> None:
    headers = bearer(key) | {"Idempotency-Key": "un"}
    answer = world.client().post(NEEDS, headers=headers, data=body, content_type=kind)
    assert answer.status_code == code
    assert answer.content_type == "application/problem+json"
    assert not world.all(select(Need))


@pytest.mark.parametrize("word", [None, "", "é", "a b", "a" * 201])
def test_a_need_without_a_word_of_its_own_is_refused(
    world: World, key: str, word: str | None
) -> None:
    headers = bearer(key) | ({"Idempotency-Key": word} if word is not None else {})
    assert world.client().post(NEEDS, headers=headers, json=EXAMPLE).status_code == 400
    assert not world.all(select(Need))


def test_each_key_has_its_own_limit(tmp_path: Path, database_url: str) -> None:
    world = open_world(tmp_path, database_url, limits=True)
    with world.app.app_context():
        team = world.member("Thomas")
        made = programme(world, team=(team,))
        keys = [
            key_of(world, made, partner(world, made, team, name=name), team)
            for name in ("Un", "Deux")
        ]
        client = world.client()
        codes = [
            client.post(NEEDS, headers=bearer(keys[0]), data=b"{").status_code for _ in range(31)
        ]
        assert codes == [415] * 30 + [429]
        late = client.post(NEEDS, headers=bearer(keys[0]), data=b"{")
        assert 0 < int(late.headers["Retry-After"]) <= 61  # a whole number of seconds, rounded up
        assert late.content_type == "application/problem+json"
        assert client.post(NEEDS, headers=bearer(keys[1]), data=b"{").status_code == 415


def test_a_failure_is_a_problem_too(
    world: World, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setattr(actions, "ask_through", None)
    answer = post(world.client(), key)
    assert answer.status_code == 500
    assert answer.content_type == "application/problem+json"
