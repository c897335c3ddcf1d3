"""Documents as the lists show them, here and on the home page."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from blueprints._picker import reaches_in_words
from blueprints._topics import address_of
from blueprints._words import weight
from resources.queries import DocumentRow


def ending(name: str | None) -> str:
    """ "PDF" for a file's name, "" without an ending that one knows it by."""
    suffix = PurePosixPath(name or "").suffix[1:]
    return suffix.upper() if 0 < len(suffix) < 6 else ""


def document_rows(
    rows: Sequence[DocumentRow],
    new_since: datetime | None = None,
    mine: int | None = None,
    reaches: Mapping[int, str] | None = None,
) -> list[dict[str, Any]]:
    """The arguments of documents.html's document_row for each row of `latest_documents`.

    What came since `new_since` is new, but for the documents of the member `mine`. `reaches`: the
    words of their audiences, when they are known.
    """
    reaches = reaches or reaches_in_words({row[0].audience_id for row in rows})
    return [
        {
            "id": row[0].id,
            "title": row[0].title,
            "href": address_of("resources.document", row[0].id),
            "kind": row.kind,
            "theme": row.theme,
            "audience": reaches[row[0].audience_id],
            "who": f"{row.first_name} {row.last_name}",
            "when": row[0].renewed_at,
            "form": " ".join(
                part for part in (ending(row.file), weight(row.size) if row.size else "") if part
            ),
            "link": row[0].link,
            "version": row[0].number if row[0].number > 1 else None,
            "picture": address_of("resources.picture", row[0].id) if row.thumbnail else None,
            "favourite": row.label is not None,
            "replaced": row[0].replaced_by_id is not None,
            "new": new_since is not None
            and row[0].renewed_at > new_since
            and row[0].owner_id != mine,
        }
        for row in rows
    ]
