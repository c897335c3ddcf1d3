"""What the Internet may send: forged, huge, naughty. The house stays calm."""

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from accounts.models import Member
from app import create_app
from blueprints._access import local_address
from core.text import plain
from forum.models import Post
from tests.http.sample import Sample, rules, sample
from tests.services import ROOT, leave_out
from tests.world import BOTH, PASSWORD, Browser, World, settings

NAUGHTY = [
    "",
    " ",
    "\u00a0",
    "0",
    "-1",
    "1e9",
    "NaN",
    "٣",
    "²",
    "9" * 5000,
    "99999999999999999999",
    "2147483648",
    "\x00",
    "a\x00b",
    "%00",
    "%s%d%(x)s{x}{0}{{7*7}}${7*7}#{7*7}",
    "\ufeff\u202e\u200b\ud7ff\U0010ffff",
    "\r\nSet-Cookie: a=b",
    "'; DROP TABLE member; --",
    '" onmouseover="alert(1)',
    "<script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "../../../../etc/passwd",
    "//evil.example/",
    "/\t/[",
    "/a\nb",
    "/a\r\nb",
    "😀" * 40,
    "é" * 300,
    "[]",
    "0001-01-01T00:00:00+14:00~1",
    "9999-12-31T23:59:59-14:00~1",
    "2026-01-01T00:00:00+00:00~9999999999",
    "2026-01-01~1",
    "\\",
    "%",
    "_",
    "*" * 200,
    "(" * 200,
]


@pytest.fixture
def house(world: World) -> Sample:
    world.app.config["PROPAGATE_EXCEPTIONS"] = False
    return sample(world)


# --- forged requests ---------------------------------------------------------------------------


def test_every_post_proves_that_it_comes_from_our_pages(house: Sample) -> None:
    world = house.world
    world.app.config["WTF_CSRF_ENABLED"] = True
    open_to_forgery = []
    for member in (house.administrator, None):
        client = world.client(member)
        for rule in rules(world.app):
            if "POST" not in (rule.methods or set()):
                continue
            answer = client.post(house.path(rule), data={"body": "x", "csrf_token": "forged"})
            if answer.status_code != 400:
                open_to_forgery.append(rule.endpoint)
    assert set(open_to_forgery) == {"notifications.unsubscribe"}
    client = world.client(house.member)
    token = csrf_of(client.get("/forum"))
    assert client.post("/forum/tout-lu", data={"csrf_token": token}).status_code == 302
    assert client.post("/forum/tout-lu", headers={"X-CSRFToken": token}).status_code == 302
    other = world.client(house.administrator)
    assert other.post("/forum/tout-lu", data={"csrf_token": token}).status_code == 400


def test_every_form_carries_its_proof(house: Sample) -> None:
    house.world.app.config["WTF_CSRF_ENABLED"] = True
    bare = [
        f"{form.page}: {form.action}"
        for _client, forms in every_form(house)
        for form in forms
        if not "".join(form.fields.get("csrf_token", []))
    ]
    assert bare == []


def csrf_of(answer: TestResponse) -> str:
    found = re.search(r'name="csrf-token" content="([^"]+)"', answer.get_data(as_text=True))
    assert found
    return found.group(1)


# --- headers -----------------------------------------------------------------------------------


def test_every_answer_says_what_may_run(house: Sample) -> None:
    client = house.world.client(house.administrator)
    nonces: list[str] = []
    paths = [*house.pages().values(), "/nulle-part", "/static/css/maillage.css"]
    for path in paths:
        answer = client.get(path)
        policy = answer.headers["Content-Security-Policy"]
        rules_of = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
        assert "unsafe" not in policy
        assert rules_of["default-src"] == "'none'"
        assert rules_of["frame-ancestors"] == rules_of["base-uri"] == "'none'"
        assert rules_of["form-action"] == "'self'"
        for kind in ("script-src", "style-src"):
            assert re.fullmatch(r"'self'( 'nonce-[\w-]{20,}')?", rules_of[kind]), path
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        answer.close()
        if path.startswith("/static/"):
            assert "max-age=31536000" in answer.headers["Cache-Control"]
        else:
            assert answer.headers["Cache-Control"] == "no-store", path
        if answer.mimetype == "text/html" and answer.status_code != 302:
            page = answer.get_data(as_text=True)
            used = set(re.findall(r'nonce="([^"]*)"', page))
            given = set(re.findall(r"'nonce-([^']*)'", policy))
            assert used <= given, path
            nonces += given
            data = 'type="application/json"'  # read, never run
            found = re.findall(r"<(?:script|style)\b(?![^>]*\bnonce=)[^>]*>", page)
            bare = [tag for tag in found if data not in tag]
            assert bare == [], path
            assert not re.search(r"<[^>]+\s(on\w+|style)=", page), path
            assert "{{" not in page
            assert not re.search(r"(src|href|action)=[\"']?(https?:)?//", page), path
    assert len(nonces) == len(set(nonces)) > 30


