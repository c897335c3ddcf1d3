"""How each format is read. Runs in the child only: the libraries meet whatever was deposited."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import zip_longest
from posixpath import dirname, normpath
from typing import Any, BinaryIO

from lxml import etree

from core.extraction import PAGE_END, kinds, limits, scanned

Reader = Callable[[BinaryIO], tuple[int | None, str]]
"""file → number of pages, slides or sheets when there are any, and the text."""


class Unreadable(Exception):
    """There is no text to be had, for one of the reasons of `Extracted.refused`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


# --- PDF -----------------------------------------------------------------------------------------


def pdf(file: BinaryIO) -> tuple[int, str]:
    """The text layer of each page."""
    import pypdfium2
    from pypdfium2.raw import FPDF_ERR_PASSWORD

    try:
        document = pypdfium2.PdfDocument(file)
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) == FPDF_ERR_PASSWORD
        raise Unreadable("encrypted" if locked else "damaged") from error
    with closing(document):
        document.init_forms()
        count = len(document)
        texts: list[str] = []
        length = 0
        for number in range(min(count, limits.PAGES)):
            texts.append(_page(document, number))
            length += len(texts[-1])
            if length > limits.CHARACTERS:
                break
        if not "".join(texts).strip() and scanned.installed():
            texts = scanned.pages(document)
        return count, PAGE_END.join(texts)


def _page(document: Any, number: int) -> str:
    import pypdfium2
    from pypdfium2.raw import FLAT_NORMALDISPLAY, FPDFPage_Flatten

    try:
        with closing(document[number]) as page:
            FPDFPage_Flatten(page, FLAT_NORMALDISPLAY)  # what was typed in a form is text too
        with closing(document[number]) as page, closing(page.get_textpage()) as words:
            return str(words.get_text_bounded()).replace("\r\n", "\n")
    except pypdfium2.PdfiumError:
        return ""  # the other pages are worth having


# --- pictures ------------------------------------------------------------------------------------


def picture(file: BinaryIO) -> tuple[None, str]:
    """The words that are seen in a picture."""
    if not scanned.installed():
        raise Unreadable("not-readable")
    return None, scanned.picture(file)


# --- office documents ----------------------------------------------------------------------------


class _Archive:
    """An archive that is read within bounds: what it announces is not believed."""

    def __init__(self, file: BinaryIO) -> None:
        self._zip = zipfile.ZipFile(file)
        self._left = limits.UNPACKED_BYTES
        if len(self._zip.namelist()) > limits.ENTRIES:
            raise Unreadable("too-large")
        self.names = frozenset(self._zip.namelist())

    def __enter__(self) -> "_Archive":
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def read(self, name: str) -> bytes:
        """A file of it, whole."""
        try:
            with self._zip.open(name) as member:
                content = member.read(self._left + 1)
        except RuntimeError as error:  # zipfile's word for a password
            raise Unreadable("encrypted") from error
        self._left -= len(content)
        if self._left < 0:
            raise Unreadable("too-large")
        return content

    def tree(self, name: str) -> Any:
        """A file of XML. Nothing is fetched and no entity is unfolded."""
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
        )
        tree = etree.parse(io.BytesIO(self.read(name)), parser)
        if tree.docinfo.doctype:
            raise Unreadable("damaged")  # no office program writes one
        return tree.getroot()

    def in_order(self, pattern: str) -> list[str]:
        """The names that match, by the number within."""
        found = ((re.fullmatch(pattern, name), name) for name in self.names)
        return [name for _number, name in sorted((int(m[1]), name) for m, name in found if m)]


def _local(element: Any) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


_BREAKS = {"tab": "\t", "br": "\n", "cr": "\n"}


def _paragraphs(root: Any) -> str:
    """The words of Word and PowerPoint, a line a paragraph; the codes of fields hold addresses."""
    said: list[str] = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        name = _local(element)
        if event == "start":
            said.append(_BREAKS.get(name, ""))
            if name in {"t", "instrText"} and element.text:
                said.append(element.text)
        elif name == "p":
            said.append("\n")
    return "".join(said)


def docx(file: BinaryIO) -> tuple[None, str]:
    """The document, then its headers, feet, notes and comments."""
    beside = r"word/(?:header|footer)(\d+)\.xml"
    with _Archive(file) as archive:
        names = ["word/document.xml", "word/footnotes.xml", "word/endnotes.xml"]
        names += ["word/comments.xml", *archive.in_order(beside)]
        parts = [archive.tree(name) for name in names if name in archive.names]
    return None, "\n".join(_paragraphs(part) for part in parts)


def pptx(file: BinaryIO) -> tuple[int, str]:
    """Each slide, with the notes of its speaker."""
    with _Archive(file) as archive:
        slides = archive.in_order(r"ppt/slides/slide(\d+)\.xml")
        texts = []
        for name in slides:
            said = [_paragraphs(archive.tree(name))]
            notes = _related(archive, name, "notesSlide")
            said += [_paragraphs(archive.tree(one)) for one in notes]
            texts.append("\n".join(said))
    return len(slides), PAGE_END.join(texts)


def _related(archive: _Archive, name: str, kind: str) -> Iterator[str]:
    folder, _slash, file = name.rpartition("/")
    relations = f"{folder}/_rels/{file}.rels"
    if relations not in archive.names:
        return
    for relation in archive.tree(relations):
        target = normpath(f"{folder}/{relation.get('Target', '')}")
        if relation.get("Type", "").endswith(f"/{kind}") and target in archive.names:
            yield target


