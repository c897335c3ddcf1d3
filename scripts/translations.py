"""The words of the interface: gather them (`update`), and see that none is missing (`check`).

Msgids are English; every one has its French, and its English for the plural forms. The words are in
alphabetical order and without line numbers, so that two branches rarely touch the same lines.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages import Catalog
from babel.messages.catalog import Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("fr", "en")
KEYWORDS = DEFAULT_KEYWORDS | parse_keywords(
    ["_l", "lazy_gettext", "lazy_ngettext:1,2", "lazy_pgettext:1c,2"]
)
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")


def words() -> Catalog:
    """Every word of the sources, read now."""
    with (ROOT / "babel.cfg").open() as config:
        methods, options = parse_mapping_cfg(config)  # type: ignore[no-untyped-call]
    catalog = Catalog()
    found = extract_from_dir(ROOT, methods, options, KEYWORDS, comment_tags=("Translators:",))
    for file, _line, msgid, comments, context in found:
        catalog.add(msgid, None, [(file, 1)], auto_comments=comments, context=context)
    return catalog


def path_of(language: str) -> Path:
    """Where the catalogue of a language is."""
    return ROOT / "translations" / language / "LC_MESSAGES" / "messages.po"


def read(language: str) -> Catalog:
    """The catalogue as it is kept; empty when there is none."""
    path = path_of(language)
    if not path.exists():
        title = f"# Maillage: the words of the interface ({language})."
        return Catalog(language, project="maillage", header_comment=title, fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def update(language: str) -> None:
    """Add the new words, drop those that are gone, guess nothing."""
    catalog = read(language)
    catalog.update(words(), no_fuzzy_matching=True, update_creation_date=False)
    catalog.obsolete.clear()
    for message in catalog:
        if language == "en" and message.id and not any(_forms(message)):
            message.string = message.id  # English says what the msgid says
    path = path_of(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, width=100, sort_output=True, include_lineno=False)


def _forms(message: Message) -> tuple[str, ...]:
    """The translation: one text, or one for each plural form."""
    said = message.string
    return tuple(said) if isinstance(said, tuple | list) else (said or "",)


def _placeholders(text: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(text.replace("%%", "")))


def faults(sources: Catalog, catalog: Catalog) -> Iterator[str]:
    """What is wrong with a catalogue, one sentence each."""
    for source in sources:
        if not source.id:
            continue
        message = catalog.get(source.id, source.context)
        shown = source.id if isinstance(source.id, str) else source.id[0]
        if message is None or not all(_forms(message)):
            yield f"missing: {shown!r} ({source.locations[0][0]})"
            continue
        if message.fuzzy:
            yield f"fuzzy: {shown!r}"
        # « Une réponse » may leave the number out; the general form may not.
        ids = (source.id,) if isinstance(source.id, str) else source.id
        if _placeholders(ids[-1]) != _placeholders(_forms(message)[-1]) or any(
            set(_placeholders(form)) - set(_placeholders(ids[-1])) for form in _forms(message)
        ):
            yield f"placeholders differ: {shown!r} → {_forms(message)[-1]!r}"
    for message in catalog:
        if message.id and sources.get(message.id, message.context) is None:
            yield f"no longer used: {message.id!r}"
    for obsolete in catalog.obsolete.values():
        yield f"obsolete: {obsolete.id!r}"


def main(verb: str) -> int:
    """0 when the catalogues are complete."""
    if verb == "update":
        for language in LANGUAGES:
            update(language)
        return 0
    sources = words()
    wrong = [f"{lang}: {fault}" for lang in LANGUAGES for fault in faults(sources, read(lang))]
    if wrong:
        print(*wrong[:40], sep="\n")
        print(f"{len(wrong)} to mend; `make translations` gathers the words.")
    return int(bool(wrong))


if __name__ == "__main__":
    if sys.argv[1:] not in (["update"], ["check"]):
        sys.exit("usage: translations.py update|check")
    sys.exit(main(sys.argv[1]))
