"""The OpenAPI document: the addresses are said here, all the rest is read from the contract."""

from functools import cache
from typing import Any

from pydantic.json_schema import models_json_schema

from blueprints._languages import gettext, spoken
from blueprints._problems import TYPE
from blueprints.expertise_api.contract import (
    LARGEST,
    MODELS,
    N_,
    NeedIn,
    NeedOut,
    Problem,
    ProgrammeOut,
)
from blueprints.expertise_api.routes import HERE, KEY, KEY_PATTERN

EXAMPLE = {
    "title": "Vendre en Allemagne",
    "description": "Deux salons au printemps, aucun distributeur. Par où commencer ?",
    "siret": "99900010200015",
    "company": "Fours Essai",
    "postcode": "44000",
    "town": "Nantes",
    "first_name": "Inès",
    "last_name": "Essai",
    "phone": "02 61 91 00 00",
    "email": "ines@essai.example",
}
REFUSALS = {
    400: N_("The body is no JSON, or the header of idempotency is missing."),
    401: N_("The key is missing, was revoked or renewed."),
    403: N_("The partner is stopped."),
    404: N_("Nothing there is yours."),
    413: N_("The body is over 64 kB."),
    415: N_("The body is not application/json."),
    422: N_("Fields are refused: each is named, with a code and a sentence."),
    429: N_("Too many requests: wait for the seconds of Retry-After."),
}
WORDS_OF = ("description", "summary")


def _ref(model: type) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{model.__name__}"}


def _answers(model: type, status: int, words: str, *refusals: int, **headers: Any) -> Any:
    good: dict[str, Any] = {
        "description": words,
        "content": {"application/json": {"schema": _ref(model)}},
    }
    if headers:
        good["headers"] = headers
    return {
        str(status): good,
        **{str(one): {"$ref": f"#/components/responses/{one}"} for one in sorted(refusals)},
    }


OPERATIONS: dict[str, Any] = {
    f"{HERE}/programme": {
        "get": {
            "operationId": "programme",
            "summary": N_("What one may ask about"),
            "description": N_(
                "The themes, the subjects, the questions of each, the institutions from which a "
                "company may hide its need. Read it once a day: subjects come and go."
            ),
            "responses": _answers(
                ProgrammeOut, 200, N_("The programme of this partner."), 401, 403, 429
            ),
        }
    },
    f"{HERE}/needs": {
        "post": {
            "operationId": "ask",
            "summary": N_("Ask a need"),
            "description": N_(
                "The need reaches the team as if it had been asked on the site, and the company "
                "receives its confirmation and its personal link by mail. Sent again with the same "
                "key of idempotency, it is the same need: after a failure of the network, send it "
                "again without fear."
            ),
            "parameters": [
                {
                    "name": KEY,
                    "in": "header",
                    "required": True,
                    "description": N_("A word of your own for this need, a UUID for example."),
                    "schema": {"type": "string", "pattern": KEY_PATTERN},
                }
            ],
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": _ref(NeedIn), "example": EXAMPLE}},
            },
            "responses": _answers(
                NeedOut,
                201,
                N_("The need, as it was first asked."),
                *(400, 401, 403, 413, 415, 422, 429),
                Location={
                    "description": N_("Where it is read."),
                    "schema": {"type": "string", "format": "uri-reference"},
                },
            ),
        }
    },
    f"{HERE}/needs/{{number}}": {
        "get": {
            "operationId": "need",
            "summary": N_("Where a need stands"),
            "description": N_("Of those that you asked. What the team writes is not told here."),
            "parameters": [
                {
                    "name": "number",
                    "in": "path",
                    "required": True,
                    "description": N_("The number that was given when it was asked."),
                    "schema": {"type": "integer", "minimum": 1, "maximum": LARGEST},
                }
            ],
            "responses": _answers(NeedOut, 200, N_("The need."), 401, 403, 404, 429),
        }
    },
}


def _refusal(words: str) -> dict[str, Any]:
    return {"description": words, "content": {TYPE: {"schema": _ref(Problem)}}}


@cache
def _schemas() -> dict[str, Any]:
    wanted = [(one, "validation" if one is NeedIn else "serialization") for one in MODELS]
    _map, made = models_json_schema(
        wanted,  # type: ignore[arg-type] # its modes are words of a list
        ref_template="#/components/schemas/{model}",
    )
    found: dict[str, Any] = made["$defs"]
    return found


def document(base_url: str) -> dict[str, Any]:
    """OpenAPI 3.1, in the language of the reader."""
    said: dict[str, Any] = _translated(
        {
            "openapi": "3.1.0",
            "info": {
                "title": "Maillage",
                "version": "1",
                "description": N_("Ask needs of an expertise programme from your own program."),
                "license": {"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
            },
            "servers": [{"url": base_url}],
            "security": [{"key": []}],
            "paths": OPERATIONS,
            "components": {
                "securitySchemes": {
                    "key": {
                        "type": "http",
                        "scheme": "bearer",
                        "description": N_("The key that the team of the programme gave you."),
                    }
                },
                "responses": {str(code): _refusal(words) for code, words in REFUSALS.items()},
                "schemas": _schemas(),
            },
        }
    )
    said["info"]["x-language"] = spoken()
    return said


def _translated(part: Any, *, names: bool = False) -> Any:
    """The same in the language of the reader, without the titles that repeat the names.

    `names`: the keys of this part are names of fields, not words of the format.
    """
    if isinstance(part, list):
        return [_translated(one) for one in part]
    if not isinstance(part, dict):
        return part
    return {
        key: gettext(one)
        if key in WORDS_OF and isinstance(one, str) and not names
        else one
        if key == "example"
        else _translated(one, names=key == "properties")
        for key, one in part.items()
        if names or key != "title" or not isinstance(one, str) or part.get("version")
    }
