"""Take the screenshots of docs/guide again: `make screenshots`, a minute.

A demonstration is made in a temporary folder, served on a free port, visited, and forgotten.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, FilePayload, FloatRect, Page, ViewportSize, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # the tests know how Chromium is found and started

from core import clock  # noqa: E402
from tests.browser.conftest import FLAGS  # noqa: E402
from tests.services import CHROMIUM, chromium  # noqa: E402

GUIDE = ROOT / "docs/guide"
MAILLAGE = Path(sys.executable).with_name("maillage")
DESK, PHONE = ViewportSize(width=1280, height=900), ViewportSize(width=390, height=844)
WHO, MARGIN = ("membre", "moderation", "administration"), 24
DESKS = ("entreprise", "comite", "gestion", "moderation")
STILL = ".demo-banner, .demo-accounts { display: none } .topbar { position: static }"


@contextmanager
def served(environment: Mapping[str, str]) -> Iterator[str]:
    """A demonstration that is open; gives its address."""
    for word in ("init", "demo"):
        subprocess.run([MAILLAGE, word], env=environment, check=True, stdout=subprocess.DEVNULL)
    serve = [str(MAILLAGE), "serve", "--port", "0"]
    with subprocess.Popen(serve, env=environment, stdout=subprocess.PIPE, text=True) as server:
        try:
            yield next(iter(server.stdout or ())).split()[-1]
        finally:
            server.terminate()


def letter(folder: Path, to: str) -> str:
    """The HTML of the mail that somebody received, with its pictures, once it is there."""
    for _ in range(200):
        for file in folder.glob("*.eml"):
            mail = message_from_bytes(file.read_bytes(), policy=default)
            if to in mail["To"] and (body := mail.get_body(("html",))):
                html = str(body.get_content())
                for picture in mail.walk():
                    if picture["Content-ID"]:
                        inside = "data:image/png;base64," + str(picture.get_payload())
                        html = html.replace(f"cid:{picture['Content-ID'].strip('<>')}", inside)
                return html
        time.sleep(0.1)
    sys.exit(f"No mail came for {to}.")


def visitor(browser: Browser, address: str, who: str, viewport: ViewportSize = DESK) -> Page:
    """A browser of one's own, signed in if a name is given."""
    page = browser.new_context(
        base_url=address, locale="fr-FR", timezone_id="Europe/Paris", color_scheme="light",
        viewport=viewport, reduced_motion="reduce", bypass_csp=True,
    ).new_page()  # fmt: skip
    page.goto("/connexion")
    if who:
        page.fill("[name=email]", f"{who}@maillage.example")
        page.fill("[name=password]", "maillage-demo")
        page.get_by_role("button", name="Se connecter", exact=True).click()
        page.wait_for_url(lambda url: "/connexion" not in url)  # outside the networks: the desk
    return page


def take(page: Page, name: str, part: str = "main", height: float = 0) -> None:
    """Keep a part of the page, or so many pixels from its top, as light as can be."""
    page.add_style_tag(content=STILL)
    page.evaluate("() => { document.activeElement?.blur(); scrollTo(0, 0); }")
    page.wait_for_timeout(300)
    box = page.locator(part).first.evaluate("one => one.getBoundingClientRect().toJSON()")
    left, top = max(0, box["x"] - MARGIN), max(0, box["y"] - MARGIN)
    width = min(box["width"] + 2 * MARGIN, (page.viewport_size or DESK)["width"] - left)
    clip = FloatRect(x=left, y=top, width=width, height=height or box["height"] + 2 * MARGIN)
    picture = Image.open(BytesIO(page.screenshot(full_page=True, clip=clip))).convert("RGB")
    picture.quantize(dither=Image.Dither.NONE).save(GUIDE / f"{name}.png", optimize=True)


def found(page: Page, address: str) -> None:
    """Results, once the worker has read what there is."""
    for _ in range(120):
        page.goto(address)
        if page.locator("main a[href*='/forum/sujets/']").count():
            return
        page.wait_for_timeout(500)
    sys.exit("The search found nothing.")


def library(page: Page) -> None:
    """Find a document, read it, give one."""
    page.goto("/ressources")
    take(page, "ressources", height=760)
    page.locator("main a", has_text="APL").first.click()
    page.get_by_role("button", name="Garder dans mes favoris").click()
    take(page, "document", height=620)
    page.goto("/ressources/deposer")
    page.locator("input[type=file]").set_input_files(
        {"name": "CR du comité technique.txt", "mimeType": "text/plain", "buffer": b"Ordre du jour"}
    )
    page.locator(".arrival[data-state=done]").wait_for()
    take(page, "deposer", "main form")


