"""Coming in, and being shut out: links, passwords, codes, in real browsers."""

import re
import time

import pyotp
from playwright.sync_api import expect

from access.viewers import Role
from tests.browser.served import BOTH_WAYS, House, Visit, press, send
from tests.world import PASSWORD


def test_a_forgotten_password_is_chosen_anew(house: House, visit: Visit) -> None:
    member = house.world.member(password=PASSWORD)
    page = visit()
    page.goto("/connexion")
    page.locator("a[href='/mot-de-passe-oublie']").click()
    page.locator("[name=email]").fill(member.email)
    send(page, "email")
    expect(page).to_have_url(re.compile("parti=1"))
    link = house.letter(member.email).link("/mot-de-passe/")
    for _scanner in range(2):
        page.goto(link)
        expect(page.locator("[name=password]")).to_be_visible()
    page.locator("[name=password]").fill("encore un bien long")
    send(page, "password")
    expect(page.locator("h1")).to_contain_text("Alice")
    over = visit().goto(link)
    assert over is not None
    assert over.status == 410
    again = visit()
    house.sign_in(again, member)
    expect(again.locator("main [role=alert]")).to_be_visible()
    house.sign_in(again, member, "encore un bien long")
    expect(again.locator("h1")).to_contain_text("Alice")


def test_a_link_signs_in_once_and_only_when_the_button_is_pressed(
    house: House, visit: Visit
) -> None:
    member = house.world.member()
    page = visit()
    page.goto("/connexion/lien")
    page.locator("[name=email]").fill(member.email)
    send(page, "email")
    link = house.letter(member.email).link("/connexion/lien/")
    scanner = visit()
    for _look in range(3):
        scanner.goto(link)
    scanner.goto("/forum")
    expect(scanner).to_have_url(re.compile("/connexion"))
    page.goto(link)
    send(page, "remember")
    expect(page.locator("h1")).to_contain_text("Alice")
    scanner.goto(link)
    expect(scanner.locator("[name=remember]")).to_have_count(0)


def test_signing_out_everywhere_ends_the_other_browser(house: House, visit: Visit) -> None:
    member = house.world.member(password=PASSWORD)
    here, there = visit(), visit()
    for page in (here, there):
        house.sign_in(page, member)
        expect(page.locator("h1")).to_contain_text("Alice")
    here.goto("/compte/securite")
    press(here, "/compte/deconnexion-partout")
    expect(here).to_have_url(re.compile("/connexion"))
    there.goto("/forum")
    expect(there).to_have_url(re.compile("/connexion"))


def test_suspended_while_signed_in(house: House, visit: Visit) -> None:
    member = house.world.member(password=PASSWORD)
    reading, deciding = visit(), visit(house.world.administrator())
    house.sign_in(reading, member)
    reading.goto("/forum")
    expect(reading.locator("[data-signed-in]")).to_be_visible()
    deciding.goto(f"/administration/membres/{member.id}")
    deciding.locator("details").filter(has=deciding.locator("[name=reason]")).locator(
        "summary"
    ).click()
    deciding.locator("[name=reason]").fill("Propos déplacés.")
    send(deciding, "reason")
    expect(deciding.locator(f"form[action$='/membres/{member.id}/retablir']")).to_be_visible()
    reading.goto("/forum")
    expect(reading).to_have_url(re.compile("/connexion"))
    house.sign_in(reading, member)
    expect(reading.locator("main [role=alert]")).to_be_visible()
    assert "Propos déplacés." in house.letter(member.email).text
    press(deciding, "/retablir")
    expect(deciding.locator("[name=reason]")).to_have_count(1)
    house.sign_in(reading, member)
    expect(reading).to_have_url(re.compile("/forum"))


@BOTH_WAYS
def test_the_second_factor(house: House, visit: Visit, scripts: bool) -> None:
    member = house.world.member(role=Role.MODERATOR, password=PASSWORD)
    page = visit(member)
    page.goto("/compte/securite")
    page.locator("main a[href='/compte/double-authentification']").click()
    page.locator("button[name=begin]").click()
    secret = page.locator("main code").inner_text()
    code = pyotp.TOTP(secret.replace(" ", ""))
    page.locator("[name=code]").fill("000000")
    send(page, "code")
    expect(page.locator("[name=code]")).to_have_attribute("aria-invalid", "true")
    assert page.locator("main code").inner_text() == secret
    page.locator("[name=code]").fill(code.now())
    send(page, "code")
    spare = page.locator("#codes li").all_inner_texts()
    assert len(spare) >= 8

    for typed, comes_in in ((spare[0], True), (spare[0], False), (spare[1], True)):
        other = visit()
        house.sign_in(other, member)
        expect(other).to_have_url(re.compile("/connexion/code"))
        other.goto("/forum")
        expect(other).to_have_url(re.compile("/connexion"))
        other.goto("/connexion/code")
        other.locator("[name=code]").fill(typed)
        send(other, "code")
        if comes_in:
            expect(other.locator("h1")).to_contain_text("Alice")
        else:
            expect(other.locator("[name=code]")).to_have_attribute("aria-invalid", "true")
    # The code that turned it on was used: the next one signs in.
    later = pyotp.TOTP(secret.replace(" ", "")).at(int(time.time()) + 30)
    again = visit()
    house.sign_in(again, member)
    again.locator("[name=code]").fill(later)
    send(again, "code")
    expect(again.locator("h1")).to_contain_text("Alice")
