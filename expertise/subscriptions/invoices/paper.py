"""An invoice as a PDF: made from its row each time, always the same."""

from fpdf.enums import Align, XPos, YPos
from fpdf.fonts import FontFace

from core.paper import LINE_MM, Paper, shown
from expertise.subscriptions.invoices.issuing import in_french
from expertise.subscriptions.invoices.models import Invoice, Kind
from expertise.subscriptions.money import in_euros, in_percent

TITLES = {Kind.INVOICE: "Facture", Kind.CREDIT_NOTE: "Avoir"}
COLUMNS = (76, 20, 28, 18, 28)
"""Millimetres."""


def pdf(of: Invoice) -> bytes:
    """The file of an invoice; its lines must be loaded."""
    seller, buyer = of.seller, of.buyer
    title = f"{TITLES[of.kind]} {of.title}"
    paper = Paper(title, seller["name"], of.issued_on, f"{seller['name']} · {title}")
    _parties(paper, seller, buyer)
    paper.heading(title)
    paper.lines([f"Date d’émission : {in_french(of.issued_on)}"])
    paper.ln(LINE_MM)
    _table(paper, of)
    _sums(paper, of)
    paper.ln(LINE_MM)
    paper.lines(list(of.mentions), small=True)
    return paper.bytes()


def _parties(paper: Paper, seller: dict[str, str], buyer: dict[str, str]) -> None:
    top = paper.get_y()
    half = paper.epw / 2 - 5
    paper.lines([seller["name"]], bold=True, width=half)
    paper.lines(
        [
            seller["form"],
            seller["address"],
            f"SIRET {_siret(seller['siret'])}",
            seller["registration"],
            f"N° de TVA intracommunautaire {seller['vat_number']}" if seller["vat_number"] else "",
            seller["email"],
        ],
        width=half,
    )
    bottom = paper.get_y()
    paper.set_xy(paper.l_margin + half + 10, top)
    paper.lines(["Client"], small=True, width=half)
    paper.lines([buyer["name"]], bold=True, width=half)
    paper.lines([buyer["address"], f"SIRET {_siret(buyer['siret'])}"], width=half)
    paper.set_xy(paper.l_margin, max(bottom, paper.get_y()) + 2 * LINE_MM)


def _table(paper: Paper, of: Invoice) -> None:
    with paper.table(
        col_widths=COLUMNS,
        text_align=("LEFT", "RIGHT", "RIGHT", "RIGHT", "RIGHT"),
        borders_layout="HORIZONTAL_LINES",
        line_height=LINE_MM,
        padding=1.5,
        headings_style=FontFace(emphasis="BOLD"),
    ) as table:
        table.row(["Désignation", "Quantité", "Prix unitaire HT", "TVA", "Montant HT"])
        for line in of.lines:
            table.row(
                [
                    shown(line.words),
                    str(line.quantity),
                    shown(in_euros(line.unit_cents)),
                    shown(in_percent(line.vat_points)),
                    shown(in_euros(line.net_cents)),
                ]
            )
    paper.ln(LINE_MM)


def _sums(paper: Paper, of: Invoice) -> None:
    rates = sorted({line.vat_points for line in of.lines})
    rows = [("Total HT", of.net_cents)]
    for points in rates:
        cents = sum(line.vat_cents for line in of.lines if line.vat_points == points)
        rows.append((f"TVA à {in_percent(points)}", cents))
    rows.append(("Total TTC", of.gross_cents))
    for words, cents in rows:
        paper.plain(bold=words == "Total TTC")
        paper.cell(paper.epw - 40, LINE_MM + 1, shown(words), align=Align.R)
        paper.cell(
            40,
            LINE_MM + 1,
            shown(in_euros(cents)),
            align=Align.R,
            new_x=XPos.LMARGIN,
            new_y=YPos.NEXT,
        )
    paper.plain()


def _siret(number: str) -> str:
    return "\u00a0".join((number[:3], number[3:6], number[6:9], number[9:]))
