"""A mail as its bytes say it, however badly: what stands in its headers, its words, its files.

Nothing here trusts what it reads. Sizes and numbers are bounded before anything is decoded.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.errors import HeaderParseError, MessageError
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.utils import parseaddr

from selectolax.lexbor import LexborHTMLParser

LARGEST = 40 * 1000**2
"""Bytes of a mail: files grow by a third on their way."""
HEADERS_KEPT = 64 * 1024
"""Bytes of a mail that is too large, by which its member is told."""
DEEPEST = 50
"""Parts that hold parts: real mails have three or four."""
MOST_PARTS = 500
LONGEST_HEADER = 2000
LONGEST_WORDS = 200_000
"""Characters of a text before its quotations are taken off."""

_OPENS_PARTS = re.compile(
    rb"^content-type:[ \t\r\n]*(?:multipart|message)/", re.IGNORECASE | re.MULTILINE
)
_BETWEEN = re.compile(rb"^--[^\s]", re.MULTILINE)
_NOT_FILES = {
    "application/pgp-signature",
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
    "application/ms-tnef",
    "text/calendar",
    "text/vcard",
    "text/x-vcard",
}


class Unreadable(Exception):
    """It is no mail that a person sent."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A file that came with a mail."""

    name: str
    content: bytes


def parsed(raw: bytes) -> Message:
    """The mail, its parts not decoded. Raises Unreadable when it is made to be heavy."""
    if len(_OPENS_PARTS.findall(raw)) > DEEPEST or len(_BETWEEN.findall(raw)) > 20 * MOST_PARTS:
        raise Unreadable
    try:
        found: Message = BytesParser(policy=policy.compat32).parsebytes(raw)
    except (MessageError, RecursionError, ValueError) as error:
        raise Unreadable from error
    return found


def header(mail: Message, name: str) -> str:
    """A header in one line, decoded; empty when there is none."""
    return _decoded(str(mail.get(name, "") or ""))


def headers(mail: Message, name: str) -> list[str]:
    """All the headers of that name."""
    return [_decoded(str(value)) for value in mail.get_all(name) or []]


def _decoded(value: str) -> str:
    value = value[:LONGEST_HEADER]
    try:
        pieces = decode_header(value)
    except (HeaderParseError, ValueError):
        return " ".join(value.split())
    words = "".join(
        piece if isinstance(piece, str) else in_letters(piece, charset) for piece, charset in pieces
    )
    return " ".join(words.replace("\x00", "").split())


def address(mail: Message, name: str = "From") -> str:
    """The address of a header, in lower case; empty when there is none."""
    try:
        return parseaddr(header(mail, name))[1].lower()[:254]
    except RecursionError:  # comments within comments
        return ""


def in_letters(content: bytes, charset: str | None) -> str:
    """Bytes as text: in the charset they name, else in those that French mails are written in."""
    for name in (charset, "utf-8", "cp1252"):
        try:
            if name and name.lower() not in {"unknown-8bit", "us-ascii"}:
                return content.decode(name)
        except (LookupError, UnicodeError, ValueError):
            continue
    return content.decode("latin-1")


def _parts(mail: Message) -> Iterator[Message]:
    for number, part in enumerate(mail.walk()):
        if number > MOST_PARTS:
            raise Unreadable
        yield part


