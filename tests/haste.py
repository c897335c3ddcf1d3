"""What a test need not wait for: the disk, and what another test has already compiled."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from sqlite3 import Connection
from typing import Any

from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import event
from werkzeug.routing import Rule

from blueprints._files import version
from core.db import db

_compile: Callable[[Rule, bool], Callable[..., Any]] = Rule._compile_builder
_compiled: dict[tuple[Any, ...], Callable[..., Any]] = {}


def _compiled_once(rule: Rule, append_unknown: bool = True) -> Callable[..., Any]:
    """What makes the addresses of a rule: the same for the same rule of another application.

    Nine tenths of the time that an application takes to be made are spent here.
    """
    if rule.defaults:
        return _compile(rule, append_unknown)
    key = (rule.rule, append_unknown, *rule._trace)
    if key not in _compiled:
        _compiled[key] = _compile(rule, append_unknown)
    return _compiled[key]


Rule._compile_builder = _compiled_once  # type: ignore[method-assign, assignment]


def hasten(app: Flask) -> None:
    """Have this application lose no time; nothing that it shows or keeps is another."""
    app.jinja_env.bytecode_cache = _templates()
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            event.listen(db.engine, "connect", _let_the_system_write)


@cache
def _templates() -> FileSystemBytecodeCache:
    """Templates compiled once for all the tests; they hold the address of the icons."""
    folder = Path(__file__).parent.parent / ".cache" / "templates" / version("img/icons.svg")
    folder.mkdir(parents=True, exist_ok=True)
    return FileSystemBytecodeCache(str(folder))


def _let_the_system_write(connection: Connection, _record: object) -> None:
    """These data need not outlive a power cut; tests/proof has those of killed processes."""
    connection.execute("PRAGMA synchronous = OFF")
