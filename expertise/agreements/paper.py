"""The agreement as a PDF: what is signed; then the same, with its certificate at the end."""

from collections.abc import Sequence
from datetime import datetime

from core import clock
from core.paper import LINE_MM, Paper
from expertise.agreements import wording
from expertise.agreements.models import Agreement, AgreementDay, Party, Signature, Way

PARTIES = {
    Party.COMPANY: "Pour l’entreprise",
    Party.INSTITUTION: "Pour l’institution",
    Party.EMPLOYEE: "Le salarié, pour son accord et l’avenant",
}
KEEP_MM = 32
"""What an article needs on a page, so that its title does not stand alone."""


def pdf(
    one: Agreement, ledger: Sequence[AgreementDay], signatures: Sequence[Signature] = ()
) -> bytes:
    """The file. `signatures`: those of the certificate, once all have signed."""
    proposed = (one.proposed_at or clock.now()).astimezone(clock.PARIS).date()
    need = one.position.need
    name = f"{need.programme.name} · besoin nº\u00a0{need.number}"
    title = wording.TITLES[one.kind]
    foot = f"{name} · convention nº\u00a0{one.id}, version {one.version} · confidentiel"
    paper = Paper(title, need.programme.name, proposed, foot)
    paper.lines([name, f"Version {one.version} du {proposed:%d/%m/%Y}"], small=True)
    paper.heading(title)
    paper.lines([wording.LAW[one.kind]], bold=True)
    paper.lines(
        [f"{wording.TO_CHECK} Modèle du {wording.MODEL:%d/%m/%Y}."],
        small=True,
    )
    paper.rule()
    for part in wording.parts(one, ledger):
        if part.title.startswith("Annexe"):
            paper.add_page()
        _part(paper, part)
    _signed_by_hand(paper, one)
    if signatures:
        _certificate(paper, one, signatures)
    return paper.bytes()


def _part(paper: Paper, part: wording.Part) -> None:
    if paper.will_page_break(KEEP_MM):
        paper.add_page()
    paper.lines([part.title], bold=True)
    for words in part.words:
        paper.lines([words])
        paper.ln(LINE_MM / 4)
    paper.ln(LINE_MM / 2)


def _signed_by_hand(paper: Paper, one: Agreement) -> None:
    """Where one signs on paper."""
    if paper.will_page_break(KEEP_MM * 2):
        paper.add_page()
    paper.rule()
    for party in one.parties:
        name, title, _email = one.signatory(party)
        paper.lines([PARTIES[party]], bold=True)
        paper.lines([", ".join(filter(None, (name, title))), "Date et signature :"])
        paper.ln(LINE_MM * 2)


def _certificate(paper: Paper, one: Agreement, signatures: Sequence[Signature]) -> None:
    paper.add_page()
    paper.heading("Certificat de signature")
    paper.lines(
        [
            "Ce document a été signé par toutes les parties. Les signatures portent sur le fichier "
            "dont voici l’empreinte (SHA-256) :",
        ]
    )
    paper.lines([one.sha256 or ""], bold=True)
    paper.lines(
        [
            f"Convention nº\u00a0{one.id}, version {one.version}, proposée le "
            f"{_moment(one.proposed_at)}. Modèle du {wording.MODEL:%d/%m/%Y}.",
        ]
    )
    paper.rule()
    for signature in signatures:
        if paper.will_page_break(KEEP_MM):
            paper.add_page()
        paper.lines([f"{PARTIES[signature.party]} : {signature.name}"], bold=True)
        paper.lines(list(_how(signature)))
        paper.ln(LINE_MM)
    paper.lines(
        [
            "Signature électronique au sens de l’article 3, point 10, du règlement (UE) nº "
            "910/2014 (eIDAS), ni avancée ni qualifiée, pour les signatures en ligne : un nom "
            "saisi et un code à usage unique, envoyé à l’adresse du signataire et valable quinze "
            "minutes.",
        ],
        small=True,
    )


def _how(one: Signature) -> list[str]:
    if one.way is Way.SCAN:
        return [
            f"{one.title}. Signé à la main ; copie déposée le {_moment(one.at)}, confirmée le "
            f"{_moment(one.confirmed_at)}.",
            f"Adresse : {one.email}",
            f"Empreinte de la copie (SHA-256) : {one.file.sha256 if one.file else ''}",
        ]
    return [
        f"{one.title}. Signé en ligne le {_moment(one.at)}.",
        f"Code reçu à l’adresse : {one.email}",
        f"Depuis l’adresse réseau : {one.from_address or 'inconnue'}",
        f"Empreinte signée : {one.sha256}",
    ]


def _moment(at: datetime | None) -> str:
    return f"{at.astimezone(clock.PARIS):%d/%m/%Y à %H:%M:%S} (heure de Paris)" if at else ""
