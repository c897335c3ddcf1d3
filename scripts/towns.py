"""Write the names that the map shows between its markers: the largest communes first.

.venv/bin/python scripts/towns.py access/data/communes.csv.gz static/geo/towns.json
"""

import csv
import gzip
import json
import sys
from pathlib import Path

SMALLEST = 5_000
"""Inhabitants."""


def main() -> int:
    """Read the table of communes, write names and places."""
    lines = gzip.decompress(Path(sys.argv[1]).read_bytes()).decode().splitlines()
    towns = [
        (
            int(row["population"]),
            row["nom"],
            round(float(row["lat"]), 3),
            round(float(row["lon"]), 3),
        )
        for row in csv.DictReader(lines)
        if row["lat"] and int(row["population"] or 0) >= SMALLEST
    ]
    told = [town[1:] for town in sorted(towns, key=lambda town: (-town[0], town[1]))]
    written = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    Path(sys.argv[2]).write_text(written + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
