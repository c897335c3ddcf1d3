"""The sheet of a need as a PDF, to be handed round inside an institution (seeds/000 §4.2)."""

from collections.abc import Sequence

from core import clock
from core.paper import LINE_MM, Paper
from expertise.needs.models import Need
from expertise.positions.models import Position


def pdf(
    position: Position,
    need: Need,
    answers: Sequence[tuple[str, str]],
    added: Sequence[str],
    files: Sequence[str] = (),
    *,
    contact: bool,
) -> bytes:
    """The file, for those who answer: whom the need is hidden from is never on it.

    `answers`: a question and what was answered; `added`: what the company said since; `files`:
    the names of those that came with it; `contact`: whether its reader reads whom to call.
    """
    name = f"{need.programme.name} · besoin nº\u00a0{need.number}"
    paper = Paper(need.title, need.programme.name, clock.today(), f"{name} · confidentiel")
    paper.lines([name, f"Pour {position.institution.name}"], small=True)
    paper.heading(need.title)
    paper.lines([", ".join(one.name for one in need.subjects)], bold=True)
    paper.rule()
    _part(paper, "Le besoin", need.description)
    _part(paper, "Contexte et enjeux", need.context)
    for question, words in answers:
        _part(paper, question, words)
    for words in added:
        _part(paper, "Précision de l’entreprise", words)
    _part(paper, "Fichiers joints, à ouvrir dans Maillage", "\n".join(files))
    if need.starts_on:
        _part(paper, "Début souhaité", f"{need.starts_on:%d/%m/%Y}")
    if need.ends_on:
        _part(paper, "Au plus tard", f"{need.ends_on:%d/%m/%Y}")
    staff = "" if need.staff is None else f"Effectif\u00a0: {need.staff}"
    sector = f"Secteur\u00a0: {need.sector_name}" if need.sector else ""
    company = [f"{need.company}, {need.postcode} {need.town}", f"SIRET {need.siret}", staff, sector]
    _part(paper, "Entreprise", "\n".join(filter(None, company)))
    if contact:
        _part(paper, "Contact", "\n".join((need.contact, need.phone, need.email)))
    return paper.bytes()


def _part(paper: Paper, title: str, words: str) -> None:
    if words:
        paper.lines([title], bold=True)
        paper.lines([words])
        paper.ln(LINE_MM / 2)
