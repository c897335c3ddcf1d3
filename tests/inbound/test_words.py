"""What a person wrote, out of what their mail program made of it."""

import pytest

from inbound.reading import text_of_html
from inbound.words import answer

MINE = "Bonjour,\n\nC’est l’ETTI qui signe.\n\nCordialement\nAlice"

QUOTED = {
    "Gmail": "\n\nLe lun. 1 mars 2027 à 09:30, Maillage <a@example.org> a écrit :\n\n> Qui ?\n",
    "Gmail over two lines": (
        "\n\nLe lun. 1 mars 2027 à 09:30, Maillage <\na+aaaa@b.org> a écrit :\n> Qui ?\n"
    ),
    "Thunderbird": "\n\nLe 01/03/2027 à 09:30, Maillage a écrit :\n> Qui signe ?\n",
    "Apple Mail": "\n\nLe 1 mars 2027 à 09:30, Maillage <a@b.org> a écrit\u00a0:\n\n> Qui ?\n",
    "iPhone": (
        "\n\nEnvoyé de mon iPhone\n\n> Le 1 mars 2027 à 09:30, Maillage <a@example.org> a écrit :\n"
        "> \n> Qui signe ?\n"
    ),
    "Outlook": (
        "\n\nDe : Maillage <a@example.org>\nEnvoyé : lundi 1 mars 2027 09:30\n"
        "À : Alice Essai <alice@example.org>\nObjet : Réponse : PMSMP\n\nQui signe ?\n"
    ),
    "Outlook with a rule": (
        "\n\n________________________________\nDe\u00a0: Maillage <a@example.org>\n"
        "Envoyé\u00a0: lundi 1 mars 2027 09:30\nÀ\u00a0: Alice\nObjet\u00a0: PMSMP\n\nQui ?\n"
    ),
    "Outlook on a phone": (
        "\n\nTélécharger Outlook pour Android<https://aka.ms/x>\n"
        "________________________________\nFrom: Maillage <a@example.org>\nSent: Monday\n"
        "To: Alice\nSubject: PMSMP\n"
    ),
    "Outlook, old": (
        "\n\n-----Message d'origine-----\nDe : Maillage [mailto:a@example.org]\n"
        "Envoyé : lundi 1 mars 2027\nÀ : Alice\nObjet : PMSMP\n"
    ),
    "Orange": (
        '\n\n> Message du 01/03/27 09:30\n> De : "Maillage" <a@example.org>\n> A : a@b.fr\n'
        "> Copie à : \n> Objet : PMSMP\n> \n> Qui signe ?\n"
    ),
    "Orange, today": (
        "\n\nenvoyé : 1 mars 2027 à 09:30\nde : Maillage <a@example.org>\n"
        "à : alice@orange.fr\nobjet : PMSMP\n\nQui signe ?\n"
    ),
    "La Poste, Zimbra": (
        '\n\n----- Mail original -----\nDe: "Maillage" <a@example.org>\nÀ: "Alice"\n'
        "Envoyé: Lundi 1 Mars 2027 09:30:00\nObjet: PMSMP\n\nQui ?\n"
    ),
    "Yahoo": (
        "\n\n    Le lundi 1 mars 2027 à 09:30 UTC+1, Maillage <a@b.org> a écrit :\n \n Qui ?\n"
    ),
    "a signature": "\n\n-- \nAlice Essai\nCIP, Les Ateliers\n02 40 00 00 00\n",
    "Samsung": "\n\nEnvoyé depuis mon appareil Galaxy\n\n-------- Message d’origine --------\n\n",
    "English": "\n\nOn Mon, 1 Mar 2027 at 09:30, Maillage <a@example.org> wrote:\n> Who?\n",
}


@pytest.mark.parametrize("program", QUOTED)
def test_what_is_quoted_is_no_word_of_theirs(program: str) -> None:
    assert answer(MINE + QUOTED[program]) == MINE
    assert answer((MINE + QUOTED[program]).replace("\n", "\r\n")) == MINE


@pytest.mark.parametrize(
    "words",
    [
        "Le dossier a été envoyé lundi.\n\nDe mon côté, tout va bien.",
        "De : la région\nPour les structures de Loire-Atlantique, c’est ouvert.",
        "Le 3 mars, nous avons écrit à la DDETS :\nelle n’a pas répondu.",
        "- un\n- deux\n\n---\n\nTrois",
        "Envoyé par courrier hier, reçu aujourd’hui.",
    ],
)
def test_words_that_look_like_a_quotation_stay(words: str) -> None:
    assert answer(words) == words


def test_words_written_below_the_quotation_are_found() -> None:
    below = "Le 01/03/2027 à 09:30, Maillage a écrit :\n> Qui signe ?\n\nC’est l’ETTI.\n"
    assert answer(below) == "C’est l’ETTI."


def test_words_between_the_lines_are_found() -> None:
    between = "> Qui signe ?\nL’ETTI.\n> Avec quel modèle ?\nLe Cerfa.\n"
    assert answer(between) == "L’ETTI.\nLe Cerfa."


@pytest.mark.parametrize("written", ["", "  \n", "-- \nAlice", "> seulement cité\n> deux fois"])
def test_nothing_of_theirs_is_nothing(written: str) -> None:
    assert answer(written) == ""


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<p>Bonjour,</p><p>C’est <b>l’ETTI</b>.</p>", "Bonjour,\n\nC’est l’ETTI."),
        ("<div>Un</div><div>Deux<br>Trois</div>", "Un\nDeux\nTrois"),
        ("Oui.<blockquote>Qui signe ?</blockquote>", "Oui."),
        ('Oui.<div class="gmail_quote">Le 1 mars, X a écrit :<p>Qui ?</p></div>', "Oui."),
        ('<p>Oui.</p><div id="divRplyFwdMsg">De : X</div><div>Qui ?</div>', "Oui."),
        ("<style>p{}</style><script>alert(1)</script><p>Oui.</p>", "Oui."),
        ("<ul><li>un</li><li>deux</li></ul>", "- un\n- deux"),
    ],
)
def test_a_mail_without_text_is_read_from_its_html(html: str, words: str) -> None:
    assert answer(text_of_html(html)) == words


def test_reading_costs_the_same_whatever_is_written() -> None:
    for heavy in (
        "De : " * 40_000,
        "Le 1 " * 40_000,
        "Le 1\n" * 40_000,
        "> " * 90_000,
        "De :a\n" * 30_000,
    ):
        answer(heavy)
