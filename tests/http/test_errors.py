"""The pages that say an error: they wait for nobody, and the log names no address."""

import logging
from typing import NoReturn

import pytest
from sqlalchemy import event

from blueprints import errors
from core.db import db
from tests.world import World

SECRET = "WzYyLDBd.lien-personnel"


def test_an_error_is_said_while_somebody_writes(world: World) -> None:
    client, began = world.client(), []
    with world.app.app_context():
        event.listen(
            db.engine,
            "before_cursor_execute",
            lambda _connection, _cursor, said, *_: began.append(said),
        )
    world.app.config["WTF_CSRF_ENABLED"] = True
    link = f"/expertise/suivi/{SECRET}"
    assert client.get("/nulle-part").status_code == 404
    assert client.get(f"{link}/retirer").status_code == 405
    assert client.post(f"{link}/retirer").status_code == 400
    assert "BEGIN" in began
    assert "BEGIN IMMEDIATE" not in began, "it would wait for whoever writes"


def test_what_breaks_while_an_error_is_said_names_no_address(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> NoReturn:
        raise OSError("database is locked")

    monkeypatch.setattr(errors, "render_template", broken)
    world.app.config["PROPAGATE_EXCEPTIONS"] = False
    with caplog.at_level(logging.DEBUG), pytest.raises(OSError, match="locked"):
        world.client().get(f"/expertise/suivi/{SECRET}/retirer")
    assert "GET None {} failed" in caplog.text
    assert SECRET not in caplog.text
