"""What people come to do in the library, with scripts and without, on a line that is cut too."""

import re
from pathlib import Path

from playwright.sync_api import Page, Route, expect

from files.actions import LARGEST_PIECE
from tests.browser.served import BOTH_WAYS, House, Visit, path
from tests.world import World


def deposit(page: Page, file: Path, scripts: bool, world: World) -> None:
    """Give a file to COORACE: three clicks and a title."""
    page.goto("/ressources")
    page.locator("main a[href='/ressources/deposer']").first.click()
    page.locator("input[type=file]").set_input_files(file)
    if scripts:
        expect(page.locator(".arrival[data-state=done]")).to_contain_text(file.name)
        title = page.locator(".arrival input[name^=title]")
        expect(title).to_have_value("CR du 12 mars")
        expect(page.locator(".arrival select")).to_have_value(str(world.kind("compte-rendu")))
        title.fill("Compte-rendu du 12 mars")
    page.locator("[name=reach][value=chosen]").check()
    page.locator(f"[name=networks][value='{world.network('coorace')}']").check()
    page.locator("main form .actions button").click()
    expect(page.locator(".flash")).to_contain_text("Votre document est en ligne")


@BOTH_WAYS
def test_given_then_found_kept_and_told_of_the_next_version(
    house: House, visit: Visit, scripts: bool, tmp_path: Path
) -> None:
    world = house.world
    owner, reader = world.member("Odile"), world.member("Lise")
    outsider = world.member("Élie", networks=("fnars",))
    file = tmp_path / "CR du 12 mars.txt"
    file.write_text("La mobilité en zone rurale.\n\nProchaine réunion en mai.")
    page = visit(owner)
    deposit(page, file, scripts, world)
    address = path(page)
    refused = visit(outsider).goto(address)
    assert refused is not None
    assert refused.status == 404

    other = visit(reader)
    other.goto("/ressources")
    other.locator(f"a[href='{address}']").click()
    with other.expect_download() as download:
        other.locator(".document-actions form button").click()
    assert download.value.suggested_filename == file.name
    other.locator("form[action$=favori] button").first.click()
    other.locator("input[name=label]").fill("Mobilité")
    other.locator("form:has(input[name=label]) button").click()
    other.goto("/ressources/favoris")
    expect(other.get_by_role("heading", name="Mobilité")).to_be_visible()

    file.write_text("La mobilité, suite.")
    page.goto(f"{address}/nouvelle-version")
    page.locator("input[type=file]").set_input_files(file)
    page.locator("[name=note]").fill("Avec les annexes")
    page.locator("main form .actions button").click()
    expect(page.locator("#versions")).to_be_visible()

    def told() -> int:
        other.goto("/notifications")
        return other.locator("main", has_text="a mis en ligne une nouvelle version").count()

    for _ in range(40):
        if told():
            break
        other.wait_for_timeout(250)
    other.locator("main a", has_text="a mis en ligne").first.click()
    expect(other.locator(".versions li")).to_have_count(2)
    expect(other.locator("main")).to_contain_text("Avec les annexes")


def test_a_cut_line_goes_on_where_it_stopped(house: House, visit: Visit, tmp_path: Path) -> None:
    world = house.world
    file = tmp_path / "Grand tableau.bin"
    file.write_bytes(bytes(range(256)) * (3 * LARGEST_PIECE // 256) + b"fin")
    page = visit(world.member("Odile"))
    page.goto("/ressources/deposer")
    offsets: list[int] = []

    def cut_once(route: Route) -> None:
        offset = int(route.request.headers.get("upload-offset", "-1"))
        offsets.append(offset)
        if offsets.count(offset) == 1 and offset == LARGEST_PIECE:
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route(
        re.compile("/ressources/envois/"),
        lambda route: cut_once(route) if route.request.method == "PATCH" else route.continue_(),
    )
    page.locator("input[type=file]").set_input_files(file)
    expect(page.locator(".arrival")).to_contain_text("La connexion est coupée")
    expect(page.locator(".arrival[data-state=done]")).to_be_visible(timeout=15_000)
    assert offsets == [0, LARGEST_PIECE, LARGEST_PIECE, 2 * LARGEST_PIECE, 3 * LARGEST_PIECE]
    page.locator("main form .actions button").click()
    expect(page.locator("h1")).to_have_text("Grand tableau")
    answer = page.request.get(f"{path(page)}/fichiers/1/x")
    assert answer.body() == file.read_bytes()


def test_a_refused_file_says_why_and_the_others_go_on(
    house: House, visit: Visit, tmp_path: Path
) -> None:
    good, bad = tmp_path / "note.txt", tmp_path / "facture.exe"
    good.write_text("Bonjour.")
    bad.write_bytes(b"MZ")
    page = visit(house.world.member("Odile"))
    page.goto("/ressources/deposer")
    page.locator("input[type=file]").set_input_files([bad, good])
    expect(page.locator(".arrival[data-state=failed]")).to_contain_text("est un programme")
    expect(page.locator(".arrival[data-state=done]")).to_contain_text("note.txt")
    page.locator(".arrival[data-state=failed] [data-give-up]").click()
    expect(page.locator(".arrival")).to_have_count(1)
    page.locator("main form .actions button").click()
    expect(page.locator("h1")).to_have_text("Note")


@BOTH_WAYS
def test_a_message_carries_a_file(
    house: House, visit: Visit, scripts: bool, tmp_path: Path
) -> None:
    world = house.world
    author = world.member("Odile")
    topic = world.topic(author)
    file = tmp_path / "courrier.txt"
    file.write_text("Madame, Monsieur,")
    page = visit(author)
    page.goto(f"/forum/sujets/{topic.id}")
    page.locator("textarea[name=body]").fill("Voici le courrier.")
    page.locator(".reply details.fold summary").click()
    page.locator("input[type=file]").set_input_files(file)
    if scripts:
        expect(page.locator(".arrival[data-state=done]")).to_contain_text(file.name)
    page.locator(".reply .actions button:not([type=button]):not([data-preview])").first.click()
    expect(page.locator("#reponse-1 .attached")).to_contain_text("courrier.txt")
