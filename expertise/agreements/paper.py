"""The agreement as a PDF: what is signed; then the same bytes, followed by its certificate."""

from collections.abc import Sequence
from datetime import date, datetime

from core import clock
from core.paper import LINE_MM, Paper, followed
from expertise.agreements import wording
from expertise.agreements.models import Agreement, AgreementDay, Party, Signature, Way

PARTIES = {
    Party.COMPANY: "Pour l’entreprise",
    Party.INSTITUTION: "Pour l’institution",
    Party.EMPLOYEE: "Le salarié, pour son accord et l’avenant",
}
KEEP_MM = 32
"""What an article needs on a page, so that its title does not stand alone."""


def pdf(one: Agreement, ledger: Sequence[AgreementDay]) -> bytes:
    """The file that is signed."""
    title, proposed = wording.TITLES[one.kind], _day(one.proposed_at)
    paper = _paper(one, title, proposed)
    paper.lines([_case(one), f"Version {one.version} du {proposed:%d/%m/%Y}"], small=True)
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
    return paper.bytes()


def signed(one: Agreement, content: bytes, signatures: Sequence[Signature]) -> bytes:
    """The file once all have signed: it begins with the very bytes that were, `content`; pages of
    certificate come after them.
    """
    paper = _paper(one, "Certificat de signature", _day(max(each.at for each in signatures)))
    _certificate(paper, one, signatures, len(content))
    return followed(content, paper.bytes())


def _paper(one: Agreement, title: str, day: date) -> Paper:
    foot = f"{_case(one)} · convention nº\u00a0{one.id}, version {one.version} · confidentiel"
    return Paper(title, one.position.need.programme.name, day, foot)


def _case(one: Agreement) -> str:
    need = one.position.need
    return f"{need.programme.name} · besoin nº\u00a0{need.number}"


def _day(at: datetime | None) -> date:
    return (at or clock.now()).astimezone(clock.PARIS).date()


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


def _certificate(paper: Paper, one: Agreement, signatures: Sequence[Signature], size: int) -> None:
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
            f"Ce fichier est, à l’octet près, le début de celui-ci : ses {size} premiers octets. "
            "On peut aussi le télécharger seul, sur la page de la convention.",
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
