"""The day of the stories of dates."""

from collections.abc import Iterator

import pytest

from tests.agenda.attending import LONG_BEFORE, at


@pytest.fixture
def long_before() -> Iterator[None]:
    """It is two months before the dates of the stories."""
    with at(LONG_BEFORE):
        yield
