"""Money: whole cents, never a fraction; VAT in hundredths of a percent."""

NO_BREAK = "\u00a0"
THIN = "\u202f"
MOST_CENTS = 100_000_000
"""A million euros: more is a mistake of typing, and a column holds it."""
MOST_POINTS = 10_000


def vat_on(net_cents: int, points: int) -> int:
    """The VAT of one line, to the nearest cent; half a cent goes up (away from zero).

    `points`: the rate in hundredths of a percent, 2000 for 20 %. Each line is rounded on its own;
    an invoice adds what was rounded (BOI-TVA-DECLA-30-20-20-10).
    """
    rounded = (abs(net_cents) * points + MOST_POINTS // 2) // MOST_POINTS
    return rounded if net_cents >= 0 else -rounded


def in_euros(cents: int) -> str:
    """ "1 000,00 €", as an invoice writes it."""
    euros, rest = divmod(abs(cents), 100)
    words = f"{euros:,}".replace(",", THIN)
    return f"{'−' if cents < 0 else ''}{words},{rest:02}{NO_BREAK}€"


def in_percent(points: int) -> str:
    """ "20 %", "5,5 %"."""
    whole, rest = divmod(points, 100)
    decimals = f",{rest:02}".rstrip("0") if rest else ""
    return f"{whole}{decimals}{NO_BREAK}%"
