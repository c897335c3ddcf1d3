"""What is read in a file, whatever the file."""

import io
import json
import sys
import time
import zipfile
from pathlib import Path
from unittest.mock import patch

import pytest
from PIL import Image, ImageDraw, ImageFont

from core import extraction
from core.extraction import Extracted, kinds, limits, scanned
from tests.services import ROOT, leave_out

DATA = ROOT.parent / "shared/data/docs"
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
OFFICE = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
TEXT = 'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R"
    b"/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj\n"
    b"4 0 obj<</Length 42>>stream\nBT /F 12 Tf 20 200 Td (Convention) Tj ET\nendstream endobj\n"
    b"trailer<</Root 1 0 R>>\n"
)


def extract(path: Path) -> Extracted:
    with path.open("rb") as file:
        return extraction.extract(file)


def thumbnail(path: Path) -> bytes | None:
    with path.open("rb") as file:
        return extraction.thumbnail(file)


def archive(**files: str | bytes) -> bytes:
    """A zip; "__" stands for "/" and "_" for "." in the names."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name.replace("__", "/").replace("_", "."), content)
    return written.getvalue()


def docx(inside: str, head: str = "") -> bytes:
    return archive(word__document_xml=f"{head}<w:document {WORD}>{inside}</w:document>")


def odt(inside: str, **more: str) -> bytes:
    content = f"<office:document-content {OFFICE} {TEXT}>{inside}</office:document-content>"
    return archive(mimetype=kinds.ODT, content_xml=content, **more)


XLSX = archive(
    xl__workbook_xml='<workbook><sheets><sheet name="Effectifs"/></sheets></workbook>',
    xl__sharedStrings_xml="<sst><si><t>Salariés</t></si></sst>",
    xl__worksheets__sheet1_xml='<worksheet><sheetData><row><c t="s"><v>0</v></c><c><v>12</v></c>'
    '<c t="s"><v>99</v></c></row></sheetData></worksheet>',
)
PPTX = archive(
    ppt__presentation_xml="<p/>",
    ppt__slides__slide10_xml="<s><p><t>dernière</t></p></s>",
    ppt__slides__slide2_xml="<s><p><t>première</t></p></s>",
)
PARAGRAPH = "<w:p><w:r><w:t>Bonjour à </w:t></w:r><w:r><w:t>tous</w:t></w:r></w:p>"
READ = {
    "pdf": (PDF, kinds.PDF, "Convention", 1),
    "docx": (docx(PARAGRAPH), kinds.DOCX, "Bonjour à tous\n", None),
    "odt": (odt("<text:p>Chère <text:s/>équipe</text:p>"), kinds.ODT, "Chère  équipe\n", None),
    "xlsx": (XLSX, kinds.XLSX, "Effectifs\nSalariés\t12", 1),
    "pptx": (PPTX, kinds.PPTX, "première\n\fdernière\n", 2),
    "rtf": (rb"{\rtf1\ansi Caf\'e9 social}", kinds.RTF, "Café social", None),
    "html": (b"<html><script>non()</script><p>Oui</p></html>", kinds.HTML, "Oui", None),
    "utf-8": ("Été à Rezé".encode(), kinds.PLAIN, "Été à Rezé", None),
    "windows": ("Été à Rezé".encode("cp1252"), kinds.PLAIN, "Été à Rezé", None),
    "utf-16": ("Été".encode("utf-16"), kinds.PLAIN, "Été", None),
}


@pytest.mark.parametrize("name", READ)
def test_each_format_gives_its_words(tmp_path: Path, name: str) -> None:
    content, mime, text, pages = READ[name]
    (tmp_path / "sans-nom").write_bytes(content)
    found = extract(tmp_path / "sans-nom")
    assert (found.refused, found.mime, found.pages) == (None, mime, pages)
    assert text in found.text
    assert found.words == len(found.text.split())


LAUGHS = (
    '<!DOCTYPE w [<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    ) + "]>"
)  # fmt: skip
REFUSED = {
    "nothing": (b"", "empty"),
    "a photograph of a telephone": (bytes(4) + b"ftypheic" + bytes(20), "not-readable"),
    "a program": (b"MZ" + bytes(200), "not-readable"),
    "a drawing that runs": (b"<svg onload='alert(1)'/>", "not-readable"),
    "an archive": (archive(a_txt="a"), "not-readable"),
    "a cut PDF": (b"%PDF-1.7\n", "damaged"),
    "a PDF without words": (PDF.replace(b"(Convention)", b"()        "), "no-text"),
    "a cut archive": (docx(PARAGRAPH)[:200], "damaged"),
    "entities": (docx("<w:t>&i;</w:t>", LAUGHS), "damaged"),
    "a file of the server": (
        docx("<w:t>&x;</w:t>", '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
        "damaged",
    ),
    "too many files": (archive(word__document_xml="<a/>", **{f"f{n}": "" for n in range(5000)}),
                       "too-large"),
    "a locked text": (
        odt("<text:p>x</text:p>", **{"META-INF__manifest_xml": "<m><encryption-data/></m>"}),
        "encrypted",
    ),
    "an old Word": (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "old-format"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_says_why_and_costs_little(tmp_path: Path, name: str) -> None:
    content, why = REFUSED[name]
    (tmp_path / "deposit").write_bytes(content)
    found = extract(tmp_path / "deposit")
    assert (found.refused, found.text) == (why, "")


def test_a_bomb_is_not_unfolded(tmp_path: Path) -> None:
    with (
        zipfile.ZipFile(tmp_path / "bomb", "w", zipfile.ZIP_DEFLATED) as made,
        made.open("word/document.xml", "w") as inside,
    ):
        for _megabyte in range(200):
            inside.write(b"a" * 1_000_000)
    assert (tmp_path / "bomb").stat().st_size < 1_000_000
    assert extract(tmp_path / "bomb").refused == "too-large"


def test_the_child_that_does_not_end_is_ended(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"des mots")
    with patch.object(extraction, "WALL_SECONDS", 0.001):
        found = extract(tmp_path / "a")
    assert (found.refused, found.mime) == ("too-slow", kinds.PLAIN)


@pytest.mark.parametrize(
    ("misdeed", "why"),
    [
        ("x = bytearray(2_000_000_000)", "too-large"),
        ("open('{folder}/written', 'w').write('x' * 10)", "too-large"),
        ("import os; os.kill(os.getpid(), 24)", "too-slow"),
    ],
)
def test_the_child_can_do_no_harm(tmp_path: Path, misdeed: str, why: str) -> None:
    """Whatever a library were made to do, memory, files and time are short."""
    (tmp_path / "a").write_bytes(b"des mots")
    script = f"from core.extraction.child import confine; confine(); {misdeed}".replace(
        "{folder}", str(tmp_path)
    )
    command = [sys.executable, "-c", script]
    with patch.object(extraction, "CHILD", command):
        assert extract(tmp_path / "a").refused == why
    assert sum(file.stat().st_size for file in tmp_path.glob("written")) == 0


def test_the_child_knows_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "not for children")
    (tmp_path / "a").write_bytes(b"des mots")
    script = "import json, os; print(json.dumps({'mime': ' '.join(os.environ.values())}))"
    with patch.object(extraction, "CHILD", [sys.executable, "-c", script]):
        assert "children" not in extract(tmp_path / "a").mime


# --- words in pictures ---------------------------------------------------------------------------


@pytest.fixture
def tesseract() -> None:
    if not scanned.installed():
        leave_out("no Tesseract (apt install tesseract-ocr tesseract-ocr-fra)")


def sheet(words: str) -> Image.Image:
    drawn = Image.new("L", (1200, 300), "white")
    font = ImageFont.truetype(ROOT / "static/fonts/atkinson-hyperlegible-next-latin.woff2", 60)
    ImageDraw.Draw(drawn).text((60, 100), words, fill="black", font=font)
    return drawn


@pytest.mark.usefixtures("tesseract")
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP", "PDF"])
def test_a_scanned_sheet_is_read(tmp_path: Path, kind: str) -> None:
    sheet("Compte rendu de la réunion").save(tmp_path / "scan", kind)
    found = extract(tmp_path / "scan")
    assert found.refused is None
    assert "réunion" in found.text


@pytest.mark.usefixtures("tesseract")
def test_an_immense_picture_is_not_drawn(tmp_path: Path) -> None:
    Image.new("1", (30_000, 30_000)).save(tmp_path / "wall", "PNG")
    assert extract(tmp_path / "wall").refused == "too-large"


def test_without_tesseract_a_scanned_sheet_has_no_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    for kind, why in (("PNG", "not-readable"), ("PDF", "no-text")):
        sheet("Réunion").save(tmp_path / "scan", kind)
        assert extract(tmp_path / "scan").refused == why


# --- real documents ------------------------------------------------------------------------------


def manifest(folder: str) -> list[dict[str, object]]:
    path = DATA / folder / "manifest.json"
    if not path.exists():
        leave_out(f"the shared data are absent ({folder})")
    found: list[dict[str, object]] = json.loads(path.read_text())["files"]
    return found


def test_real_documents_give_the_words_of_their_oracle() -> None:
    missing = {}
    for document in manifest("documents"):
        oracle = document.get("oracle") or {}
        assert isinstance(oracle, dict)
        found = extract(DATA / "documents" / str(document["file"]))
        lost = [word for word in oracle.get("sample_words", ()) if word not in found.text]
        if lost or (found.pages and found.pages != oracle.get("pages", found.pages)):
            missing[document["file"]] = (lost, found.pages, found.refused)
    assert missing == {}


def test_hostile_files_are_refused_or_harmless() -> None:
    for document in manifest("hostile"):
        started = time.monotonic()
        found = extract(DATA / "hostile" / str(document["file"]))
        assert "root:" not in found.text, document["file"]
        assert "ha" * 50 not in found.text, document["file"]
        assert found.refused or found.characters < 100_000, document["file"]
        assert time.monotonic() - started < limits.WALL_SECONDS


# --- thumbnails ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "GIF", "PDF"])
def test_a_document_is_recognised_by_a_small_picture(tmp_path: Path, kind: str) -> None:
    sheet("Livret d’accueil").save(tmp_path / "a", kind)
    drawn = thumbnail(tmp_path / "a")
    assert drawn is not None
    assert len(drawn) < 30_000
    with Image.open(io.BytesIO(drawn)) as shown:
        assert (shown.format, max(shown.size)) == ("WEBP", 480)


def test_what_an_office_program_drew_is_shown(tmp_path: Path) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (256, 128), "navy").save(picture, "PNG")
    (tmp_path / "a").write_bytes(archive(mimetype=kinds.ODT, content_xml="<a/>",
                                         Thumbnails__thumbnail_png=picture.getvalue()))  # fmt: skip
    drawn = thumbnail(tmp_path / "a")
    assert drawn is not None
    with Image.open(io.BytesIO(drawn)) as shown:
        assert shown.size == (256, 128)


@pytest.mark.parametrize("content", [b"", b"des mots", b"%PDF-1.4\n", docx(PARAGRAPH), b"\x89PNG"])
def test_without_a_picture_there_is_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a").write_bytes(content)
    assert thumbnail(tmp_path / "a") is None


def test_hostile_files_are_drawn_small_or_not_at_all() -> None:
    for document in manifest("hostile"):
        drawn = thumbnail(DATA / "hostile" / str(document["file"]))
        assert drawn is None or len(drawn) < 50_000, document["file"]
