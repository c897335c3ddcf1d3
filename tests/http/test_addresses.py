"""Addresses, methods and sizes that the house does not have: refused, calmly."""

import random
import re
from urllib.parse import quote

from tests.http.addresses import Sample, rules
from tests.http.naughty import NAUGHTY, echoed
from tests.world import BOTH, PASSWORD, World


def test_asking_for_the_head_of_a_page_sends_no_form(house: Sample) -> None:
    client = house.world.client(house.world.member())
    for path in ("/connexion", "/charte", "/compte", "/compte/double-authentification", "/forum"):
        assert client.head(path, data={"begin": "1"}).status_code in {200, 302}, path


def test_a_method_that_a_page_does_not_have_is_refused(house: Sample) -> None:
    client = house.world.client(house.administrator)
    for rule in rules(house.world.app):
        for method in {"GET", "POST", "PUT", "DELETE", "PATCH"} - (rule.methods or set()):
            answer = client.open(house.path(rule), method=method)
            assert answer.status_code == 405, (method, rule)
    assert client.open("/forum", method="PROPFIND").status_code == 405


def test_too_much_at_once_is_refused(house: Sample) -> None:
    client = house.world.client(house.member)
    path, much = f"/forum/sujets/{house.topic.id}/reponses", b"x" * (2 * 1024 * 1024 + 1)
    assert client.post(path, data={"body": much}).status_code == 413
    assert client.post(path, data=much, content_type="text/plain").status_code in {413, 422}
    many = {f"field{number}": "x" for number in range(2000)}
    assert client.post(path, data=many, content_type="multipart/form-data").status_code == 413
    assert client.post("/connexion", data={"email": much}).status_code == 413


@BOTH
def test_a_number_that_no_row_has_is_not_found(house: Sample) -> None:
    client = house.world.client(house.administrator)
    for rule in rules(house.world.app):
        if "<int:" not in rule.rule and "<code>" not in rule.rule:
            continue
        for number in ("0", "424242", "2147483647", "2147483648", "9" * 30, "-1", "x", "%00"):
            path = re.sub(r"<int:[^>]*>", number, rule.rule)
            path = re.sub(r"<any\(\"?([a-z]*)[^>]*>", r"\1", path).replace("<code>", number)
            path = path.replace("<path:name>", "x.txt")
            for method in (rule.methods or set()) & {"GET", "POST"}:
                answer = client.open(path, method=method, data={})
                refused = {401} if path.startswith("/api/") else {404, 405}  # a key first
                assert answer.status_code in refused | {404, 405}, (method, path)


def test_a_place_outside_of_time_is_none(house: Sample) -> None:
    client = house.world.client(house.member)
    for place in ("1:0001-01-01T00:00:00+14:00", "1:9999-12-31T23:59:59-14:00", "1:x", ":"):
        assert client.get("/ressources", query_string={"apres": place}).status_code == 200


@BOTH
def test_the_place_where_a_list_goes_on_is_any_words(house: Sample) -> None:
    client = house.world.client(house.administrator)
    lists = (
        "/annuaire",
        "/annuaire/structures",
        "/annuaire/dispositifs",
        "/administration/membres",
    )
    for path in (*lists, "/carte", "/carte/dispositifs"):
        for words in NAUGHTY:
            for place in ({"nom": words}, {"loin": words, "pres": "nantes", "km": "100"}):
                query = {"apres": "1", **place}
                assert client.get(path, query_string=query).status_code == 200, (path, query)


PARAMETERS = (
    *("q", "avant", "apres", "citer", "theme", "territoire", "voir", "title", "titre", "audience"),
    *("networks", "territories", "reach", "suite", "garder", "role", "reseau", "nom", "prenom"),
    *("etat", "acte", "parti", "recue", "v", "type", "annee", "deposant", "dossier", "tri"),
    *("n", "telecharger", "activite", "competence", "langue", "pres", "km", "cadre", "ouvrir"),
    *("loin", "region", "comparer", "periode", "du", "au", "de", "sorte", "visite", "vu", "micro"),
    *("depuis", "sort", "reunir", "run_by", "page", "par", "pour"),
)

READING = (
    *("/", "/forum", "/forum/sujets/1", "/forum/mentions", "/recherche", "/notifications"),
    *("/ressources", "/ressources/1", "/ressources/1/remplacer", "/ressources/favoris"),
    *("/moderation/registre", "/moderation/sujets/1/fusionner", "/administration/membres"),
)


@BOTH
def test_no_address_upsets_a_page(house: Sample) -> None:
    """Each page with each parameter that some page reads, naughty."""
    chance = random.Random(7)
    for member, times in ((house.administrator, 6), (None, 1)):
        client = house.world.client(member)
        for endpoint, path in house.pages().items():
            for words in chance.sample(NAUGHTY, times):
                query = dict.fromkeys(PARAMETERS, words)
                answer = client.get(path, query_string=query)
                assert answer.status_code < 500, (endpoint, words)
                assert echoed(answer, words) == "", endpoint
    for path in READING:
        for words in NAUGHTY:
            few = ("avant", *chance.sample(PARAMETERS, 3))
            query = {"q": "chantier", **dict.fromkeys(few, words)}
            answer = house.world.client(house.administrator).get(path, query_string=query)
            assert answer.status_code < 500, (path, query)
    client = house.world.client(house.administrator)
    for raw in ("%00", "%ff%fe", "%c3%28", "%ed%a0%80", "%", "%zz", "&&==&", "=", "a[]=1"):
        for path in READING:
            answer = client.get(f"{path}?q={raw}&avant={raw}&theme={raw}&{raw}")
            assert answer.status_code < 500, (path, raw)


@BOTH
def test_no_token_upsets_a_page(world: World) -> None:
    world.app.config["PROPAGATE_EXCEPTIONS"] = False
    client = world.client()
    for room in ("connexion/lien", "mot-de-passe", "invitation", "desabonnement"):
        for words in NAUGHTY:
            if not words.strip("/ ") or "/" in words or words == "..":
                continue
            for method in ("GET", "POST"):
                path = f"/{room}/{quote(words, safe='')}"
                answer = client.open(path, method=method, data={"password": PASSWORD})
                assert answer.status_code in {404, 410}, (path, method)
                assert echoed(answer, words) == ""
