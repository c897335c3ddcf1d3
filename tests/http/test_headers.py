"""Headers and cookies: what may run, what is kept, what stays out of reach."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from app import create_app
from tests.expertise.partnered import SITE
from tests.ground import settings
from tests.http.addresses import Sample
from tests.world import PASSWORD, Browser, World


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
        framed = path.startswith("/expertise/p/")  # by a partner: tests/expertise/test_embedded.py
        assert rules_of["frame-ancestors"] == (SITE if framed else "'none'")
        assert rules_of["base-uri"] == "'none'"
        assert rules_of["form-action"] == "'self'"
        for kind in ("script-src", "style-src"):
            assert re.fullmatch(r"'self'( 'nonce-[\w-]{20,}')?", rules_of[kind]), path
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers.get("X-Frame-Options") == (None if framed else "DENY")
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
            # Somebody may write a link elsewhere; it says nothing of where it is followed from.
            shown = re.sub(r"<(pre|code)\b.*?</\1>", "", page, flags=re.DOTALL)
            ours = re.sub(r'<a href="[^"]*" rel="noopener noreferrer"', "", shown)
            assert not re.search(r"(src|href|action)=[\"']?(https?:)?//", ours), path
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
