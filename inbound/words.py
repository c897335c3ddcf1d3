"""What a person wrote in an answer: without what it quotes, without their signature.

When nothing is left (they wrote below, or between the lines), only the lines marked with ">" are
taken off.
"""

import re

_DAYS = r"(?:lun|mar|mer|jeu|ven|sam|dim|mon|tue|wed|thu|fri|sat|sun)[a-zé]*\.?"
_INTRODUCES = (
    # Gmail, Apple Mail, Thunderbird, Zimbra: over one, two or three lines.
    rf"(?:Le|On|Am|El) (?:{_DAYS},? |\d)[^\n]{{0,120}}(?:\n[^\n]{{0,160}}){{0,2}}?"
    r"(?:a écrit|wrote|schrieb|escribió)[\xa0\u202f ]?:",
    r"[^\n]{1,100}(?:\n[^\n]{0,100})?a écrit le \d[^\n]{0,60}:",
    # Outlook, Orange, SFR, Free: a block of headers.
    r"(?:-{2,}|_{2,}|\*)? ?(?:De|From|Expéditeur|Envoyé par)[\xa0\u202f ]?:\*? ?[^\n]+\n"
    r"(?:[^\n]*\n){0,3}?\W*(?:Envoyé(?: le)?|Sent|Date|À|A|To|Pour|Objet|Subject)[\xa0\u202f ]?:",
    r"Envoyé[\xa0\u202f ]?:[^\n]+\n(?:[^\n]*\n)?(?:De|From)[\xa0\u202f ]?:",
    r"-{2,} ?(?:Message d[’']origine|Message original|Original Message|Message transféré"
    r"|Forwarded message|Mail original|Message initial)[^\n]{0,40}",
    r"(?:Message du|En date de ?:|Date ?: ?\d)[^\n]{0,80}\n[^\n]{0,20}(?:De|From) ?:",
    r"_{20,}",
    r"={20,}",
    r">? ?(?:Début du message réexpédié|Begin forwarded message)[\xa0\u202f ]?:",
)
_QUOTATION = re.compile(
    r"^[ \t>*]*(?:" + "|".join(f"(?:{one})" for one in _INTRODUCES) + ")",
    re.MULTILINE | re.IGNORECASE,
)
_SIGNATURE = re.compile(r"^(?:-- ?|—|__)$", re.MULTILINE)
_SENT_FROM = re.compile(
    r"^\W{0,3}(?:Envoyée? (?:de(?:puis)?|à partir de|avec|via) (?:m[oa]n? |l[’']|l[ea] |un |Outlook"
    r"|Yahoo|Proton|Mail|Courrier|Gmail|Orange|SFR|Free|iPhone|Android)|Sent (?:from|with|via)"
    r"|Télécharger? Outlook|Obtenir Outlook|Get Outlook|Obtenez Outlook|Provenance\W+Courrier"
    r"|Garanti sans virus|Sans virus\W)[^\n]{0,120}$",
    re.MULTILINE | re.IGNORECASE,
)


def _lines(written: str) -> str:
    """One kind of line end and of space; no space at the end of lines, but after "--"."""
    written = written.replace("\r\n", "\n").replace("\r", "\n").replace("\ufeff", "")
    return "\n".join(line.rstrip() for line in written.split("\n"))


def _unquoted(written: str) -> str:
    return "\n".join(line for line in written.split("\n") if not line.lstrip().startswith(">"))


def _until(pattern: re.Pattern[str], written: str) -> str:
    found = pattern.search(written)
    return written[: found.start()] if found else written


def _tidy(written: str) -> str:
    return re.sub(r"\n{3,}", "\n\n", written).strip()


def answer(written: str) -> str:
    """The person's own words; empty when they wrote none."""
    written = _lines(written)
    above = _until(_SENT_FROM, _until(_SIGNATURE, _unquoted(_until(_QUOTATION, written))))
    if _tidy(above):
        return _tidy(above)
    rest = _QUOTATION.sub("", _unquoted(written))
    return _tidy(_until(_SENT_FROM, _until(_SIGNATURE, rest)))
