"""How a program of a partner calls, and asks a need."""

from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from blueprints.expertise_api.description import EXAMPLE

NEEDS = "/api/expertise/v1/needs"


def bearer(key: str) -> dict[str, str]:
    """The key, as a program sends it."""
    return {"Authorization": f"Bearer {key}"}


def post(client: FlaskClient, key: str, word: str = "un", **more: Any) -> TestResponse:
    """Ask a need."""
    sent = EXAMPLE | more
    return client.post(NEEDS, headers=bearer(key) | {"Idempotency-Key": word}, json=sent)
