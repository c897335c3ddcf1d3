"""Write the outlines of the map from GeoJSON: each border once, in whole steps.

    .venv/bin/python scripts/outlines.py departements_france.geojson static/geo/departements.json

The shape is TopoJSON's: arcs of whole numbers, each point told from the one before; a place is a
list of rings, a ring a list of arcs, and `~n` is arc n walked backwards.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

STEP = 0.001
"""Degrees: about a hundred metres."""
FLAT = 3.0
"""How far a border may pass from where it is, in steps."""

Point = tuple[int, int]
Arc = tuple[Point, ...]


def rings(geometry: dict[str, Any]) -> Iterator[list[Point]]:
    """The closed lines of a polygon or of several, on the grid, without repetitions."""
    found = geometry["coordinates"]
    for polygon in found if geometry["type"] == "MultiPolygon" else [found]:
        for ring in polygon:
            points = [(round(x / STEP), round(y / STEP)) for x, y in ring]
            once = [p for p, before in zip(points, [None, *points], strict=False) if p != before]
            if len(once) > 3:
                yield once


def junctions(lines: list[list[Point]]) -> set[Point]:
    """The points where more than two ways meet: a border starts or ends there."""
    ways: dict[Point, set[Point]] = defaultdict(set)
    for line in lines:
        for one, other in pairwise(line):
            ways[one].add(other)
            ways[other].add(one)
    return {point for point, others in ways.items() if len(others) > 2}


def cut(line: list[Point], ends: set[Point]) -> Iterator[Arc]:
    """A closed line in pieces that go from one junction to the next."""
    start = next((at for at, point in enumerate(line) if point in ends), None)
    if start is None:
        yield tuple(line)
        return
    turned = line[start:-1] + line[: start + 1]
    piece = [turned[0]]
    for point in turned[1:]:
        piece.append(point)
        if point in ends:
            yield tuple(piece)
            piece = [point]


def straightened(arc: Arc) -> Arc:
    """The same border with the points that say the least left out (Douglas and Peucker)."""
    if len(arc) < 3:
        return arc
    (x1, y1), (x2, y2) = arc[0], arc[-1]
    length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5

    def off(point: Point) -> float:
        x, y = point
        if not length:
            return float(((x - x1) ** 2 + (y - y1) ** 2) ** 0.5)
        return float(abs((x2 - x1) * (y1 - y) - (x1 - x) * (y2 - y1)) / length)

    at = max(range(1, len(arc) - 1), key=lambda n: off(arc[n]))
    if off(arc[at]) <= FLAT:
        return arc[0], arc[-1]
    return straightened(arc[: at + 1])[:-1] + straightened(arc[at:])


def outlines(features: list[dict[str, Any]]) -> dict[str, Any]:
    """Arcs, and for each place its code, its name and its rings."""
    lines = {f["properties"]["code"]: list(rings(f["geometry"])) for f in features}
    ends = junctions([line for found in lines.values() for line in found])
    numbers: dict[Arc, int] = {}
    arcs: list[Arc] = []

    def number(arc: Arc) -> int:
        if arc in numbers:
            return numbers[arc]
        if arc[::-1] in numbers:
            return ~numbers[arc[::-1]]
        numbers[arc] = len(arcs)
        arcs.append(straightened(arc))
        return numbers[arc]

    return {
        "step": STEP,
        "places": [
            {
                "code": feature["properties"]["code"],
                "name": feature["properties"]["nom"],
                "rings": [
                    [number(arc) for arc in cut(line, ends)]
                    for line in lines[feature["properties"]["code"]]
                ],
            }
            for feature in features
        ],
        "arcs": [_steps(arc) for arc in arcs],
    }


def _steps(arc: Arc) -> list[int]:
    told, before = [], (0, 0)
    for x, y in arc:
        told += [x - before[0], y - before[1]]
        before = (x, y)
    return told


def main() -> int:
    """Read a GeoJSON, write the outlines."""
    source, written = Path(sys.argv[1]), Path(sys.argv[2])
    made = outlines(json.loads(source.read_text())["features"])
    written.parent.mkdir(parents=True, exist_ok=True)
    written.write_text(json.dumps(made, ensure_ascii=False, separators=(",", ":")) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
