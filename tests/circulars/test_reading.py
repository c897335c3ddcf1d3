"""Dates as French people write them, and what is no date of a meeting."""

from datetime import date, time

import pytest

from circulars.reading import dates, deadline

TODAY = date(2026, 2, 1)
NINE, NOON, TWO = time(9, 30), time(12), time(14)


def day(month: int, number: int) -> date:
    return date(2026, month, number)


@pytest.mark.parametrize(
    ("words", "first", "last", "starts", "ends"),
    [
        ("jeudi 12 mars 2026 à 14 h", day(3, 12), None, TWO, None),
        ("le 3 avril de 9h30 à 12h", day(4, 3), None, NINE, NOON),
        ("RDV le 1er avril à partir de 14 heures", day(4, 1), None, TWO, None),
        ("le 1<sup>er</sup> avril", None, None, None, None),
        ("du 3 au 5 avril 2026", day(4, 3), day(4, 5), None, None),
        ("du lundi 30 mars au jeudi 2 avril", day(3, 30), day(4, 2), None, None),
        ("du 30 décembre au 2 janvier 2027", date(2026, 12, 30), date(2027, 1, 2), None, None),
        ("les 3 et 4 avril 2026", day(4, 3), day(4, 4), None, None),
        ("Date : 12/03/2026 9h30-12h00", day(3, 12), None, NINE, NOON),
        ("le 12/03 de 9:30 à midi", day(3, 12), None, NINE, NOON),
        ("le 12.03.2026", day(3, 12), None, None, None),
        ("de 9 à 12 h le vendredi 6 mars", day(3, 6), None, time(9), NOON),
        ("À 14h, jeudi 12 mars", day(3, 12), None, TWO, None),
        ("Vendredi\n6 mars\n(9h30 - 12h)", day(3, 6), None, NINE, NOON),
        ("entre 9h30 et 12h le 6 mars", day(3, 6), None, NINE, NOON),
        ("Jeudi 12 MARS 2026 – 14H00", day(3, 12), None, TWO, None),
        ("3 février l’après-midi", day(2, 3), None, None, None),
        ("**Quand :** mardi 3 mars\xa02026 à 14\xa0h", day(3, 3), None, TWO, None),
        ("lundi 4 janvier", date(2027, 1, 4), None, None, None),
    ],
)
def test_a_date_is_read(
    words: str, first: date | None, last: date | None, starts: time | None, ends: time | None
) -> None:
    found = [(one.first, one.last, one.starts, one.ends) for one in dates(words, TODAY)]
    assert found == ([(first, last, starts, ends)] if first else [])


@pytest.mark.parametrize(
    "words",
    [
        "décret n° 2026-12 du 12 mars 2026",
        "la circulaire du 12 mars 2026",
        "publié le 12 mars 2026",
        "Tél. 02.40.12.03.26",
        "02 40 12 03 26",
        "Réunion le 15 janvier",
        "Réunion du 15 janvier 2026",
        "le 31 juin 2026",
        "rue du 8 mai 1945",
        "12 maisons, 3 marsouins",
        "le 12 mars 2031",
        "articles 3/4 et 5/6",
        "SIRET 12/03",
    ],
)
def test_what_is_no_date_to_come_is_left_aside(words: str) -> None:
    assert dates(words, TODAY) == []


@pytest.mark.parametrize(
    "words",
    [
        "Inscription avant le 6 mars",
        "Répondre jusqu’au 6 mars 2026 inclus",
        "au plus tard le vendredi 6 mars 2026 à 12h",
        "Date limite : 06/03/2026",
        "Clôture des candidatures le 6 mars",
    ],
)
def test_a_deadline_is_no_meeting(words: str) -> None:
    assert dates(words, TODAY) == []
    assert deadline(words, TODAY) == day(3, 6)


def test_a_weekday_that_does_not_agree_is_doubtful() -> None:
    (found,) = dates("mardi 12 mars 2026 à 14 h", TODAY)
    assert (found.first, found.doubtful) == (day(3, 12), True)
    assert "mardi 12 mars 2026" in found.words


def test_several_dates_are_read_in_their_order_each_once() -> None:
    words = "Réunions les 12 mars et le 9 avril.\n\nRappel : jeudi 12 mars à 14 h, puis 9 avril."
    found = dates(words, TODAY)
    assert [(one.first, one.starts) for one in found] == [(day(3, 12), TWO), (day(4, 9), None)]


@pytest.mark.parametrize("words", ["du 1 " * 8000, "lundi " * 6000, "1 et " * 9000, "9h à " * 9000])
def test_what_is_made_to_be_heavy_is_read_at_once(words: str) -> None:
    assert dates(words, TODAY) == []
