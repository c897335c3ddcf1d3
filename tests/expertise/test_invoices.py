"""Invoices: they follow each other without a hole, nothing changes them, the law has its words."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, text, update

from accounts.models import Member
from core import clock
from core.db import db
from core.refusals import Refused
from expertise.companies.models import Company
from expertise.desk import desk_of
from expertise.programmes.models import Programme
from expertise.subscriptions import actions
from expertise.subscriptions.invoices.keeping import Changed
from expertise.subscriptions.invoices.models import Invoice, InvoiceLine, Kind
from expertise.subscriptions.models import PriceGrid, Seller, State, Subscription
from tests.expertise import desks
from tests.expertise.agreeing import read
from tests.expertise.billing import all_invoices, ordered, paid, sells, siret, subscribed
from tests.world import BOTH, World

# --- numbers -----------------------------------------------------------------


@BOTH
def test_eight_at_once_have_numbers_that_follow_each_other(
    world: World, team: Member, boss: Member
) -> None:
    made = sells(world, team=(team,))
    orders = [
        ordered(world, boss, made, desks.company(world, boss, siret=siret(number)))
        for number in range(8)
    ]

    def pay(order: Subscription) -> None:
        with world.app.app_context():
            paid(world, team, order)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(pay, orders))
    found = all_invoices(world)
    assert sorted(one.number for one in found) == list(range(1, 9))
    assert [one.number for one in found] == [one.number for one in sorted(found, key=by_id)]
    year = clock.today().year
    assert {one.title for one in found} == {f"ESSAI-F{year}-{n:04}" for n in range(1, 9)}


def by_id(one: Invoice) -> int:
    return one.id


@BOTH
def test_the_same_payment_recorded_eight_times_at_once_is_one_invoice(
    world: World, team: Member, boss: Member
) -> None:
    made = sells(world, team=(team,))
    order = ordered(world, boss, made, desks.company(world, boss))

    def pay(_number: int) -> bool:
        with world.app.app_context():
            try:
                paid(world, team, order)
            except Refused as refused:
                assert refused.code == "order-elsewhere"  # noqa: PT017 - of a thread
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(pay, range(8))) == 1
    assert len(all_invoices(world)) == 1


@BOTH
def test_what_is_undone_leaves_no_hole(world: World, team: Member, boss: Member) -> None:
    made = sells(world, team=(team,))
    first = ordered(world, boss, made, desks.company(world, boss))
    with world.session() as session:
        actions.paid(session, actions.hold(session, first.id), clock.today(), "perdu")
        session.rollback()
    assert all_invoices(world) == []
    paid(world, team, first)
    assert [one.number for one in all_invoices(world)] == [1]


def test_numbers_begin_again_each_year_and_are_those_of_a_programme(
    world: World, team: Member, boss: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, other = sells(world, team=(team,)), sells(world, "autre", team=(team,))
    mine = desks.company(world, boss)
    subscribed(world, boss, team, made, mine)
    subscribed(world, boss, team, other, mine)
    subscribed(world, boss, team, made, desks.company(world, boss, siret=siret(1)))
    later = clock.now() + timedelta(days=366)
    monkeypatch.setattr(clock, "now", lambda: later)
    subscribed(world, boss, team, made, mine)
    year = (later - timedelta(days=366)).year
    assert [one.title for one in all_invoices(world)] == [
        f"ESSAI-F{year}-0001",
        f"AUTRE-F{year}-0001",
        f"ESSAI-F{year}-0002",
        f"ESSAI-F{later.year}-0001",
    ]


def test_the_letters_of_the_numbers_stay(world: World, team: Member, boss: Member) -> None:
    made = sells(world, team=(team,))
    sells(world, "autre", team=(team,))
    client = world.client(team)
    said = {
        "name": "Association Essai",
        "address": "12 rue de l’Exemple",
        "siret": siret(3),
        "email": "factures@essai.example",
    }
    there = "/expertise/equipe/essai/vendeur"
    taken = client.post(there, data=said | {"prefix": "AUTRE"})
    assert "Choisissez d’autres lettres" in taken.text
    assert client.post(there, data=said | {"prefix": "neuf"}).status_code == 302
    assert world.one(select(Seller.prefix).where(Seller.programme_id == made.id)) == "NEUF"
    with world.session() as session:
        session.get_one(Seller, made.id).iban = "FR7630006000011234567890189"
    subscribed(world, boss, team, made, desks.company(world, boss))
    refused = client.post(there, data=said | {"prefix": "ESSAI"})
    assert refused.status_code == 422
    assert "NEUF" in refused.text
    wrong = client.post(
        there, data=said | {"prefix": "NEUF", "iban": "FR7630006000011234567890188"}
    )
    assert "Cet IBAN" in wrong.text


# --- what stays --------------------------------------------------------------


@BOTH
def test_nothing_changes_an_invoice(world: World, team: Member, boss: Member) -> None:
    made = sells(world, team=(team,))
    subscribed(world, boss, team, made, desks.company(world, boss))
    before = [(one.title, one.gross_cents) for one in all_invoices(world)]
    with pytest.raises(Changed), world.session() as session:
        session.scalars(select(Invoice)).one().net_cents = 1
    with pytest.raises(Changed), world.session() as session:
        session.delete(session.scalars(select(InvoiceLine)).one())
    for statement in (
        update(Invoice).values(net_cents=1),
        delete(InvoiceLine),
        update(InvoiceLine).values(words="Autre chose"),
        delete(Invoice),
    ):
        with pytest.raises(Changed), world.session() as session:
            session.execute(statement)
    for words in (
        "UPDATE invoice SET net_cents = 1, gross_cents = vat_cents + 1",
        "DELETE FROM invoice_line",
        "UPDATE invoice_line SET words = 'x'",
        "DELETE FROM invoice",
    ):
        with pytest.raises(Exception, match="never changed"), db.engine.begin() as connection:
            connection.execute(text(words))
    assert [(one.title, one.gross_cents) for one in all_invoices(world)] == before


# --- the paper ---------------------------------------------------------------


@BOTH
def test_the_paper_says_what_the_law_wants(world: World, team: Member, boss: Member) -> None:
    made = sells(world, team=(team,))
    order = subscribed(world, boss, team, made, desks.company(world, boss))
    invoice = all_invoices(world)[0]
    answer = world.client(boss).get(f"/expertise/factures/{invoice.id}.pdf")
    assert answer.mimetype == "application/pdf"
    assert f"{invoice.title}.pdf" in answer.headers["Content-Disposition"]
    words = read(answer.data)
    year, today = clock.today().year, f"{clock.today():%d/%m/%Y}"
    assert order.ends_on is not None
    for said in (
        f"Facture ESSAI-F{year}-0001",
        f"Date d’émission : {today}",
        "Association Essai",
        "association loi 1901",
        "SIRET 999 000 102 00015",
        "N° de TVA intracommunautaire FR00999000102",
        "Client Fours Essai 44000 Nantes SIRET 999 000 102 00015",
        "Abonnement annuel à Essai, entreprise de moins de 50 personnes",
        "350,00 € 20 % 350,00 €",
        "Total HT 350,00 €",
        "TVA à 20 % 70,00 €",
        "Total TTC 420,00 €",
        f"du {today} au {order.ends_on:%d/%m/%Y}",
        f"Facture acquittée le {today} par virement, réf. VIR 1.",
        "Pas d’escompte",
        "trois fois le taux de l’intérêt légal",
        "40 €",
    ):
        assert said in words, said
    again = world.client(boss).get(f"/expertise/factures/{invoice.id}.pdf")
    assert again.data == answer.data


def test_an_invoice_stays_as_it_was_said(world: World, team: Member, boss: Member) -> None:
    made, mine = sells(world, team=(team,)), desks.company(world, boss)
    subscribed(world, boss, team, made, mine)
    invoice = all_invoices(world)[0]
    address = f"/expertise/factures/{invoice.id}.pdf"
    before = world.client(boss).get(address).data
    with world.session() as session:
        session.get_one(Company, mine.id).name = "Autre nom"
        session.get_one(Seller, made.id).name = "Autre vendeur"
        session.get_one(Programme, made.id).name = "Autre dispositif"
    assert world.client(boss).get(address).data == before


@BOTH
def test_a_credit_note_takes_the_invoice_back_and_ends_the_year(
    world: World, team: Member, boss: Member
) -> None:
    made = sells(world, team=(team,))
    order = subscribed(world, boss, team, made, desks.company(world, boss))
    client, there = world.client(team), f"/expertise/equipe/essai/abonnements/{order.id}/avoir"
    assert client.post(there, data={"reason": ""}).status_code == 422
    assert client.post(there, data={"reason": "Payé deux fois."}).status_code == 302
    invoice, note = all_invoices(world)
    assert (note.kind, note.number, note.corrects_id) == (Kind.CREDIT_NOTE, 1, invoice.id)
    assert note.title == f"ESSAI-A{clock.today().year}-0001"
    assert (note.net_cents, note.vat_cents) == (-invoice.net_cents, -invoice.vat_cents)
    assert invoice.gross_cents + note.gross_cents == 0
    now = world.act(lambda s: s.get_one(Subscription, order.id))
    assert now.state is State.CREDITED
    words = read(client.get(f"/expertise/factures/{note.id}.pdf").data)
    assert f"Avoir {note.title}" in words
    assert f"Avoir sur la facture {invoice.title}" in words
    assert "Payé deux fois." in words
    assert "Total TTC −420,00 €" in words
    assert f"/expertise/factures/{note.id}.pdf" in world.mails(boss)[-1].text
    again = client.post(there, data={"reason": "Encore."})
    assert again.status_code == 422
    assert len(all_invoices(world)) == 2
    with world.session() as session:
        desk = desk_of(session, boss.id)
        with pytest.raises(Refused, match="not-of-the-team"):
            actions.credit_note(session, desk, order.id, "Non.", by=boss)
    assert ordered(world, boss, made, _company(world)).state is State.WAITING


def _company(world: World) -> Company:
    found = world.one(select(Company))
    assert found is not None
    return found


def test_without_vat_the_article_of_the_law_is_said(
    world: World, team: Member, boss: Member
) -> None:
    made = sells(world, team=(team,))
    with world.session() as session:
        session.execute(update(PriceGrid).values(vat_points=0))
        session.get_one(Seller, made.id).vat_words = "TVA non applicable, art. 293 B du CGI"
    subscribed(world, boss, team, made, desks.company(world, boss))
    invoice = all_invoices(world)[0]
    words = read(world.client(boss).get(f"/expertise/factures/{invoice.id}.pdf").data)
    assert "art. 293 B du CGI" in words
    assert "Total TTC 350,00 €" in words
    assert "encaissements" not in words
