"""What a file seems to be, from its name: defaults that its depositor may change."""

import re
from pathlib import PurePosixPath

from core.text import folded

_KINDS = (
    ("compte-rendu", r"\b(cr|compte ?rendu|pv|proces verbal|releve de decisions?)\b"),
    ("livret-d-accueil", r"\blivret\b"),
    (
        "texte-reglementaire",
        r"\b(decret|arrete|loi|circulaire|instruction|ordonnance|cerfa|dgefp)\b",
    ),
    ("modele", r"\b(modele|trame|gabarit|lettre type|exemple)\b"),
    ("fiche-projet", r"\b(fiche|projet)\b"),
    ("presentation", r"\b(presentation|diaporama|support)\b|\.(pptx?|odp|key)$"),
    ("outil", r"\b(outil|guide|grille|tableau|calcul|memo|methode)\b|\.(xlsx?|ods|csv)$"),
)
OTHERWISE = "autre"


def title(name: str) -> str:
    """ "CR_reunion-du_12.pdf" → "CR reunion du 12"."""
    stem = PurePosixPath(name).stem or name
    words = " ".join(re.sub(r"[_+]+|(?<=\D)-(?=\D)", " ", stem).split())
    return (words[:1].upper() + words[1:])[:150] or name[:150]


def kind(name: str) -> str:
    """The slug of the kind of document that a name lets expect."""
    ending = PurePosixPath(name.lower()).suffix
    words = " ".join(re.sub(r"[^a-z0-9]+", " ", folded(PurePosixPath(name).stem)).split())
    return next((slug for slug, said in _KINDS if re.search(said, words + ending)), OTHERWISE)