def xlsx(file: BinaryIO) -> tuple[int, str]:
    """Each sheet, a line a row."""
    with _Archive(file) as archive:
        shared = []
        if "xl/sharedStrings.xml" in archive.names:
            strings = archive.tree("xl/sharedStrings.xml")
            shared = ["".join(_texts(one)) for one in strings if _local(one) == "si"]
        sheets = archive.in_order(r"xl/worksheets/sheet(\d+)\.xml")
        names = [
            sheet.get("name", "")
            for sheet in archive.tree("xl/workbook.xml").iter()
            if _local(sheet) == "sheet"
        ]
        texts = [_sheet(archive.tree(name), shared) for name in sheets]
    titled = zip_longest(names[: len(texts)], texts, fillvalue="")
    return len(sheets), PAGE_END.join(f"{title}\n{text}" for title, text in titled)


def _texts(element: Any) -> Iterator[str]:
    return (part.text or "" for part in element.iter() if _local(part) == "t")


def _sheet(root: Any, shared: list[str]) -> str:
    rows = (element for element in root.iter() if _local(element) == "row")
    return "\n".join("\t".join(filter(None, (_cell(one, shared) for one in row))) for row in rows)


def _cell(cell: Any, shared: list[str]) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return "".join(_texts(cell))
    value = next((part.text or "" for part in cell if _local(part) == "v"), "")
    if kind == "s":
        return shared[int(value)] if value.isdecimal() and int(value) < len(shared) else ""
    return value


def opendocument(file: BinaryIO) -> tuple[int | None, str]:
    """The text, the slides or the sheets of a LibreOffice document."""
    with _Archive(file) as archive:
        manifest = "META-INF/manifest.xml"
        if manifest in archive.names and any(
            _local(one) == "encryption-data" for one in archive.tree(manifest).iter()
        ):
            raise Unreadable("encrypted")
        body = archive.tree("content.xml")
    parts = [one for one in body.iter() if _local(one) in {"page", "table"} and _is_part(one)]
    if not parts:
        return None, _flowing(body)
    return len(parts), PAGE_END.join(_flowing(part) for part in parts)


def _is_part(element: Any) -> bool:
    """A slide of a presentation or a sheet of a workbook; not a table within a text."""
    around = element.getparent()
    return around is not None and _local(around) in {"presentation", "spreadsheet"}


_SPACES = {"tab": "\t", "line-break": "\n", "s": " "}
_SILENT = frozenset({"annotation-end", "binary-data", "tracked-changes", "sequence-decls"})


def _flowing(root: Any) -> str:
    said: list[str] = []
    silent = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        name = _local(element)
        silent += (1 if event == "start" else -1) * (name in _SILENT)
        if event == "start" and not silent:
            said += [_SPACES.get(name, ""), element.text or ""]
        elif event == "end" and not silent:
            said += ["\n" if name in {"p", "h", "table-row"} else "", element.tail or ""]
    return "".join(said)


def epub(file: BinaryIO) -> tuple[None, str]:
    """A book, chapter after chapter."""
    with _Archive(file) as archive:
        book = next(
            one.get("full-path")
            for one in archive.tree("META-INF/container.xml").iter()
            if _local(one) == "rootfile"
        )
        items, spine = {}, []
        for one in archive.tree(book).iter():
            if _local(one) == "item":
                items[one.get("id")] = normpath(f"{dirname(book)}/{one.get('href')}").lstrip("/")
            elif _local(one) == "itemref":
                spine.append(one.get("idref"))
        names = [items[one] for one in spine if items.get(one) in archive.names]
        return None, "\n".join(_page_words(archive.read(name)) for name in names)


# --- words ---------------------------------------------------------------------------------------


def html(file: BinaryIO) -> tuple[None, str]:
    """A page of the web, without what runs in it."""
    return None, _page_words(file.read(limits.UNPACKED_BYTES))


def _page_words(content: bytes) -> str:
    from selectolax.lexbor import LexborHTMLParser

    page = LexborHTMLParser(_decoded(content))
    page.strip_tags(["script", "style", "template", "noscript"])
    return page.body.text(separator="\n") if page.body else ""


def rtf(file: BinaryIO) -> tuple[None, str]:
    """The text of an RTF document."""
    from striprtf.striprtf import rtf_to_text

    content = file.read(limits.UNPACKED_BYTES).decode("cp1252", "replace")
    text = rtf_to_text(content, errors="ignore")  # type: ignore[no-untyped-call]
    return None, str(text)


def words(file: BinaryIO) -> tuple[None, str]:
    """Plain text, CSV, Markdown."""
    return None, _decoded(file.read(limits.CHARACTERS * 4))


def _decoded(content: bytes) -> str:
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def old_office(file: BinaryIO) -> tuple[None, str]:
    """Formats of before 2007 are not read; encrypted new ones are wrapped the same way."""
    head = file.read(1024 * 1024)
    locked = "EncryptedPackage".encode("utf-16-le") in head
    raise Unreadable("encrypted" if locked else "old-format")


READERS: dict[str, Reader] = {
    kinds.PDF: pdf,
    kinds.DOCX: docx,
    kinds.PPTX: pptx,
    kinds.XLSX: xlsx,
    kinds.ODT: opendocument,
    kinds.ODS: opendocument,
    kinds.ODP: opendocument,
    kinds.EPUB: epub,
    kinds.HTML: html,
    kinds.RTF: rtf,
    kinds.PLAIN: words,
    kinds.OLE: old_office,
    **dict.fromkeys(kinds.PICTURES, picture),
}
