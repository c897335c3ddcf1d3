"""What a mail forwards: its subject and its words, without what each mail program adds to them."""

import re
from dataclasses import dataclass
from email.message import Message

from core.text import folded
from inbound import laid_out, reading

_AGAIN = re.compile(
    r"^\s*(?:(?:fwd?|tr|re|réf|rép|réexp|transf(?:éré|ert)?|i|wg|rv)\s*(?:\[\d+\])?\s*[:：]\s*)+",
    re.IGNORECASE,
)
_LABELS = {
    "from": r"de|from|expéditeur|exp|envoyé par|von",
    "sent": r"envoyé(?: le)?|date|sent|le|reçu|date d[’']envoi|gesendet",
    "to": r"à|a|to|pour|destinataires?|an|vers",
    "about": r"objet|subject|sujet|betreff|titre",
    "more": r"cc|copie(?: à)?|cci|répondre à|reply-to|organisation|importance|pj|pièces? jointes?",
}
_FIELD = re.compile(
    r"^[ \t>|*_]*(?:"
    + "|".join(f"(?P<{name}>{words})" for name, words in _LABELS.items())
    + r")[ \t\xa0\u202f]*(?::[*_ ]*|[*_]+[ \xa0]*:)[*_ ]*(?P<value>[^\n]*)$",
    re.IGNORECASE,
)
_LINE = re.compile(
    r"^\W*(?:(?:message|mail|courriel)s? (?:transféré|réexpédié|initial|d[’']origine|original)e?"
    r"|(?:forwarded|original) message|début du message (?:transféré|réexpédié)"
    r"|begin forwarded message|(?:transféré|envoyé) (?:depuis|de|à partir de) .{0,40}"
    r"|le message transféré.{0,40})\W*$",
    re.IGNORECASE,
)
_NEARBY = 6
"""Lines between two fields of one block: what is folded, what is left empty."""
_LONGEST_BLOCK = 40
SHORT = 200
"""Characters: so little above a second block is a word of who forwarded it before."""
_FOOT = re.compile(
    r"^\W*(?:(?:se )?d[ée](?:sinscri(?:re|ption)|sabonne(?:r|ment))|unsubscribe"
    r"|(?:voir|visualiser|afficher|lire|ouvrir) .{0,45}(?:navigateur|en ligne)"
    r"|si (?:ce|cet) .{0,20}ne s[’']affiche pas|(?:garanti )?sans virus"
    r"|envoyé (?:depuis|de|à partir de) (?:mon|ma|outlook|yahoo|l[’']app)"
    r"|(?:obtenir|télécharger) outlook|provenance : courrier)",
    re.IGNORECASE,
)
_LONGEST_FOOT = 180


@dataclass(frozen=True, slots=True)
class Forwarded:
    """What is forwarded, and what was written above."""

    title: str
    body: str
    note: str


def subject(said: str) -> str:
    """A subject without « TR : », « Fwd: », « RE: », however many of them."""
    return " ".join(_AGAIN.sub("", said).split())


def read(mail: Message) -> Forwarded:
    """What a mail forwards; all that it says when it forwards nothing. Raises Unreadable."""
    inner = _inside(mail)
    if inner is not None:
        note = plain(_words(mail))
        mail_said = read_words(_words(inner))
        title = subject(reading.header(inner, "Subject")) or subject(
            reading.header(mail, "Subject")
        )
        return Forwarded(title, _untitled(plain(mail_said[1]), title), note)
    note, body, about = read_words(_words(mail))
    title = subject(reading.header(mail, "Subject")) or subject(about)
    return Forwarded(title, _untitled(plain(body), title), plain(note))


def _untitled(body: str, title: str) -> str:
    """Without a first line that only says the title again."""
    first, _, rest = body.partition("\n")
    same = folded(first.strip("#* ")) == folded(title)
    return rest.strip() if same and rest.strip() else body


def _inside(mail: Message) -> Message | None:
    """A mail forwarded as a file."""
    for part in mail.walk():
        if part.get_content_type() == "message/rfc822" and part.is_multipart():
            held = part.get_payload(0)
            return held if isinstance(held, Message) else None
    return None


def _words(mail: Message) -> str:
    """Its HTML when it has some, since lists and links are there; else its text."""
    found: dict[str, str] = {}
    for kind, written in reading.texts(mail):
        found.setdefault(kind, written)
    if "text/html" in found:
        shown = laid_out.markdown(found["text/html"])
        if len(shown) > 20:
            return shown
    text = found.get("text/plain", "").replace("\r\n", "\n").replace("\x00", "")
    return text[: reading.LONGEST_WORDS]


def read_words(words: str) -> tuple[str, str, str]:
    """What stands above what is forwarded, what is forwarded, and its subject."""
    lines = words.replace("\r\n", "\n").split("\n")
    block = _block(lines, 0)
    if block is None:
        return "", words, ""
    note, about = lines[: block[0]], block[2]
    start = block[1]
    while (deeper := _block(lines, start)) is not None:
        between = "\n".join(lines[start : deeper[0]])
        if len(plain(between)) > SHORT:
            lines = lines[: deeper[0]]
            break
        note += ["", *lines[start : deeper[0]]]
        start, about = deeper[1], deeper[2] or about
    said = [re.sub(r"^> ?", "", line) for line in lines[start:]]
    return "\n".join(note), "\n".join(said), about


def _block(lines: list[str], start: int) -> tuple[int, int, str] | None:
    """The next headers of a forwarded mail: first line, the line after, its subject."""
    place = start
    while place < len(lines):
        if _FIELD.match(lines[place]) and (found := _fields(lines, place)):
            first = place
            while first > start and (not lines[first - 1].strip() or _LINE.match(lines[first - 1])):
                first -= 1
            return first, found[0], found[1]
        place += 1
    return None


def _fields(lines: list[str], place: int) -> tuple[int, str] | None:
    """Where fields that begin here end: who wrote, and two of when, to whom, about what."""
    seen, about, last = set[str](), "", place
    for number in range(place, min(place + _LONGEST_BLOCK, len(lines))):
        whole = seen >= {"from", "sent", "to", "about"}
        if number - last > (1 if whole else _NEARBY):
            break
        field = _FIELD.match(lines[number])
        if field is None:
            continue
        name = next(one for one in _LABELS if field[one])
        if name in seen and name != "more":
            break
        seen.add(name)
        last = number
        if name == "about":
            about = field["value"].strip(" *_")
    if "from" not in seen or len(seen & {"sent", "to", "about"}) < 2:
        return None
    return last + 1, about


def plain(words: str) -> str:
    """Without the foot of letters and telephones, nor the lines left empty by them."""
    lines = [line.rstrip() for line in words.replace("\r\n", "\n").split("\n")]
    kept = [line for line in lines if len(line) > _LONGEST_FOOT or not _FOOT.match(line)]
    kept = [line for line in kept if not _LINE.match(line)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()
