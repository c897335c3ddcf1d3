"""A company asks in the page of a partner, which stands on another site."""

import html
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

from playwright.sync_api import expect
from sqlalchemy import select

from expertise.needs.models import Need
from tests.browser.served import BOTH_WAYS, House, Visit
from tests.expertise.desks import SIRET, institution, programme
from tests.expertise.partnered import partner


@contextmanager
def site(body: dict[str, str]) -> Iterator[str]:
    """Another site, on another host than ours; what it shows may be said later."""

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            shown = body.get(self.path, "")
            self.wfile.write(f"<!DOCTYPE html><title>Site</title>{shown}".encode())

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Pages)
    serving = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    serving.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        serving.join()
        server.server_close()


TYPED = {
    "title": "Vendre en Allemagne",
    "description": "Deux salons au printemps.",
    "town": "Nantes",
    "first_name": "Inès",
    "last_name": "Essai",
    "phone": "02 61 91 00 00",
    "email": "ines@essai.example",
}


@BOTH_WAYS
def test_a_company_asks_in_the_page_of_a_partner(house: House, visit: Visit, scripts: bool) -> None:
    world, shown = house.world, dict[str, str]()
    team = world.member("Thomas")
    made = programme(world, team=(team,))
    institution(world, made)
    with site(shown) as other:
        one = partner(world, made, team, sites=other)
        desk = visit(team)
        desk.goto(f"/expertise/equipe/essai/partenaires/{one.id}")
        snippets = [html.unescape(each) for each in desk.locator("pre").all_inner_texts()]
        framed = snippets[0].replace(
            '" title', f'?siret={SIRET}&company=Fours&postcode=44000" title'
        )
        shown["/"] = framed + snippets[2]
        page = visit()
        page.goto(f"{other}/")
        frame = page.frame_locator("iframe")
        if scripts:
            page.wait_for_function("parseInt(document.querySelector('iframe').style.height) < 900")
        frame.get_by_role("link", name="Marketing").click()
        expect(frame.locator("[name=siret]")).to_have_value(SIRET)
        expect(frame.locator("[name=company]")).to_have_value("Fours")
        for name, words in TYPED.items():
            frame.locator(f"[name={name}]").fill(words)
        frame.locator("main form button").click()
        expect(frame.locator("h1")).to_have_text("Votre besoin est envoyé")
        assert page.context.cookies() == []
        assert world.all(select(Need.partner_id)) == [one.id]
        link = house.letter("ines@essai.example").link("/expertise/suivi/")
        own = visit()
        own.goto(link)
        expect(own.locator("h1")).to_contain_text("Vendre en Allemagne")
        with site({"/": framed}) as stranger:
            page.goto(f"{stranger}/")
            expect(frame.locator("body")).to_be_attached()
            assert frame.locator(".sheet").count() == 0
        # Nobody shows another page of ours, not even a partner.
        shown["/autre"] = f'<iframe src="{house.url}/expertise/essai/demander"></iframe>'
        page.goto(f"{other}/autre")
        expect(frame.locator("body")).to_be_attached()
        assert frame.locator(".sheet").count() == 0
