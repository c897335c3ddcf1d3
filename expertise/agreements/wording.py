"""What an agreement says, in French: the house's own model, from the text of the law.

Code du travail, art. L. 8241-1 to L. 8241-3, the last one as loi nº 2024-344 made it, R. 8241-2 for
its purpose. A model that
changes takes another date: files that were made keep theirs.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from expertise.agreements.models import Agreement, AgreementDay, Aim, DayState, Kind, Refund

MODEL = date(2026, 11, 23)
"""Of this wording."""
TO_CHECK = (
    "Modèle proposé par le dispositif, à faire valider par votre service juridique avant toute "
    "signature."
)
TITLES = {
    Kind.LOAN: "Convention de prêt de main-d’œuvre à but non lucratif",
    Kind.CONTRIBUTION: "Convention d’intervention ponctuelle",
}
SHORT = {Kind.LOAN: "Prêt de main-d’œuvre", Kind.CONTRIBUTION: "Intervention ponctuelle"}
AIMS = {
    Aim.QUALIFICATION: "permettre à l’entreprise utilisatrice d’améliorer la qualification de sa "
    "main-d’œuvre",
    Aim.TRANSITION: "favoriser les transitions professionnelles",
    Aim.PARTNERSHIP: "constituer un partenariat d’affaires ou d’intérêt commun",
}
LAW = {
    Kind.LOAN: "Articles L. 8241-1 à L. 8241-3 du Code du travail",
    Kind.CONTRIBUTION: "Sans mise à disposition de personnel",
}


@dataclass(frozen=True, slots=True)
class Part:
    """An article: its title, its paragraphs."""

    title: str
    words: tuple[str, ...]


def parts(one: Agreement, ledger: Sequence[AgreementDay]) -> list[Part]:
    """All that it says, in order."""
    articles = _loan(one, ledger) if one.kind is Kind.LOAN else _contribution(one, ledger)
    numbered = [
        Part(f"Article {number}. {part.title}", part.words)
        for number, part in enumerate(articles, start=1)
    ]
    annex = [_amendment(one, ledger)] if one.kind is Kind.LOAN else []
    return [_between(one), *numbered, *annex]


def _between(one: Agreement) -> Part:
    lends = "l’entreprise prêteuse" if one.kind is Kind.LOAN else "l’intervenant"
    uses = "l’entreprise utilisatrice" if one.kind is Kind.LOAN else "le bénéficiaire"
    siret = f", SIRET {one.institution_siret}" if one.institution_siret else ""
    return Part(
        "Entre les soussignés",
        (
            f"{one.institution}{siret}, {one.institution_address}, représentée par "
            f"{one.institution_signatory}, {one.institution_title}, ci-après « {lends} »,",
            f"et {one.company}, SIRET {one.company_siret}, {one.company_address}, représentée "
            f"par {one.company_signatory}, {one.company_title}, ci-après « {uses} »,",
            "il est convenu ce qui suit.",
        ),
    )


def _loan(one: Agreement, ledger: Sequence[AgreementDay]) -> Iterator[Part]:
    aim = [f"Sa finalité, au sens de l’article L. 8241-3 : {AIMS[one.aim]}."] if one.aim else []
    yield Part(
        "Objet et but",
        (
            "La présente convention organise le prêt d’un salarié au sens des articles L. 8241-1 "
            f"et {'L. 8241-3' if one.refund is Refund.LESS else 'L. 8241-2'} "
            "du Code du travail. Il n’a pas de but lucratif. Son but : mettre, pour un temps "
            "court, une compétence de l’entreprise prêteuse au service de l’entreprise "
            "utilisatrice.",
            *aim,
        ),
    )
    yield Part(
        "Salarié concerné",
        (
            f"Nom et prénom : {one.employee}. Qualification : {one.employee_job}.",
            "Le prêt requiert son accord exprès. Le salarié signe la présente convention et "
            "l’avenant annexé pour le donner. Aucun salarié ne peut être sanctionné, licencié ou "
            "faire l’objet d’une mesure discriminatoire pour avoir refusé une mise à disposition.",
        ),
    )
    yield Part("Travail confié et lieu", _mission(one))
    yield Part("Durée et calendrier", tuple(_calendar(one, ledger)))
    yield Part("Salaires, charges sociales et frais professionnels", tuple(_refund(one)))
    yield Part(
        "Statut du salarié",
        (
            "Pendant le prêt, le contrat de travail n’est ni rompu ni suspendu. Le salarié "
            "continue d’appartenir au personnel de l’entreprise prêteuse, qui reste son employeur "
            "et le rémunère ; il conserve le bénéfice de l’ensemble des dispositions "
            "conventionnelles dont il aurait bénéficié s’il avait exécuté son travail chez elle.",
            "Il a accès aux installations et aux moyens de transport collectifs dont bénéficient "
            "les salariés de l’entreprise utilisatrice, qui répond des conditions d’exécution du "
            "travail : durée du travail, travail de nuit, repos hebdomadaire et jours fériés, "
            "santé et sécurité, travail des femmes et des jeunes travailleurs. Le suivi médical "
            "reste à la charge de l’entreprise prêteuse.",
            "La mise à disposition n’affecte pas la protection attachée à un mandat de "
            "représentant du personnel.",
        ),
    )
    yield Part("Période probatoire", tuple(_probation(one)))
    yield Part(
        "Comités sociaux et économiques",
        (
            "Le comité social et économique de l’entreprise prêteuse est consulté avant la mise "
            "en œuvre du prêt et informé des conventions signées. Celui de l’entreprise "
            "utilisatrice est informé et consulté avant l’accueil du salarié. Chaque partie "
            "déclare avoir accompli ces démarches, lorsqu’un comité existe.",
        ),
    )
    yield Part(
        "Retour au poste",
        (
            "À l’issue du prêt, le salarié retrouve son poste de travail ou un poste équivalent "
            "dans l’entreprise prêteuse, sans que l’évolution de sa carrière ou de sa "
            "rémunération soit affectée par la période de prêt.",
        ),
    )
    yield from _last()


def _contribution(one: Agreement, ledger: Sequence[AgreementDay]) -> Iterator[Part]:
    yield Part(
        "Objet",
        (
            "L’intervenant apporte au bénéficiaire, à titre gracieux et ponctuel, l’expérience "
            f"de {one.employee}, {one.employee_job}. Il n’y a pas de prêt de "
            "main-d’œuvre : la personne reste sous la seule autorité de son employeur, qui "
            "organise son travail ; le bénéficiaire ne lui donne aucun ordre et ne lui confie "
            "aucun poste.",
        ),
    )
    yield Part("Intervention et lieu", _mission(one))
    yield Part("Durée et calendrier", tuple(_calendar(one, ledger)))
    yield Part(
        "Gratuité",
        (
            "L’intervention ne donne lieu à aucune rémunération, ni à aucune facturation entre "
            "les parties. Les frais de déplacement restent à la charge de l’intervenant, sauf "
            "accord écrit contraire.",
        ),
    )
    yield Part(
        "Devoirs de chacun",
        (
            "L’intervenant apporte conseil et méthode, avec soin, sans obligation de résultat. "
            "Le bénéficiaire donne accès aux informations utiles et aux personnes à rencontrer ; "
            "il reste seul juge des suites qu’il donne et seul responsable de ses décisions.",
            "Le bénéficiaire veille à la sécurité de la personne dans ses locaux et lui indique "
            "les règles qui s’y appliquent. Chacun souscrit les assurances "
            "qui le concernent.",
        ),
    )
    yield from _last()


def _last() -> Iterator[Part]:
    yield Part(
        "Confidentialité",
        (
            "Chacun garde confidentiel ce qu’il apprend de l’autre à cette occasion, pendant la "
            "mission et cinq ans après elle. Les données personnelles échangées ne servent qu’à "
            "l’exécution de la présente convention.",
        ),
    )
    yield Part(
        "Fin anticipée et différends",
        (
            "Chaque partie peut mettre fin à la mission avant son terme, par écrit, en prévenant "
            "l’autre dès que possible. Les parties cherchent d’abord une solution amiable, avec "
            "l’équipe du dispositif ; à défaut, les tribunaux compétents sont saisis.",
        ),
    )
    yield Part(
        "Signature",
        (
            "La présente convention est signée en ligne ou à la main. En ligne, chaque signataire "
            "saisit son nom et un code à usage unique reçu à son adresse électronique ; la page "
            "de certificat, à la fin, en garde la trace avec l’empreinte du document.",
        ),
    )


def _mission(one: Agreement) -> tuple[str, ...]:
    place = f"Lieu : {one.place}."
    hours = f"Horaires : {one.hours}." if one.hours else ""
    return tuple(filter(None, (one.mission, place, hours)))


def _calendar(one: Agreement, ledger: Sequence[AgreementDay]) -> Iterator[str]:
    yield (
        f"La mission dure {long_as(one.half_days)}, entre le {one.starts_on:%d/%m/%Y} et le "
        f"{one.ends_on:%d/%m/%Y}."
    )
    planned = [
        f"{day.day:%d/%m/%Y}" + (" (demi-journée)" if day.half_days == 1 else "")
        for day in ledger
        if day.state is not DayState.CANCELLED
    ]
    if planned:
        yield f"Jours prévus : {', '.join(planned)}."
    yield (
        "Les jours se déplacent d’un commun accord, à l’intérieur de cette période et dans la "
        "limite de cette durée, sans qu’il soit besoin d’un avenant."
    )


def _refund(one: Agreement) -> Iterator[str]:
    if one.refund is Refund.LESS:
        yield (
            "L’entreprise prêteuse facture moins que les salaires versés au salarié, les charges "
            "sociales afférentes et les frais professionnels remboursés, ou ne facture rien. Les "
            "parties déclarent remplir les conditions de l’article L. 8241-3 : l’entreprise "
            "utilisatrice a moins de huit ans d’existence, ou est une petite ou moyenne "
            "entreprise de moins de deux cent cinquante salariés, ou un organisme mentionné aux "
            "a à g du 1 de l’article 238 bis du Code général des impôts ; sauf dans ce dernier "
            "cas, l’entreprise prêteuse, ou le groupe dont elle fait partie, compte au moins cinq "
            "mille salariés ; elles n’appartiennent pas au même groupe ; le prêt ne dépasse pas "
            "trois ans."
        )
    else:
        yield (
            "L’entreprise prêteuse ne facture à l’entreprise utilisatrice, pendant le prêt, que "
            "les salaires versés au salarié, les charges sociales afférentes et les frais "
            "professionnels remboursés à l’intéressé au titre de la mise à disposition. Elle n’en "
            "tire aucun profit."
        )
    yield (
        f"Mode de détermination : {one.refund_words}"
        if one.refund_words
        else "Mode de détermination : coût réel des journées accomplies, calculé sur le salaire "
        "brut et les charges sociales de l’employeur, au prorata du temps de travail ; frais "
        "professionnels sur justificatifs. Une seule facture est établie à la fin de la mission."
    )


def _probation(one: Agreement) -> Iterator[str]:
    if one.probation:
        yield (
            f"Période probatoire : {one.probation}. Pendant celle-ci, chaque partie peut mettre "
            "fin au prêt. Cette cessation ne peut, sauf faute grave du salarié, constituer un "
            "motif de sanction ou de licenciement."
        )
    else:
        yield (
            "Il n’est pas prévu de période probatoire : les parties déclarent que le prêt ne "
            "modifie aucun élément essentiel du contrat de travail."
        )


def _amendment(one: Agreement, ledger: Sequence[AgreementDay]) -> Part:
    calendar = next(iter(_calendar(one, ledger)))
    hours = one.hours or "ceux du salarié chez l’entreprise prêteuse"
    return Part(
        "Annexe. Avenant au contrat de travail",
        (
            f"Entre {one.institution}, employeur, représentée par {one.institution_signatory}, et "
            f"{one.employee}, {one.employee_job}.",
            f"Le salarié accepte d’être mis à la disposition de {one.company}, sans but lucratif, "
            "dans les conditions de la convention ci-dessus, qu’il a lue.",
            f"Travail confié : celui de l’article 3. Lieu : {one.place}. Horaires : {hours}. "
            f"Caractéristiques particulières du poste : celles de l’article 3. {calendar}",
            "Le contrat de travail se poursuit aux mêmes conditions de rémunération. À l’issue du "
            "prêt, le salarié retrouve son poste ou un poste équivalent. L’avenant prend fin avec "
            "le prêt.",
            "Les signatures de l’employeur et du salarié sur le présent document valent signature "
            "de cet avenant.",
        ),
    )


def long_as(half_days: int) -> str:
    """ "3 jours et demi", for 7 half-days."""
    days, half = divmod(half_days, 2)
    words = f"{days} jour{'s' if days > 1 else ''}"
    if not days:
        return "une demi-journée"
    return f"{words} et demi" if half else words
