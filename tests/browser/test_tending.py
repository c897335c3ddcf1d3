"""The directory, filled by administrators: from a spreadsheet, and one entry at a time."""

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.served import BOTH_WAYS, House, Visit, path, press, send, until

NANTES, LAVAL = (47.2184, -1.5536), (48.07, -0.77)
KNOWN, NEW, WRONG = "80746931700018", "75187049400026", "80746931700019"
TITLES = "Nom;Type;SIRET;Code postal;Commune;Téléphone;Latitude;Longitude"
LINES = (
    f"Les Jardins neufs;ACI;{KNOWN};44000;Nantes;02 40 00 00 00;47,2184;-1,5536",
    f"Les Vergers;EI;{NEW};53000;Laval;02 43 00 00 00;48,07;-0,77",
    f"Le Faux;ACI;{WRONG};;;douze;;",
    "=1+1;ACI;;;;;;",
)


def agree(page: Page, action: str, scripts: bool) -> None:
    """Press the button that posts there, and say yes to what it asks when scripts run."""
    press(page, action)
    if scripts:
        page.locator("[data-confirm-dialog] [data-answer]").click()


def find(page: Page, words: str, scripts: bool) -> Locator:
    """Look for these words in the list where the page is; gives the titles that are found."""
    page.locator("#words").fill(words)
    if not scripts:
        page.locator("form.find button").click()
    return page.locator("#found .row-title")


# --- from a spreadsheet ------------------------------------------------------------------------


def give(page: Page, file: Path) -> None:
    """From the administration's own page to what each line of a table would change."""
    page.goto("/administration")
    page.locator("main a[href='/annuaire/imports']").click()
    page.locator("main a[href='/annuaire/imports/nouveau/organisations']").click()
    page.locator("[name=file]").set_input_files(file)
    send(page, "file")
    expect(page).to_have_url(re.compile(r"/annuaire/imports/\d+$"))
    shown(page, page.locator("main table"))


def shown(page: Page, what: Locator) -> None:
    """Once the worker has done its part; the page also comes again by itself."""
    until(lambda: page.reload() and what.count(), bool)


def fates(page: Page) -> list[list[str]]:
    """Line, name and fate, as the page shows them."""
    rows = page.locator("main tbody tr").all()
    return [[cell.strip() for cell in row.locator("td, th").all_inner_texts()[:3]] for row in rows]


@BOTH_WAYS
def test_a_table_comes_in_once_its_lines_were_seen(
    house: House, visit: Visit, scripts: bool, tmp_path: Path
) -> None:
    world = house.world
    world.organisation("Les Jardins", siret=KNOWN, town="Nantes", phone="0240000000")
    file = tmp_path / "structures.csv"
    file.write_text("\n".join((TITLES, *LINES)))
    member = visit(world.member())
    page = visit(world.administrator())

    page.goto("/annuaire/imports/nouveau/organisations")
    send(page, "file")
    expect(page.locator("[name=file]")).to_have_attribute("aria-invalid", "true")
    give(page, file)
    assert fates(page) == [
        ["2", "Les Jardins neufs", "À mettre à jour"],
        ["3", "Les Vergers", "À ajouter"],
        ["4", "Le Faux", "En erreur"],
        ["5", "", "En erreur"],
    ]
    changed, _added, wrong, formula = page.locator("main tbody tr").all()
    expect(changed.locator("del")).to_have_text(["Les Jardins"])
    expect(changed.locator("ins").first).to_have_text("Les Jardins neufs")
    assert [one.split("\xa0:")[0] for one in wrong.locator(".error").all_inner_texts()] == [
        "SIRET",
        "Téléphone",
    ]
    expect(formula.locator(".error")).to_contain_text("Nom")
    page.locator(".filters a").filter(has_text="En erreur").first.click()
    expect(page.locator("main tbody tr")).to_have_count(2)
    # Seen is not written.
    member.goto("/annuaire/structures")
    expect(member.locator("#found .row-title")).to_have_text(["Les Jardins"])

    press(page, "/confirmer")
    expect(page.locator("main")).to_contain_text("2 lignes importées")  # it came by itself
    page.locator("main a[href='/annuaire/structures']").click()
    expect(page.locator("#found .row-title")).to_have_text(["Les Jardins neufs", "Les Vergers"])
    found_by_a_member(member, scripts)

    give(page, file)
    assert [fate for _line, _name, fate in fates(page)] == [
        *["Sans changement"] * 2,
        *["En erreur"] * 2,
    ]
    expect(page.locator("form[action$='/confirmer']")).to_have_count(0)
    press(page, "/abandonner")
    expect(page).to_have_url(re.compile("/annuaire/imports$"))