def test_what_the_pages_load_is_kept_for_a_year_under_a_name_of_its_content(world: World) -> None:
    page = world.client().get("/connexion").get_data(as_text=True)
    addresses = re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js|svg)[^"]*)"', page)
    assert addresses
    for address in addresses:
        assert re.search(r"\?v=[0-9a-f]{12}(#[\w-]+)?$", address), address
        answer = world.client().get(address)
        answer.close()
        assert answer.status_code == 200
        assert "max-age=31536000" in answer.headers["Cache-Control"]
        assert "immutable" in answer.headers["Cache-Control"], address


def cookies_of(answer: TestResponse) -> list[str]:
    return answer.headers.getlist("Set-Cookie")


@pytest.mark.parametrize("base_url", ["http://localhost", "https://maillage.example"])
def test_the_session_is_out_of_reach_of_scripts_and_of_other_sites(
    tmp_path: Path, database_url: str, base_url: str
) -> None:
    app = create_app(replace(settings(tmp_path, database_url), base_url=base_url))
    app.test_client_class = Browser
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    with app.app_context():
        world = World(app)
        member = world.member(password=PASSWORD)
        data = {"email": member.email, "password": PASSWORD}
        answer = app.test_client().post("/connexion", data=data, base_url=base_url)
        assert answer.status_code == 302
        (cookie,) = cookies_of(answer)
        assert cookie.startswith("maillage=")
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert ("Secure" in cookie) is base_url.startswith("https")
        strict = answer.headers.get("Strict-Transport-Security", "")
        assert bool(strict) is base_url.startswith("https")


# --- where one is sent -------------------------------------------------------------------------

ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "https://evil.example",
    "https:evil.example",
    "HTTPS:/evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "evil.example",
    "@evil.example",
    "%2f%2fevil.example",
    "http://localhost@evil.example",
    "/\t/[",
    "//[",
    "",
]


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_nobody_is_sent_to_another_site(world: World, elsewhere: str) -> None:
    assert local_address(elsewhere) is None
    member = world.member(password=PASSWORD)
    client = world.client()
    data = {"email": member.email, "password": PASSWORD, "suite": elsewhere}
    answers = [
        world.client().post("/connexion", data=data),
        world.client().get("/langue/fr", query_string={"suite": elsewhere}),
        world.client(member).get("/connexion", query_string={"suite": elsewhere}),
        client.get("/connexion", query_string={"suite": elsewhere}),
    ]
    for answer in answers[:3]:
        assert answer.status_code == 302
        target = urlsplit(answer.location)
        assert (target.netloc, target.path) == ("", "/"), answer.location
    assert answers[3].status_code == 200


def test_one_comes_back_to_a_page_of_ours(world: World) -> None:
    for here in ("/forum?theme=droit&voir=suivis", "/forum/sujets/1#reponse-2", "/recherche?q=é"):
        assert local_address(here) == here


def test_asking_for_the_head_of_a_page_sends_no_form(house: Sample) -> None:
    client = house.world.client(house.world.member())
    for path in ("/connexion", "/charte", "/compte", "/compte/double-authentification", "/forum"):
        assert client.head(path, data={"begin": "1"}).status_code in {200, 302}, path


# --- what is no address, no method, no size ----------------------------------------------------


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
        if not rule.arguments or "token" in rule.arguments or rule.endpoint == "static":
            continue
        for number in ("0", "424242", "2147483647", "2147483648", "9" * 30, "-1", "x", "%00"):
            path = re.sub(r"<int:[^>]*>", number, rule.rule)
            path = re.sub(r"<any\(([a-z]*)[^>]*>", r"\1", path).replace("<code>", number)
            for method in (rule.methods or set()) & {"GET", "POST"}:
                answer = client.open(path, method=method, data={})
                assert answer.status_code in {404, 405}, (method, path)