def _bytes(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _is_file(part: Message) -> bool:
    if part.is_multipart() or part.get_content_type() in _NOT_FILES:
        return False
    return part.get_content_disposition() == "attachment" or (
        part.get_filename() is not None and part.get_content_maintype() != "text"
    )


def texts(mail: Message) -> Iterator[tuple[str, str]]:
    """The texts that the person reads in their mail, each with its kind: plain or HTML."""
    for part in _of_mail(mail):
        kind = part.get_content_type()
        if kind in {"text/plain", "text/html"} and not _is_file(part):
            written = in_letters(_bytes(part)[: 4 * LONGEST_WORDS], part.get_content_charset())
            if written.strip():
                yield kind, written


def _of_mail(mail: Message) -> Iterator[Message]:
    """Its parts, but what a mail in it holds: that is not what they wrote."""
    for part in _parts(mail):
        if part is not mail and part.get_content_type() == "message/rfc822":
            return
        yield part


def words(mail: Message) -> str:
    """What the person reads in their mail: its text, else its HTML as text."""
    found: dict[str, str] = {}
    for kind, written in texts(mail):
        found.setdefault(kind, written)
    if "text/plain" in found:
        return found["text/plain"][:LONGEST_WORDS].replace("\r\n", "\n").replace("\x00", "")
    return text_of_html(found.get("text/html", ""))[:LONGEST_WORDS].replace("\x00", "")


_BREAKS = "p, div, br, tr, h1, h2, h3, h4, blockquote, table, ul, ol, hr, pre"
_QUOTED = (
    "blockquote, .gmail_quote, .gmail_quote_container, .moz-cite-prefix, #divRplyFwdMsg, "
    "#appendonsend, .moz-signature, .gmail_signature, #Signature, .yahoo_quoted, "
    "script, style, head, title"
)


def text_of_html(html: str) -> str:
    """HTML as text, a line for each of its lines, without what it quotes."""
    if html.count("<") > LONGEST_WORDS // 4:
        raise Unreadable
    tree = LexborHTMLParser(html)
    for node in tree.css("#divRplyFwdMsg, #appendonsend, hr#stopSpelling"):
        following = node.next
        while following is not None:
            after = following.next
            following.decompose()
            following = after
    for node in tree.css(_QUOTED):
        node.decompose()
    for node in tree.css("li"):
        node.insert_before("\n- ")
    for node in tree.css(_BREAKS):
        node.insert_before("\n")
        if node.tag in {"p", "h1", "h2", "h3", "h4", "ul", "ol", "table"}:
            node.insert_after("\n")
    root = tree.body or tree.root
    found = root.text(separator="") if root else ""
    lines = [" ".join(line.split()) for line in found.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def files(mail: Message) -> list[Piece]:
    """The files that the person joined; not the pictures of their signature."""
    found = []
    shown: set[int] = set()
    for part in _parts(mail):
        if part.get_content_type() == "multipart/related" and part.is_multipart():
            # What the HTML shows: the logo of a signature.
            inside = [one for one in part.get_payload() if isinstance(one, Message)]
            shown |= {id(one) for one in inside if one["Content-ID"]}
        if _is_file(part) and id(part) not in shown:
            name = _decoded(part.get_filename() or "document")
            found.append(Piece(name, _bytes(part)))
    return found


def shown_pictures(mail: Message) -> list[bytes]:
    """The pictures that the HTML shows, in their order."""
    return [
        _bytes(one)
        for part in _parts(mail)
        if part.get_content_type() == "multipart/related" and part.is_multipart()
        for one in part.get_payload()
        if isinstance(one, Message) and one["Content-ID"] and one.get_content_maintype() == "image"
    ]


def calendars(mail: Message) -> list[bytes]:
    """The calendars that came with it, each once."""
    found = [
        _bytes(part)
        for part in _parts(mail)
        if not part.is_multipart()
        and (
            part.get_content_type() in {"text/calendar", "application/ics"}
            or is_calendar(part.get_filename() or "")
        )
    ]
    return list(dict.fromkeys(one for one in found if one.strip()))


def is_calendar(name: str) -> bool:
    """Whether a file of that name is one."""
    return name.lower().endswith((".ics", ".ical"))


_BORROWED = re.compile(r"\b(?:dmarc=fail|spf=(?:fail|softfail)(?!.*\bdkim=pass))", re.IGNORECASE)


def may_be_borrowed(mail: Message) -> bool:
    """Whether the server that took this mail says that its sender's address may be borrowed."""
    verdicts = headers(mail, "Authentication-Results")[:1]  # the last server writes on top
    return any(_BORROWED.search(one) for one in verdicts)


_MACHINES = re.compile(r"(?:mailer-daemon|postmaster|no-?reply|ne-?pas-?repondre)@", re.IGNORECASE)
_AWAY = re.compile(
    r"^\W*(?:r[ée]ponse automatique|auto(?:matic)? ?reply|out of (?:the )?office|absence du bureau"
    r"|absent du bureau|message d[’']absence|automatische antwort)\b",
    re.IGNORECASE,
)


def is_automatic(mail: Message, *, but_lists: bool = False) -> bool:
    """Whether a machine wrote it: RFC 3834, and the habits of those that do not follow it.

    `but_lists`: what a person sends to a list, or with a program for letters, is theirs.
    """
    submitted = header(mail, "Auto-Submitted").lower()
    if submitted and submitted.partition(";")[0].strip() != "no":
        return True
    precedence = {"auto_reply"} if but_lists else {"bulk", "junk", "list", "auto_reply"}
    if header(mail, "Precedence").lower() in precedence:
        return True
    names = ("X-Autoreply", "X-Autorespond", *(() if but_lists else ("List-Id",)))
    if any(header(mail, name) for name in names):
        return True
    if header(mail, "Return-Path") == "<>":
        return True
    return bool(_MACHINES.match(address(mail)) or _AWAY.match(header(mail, "Subject")))
