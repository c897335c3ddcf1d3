"""Imports point down: run import-linter, once its contracts name every room that stands."""

import contextlib
import io
import sys
import tomllib
from pathlib import Path
from typing import Any

from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).resolve().parent.parent
SPEAK_HTTP = {"blueprints", "cli"}  # the command line may make the application


def forgotten(config: dict[str, Any], rooms: set[str]) -> list[str]:
    """What the contracts of pyproject.toml leave out, one sentence each."""
    contracts = {contract["name"]: contract for contract in config["contracts"]}
    layers = set(" ".join(contracts["Imports point down"]["layers"]).replace("|", " ").split())
    named = {
        "root_packages": (set(config["root_packages"]), rooms),
        "the layers": ({name.strip("()") for name in layers} & rooms, rooms),
        "“HTTP stays in blueprints”": (
            set(contracts["HTTP stays in blueprints"]["source_modules"]),
            rooms - SPEAK_HTTP,
        ),
    }
    return [
        f"pyproject.toml: {place} {word}: {', '.join(sorted(names))}"
        for place, (said, wanted) in named.items()
        for word, names in (("should name", wanted - said), ("name the absent", said - wanted))
        if names
    ]


def main() -> int:
    """0 when every import points down."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    rooms = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "scripts"}
    if sentences := forgotten(config, rooms):
        print(*sentences, sep="\n")
        return 1
    sys.path.insert(0, str(ROOT))
    with contextlib.redirect_stdout(io.StringIO()) as report:
        status = lint_imports(cache_dir=str(ROOT / ".cache" / "imports"), no_logo=True)
    if status != EXIT_STATUS_SUCCESS:
        print(report.getvalue())
    return int(status != EXIT_STATUS_SUCCESS)


if __name__ == "__main__":
    sys.exit(main())
