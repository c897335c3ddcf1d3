"""The minutes of a committee as a PDF."""

from collections.abc import Mapping

from core.paper import LINE_MM, Paper
from expertise.committees.minutes import Line, Told
from expertise.committees.models import Minutes, Outcome

DECISIONS: Mapping[Outcome, str] = {
    Outcome.SELECTED: "Besoin retenu",
    Outcome.REFUSED: "Besoin non retenu",
    Outcome.NO_QUORUM: "Quorum non atteint\u00a0: l’équipe décide",
    Outcome.TIE: "Partage des voix\u00a0: l’équipe décide",
    Outcome.OUTSIDE: "Décision de l’équipe, hors comité",
    Outcome.WITHDRAWN: "Besoin retiré par l’entreprise",
}


def pdf(one: Minutes, told: Told) -> bytes:
    """The file; its committee, its programme and who signed it must be loaded."""
    committee = one.committee
    programme = committee.programme
    title = f"Relevé de décisions nº\u00a0{one.number}" if one.number else "Projet de relevé"
    day = one.published_at or one.drafted_at
    paper = Paper(
        f"{title} · {committee.name}",
        programme.name,
        day.date(),
        f"{committee.name} · {title} · confidentiel",
    )
    paper.lines([programme.name, committee.name], small=True)
    paper.heading(title)
    paper.lines([f"Décisions du {one.first_day:%d/%m/%Y} au {one.last_day:%d/%m/%Y}"], bold=True)
    if one.published_at:
        signed = f", par {one.signed_by.name}" if one.signed_by else ""
        paper.lines([f"Publié le {day:%d/%m/%Y}{signed}"])
    paper.rule()
    if one.words:
        paper.lines([one.words])
        paper.ln(LINE_MM)
    paper.lines(["Ont voté"], bold=True)
    paper.lines(
        [f"{seat.name}, {seat.house}" if seat.house else seat.name for seat in told.present]
        or ["Personne"]
    )
    paper.ln(LINE_MM)
    for line in told.lines:
        _line(paper, line)
    return paper.bytes()


def _line(paper: Paper, line: Line) -> None:
    paper.rule()
    paper.lines([f"Besoin nº\u00a0{line.number}\u00a0: {line.title}"], bold=True)
    paper.lines([f"{line.company}, {line.town}"])
    paper.lines([f"{DECISIONS[line.outcome]}, le {line.on:%d/%m/%Y}"], bold=True)
    counts = (
        f"Favorables\u00a0: {line.favourable} · Défavorables\u00a0: {line.unfavourable} · "
        f"Abstentions\u00a0: {line.abstained} · Déports\u00a0: {line.aside}"
    )
    paper.lines([counts], small=True)
    if line.reason:
        paper.lines([f"Motif\u00a0: {line.reason}"])
    paper.ln(LINE_MM / 2)
