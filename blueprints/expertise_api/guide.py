"""The same described: for programs, and for those who write them."""

from typing import Any

from flask import Response, json, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from blueprints._access import public, settings
from blueprints._problems import PROBLEMS
from blueprints.expertise_api import bp
from blueprints.expertise_api.contract import LARGEST_BODY
from blueprints.expertise_api.description import EXAMPLE, REFUSALS, document
from blueprints.expertise_api.routes import HERE, KEY

KINDS = {
    "string": _l("text"),
    "integer": _l("number"),
    "boolean": _l("true or false"),
    "array": _l("list"),
    "date": _l("day, 2026-03-12"),
    "date-time": _l("instant, 2026-03-12T08:00:00Z"),
}


@bp.get(f"{HERE}/openapi.json")
@public
def openapi() -> Response:
    """The contract, as OpenAPI 3.1."""
    said = json.dumps(document(settings().base_url), ensure_ascii=False, indent=1, sort_keys=False)
    return Response(said, content_type="application/json")


@bp.get("/expertise/api")
@public
def page() -> str:
    """The contract, as people read it."""
    said = document(settings().base_url)
    schemas = said["components"]["schemas"]
    refused = said["components"]["responses"]
    return render_template(
        "expertise/api.html",
        base=settings().base_url,
        key_header=KEY,
        example=json.dumps(EXAMPLE, ensure_ascii=False, indent=2, sort_keys=False),
        largest=LARGEST_BODY // 1024,
        operations=[
            {"method": method.upper(), "path": path, **one}
            for path, methods in said["paths"].items()
            for method, one in methods.items()
        ],
        tables=[
            (title, _fields(schemas, name))
            for name, title in (
                ("NeedIn", _("What you send")),
                ("AnswerIn", _("An answer to a question")),
                ("NeedOut", _("What you receive")),
            )
        ],
        problems=[
            (status, *PROBLEMS[status], refused[str(status)]["description"]) for status in REFUSALS
        ],
    )


def _fields(schemas: dict[str, Any], name: str) -> list[list[str]]:
    """The fields of a part: name, form, whether it is needed, what it is."""
    model = schemas[name]
    return [
        [
            field,
            _form(schemas, said),
            _("yes") if field in model.get("required", ()) and "default" not in said else _("no"),
            said.get("description", ""),
        ]
        for field, said in model["properties"].items()
    ]


def _form(schemas: dict[str, Any], said: dict[str, Any]) -> str:
    """The form of a field in words."""
    if "$ref" in said:
        said = schemas[said["$ref"].rpartition("/")[2]]
    if "anyOf" in said:
        said = next(one for one in said["anyOf"] if one.get("type") != "null")
        return _form(schemas, said)
    if "enum" in said:
        return ", ".join(said["enum"])
    words = str(KINDS.get(said.get("format", ""), KINDS.get(said["type"], said["type"])))
    longest = said.get("maxLength") or said.get("maxItems")
    return _("%(form)s, %(most)s at most", form=words, most=longest) if longest else words
