"""What the extraction of a text may cost."""

MEMORY_BYTES = 512 * 1024**2
CPU_SECONDS = 20
WALL_SECONDS = 60
"""A machine that does much else takes longer for the same work."""
CHARACTERS = 2_000_000
"""Kept of a text: some seven hundred pages."""
PAGES = 3_000
SCANNED_PAGES, SCAN_SECONDS = 20, 35
"""Pages that are pictures: reading one takes about a second."""
PIXELS = 40_000_000
"""Of a picture, unpacked: a sheet scanned at 600 dots an inch."""
THUMBNAIL_BYTES = 5 * 1024**2
"""Of the picture that an office program put in its document."""
ENTRIES = 4_000
"""Files within an archive, as office documents are."""
UNPACKED_BYTES = 150 * 1024**2
"""What an archive may unfold into, all that is read of it together."""

TABLE_LINES, TABLE_COLUMNS = 25_000, 100
"""Of a table that is read cell by cell."""
EMPTY_LINES = 1_000
"""That a sheet may have besides."""
CELL_CHARACTERS = 10_000