PARAMETERS = (
    *("q", "avant", "apres", "citer", "theme", "territoire", "voir", "title", "titre", "audience"),
    *("networks", "territories", "reach", "suite", "garder", "role", "reseau", "nom", "prenom"),
    *("etat", "acte", "parti", "recue", "v"),
)

READING = (
    *("/", "/forum", "/forum/sujets/1", "/forum/mentions", "/recherche", "/notifications"),
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


def echoed(answer: TestResponse, words: str) -> str:
    """What was typed, if it came back as HTML rather than as words."""
    if answer.mimetype != "text/html" or ("<" not in words and '"' not in words):
        return ""
    page = answer.get_data(as_text=True)
    for trap in ("<script>alert", "<img src=x", '" onmouseover="', "</textarea><script"):
        if trap in words and trap in page:
            return trap
    return ""


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


# --- forms -------------------------------------------------------------------------------------


@dataclass
class Form:
    """A form as a page shows it."""

    page: str
    action: str
    fields: dict[str, list[str]]
    kinds: dict[str, str]

    def filled(self, words: str) -> dict[str, list[str]]:
        """The same words in every field that one types in; choices as they stand."""
        typed = {"text", "email", "password", "tel", "search", "textarea", "hidden", "number"}
        return {
            name: [words] if self.kinds[name] in typed and name != "csrf_token" else values
            for name, values in self.fields.items()
        }


class Forms(HTMLParser):
    """The POST forms of a page."""

    def __init__(self, page: str, html: str) -> None:
        super().__init__()
        self.page, self.forms = page, list[Form]()
        self._form: Form | None = None
        self._textarea, self._select = "", ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("method", "get").lower() == "post":
            self._form = Form(self.page, given.get("action") or self.page, {}, {})
            self.forms.append(self._form)
        if self._form is None:
            return
        name = given.get("name", "")
        if tag == "select":
            self._select = name
            self._keep(name, "select")
        elif tag == "option" and self._select:
            if "selected" in given or not self._form.fields[self._select]:
                self._form.fields[self._select] = [given.get("value", "")]
        elif tag == "textarea":
            self._textarea = name
            self._keep(name, "textarea", "")
        elif name:
            kind = given.get("type", "text" if tag == "input" else "button")
            if kind not in {"checkbox", "radio"} or "checked" in given:
                self._keep(name, kind, given.get("value", ""))

    def _keep(self, name: str, kind: str, *values: str) -> None:
        if self._form is not None and name:
            self._form.fields.setdefault(name, []).extend(values)
            self._form.kinds[name] = kind

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        if tag in {"select", "textarea"}:
            self._select = self._textarea = ""

    def handle_data(self, data: str) -> None:
        if self._form is not None and self._textarea:
            self._form.fields[self._textarea][-1] += data


def forms_of(client: FlaskClient, paths: list[str]) -> list[Form]:
    found: dict[tuple[str, tuple[str, ...]], Form] = {}
    for path in paths:
        for form in Forms(path, client.get(path).get_data(as_text=True)).forms:
            if "deconnexion" not in form.action:
                found.setdefault((form.action, tuple(sorted(form.fields))), form)
    return list(found.values())


def naughty_strings() -> list[str]:
    file = ROOT.parent / "shared/data/xss/naughty_strings.json"
    if not file.exists():
        leave_out("the shared data are absent (naughty_strings.json)")
    return [one["payload"] for one in json.loads(file.read_text())]


def every_form(house: Sample) -> Iterator[tuple[FlaskClient, list[Form]]]:
    """Those of an administrator, of a member and of a visitor."""
    pages = list(house.pages().values())
    for member in (house.administrator, house.member, None):
        yield house.world.client(member), forms_of(house.world.client(member), pages)


def typed_into(house: Sample) -> int:
    """Send naughty words by every form of the house, each in its turn; how many forms there are."""
    number, chance = 0, random.Random(3)
    for client, forms in every_form(house):
        number += len(forms)
        for form in forms:
            for words in chance.sample(NAUGHTY, 5):
                answer = send(client, form, words)
                assert answer.status_code < 500, (form.action, words)
                assert answer.status_code != 400, (form.action, words)
                assert echoed(answer, words) == "", (form.action, words)
                if answer.status_code == 302:
                    assert urlsplit(answer.location).netloc == "", form.action
    return number


def send(client: FlaskClient, form: Form, words: str) -> TestResponse:
    """Send a form, but nothing that would close the house: who signs in, who is there."""
    filled = form.filled(words)
    if "newcomer_posts" in filled:
        filled["newcomer_posts"] = ["0"]
    if "suspendre" in form.action or "deconnecter" in form.action or "partout" in form.action:
        filled["reason"] = [""]
    if "partout" in form.action or "deconnecter" in form.action or "charte" in form.action:
        return client.get(form.page)
    return client.post(form.action, data=filled)


@BOTH
def test_no_form_is_upset_by_what_is_typed(house: Sample) -> None:
    assert typed_into(house) > 40
    assert house.world.client(house.member).get("/forum").status_code == 200
    assert house.world.one(select(Member.id).where(Member.id == house.member.id))


@pytest.mark.data
def test_no_topic_is_upset_by_naughty_strings(house: Sample) -> None:
    strings = naughty_strings()
    client = house.world.client(house.member)
    path = f"/forum/sujets/{house.topic.id}"
    for start in range(0, len(strings), 8):
        words = "\n\n".join(strings[start : start + 8])
        title = plain(strings[start])
        answer = client.post(f"{path}/reponses", data={"body": words, "submission": ""})
        assert answer.status_code == 302, words
        answer = client.get("/recherche", query_string={"q": title})
        assert answer.status_code == 200, title
        assert echoed(answer, title) == ""
        answer = client.post("/forum/nouveau", data={"title": title, "body": words, "theme": "1"})
        assert answer.status_code in {302, 422}, title
    for page in (path, f"{path}?apres=30", "/forum", "/"):
        shown = client.get(page)
        assert shown.status_code == 200
        assert "<script>alert" not in shown.get_data(as_text=True)
        assert "<img" not in shown.get_data(as_text=True)


def test_what_is_to_be_mended_leads_to_its_field(world: World) -> None:
    page = world.client().post("/connexion/lien", data={"email": ""})
    assert page.status_code == 422
    assert re.search(r'<li><a href="#email">[^<]+</a>', page.text), page.text


@BOTH
def test_what_was_typed_is_kept_when_it_is_refused(house: Sample) -> None:
    client, post = (
        house.world.client(house.member),
        house.world.one(select(Post.id).where(Post.topic_id == house.topic.id, Post.number == 0)),
    )
    title, body = "Un <b>titre</b> “soigné”", "Un texte <i>long</i> & soigné"
    reply = f"/forum/sujets/{house.topic.id}/reponses"
    for path, data in (
        ("/forum/nouveau", {"title": title, "body": "", "theme": "1"}),
        ("/forum/nouveau", {"title": "", "body": body, "theme": "1"}),
        ("/forum/nouveau", {"title": title, "body": body, "theme": "99"}),
        ("/forum/nouveau", {"title": title, "body": body}),
        ("/forum/nouveau", {"title": title, "body": body, "theme": "1", "networks": "99"}),
        ("/forum/nouveau", {"title": title * 20, "body": body, "theme": "1"}),
        (f"/forum/messages/{post}/modifier", {"title": title, "body": "", "theme": "1"}),
        (f"/forum/messages/{post}/modifier", {"title": "", "body": body, "theme": "1"}),
        (reply, {"body": body + "x" * 20_000}),
        (f"/forum/messages/{house.ids['post_id']}/signaler", {"words": body}),
        (f"/forum/messages/{house.ids['post_id']}/signaler", {"words": body, "reason": "other"}),
        ("/demander-un-acces", {"first_name": title, "reason": body}),
        ("/compte", {"first_name": title, "last_name": "", "phone": "rien"}),
    ):
        answer = client.post(path, data=data)
        assert answer.status_code == 422, (path, data)
        page = answer.get_data(as_text=True)
        kept = unescape(page)
        for name, words in data.items():
            if name in {"title", "body", "words", "first_name", "reason", "phone"}:
                assert words in kept, (path, name)
        assert "<b>titre</b>" not in page
        assert "<i>long</i>" not in page
        assert 'aria-invalid="true"' in page or 'role="alert"' in page


def test_a_wrong_password_is_not_sent_back(world: World) -> None:
    data = {"email": "personne@example.org", "password": "mon secret à moi"}
    answer = world.client().post("/connexion", data=data)
    assert answer.status_code == 422
    assert "mon secret" not in answer.get_data(as_text=True)
    assert "personne@example.org" in answer.get_data(as_text=True)
