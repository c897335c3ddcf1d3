"""The contract of what programs call: public, valid, readable, and kept by every operation."""

from collections.abc import Iterable
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.result import Ok

from blueprints.expertise_api.description import EXAMPLE
from expertise.programmes.models import Programme
from tests.expertise.calling import bearer, post
from tests.world import World


def test_the_contract_is_public_valid_and_in_the_language_of_its_reader(world: World) -> None:
    client = world.client()
    answer = client.get("/api/expertise/v1/openapi.json")
    said = answer.json
    assert said
    assert said["openapi"].startswith("3.1")
    for schema in said["components"]["schemas"].values():
        whole = schema | {"components": said["components"]}
        jsonschema_rs.meta.validate(schema)
        jsonschema_rs.validator_for(whole)
    ours = {
        rule.rule.replace("<int:", "{").replace(">", "}")
        for rule in world.app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
    }
    assert ours == {*said["paths"], "/api/expertise/v1/openapi.json"}
    assert "Le besoin en une ligne." in answer.text
    english = client.get("/api/expertise/v1/openapi.json", headers={"Accept-Language": "en"})
    assert "The need in one line." in english.text


def test_the_contract_is_readable(world: World) -> None:
    page = world.client().get("/expertise/api")
    assert page.status_code == 200
    for words in ("Idempotency-Key", "hidden_from", "Le besoin en une ligne", "POST", "RFC 9457"):
        assert words in page.text
    for kind in ("refused", "key", "too-many", "not-json"):
        assert f'id="{kind}"' in page.text


def apart(world: World) -> Any:
    """The application, each of whose requests has a context of its own."""

    def application(environ: Any, start: Any) -> Iterable[bytes]:
        with world.app.app_context():
            return list(world.app(environ, start))

    return application


CHECKED = ("siret", "postcode", "town", "phone", "email")
"""What chance alone never gets right."""


def plausible(case: Any) -> Any:
    """The same need of a company that exists, about nothing of the list."""
    if isinstance(case.body, dict):
        case.body |= {name: EXAMPLE[name] for name in CHECKED}
        for name in ("subjects", "answers", "hidden_from", "starts_on", "ends_on"):
            case.body.pop(name, None)
    return case


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_every_operation_answers_as_the_contract_says(
    world: World, made: Programme, key: str, mode: GenerationMode
) -> None:
    post(world.client(), key)
    schema = schemathesis.openapi.from_wsgi("/api/expertise/v1/openapi.json", apart(world))
    load_all_checks()
    # What has the right form may still be refused: a SIRET whose sum is wrong, an unknown town.
    left_out = [CHECKS.get_one("positive_data_acceptance")]
    tried: dict[str, set[int]] = {}
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()

        cases = operation.as_strategy(generation_mode=mode)
        if mode is GenerationMode.POSITIVE:
            cases = cases.map(plausible)

        @given(case=cases)
        @settings(
            max_examples=40,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        def answers(case: Any) -> None:
            answer = case.call_and_validate(headers=bearer(key), excluded_checks=left_out)
            tried.setdefault(case.operation.label, set()).add(answer.status_code)

        answers()
    assert len(tried) == 3
    assert ({200, 201} & set().union(*tried.values())) == (
        {200, 201} if mode is GenerationMode.POSITIVE else {200}
    )
    assert not any(code >= 500 for codes in tried.values() for code in codes)