def directory(page: Page) -> None:
    """Find a colleague, and where they work."""
    page.goto("/annuaire?pres=Nantes (44)&km=20")
    take(page, "annuaire", height=760)
    page.goto("/annuaire/structures?q=nantes ecologie")
    page.locator("#found .row-title a").first.click()
    take(page, "structure", height=520)
    page.goto("/annuaire/dispositifs")
    page.locator("#found .row-title a").first.click()
    take(page, "dispositif", height=520)
    page.goto("/carte")
    page.locator("[data-map][data-ready]").wait_for()
    take(page, "carte", "body", 860)
    page.goto("/compte/mes-donnees")
    take(page, "mes-donnees", height=760)


def dates_and_news(page: Page) -> None:
    """The agenda as a list and a month, a date of a series, calendars to follow, the news."""
    page.goto("/agenda")
    take(page, "agenda", height=760)
    page.goto("/agenda/mois")
    take(page, "agenda-mois", height=820)
    page.goto("/agenda")
    page.locator("main a", has_text="équipe à distance").first.click()
    page.locator("dl.event-facts").wait_for()
    take(page, "date")
    page.goto("/agenda/nouveau")
    page.locator("[name=every]").select_option(label="Chaque mois")
    take(page, "annoncer", "main form", 900)
    page.goto("/agenda/flux")
    take(page, "calendriers")
    page.goto("/actualites")
    take(page, "actualites", height=820)
    page.goto("/actualites/publier?genre=portes-ouvertes")
    take(page, "publier", "main form", 760)


def taking_part(page: Page, moderator: Page) -> None:
    """A moderator opens the registrations of a date; a member takes a place."""
    moderator.goto("/agenda")
    moderator.locator("main .row-title a", has_text="Vis ma vie").first.click()
    moderator.locator("dl.event-facts").wait_for()
    address = moderator.url
    moderator.get_by_role("link", name="Ouvrir les inscriptions").click()
    moderator.fill("[name=capacity]", "12")
    moderator.locator("main form").get_by_role("button", name="Enregistrer").first.click()
    page.goto(address)
    page.get_by_role("button", name="Je participe").click()
    page.locator(".take-part .notice").wait_for()
    take(page, "participer", ".take-part")


CIRCULAR = """From: moderation@maillage.example
Subject: TR : Portes ouvertes de la ressourcerie
Message-ID: <portes-ouvertes@maillage.example>
Content-Type: multipart/mixed; boundary=piece

--piece
Content-Type: text/plain; charset=utf-8

Vous êtes invités aux portes ouvertes de la ressourcerie le {day:%d/%m/%Y} de 14 h à 17 h.
Lieu : 12 rue des Ateliers, Nantes

--piece
Content-Type: text/plain; charset=utf-8
Content-Disposition: attachment; filename="Le programme.txt"

Visite des ateliers, rencontre avec les encadrants.
--piece--
"""


def circular(page: Page, environment: Mapping[str, str]) -> None:
    """A moderator forwards a circular, which becomes a draft."""
    page.goto("/brouillons")
    address = page.locator("ul.codes li").first.inner_text()
    sent = CIRCULAR.format(day=clock.today() + timedelta(days=24)).encode()
    receive = [str(MAILLAGE), "receive", "--to", address]
    subprocess.run(receive, input=sent, env=environment, check=True)
    for _ in range(60):
        page.goto("/brouillons")
        if page.locator("section.draft").count():
            break
        page.wait_for_timeout(500)
    take(page, "brouillon", "section.draft")


def letters_and_rooms(page: Page) -> None:
    """A moderator prepares the letter, reads the drafts, opens a room."""
    page.goto("/lettres/redaction")
    page.locator("main a[href^='/lettres/redaction/']").first.click()
    page.locator("main form textarea").first.wait_for()
    take(page, "lettre", height=900)
    page.goto("/visio")
    take(page, "visio")
    page.locator("main .row-title a[href^='/visio/']").first.click()
    page.locator("[data-enter]").wait_for()
    take(page, "salon", height=760)


TABLE = """Nom;Type;SIRET;Commune;Téléphone
Les Vergers du Val;ACI;80746931700018;Angers;02 61 91 11 01
Atelier du Lin;Chantier;;Laval;02 61 91 11 02
Coup de main;AI;123;Saumur;
"""


def running(page: Page) -> None:
    """An administrator imports a table, and reads the figures."""
    page.goto("/annuaire/imports/nouveau/organisations")
    table = FilePayload(name="structures.csv", mimeType="text/csv", buffer=TABLE.encode())
    page.set_input_files("[name=file]", table)
    page.get_by_role("button", name="Lire le fichier").click()
    page.get_by_role("button", name="Importer 1 ligne").wait_for()
    take(page, "import", height=620)
    page.goto("/administration/chiffres?periode=30j")
    take(page, "chiffres", height=900)