def found_by_a_member(page: Page, scripts: bool) -> None:
    """In the directory, on its own page, and on the map where it is."""
    page.goto("/annuaire/structures")
    titles = find(page, "verger", scripts)
    expect(titles).to_have_text(["Les Vergers"])
    titles.locator("a").click()
    expect(page.locator("h1")).to_have_text("Les Vergers")
    expect(page.locator("dl.facts")).to_contain_text("02 43 00 00 00")
    own = path(page)
    page.locator("dl.facts a[href^='/carte']").click()
    row = page.locator("#found li.row").filter(has=page.locator(f"a[href='{own}']"))
    expect(row).to_be_visible()
    at = row.locator("[data-open-mark]").get_attribute("data-at")
    assert at == f"{LAVAL[0]:.5f},{LAVAL[1]:.5f}"
    if scripts:
        expect(page.locator("[data-map][data-ready]")).to_be_visible()
        row.locator("[data-open-mark]").click()
        expect(page.locator(".map-sheet h3")).to_have_text("Les Vergers")
    page.goto("/carte?pres=Nantes&km=10")
    expect(page.locator("#found .row-title")).to_have_text(["Les Jardins neufs"])


# --- one entry at a time -----------------------------------------------------------------------


@BOTH_WAYS
def test_an_organisation_is_added_corrected_withdrawn_and_given_back(
    house: House, visit: Visit, scripts: bool
) -> None:
    world = house.world
    member = visit(world.member())
    page = visit(world.administrator())
    page.goto("/administration")
    page.locator("main a[href='/annuaire/structures']").click()
    page.locator("main a[href='/annuaire/structures/nouvelle']").click()
    page.locator("[name=name]").fill("Les Jardins")
    page.locator("[name=kind]").select_option(label="ACI")
    page.locator("[name=siret]").fill(WRONG)
    page.locator("[name=town]").fill("Nantes")
    page.locator(f"[name=member_of][value='{world.network('coorace')}']").check()
    send(page, "name")
    expect(page.locator("[name=siret]")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[name=town]")).to_have_value("Nantes")
    page.locator("[name=siret]").fill(KNOWN)
    send(page, "name")
    expect(page.locator("h1")).to_have_text("Les Jardins")
    address = path(page)
    seen(member, address, "Nantes")

    page.locator(f"a[href='{address}/modifier']").click()
    expect(page.locator("[name=siret]")).to_have_value(KNOWN)
    page.locator("[name=town]").fill("Laval")
    page.locator("[name=opening_hours]").fill("lundi et mardi")
    send(page, "name")
    expect(page.locator(".flash")).to_contain_text("Les Jardins")
    seen(member, address, "lundi et mardi")

    withdrawn_then_given_back(page, member, address, scripts)


@BOTH_WAYS
def test_a_scheme_is_added_corrected_withdrawn_and_given_back(
    house: House, visit: Visit, scripts: bool
) -> None:
    world = house.world
    member = visit(world.member())
    page = visit(world.administrator())
    page.goto("/administration")
    page.locator("main a[href='/annuaire/dispositifs']").click()
    page.locator("main a[href='/annuaire/dispositifs/nouveau']").click()
    send(page, "name")
    expect(page.locator("[name=name]")).to_have_attribute("aria-invalid", "true")
    page.locator("[name=name]").fill("Permis pour l’emploi")
    page.locator("[name=run_by]").fill("La Région")
    page.locator("[name=starts_on]").fill("2026-03-31")
    page.locator("[name=ends_on]").fill("2026-01-01")
    send(page, "name")
    expect(page.locator("[name=ends_on]")).to_have_attribute("aria-invalid", "true")
    page.locator("[name=ends_on]").fill("2099-12-31")
    send(page, "name")
    expect(page.locator("h1")).to_have_text("Permis pour l’emploi")
    address = path(page)
    seen(member, address, "La Région")

    page.locator(f"a[href='{address}/modifier']").click()
    page.locator("[name=for_whom]").fill("Jeunes de moins de 26 ans")
    send(page, "name")
    expect(page.locator(".flash")).to_contain_text("Permis pour l’emploi")
    seen(member, address, "Jeunes de moins de 26 ans")

    withdrawn_then_given_back(page, member, address, scripts)


def seen(member: Page, address: str, words: str) -> None:
    """A member finds it in the list, and these words on its page."""
    member.goto(address.rsplit("/", 1)[0])
    member.locator(f"#found a[href='{address}']").click()
    expect(member.locator("main")).to_contain_text(words)


def withdrawn_then_given_back(page: Page, member: Page, address: str, scripts: bool) -> None:
    """Nobody finds it any more, then everybody again."""
    page.goto(address)
    agree(page, "/retirer", scripts)
    expect(page).to_have_url(re.compile("etat=retirees"))
    gone = member.goto(address)
    assert gone is not None
    assert gone.status == 404
    member.goto(address.rsplit("/", 1)[0])
    expect(member.locator("#found .row-title")).to_have_count(0)
    page.locator(f"#found a[href='{address}']").click()
    press(page, "/rendre")
    expect(page.locator(f"#found a[href='{address}']")).to_be_visible()
    member.reload()
    expect(member.locator(f"#found a[href='{address}']")).to_be_visible()