def desk(company: Page, committee: Page, house: Page, team: Page) -> None:
    """A company asks and subscribes, a committee votes, an institution answers, a team runs."""
    company.goto("/expertise/pacte-competences/demander")
    company.locator("main li a", has_text="Fours du Midi").click()
    company.get_by_role("checkbox", name="Marketing").check()
    company.locator("main form button").first.click()
    company.fill("[name=title]", "Ouvrir un deuxième atelier")
    take(company, "besoin", height=720)
    company.goto("/expertise")
    company.locator("main .row-title a", has_text="Fours du Midi").click()
    company.get_by_role("link", name="Abonnement et crédits").click()
    company.wait_for_url("**/abonnement")
    take(company, "abonnement", height=820)
    committee.goto("/expertise/comites")
    committee.locator("main .row-title a").first.click()
    committee.get_by_role("button", name="Voter").wait_for()
    take(committee, "vote", height=910)
    house.goto("/expertise/recus")
    house.locator("main .row-title a").last.click()
    house.wait_for_url("**/expertise/positions/*")
    take(house, "recu", height=760)
    team.goto("/expertise/equipe/pacte-competences/enquetes")
    take(team, "enquetes", height=640)
    team.goto("/expertise/equipe/alize/comites")
    team.locator("main .row-title a").first.click()
    team.get_by_role("heading", name="Membres").wait_for()
    take(team, "comite", height=500)
    team.goto("/expertise/equipe/alize")
    take(team, "equipe", height=680)
    team.goto("/expertise/equipe/conseillers-entreprises/partenaires")
    team.locator("main .row-title a").first.click()
    team.wait_for_url("**/partenaires/*")
    take(team, "partenaire", height=470)
    team.goto("/expertise/equipe/pacte-competences/conventions")
    team.locator("main .row-title a").first.click()
    team.wait_for_url("**/expertise/conventions/*")
    take(team, "convention", height=810)
    team.goto("/expertise/equipe/alize/chiffres")
    take(team, "chiffres-expertise", height=800)


def tour(browser: Browser, address: str, mails: Path) -> None:
    """A member asks and is answered; a moderator and an administrator do their part."""
    page, moderator, administrator = (visitor(browser, address, who) for who in WHO)
    page.goto("/")
    take(page, "accueil", "body", 860)
    page.goto("/forum/nouveau")
    page.locator("[name=title]").press_sequentially("Visale : un bailleur refuse")
    page.locator("[name=theme]").select_option(label="Logement")
    page.locator("#similar a").first.wait_for()
    page.locator("[name=reach][value=chosen]").check()
    with page.expect_response("**/portee"):
        page.get_by_role("checkbox", name="Loire-Atlantique").check()
    take(page, "poser", "main form")
    found(page, "/recherche?q=visale")
    take(page, "recherche", height=640)
    page.locator("main li.row a[href*='/forum/sujets/']").first.click()
    take(page, "repondre", height=1150)
    moderator.goto(page.url)
    moderator.locator("textarea[name=body]").fill(
        "Bravo ! Nous les mettons dans notre fiche logement."
    )
    moderator.get_by_role("button", name="Publier ma réponse").click()
    library(page)
    directory(page)
    dates_and_news(page)
    page.goto("/notifications")
    take(page, "notifications", height=520)
    page.goto("/compte/notifications")
    take(page, "frequences")
    page.set_content(letter(mails, "membre@"))
    take(page, "courriel", ".page")
    moderator.goto("/moderation")
    take(moderator, "moderation")
    moderator.locator("main a[href*='/masquer']").last.click()
    moderator.fill("[name=reason]", "Un compteur par prénom expose les salariés.")
    take(moderator, "masquer")
    administrator.goto("/administration")
    take(administrator, "administration")
    administrator.goto("/administration/invitations/nouvelle")
    administrator.get_by_role("checkbox", name="COORACE").check()
    administrator.locator("#narrow").press_sequentially("nantes")
    administrator.get_by_role("checkbox", name="Nantes").check()
    take(administrator, "inviter", "main fieldset", 535)
    administrator.goto("/administration/reseaux/1")
    take(administrator, "reseau", height=690)
    letters_and_rooms(moderator)
    taking_part(page, moderator)
    running(administrator)


def main() -> None:
    """All of them, in the order of the guide."""
    if not (path := chromium()):
        sys.exit(f"No Chromium here (apt install {' '.join(CHROMIUM)}).")
    with tempfile.TemporaryDirectory(prefix="maillage-guide-") as folder, sync_playwright() as play:
        environment = os.environ | {
            "MAILLAGE_VAR": folder,
            "DATABASE_URL": f"sqlite:///{folder}/maillage.db",
            "SECRET_KEY_FILE": f"{folder}/secret-key",
            "STORAGE_URL": f"file:{folder}/files",
            "MAIL_URL": f"file:{folder}/mail",
            "MAIL_DELAY_SECONDS": "0",
            "MAIL_CIRCULARS": "circulaires+{token}@maillage.example",
        }
        browser = play.chromium.launch(executable_path=path, args=FLAGS)
        with served(environment) as address:
            take(visitor(browser, address, "", PHONE), "connexion", "body", 830)
            tour(browser, address, Path(folder, "mail"))
            circular(visitor(browser, address, "moderation"), environment)
            desk(*(visitor(browser, address, who) for who in DESKS))


if __name__ == "__main__":
    main()
